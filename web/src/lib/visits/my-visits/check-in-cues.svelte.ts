// Feel and hear a check-in while the app is open, on whichever page: a minute before, and at the moment itself.
import type { Visit } from '../../../api/types';
import { getVisit } from '../../../api/visits/visits';
import { outbox } from '../../../outbox/outbox.svelte';
import { clock } from '../../clock/clock.svelte';
import { kept } from './offline-copy.svelte';
import { live } from '../../live/event-stream.svelte';
import { buzz, play, prime } from '../../device/sound';

const MINUTE = 60_000;
/** A phone that slept through the moment still tells it, but not much later. */
const LATEST = 10 * MINUTE;

export type Cue = 'soon' | 'now';

/** Which cue belongs to this moment, if any. */
export function cueAt(due: number, now: number): Cue | null {
  if (now >= due) return now - due < LATEST ? 'now' : null;
  return due - now <= MINUTE ? 'soon' : null;
}

const given = new Set<string>();

/** Gives each cue of a visit once. What was tapped already, and waits, needs no reminder. */
function give(visit: Visit): void {
  if (!visit.nextCheckInAt || visit.alarm) return;
  const due = Date.parse(visit.nextCheckInAt);
  const cue = cueAt(due, clock.now);
  const name = `${visit.id} ${due} ${cue}`;
  if (!cue || given.has(name)) return;
  given.add(name);
  if (outbox.of(visit.id).some(({ tappedAt }) => Date.parse(tappedAt) > due - 5 * MINUTE)) return;
  buzz(cue);
  if (cue === 'now') play('check-in');
}

/** Follows the visits under way; call it within an effect. */
export function followCues(): void {
  for (const visit of kept.running) give(visit);
}

/** Keeps the visits under way up to date on pages that show something else; gives back how to stop. */
export function openCues(): () => void {
  prime();
  const refresh = (changed: string): void => {
    if (/^#?\/?$/.test(location.hash)) return;
    const stale = kept.running.filter(({ id }) => (changed === '' || id === changed) && !location.hash.includes(id));
    for (const { id } of stale) void getVisit(id);
  };
  // What was kept may have been answered by phone since.
  void kept.open().then(() => refresh(''));
  return live.on((kind, id) => (kind === 'visit' ? refresh(id) : undefined));
}
