import { expect, it } from 'vitest';
import { newDraft } from '../visits/new-visit/draft';
import { placeOf, takeOver } from './calendar-proposals';

it('reads an address as calendars write it', () => {
  expect(placeOf('Beukenlaan 21, 7523 KD Enschede')).toEqual({ name: '', street: 'Beukenlaan', number: '21', postcode: '7523 KD', city: 'Enschede' });
  expect(placeOf('Thuis, Laan van Oost 4 a, 7523kd Enschede, Nederland')).toMatchObject({ street: 'Laan van Oost', number: '4a', postcode: '7523 KD', city: 'Enschede' });
  expect(placeOf('Beukenlaan 21-3, Enschede')).toMatchObject({ street: 'Beukenlaan', number: '21-3', postcode: '', city: 'Enschede' });
  expect(placeOf('Stadhuis')).toMatchObject({ street: 'Stadhuis', number: '', city: '' });
  expect(placeOf('')).toMatchObject({ street: '', number: '', postcode: '', city: '' });
});

it('fills in when and where, and no answer about risk', () => {
  const now = Date.parse('2026-11-23T11:00:00Z');
  const draft = newDraft(now, '');
  takeOver(draft, { startsAt: '2026-11-23T13:00:00Z', expectedMinutes: 45, title: 'x', place: 'Beukenlaan 21, Enschede' }, now);
  expect(draft).toMatchObject({ start: 'at', day: '2026-11-23', time: '14:00', minutes: '45', expectsTrouble: null, knownResident: null });
  takeOver(draft, { startsAt: '2026-11-23T10:45:00Z', expectedMinutes: 45, title: 'x', place: '' }, now);
  expect(draft.start).toBe('now');
});
