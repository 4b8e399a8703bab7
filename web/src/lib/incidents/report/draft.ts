// A report of an incident: what somebody typed so far, and what is sent of it.
import type { Behaviour, How, IncidentDraft, IncidentInput, Ref } from '../../../api/types';
import { clockTime, dayOf, instantOf } from '../../clock/time';
import { resident, type DraftResident } from '../../visits/new-visit/draft';
import { typedAs } from '../../visits/new-visit/recent-addresses';

export interface IncidentTyped extends DraftResident {
  visitId: string | null;
  alarmId: string | null;
  how: How | '';
  place: string;
  start: 'now' | 'at';
  day: string;
  time: string;
  birthDate: string;
  /** Residents of the visit, to choose from. */
  offered: DraftResident[];
  /** Colleagues to choose from, and the ids of those who were there. */
  known: Ref[];
  staff: string[];
  said: string;
  done: string;
  complaintOnly: boolean;
  behaviour: Behaviour | '';
  /** Asked anew for each report: no answer is not the same as no. */
  persistent: boolean | null;
  breach: boolean | null;
  damage: string;
  injury: string;
  atOnce: string;
  /** For a threat to harm oneself or others: what was done, and who was called. */
  steps: string;
  called: string;
  teamId: string;
  /** The step where somebody was. */
  step: number;
}

export function newIncident(now: number): IncidentTyped {
  return {
    visitId: null,
    alarmId: null,
    how: '',
    place: '',
    start: 'now',
    day: dayOf(now),
    time: clockTime(now),
    name: '',
    street: '',
    number: '',
    postcode: '',
    city: '',
    birthDate: '',
    offered: [],
    known: [],
    staff: [],
    said: '',
    done: '',
    complaintOnly: false,
    behaviour: '',
    persistent: null,
    breach: null,
    damage: '',
    injury: '',
    atOnce: '',
    steps: '',
    called: '',
    teamId: '',
    step: 1,
  };
}

/** Fills in what a visit or an alarm tells already. */
export function filledIn(typed: IncidentTyped, from: IncidentDraft): IncidentTyped {
  const offered = from.residents.map(typedAs);
  const known = [...from.staff, ...from.colleagues.filter(({ id }) => !from.staff.some((one) => one.id === id))];
  const { visitId, alarmId } = from;
  const base = { ...typed, visitId, alarmId, known };
  if (!visitId || !from.happenedAt) return base;
  return {
    ...base,
    how: from.how ?? '',
    start: 'at',
    day: dayOf(from.happenedAt),
    time: clockTime(from.happenedAt),
    ...(offered.length === 1 ? offered[0] : {}),
    offered,
    staff: from.staff.map(({ id }) => id),
    teamId: from.teamId ?? '',
  };
}

/** When it happened: at the moment of sending, or when was typed; null when that cannot be read. */
export const happenedAt = (typed: IncidentTyped, now: string): string | null => (typed.start === 'now' ? now : instantOf(typed.day, typed.time));

const some = (text: string): string | null => text.trim() || null;

/** What is sent; the service judges it, all at once. */
export function incidentInput(typed: IncidentTyped, at: string): IncidentInput {
  const { name, address } = resident(typed);
  const placed = [address.street, typed.number, typed.postcode, address.city].some((text) => text?.trim());
  return {
    visitId: typed.visitId,
    alarmId: typed.alarmId,
    teamId: typed.teamId || null,
    staff: [...typed.staff],
    // An empty choice is refused by the service, with all the rest.
    how: typed.how as How,
    place: some(typed.place),
    happenedAt: at,
    resident: { name, address: placed ? address : null, birthDate: typed.birthDate || null },
    said: some(typed.said),
    done: some(typed.done),
    complaintOnly: typed.complaintOnly,
    behaviour: typed.behaviour as Behaviour,
    persistent: typed.behaviour !== 'E' && typed.persistent === true,
    breach: typed.breach === true,
    damage: some(typed.damage),
    injury: some(typed.injury),
    atOnce: some(typed.atOnce),
    emergency: typed.behaviour === 'E' ? { steps: typed.steps.trim(), called: typed.called.trim() } : null,
  };
}
