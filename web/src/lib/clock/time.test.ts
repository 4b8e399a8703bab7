import { describe, expect, it } from 'vitest';
import { clockSeconds, clockTime, dayTime, following, instantOf, left, minSec, nextFive } from './time';

describe('instants as people type them', () => {
  it('reads a time where the organisation is, in winter and in summer', () => {
    expect(instantOf('2026-11-23', '14:00')).toBe('2026-11-23T13:00:00.000Z');
    expect(instantOf('2026-07-01', '14:00')).toBe('2026-07-01T12:00:00.000Z');
  });

  it('takes the first of the two hours when the clock goes back', () => {
    expect(instantOf('2026-10-25', '02:30')).toBe('2026-10-25T00:30:00.000Z');
    expect(instantOf('2026-10-25', '03:30')).toBe('2026-10-25T02:30:00.000Z');
  });

  it('reads a time in the hour that is skipped as one hour later', () => {
    expect(instantOf('2026-03-29', '02:30')).toBe('2026-03-29T01:30:00.000Z');
    expect(clockTime('2026-03-29T01:30:00Z')).toBe('03:30');
  });

  it('refuses what is not a time', () => {
    expect(instantOf('2026-11-23', '')).toBeNull();
    expect(instantOf('', '14:00')).toBeNull();
    expect(instantOf('2026-11-23', '25:00')).toBeNull();
    expect(instantOf('2026-13-01', '14:00')).toBeNull();
  });

  it('puts a moment before the start on the next day', () => {
    expect(following('2026-11-23T22:30:00Z', '23:45')).toBe('2026-11-23T22:45:00.000Z');
    expect(following('2026-11-23T22:30:00Z', '00:15')).toBe('2026-11-23T23:15:00.000Z');
  });

  it('offers the next whole five minutes', () => {
    expect(nextFive(Date.parse('2026-11-23T13:00:00Z'))).toEqual({ day: '2026-11-23', time: '14:05' });
    expect(nextFive(Date.parse('2026-11-23T22:58:00Z'))).toEqual({ day: '2026-11-24', time: '00:00' });
  });
});

describe('instants as people read them', () => {
  const now = Date.parse('2026-11-23T13:00:00Z');

  it('names the day only when it is another one', () => {
    expect(dayTime('2026-11-23T15:30:00Z', now, 'nl')).toBe('16:30');
    expect(dayTime('2026-11-24T15:30:00Z', now, 'nl')).toBe('di 24 nov 16:30');
    expect(dayTime('2026-11-23T23:30:00Z', now, 'en')).toMatch(/^Tue.*24.*00:30$/);
  });

  it('counts in minutes rounded up, and in seconds at the end', () => {
    expect(left('2026-11-23T13:11:01Z', now)).toEqual({ value: 12, unit: 'minutes', late: false });
    expect(left('2026-11-23T13:00:59Z', now)).toEqual({ value: 59, unit: 'seconds', late: false });
    expect(left('2026-11-23T12:59:30Z', now)).toEqual({ value: 30, unit: 'seconds', late: true });
    expect(left('2026-11-23T12:54:10Z', now)).toEqual({ value: 5, unit: 'minutes', late: true });
  });

  it('writes a duration', () => {
    expect(minSec(312_900)).toBe('5:12');
    expect(minSec(3_912_000)).toBe('1:05:12');
    expect(minSec(-5)).toBe('0:00');
  });
});

it('tells seconds where they matter', () => {
  expect(clockSeconds('2026-11-23T13:01:05Z')).toBe('14:01:05');
});
