// What the register says of who is about to be visited. Each look is logged, so the same is asked only once.
import { api, ask } from '../../api/client';
import type { RegisterHit } from '../../api/types';
import { blank, resident, type DraftResident } from '../visits/new-visit/draft';

/** A name that stands for none in the question; the answer is then about the address. */
const NAMELESS = 'onbekend';

const isWhole = ({ street, number, city }: DraftResident): boolean => ![street, number, city].some((text) => blank(text));

export class RegisterLook {
  state = $state<'idle' | 'asking' | 'answered' | 'failed'>('idle');
  hits = $state.raw<RegisterHit[]>([]);
  private about = '';

  /** Asks about every address that is complete. */
  async at(typed: readonly DraftResident[]): Promise<void> {
    const residents = typed.filter(isWhole).map((one) => resident({ ...one, name: one.name.trim() || NAMELESS }));
    const about = JSON.stringify(residents);
    if (about === this.about && this.state !== 'failed') return;
    this.about = about;
    this.hits = [];
    this.state = residents.length ? 'asking' : 'idle';
    if (!residents.length) return;
    const answer = await ask((headers) => api.POST('/register-checks', { body: { residents }, headers }));
    // Meanwhile something else may have been typed.
    if (about !== this.about) return;
    this.state = answer.ok ? 'answered' : 'failed';
    this.hits = answer.ok ? answer.value.hits.map((hit) => ({ ...hit, resident: hit.resident === NAMELESS ? '' : hit.resident })) : [];
  }
}
