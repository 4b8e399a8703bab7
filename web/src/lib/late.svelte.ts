// The parts for what has not arrived: out of the first load, and there before they are needed.
import { planPage } from './pages';

/** By then a slow phone has its first page. */
const AFTER_MS = 2500;

class Late {
  parts = $state.raw<typeof import('../parts/late') | null>(null);

  /** Fetches them: at once from the phone itself, and from the net after what the first page needs. */
  soon(): () => void {
    const timer = setTimeout(() => void this.fetch(), navigator.serviceWorker?.controller ? 0 : AFTER_MS);
    return () => clearTimeout(timer);
  }

  /** Fetches them; a phone that could not asks again with its next tap. */
  async fetch(): Promise<void> {
    if (this.parts) return;
    try {
      this.parts = await import('../parts/late');
      // A visit that could not be registered or started is looked at exactly when nothing can be fetched.
      await Promise.all([import('../pages/Queued.svelte'), planPage()]);
    } catch {
      // Until then the plain sentences of the page say what matters.
    }
  }
}

export const late = new Late();
