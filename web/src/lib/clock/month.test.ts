import { expect, it } from 'vitest';
import { monthOf, monthsOn, sayMonth } from './month';

it('a month is that of the organisation, not of the server', () => {
  expect(monthOf(Date.parse('2026-10-31T23:30:00Z'))).toBe('2026-11');
  expect(monthOf(Date.parse('2026-11-30T22:59:00Z'))).toBe('2026-11');
});

it('months follow each other over the year', () => {
  expect([monthsOn('2026-12', 1), monthsOn('2027-01', -1), monthsOn('2026-11', 0)]).toEqual(['2027-01', '2026-12', '2026-11']);
});

it('a month has a name', () => {
  expect([sayMonth('2026-11', 'nl'), sayMonth('2026-11', 'en')]).toEqual(['november 2026', 'November 2026']);
});
