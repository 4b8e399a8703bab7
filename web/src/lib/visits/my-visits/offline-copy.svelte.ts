// My visits of today as the service last told them, kept on this phone so that the app opens without a connection.
import type { Visit } from '../../../api/types';
import { visits as drawer, who } from '../../../outbox/drawer';
import { clock } from '../../clock/clock.svelte';
import { session } from '../../people/session.svelte';
import { dayOf } from '../../clock/time';

const DAY = 24 * 60 * 60_000;

/** Whether a visit is of use on the phone of who goes on it: today's, under way, or ended less than a day ago. */
export function isWorthKeeping(visit: Visit, now: number): boolean {
  if (visit.status === 'under-way' || dayOf(visit.startsAt) === dayOf(now)) return true;
  return visit.endedAt !== null && now - Date.parse(visit.endedAt) < DAY;
}

class Kept {
  /** What is kept of this person, also for cues and for what has to be shown without a connection. */
  visits = $state.raw<Visit[]>([]);

  running = $derived(this.visits.filter(({ status }) => status === 'under-way'));

  /** Takes in what the service told, if it is about a visit of mine. */
  keep(...told: Visit[]): void {
    const me = session.me?.id;
    if (!me) return;
    const mine = told.filter(({ worker, colleagues }) => worker.id === me || colleagues.some(({ personId }) => personId === me));
    for (const visit of mine) {
      if (isWorthKeeping(visit, clock.now)) void drawer.put({ id: visit.id, person: me, visit });
      else void drawer.remove(visit.id);
    }
    const ids = new Set(mine.map(({ id }) => id));
    this.visits = [...this.visits.filter(({ id }) => !ids.has(id)), ...mine.filter((visit) => isWorthKeeping(visit, clock.now))];
  }

  /** What is kept of me; another's and what has had its day go. */
  async open(): Promise<Visit[]> {
    const me = session.me?.id;
    const all = await drawer.all();
    const fresh = all.filter(({ person, visit }) => person === me && isWorthKeeping(visit, clock.now));
    const ids = new Set(fresh.map(({ id }) => id));
    for (const { id } of all) if (!ids.has(id)) void drawer.remove(id);
    const told = new Set(this.visits.map(({ id }) => id));
    this.visits = [...this.visits, ...fresh.map(({ visit }) => visit).filter(({ id }) => !told.has(id))];
    return this.visits;
  }

  /** The service says that it is no visit of mine (any more). */
  drop(id: string): void {
    this.visits = this.visits.filter((visit) => visit.id !== id);
    void drawer.remove(id);
  }

  async find(id: string): Promise<Visit | undefined> {
    return (await this.open()).find((visit) => visit.id === id);
  }

  /** Nobody is signed in on this phone. */
  async clear(): Promise<void> {
    this.visits = [];
    await who.set(null);
    for (const { id } of await drawer.all()) await drawer.remove(id);
  }
}

export const kept = new Kept();
