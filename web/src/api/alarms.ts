// What a person can do with an alarm.
import { all, api, ask, type Answer } from './client';
import type { Alarm, AlarmStep, Outcome } from './types';

const path = (id: string): { path: { id: string } } => ({ path: { id } });

export const getAlarm = (id: string): Promise<Answer<Alarm>> => ask(() => api.GET('/alarms/{id}', { params: path(id) }));

const listAlarms = (state: 'open' | 'owned'): Promise<Answer<Alarm[]>> =>
  all((cursor) => ask(() => api.GET('/alarms', { params: { query: { state, limit: 100, ...(cursor ? { cursor } : {}) } } })));

/** Every alarm that is not closed, those that nobody owns first. */
export async function listOpenAlarms(): Promise<Answer<Alarm[]>> {
  const [open, owned] = await Promise.all([listAlarms('open'), listAlarms('owned')]);
  if (!open.ok || !owned.ok) return open.ok ? owned : open;
  // One that was taken between the two answers is in both.
  const taken = new Set(owned.value.map(({ id }) => id));
  return { ok: true, value: [...open.value.filter(({ id }) => !taken.has(id)), ...owned.value] };
}

export const takeAlarm = (id: string): Promise<Answer<Alarm>> =>
  ask((headers) => api.POST('/alarms/{id}/acknowledgement', { params: path(id), body: {}, headers }));

export interface Closure {
  outcome: Outcome;
  note?: string;
  visitEnded: boolean;
}

export const closeAlarm = (id: string, body: Closure): Promise<Answer<Alarm>> =>
  ask((headers) => api.POST('/alarms/{id}/closure', { params: path(id), body, headers }));

export type Note = { text: string } | { step: AlarmStep; done: boolean };

export const noteAlarm = (id: string, body: Note): Promise<Answer<Alarm>> =>
  ask((headers) => api.POST('/alarms/{id}/notes', { params: path(id), body, headers }));
