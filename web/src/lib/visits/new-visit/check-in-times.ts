// The moments at which a new visit will be asked, by the same rule as the service.
import type { CheckIn, Me } from '../../../api/types';
import { following } from '../../clock/time';
import { blank, type Draft } from './draft';
import { startOf } from './steps';

const MINUTE = 60_000;
/** Moments closer together than this are one. */
const APART = 5 * MINUTE;

/** The end; for a risky visit also soon after the start and halfway. */
export function defaultTimes(start: number, minutes: number, risky: boolean, firstMinutes: number): number[] {
  const end = start + minutes * MINUTE;
  if (!risky) return [end];
  const times = [Math.min(start + firstMinutes * MINUTE, end), start + minutes * (MINUTE / 2), end];
  return times.sort((a, b) => a - b).reduce<number[]>((kept, at) => (at - (kept.at(-1) ?? -Infinity) < APART ? kept : [...kept, at]), []);
}

export interface Agreed {
  checkIns: CheckIn[];
  expectedEndAt: string;
}

/** What a draft agrees to, ready to be drawn; null as long as its times cannot be read. */
export function agreedIn(draft: Draft, now: string, risky: boolean, firstMinutes: number): Agreed | null {
  const start = startOf(draft, now);
  const minutes = Number(draft.minutes);
  if (!start || !Number.isInteger(minutes) || minutes <= 0) return null;
  const typed = draft.checkInTimes.flatMap(({ time }) => (blank(time) ? [] : (following(start, time) ?? []))).sort();
  const times = typed.length ? [...new Set(typed)] : defaultTimes(Date.parse(start), minutes, risky, firstMinutes).map((at) => new Date(at).toISOString());
  return {
    checkIns: times.map((dueAt) => ({ id: dueAt, dueAt, state: 'scheduled', answeredAt: null })),
    expectedEndAt: new Date(Date.parse(start) + minutes * MINUTE).toISOString(),
  };
}

/** How soon a risky visit of this team is asked first. */
export function firstMinutesOf(me: Me | null | undefined, teamId: string): number {
  const team = me?.teams.find(({ id }) => id === teamId) ?? me?.teams[0];
  return team?.riskyFirstMinutes ?? 15;
}
