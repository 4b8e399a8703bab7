// What a visit shows of its agreed moments, and where it is.
import type { CheckIn, Visit } from '../../api/types';

export interface Moment {
  at: string;
  look: 'done' | 'now' | 'todo' | 'missed' | 'end';
}

/** The moments in a row: what was, what is next, what will come, and the end. */
export function momentsOf(visit: Pick<Visit, 'checkIns' | 'expectedEndAt'>): Moment[] {
  const asked = visit.checkIns.filter(({ state }) => state !== 'cancelled').sort((a, b) => a.dueAt.localeCompare(b.dueAt));
  const next = asked.find(({ state }) => state === 'scheduled' || state === 'prompted');
  const moments = asked.map((check): Moment => ({ at: check.dueAt, look: look(check, check === next) }));
  const last = asked.at(-1);
  if (!last || Date.parse(last.dueAt) < Date.parse(visit.expectedEndAt)) moments.push({ at: visit.expectedEndAt, look: 'end' });
  return window(moments);
}

function look(check: CheckIn, isNext: boolean): Moment['look'] {
  if (check.state === 'confirmed') return 'done';
  if (check.state === 'missed') return 'missed';
  return isNext ? 'now' : 'todo';
}

/** At most four fit on a phone: the last one that was, and what comes. */
function window(moments: Moment[]): Moment[] {
  const now = moments.findIndex(({ look }) => look === 'now');
  const from = Math.max(0, Math.min(now < 0 ? moments.length - 4 : now - 1, moments.length - 4));
  return moments.slice(from, from + 4);
}

/** How much of the present stretch is left, from 1 to 0. */
export function stretch(visit: Visit, now: number): number {
  if (!visit.nextCheckInAt) return 0;
  const answered = visit.checkIns.flatMap(({ answeredAt }) => (answeredAt ? [Date.parse(answeredAt)] : []));
  const from = Math.max(Date.parse(visit.startedAt ?? visit.startsAt), ...answered);
  const until = Date.parse(visit.nextCheckInAt);
  return until <= from ? 0 : Math.max(0, Math.min(1, (until - now) / (until - from)));
}

/** Where a visit is, on one line. */
export function placeOf(visit: Pick<Visit, 'residents'>): string {
  const address = visit.residents[0]?.address;
  if (!address) return '';
  const number = `${address.houseNumber}${address.houseLetter ?? ''}${address.addition ? `-${address.addition}` : ''}`;
  return `${address.street} ${number}`;
}
