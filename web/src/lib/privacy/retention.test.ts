import { expect, it } from 'vitest';
import type { Run } from '../../api/privacy/retention';
import { faresOf, told } from './retention';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const run = (state: Run['state'], hoursAgo: number, kinds: Run['kinds'] = []): Run => {
  const startedAt = new Date(NOW - hoursAgo * 3600_000).toISOString();
  return { id: `${hoursAgo}`, state, startedAt, endedAt: state === 'running' ? null : startedAt, kinds };
};

it('says that none ran yet, or how the last one went', () => {
  expect(faresOf([], NOW)).toBe('none');
  expect(faresOf([run('done', 9), run('failed', 33)], NOW)).toBe('done');
  expect(faresOf([run('failed', 1), run('done', 25)], NOW)).toBe('failed');
  expect(faresOf([run('running', 0.1), run('failed', 1)], NOW)).toBe('running');
});

it('says that a night was missed, but for the longest night of the year', () => {
  expect(faresOf([run('done', 25)], NOW)).toBe('done');
  expect(faresOf([run('done', 27)], NOW)).toBe('late');
});

it('does not believe in a run that takes hours', () => {
  expect(faresOf([run('running', 3)], NOW)).toBe('late');
});

it('tells what was removed or held back, and no zeros', () => {
  const kinds: Run['kinds'] = [
    { kind: 'visits', removed: 0, held: [] },
    { kind: 'measures', removed: 0, held: [{ reason: 'objection', count: 1 }] },
    { kind: 'drills', removed: 3, held: [] },
  ];
  expect(told(run('done', 1, kinds)).map(({ kind }) => kind)).toEqual(['measures', 'drills']);
});
