// Where and with whom somebody went before, out of their own visits: offered as one tap, kept nowhere else.
import type { Resident, Visit } from '../../../api/types';
import { blank, plainNumber, typedAddress, type Draft, type DraftColleague, type DraftResident } from './draft';

const MOST = 4;

export interface RecentPlace {
  kind: Visit['kind'];
  minutes: number;
  residents: DraftResident[];
}

/** A resident as one would type it. */
export const typedAs = ({ name, address }: Resident): DraftResident => ({ name, ...typedAddress(address) });

const newestFirst = (visits: readonly Visit[], me: string): Visit[] =>
  visits.filter(({ worker }) => worker.id === me).sort((a, b) => b.startsAt.localeCompare(a.startsAt));

function firstOfEach<T>(items: T[], key: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => !seen.has(key(item)) && seen.add(key(item))).slice(0, MOST);
}

/** The places where I went last, each once. */
export function recentPlaces(visits: readonly Visit[], me: string): RecentPlace[] {
  const places = newestFirst(visits, me)
    .filter(({ residents }) => residents.length > 0)
    .map(({ kind, expectedMinutes, residents }) => ({ kind, minutes: expectedMinutes, residents: residents.map(typedAs) }));
  const typed = ({ found: _, ...one }: DraftResident): Omit<DraftResident, 'found'> => one;
  return firstOfEach(places, ({ residents }) => JSON.stringify(residents.map(typed)).toLowerCase());
}

/** Who came along last, each once. */
export function recentColleagues(visits: readonly Visit[], me: string): DraftColleague[] {
  const people = newestFirst(visits, me).flatMap(({ colleagues }) => colleagues.map(({ name, mobile }) => ({ name, mobile, known: true })));
  return firstOfEach(people, ({ mobile }) => plainNumber(mobile));
}

/** Goes there again: the people, the place and how long it took; never the answers about risk. */
export function goAgain(draft: Draft, place: RecentPlace): void {
  draft.kind = place.kind;
  draft.minutes = String(place.minutes);
  draft.residents = place.residents.map((one) => ({ ...one }));
}

const same = (a: string, b: string): boolean => a.replace(/\s/g, '').toUpperCase() === b.replace(/\s/g, '').toUpperCase();

/** Fills in the street and the city of a postcode and number where I have been before. */
export function complete(typed: DraftResident, places: readonly RecentPlace[]): void {
  if (!blank(typed.street, typed.city) || blank(typed.postcode) || blank(typed.number)) return;
  const been = places.flatMap(({ residents }) => residents);
  const found = been.find(({ postcode, number }) => same(postcode, typed.postcode) && same(number, typed.number));
  if (!found) return;
  Object.assign(typed, { street: found.street, city: found.city });
  if (found.found) typed.found = found.found;
}
