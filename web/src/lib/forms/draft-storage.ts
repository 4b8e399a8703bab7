// What somebody typed and did not finish, kept on this phone for them alone and not for long.

/** What nobody went on with by then is no longer anybody's business. */
const LASTS = 12 * 60 * 60_000;

export interface DraftStorage<T> {
  keep: (person: string, draft: T, at?: number) => void;
  /** The draft of this person; what belongs to another or grew old is removed. */
  kept: (person: string, now?: number) => T | null;
  forget: () => void;
}

export function draftStorage<T>(name: string, isDraft: (value: Record<string, unknown>) => boolean): DraftStorage<T> {
  function forget(): void {
    try {
      localStorage.removeItem(name);
    } catch {
      // There was nothing to keep it in.
    }
  }
  function read(person: string, now: number): T | null {
    const found = JSON.parse(localStorage.getItem(name) ?? 'null') as { person?: unknown; at?: unknown; draft?: unknown } | null;
    if (!found || found.person !== person || typeof found.at !== 'number' || now - found.at >= LASTS) return null;
    const { draft } = found;
    return typeof draft === 'object' && draft !== null && isDraft(draft as Record<string, unknown>) ? (draft as T) : null;
  }
  return {
    keep(person, draft, at = Date.now()) {
      try {
        localStorage.setItem(name, JSON.stringify({ person, at, draft }));
      } catch {
        // Without storage the draft lasts as long as the page.
      }
    },
    kept(person, now = Date.now()) {
      try {
        const draft = read(person, now);
        if (draft) return draft;
      } catch {
        // Something else is in its place.
      }
      forget();
      return null;
    },
    forget,
  };
}

export const isText = (value: unknown): boolean => typeof value === 'string';
