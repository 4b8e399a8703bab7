// When a press on 'Help' counts: held for two seconds, or three taps in quick succession.
export const HOLD_MS = 2000;
const TAPS = 3;
const TAPS_WITHIN_MS = 3000;

export interface Holding {
  since: number | null;
  taps: number[];
}

export const untouched: Holding = { since: null, taps: [] };

export function press(was: Holding, now: number): Holding {
  return { ...was, since: now };
}

/** A release is a tap, also after a hold that was too short. */
export function release(was: Holding, now: number): Holding {
  return was.since === null ? was : tap({ ...was, since: null }, now);
}

export function tap(was: Holding, now: number): Holding {
  return { since: null, taps: [...was.taps.filter((at) => now - at < TAPS_WITHIN_MS), now] };
}

/** How far the hold is, from 0 to 1. */
export function progress(is: Holding, now: number): number {
  return is.since === null ? 0 : Math.min(1, (now - is.since) / HOLD_MS);
}

export function calls(is: Holding, now: number): boolean {
  return is.taps.length >= TAPS || progress(is, now) >= 1;
}
