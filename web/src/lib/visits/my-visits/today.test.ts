import { expect, it } from 'vitest';
import type { Visit } from '../../../api/types';
import { groupsOf } from './today';

const now = Date.parse('2026-11-23T12:00:00Z');
const visit = (id: string, status: Visit['status'], startsAt: string, nextCheckInAt: string | null = null): Visit => ({ id, status, startsAt, nextCheckInAt }) as Visit;
const ids = (visits: Visit[]): string[] => visits.map(({ id }) => id);

it('puts what runs first, then today, and the rest where it belongs', () => {
  const groups = groupsOf(
    [
      visit('tomorrow', 'planned', '2026-11-24T08:00:00Z'),
      visit('tonight', 'planned', '2026-11-23T19:00:00Z'),
      visit('soon', 'awaiting-approval', '2026-11-23T13:00:00Z'),
      visit('never started', 'planned', '2026-11-22T13:00:00Z'),
      visit('second', 'under-way', '2026-11-23T10:00:00Z', '2026-11-23T12:30:00Z'),
      visit('first', 'under-way', '2026-11-23T11:00:00Z', '2026-11-23T12:10:00Z'),
      visit('morning', 'ended', '2026-11-23T08:00:00Z'),
      visit('called off', 'cancelled', '2026-11-23T09:00:00Z'),
      visit('last week', 'ended', '2026-11-16T08:00:00Z'),
    ],
    now,
  );
  expect(ids(groups.running)).toEqual(['first', 'second']);
  expect(ids(groups.soon)).toEqual(['never started', 'soon', 'tonight']);
  expect(ids(groups.later)).toEqual(['tomorrow']);
  expect(ids(groups.today)).toEqual(['called off', 'morning']);
  expect(ids(groups.past)).toEqual(['last week']);
});

it('knows the day where the organisation is, not in Greenwich', () => {
  // Half past midnight in Enschede is still yesterday in Greenwich.
  const late = visit('night', 'planned', '2026-11-23T23:30:00Z');
  expect(ids(groupsOf([late], now).later)).toEqual(['night']);
});
