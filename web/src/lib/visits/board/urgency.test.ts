import { expect, it } from 'vitest';
import type { Alarm, CheckIn, Visit } from '../../../api/types';
import { howLong, momentOf, mostUrgentFirst } from './urgency';

const at = (time: string): string => `2026-11-23T${time}:00Z`;
const NOW = Date.parse(at('14:06'));
const check = (time: string, state: CheckIn['state'], answeredAt: string | null = null): CheckIn => ({ id: time, dueAt: at(time), state, answeredAt });

function visit(id: string, next: string | null, more: Partial<Visit> = {}): Visit {
  const worker = { id, name: id };
  return { id, worker, startsAt: at('13:00'), nextCheckInAt: next && at(next), checkIns: [], watched: true, risk: { level: 'normal', reasons: [] }, ...more } as unknown as Visit;
}

const alarm = (visitId: string, more: Partial<Alarm> = {}): Alarm =>
  ({ visitId, state: 'open', silent: false, openedAt: at('14:02'), ...more }) as Alarm;
const order = (visits: Visit[], alarms: Alarm[] = []): string[] => mostUrgentFirst(visits, alarms, NOW).map(({ visit }) => visit.id);

it('puts an alarm that waits first, then one that is handled, who is late, who is not watched, and what is due first', () => {
  const visits = [visit('due', '14:10'), visit('unwatched', '14:30', { watched: false }), visit('later', '15:00'), visit('late', '14:00'), visit('handled', '14:40'), visit('waits', '14:50')];
  expect(order(visits, [alarm('handled', { state: 'owned' }), alarm('waits')])).toEqual(['waits', 'handled', 'late', 'unwatched', 'due', 'later']);
});

it('puts a silent alarm before every other', () => {
  expect(order([visit('open', '14:00'), visit('silent', '14:50')], [alarm('open'), alarm('silent', { silent: true })])).toEqual(['silent', 'open']);
});

it('puts the longest late first, and equals by name', () => {
  expect(order([visit('b', '14:00'), visit('c', '13:50'), visit('a', '14:00')])).toEqual(['c', 'a', 'b']);
});

it('counts whole minutes, and nobody is late in the first one', () => {
  const look = (next: string, now = NOW) => mostUrgentFirst([visit('v', next)], [], now)[0]!;
  expect(look('14:00')).toMatchObject({ minutes: -6, late: true });
  expect(look('14:06', NOW + 59_000)).toMatchObject({ late: false });
  expect(look('14:06', NOW + 60_000)).toMatchObject({ minutes: -1, late: true });
  expect(look('14:18')).toMatchObject({ minutes: 12, late: false });
});

it('counts from the moment that stayed without an answer as long as there is an alarm', () => {
  const missed = visit('v', '14:30', { checkIns: [check('13:30', 'confirmed', at('13:31')), check('14:00', 'missed'), check('14:30', 'scheduled')] });
  expect(mostUrgentFirst([missed], [alarm('v')], NOW)[0]).toMatchObject({ due: at('14:00'), minutes: -6, late: true });
  expect(mostUrgentFirst([missed], [], NOW)[0]).toMatchObject({ due: at('14:30'), late: false });
  const since = { ...missed, checkIns: [...missed.checkIns, check('14:02', 'confirmed', at('14:02'))] };
  expect(mostUrgentFirst([since], [alarm('v')], NOW)[0]).toMatchObject({ due: null, late: false });
});

it('knows the last answer and the risk', () => {
  const risky = visit('v', '14:30', { risk: { level: 'risky', reasons: ['expects-trouble'] }, checkIns: [check('13:30', 'confirmed', at('13:29')), check('13:45', 'confirmed', at('13:44'))] });
  expect(mostUrgentFirst([risky], [], NOW)[0]).toMatchObject({ risky: true, answered: at('13:44') });
});

it('says how long there has been an alarm that has nothing to do with the time', () => {
  const [help] = mostUrgentFirst([visit('v', '14:30')], [alarm('v')], NOW);
  expect(momentOf(help!)).toBe(at('14:02'));
  expect(howLong(help!, NOW)).toEqual({ what: 'alarm', minutes: 4 });
});

it('says what is left, or how late it is', () => {
  const of = (next: string) => howLong(mostUrgentFirst([visit('v', next)], [], NOW)[0]!, NOW);
  expect(of('14:18')).toEqual({ what: 'left', minutes: 12 });
  expect(of('14:06')).toEqual({ what: 'soon', minutes: 0 });
  expect(of('14:00')).toEqual({ what: 'late', minutes: 6 });
});
