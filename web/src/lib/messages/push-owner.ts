// Remembers whose notifications this browser shows, so that the next person who signs in never sees them.
const KEPT = 'rugdekking.push';

export type Notified = { person: string; device: string };

export function notified(): Notified | null {
  try {
    const [person, device] = (localStorage.getItem(KEPT) ?? '').split(' ');
    return person && device ? { person, device } : null;
  } catch {
    return null;
  }
}

export function keepNotified(now: Notified | null): void {
  try {
    if (now) localStorage.setItem(KEPT, `${now.person} ${now.device}`);
    else localStorage.removeItem(KEPT);
  } catch {
    // A browser without storage asks again next time.
  }
}
