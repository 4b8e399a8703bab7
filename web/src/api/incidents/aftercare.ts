// Care for an employee after an incident.
import { all, api, ask, type Answer } from '../client';
import type { components } from '../schema';
import type { Care } from '../types';

export type Moment = components['schemas']['Moment'];
const path = (id: string): { path: { id: string } } => ({ path: { id } });

export const listCare = (): Promise<Answer<Care[]>> =>
  all((cursor) => ask(() => api.GET('/aftercare', { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })));

export const getCare = (id: string): Promise<Answer<Care>> => ask(() => api.GET('/aftercare/{id}', { params: path(id) }));

export const noteTalk = (id: string, moment: Moment): Promise<Answer<Care>> =>
  ask((headers) => api.POST('/aftercare/{id}/talk', { params: path(id), body: { moment }, headers }));

export const planTalk = (id: string, at: string): Promise<Answer<Care>> =>
  ask((headers) => api.POST('/aftercare/{id}/later-talk', { params: path(id), body: { at }, headers }));

export const makeAppointment = (id: string, organisation: string, at: string): Promise<Answer<Care>> =>
  ask((headers) => api.POST('/aftercare/{id}/appointment', { params: path(id), body: { organisation, at }, headers }));

export const writeNote = (id: string, note: string): Promise<Answer<Care>> =>
  ask((headers) => api.POST('/aftercare/{id}/note', { params: path(id), body: { note }, headers }));
