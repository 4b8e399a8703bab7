// A visit that one's own calendar proposes: fills in when and where, never anything about risk.
import type { CalendarProposal } from '../../api/types';
import { clockTime, dayOf } from '../clock/time';
import { noResident, type Draft, type DraftResident } from '../visits/new-visit/draft';

/** `Beukenlaan 21a, 7523 KD Enschede`, as far as it is written so. */
export function placeOf(place: string): DraftResident {
  const one = noResident();
  const code = /\b([1-9]\d{3})\s?([A-Za-z]{2})\b/.exec(place);
  if (code) one.postcode = `${code[1]} ${code[2]?.toUpperCase()}`;
  const before = (code ? place.slice(0, code.index) : (place.split(',')[0] ?? '')).replace(/[,\s]+$/, '');
  const after = code ? place.slice(code.index + code[0].length) : place.split(',').slice(1).join(',');
  // The last part before the postcode: a name may stand in front of it.
  const line = before.split(',').at(-1)?.trim() ?? '';
  const house = /^(.*\D)\s+(\d+\s?[A-Za-z]?(?:[-\s]\w{1,4})?)$/.exec(line);
  one.street = (house?.[1] ?? line).trim();
  one.number = (house?.[2] ?? '').replace(/\s/g, '');
  one.city = (after.split(',').map((part) => part.trim()).find(Boolean) ?? '').replace(/\s*\(.*\)$/, '');
  return one;
}

/** Puts it into the form. */
export function takeOver(draft: Draft, { startsAt, expectedMinutes, place }: CalendarProposal, now: number): void {
  draft.residents = [placeOf(place)];
  draft.minutes = String(expectedMinutes);
  if (Date.parse(startsAt) <= now) {
    draft.start = 'now';
    return;
  }
  draft.start = 'at';
  draft.day = dayOf(startsAt);
  draft.time = clockTime(startsAt);
}
