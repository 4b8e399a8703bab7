// Sends what waits, in the page and in the service worker alike. Only what the service itself says counts as an answer.
import type { Problem } from '../api/types';
import { taps } from './drawer';
import { asRefused, inOrder, isStalePlace, isTooOld, laneOf, type Lane, type Outcome, type Tap } from './tap';

/** How long an answer may take before the line counts as dead. */
const PATIENCE_MS = 20_000;
/** Refusals that pass: signed out, slow, too early, too often. */
const PASSING = [401, 408, 425, 429];

export interface Sender {
  /** Who is signed in. */
  person: string;
  now: () => number;
  told: (tap: Tap, outcome: Outcome) => void;
}

/** Sends a lane until it is empty or the line fails. Two senders on one phone take turns. */
export async function sendLane(lane: Lane, sender: Sender): Promise<void> {
  const work = (): Promise<void> => empty(lane, sender);
  // Without locks two senders may both send a tap; its key makes that harmless.
  if (navigator.locks) await navigator.locks.request(`rugdekking.${lane}`, work);
  else await work();
}

async function empty(lane: Lane, sender: Sender): Promise<void> {
  /** What waits for the next round: a visit whose earlier tap could not be taken in. */
  const held = new Set<string>();
  /** Visits for which help has just gone out: its place may follow. */
  const helped = new Set<string | null>();
  for (;;) {
    const waiting = (await taps.all()).filter(({ refused }) => !refused);
    await expire(waiting, sender);
    const all = waiting.filter(({ person }) => person === sender.person);
    const [next] = inOrder(all.filter((tap) => laneOf(tap) === lane && !held.has(tap.visit ?? tap.key)));
    if (!next) return;
    const outcome = await settle(next, !helped.has(next.visit) && isStalePlace(next, all, sender.now()), sender.now());
    if (outcome) sender.told(next, outcome);
    if (next.kind === 'help' && outcome?.is === 'sent') helped.add(next.visit);
    if (outcome?.is !== 'waits') continue;
    if (outcome.cause !== 'service') return;
    held.add(next.visit ?? next.key);
  }
}

/** What another person left behind too long ago is not sent any more, and keeps no PIN. */
async function expire(waiting: readonly Tap[], { person, now }: Sender): Promise<void> {
  const old = waiting.filter((tap) => tap.person !== person && isTooOld(tap, now()));
  await Promise.all(old.map(({ key }) => taps.change(key, (tap) => asRefused(tap, tooOld))));
}

async function settle(tap: Tap, stale: boolean, now: number): Promise<Outcome | null> {
  if (stale) {
    await taps.remove(tap.key);
    return null;
  }
  const outcome: Outcome = isTooOld(tap, now) ? { is: 'refused', key: tap.key, problem: tooOld } : await send(tap);
  if (outcome.is === 'sent') await taps.remove(tap.key);
  if (outcome.is === 'refused') await taps.change(tap.key, (kept) => asRefused(kept, outcome.problem));
  return outcome;
}

const tooOld: Problem = { title: 'too-old', status: 409, code: 'too-old', detail: '' };

async function send(tap: Tap): Promise<Outcome> {
  // Without any network it cannot have left this phone.
  if (navigator.onLine !== false) await taps.change(tap.key, (kept) => ({ ...kept, tries: kept.tries + 1 }));
  try {
    const response = await fetch(tap.path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': tap.key },
      body: JSON.stringify(tap.body ?? {}),
      redirect: 'error',
      // An older browser waits as long as the line does.
      signal: AbortSignal.timeout?.(PATIENCE_MS) ?? null,
    });
    return await read(tap, response);
  } catch {
    return { is: 'waits', cause: 'line' };
  }
}

async function read(tap: Tap, response: Response): Promise<Outcome> {
  // A hotel's sign-in page or a proxy answers too; that is no answer of the service.
  if (!response.headers.has('api-version')) return { is: 'waits', cause: 'service' };
  if (response.ok) return { is: 'sent', value: await response.json().catch(() => null) };
  if (response.status === 401) return { is: 'waits', cause: 'sign-in' };
  if (response.status >= 500 || PASSING.includes(response.status)) return { is: 'waits', cause: 'service' };
  const { status, statusText } = response;
  const told: unknown = await response.json().catch(() => null);
  const problem = typeof told === 'object' && told !== null && 'title' in told ? (told as Problem) : { title: statusText, status, detail: statusText };
  return { is: 'refused', key: tap.key, problem };
}
