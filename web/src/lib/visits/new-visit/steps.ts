// The four steps of a new visit: which field is where, and what is still wrong before anything is sent.
import type { Fault } from '../../../api/types';
import { following, instantOf } from '../../clock/time';
import { keyOf } from '../../forms/faults';
import { blank, isBlank, type Draft } from './draft';

export const STEPS = 4;

/** Words for the faults that are found before anything is sent. */
export interface StepWords {
  needsTime: string;
  needsMinutes: string;
  badTime: string;
  past: string;
  unanswered: string;
}

const FIELDS: Record<string, number> = {
  kind: 1,
  residents: 1,
  startsAt: 2,
  expectedMinutes: 2,
  checkInTimes: 2,
  mobile: 2,
  expectsTrouble: 3,
  knownResident: 3,
};

/** In which step a field is; what has no step of its own is on the last one. */
export const stepOf = (field: string): number => FIELDS[keyOf(field).split('.')[0] ?? ''] ?? STEPS;

/** A quarter of an hour late is still a start that somebody typed on purpose. */
const LATE = 15 * 60_000;

/** When it starts: at the moment of sending, or when was typed; null when that cannot be read. */
export const startOf = (draft: Draft, now: string): string | null => (draft.start === 'now' ? now : instantOf(draft.day, draft.time));

const required = (field: string, ...texts: string[]): Fault[] => (blank(...texts) ? [{ field, code: 'required', message: '' }] : []);

/** Everything that is wrong, in the order of the form. */
export function faultsIn(draft: Draft, now: string, words: StepWords): Fault[] {
  return [...who(draft), ...when(draft, now, words), ...risk(draft, words), ...along(draft)];
}

function who({ kind, residents }: Draft): Fault[] {
  const given = residents.map((one, i) => ({ one, at: `residents.${i}` })).filter(({ one }, i) => !isBlank(one) || (i === 0 && kind === 'home-visit'));
  return given.flatMap(({ one, at }) => [
    ...required(`${at}.address.houseNumber`, one.number),
    ...required(`${at}.address.street`, one.street),
    ...required(`${at}.address.city`, one.city),
    ...required(`${at}.name`, one.name),
  ]);
}

function when(draft: Draft, now: string, words: StepWords): Fault[] {
  const faults: Fault[] = [];
  const wrong = (field: string, message: string): void => void faults.push({ field, code: 'unreadable', message });
  const start = startOf(draft, now);
  if (!start) wrong('startsAt', words.needsTime);
  else if (Date.parse(start) < Date.parse(now) - LATE) wrong('startsAt', words.past);
  const minutes = Number(draft.minutes);
  if (blank(draft.minutes) || !Number.isInteger(minutes) || minutes <= 0) wrong('expectedMinutes', words.needsMinutes);
  draft.checkInTimes.forEach(({ time }, i) => {
    if (!blank(time) && !following(start ?? now, time)) wrong(`checkInTimes.${i}`, words.badTime);
  });
  return [...faults, ...required('mobile', draft.mobile)];
}

function risk(draft: Draft, words: StepWords): Fault[] {
  const open = (['expectsTrouble', 'knownResident'] as const).filter((question) => draft[question] === null);
  return open.map((field) => ({ field, code: 'unanswered', message: words.unanswered }));
}

function along({ colleagues }: Draft): Fault[] {
  return colleagues.flatMap(({ name, mobile }, i) =>
    blank(name, mobile) ? [] : [...required(`colleagues.${i}.name`, name), ...required(`colleagues.${i}.mobile`, mobile)],
  );
}
