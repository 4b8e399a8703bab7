// The shapes of the contract, by short names.
import type { components } from './schema';

type Schemas = components['schemas'];
export type Alarm = Schemas['Alarm'];
export type CheckIn = Schemas['CheckIn'];
export type Colleague = Schemas['Colleague'];
export type Contacted = Schemas['Contacted'];
export type DistrictOfficer = Schemas['DistrictOfficer'];
export type Fault = Schemas['Fault'];
export type Me = Schemas['Me'];
export type Outcome = Schemas['Outcome'];
export type Problem = Schemas['Problem'];
export type RegisterHit = Schemas['RegisterHit'];
export type Resident = Schemas['Resident'];
export type TimelineEntry = Schemas['TimelineEntry'];
export type Visit = Schemas['Visit'];
export type VisitInput = Schemas['VisitInput'];
export type VisitKind = Schemas['VisitKind'];
