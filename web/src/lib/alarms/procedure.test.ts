import { expect, it } from 'vitest';
import type { Alarm } from '../../api/types';
import { mapOf, POLICE, tasksOf } from './procedure';

const note = (step: string, done: boolean, at: string) => ({ step, done, at, by: { id: 'f', name: 'Fatima' }, text: null });

function alarm(more: Partial<Alarm> = {}): Alarm {
  const address = { street: 'Beukenlaan', houseNumber: 27, houseLetter: null, addition: null, postcode: '1234 AB', city: 'Voorbeeldstad' };
  const visit = { worker: 'Samira', mobile: '+31612345601', colleagues: [{ name: 'Joost', mobile: '+31612345602' }], residents: [{ name: 'P. Jansen', address }] };
  return { silent: false, notes: [], officerToCall: { name: 'Karin', mobile: '+31681234567' }, position: null, visit, ...more } as unknown as Alarm;
}

it('asks for the worker, the colleague, 112 and the district officer, in this order', () => {
  expect(tasksOf(alarm()).map(({ step, number }) => [step, number])).toEqual([
    ['worker-called', '+31612345601'],
    ['colleague-called', '+31612345602'],
    ['emergency-called', '112'],
    ['officer-told', '+31681234567'],
  ]);
});

it('never rings out there when the alarm is silent', () => {
  expect(tasksOf(alarm({ silent: true })).map(({ number }) => number)).toEqual(['112', '+31681234567']);
});

it('has the police where the officer has no number, and nothing to do in a drill', () => {
  expect(tasksOf(alarm({ officerToCall: null })).at(-1)?.number).toBe(POLICE);
  expect(tasksOf(alarm({ visit: null }))).toEqual([]);
});

it('takes the last word about a step', () => {
  const notes = [note('worker-called', true, '1'), note('worker-called', false, '2'), note('emergency-called', true, '3')];
  const done = tasksOf(alarm({ notes: notes as Alarm['notes'] })).map(({ step, done, by }) => [step, done, by]);
  expect(done.slice(0, 3)).toEqual([['worker-called', false, 'Fatima'], ['colleague-called', false, ''], ['emergency-called', true, 'Fatima']]);
});

it('opens the map at the place of the phone, else at the address, and never with a name', () => {
  expect(mapOf(alarm({ position: { latitude: 52.2, longitude: 6.9, accuracyMetres: null } as Alarm['position'] }))).toContain('mlat=52.2&mlon=6.9');
  expect(mapOf(alarm())).toBe('https://www.openstreetmap.org/search?query=Beukenlaan%2027%2C%20Voorbeeldstad');
  expect(mapOf(alarm({ visit: null }))).toBeNull();
});
