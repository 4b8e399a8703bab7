// A deadline as people say it: on which day, at what time, and how long that still is.
import { clockTime, dayOf, dayTime } from './time';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export interface DeadlineWords {
  today: (time: string) => string;
  tomorrow: (time: string) => string;
  leftHours: (n: number) => string;
  leftMinutes: (n: number) => string;
  leftDays: (n: number) => string;
  lateHours: (n: number) => string;
  lateMinutes: (n: number) => string;
  lateDays: (n: number) => string;
}

/** `vandaag 14:10`, `morgen 14:10`, or the day. */
export function momentWords(t: Pick<DeadlineWords, 'today' | 'tomorrow'>, at: string, now: number, language: string): string {
  if (dayOf(at) === dayOf(now)) return t.today(clockTime(at));
  if (dayOf(at) === dayOf(now + DAY)) return t.tomorrow(clockTime(at));
  return dayTime(at, now, language);
}

/** `nog 5 uur`, `2 dagen te laat`. */
export function leftWords(t: DeadlineWords, at: string, now: number): string {
  const ms = Date.parse(at) - now;
  const minutes = Math.floor(Math.abs(ms) / MINUTE);
  const late = ms < 0;
  if (minutes < 60) return late ? t.lateMinutes(minutes) : t.leftMinutes(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return late ? t.lateHours(hours) : t.leftHours(hours);
  const days = Math.floor(hours / 24);
  return late ? t.lateDays(days) : t.leftDays(days);
}
