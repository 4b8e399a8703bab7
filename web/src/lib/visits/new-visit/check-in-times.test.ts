import { expect, it } from 'vitest';
import type { Me } from '../../../api/types';
import { agreedIn, defaultTimes, firstMinutesOf } from './check-in-times';
import { newDraft } from './draft';

const now = '2026-11-23T12:00:00.000Z';
const start = Date.parse(now);
const minutesAfter = (times: number[]): number[] => times.map((at) => (at - start) / 60_000);

it('asks an ordinary visit at its end', () => {
  expect(minutesAfter(defaultTimes(start, 45, false, 15))).toEqual([45]);
});

it('asks a risky visit soon, halfway and at its end; moments too close together are one', () => {
  expect(minutesAfter(defaultTimes(start, 60, true, 15))).toEqual([15, 30, 60]);
  expect(minutesAfter(defaultTimes(start, 10, true, 15))).toEqual([5, 10]);
  expect(minutesAfter(defaultTimes(start, 60, true, 28))).toEqual([28, 60]);
});

it('draws what was typed instead, in order and each once', () => {
  const draft = { ...newDraft(start, ''), minutes: '60', checkInTimes: [{ time: '13:40' }, { time: '' }, { time: '13:20' }, { time: '13:20' }] };
  const agreed = agreedIn(draft, now, true, 15);
  expect(agreed?.checkIns.map(({ dueAt }) => dueAt.slice(11, 16))).toEqual(['12:20', '12:40']);
  expect(agreed?.expectedEndAt).toBe('2026-11-23T13:00:00.000Z');
});

it('draws nothing as long as the times cannot be read', () => {
  expect(agreedIn({ ...newDraft(start, ''), minutes: '' }, now, false, 15)).toBeNull();
  expect(agreedIn({ ...newDraft(start, ''), start: 'at', time: '' }, now, false, 15)).toBeNull();
});

it('follows the rule of the team for which one goes', () => {
  const me = { teams: [{ id: 'a', riskyFirstMinutes: 10 }, { id: 'b', riskyFirstMinutes: 20 }] } as Me;
  expect([firstMinutesOf(me, ''), firstMinutesOf(me, 'b'), firstMinutesOf(null, '')]).toEqual([10, 20, 15]);
});
