// The figures of the policy, and who changed them.
import { api, ask, type Answer } from '../client';
import type { components } from '../schema';

export type Figures = components['schemas']['PolicyFigures'];
export type PolicyChange = components['schemas']['PolicyChange'];

export const getPolicy = (): Promise<Answer<Figures>> => ask(() => api.GET('/policy'));

export const savePolicy = ({ version, ...body }: Figures): Promise<Answer<Figures>> =>
  ask(() => api.PUT('/policy', { params: { header: { 'If-Match': `"${version}"` } }, body }));

export const listChanges = (cursor: string | null): Promise<Answer<{ items: PolicyChange[]; next: string | null }>> =>
  ask(() => api.GET('/policy-changes', { params: { query: { limit: 20, ...(cursor ? { cursor } : {}) } } }));
