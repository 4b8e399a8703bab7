// Pages that are fetched when they are first needed, so that a worker's phone does not wait for the board.

/** Pages without anything to be told. */
export const plainPages = {
  board: () => import('../pages/Board.svelte'),
  wall: () => import('../pages/Wall.svelte'),
  approvals: () => import('../pages/Approvals.svelte'),
  queued: () => import('../pages/Queued.svelte'),
  phones: () => import('../pages/Phones.svelte'),
  register: () => import('../pages/Register.svelte'),
  propose: () => import('../pages/Propose.svelte'),
  'register-check': () => import('../pages/RegisterCheck.svelte'),
  'access-log': () => import('../pages/AccessLog.svelte'),
  people: () => import('../pages/team/People.svelte'),
  incidents: () => import('../pages/Incidents.svelte'),
  'care-list': () => import('../pages/CareList.svelte'),
  'desk-work': () => import('../pages/DeskWork.svelte'),
  requests: () => import('../pages/Requests.svelte'),
  policy: () => import('../pages/PolicyFigures.svelte'),
  'register-files': () => import('../pages/RegisterFiles.svelte'),
  'people-file': () => import('../pages/team/PeopleFile.svelte'),
  retention: () => import('../pages/RetentionRuns.svelte'),
  letterhead: () => import('../pages/LetterheadPage.svelte'),
};

/** Pages about one thing. */
export const pagesAbout = {
  alarm: () => import('../pages/AlarmPage.svelte'),
  me: () => import('../pages/MePage.svelte'),
  approval: () => import('../pages/ApprovalPage.svelte'),
  entry: () => import('../pages/EntryPage.svelte'),
  person: () => import('../pages/team/PersonPage.svelte'),
  incident: () => import('../pages/IncidentPage.svelte'),
  letter: () => import('../pages/LetterPage.svelte'),
  request: () => import('../pages/RequestPage.svelte'),
  care: () => import('../pages/CarePage.svelte'),
};

/** The steps of a new visit; a file of its own because it is told its step. */
export const newVisitPage = () => import('../pages/NewVisit.svelte');

/** The steps of a report; a file of its own because it is told its step, and where it comes from. */
export const reportPage = () => import('../pages/ReportIncident.svelte');

/** A team; a file of its own because it is told which part of it. */
export const teamPage = () => import('../pages/team/Team.svelte');
/** The guide; a file of its own, so that no other page is ever told a part of the guide as its id. */
export const guidePage = () => import('../pages/Guide.svelte');

/** A visit before and after; a visit under way never waits for a file. */
export const planPage = () => import('../pages/Plan.svelte');

type Plain = keyof typeof plainPages;
type About = keyof typeof pagesAbout;

export const isPlain = (page: string): page is Plain => page in plainPages;
export const isAbout = (page: string): page is About => page in pagesAbout;
