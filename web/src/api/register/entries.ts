// What the aggression desk does with the register, and what an auditor reads.
import { all, api, ask, type Answer } from '../client';
import type { components } from '../schema';
import type { AccessLine, Entry, EntryInput, EntryStatus, RegisterCheck, RegisterHit } from '../types';

type Schemas = components['schemas'];
const path = (id: string): { path: { id: string } } => ({ path: { id } });

export const listEntries = (status: EntryStatus): Promise<Answer<Entry[]>> =>
  all((cursor) => ask(() => api.GET('/register-entries', { params: { query: { status, limit: 100, ...(cursor ? { cursor } : {}) } } })));

export const getEntry = (id: string): Promise<Answer<Entry>> => ask(() => api.GET('/register-entries/{id}', { params: path(id) }));

export const propose = (body: EntryInput): Promise<Answer<Entry>> => ask((headers) => api.POST('/register-entries', { body, headers }));

export const approveEntry = (id: string): Promise<Answer<Entry>> =>
  ask((headers) => api.POST('/register-entries/{id}/approval', { params: path(id), body: {}, headers }));

export const withdrawEntry = (id: string, why: string): Promise<Answer<Entry>> =>
  ask((headers) => api.POST('/register-entries/{id}/withdrawal', { params: path(id), body: { why }, headers }));

export interface LogPage {
  items: AccessLine[];
  next: string | null;
}

export const readLog = (cursor: string | null): Promise<Answer<LogPage>> =>
  ask(() => api.GET('/access-log', { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } } }));

export const checkRegister = (body: RegisterCheck): Promise<Answer<{ hits: RegisterHit[] }>> =>
  ask((headers) => api.POST('/register-checks', { body, headers }));

/** The letter went out by registered mail. */
export const noteMail = (id: string, body: Schemas['RegisteredMailInput']): Promise<Answer<Entry>> =>
  ask((headers) => api.POST('/register-entries/{id}/registered-mail', { params: path(id), body, headers }));

export const reviewEntry = (id: string, body: Schemas['ReviewInput']): Promise<Answer<Entry>> =>
  ask((headers) => api.POST('/register-entries/{id}/review', { params: path(id), body, headers }));

export const noteObjection = (id: string, receivedOn: string): Promise<Answer<Entry>> =>
  ask((headers) => api.POST('/register-entries/{id}/objection', { params: path(id), body: { receivedOn }, headers }));

export const decideObjection = (id: string, body: Schemas['ObjectionDecisionInput']): Promise<Answer<Entry>> =>
  ask((headers) => api.POST('/register-entries/{id}/objection-decision', { params: path(id), body, headers }));

/** The person moved; without any address the measure is found by name alone. */
export const moveEntry = (id: string, addresses: Schemas['AddressInput'][]): Promise<Answer<Entry>> =>
  ask((headers) => api.POST('/register-entries/{id}/move', { params: path(id), body: { addresses }, headers }));
