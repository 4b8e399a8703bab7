// Accounts as an administrator looks for them, and what hangs on one of them.
import type { Person, Team } from '../../api/people/teams';

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Those whose name or mail address holds every word that was typed; who works here comes first. */
export function peopleFound(people: readonly Person[], typed: string): Person[] {
  const sought = plain(typed).split(/\s+/).filter(Boolean);
  const hits = people.filter((one) => sought.every((word) => plain(`${one.name} ${one.email ?? ''}`).includes(word)));
  return hits.sort((a, b) => Number(b.active ?? true) - Number(a.active ?? true) || a.name.localeCompare(b.name, 'nl'));
}

/** The teams in which this person stands on the ladder, by function or by name. */
export function laddersWith(teams: readonly Team[], id: string): Team[] {
  return teams.filter(({ managers, deputies, ladder }) => {
    const rungs = [...ladder.rungs, ...(ladder.outOfHours?.rungs ?? [])];
    const named = rungs.some(({ who }) => who.some((one) => typeof one !== 'string' && one.personId === id));
    return managers.includes(id) || deputies.includes(id) || named;
  });
}
