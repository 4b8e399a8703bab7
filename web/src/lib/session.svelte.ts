// Who is signed in, and whether this is the demo.
import { api, ask, speak } from '../api/client';
import { personas, type Persona } from '../api/demo';
import type { Me } from '../api/types';
import { words } from '../i18n/index.svelte';
import { clock } from './clock.svelte';

class Session {
  /** `undefined` as long as we do not know. */
  me = $state<Me | null | undefined>(undefined);
  demo = $state<Persona[] | null>(null);

  async open(): Promise<void> {
    this.demo = await personas();
    await this.refresh();
  }

  /** Asks again who we are and what time it is; a lost connection changes nothing. */
  async refresh(): Promise<boolean> {
    const answer = await ask(() => api.GET('/me'));
    if (answer.ok) {
      if (!this.me || this.me.id !== answer.value.id) words.prefer(answer.value.language);
      this.me = answer.value;
      clock.set(answer.value.now);
    } else if (answer.problem.status === 401 || !this.me) {
      this.me = null;
    }
    speak(words.language);
    return answer.ok;
  }

  /** Ends the session here and at the service. Without an answer we are still signed in, and it shows. */
  async signOut(): Promise<void> {
    const answer = await fetch('/sign-out', { method: 'POST' }).catch(() => null);
    if (answer?.ok) this.me = null;
  }

  /** Whether the board is this person's first page. */
  get watches(): boolean {
    return this.has('manager', 'aggression-desk', 'administrator');
  }

  has(...roles: Me['roles']): boolean {
    return roles.some((role) => this.me?.roles.includes(role));
  }
}

export const session = new Session();
