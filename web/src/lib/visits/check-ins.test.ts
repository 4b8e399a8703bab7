import { expect, it } from 'vitest';
import type { CheckIn, Visit } from '../../api/types';
import { momentsOf, placeOf, stretch } from './check-ins';

const at = (time: string): string => `2026-11-23T${time}:00Z`;
const check = (time: string, state: CheckIn['state'], answeredAt: string | null = null): CheckIn => ({ id: time, dueAt: at(time), state, answeredAt });

function visit(checkIns: CheckIn[], more: Partial<Visit> = {}): Visit {
  return { id: 'v', startsAt: at('13:00'), startedAt: at('13:00'), expectedEndAt: at('15:00'), nextCheckInAt: at('14:00'), checkIns, residents: [], ...more } as Visit;
}

it('shows what was, what is next, what comes and the end', () => {
  const moments = momentsOf(visit([check('13:30', 'confirmed'), check('14:00', 'prompted'), check('14:30', 'scheduled'), check('14:15', 'cancelled')]));
  expect(moments.map(({ look }) => look)).toEqual(['done', 'now', 'todo', 'end']);
});

it('shows no second end when the last check-in is the end', () => {
  expect(momentsOf(visit([check('15:00', 'scheduled')])).map(({ look }) => look)).toEqual(['now']);
});

it('keeps four: the one before the next, and what comes', () => {
  const all = ['13:05', '13:10', '13:15'].map((time) => check(time, 'confirmed'));
  const moments = momentsOf(visit([...all, check('13:40', 'scheduled'), check('14:00', 'scheduled'), check('15:00', 'scheduled')]));
  expect(moments.map(({ at }) => at.slice(11, 16))).toEqual(['13:15', '13:40', '14:00', '15:00']);
});

it('runs the ring from the last answer to the next check-in', () => {
  const running = visit([check('13:30', 'confirmed', at('13:20')), check('14:00', 'scheduled')]);
  expect(stretch(running, Date.parse(at('13:20')))).toBe(1);
  expect(stretch(running, Date.parse(at('13:40')))).toBe(0.5);
  expect(stretch(running, Date.parse(at('14:10')))).toBe(0);
  expect(stretch({ ...running, nextCheckInAt: null }, 0)).toBe(0);
});

it('writes an address on one line', () => {
  const address = { street: 'Molenweg', houseNumber: 61, houseLetter: 'B', addition: '2', postcode: null, city: 'Enschede', bagId: null };
  expect(placeOf({ residents: [{ name: 'y', address }] })).toBe('Molenweg 61B-2');
  expect(placeOf({ residents: [] })).toBe('');
});
