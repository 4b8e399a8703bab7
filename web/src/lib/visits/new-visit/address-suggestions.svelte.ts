// Addresses that may be meant by what somebody types. Nothing waits for them: without an answer one types on.
import { api, ask } from '../../../api/client';
import type { AddressSuggestion } from '../../../api/types';
import { blank, foundOf, typedAddress, type DraftResident } from './draft';

/** Long enough that not every letter is a question. */
const SETTLE = 300;
/** Whatever comes later is of no use to who types. */
const PATIENCE = 2_000;

export type Part = 'code' | 'street';

/** What to ask about; empty as long as it tells too little. */
export function questionOf({ postcode, number, street, city }: DraftResident, part: Part): string {
  const told = part === 'code' ? postcode.replace(/\s/g, '') : street;
  if (told.trim().length < (part === 'code' ? 4 : 3)) return '';
  return [told, number, ...(part === 'street' ? [city] : [])].map((text) => text.trim()).filter((text) => !blank(text)).join(' ');
}

export class SuggestedAddresses {
  items = $state.raw<AddressSuggestion[]>([]);
  /** Beneath which fields they belong: where somebody types. */
  part = $state<Part>('code');
  /** Whether the register did not answer the last question. */
  silent = $state(false);
  private about = '';
  private settling: ReturnType<typeof setTimeout> | undefined;

  /** Somebody types in one of these fields; what was chosen no longer holds. */
  typed(item: DraftResident, part: Part): void {
    delete item.found;
    if (part !== this.part) this.items = [];
    this.part = part;
    const text = questionOf(item, part);
    if (text === this.about) return;
    this.about = text;
    clearTimeout(this.settling);
    if (!text) this.items = [];
    else this.settling = setTimeout(() => void this.ask(text), SETTLE);
  }

  private async ask(text: string): Promise<void> {
    const told = await soon((signal) => api.POST('/address-suggestions', { body: { text }, signal }));
    if (text !== this.about) return;
    this.silent = !told || told.register === 'silent';
    this.items = told?.items ?? [];
  }

  /** Fills in the address at once; what else the register knows of it follows when it tells. */
  async choose(item: DraftResident, one: AddressSuggestion): Promise<void> {
    this.stop();
    Object.assign(item, typedAddress(one.address));
    const chosen = JSON.stringify(item);
    const told = await soon((signal) => api.POST('/address-lookups', { body: { id: one.id }, signal }));
    if (told?.address && JSON.stringify(item) === chosen) Object.assign(item, foundOf(told.address));
  }

  stop(): void {
    clearTimeout(this.settling);
    this.about = '';
    this.items = [];
  }
}

async function soon<T>(call: (signal: AbortSignal) => Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T | null> {
  const told = await ask(() => call(AbortSignal.timeout(PATIENCE)), { again: false });
  return told.ok ? told.value : null;
}
