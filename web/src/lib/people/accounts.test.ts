import { expect, it } from 'vitest';
import type { Person, Team } from '../../api/people/teams';
import { laddersWith, peopleFound } from './accounts';

const person = (name: string, email: string, active = true): Person => ({ id: name, name, email, active });
const team = (name: string, managers: string[], personId?: string): Team =>
  ({ name, managers, deputies: [], ladder: { rungs: [{ who: ['manager'] }], outOfHours: personId ? { officeHours: [], rungs: [{ who: ['desk', { personId }] }] } : null } }) as unknown as Team;

it('finds people by parts of their name or mail address, without accents', () => {
  const people = [person('Zoë de Vries', 'z.devries@a.nl'), person('Jan Bakker', 'jan@a.nl', false), person('Anja Bos', 'jansen@a.nl')];
  expect(peopleFound(people, 'zoe vries').map(({ name }) => name)).toEqual(['Zoë de Vries']);
  expect(peopleFound(people, 'jan').map(({ name }) => name)).toEqual(['Anja Bos', 'Jan Bakker']);
  expect(peopleFound(people, ' ')).toHaveLength(3);
});

it('knows the ladders on which somebody stands', () => {
  const teams = [team('Zorg', ['ruud']), team('Werk', ['els'], 'ruud'), team('Leer', ['els'])];
  expect(laddersWith(teams, 'ruud').map(({ name }) => name)).toEqual(['Zorg', 'Werk']);
});
