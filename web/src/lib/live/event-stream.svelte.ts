// The feed of changes. It is live only while we hear from the service; silence is told, loudly.
import { clock } from '../clock/clock.svelte';
import { session } from '../people/session.svelte';

type Changed = (kind: 'visit' | 'alarm', id: string) => void;
const CHECK_MS = 5_000;
/** The service lets hear from itself every ten seconds. */
const SILENT_MS = 25_000;

class Live {
  state = $state<'connecting' | 'live' | 'lost'>('connecting');
  /** When we last heard anything, and since when that is too long ago: by this device. */
  lastHeard = $state(Date.now());
  lostAt = 0;
  /** When the feed came back: what was asked before may be old, until it is asked again. */
  backAt = $state(0);
  private source: EventSource | null = null;
  private triedAt = 0;
  private readonly listeners = new Set<Changed>();

  /** When we last heard anything, by the clock of the service. */
  get heardAt(): number {
    return clock.of(this.lastHeard);
  }

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
    this.triedAt = Date.now();
    source.addEventListener('hello', (event) => this.beat(event, true));
    source.addEventListener('beat', (event) => this.beat(event, false));
    source.addEventListener('visit', (event) => this.tell('visit', event));
    source.addEventListener('alarm', (event) => this.tell('alarm', event));
  }

  private tell(kind: 'visit' | 'alarm', event: MessageEvent<string>): void {
    const back = this.heard();
    const { id } = JSON.parse(event.data) as { id: string };
    if (session.demo) void session.refresh();
    for (const listener of this.listeners) listener(kind, back ? '' : id);
  }

  /** A beat brings the time; a hello also says that changes may have been missed. */
  private beat(event: MessageEvent<string>, missed: boolean): void {
    const { now } = JSON.parse(event.data) as { now?: string };
    if (now) clock.set(now);
    const back = this.heard();
    if (missed || back) for (const listener of this.listeners) listener('visit', '');
  }

  /** Notes that we heard something; says whether that ended a silence. */
  private heard(): boolean {
    const back = this.state === 'lost';
    this.lastHeard = Date.now();
    if (back) this.backAt = this.lastHeard;
    this.state = 'live';
    return back;
  }

  /** A feed can die without an error, so only what we hear counts. */
  private check(): void {
    const open = this.source?.readyState === EventSource.OPEN;
    const silent = Date.now() - this.lastHeard;
    if (silent > SILENT_MS || (!open && silent > CHECK_MS)) this.lose();
    // On a bad line connecting takes long: who gives up too soon never gets through.
    const given = Date.now() - this.triedAt < SILENT_MS;
    if (this.source?.readyState === EventSource.CLOSED || (silent > 2 * SILENT_MS && !given)) void this.again();
  }

  private lose(): void {
    if (this.state !== 'lost') this.lostAt = Date.now();
    this.state = 'lost';
  }

  /** A feed that was refused may mean that nobody is signed in any more. */
  private async again(): Promise<void> {
    await session.refresh();
    if (session.me && this.source) this.connect();
  }
}

export const live = new Live();
