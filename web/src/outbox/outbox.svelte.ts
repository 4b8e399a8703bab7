// The outbox of this page: takes taps in, sends them as soon as it can, and tells what became of them.
import { newKey } from '../api/client';
import { clock } from '../lib/clock/clock.svelte';
import { live } from '../lib/live/event-stream.svelte';
import { taps as drawer, who } from './drawer';
import { sendLane } from './send';
import { CHANNEL, inOrder, LANES, laneOf, pathOf, type Kind, type Lane, type Outcome, type Tap } from './tap';

type Heard = (tap: Tap, outcome: Outcome) => void;

/** How often is tried again while something waits. */
const AGAIN_MS = 15_000;

class Outbox {
  /** Every tap of this person that is not delivered, and those that were refused. */
  taps = $state.raw<Tap[]>([]);
  /** Keys of taps of which a try has failed: they wait for a connection. */
  failed = $state.raw<ReadonlySet<string>>(new Set());
  private person = '';
  private readonly busy = new Map<Lane, boolean>();
  private readonly heard = new Set<Heard>();
  private readonly unwritten = new Set<string>();
  private channel: BroadcastChannel | null = null;

  waiting = $derived(this.taps.filter(({ refused }) => !refused));
  refused = $derived(this.taps.filter(({ refused }) => refused));

  /** Opens it for who is signed in; gives back how to stop. */
  open(person: string): () => void {
    this.person = person;
    void who.set(person);
    this.channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(CHANNEL) : null;
    if (this.channel) this.channel.onmessage = ({ data }: MessageEvent<{ tap: Tap; outcome: Outcome }>) => this.hear(data.tap, data.outcome);
    const flush = (): void => this.flush();
    const seen = (): void => (document.visibilityState === 'visible' ? this.flush() : undefined);
    const timer = setInterval(() => this.waiting.length && this.flush(), AGAIN_MS);
    const ears = live.on((_, id) => (id === '' ? this.flush() : undefined));
    window.addEventListener('online', flush);
    document.addEventListener('visibilitychange', seen);
    void this.look().then(flush);
    return () => {
      clearInterval(timer);
      ears();
      window.removeEventListener('online', flush);
      document.removeEventListener('visibilitychange', seen);
      this.channel?.close();
      this.taps = [];
      this.person = '';
    };
  }

  /** Is told what becomes of taps, whoever sent them; gives back how to stop. */
  on(heard: Heard): () => void {
    this.heard.add(heard);
    return () => this.heard.delete(heard);
  }

  of(visit: string): Tap[] {
    return this.waiting.filter((tap) => tap.visit === visit);
  }

  /** Whether a tap is known not to have come through, or lets wait for its answer. */
  isStuck(tap: Tap, now: number): boolean {
    return this.failed.has(tap.key) || now - Date.parse(tap.tappedAt) > 1500;
  }

  /** Keeps a tap and sends it; tells what became of the first try. */
  async put(kind: Kind, visit: string | null, said: object): Promise<Outcome> {
    const tappedAt = clock.at();
    const body = kind === 'register' || kind === 'start' ? said : { ...said, tappedAt };
    const tap: Tap = { key: newKey(), person: this.person, visit, kind, tappedAt, path: pathOf(kind, visit), body, tries: 0, refused: null };
    this.taps = inOrder([...this.taps, tap]);
    const first = this.first(tap.key);
    this.unwritten.add(tap.key);
    await drawer.put(tap);
    this.unwritten.delete(tap.key);
    await this.takeBackEnd(tap);
    void this.wakeLater();
    void this.send(laneOf(tap));
    return first;
  }

  async dismiss(key: string): Promise<void> {
    this.taps = this.taps.filter((tap) => tap.key !== key);
    await drawer.remove(key);
  }

  /** Who signs out leaves nothing behind but what has yet to be sent. */
  async leave(person: string): Promise<void> {
    const refused = (await drawer.all()).filter((tap) => tap.person === person && tap.refused);
    await Promise.all(refused.map(({ key }) => drawer.remove(key)));
  }

  flush(): void {
    if (this.person) for (const lane of LANES) void this.send(lane);
  }

  /** Who answers after 'I am out' is out there still: an end that never left the phone is not meant any more. */
  private async takeBackEnd(tap: Tap): Promise<void> {
    if (tap.kind !== 'well' && tap.kind !== 'more') return;
    const ends = (await drawer.all()).filter(({ kind, visit, tries }) => kind === 'end' && visit === tap.visit && tries === 0);
    await Promise.all(ends.map(({ key }) => this.dismiss(key)));
  }

  private first(key: string): Promise<Outcome> {
    return new Promise((done) => {
      const stop = this.on((tap, outcome) => {
        if (tap.key !== key) return;
        stop();
        done(outcome);
      });
    });
  }

  private async send(lane: Lane): Promise<void> {
    if (this.busy.has(lane)) {
      this.busy.set(lane, true);
      return;
    }
    const told: Heard = (tap, outcome) => {
      this.hear(tap, outcome);
      this.channel?.postMessage({ tap: { ...tap, body: null }, outcome });
    };
    do {
      this.busy.set(lane, false);
      await sendLane(lane, { person: this.person, now: () => Date.parse(clock.at()), told }).catch(() => undefined);
    } while (this.busy.get(lane));
    this.busy.delete(lane);
    await this.look();
  }

  private hear(tap: Tap, outcome: Outcome): void {
    if (tap.person !== this.person) return;
    if (outcome.is === 'sent') this.taps = this.taps.filter(({ key }) => key !== tap.key);
    else if (outcome.is === 'waits') this.failed = new Set([...this.failed, tap.key]);
    else this.taps = this.taps.map((known) => (known.key === tap.key ? { ...known, refused: outcome.problem } : known));
    for (const heard of [...this.heard]) heard(tap, outcome);
  }

  /** What lies in the store now; another page or the service worker may have sent something. */
  private async look(): Promise<void> {
    const all = await drawer.all();
    const own = all.filter(({ person }) => person === this.person);
    const written = new Set(own.map(({ key }) => key));
    const [unwritten, gone] = [true, false].map((yes) => this.taps.filter(({ key }) => !written.has(key) && this.unwritten.has(key) === yes));
    this.taps = inOrder([...own, ...(unwritten ?? [])]);
    // Sent by another page that could not say so any more.
    for (const tap of gone ?? []) this.hear(tap, { is: 'sent', value: null });
    this.failed = new Set(own.filter(({ key, tries }) => tries > 0 || this.failed.has(key)).map(({ key }) => key));
  }

  /** The browser wakes the service worker when there is a connection, also when the app is closed. */
  private async wakeLater(): Promise<void> {
    try {
      // A tap that waits is not to be thrown away when the phone is short of room.
      void navigator.storage?.persist?.();
      const registration = (await navigator.serviceWorker?.ready) as (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }) | undefined;
      await registration?.sync?.register(CHANNEL);
    } catch {
      // Not every browser can; then it goes out when the app is open.
    }
  }
}

export const outbox = new Outbox();
