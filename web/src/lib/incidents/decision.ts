// A decision on an incident: what is typed, and what is sent of it.
import type { DecisionInput, Incident, Reaction } from '../../api/types';

export interface DecisionTyped {
  reaction: Reaction | '';
  because: string;
  from: string;
  until: string;
  reviewOn: string;
  reason: string;
  openChannel: string;
  representative: string;
  contactName: string;
  contactPhone: string;
}

/** The reason is what was reported; who decides makes it fit for a letter. */
export function newDecision(it: Incident, contact: { name: string; phone: string }): DecisionTyped {
  return {
    reaction: it.assessment?.advice.reaction ?? '',
    because: '',
    from: '',
    until: '',
    reviewOn: '',
    reason: [it.report.said, it.report.done].filter(Boolean).join('\n'),
    openChannel: '',
    representative: '',
    contactName: contact.name,
    contactPhone: contact.phone,
  };
}

export const isLetter = (reaction: Reaction | ''): boolean => reaction === 'warning-letter' || reaction === 'contact-ban';

const some = <K extends string>(name: K, text: string): Partial<Record<K, string>> => (text.trim() ? ({ [name]: text.trim() } as Record<K, string>) : {});

export function decisionInput(typed: DecisionTyped): DecisionInput {
  const letter = {
    ...some('from', typed.from),
    ...some('until', typed.until),
    ...some('reviewOn', typed.reviewOn),
    reason: typed.reason.trim(),
    ...some('openChannel', typed.openChannel),
    ...some('representative', typed.representative),
    contact: { name: typed.contactName.trim(), phone: typed.contactPhone.replace(/[\s()-]/g, '') },
  };
  return {
    // An empty choice is refused by the service, with all the rest.
    reaction: typed.reaction as Reaction,
    ...some('because', typed.because),
    ...(isLetter(typed.reaction) ? { letter } : {}),
  };
}
