// What may break in on somebody, and when a tone is due. Pure, so that every case can be tried.
import type { Alarm } from '../../api/types';

/** Where somebody is: which page, and which alarm is on it. */
export interface Here {
  page: string;
  alarm?: string | undefined;
  /** Handling the alarm on this page: it is theirs, or they write about it. */
  busy: boolean;
  /** On a visit of their own that is under way: nobody around may see or hear anything. */
  out: boolean;
}

/** Alarms that nobody has, and that this person may take: those who are out there are told no next step. */
export const waiting = (alarms: readonly Alarm[]): Alarm[] =>
  alarms
    .filter(({ state, nextStepAt }) => state === 'open' && nextStepAt !== null)
    .sort((a, b) => Number(b.silent) - Number(a.silent) || a.openedAt.localeCompare(b.openedAt));

/** Whoever holds a drill watches it on the page of drills: there it does not break in on them. A real alarm does. */
export const breaksIn = (alarm: Alarm, page: string): boolean => page !== 'drills' || alarm.cause !== 'drill';

/** Of those who wait, the ones that this person does not look at. */
export const elsewhere = (open: readonly Alarm[], here: Here): Alarm[] => open.filter(({ id }) => id !== here.alarm);

/** Pages that stay: a screen on a wall is nobody's and shows alarms by itself; the demo's phones must be answered. */
const STAYS = ['wall', 'phones'];

/** The alarm that takes over the screen, if one does. */
export function takesOver(open: readonly Alarm[], shown: ReadonlySet<string>, here: Here): Alarm | null {
  if (here.busy || here.out || STAYS.includes(here.page)) return null;
  // Who looks at an alarm that still waits is not sent to another one.
  if (open.some(({ id }) => id === here.alarm)) return null;
  return open.find(({ id }) => !shown.has(id)) ?? null;
}

/** An alarm sounds until somebody takes it; for whoever handles another one, now and then. */
export const ALARM_EVERY_MS = 3_000;
export const BUSY_EVERY_MS = 20_000;

/** When the alarm sounds again. */
export function nextAlarmTone(last: number | null, now: number, busy: boolean): number {
  return last === null ? now : last + (busy ? BUSY_EVERY_MS : ALARM_EVERY_MS);
}

const LOST_FOR_MS = 30_000;
/** A device that wakes up has heard nothing for hours; give it a moment to connect. */
const WAKING_MS = 5_000;
const AGAIN_MS = 60_000;

/** When the low tone is due: after thirty seconds without news, and again each minute. */
export function nextLostTone(heard: number, lostSince: number, last: number | null): number {
  const first = Math.max(heard + LOST_FOR_MS, lostSince + WAKING_MS);
  return last === null ? first : last + AGAIN_MS;
}
