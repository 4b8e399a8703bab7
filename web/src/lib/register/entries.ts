// The desk's work: what waits for other eyes, what has to be looked at again, and what is typed into a proposal.
import type { Entry, EntryInput } from '../../api/types';
import { dayOf } from '../clock/time';

/** From how many days before a review or an end the desk sees it coming. */
export const SOON_DAYS = 14;
const DAY_MS = 24 * 60 * 60_000;

/** Whole days from today, where the organisation is, until a day; negative once it has passed. */
export function daysUntil(day: string, now: number): number {
  return Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${dayOf(now)}T00:00:00Z`)) / DAY_MS);
}

export type Due = { kind: 'late' | 'review' | 'lapses'; days: number };

/** What there is to do about a measure in force, and in how many days; null while there is nothing. */
export function dueOf(entry: Pick<Entry, 'reviewOn' | 'until'>, now: number): Due | null {
  const review = daysUntil(entry.reviewOn, now);
  const lapse = daysUntil(entry.until, now);
  if (review < 0) return { kind: 'late', days: -review };
  if (lapse <= SOON_DAYS) return { kind: 'lapses', days: lapse };
  if (review <= SOON_DAYS) return { kind: 'review', days: review };
  return null;
}

/** Longest waiting first. */
export function byWait(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => a.proposedAt.localeCompare(b.proposedAt));
}

/** What has to be looked at again, the most overdue first. */
export function reviewsDue(entries: readonly Entry[], now: number): Entry[] {
  const days = (entry: Entry): number => Math.min(daysUntil(entry.reviewOn, now), daysUntil(entry.until, now));
  return entries.filter((entry) => dueOf(entry, now)).sort((a, b) => days(a) - days(b));
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase();

/** Those in which every word that was typed occurs, in the name or an address. */
export function found(entries: readonly Entry[], typed: string): Entry[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const places = entry.addresses.map(({ street, houseNumber, postcode, city }) => `${street} ${houseNumber} ${postcode ?? ''} ${city}`);
    const text = plain([entry.name, ...places].join(' '));
    return wanted.every((word) => text.includes(word));
  });
}

export interface Proposal {
  name: string;
  birthDate: string;
  street: string;
  number: string;
  postcode: string;
  city: string;
  measure: '' | EntryInput['measure'];
  from: string;
  until: string;
  reviewOn: string;
  reason: string;
  contactName: string;
  contactPhone: string;
}

/** The same day, so many calendar months on; the last day of a shorter month. */
export function monthsOn(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0));
  const on = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date, last.getUTCDate())));
  return on.toISOString().slice(0, 10);
}

export function newProposal(now: number, contact: { name: string; phone: string }): Proposal {
  const from = dayOf(now);
  return {
    name: '',
    birthDate: '',
    street: '',
    number: '',
    postcode: '',
    city: '',
    measure: '',
    from,
    until: monthsOn(from, 6),
    reviewOn: monthsOn(from, 3),
    reason: '',
    contactName: contact.name,
    contactPhone: contact.phone,
  };
}

/** What is sent; the service judges it, all at once. Without any address the measure is found by name alone. */
export function inputOf(typed: Proposal): EntryInput {
  const number = typed.number.trim();
  const address = {
    street: typed.street.trim(),
    houseNumber: /^\d+$/.test(number) ? Number(number) : number,
    postcode: typed.postcode.trim() || null,
    city: typed.city.trim(),
  };
  const some = [address.street, number, address.postcode, address.city].some(Boolean);
  return {
    name: typed.name.trim(),
    birthDate: typed.birthDate || null,
    addresses: some ? [address] : [],
    // An empty choice is refused by the service, with all the rest.
    measure: typed.measure as EntryInput['measure'],
    from: typed.from,
    until: typed.until,
    reviewOn: typed.reviewOn,
    reason: typed.reason.trim(),
    contact: { name: typed.contactName.trim(), phone: typed.contactPhone.replace(/[\s()-]/g, '') },
  };
}
