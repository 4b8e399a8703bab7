// Saves a team: what is wrong with it, and whether somebody else was first.
import { isWhole, saveTeam, type Team } from '../../api/people/teams';
import type { Fault, Problem } from '../../api/types';

export class TeamUpdate {
  faults = $state.raw<Fault[]>([]);
  problem = $state.raw<Problem | null>(null);
  /** Somebody else saved it since it was read. */
  stale = $state(false);
  saved = $state(false);
  busy = $state(false);

  /** Saves; gives back the team as it is now, or nothing when it was refused. */
  async save(team: Team): Promise<Team | null> {
    if (this.busy) return null;
    this.busy = true;
    this.clear();
    const answer = await saveTeam(team);
    this.busy = false;
    if (answer.ok && isWhole(answer.value)) {
      this.saved = true;
      return answer.value;
    }
    if (!answer.ok) this.refuse(answer.problem);
    return null;
  }

  refuse(problem: Problem): void {
    this.clear();
    this.stale = problem.status === 412;
    this.faults = problem.faults ?? [];
    this.problem = this.stale || this.faults.length ? null : problem;
  }

  /** What was said of the last time no longer holds. */
  clear(): void {
    this.faults = [];
    this.problem = null;
    this.stale = false;
    this.saved = false;
  }
}
