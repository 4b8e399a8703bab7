// The parts for what has not arrived: out of the first load, and there before they are needed.

/** By then a slow phone has its first page. */
const AFTER_MS = 2500;

class DeferredParts {
  parts = $state.raw<typeof import('.') | null>(null);
  /** Fetches the pages that are opened exactly when nothing can be fetched. */
  #pages: () => Promise<unknown> = () => Promise.resolve();

  /** Fetches parts and pages: at once from the phone itself, and from the net after what the first page needs. */
  soon(pages: () => Promise<unknown>): () => void {
    this.#pages = pages;
    const timer = setTimeout(() => void this.fetch(), navigator.serviceWorker?.controller ? 0 : AFTER_MS);
    return () => clearTimeout(timer);
  }

  /** Fetches them; a phone that could not asks again with its next tap. */
  async fetch(): Promise<void> {
    if (this.parts) return;
    try {
      this.parts = await import('.');
      await this.#pages();
    } catch {
      // Until then the plain sentences of the page say what matters.
    }
  }
}

export const deferred = new DeferredParts();
