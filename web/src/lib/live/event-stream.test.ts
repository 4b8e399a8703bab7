// The feed: what counts is what we hear, and a slow line is waited for.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const SECOND = 1000;

class Line {
  static readonly CLOSED = 2;
  static readonly OPEN = 1;
  static readonly lines: Line[] = [];
  readyState = 0;
  private readonly heard = new Map<string, (event: { data: string }) => void>();

  constructor() {
    Line.lines.push(this);
  }

  static get last(): Line {
    return Line.lines.at(-1)!;
  }

  addEventListener(kind: string, hear: (event: { data: string }) => void): void {
    this.heard.set(kind, hear);
  }

  say(kind: string): void {
    this.readyState = Line.OPEN;
    this.heard.get(kind)?.({ data: '{}' });
  }

  close(): void {
    this.readyState = Line.CLOSED;
  }
}

vi.useFakeTimers();
vi.stubGlobal('EventSource', Line);
vi.stubGlobal('window', { addEventListener: () => undefined, removeEventListener: () => undefined });
vi.mock('../people/session.svelte', () => ({ session: { me: {}, demo: null, refresh: async () => true } }));
const { live } = await import('./event-stream.svelte');
let stop: () => void;

beforeEach(() => {
  Line.lines.length = 0;
  stop = live.open();
  Line.last.say('hello');
});

afterEach(() => stop());

it('is live while we hear from the service, and lost after 25 seconds of silence', async () => {
  expect(live.state).toBe('live');
  await vi.advanceTimersByTimeAsync(25 * SECOND);
  expect(live.state).toBe('live');
  await vi.advanceTimersByTimeAsync(5 * SECOND);
  expect(live.state).toBe('lost');
});

it('is tried anew after a long silence, and then given the time that a slow line takes', async () => {
  await vi.advanceTimersByTimeAsync(55 * SECOND);
  expect(Line.lines).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(20 * SECOND);
  expect(Line.lines, 'it still waits for the same answer').toHaveLength(2);
  Line.last.say('hello');
  expect(live.state).toBe('live');
});

it('is tried anew when that brings nothing either', async () => {
  await vi.advanceTimersByTimeAsync((55 + 25) * SECOND);
  expect(Line.lines).toHaveLength(3);
});

it('is asked for again soon after a refusal', async () => {
  Line.last.close();
  await vi.advanceTimersByTimeAsync(5 * SECOND);
  expect(Line.lines).toHaveLength(2);
});
