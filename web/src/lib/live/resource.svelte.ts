// Something asked from the service, and asked again when it changed; requests never pile up.
import type { Answer } from '../../api/client';
import type { Problem } from '../../api/types';
import { live } from './event-stream.svelte';

export class Resource<T> {
  value = $state.raw<T | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** When what we have was asked, by this device. */
  askedAt = $state(0);
  private busy = false;
  private again = false;

  constructor(private readonly load: () => Promise<Answer<T>>) {}

  /** Loads now, and whenever `concerns` what changed; gives back how to stop. */
  follow(concerns: (kind: 'visit' | 'alarm', id: string) => boolean = () => true): () => void {
    void this.reload();
    return live.on((kind, id) => {
      if (id === '' || concerns(kind, id)) void this.reload();
    });
  }

  async reload(): Promise<void> {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    const askedAt = Date.now();
    const answer = await this.load();
    this.busy = false;
    if (answer.ok) this.take(answer.value, askedAt);
    else this.problem = answer.problem;
    if (this.again) {
      this.again = false;
      await this.reload();
    }
  }

  take(value: T, askedAt = Date.now()): void {
    this.value = value;
    this.askedAt = askedAt;
    this.problem = null;
  }
}
