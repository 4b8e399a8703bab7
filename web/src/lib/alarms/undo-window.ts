// How long a press on 'Help' can be taken back: until the moment that the service named, or as long as we may expect.
import type { Visit } from '../../api/types';

/** The service waits this long before it calls the first one. */
const HOLD_MS = 5000;

/** Until when, or null when it cannot be taken back (any more). */
export function heldUntil(alarm: Pick<NonNullable<Visit['alarm']>, 'cause' | 'state' | 'undoUntil'> | null, pressedAt: string | null): number | null {
  if (alarm?.cause === 'panic') return alarm.state === 'open' && alarm.undoUntil ? Date.parse(alarm.undoUntil) : null;
  return pressedAt ? Date.parse(pressedAt) + HOLD_MS : null;
}

/** Whole seconds, rounded up, and never more than there are: the clocks may differ a little. */
export function secondsLeft(until: number | null, now: number): number {
  return until === null ? 0 : Math.max(0, Math.min(HOLD_MS / 1000, Math.ceil((until - now) / 1000)));
}

/** Those whom the ladder calls at one moment, together. */
export function together(calls: readonly { name: string; at: string }[]): { at: string; names: string[] }[] {
  const found: { at: string; names: string[] }[] = [];
  for (const { name, at } of calls) {
    const same = found.find((one) => one.at === at);
    if (same) same.names.push(name);
    else found.push({ at, names: [name] });
  }
  return found;
}
