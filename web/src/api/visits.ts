// What a person can do with a visit, one function per action.
import { all, api, ask, type Answer } from './client';
import type { Visit, VisitInput } from './types';

const path = (id: string): { path: { id: string } } => ({ path: { id } });

export const getVisit = (id: string): Promise<Answer<Visit>> => ask(() => api.GET('/visits/{id}', { params: path(id) }));

export const listVisits = (scope: 'mine' | 'team', status?: Visit['status']): Promise<Answer<Visit[]>> =>
  all((cursor) =>
    ask(() =>
      api.GET('/visits', { params: { query: { scope, limit: 100, ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) } } }),
    ),
  );

export const createVisit = (body: VisitInput): Promise<Answer<Visit>> =>
  ask((headers) => api.POST('/visits', { body, headers }));

export const startVisit = (id: string): Promise<Answer<Visit>> =>
  ask((headers) => api.POST('/visits/{id}/start', { params: path(id), body: {}, headers }));

export const cancelVisit = (id: string): Promise<Answer<Visit>> =>
  ask((headers) => api.POST('/visits/{id}/cancellation', { params: path(id), body: {}, headers }));

export type Reply = 'well' | 'more' | 'end';

/** The three answers that say that all is well. */
export function answer(id: string, reply: Reply, pin?: string): Promise<Answer<Visit>> {
  const params = path(id);
  const code = pin ? { pin } : {};
  return ask((headers) => {
    if (reply === 'well') return api.POST('/visits/{id}/check-ins', { params, body: code, headers });
    if (reply === 'end') return api.POST('/visits/{id}/end', { params, body: code, headers });
    return api.POST('/visits/{id}/extensions', { params, body: { minutes: 15, ...code }, headers });
  });
}

/** Calls for help at once; the position follows when the phone has found it. */
export async function callForHelp(id: string): Promise<boolean> {
  const called = await ask((headers) => api.POST('/visits/{id}/alarm', { params: path(id), body: {}, headers }));
  navigator.geolocation?.getCurrentPosition(
    ({ coords }) => {
      const position = { latitude: coords.latitude, longitude: coords.longitude, accuracyMetres: coords.accuracy };
      void ask((headers) => api.POST('/visits/{id}/alarm', { params: path(id), body: { position }, headers }));
    },
    () => undefined,
    { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
  );
  return called.ok;
}
