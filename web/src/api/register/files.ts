// Files that come in and go out: the register's, and that with people.
import { all, api, ask, type Answer } from '../client';
import type { components } from '../schema';
import type { Problem } from '../types';

type Schemas = components['schemas'];
export type ImportReport = Schemas['ImportReport'];
export type ImportFault = Schemas['ImportFault'];
export type RegisterImport = Schemas['RegisterImport'];
/** A file with faults comes back with all of them. */
export type FileProblem = Problem & { report?: ImportReport };

export interface How {
  dryRun: boolean;
  /** Bring in once more what was brought in before. */
  force: boolean;
}
export type SendFile = (file: Blob, how: How) => Promise<Answer<ImportReport>>;

/** The bytes go as they are: the service knows older spreadsheets. */
const asIs = { bodySerializer: (body: unknown) => body as BodyInit, headers: { 'Content-Type': 'text/csv' } };
/** A trial may be sent again. What is brought in is not: when the answer is lost, somebody has to look. */
const again = ({ dryRun }: How): { again: boolean } => ({ again: dryRun });

export const importRegister: SendFile = (file, how) =>
  ask(() => api.POST('/register-imports', { params: { query: { ...how } }, body: file as unknown as string, ...asIs }), again(how));

export const importPeople: SendFile = (file, how) =>
  ask(() => api.POST('/people-imports', { params: { query: { dryRun: how.dryRun } }, body: file as unknown as string, ...asIs }), again(how));

export const listImports = (): Promise<Answer<RegisterImport[]>> =>
  all((cursor) => ask(() => api.GET('/register-imports', { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })));

export const approveImport = (id: string): Promise<Answer<RegisterImport>> =>
  ask(() => api.POST('/register-imports/{id}/approval', { params: { path: { id } }, body: {} }));

export const exportRegister = (): Promise<Answer<Blob>> =>
  ask(async () => {
    const { data, error, response } = await api.GET('/register-export', { parseAs: 'blob' });
    return { data: data as unknown as Blob, error, response };
  });
