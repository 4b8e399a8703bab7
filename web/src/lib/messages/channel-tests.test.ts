import { expect, it } from 'vitest';
import type { ChannelTest } from '../../api/types';
import { cameTo, isGoing, tookSeconds } from './channel-tests';

const asked = '2026-11-23T12:00:00Z';
const after = (seconds: number): number => Date.parse(asked) + seconds * 1000;
const test = (channel: ChannelTest['channel'], state: ChannelTest['state']): ChannelTest => ({ id: 'x', channel, state, carrier: 'twilio', askedAt: asked, handedOverAt: null, deliveredAt: null });

it('follows a text from the outbox to the phone', () => {
  expect(cameTo(test('text', 'queued'), after(1))).toBe('waits');
  expect(cameTo(test('text', 'handed-over'), after(2))).toBe('over');
  expect(cameTo(test('text', 'delivered'), after(3))).toBe('delivered');
});

it('says that a phone rings, and that it was answered', () => {
  expect(cameTo(test('call', 'handed-over'), after(2))).toBe('rings');
  expect(cameTo(test('call', 'delivered'), after(9))).toBe('answered');
  expect(cameTo(test('call', 'failed'), after(40))).toBe('failed');
});

it('says after a minute that something is amiss', () => {
  expect(cameTo(test('text', 'queued'), after(61))).toBe('stuck');
  expect(cameTo(test('mail', 'handed-over'), after(61))).toBe('slow');
});

it('tells how long it took', () => {
  expect(tookSeconds(test('text', 'handed-over'))).toBe(null);
  expect(tookSeconds({ ...test('text', 'delivered'), deliveredAt: '2026-11-23T12:00:03.260Z' })).toBe(3.3);
});

it('looks again as long as something may still happen', () => {
  expect(isGoing(test('text', 'handed-over'), after(120))).toBe(true);
  expect(isGoing(test('text', 'handed-over'), after(700))).toBe(false);
  expect(isGoing(test('text', 'failed'), after(1))).toBe(false);
});
