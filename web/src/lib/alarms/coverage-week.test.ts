import { describe, expect, it } from 'vitest';
import type { Coverage, Way } from '../../api/people/teams';
import { clockOf, daysOf, gapsOf, instantIn, reachedOn, toldFrom, wayAt } from './coverage-week';

const person = (name: string, channels: ('call' | 'text')[]): Way['rungs'][number]['people'][number] => ({
  person: { id: name, name },
  channels,
  lacks: channels.length ? [] : ['not-verified'],
});

function way(coverage: Way['coverage'], rungs: Partial<Way['rungs'][number]>[] = []): Way {
  const whole = rungs.map((rung) => ({ lastResort: false, afterMinutes: 0, waitMinutes: 3, districtOfficer: false, people: [], ...rung }));
  return { coverage, outOfHours: false, rungs: whole, repeatMinutes: 5 };
}

/** A week with these borders, each with the way that begins there. */
function week(from: string, until: string, ways: Way[], borders: [string, number][]): Coverage {
  const spans = borders.map(([at, which], i) => ({ from: at, until: borders[i + 1]?.[0] ?? until, way: which }));
  return { teamId: 'team', from, spans, ways, channels: [] };
}

/** Monday 23 November 2026; by day and in the week the team, from Saturday 18:00 until Monday 08:00 nobody. */
const november = week('2026-11-23', '2026-11-29T23:00:00Z', [way('nobody'), way('team')], [
  ['2026-11-22T23:00:00Z', 0],
  ['2026-11-23T07:00:00Z', 1],
  ['2026-11-28T17:00:00Z', 0],
]);

describe('the picture of a week', () => {
  it('lays spans out by the clock on the wall', () => {
    const days = daysOf(november);
    expect(days.map(({ day }) => day)).toEqual(['23', '24', '25', '26', '27', '28', '29'].map((day) => `2026-11-${day}`));
    expect(days[0]?.pieces).toEqual([{ from: 0, until: 480, way: 0 }, { from: 480, until: 1440, way: 1 }]);
    expect(days[5]?.pieces).toEqual([{ from: 0, until: 1080, way: 1 }, { from: 1080, until: 1440, way: 0 }]);
    expect(days[6]?.pieces).toEqual([{ from: 0, until: 1440, way: 0 }]);
  });

  it('fills the day on which summer time begins, which has 23 hours', () => {
    // Sunday 28 March 2027: a shift from Saturday 22:00 until Sunday 06:00 is seven hours long.
    const spring = week('2027-03-22', '2027-03-28T22:00:00Z', [way('team'), way('organisation')], [
      ['2027-03-21T23:00:00Z', 0],
      ['2027-03-27T21:00:00Z', 1],
      ['2027-03-28T04:00:00Z', 0],
    ]);
    const days = daysOf(spring);
    expect(days[5]?.pieces.at(-1)).toEqual({ from: 1320, until: 1440, way: 1 });
    expect(days[6]?.pieces).toEqual([{ from: 0, until: 360, way: 1 }, { from: 360, until: 1440, way: 0 }]);
    expect(gapsOf(spring, 'organisation')).toEqual([{ from: { day: 5, time: '22:00' }, until: { day: 6, time: '06:00' }, whole: false }]);
  });

  it('fills the day on which it ends, which has 25 hours', () => {
    // Sunday 25 October 2026, where 02:00 comes twice.
    const autumn = week('2026-10-19', '2026-10-25T23:00:00Z', [way('team'), way('nobody')], [
      ['2026-10-18T22:00:00Z', 0],
      ['2026-10-25T00:30:00Z', 1],
      ['2026-10-25T05:00:00Z', 0],
    ]);
    expect(daysOf(autumn)[6]?.pieces).toEqual([
      { from: 0, until: 150, way: 0 },
      { from: 150, until: 360, way: 1 },
      { from: 360, until: 1440, way: 0 },
    ]);
  });
});

describe('gaps', () => {
  it('last over Sunday night as one', () => {
    expect(gapsOf(november, 'nobody')).toEqual([{ from: { day: 5, time: '18:00' }, until: { day: 0, time: '08:00' }, whole: false }]);
    expect(gapsOf(november, 'organisation')).toEqual([]);
  });

  it('are one when two ways follow each other in which nobody is called', () => {
    const two = week('2026-11-23', '2026-11-29T23:00:00Z', [way('nobody'), way('nobody', [{}]), way('team')], [
      ['2026-11-22T23:00:00Z', 2],
      ['2026-11-24T17:00:00Z', 0],
      ['2026-11-25T07:00:00Z', 1],
      ['2026-11-25T17:00:00Z', 2],
    ]);
    expect(gapsOf(two, 'nobody')).toEqual([{ from: { day: 1, time: '18:00' }, until: { day: 2, time: '18:00' }, whole: false }]);
  });

  it('can last the whole week', () => {
    const never = week('2026-11-23', '2026-11-29T23:00:00Z', [way('nobody'), way('nobody', [{}])], [
      ['2026-11-22T23:00:00Z', 0],
      ['2026-11-23T07:00:00Z', 1],
    ]);
    expect(gapsOf(never, 'nobody').map(({ whole }) => whole)).toEqual([true]);
  });
});

describe('a moment of the week', () => {
  it('finds the way that holds, borders included', () => {
    const at = (day: number, time: string) => wayAt(november, instantIn(november, { day, time }) ?? '')?.coverage;
    expect([at(1, '23:00'), at(0, '07:59'), at(0, '08:00'), at(5, '18:00')]).toEqual(['team', 'nobody', 'team', 'nobody']);
  });

  it('tells rung by rung when each is called, and passes over where nobody is reached', () => {
    const climbed = way('team', [
      { afterMinutes: null, people: [person('Ruud', [])] },
      { afterMinutes: 0, people: [person('Fatima', ['call']), person('Piet', [])] },
      { afterMinutes: 3, lastResort: true, people: [person('Els', ['call'])] },
    ]);
    const told = toldFrom(climbed, '2026-11-24T22:58:00Z');
    expect(told.map(({ at }) => at)).toEqual([null, '23:58', '00:01']);
    const { reached, not } = reachedOn(told[1]!.rung);
    expect([reached.map((one) => one.person.name), not.map((one) => one.person.name)]).toEqual([['Fatima'], ['Piet']]);
  });

  it('writes minutes as a clock does', () => {
    expect([clockOf(0), clockOf(485), clockOf(1440)]).toEqual(['00:00', '08:05', '24:00']);
  });
});
