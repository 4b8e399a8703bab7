// The month of a team in figures, to look at and as a table to keep.
import { api, ask, type Answer } from '../client';
import type { components } from '../schema';

export type Report = components['schemas']['Report'];

const path = (id: string, month: string) => ({ path: { id, month } });

export const getReport = (id: string, month: string): Promise<Answer<Report>> =>
  ask(async () => {
    const { data, error, response } = await api.GET('/teams/{id}/reports/{month}', { params: path(id, month), headers: { Accept: 'application/json' } });
    return { data: data as Report, error, response };
  });

/** The table, as a file for a spreadsheet. */
export const getTable = (id: string, month: string): Promise<Answer<Blob>> =>
  ask(async () => {
    const { data, error, response } = await api.GET('/teams/{id}/reports/{month}', { params: path(id, month), headers: { Accept: 'text/csv' }, parseAs: 'blob' });
    return { data: data as unknown as Blob, error, response };
  });
