import { describe, expect, it } from 'vitest';
import type { Coverage, Drill, Policy, Way } from '../../api/people/teams';
import { teamTexts } from '../../i18n/people/team';
import { checksOf, exampleOf, listed, moved, sameTarget, sayWay } from './team';

const t = teamTexts.nl;
const NOW = Date.parse('2026-11-24T12:00:00Z');

type Person = Way['rungs'][number]['people'][number];
const person = (name: string, lacks: Person['lacks'] = [], channels: Person['channels'] = ['text', 'call']): Person => ({ person: { id: name, name }, channels, lacks });
const rung = (people: Person[], afterMinutes: number | null): Way['rungs'][number] => ({ lastResort: false, afterMinutes, waitMinutes: 5, districtOfficer: false, people });
const way = (coverage: Way['coverage'], ...rungs: Way['rungs']): Way => ({ coverage, outOfHours: false, rungs, repeatMinutes: 5 });
const always = (one: Way, channels: Coverage['channels'] = [{ channel: 'text', works: true }]): Coverage => ({
  teamId: 'team',
  from: '2026-11-23',
  spans: [{ from: '2026-11-22T23:00:00Z', until: '2026-11-29T23:00:00Z', way: 0 }],
  ways: [one],
  channels,
});
const drill = (openedAt: string, secondsUntilTaken: number | null, state: Drill['state'] = 'closed'): Drill =>
  ({ openedAt, state, report: { rungs: [], takenBy: null, secondsUntilTaken } }) as unknown as Drill;
const policy: Policy = {
  reminderMinutes: 5,
  secondCallMinutes: 2,
  missMinutes: 5,
  intervalMinutes: 30,
  riskyIntervalMinutes: 15,
  riskyFirstMinutes: 15,
  ownedMinutes: 15,
  silentHelp: false,
  startBy: 'time',
  pin: 'risky',
};

describe('a ladder that is edited', () => {
  it('moves a rung up and down, and not over the edge', () => {
    expect([moved(['a', 'b', 'c'], 2, -1), moved(['a', 'b', 'c'], 0, 1)]).toEqual([['a', 'c', 'b'], ['b', 'a', 'c']]);
    expect([moved(['a', 'b'], 0, -1), moved(['a', 'b'], 1, 1), moved([], 0, 1)]).toEqual([['a', 'b'], ['a', 'b'], []]);
  });

  it('knows a person from a function', () => {
    expect(sameTarget({ personId: '1' }, { personId: '1' }) && sameTarget('desk', 'desk')).toBe(true);
    expect(sameTarget({ personId: '1' }, 'desk') || sameTarget({ personId: '1' }, { personId: '2' })).toBe(false);
  });
});

describe('words', () => {
  it('say who comes after whom', () => {
    const two = way('team', rung([person('Ruud')], 0), rung([person('Piet', ['not-verified'], [])], null), rung([person('Fatima'), person('Els')], 3));
    expect(sayWay(t, two)).toBe('Ruud, daarna Fatima en Els');
    expect(sayWay(t, way('nobody'))).toBe('niemand');
    expect(listed(['a', 'b', 'c'], 'en')).toBe('a, b en c');
  });

  it('tell the agreements by an example', () => {
    const told = exampleOf(t, policy, way('team', rung([person('Ruud')], 0), rung([person('Fatima')], 3)));
    expect(told).toEqual([
      'Om 13:55 sturen we een herinnering.',
      'Om 14:00 sturen we een sms en bellen we.',
      'Om 14:02 bellen we nog een keer.',
      'Om 14:05 is het alarm, en gaat het naar Ruud.',
      'Om 14:08 gaat het naar Fatima.',
    ]);
    expect(exampleOf(t, { ...policy, reminderMinutes: 0 }, undefined)).toContain('We sturen vooraf geen herinnering.');
  });
});

describe('readiness', () => {
  it('is good when there is nothing to do', () => {
    const checks = checksOf(t, always(way('team', rung([person('Ruud')], 0))), [drill('2026-11-23T12:00:00Z', 40)], NOW);
    expect(checks.map(({ glyph }) => glyph)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(checks.at(-1)?.text).toBe('Laatste oefening: gisteren, opgepakt na 0:40.');
  });

  it('puts first what leaves somebody alone, and says what to do', () => {
    const coverage = always(way('nobody', rung([person('Ruud', ['not-verified'], [])], null)), [{ channel: 'call', works: false }]);
    const checks = checksOf(t, coverage, [], NOW);
    expect(checks.map(({ glyph }) => glyph)).toEqual(['alarm', 'alarm', 'warn', 'warn']);
    expect(checks[0]).toMatchObject({ text: 'Niemand: de hele week', part: 'ladder' });
    expect(checks[1]?.text).toContain('bellen');
    expect(checks[2]?.text).toContain('Ruud');
    expect(checks[3]?.text).toBe('Dit team heeft nog nooit geoefend.');
  });

  it('remembers that a drill was long ago, that nobody took it, or that it is going on', () => {
    const said = (one: Drill): string | undefined => checksOf(t, always(way('team', rung([person('Ruud')], 0))), [one], NOW)[0]?.text;
    expect(said(drill('2026-08-01T12:00:00Z', 40))).toBe('De laatste oefening is 115 dagen geleden.');
    expect(said(drill('2026-11-23T12:00:00Z', null))).toBe('De laatste oefening is door niemand opgepakt.');
    expect(said(drill('2026-11-24T11:00:00Z', null, 'open'))).toBe('Er loopt nu een oefening.');
  });
});
