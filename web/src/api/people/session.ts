// The first question of the app: is anybody signed in? 'Nobody' is an answer too, and no error.
import { ask, type Answer } from '../client';
import type { Me } from '../types';

type Here = { data?: Me | null; error?: unknown; response: Response };

export const whoIsHere = (): Promise<Answer<Me | null>> => ask<Me | null>(here);

async function here(): Promise<Here> {
  const response = await fetch('/session', { headers: { Accept: 'application/json' } });
  if (!response.ok) return { response };
  return { response, data: ((await response.json()) as { me: Me | null }).me };
}
