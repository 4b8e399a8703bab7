// What the owner of an alarm does, in order; a silent alarm has another order, and never rings out there.
import type { Alarm, AlarmStep } from '../../api/types';
import { goAlong } from '../visits/along';

export interface Task {
  step: AlarmStep;
  /** Whom it is about; empty where that is a service. */
  name: string;
  number: string;
  done: boolean;
  by: string;
  at: string;
}

/** The police, not urgent: where the district officer has no number. */
export const POLICE = '09008844';

export function tasksOf(alarm: Alarm): Task[] {
  if (!alarm.visit) return [];
  const { worker, mobile, colleagues } = alarm.visit;
  const task = (step: AlarmStep, name: string, number: string): Task => ({ step, name, number, ...tick(alarm, step) });
  const colleague = goAlong(colleagues)[0];
  const rings = [
    task('worker-called', worker, mobile),
    ...(colleague ? [task('colleague-called', colleague.name, colleague.mobile)] : []),
  ];
  const officer = alarm.officerToCall;
  return [
    ...(alarm.silent ? [] : rings),
    task('emergency-called', '', '112'),
    task('officer-told', officer?.name ?? '', officer?.mobile ?? POLICE),
  ];
}

/** The last word about a step counts. */
function tick(alarm: Alarm, step: AlarmStep): Pick<Task, 'done' | 'by' | 'at'> {
  const last = alarm.notes.findLast((note) => note.step === step);
  return { done: last?.done ?? false, by: last?.by.name ?? '', at: last?.at ?? '' };
}

/** Where the map opens: the place that the phone sent, else the address; never a name. */
export function mapOf(alarm: Alarm): string | null {
  const place = alarm.position;
  if (place) return `https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}#map=18/${place.latitude}/${place.longitude}`;
  const address = alarm.visit?.residents[0]?.address;
  if (!address) return null;
  const where = `${address.street} ${address.houseNumber}${address.houseLetter ?? ''}, ${address.city ?? ''}`;
  return `https://www.openstreetmap.org/search?query=${encodeURIComponent(where)}`;
}
