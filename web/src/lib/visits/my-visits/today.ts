// My visits in the order in which they matter: what runs, what comes today, what comes later, what was.
import type { Visit } from '../../../api/types';
import { dayOf } from '../../clock/time';

const PAST = 5;

export interface Groups {
  running: Visit[];
  soon: Visit[];
  later: Visit[];
  today: Visit[];
  past: Visit[];
}

export function groupsOf(visits: readonly Visit[], now: number): Groups {
  const day = dayOf(now);
  const soonest = (a: Visit, b: Visit): number => a.startsAt.localeCompare(b.startsAt);
  const ahead = visits.filter(({ status }) => status === 'planned' || status === 'awaiting-approval').sort(soonest);
  const over = visits.filter(({ status }) => status === 'ended' || status === 'cancelled').sort((a, b) => soonest(b, a));
  return {
    running: visits.filter(({ status }) => status === 'under-way').sort((a, b) => (a.nextCheckInAt ?? '').localeCompare(b.nextCheckInAt ?? '')),
    // What should have started on an earlier day still waits for somebody.
    soon: ahead.filter(({ startsAt }) => dayOf(startsAt) <= day),
    later: ahead.filter(({ startsAt }) => dayOf(startsAt) > day),
    today: over.filter(({ startsAt }) => dayOf(startsAt) === day),
    past: over.filter(({ startsAt }) => dayOf(startsAt) !== day).slice(0, PAST),
  };
}
