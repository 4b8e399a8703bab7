// What a person can do with a visit, one function per action.
import { kept } from '../../lib/visits/my-visits/offline-copy.svelte';
import { outbox } from '../../outbox/outbox.svelte';
import type { Kind, Outcome } from '../../outbox/tap';
import { all, api, ask, type Answer } from '../client';
import type { Problem, Visit, VisitChange, VisitInput } from '../types';

const path = (id: string): { path: { id: string } } => ({ path: { id } });

const noConnection: Problem = { title: 'no-connection', status: 0, detail: '' };

/** A visit as it is, or without a connection as it was last told. */
export async function getVisit(id: string): Promise<Answer<Visit>> {
  const told = await ask(() => api.GET('/visits/{id}', { params: path(id) }));
  if (told.ok) kept.keep(told.value);
  else if (told.problem.status === 404) kept.drop(id);
  else if (told.problem.status === 0) return knownOr(await kept.find(id), told);
  return told;
}

const knownOr = <T>(known: T | undefined, told: Answer<T>): Answer<T> => (known === undefined ? told : { ok: true, value: known });

export async function listVisits(scope: 'mine' | 'team', status?: Visit['status']): Promise<Answer<Visit[]>> {
  const told = await all((cursor) =>
    ask(() =>
      api.GET('/visits', { params: { query: { scope, limit: 100, ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) } } }),
    ),
  );
  if (scope === 'team') return told;
  if (told.ok) kept.keep(...told.value);
  else if (told.problem.status === 0) return { ok: true, value: await kept.open() };
  return told;
}

/** My newest visits, or without a connection those of today as they were last told. */
export async function latestVisits(): Promise<Answer<Visit[]>> {
  const page = await ask(() => api.GET('/visits', { params: { query: { scope: 'mine', limit: 100 } } }));
  if (page.ok) kept.keep(...page.value.items);
  else if (page.problem.status === 0) return { ok: true, value: await kept.open() };
  return page.ok ? { ok: true, value: page.value.items } : page;
}

/** What the first try of a tap gave. One that waits is a problem without a status. */
async function first(kind: Kind, id: string, said: object): Promise<Answer<Visit | null>> {
  const outcome = await outbox.put(kind, id, said);
  if (outcome.is === 'sent') return { ok: true, value: outcome.value as Visit | null };
  return { ok: false, problem: outcome.is === 'refused' ? outcome.problem : noConnection };
}

/** Where a visit that could not be registered yet is shown, in the place of its id. */
export const QUEUED = 'wacht';

/** What is told of a registration; one that waits on this phone has neither id nor state at the service. */
export type Registered = Pick<Visit, 'id'> & { status: Visit['status'] | 'queued' };
const queued: Registered = { id: QUEUED, status: 'queued' };

/** The one way in which a visit is registered. Without a connection it is kept, and shown as not watched yet. */
export async function createVisit(body: VisitInput): Promise<Answer<Registered>> {
  const outcome = await outbox.put('register', null, body);
  if (outcome.is === 'waits') return { ok: true, value: queued };
  if (outcome.is === 'sent') return { ok: true, value: (outcome.value as Visit | null) ?? queued };
  // The form shows what is wrong, and sends it anew.
  await outbox.dismiss(outcome.key);
  return { ok: false, problem: outcome.problem };
}

export const startVisit = (id: string): Promise<Answer<Visit | null>> => first('start', id, {});

/** Changes what was registered, unless somebody else changed it first. */
export const changeVisit = ({ id, version }: Visit, body: VisitChange): Promise<Answer<Visit>> =>
  ask((headers) => api.PATCH('/visits/{id}', { params: { ...path(id), header: { 'If-Match': `"${version}"` } }, body, headers }));


export const cancelVisit = (id: string): Promise<Answer<Visit>> =>
  ask((headers) => api.POST('/visits/{id}/cancellation', { params: path(id), body: {}, headers }));

export type Reply = 'well' | 'more' | 'end';

/** The three answers that say that all is well. What becomes of it is told by the outbox. */
export function answer(id: string, reply: Reply, pin?: string): void {
  void outbox.put(reply, id, { ...(reply === 'more' ? { minutes: 15 } : {}), ...(pin ? { pin } : {}) });
}

/** Calls for help at once; the position follows when the phone has found it. Without a visit one begins with the call. */
export function callForHelp(id: string | null): Promise<Outcome> {
  const called = outbox.put('help', id, {});
  const visit = id ? Promise.resolve(id) : called.then(begunBy);
  navigator.geolocation?.getCurrentPosition(
    ({ coords }) => {
      const position = { latitude: coords.latitude, longitude: coords.longitude, accuracyMetres: coords.accuracy };
      void visit.then((found) => (found ? follow(found, position) : undefined));
    },
    () => undefined,
    { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
  );
  return called;
}

/** The visit that began with a call for help. */
export const begunBy = (outcome: Outcome): string | null => (outcome.is === 'sent' ? ((outcome.value as Visit | null)?.id ?? null) : null);

/** Adds the place to the call for help. One that was taken back meanwhile stays so, and needs no place. */
async function follow(id: string, position: object): Promise<void> {
  const outcome = await outbox.put('position', id, { position, followUp: true });
  if (outcome.is === 'refused') await outbox.dismiss(outcome.key);
}

/** Takes the call for help back; only right now, so that it never waits for a connection. */
export const undoHelp = (id: string, pin: string): Promise<Answer<Visit>> =>
  ask((headers) => api.POST('/visits/{id}/alarm/withdrawal', { params: path(id), body: { pin }, headers }));
