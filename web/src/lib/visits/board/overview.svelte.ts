// What a board knows: who is out, which alarms there are, and whether that is still so.
import { listOpenAlarms } from '../../../api/alarms';
import type { Alarm, Visit } from '../../../api/types';
import { listVisits } from '../../../api/visits/visits';
import { clock } from '../../clock/clock.svelte';
import { live } from '../../live/event-stream.svelte';
import { Resource } from '../../live/resource.svelte';
import { mostUrgentFirst } from './urgency';

export class BoardOverview {
  readonly running = new Resource<Visit[]>(() => listVisits('team', 'under-way'));
  readonly alarms = new Resource<Alarm[]>(listOpenAlarms);

  /** Lost, or connected again but not yet asked what happened meanwhile. */
  old = $derived(live.state === 'lost' || [this.running, this.alarms].some(({ askedAt }) => askedAt > 0 && askedAt < live.backAt));
  /** Counting stops when what we know is old. */
  now = $derived(this.old ? live.heardAt : clock.now);
  out = $derived(mostUrgentFirst(this.running.value ?? [], this.alarms.value ?? [], this.now));
  /** Alarms of nobody who is out: a drill, or a visit that has just ended. */
  others = $derived((this.alarms.value ?? []).filter(({ visitId }) => !this.out.some(({ visit }) => visit.id === visitId)));
  late = $derived(this.out.filter(({ late }) => late).length);
  risky = $derived(this.out.filter(({ risky }) => risky).length);
  problem = $derived(this.running.problem ?? this.alarms.problem);

  follow(): () => void {
    const stops = [this.running.follow(), this.alarms.follow()];
    return () => stops.forEach((stop) => stop());
  }
}
