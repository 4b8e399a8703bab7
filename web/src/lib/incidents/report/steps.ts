// The steps of a report: which field is where, and what is still wrong before anything is sent.
import type { Fault } from '../../../api/types';
import { keyOf } from '../../forms/faults';
import { blank } from '../../visits/new-visit/draft';
import { happenedAt, type IncidentTyped } from './draft';

export const INCIDENT_STEPS = 7;

const FIELDS: Record<string, number> = {
  how: 1,
  place: 1,
  happenedAt: 1,
  resident: 2,
  staff: 2,
  breach: 2,
  said: 3,
  done: 3,
  complaintOnly: 3,
  behaviour: 4,
  persistent: 5,
  emergency: 5,
  damage: 6,
  injury: 6,
  atOnce: 6,
};

/** In which step a field is; what has no step of its own is on the last one. */
export const incidentStepOf = (field: string): number => FIELDS[keyOf(field).split('.')[0] ?? ''] ?? INCIDENT_STEPS;

const required = (field: string, ...texts: string[]): Fault[] => (blank(...texts) ? [{ field, code: 'required', message: '' }] : []);
const lacks = (lacking: boolean, field: string, code: string): Fault[] => (lacking ? [{ field, code, message: '' }] : []);

/** Everything that is wrong, in the order of the form. */
export function incidentFaults(typed: IncidentTyped, now: string): Fault[] {
  const at = happenedAt(typed, now);
  const cry = typed.behaviour === 'E';
  return [
    ...lacks(!typed.how, 'how', 'choose'),
    ...lacks(!at, 'happenedAt', 'unreadable'),
    ...lacks(at !== null && Date.parse(at) > Date.parse(now), 'happenedAt', 'future'),
    ...required('resident.name', typed.name),
    ...lacks(typed.breach === null, 'breach', 'choose'),
    ...lacks(blank(typed.said, typed.done), 'said', 'no-facts'),
    ...lacks(!typed.behaviour, 'behaviour', 'choose'),
    ...lacks(!cry && typed.persistent === null, 'persistent', 'choose'),
    ...(cry ? [...required('emergency.steps', typed.steps), ...required('emergency.called', typed.called)] : []),
  ];
}
