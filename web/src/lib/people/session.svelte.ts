// Who is signed in, and whether this is the demo.
import { speak } from '../../api/client';
import { personas, type Persona } from '../../api/demo';
import { whoIsHere } from '../../api/people/session';
import type { Me } from '../../api/types';
import { words } from '../../i18n/index.svelte';
import { clock } from '../clock/clock.svelte';
import { forgetIncident, keptIncident } from '../incidents/report/stored-draft';
import { notified } from '../messages/push-owner';
import { forgetDraft, keptDraft } from '../visits/new-visit/stored-draft';
import { remember, remembered } from './last-account';

class Session {
  /** `undefined` as long as we do not know. */
  me = $state<Me | null | undefined>(undefined);
  demo = $state<Persona[] | null>(null);

  async open(): Promise<void> {
    const known = remembered();
    if (known) this.be(known);
    // Together: on a bad line each answer takes its time.
    const [demo] = await Promise.all([personas(), this.refresh()]);
    this.demo = demo;
  }

  /** Asks again who we are and what time it is; a lost connection changes nothing. */
  async refresh(): Promise<boolean> {
    const answer = await whoIsHere();
    const me = answer.ok ? answer.value : null;
    if (me) {
      this.be(me);
      clock.set(me.now);
      remember(me);
    } else if (answer.ok || !this.me) {
      this.forget();
    }
    speak(words.language);
    return answer.ok;
  }

  /** Ends the session here and at the service. Without an answer we are still signed in, and it shows. */
  async signOut(): Promise<void> {
    const answer = await fetch('/sign-out', { method: 'POST' }).catch(() => null);
    if (!answer?.ok) return;
    this.forget();
    if (notified()) void import('../messages/push-subscription').then(({ leave }) => leave());
    forgetDraft();
    forgetIncident();
    await this.leaveProvider(answer);
  }

  /** Where one identity provider has signed somebody in, it signs them out too. */
  private async leaveProvider(answer: Response): Promise<void> {
    if (answer.status !== 200) return;
    const { providerUrl } = (await answer.json()) as { providerUrl: string };
    location.href = providerUrl;
  }

  private be(me: Me): void {
    const other = this.me?.id !== me.id;
    if (other) words.prefer(me.language);
    this.me = me;
    if (other && notified()) void import('../messages/push-subscription').then(({ stay }) => stay(me.id));
    // What another person left unfinished on this phone goes now.
    keptDraft(me.id);
    keptIncident(me.id);
  }

  private forget(): void {
    this.me = null;
    remember(null);
  }

  /** Whether the board is this person's first page. */
  get watches(): boolean {
    return this.has('manager', 'aggression-desk', 'administrator');
  }

  /** Whether this person meets incidents, or decides on them. */
  get reports(): boolean {
    return this.has('worker', 'manager', 'aggression-desk');
  }

  /** Whom to call when nobody watches: of this team, or else of the first. */
  callFirst(team?: string): { name: string; number: string } | null {
    const teams = this.me?.teams ?? [];
    return (teams.find(({ id }) => id === team) ?? teams[0])?.callFirst ?? null;
  }

  has(...roles: Me['roles']): boolean {
    return roles.some((role) => this.me?.roles.includes(role));
  }
}

export const session = new Session();
