// The way to the service: typed by the contract, each action sent with a key so that it happens once.
import createClient from 'openapi-fetch';
import type { paths } from './schema';
import type { Problem } from './types';

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };
type Once = { 'Idempotency-Key': string };
type Reply<T> = { data?: T; error?: unknown; response: Response };

let language = 'nl';

/** In which language every request asks to be answered from now on. */
export function speak(wanted: string): void {
  language = wanted;
}

export const api = createClient<paths>({ baseUrl: '/v1' });
api.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', language);
    return request;
  },
});

/** A random key; also where `crypto.randomUUID` is missing, as on plain http in a home network. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const PAUSES = [700, 2000];
const noConnection: Problem = { title: 'no-connection', status: 0, detail: '' };

/** Asks, again when the network fails unless told not to, always with the same key; never throws. */
export async function ask<T>(call: (once: Once) => Promise<Reply<T>>, { again = true } = {}): Promise<Answer<T>> {
  const once = { 'Idempotency-Key': newKey() };
  for (let tries = 0; ; tries += 1) {
    try {
      return read(await call(once));
    } catch {
      const pause = PAUSES[tries];
      if (!again || pause === undefined || navigator.onLine === false) return { ok: false, problem: noConnection };
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

function read<T>(reply: Reply<T>): Answer<T> {
  if (reply.response.ok) return { ok: true, value: reply.data as T };
  const told = reply.error;
  if (told && typeof told === 'object' && 'title' in told) return { ok: false, problem: told as Problem };
  const { status, statusText } = reply.response;
  return { ok: false, problem: { title: statusText, status, detail: statusText } };
}

/** All pages of a list, up to a sensible number of them. */
export async function all<T>(page: (cursor?: string) => Promise<Answer<{ items: T[]; next: string | null }>>): Promise<Answer<T[]>> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 20; pages += 1) {
    const answer = await page(cursor);
    if (!answer.ok) return answer;
    items.push(...answer.value.items);
    if (!answer.value.next) break;
    cursor = answer.value.next;
  }
  return { ok: true, value: items };
}
