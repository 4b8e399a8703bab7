// What was removed by itself once it had been kept long enough.
import { api, ask, type Answer } from '../client';
import type { components } from '../schema';

export type Run = components['schemas']['RetentionRun'];
export type RunCount = components['schemas']['RetentionCount'];

export const listRuns = (cursor: string | null): Promise<Answer<{ items: Run[]; next: string | null }>> =>
  ask(() => api.GET('/retention-runs', { params: { query: { limit: 20, ...(cursor ? { cursor } : {}) } } }));
