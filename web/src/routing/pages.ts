// Pages that are fetched when they are first needed, so that a worker's phone does not wait for the board.

/** Pages without anything to be told. */
export const plainPages = {
  board: () => import('../pages/visits/Board.svelte'),
  wall: () => import('../pages/visits/Wall.svelte'),
  approvals: () => import('../pages/visits/Approvals.svelte'),
  queued: () => import('../pages/visits/UnsentVisits.svelte'),
  phones: () => import('../pages/messages/SandboxPhones.svelte'),
  register: () => import('../pages/register/Register.svelte'),
  propose: () => import('../pages/register/ProposeEntry.svelte'),
  'register-check': () => import('../pages/register/RegisterCheck.svelte'),
  'access-log': () => import('../pages/privacy/AccessLog.svelte'),
  people: () => import('../pages/people/People.svelte'),
  incidents: () => import('../pages/incidents/Incidents.svelte'),
  'care-list': () => import('../pages/incidents/AftercareList.svelte'),
  'desk-work': () => import('../pages/register/DeskWork.svelte'),
  requests: () => import('../pages/privacy/Requests.svelte'),
  policy: () => import('../pages/incidents/PolicyFigures.svelte'),
  'register-files': () => import('../pages/register/RegisterFiles.svelte'),
  'people-file': () => import('../pages/people/PeopleFile.svelte'),
  retention: () => import('../pages/privacy/RetentionRuns.svelte'),
  letterhead: () => import('../pages/incidents/LetterheadPage.svelte'),
};

/** Pages about one thing. */
export const pagesAbout = {
  alarm: () => import('../pages/alarms/AlarmPage.svelte'),
  me: () => import('../pages/people/MePage.svelte'),
  approval: () => import('../pages/visits/ApprovalPage.svelte'),
  entry: () => import('../pages/register/EntryPage.svelte'),
  person: () => import('../pages/people/PersonPage.svelte'),
  incident: () => import('../pages/incidents/IncidentPage.svelte'),
  letter: () => import('../pages/incidents/LetterPage.svelte'),
  request: () => import('../pages/privacy/RequestPage.svelte'),
  care: () => import('../pages/incidents/AftercarePage.svelte'),
};

/** The steps of a new visit; a file of its own because it is told its step. */
export const newVisitPage = () => import('../pages/visits/NewVisit.svelte');

/** The steps of a report; a file of its own because it is told its step, and where it comes from. */
export const reportPage = () => import('../pages/incidents/ReportIncident.svelte');

/** A team; a file of its own because it is told which part of it. */
export const teamPage = () => import('../pages/people/TeamPage.svelte');
/** The guide; a file of its own, so that no other page is ever told a part of the guide as its id. */
export const guidePage = () => import('../guide/GuidePage.svelte');

/** A visit before and after; a visit under way never waits for a file. */
export const planPage = () => import('../pages/visits/Plan.svelte');

/** A visit that could not be registered or started is looked at exactly when nothing can be fetched. */
export const pagesWithoutConnection = () => Promise.all([plainPages.queued(), planPage()]);

type Plain = keyof typeof plainPages;
type About = keyof typeof pagesAbout;

export const isPlain = (page: string): page is Plain => page in plainPages;
export const isAbout = (page: string): page is About => page in pagesAbout;
