// What became of a report: each thing that was done or is still to come, in the order in which it happens.
import type { Incident } from '../../api/types';

export type StageKind = 'reported' | 'answer' | 'call' | 'decided' | 'letter' | 'police' | 'damage' | 'closed';
export interface Stage {
  kind: StageKind;
  state: 'done' | 'now' | 'late' | 'todo' | 'dropped';
  at: string | null;
}

/** How a letter stands, as a reporter follows it. */
function letterState({ standing, sentOn }: NonNullable<Incident['decision']>): Stage['state'] {
  if (standing === 'withdrawn') return 'dropped';
  return sentOn ? 'done' : 'now';
}

const affairState = { open: 'now', done: 'done', dropped: 'dropped' } as const;

export function stagesOf(it: Incident): Stage[] {
  const { decision, closed, policeReport, damageClaim, call } = it;
  const stages: Stage[] = [{ kind: 'reported', state: 'done', at: it.reportedAt }];
  if (call.step !== 'not-yet') stages.push({ kind: 'call', state: 'done', at: call.at });
  if (decision) stages.push({ kind: 'decided', state: 'done', at: decision.at });
  else stages.push({ kind: 'answer', state: it.overdue ? 'late' : 'now', at: it.dueAt });
  if (decision?.standing) stages.push({ kind: 'letter', state: letterState(decision), at: null });
  if (policeReport) stages.push({ kind: 'police', state: affairState[policeReport.state], at: null });
  if (damageClaim) stages.push({ kind: 'damage', state: affairState[damageClaim.state], at: null });
  stages.push(closed ? { kind: 'closed', state: 'done', at: closed.at } : { kind: 'closed', state: 'todo', at: null });
  return stages;
}

export interface Groups {
  waiting: Incident[];
  decided: Incident[];
  closed: Incident[];
}

/** What waits for an answer first, the most urgent on top. */
export function grouped(incidents: readonly Incident[]): Groups {
  const of = (...stages: Incident['stage'][]): Incident[] => incidents.filter(({ stage }) => stages.includes(stage));
  const newest = (a: Incident, b: Incident): number => b.reportedAt.localeCompare(a.reportedAt);
  return {
    waiting: of('reported', 'assessed').sort((a, b) => a.dueAt.localeCompare(b.dueAt)),
    decided: of('decided').sort(newest),
    closed: of('closed').sort(newest),
  };
}

/** What has to happen before the reaction that is advised can be decided on. */
export const callComesFirst = (it: Incident): boolean => Boolean(it.assessment?.advice.first.includes('ombudsman-call')) && it.call.step === 'not-yet';
