import { expect, it } from 'vitest';
import type { Alarm } from '../../api/types';
import { ALARM_EVERY_MS, breaksIn, BUSY_EVERY_MS, elsewhere, nextAlarmTone, nextLostTone, takesOver, waiting, type Here } from './attention';

const alarm = (id: string, more: Partial<Alarm> = {}): Alarm =>
  ({ id, state: 'open', silent: false, openedAt: `2026-11-23T14:0${id}:00Z`, nextStepAt: '2026-11-23T14:10:00Z', ...more }) as Alarm;
const here = (more: Partial<Here> = {}): Here => ({ page: 'me', busy: false, out: false, ...more });
const none = new Set<string>();
const S = 1000;

it('lets wait only what nobody has and what one may take; silent ones first, then the oldest', () => {
  const alarms = [alarm('3'), alarm('1'), alarm('2', { state: 'owned' }), alarm('4', { silent: true }), alarm('5', { nextStepAt: null })];
  expect(waiting(alarms).map(({ id }) => id)).toEqual(['4', '1', '3']);
});

it('takes over any page with the first alarm that was not shown yet', () => {
  const open = [alarm('1'), alarm('2')];
  expect(takesOver(open, none, here())?.id).toBe('1');
  expect(takesOver(open, new Set(['1']), here())?.id).toBe('2');
  expect(takesOver(open, new Set(['1', '2']), here())).toBeNull();
});

it('does not push away an alarm that is being handled, nor one that still waits', () => {
  expect(takesOver([alarm('2')], none, here({ page: 'alarm', alarm: '1', busy: true }))).toBeNull();
  expect(takesOver([alarm('1'), alarm('2')], none, here({ page: 'alarm', alarm: '1' }))).toBeNull();
  expect(takesOver([alarm('2')], none, here({ page: 'alarm', alarm: '1' }))?.id).toBe('2');
});

it('never shows anything on a visit of their own, and leaves the wall and the phones alone', () => {
  expect(takesOver([alarm('1')], none, here({ page: 'visit', out: true }))).toBeNull();
  for (const page of ['wall', 'phones']) expect(takesOver([alarm('1')], none, here({ page }))).toBeNull();
});

it('leaves whoever holds a drill at its results, and breaks in there with a real alarm', () => {
  const drill = alarm('1', { cause: 'drill' });
  expect([breaksIn(drill, 'drills'), breaksIn(drill, 'me'), breaksIn(alarm('2', { cause: 'panic' }), 'drills')]).toEqual([false, true, true]);
});

it('counts in the bar what is not on the screen', () => {
  expect(elsewhere([alarm('1'), alarm('2')], here({ alarm: '1' })).map(({ id }) => id)).toEqual(['2']);
});

it('sounds at once, again and again, and seldom for who handles another alarm', () => {
  expect(nextAlarmTone(null, 50 * S, false)).toBe(50 * S);
  expect(nextAlarmTone(50 * S, 51 * S, false)).toBe(50 * S + ALARM_EVERY_MS);
  expect(nextAlarmTone(50 * S, 51 * S, true)).toBe(50 * S + BUSY_EVERY_MS);
});

it('sounds after thirty seconds without news, and then each minute', () => {
  expect(nextLostTone(0, 10 * S, null)).toBe(30 * S);
  expect(nextLostTone(0, 10 * S, 30 * S)).toBe(90 * S);
});

it('gives a device that wakes up a moment to connect', () => {
  expect(nextLostTone(0, 3600 * S, null)).toBe(3605 * S);
});
