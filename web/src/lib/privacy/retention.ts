// How the removal of what has been kept long enough fares.
import type { Run, RunCount } from '../../api/privacy/retention';

const HOUR = 3600_000;
/** It runs each night; two hours more leave room for a night of 25 hours. */
const EACH_HOURS = 26;
/** No run takes longer, unless it was broken off. */
const LONGEST_HOURS = 2;

export type Fares = 'none' | 'failed' | 'late' | 'running' | 'done';

/** What there is to say about it, of the runs newest first. */
export function faresOf(runs: readonly Run[], now: number): Fares {
  const [last] = runs;
  if (!last) return 'none';
  if (last.state === 'failed') return 'failed';
  const age = (now - Date.parse(last.startedAt)) / HOUR;
  return age > (last.state === 'running' ? LONGEST_HOURS : EACH_HOURS) ? 'late' : last.state;
}

/** Only what was removed or held back is worth a line. */
export const told = (run: Run): RunCount[] => run.kinds.filter(({ removed, held }) => removed > 0 || held.length > 0);
