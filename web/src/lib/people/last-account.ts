// Who is signed in on this phone, so that the app opens at once and without a connection.
// It is the person's own data on their own phone; the session itself stays with the service.
import type { Me } from '../../api/types';

const KEPT = 'rugdekking.me';

export function remembered(): Me | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? 'null');
    return isMe(kept) ? kept : null;
  } catch {
    return null;
  }
}

/** Remembers who it is, or with null nobody. */
export function remember(me: Me | null): void {
  try {
    if (me) localStorage.setItem(KEPT, JSON.stringify(me));
    else localStorage.removeItem(KEPT);
  } catch {
    // A browser without storage asks the service each time.
  }
}

function isMe(kept: unknown): kept is Me {
  return typeof kept === 'object' && kept !== null && 'id' in kept && 'roles' in kept && Array.isArray(kept.roles);
}
