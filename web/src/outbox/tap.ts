// A tap that must reach the service: what was tapped, when, and everything needed to send it.
import type { Problem } from '../api/types';

export type Kind = 'help' | 'position' | 'well' | 'more' | 'end' | 'start' | 'register';

export interface Tap {
  /** The Idempotency-Key, the same in every try: however often it is sent, it happens once. */
  key: string;
  /** Whose tap it is; it never goes out in somebody else's name. */
  person: string;
  /** The visit that it is about; a visit that is being registered has no id yet. */
  visit: string | null;
  kind: Kind;
  /** The moment of the tap, by the clock of the service. */
  tappedAt: string;
  path: string;
  /** What is sent. A PIN is in it as long as it waits, whichever PIN it is. */
  body: object | null;
  /** How often it may have left this phone. */
  tries: number;
  /** Why the service refused it; then it is not sent any more, and shown until it is dismissed. */
  refused: Problem | null;
}

/** What became of a try. */
export type Outcome = { is: 'sent'; value: unknown } | { is: 'refused'; key: string; problem: Problem } | { is: 'waits'; cause: 'line' | 'service' | 'sign-in' };

/** By this name the pages and the service worker on this phone hear of each other's sending. */
export const CHANNEL = 'rugdekking.outbox';

/** Help has a lane of its own, so that it never stands behind something else. */
export type Lane = 'help' | 'rest';
export const LANES: readonly Lane[] = ['help', 'rest'];
export const laneOf = ({ kind }: Pick<Tap, 'kind'>): Lane => (kind === 'help' || kind === 'position' ? 'help' : 'rest');

const VERBS = { help: 'alarm', position: 'alarm', well: 'check-ins', more: 'extensions', end: 'end', start: 'start' } as const;

/** Where a tap is sent to. */
export function pathOf(kind: Kind, visit: string | null): string {
  if (kind === 'register') return '/v1/visits';
  // Whoever is on no visit calls for help all the same.
  return visit === null ? '/v1/me/alarm' : `/v1/visits/${visit}/${VERBS[kind]}`;
}

const MINUTE = 60_000;
/** The service remembers keys for a day; what is older could happen twice. */
const TOO_OLD = 20 * 60 * MINUTE;
/** A place from long ago misleads whoever comes to help. */
const PLACE_LASTS = 10 * MINUTE;

const age = (tap: Tap, now: number): number => now - Date.parse(tap.tappedAt);
export const isTooOld = (tap: Tap, now: number): boolean => tap.kind !== 'help' && age(tap, now) > TOO_OLD;

/** A place goes along with its call for help, or soon after it, or not at all. */
export const isStalePlace = (tap: Tap, all: readonly Tap[], now: number): boolean =>
  tap.kind === 'position' && age(tap, now) > PLACE_LASTS && !all.some(({ kind, visit }) => kind === 'help' && visit === tap.visit);

/** Help first, then in the order of the taps. */
export function inOrder(taps: readonly Tap[]): Tap[] {
  const rank = ({ kind }: Tap): number => (kind === 'help' ? 0 : kind === 'position' ? 1 : 2);
  return [...taps].sort((a, b) => rank(a) - rank(b) || a.tappedAt.localeCompare(b.tappedAt));
}

/** A refused tap is kept to be shown; nothing secret stays in it. */
export const asRefused = (tap: Tap, problem: Problem): Tap => ({
  ...tap,
  refused: problem,
  body: tap.kind === 'register' ? tap.body : null,
});
