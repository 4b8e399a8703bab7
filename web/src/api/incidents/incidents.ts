// Reporting an incident, and what is done with it.
import { all, api, ask, type Answer } from '../client';
import type { components } from '../schema';
import type { AffairInput, DecisionInput, Incident, IncidentDraft, IncidentInput } from '../types';

type Schemas = components['schemas'];
const path = (id: string): { path: { id: string } } => ({ path: { id } });

/** What a visit or an alarm tells already, and which colleagues there are. */
export const draftIncident = (origin: { visitId?: string; alarmId?: string }): Promise<Answer<IncidentDraft>> =>
  ask(() => api.GET('/incident-draft', { params: { query: origin } }));

export const reportIncident = (body: IncidentInput): Promise<Answer<Incident>> => ask((headers) => api.POST('/incidents', { body, headers }));

export const listIncidents = (): Promise<Answer<Incident[]>> =>
  all((cursor) => ask(() => api.GET('/incidents', { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })));

export const getIncident = (id: string): Promise<Answer<Incident>> => ask(() => api.GET('/incidents/{id}', { params: path(id) }));

export const assessIncident = (id: string, body: Schemas['AssessmentInput']): Promise<Answer<Incident>> =>
  ask((headers) => api.POST('/incidents/{id}/assessment', { params: path(id), body, headers }));

export const noteCall = (id: string, body: Schemas['OmbudsmanCallInput']): Promise<Answer<Incident>> =>
  ask((headers) => api.POST('/incidents/{id}/ombudsman-call', { params: path(id), body, headers }));

export const decideIncident = (id: string, body: DecisionInput): Promise<Answer<Incident>> =>
  ask((headers) => api.POST('/incidents/{id}/decision', { params: path(id), body, headers }));

export const stepAffair = (id: string, which: 'police-report' | 'damage-claim', body: AffairInput): Promise<Answer<Incident>> =>
  ask((headers) =>
    which === 'police-report'
      ? api.POST('/incidents/{id}/police-report', { params: path(id), body, headers })
      : api.POST('/incidents/{id}/damage-claim', { params: path(id), body, headers }),
  );

export const closeIncident = (id: string, note: string): Promise<Answer<Incident>> =>
  ask((headers) => api.POST('/incidents/{id}/closure', { params: path(id), body: { note }, headers }));
