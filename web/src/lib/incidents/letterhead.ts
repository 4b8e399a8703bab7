// What letters take from the organisation, as somebody types it.
import type { Letterhead } from '../../api/incidents/letterhead';

export interface TypedLetterhead {
  address: string;
  place: string;
  signatory: string;
  dataProtectionOfficer: string;
  kind: Letterhead['remedy']['kind'];
  where: string;
  weeks: string;
  /** Whether the organisation has a privacy notice of its own. */
  own: boolean;
  nl: string;
  en: string;
}

/** Six weeks are what the law gives for an objection. */
const WEEKS = 6;

export function typedLetterhead(read: Letterhead | null | undefined): TypedLetterhead {
  return {
    address: read?.address ?? '',
    place: read?.place ?? '',
    signatory: read?.signatory ?? '',
    dataProtectionOfficer: read?.dataProtectionOfficer ?? '',
    kind: read?.remedy.kind ?? 'objection',
    where: read?.remedy.where ?? '',
    weeks: String(read?.remedy.weeks ?? WEEKS),
    own: Boolean(read?.privacyNotice),
    nl: read?.privacyNotice?.nl ?? '',
    en: read?.privacyNotice?.en ?? '',
  };
}

/** What is no number goes as one that does not fit, so that the service tells every fault at once. */
export function letterheadOf(typed: TypedLetterhead): Letterhead {
  const weeks = typed.weeks.trim();
  return {
    address: typed.address,
    place: typed.place,
    signatory: typed.signatory,
    dataProtectionOfficer: typed.dataProtectionOfficer,
    privacyNotice: typed.own ? { nl: typed.nl, en: typed.en } : null,
    remedy: { kind: typed.kind, where: typed.where, weeks: /^\d{1,3}$/.test(weeks) ? Number(weeks) : 0 },
  };
}
