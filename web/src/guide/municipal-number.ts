// The number on which the municipality always answers, remembered for when there is no connection.
import { api, ask } from '../api/client';

export interface OwnNumber {
  name: string;
  number: string;
}

const KEPT = 'rugdekking.own-number';

function kept(): OwnNumber | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEPT) ?? 'null');
    const whole = typeof value === 'object' && value !== null && 'name' in value && 'number' in value;
    return whole ? { name: String(value.name), number: String(value.number) } : null;
  } catch {
    return null;
  }
}

/** Asks the service for it when somebody is signed in; else as it was the last time on this phone. */
export async function ownNumber(signedIn: boolean): Promise<OwnNumber | null> {
  if (!signedIn || !navigator.onLine) return kept();
  const answer = await ask(() => api.GET('/organisation'));
  if (!answer.ok) return kept();
  const own = { name: answer.value.name, number: answer.value.callNumber };
  try {
    localStorage.setItem(KEPT, JSON.stringify(own));
  } catch {
    // A browser without storage asks again next time.
  }
  return own;
}
