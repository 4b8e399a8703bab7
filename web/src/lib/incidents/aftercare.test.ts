import { expect, it } from 'vitest';
import type { Care } from '../../api/types';
import { byNeed, isLate, nextTalk } from './aftercare';

const by = { id: 'r', name: 'Ruud Smit' };
const care = (id: string, ...talks: [due: string, at: string | null][]): Care =>
  ({ id, talks: talks.map(([due, at]) => ({ moment: 'right-away', due, at, by: at ? by : null })) }) as unknown as Care;

it('puts who waits longest for a talk on top, and who was spoken with apart', () => {
  const jan = care('jan', ['2026-11-23T17:00:00Z', null]);
  const bo = care('bo', ['2026-11-23T12:00:00Z', '2026-11-23T11:00:00Z'], ['2026-11-23T16:00:00Z', null]);
  const els = care('els', ['2026-11-23T12:00:00Z', '2026-11-23T11:00:00Z']);
  const { open, over } = byNeed([jan, els, bo]);
  expect([open.map(({ id }) => id), over.map(({ id }) => id)]).toEqual([['bo', 'jan'], ['els']]);
  expect(nextTalk(bo)?.due).toBe('2026-11-23T16:00:00Z');
});

it('is late only while nobody spoke', () => {
  const [open, held] = care('x', ['2026-11-23T12:00:00Z', null], ['2026-11-23T12:00:00Z', '2026-11-23T15:00:00Z']).talks;
  const now = Date.parse('2026-11-23T13:00:00Z');
  expect([isLate(open!, now), isLate(held!, now)]).toEqual([true, false]);
});
