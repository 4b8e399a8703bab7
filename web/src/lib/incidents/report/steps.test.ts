import { expect, it } from 'vitest';
import type { IncidentDraft } from '../../../api/types';
import { filledIn, happenedAt, incidentInput, newIncident } from './draft';
import { incidentFaults, incidentStepOf } from './steps';

const NOW = '2026-11-23T13:10:00.000Z';
const address = { street: 'Proefstraat', houseNumber: 9, houseLetter: null, addition: null, postcode: '7523 ZZ', city: 'Voorbeeldstad', bagId: null };
const from: IncidentDraft = {
  visitId: 'v',
  alarmId: null,
  teamId: 't',
  how: 'visit',
  happenedAt: '2026-11-23T12:30:00.000Z',
  residents: [{ name: 'T. Proefpersoon', address }],
  staff: [{ id: 's', name: 'Sanne Vos' }],
  colleagues: [{ id: 's', name: 'Sanne Vos' }, { id: 'b', name: 'Bo Mulder' }],
};
const typed = () => filledIn(newIncident(Date.parse(NOW)), from);

it('takes over what the visit tells, and leaves the rest open', () => {
  const it = typed();
  expect([it.how, it.day, it.time, it.name, it.number]).toEqual(['visit', '2026-11-23', '13:30', 'T. Proefpersoon', '9']);
  expect(it.staff).toEqual(['s']);
  expect(it.known.map(({ id }) => id)).toEqual(['s', 'b']);
  expect([it.behaviour, it.persistent, it.said]).toEqual(['', null, '']);
});

it('does not choose between two residents', () => {
  const two = { ...from, residents: [...from.residents, { name: 'K. Ander', address }] };
  const it = filledIn(newIncident(0), two);
  expect([it.name, it.offered.length]).toEqual(['', 2]);
});

it('knows of a report by itself only who may have been there', () => {
  const alone = { ...from, visitId: null, teamId: null, how: null, happenedAt: null, residents: [], staff: [] };
  const it = filledIn(newIncident(Date.parse(NOW)), alone);
  expect([it.how, it.start, it.staff]).toEqual(['', 'now', []]);
  expect(it.known.map(({ name }) => name)).toEqual(['Sanne Vos', 'Bo Mulder']);
});

it('says everything that is missing, each in its step', () => {
  const faults = incidentFaults(newIncident(Date.parse(NOW)), NOW);
  expect(faults.map(({ field }) => [incidentStepOf(field), field])).toEqual([
    [1, 'how'],
    [2, 'resident.name'],
    [2, 'breach'],
    [3, 'said'],
    [4, 'behaviour'],
    [5, 'persistent'],
  ]);
});

it('asks of a cry for help what was done and who was called, and not whether it went on', () => {
  const cry = { ...typed(), breach: false, done: 'Stond op het dak.', behaviour: 'E' as const };
  expect(incidentFaults(cry, NOW).map(({ field }) => field)).toEqual(['emergency.steps', 'emergency.called']);
  const input = incidentInput({ ...cry, steps: ' Gebleven. ', called: '112', persistent: true }, NOW);
  expect([input.persistent, input.emergency]).toEqual([false, { steps: 'Gebleven.', called: '112' }]);
});

it('sends nothing that stayed empty', () => {
  const input = incidentInput({ ...newIncident(0), name: ' K. Ander ', said: 'Schold.', how: 'phone', behaviour: 'C', persistent: true }, NOW);
  expect(input.resident).toEqual({ name: 'K. Ander', address: null, birthDate: null });
  expect([input.done, input.damage, input.emergency, input.visitId]).toEqual([null, null, null, null]);
});

it('reads when it was, and refuses what is yet to come', () => {
  expect(happenedAt({ ...typed(), start: 'now' }, NOW)).toBe(NOW);
  expect(happenedAt(typed(), NOW)).toBe('2026-11-23T12:30:00.000Z');
  const later = { ...typed(), time: '18:00' };
  expect(incidentFaults(later, NOW).find(({ field }) => field === 'happenedAt')?.code).toBe('future');
});
