// What the board puts first, and how late somebody is.
import type { Alarm, Visit } from '../../../api/types';

const MINUTE = 60_000;

export interface Out {
  visit: Visit;
  alarm: Alarm | undefined;
  /** When the next answer is due; of no matter while there is an alarm for another reason. */
  due: string | null;
  /** Since when there is an alarm that has nothing to do with the time. */
  since: string | null;
  /** Whole minutes until then; below zero when it is past. */
  minutes: number;
  late: boolean;
  risky: boolean;
  /** The last time that somebody answered. */
  answered: string | undefined;
}

/** Everybody who is out, the most urgent first. */
export function mostUrgentFirst(visits: readonly Visit[], alarms: readonly Alarm[], now: number): Out[] {
  const of = new Map(alarms.map((alarm) => [alarm.visitId, alarm]));
  return visits
    .map((visit) => out(visit, of.get(visit.id), now))
    .sort((a, b) => rank(a) - rank(b) || dueAt(a) - dueAt(b) || a.visit.worker.name.localeCompare(b.visit.worker.name));
}

function out(visit: Visit, alarm: Alarm | undefined, now: number): Out {
  const answered = visit.checkIns.flatMap(({ answeredAt }) => answeredAt ?? []).sort().at(-1);
  const due = alarm ? (missed(visit, answered) ?? null) : visit.nextCheckInAt;
  const left = due ? Date.parse(due) - now : 0;
  return {
    visit,
    alarm,
    due,
    since: alarm && !due ? alarm.openedAt : null,
    // The first minute after the moment is not late yet: the call is still going out.
    minutes: left < 0 ? Math.ceil(left / MINUTE) : Math.floor(left / MINUTE),
    late: left <= -MINUTE,
    risky: visit.risk.level === 'risky',
    answered,
  };
}

/** The first moment that stayed without an answer. */
function missed(visit: Visit, answered: string | undefined): string | undefined {
  const late = visit.checkIns.filter(({ state, dueAt }) => state === 'missed' && (!answered || dueAt > answered));
  return late.map(({ dueAt }) => dueAt).sort()[0];
}

/** An alarm that waits for somebody, one that is being handled, who is late, who is not watched, and the rest. */
function rank({ visit, alarm, late }: Out): number {
  if (alarm?.state === 'open') return alarm.silent ? 0 : 1;
  if (alarm) return 2;
  if (late) return 3;
  return visit.watched ? 5 : 4;
}

const dueAt = (out: Out): number => Date.parse(momentOf(out));

/** The time that a row begins with. */
export const momentOf = ({ visit, due, since }: Out): string => due ?? since ?? visit.startsAt;

/** What stands below that time: how long still, how late, or how long there has been an alarm. */
export function howLong(out: Out, now: number): { what: 'soon' | 'left' | 'late' | 'alarm'; minutes: number } {
  if (out.since) return { what: 'alarm', minutes: Math.max(0, Math.floor((now - Date.parse(out.since)) / MINUTE)) };
  if (out.late) return { what: 'late', minutes: -out.minutes };
  return { what: out.minutes <= 0 ? 'soon' : 'left', minutes: Math.max(0, out.minutes) };
}
