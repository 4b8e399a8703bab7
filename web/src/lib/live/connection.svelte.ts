// Whether this phone hears from the service, and since when not.
import { live } from './event-stream.svelte';

class Connection {
  private off = $state(navigator.onLine === false);

  constructor() {
    window.addEventListener('online', () => (this.off = false));
    window.addEventListener('offline', () => (this.off = true));
  }

  get lost(): boolean {
    return this.off || live.state === 'lost';
  }

  /** When we last heard from it, by its own clock. */
  get since(): number {
    return live.heardAt;
  }
}

export const connection = new Connection();
