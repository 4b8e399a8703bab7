// The feed of changes. It is live only while we hear from the service; silence is told, loudly.
import { clock } from './clock.svelte';
import { session } from './session.svelte';

type Changed = (kind: 'visit' | 'alarm', id: string) => void;
const CHECK_MS = 5_000;
/** The service lets hear from itself every ten seconds. */
const SILENT_MS = 25_000;

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
    const online = (): void => this.connect();
    window.addEventListener('online', online);
    return () => {
      clearInterval(timer);
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
    source.addEventListener('hello', (event) => this.beat(event, true));
    source.addEventListener('beat', (event) => this.beat(event, false));
    source.addEventListener('visit', (event) => this.tell('visit', event));
    source.addEventListener('alarm', (event) => this.tell('alarm', event));
  }

  private tell(kind: 'visit' | 'alarm', event: MessageEvent<string>): void {
    this.heard();
    const { id } = JSON.parse(event.data) as { id: string };
    if (session.demo) void session.refresh();
    for (const listener of this.listeners) listener(kind, id);
  }

  /** A beat brings the time; a hello also says that changes may have been missed. */
  private beat(event: MessageEvent<string>, missed: boolean): void {
    const { now } = JSON.parse(event.data) as { now?: string };
    if (now) clock.set(now);
    this.heard();
    if (missed) for (const listener of this.listeners) listener('visit', '');
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
    if (this.source?.readyState === EventSource.CLOSED || silent > 2 * SILENT_MS) void this.again();
  }

  /** A feed that was refused may mean that nobody is signed in any more. */
  private async again(): Promise<void> {
    await session.refresh();
    if (session.me && this.source) this.connect();
  }
}

export const live = new Live();
