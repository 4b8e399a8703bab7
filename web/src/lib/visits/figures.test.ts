import { expect, it } from 'vitest';
import type { Report } from '../../api/visits/reports';
import { teamTexts } from '../../i18n/people/team';
import { groupsOf, lengths } from './figures';

const report: Report = {
  team: { id: 'team', name: 'Wmo' },
  month: '2026-11',
  visits: { ended: 12, risky: 3, cancelled: 1 },
  checkIns: { asked: 20, inTime: 17, late: 2, missed: 1 },
  alarms: { total: 1, missedCheckIn: 1, panic: 0, duress: 0 },
  ownership: { taken: 1, never: 0, medianSeconds: 75, p90Seconds: 75, longestSeconds: 75 },
  drills: { held: 0, ownership: { taken: 0, never: 0, medianSeconds: null, p90Seconds: null, longestSeconds: null } },
};

it('says every figure, times as minutes and seconds, and that there is none', () => {
  const rows = groupsOf(teamTexts.nl, report).flatMap(({ title, rows: all }) => all.map(({ text, value }) => `${title}: ${text} ${value}`));
  expect(rows).toContain('Checks: Na de tweede oproep 2');
  expect(rows).toContain('Tot iemand het oppakte: 9 van de 10 binnen 1:15');
  expect(rows).toContain('Oefeningen: Opgepakt, de helft binnen Geen');
  expect(rows).toHaveLength(19);
});

it('draws what is there, and nothing for none', () => {
  expect(lengths([{ text: 'a', value: 200 }, { text: 'b', value: 1 }, { text: 'c', value: 0 }])).toEqual([100, 2, 0]);
  expect(lengths([{ text: 'a', value: 0 }])).toEqual([0]);
});
