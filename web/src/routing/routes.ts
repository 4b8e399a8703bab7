// Addresses after the '#': no personal data in them, only ids.
/** The parts of one's own settings. */
export type MePart = 'number' | 'button' | 'pins' | 'test' | 'push' | 'calendar' | 'install' | 'known';

export type Route =
  | { page: 'home' }
  | { page: 'sign-in' }
  | { page: 'me'; id: MePart | '' }
  | { page: 'queued' }
  | { page: 'new-visit'; step: number }
  | { page: 'visit'; id: string; code?: true }
  | { page: 'board' }
  | { page: 'wall' }
  | { page: 'approvals' }
  | { page: 'approval'; id: string }
  | { page: 'alarm'; id: string }
  | { page: 'phones' }
  | { page: 'register' }
  | { page: 'propose' }
  | { page: 'register-check' }
  | { page: 'access-log' }
  | { page: 'entry'; id: string }
  | { page: 'team'; id: string; part: TeamPart }
  | { page: 'people' }
  | { page: 'person'; id: string }
  | { page: 'guide'; id: string }
  | { page: 'incidents' }
  | { page: 'report'; step: number; visit?: string; alarm?: string }
  | { page: 'incident'; id: string }
  | { page: 'care-list' }
  | { page: 'care'; id: string }
  | { page: 'letter'; id: string }
  | { page: 'requests' }
  | { page: 'request'; id: string }
  | { page: 'desk-work' }
  | { page: 'policy' }
  | { page: 'letterhead' }
  | { page: 'register-files' }
  | { page: 'people-file' }
  | { page: 'retention' };

/** What there is to see of a team, by the last word of its address. */
export const TEAM_PARTS = ['', 'wie', 'ladder', 'afspraken', 'oefenen', 'rapport', 'mensen'] as const;
export type TeamPart = (typeof TEAM_PARTS)[number];

const SIMPLE: Record<string, Route> = {
  '': { page: 'home' },
  'sign-in': { page: 'sign-in' },
  ik: { page: 'me', id: '' },
  'ik/nummer': { page: 'me', id: 'number' },
  'ik/noodknop': { page: 'me', id: 'button' },
  'ik/pin': { page: 'me', id: 'pins' },
  'ik/test': { page: 'me', id: 'test' },
  'ik/meldingen': { page: 'me', id: 'push' },
  'ik/agenda': { page: 'me', id: 'calendar' },
  'ik/installeren': { page: 'me', id: 'install' },
  'ik/gegevens': { page: 'me', id: 'known' },
  bord: { page: 'board' },
  'bord/wand': { page: 'wall' },
  goedkeuren: { page: 'approvals' },
  telefoons: { page: 'phones' },
  'bezoeken/wacht': { page: 'queued' },
  register: { page: 'register' },
  'register/nieuw': { page: 'propose' },
  'register/kijk-na': { page: 'register-check' },
  inzage: { page: 'access-log' },
  team: { page: 'team', id: '', part: '' },
  mensen: { page: 'people' },
  'mensen/nieuw': { page: 'person', id: '' },
  voorvallen: { page: 'incidents' },
  opvang: { page: 'care-list' },
  werk: { page: 'desk-work' },
  verzoeken: { page: 'requests' },
  'verzoeken/nieuw': { page: 'request', id: '' },
  beleid: { page: 'policy' },
  briefhoofd: { page: 'letterhead' },
  weggehaald: { page: 'retention' },
  'register/bestanden': { page: 'register-files' },
  'mensen/bestand': { page: 'people-file' },
};

const ABOUT: Record<string, 'visit' | 'alarm' | 'entry' | 'approval' | 'person' | 'incident' | 'care' | 'letter' | 'request'> = {
  bezoeken: 'visit',
  visits: 'visit',
  alarmen: 'alarm',
  alarms: 'alarm',
  goedkeuren: 'approval',
  register: 'entry',
  mensen: 'person',
  voorvallen: 'incident',
  opvang: 'care',
  brieven: 'letter',
  verzoeken: 'request',
};

export function routeOf(hash: string): Route {
  const path = hash.replace(/^#?\/?/, '').replace(/\/$/, '');
  const simple = SIMPLE[path];
  if (simple) return simple;
  const step = /^bezoeken\/nieuw(?:\/([2-4]))?$/.exec(path);
  if (step) return { page: 'new-visit', step: Number(step[1] ?? 1) };
  const report = /^voorvallen\/nieuw(?:\/([2-7])|\/(bezoek|alarm)\/([0-9a-fA-F-]{36}))?$/.exec(path);
  if (report) return { page: 'report', step: Number(report[1] ?? 1), ...(report[3] ? { [report[2] === 'alarm' ? 'alarm' : 'visit']: report[3] } : {}) };
  const team = /^team\/([0-9a-fA-F-]{36})(?:\/([a-z]+))?$/.exec(path);
  const part = TEAM_PARTS.find((one) => one === (team?.[2] ?? ''));
  if (team?.[1] && part !== undefined) return { page: 'team', id: team[1], part };
  const guide = /^gids(?:\/([a-e]|gesprek-stoppen))?$/.exec(path);
  if (guide) return { page: 'guide', id: guide[1] ?? '' };
  const [, kind = '', id, code] = /^([a-z]+)\/([0-9a-fA-F-]{36})(\/code)?$/.exec(path) ?? [];
  const page = ABOUT[kind];
  if (!page || !id) return { page: 'home' };
  // A notification about a visit that asks for a PIN opens at its field.
  return code && page === 'visit' ? { page, id, code: true } : { page, id };
}

const MINE: Record<MePart, string> = { number: 'nummer', button: 'noodknop', pins: 'pin', test: 'test', push: 'meldingen', calendar: 'agenda', install: 'installeren', known: 'gegevens' };

export const to = {
  home: '#/',
  signIn: '#/sign-in',
  me: '#/ik',
  mine: (part: MePart): string => `#/ik/${MINE[part]}`,
  board: '#/bord',
  wall: '#/bord/wand',
  approvals: '#/goedkeuren',
  phones: '#/telefoons',
  newVisit: '#/bezoeken/nieuw',
  queued: '#/bezoeken/wacht',
  newVisitStep: (step: number): string => (step > 1 ? `#/bezoeken/nieuw/${step}` : '#/bezoeken/nieuw'),
  register: '#/register',
  newEntry: '#/register/nieuw',
  registerCheck: '#/register/kijk-na',
  accessLog: '#/inzage',
  guide: '#/gids',
  guideOn: (part: string): string => (part ? `#/gids/${part}` : '#/gids'),
  visit: (id: string): string => `#/bezoeken/${id}`,
  code: (id: string): string => `#/bezoeken/${id}/code`,
  entry: (id: string): string => `#/register/${id}`,
  approval: (id: string): string => `#/goedkeuren/${id}`,
  teams: '#/team',
  team: (id: string, part: TeamPart = ''): string => `#/team/${id}${part ? `/${part}` : ''}`,
  people: '#/mensen',
  newPerson: '#/mensen/nieuw',
  person: (id: string): string => `#/mensen/${id}`,
  alarm: (id: string): string => `#/alarmen/${id}`,
  incidents: '#/voorvallen',
  incident: (id: string): string => `#/voorvallen/${id}`,
  report: '#/voorvallen/nieuw',
  reportStep: (step: number): string => (step > 1 ? `#/voorvallen/nieuw/${step}` : '#/voorvallen/nieuw'),
  reportOn: (kind: 'bezoek' | 'alarm', id: string): string => `#/voorvallen/nieuw/${kind}/${id}`,
  careList: '#/opvang',
  care: (id: string): string => `#/opvang/${id}`,
  work: '#/werk',
  letter: (id: string): string => `#/brieven/${id}`,
  requests: '#/verzoeken',
  newRequest: '#/verzoeken/nieuw',
  request: (id: string): string => `#/verzoeken/${id}`,
  policy: '#/beleid',
  letterhead: '#/briefhoofd',
  retention: '#/weggehaald',
  registerFiles: '#/register/bestanden',
  peopleFile: '#/mensen/bestand',
};
