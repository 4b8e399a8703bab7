// The moments that a manager agrees with a worker, as typed in a form.
import type { Visit } from '../../api/types';
import { clockTime, following } from '../clock/time';

/** The moments that may still be changed, as the form shows them. */
export const typedMoments = (visit: Visit): string[] =>
  visit.checkIns.filter(({ state }) => state === 'scheduled').map(({ dueAt }) => clockTime(dueAt));

export type Agreed = { ok: true; times: string[] | undefined } | { ok: false; unreadable: number[] };

/** The moment that reads like this already: it may have seconds that the form does not show. */
const exact = (visit: Visit, time: string): string | undefined =>
  visit.checkIns.find(({ state, dueAt }) => state === 'scheduled' && clockTime(dueAt) === time)?.dueAt;

/** What nobody touched stays as it was, to the second. */
export function agreedMoments(visit: Visit, typed: readonly string[]): Agreed {
  const kept = typed.map((time) => time.trim());
  const unreadable = kept.flatMap((time, i) => (following(visit.startsAt, time) ? [] : [i]));
  if (unreadable.length || kept.length === 0) return { ok: false, unreadable };
  if (kept.join() === typedMoments(visit).join()) return { ok: true, times: undefined };
  const instant = (time: string): string | null => exact(visit, time) ?? following(visit.startsAt, time);
  return { ok: true, times: kept.flatMap((time) => instant(time) ?? []).sort() };
}
