// What letters take from the organisation.
import { api, ask, type Answer } from '../client';
import type { components } from '../schema';

export type Organisation = components['schemas']['Organisation'];
export type Letterhead = components['schemas']['Letterhead'];

export const getOrganisation = (): Promise<Answer<Organisation>> => ask(() => api.GET('/organisation'));

export const saveLetterhead = (letterhead: Letterhead, version: number): Promise<Answer<Organisation>> =>
  ask(() => api.PATCH('/organisation', { params: { header: { 'If-Match': `"${version}"` } }, body: { letterhead } }));
