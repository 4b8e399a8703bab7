import { expect, it } from 'vitest';
import type { Visit } from '../../../api/types';
import { newDraft, noResident } from './draft';
import { complete, goAgain, recentColleagues, recentPlaces } from './recent-addresses';

const at = (street: string, houseNumber: number, name = 'P. de Boer') => ({ name, address: { street, houseNumber, houseLetter: null, addition: null, postcode: '7514 AD', city: 'Enschede', bagId: null } });
const visit = (startsAt: string, more: Partial<Visit> = {}): Visit =>
  ({ id: startsAt, startsAt, worker: { id: 'me', name: 'Me' }, kind: 'home-visit', expectedMinutes: 45, residents: [at('Molenweg', 61)], colleagues: [], ...more }) as Visit;

it('offers each place once, the newest first, and only my own', () => {
  const visits = [
    visit('2026-11-20', { residents: [at('Parkweg', 8)] }),
    visit('2026-11-23'),
    visit('2026-11-22'),
    visit('2026-11-24', { worker: { id: 'other', name: 'Other' }, residents: [at('Elders', 1)] }),
    visit('2026-11-21', { residents: [] }),
  ];
  expect(recentPlaces(visits, 'me').map(({ residents }) => residents[0]?.street)).toEqual(['Molenweg', 'Parkweg']);
});

it('offers at most four places', () => {
  const visits = [1, 2, 3, 4, 5, 6].map((n) => visit(`2026-11-0${n}`, { residents: [at('Molenweg', n)] }));
  expect(recentPlaces(visits, 'me').map(({ residents }) => residents[0]?.number)).toEqual(['6', '5', '4', '3']);
});

it('offers each colleague once, by number', () => {
  const sanne = { name: 'Sanne Vos', mobile: '+31687654321', personId: null };
  const visits = [visit('2026-11-22', { colleagues: [{ ...sanne, name: 'S. Vos' }] }), visit('2026-11-23', { colleagues: [sanne] })];
  expect(recentColleagues(visits, 'me')).toEqual([{ name: 'Sanne Vos', mobile: '+31687654321', known: true }]);
});

it('goes to the same place again, and asks about risk anew', () => {
  const draft = newDraft(0, '');
  const [place] = recentPlaces([visit('2026-11-23', { kind: 'field-inspection', expectsTrouble: true })], 'me');
  goAgain(draft, place!);
  expect(draft).toMatchObject({ kind: 'field-inspection', minutes: '45', residents: [{ street: 'Molenweg', number: '61', name: 'P. de Boer' }], expectsTrouble: null });
  draft.residents[0]!.street = 'Changed';
  expect(place!.residents[0]!.street).toBe('Molenweg');
});

it('fills in the street of a postcode and number where I was before, and never overwrites', () => {
  const places = recentPlaces([visit('2026-11-23')], 'me');
  const typed = { ...noResident(), postcode: '7514ad', number: '61' };
  complete(typed, places);
  expect(typed).toMatchObject({ street: 'Molenweg', city: 'Enschede', name: '' });
  const other = { ...noResident(), postcode: '7514 AD', number: '61', street: 'Mine' };
  complete(other, places);
  expect(other).toMatchObject({ street: 'Mine', city: '' });
  const unknown = { ...noResident(), postcode: '7514 AD', number: '62' };
  complete(unknown, places);
  expect(unknown.street).toBe('');
});
