// A new visit that is not finished yet, kept on this phone for the one person who typed it.
import type { Draft } from './draft';

const KEPT = 'rugdekking.draft';
/** What nobody went on with by then is no longer anybody's business. */
const LASTS = 12 * 60 * 60_000;

interface Kept {
  person: string;
  at: number;
  draft: Draft;
}

export function keepDraft(person: string, draft: Draft, at = Date.now()): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ person, at, draft } satisfies Kept));
  } catch {
    // Without storage the draft lasts as long as the page.
  }
}

/** The draft of this person; what belongs to another or grew old is removed. */
export function keptDraft(person: string, now = Date.now()): Draft | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? 'null');
    if (isKept(kept) && kept.person === person && now - kept.at < LASTS) return kept.draft;
    forgetDraft();
  } catch {
    forgetDraft();
  }
  return null;
}

export function forgetDraft(): void {
  try {
    localStorage.removeItem(KEPT);
  } catch {
    // There was nothing to keep it in.
  }
}

function isKept(kept: unknown): kept is Kept {
  if (typeof kept !== 'object' || kept === null || !('person' in kept && 'at' in kept && 'draft' in kept)) return false;
  const { draft } = kept;
  if (typeof draft !== 'object' || draft === null) return false;
  const lists = ['residents', 'colleagues', 'checkInTimes'].every((list) => Array.isArray((draft as Record<string, unknown>)[list]));
  const texts = ['kind', 'start', 'day', 'time', 'minutes', 'mobile', 'background', 'teamId'];
  return typeof kept.at === 'number' && lists && texts.every((text) => typeof (draft as Record<string, unknown>)[text] === 'string');
}
