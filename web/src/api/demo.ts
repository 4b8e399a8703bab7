// What exists only in the demo: personas, moving the clock, and the sandbox phones.

export interface Persona {
  persona: string;
  name: string;
  role: string;
}
export interface PhoneText {
  at: string;
  from: string;
  body: string;
}
export interface PhoneCall {
  id: string;
  at: string;
  state: 'ringing' | 'answered' | 'voicemail' | 'ended';
  said: string[];
}
export interface Phone {
  number: string;
  owner: string | null;
  texts: PhoneText[];
  calls: PhoneCall[];
}

/** The personas, or null outside of the demo. */
export async function personas(): Promise<Persona[] | null> {
  try {
    const response = await fetch('/demo');
    if (!response.ok || !response.headers.get('content-type')?.includes('json')) return null;
    return ((await response.json()) as { personas: Persona[] }).personas;
  } catch {
    return null;
  }
}

export const signInAs = (persona: string): Promise<boolean> => post('/demo/sign-in', { persona });
export const skip = (seconds: number): Promise<boolean> => post('/demo/skip', { seconds });

export async function phones(): Promise<Phone[] | null> {
  try {
    const response = await fetch('/sandbox/phones');
    return response.ok ? ((await response.json()) as Phone[]) : null;
  } catch {
    return null;
  }
}

const phone = (number: string): string => `/sandbox/phones/${encodeURIComponent(number)}`;
const call = (number: string, id: string): string => `${phone(number)}/calls/${id}`;

export const reply = (number: string, body: string): Promise<boolean> => post(`${phone(number)}/texts`, { body });
export const callIn = (number: string): Promise<boolean> => post(`${phone(number)}/calls`, {});
export const pickUp = (number: string, id: string): Promise<boolean> => post(`${call(number, id)}/answer`, {});
export const press = (number: string, id: string, keys: string): Promise<boolean> =>
  post(`${call(number, id)}/keys`, { keys });
export const voicemail = (number: string, id: string): Promise<boolean> => post(`${call(number, id)}/voicemail`, {});
export const hangUp = (number: string, id: string): Promise<boolean> => post(`${call(number, id)}/hang-up`, {});

async function post(path: string, body: object): Promise<boolean> {
  try {
    const headers = { 'Content-Type': 'application/json' };
    return (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).ok;
  } catch {
    return false;
  }
}
