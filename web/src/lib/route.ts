// Addresses after the '#': no personal data in them, only ids.
export type Route =
  | { page: 'home' }
  | { page: 'sign-in' }
  | { page: 'me' }
  | { page: 'new-visit' }
  | { page: 'visit'; id: string }
  | { page: 'board' }
  | { page: 'alarm'; id: string }
  | { page: 'phones' };

const SIMPLE: Record<string, Route> = {
  '': { page: 'home' },
  'sign-in': { page: 'sign-in' },
  ik: { page: 'me' },
  bord: { page: 'board' },
  telefoons: { page: 'phones' },
  'bezoeken/nieuw': { page: 'new-visit' },
};

export function routeOf(hash: string): Route {
  const path = hash.replace(/^#?\/?/, '').replace(/\/$/, '');
  const simple = SIMPLE[path];
  if (simple) return simple;
  const [, kind, id] = /^(bezoeken|alarmen|visits|alarms)\/([0-9a-fA-F-]{36})$/.exec(path) ?? [];
  if (!kind || !id) return { page: 'home' };
  return { page: kind === 'bezoeken' || kind === 'visits' ? 'visit' : 'alarm', id };
}

export const to = {
  home: '#/',
  signIn: '#/sign-in',
  me: '#/ik',
  board: '#/bord',
  phones: '#/telefoons',
  newVisit: '#/bezoeken/nieuw',
  visit: (id: string): string => `#/bezoeken/${id}`,
  alarm: (id: string): string => `#/alarmen/${id}`,
};
