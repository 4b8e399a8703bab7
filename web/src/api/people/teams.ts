// What those who look after a team can do with it: how it is watched, who is called when, drills, and its people.
import { all, api, ask, type Answer } from '../client';
import type { components } from '../schema';

type Schemas = components['schemas'];
export type Channel = Schemas['Channel'];
export type Coverage = Schemas['Coverage'];
export type Way = Schemas['CoverageWay'];
export type Drill = Schemas['Drill'];
export type Ladder = Schemas['Ladder'];
export type OfficeHours = Schemas['OfficeHours'];
export type Person = Schemas['Person'];
export type PersonChange = Schemas['PersonChange'];
export type Policy = Schemas['Policy'];
export type Rung = Schemas['Rung'];
export type Target = Schemas['RungTarget'];
export type Warning = Schemas['Warning'];
/** A team of which everything is seen. */
export type Team = Required<Omit<Schemas['Team'], 'warnings'>> & { warnings?: Warning[] };

const path = (id: string): { path: { id: string } } => ({ path: { id } });
const match = (version: number): { 'If-Match': string } => ({ 'If-Match': `"${version}"` });

export const isWhole = (team: Schemas['Team']): team is Team => team.ladder !== undefined;

export const getTeam = (id: string): Promise<Answer<Schemas['Team']>> => ask(() => api.GET('/teams/{id}', { params: path(id) }));

/** The teams that this person looks after. */
export async function listTeams(): Promise<Answer<Team[]>> {
  const found = await all((cursor) => ask(() => api.GET('/teams', { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })));
  return found.ok ? { ok: true, value: found.value.filter(isWhole) } : found;
}

/** Saves a team as it was read, with what changed; refused when somebody else saved it in between. */
export function saveTeam({ id, version, name, members, managers, deputies, policy, ladder }: Team): Promise<Answer<Schemas['Team']>> {
  const body = { name, members, managers, deputies, policy, ladder };
  return ask(() => api.PUT('/teams/{id}', { params: { ...path(id), header: match(version) }, body }));
}

export const getCoverage = (id: string): Promise<Answer<Coverage>> => ask(() => api.GET('/teams/{id}/coverage', { params: path(id) }));

/** The drills of a team, the latest first. */
export async function listDrills(team: string): Promise<Answer<Drill[]>> {
  const found = await ask(() => api.GET('/drills', { params: { query: { teamId: team, limit: 100 } } }));
  return found.ok ? { ok: true, value: found.value.items } : found;
}

export const startDrill = (teamId: string): Promise<Answer<Drill>> => ask((headers) => api.POST('/drills', { body: { teamId }, headers }));

export const listPeople = (): Promise<Answer<Person[]>> =>
  all((cursor) => ask(() => api.GET('/people', { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } })));

export const getPerson = (id: string): Promise<Answer<Person>> => ask(() => api.GET('/people/{id}', { params: path(id) }));

export const savePerson = (id: string, version: number, body: PersonChange): Promise<Answer<Person>> =>
  ask(() => api.PATCH('/people/{id}', { params: { ...path(id), header: match(version) }, body }));

export const addPerson = (body: Schemas['PersonInput']): Promise<Answer<Person>> => ask((headers) => api.POST('/people', { body, headers }));
