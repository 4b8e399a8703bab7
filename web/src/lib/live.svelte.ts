// The feed of changes. It is live only while we hear from the service; silence is told, loudly.
import { clock } from './clock.svelte';
import { session } from './session.svelte';

type Changed = (kind: 'visit' | 'alarm', id: string) => void;
const CHECK_MS = 5_000;
const CLOCK_MS = 30_000;
const SILENT_MS = 30_000;

class Live {
  state = $state<'connecting' | 'live' | 'lost'>('connecting');
  /** When we last heard anything, by the clock of the service. */
  heardAt = $state(clock.now);
  private lastHeard = Date.now();
  private source: EventSource | null = null;
  private readonly listeners = new Set<Changed>();

  /** Starts listening; gives back how to stop. */
  open(): () => void {
    this.connect();
    const timer = setInterval(() => this.check(), CHECK_MS);
    const clockTimer = setInterval(() => void session.refresh(), CLOCK_MS);
    const online = (): void => this.connect();
    window.addEventListener('online', online);
    return () => {
      clearInterval(timer);
      clearInterval(clockTimer);
      window.removeEventListener('online', online);
      this.source?.close();
      this.source = null;
      this.state = 'connecting';
    };
  }

  /** Tells `changed` of every change, and after each gap that everything may have changed. */
  on(changed: Changed): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  private connect(): void {
    this.source?.close();
    const source = new EventSource('/v1/events');
    this.source = source;
    source.onopen = () => this.heard();
    source.addEventListener('hello', () => this.greeted());
    source.addEventListener('beat', () => this.heard());
    source.addEventListener('visit', (event) => this.tell('visit', event));
    source.addEventListener('alarm', (event) => this.tell('alarm', event));
  }

  private tell(kind: 'visit' | 'alarm', event: MessageEvent<string>): void {
    this.heard();
    const { id } = JSON.parse(event.data) as { id: string };
    if (session.demo) void session.refresh();
    for (const listener of this.listeners) listener(kind, id);
  }

  /** The feed begins, or something may have been missed: everything may have changed. */
  private greeted(): void {
    this.heard();
    for (const listener of this.listeners) listener('visit', '');
  }

  private heard(): void {
    this.lastHeard = Date.now();
    this.heardAt = Date.parse(clock.at());
    this.state = 'live';
  }

  /** A feed can die without an error, so only what we hear counts. */
  private check(): void {
    const open = this.source?.readyState === EventSource.OPEN;
    const silent = Date.now() - this.lastHeard;
    if (silent > SILENT_MS || (!open && silent > CHECK_MS)) this.state = 'lost';
    if (this.source?.readyState === EventSource.CLOSED || silent > 2 * SILENT_MS) this.connect();
  }
}

export const live = new Live();
