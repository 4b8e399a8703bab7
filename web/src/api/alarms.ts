// What a person can do with an alarm.
import { all, api, ask, type Answer } from './client';
import type { Alarm, Outcome } from './types';

const path = (id: string): { path: { id: string } } => ({ path: { id } });

export const getAlarm = (id: string): Promise<Answer<Alarm>> => ask(() => api.GET('/alarms/{id}', { params: path(id) }));

/** Every alarm that is not closed, also those that somebody owns. */
export const listOpenAlarms = (): Promise<Answer<Alarm[]>> =>
  all((cursor) => ask(() => api.GET('/alarms', { params: { query: { state: 'open', limit: 100, ...(cursor ? { cursor } : {}) } } })));

export const takeAlarm = (id: string): Promise<Answer<Alarm>> =>
  ask((headers) => api.POST('/alarms/{id}/acknowledgement', { params: path(id), body: {}, headers }));

export interface Closure {
  outcome: Outcome;
  note?: string;
  visitEnded: boolean;
}

export const closeAlarm = (id: string, body: Closure): Promise<Answer<Alarm>> =>
  ask((headers) => api.POST('/alarms/{id}/closure', { params: path(id), body, headers }));
