// A form on its way: what is wrong with it, and that it is sent once at a time.
import type { Answer } from '../../api/client';
import type { Fault, Problem } from '../../api/types';

export class Submission {
  faults = $state.raw<Fault[]>([]);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);

  /** Sends; gives back what the service answered, or nothing when it was refused. */
  async send<T>(call: () => Promise<Answer<T>>): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.clear();
    const answer = await call();
    this.busy = false;
    if (answer.ok) return answer.value;
    // A conflict may name what stands in the way; that is no fault of a field.
    this.faults = answer.problem.status === 400 ? (answer.problem.faults ?? []) : [];
    this.problem = this.faults.length ? null : answer.problem;
    return null;
  }

  clear(): void {
    this.faults = [];
    this.problem = null;
  }
}
