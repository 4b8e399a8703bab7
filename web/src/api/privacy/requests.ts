// What a resident asks about the data that is held on them.
import { all, api, ask, type Answer } from '../client';
import type { components } from '../schema';

type Schemas = components['schemas'];
export type PrivacyRequest = Schemas['PrivacyRequest'];
export type RequestKind = Schemas['RequestKind'];
export type RequestState = Schemas['RequestState'];
export type HeldRecord = Schemas['HeldRecord'];

const path = (id: string): { path: { id: string } } => ({ path: { id } });

export const listRequests = (): Promise<Answer<PrivacyRequest[]>> =>
  all((cursor) => ask(() => api.GET('/privacy-requests', { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })));

export const getRequest = (id: string): Promise<Answer<PrivacyRequest>> => ask(() => api.GET('/privacy-requests/{id}', { params: path(id) }));

export const noteRequest = (body: Schemas['PrivacyRequestInput']): Promise<Answer<PrivacyRequest>> =>
  ask((headers) => api.POST('/privacy-requests', { body, headers }));

export const extendRequest = (id: string, body: Schemas['MoreTimeInput']): Promise<Answer<PrivacyRequest>> =>
  ask((headers) => api.POST('/privacy-requests/{id}/extension', { params: path(id), body, headers }));

export const decideRequest = (id: string, body: Schemas['RequestDecisionInput']): Promise<Answer<PrivacyRequest>> =>
  ask((headers) => api.POST('/privacy-requests/{id}/decision', { params: path(id), body, headers }));

export const closeRequest = (id: string, body: Schemas['ToldInput']): Promise<Answer<PrivacyRequest>> =>
  ask((headers) => api.POST('/privacy-requests/{id}/closure', { params: path(id), body, headers }));

export const endRestriction = (id: string, body: Schemas['MoreTimeInput']): Promise<Answer<PrivacyRequest>> =>
  ask((headers) => api.POST('/privacy-requests/{id}/restriction-end', { params: path(id), body, headers }));

export const findHeld = (id: string): Promise<Answer<{ records: HeldRecord[] }>> => ask(() => api.GET('/privacy-requests/{id}/candidates', { params: path(id) }));

/** All that is held on the person, as one file. */
export const exportPerson = (id: string, body: Schemas['ExportInput']): Promise<Answer<Blob>> =>
  ask(async (headers) => {
    const { data, error, response } = await api.POST('/privacy-requests/{id}/export', { params: path(id), body, headers, parseAs: 'blob' });
    return { data: data as unknown as Blob, error, response };
  });
