// What a test of a channel has come to, for people.
import type { ChannelTest } from '../../api/types';

export type Came = 'waits' | 'stuck' | 'over' | 'slow' | 'rings' | 'delivered' | 'answered' | 'failed' | 'withdrawn';

/** After this long something that should have happened is worth telling. */
const SOON_MS = 60_000;

export function cameTo(test: ChannelTest, now: number): Came {
  const late = now - Date.parse(test.askedAt) > SOON_MS;
  if (test.state === 'queued' || test.state === 'sending') return late ? 'stuck' : 'waits';
  if (test.state === 'handed-over') return test.channel === 'call' && !late ? 'rings' : late ? 'slow' : 'over';
  if (test.state === 'delivered') return test.channel === 'call' ? 'answered' : 'delivered';
  return test.state;
}

/** Whether its state may still change soon. */
export const isGoing = (test: ChannelTest, now: number): boolean =>
  ['queued', 'sending', 'handed-over'].includes(test.state) && now - Date.parse(test.askedAt) < 10 * SOON_MS;

/** After how many seconds it arrived, to a tenth; null while it did not. */
export const tookSeconds = (test: ChannelTest): number | null =>
  test.deliveredAt === null ? null : Math.round((Date.parse(test.deliveredAt) - Date.parse(test.askedAt)) / 100) / 10;
