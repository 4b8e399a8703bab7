// What a finished form sends, or why it cannot be sent yet.
import type { Fault, VisitInput } from '../../../api/types';
import { following } from '../../clock/time';
import { blank, isBlank, plainNumber, resident, type Draft } from './draft';
import { faultsIn, startOf, type StepWords } from './steps';

export type Sendable = { input: VisitInput; faults: [] } | { input: null; faults: Fault[] };

/** What to send at `now`, or everything that cannot be sent. The service judges the rest, all of it at once. */
export function registrationOf(draft: Draft, now: string, words: StepWords): Sendable {
  const faults = faultsIn(draft, now, words);
  const startsAt = startOf(draft, now);
  if (faults.length || !startsAt) return { input: null, faults };
  return { input: inputOf(draft, startsAt), faults: [] };
}

function inputOf(draft: Draft, startsAt: string): VisitInput {
  const times = draft.checkInTimes.flatMap(({ time }) => (blank(time) ? [] : (following(startsAt, time) ?? [])));
  return {
    kind: draft.kind,
    startsAt,
    expectedMinutes: Number(draft.minutes),
    mobile: plainNumber(draft.mobile),
    colleagues: draft.colleagues
      .filter(({ name, mobile }) => !blank(name, mobile))
      .map(({ name, mobile }) => ({ name: name.trim(), mobile: plainNumber(mobile) })),
    residents: draft.residents.filter((one) => !isBlank(one)).map(resident),
    background: draft.background.trim(),
    expectsTrouble: draft.expectsTrouble === true,
    knownResident: draft.knownResident === true,
    ...(times.length ? { checkInTimes: times } : {}),
    ...(draft.teamId ? { teamId: draft.teamId } : {}),
  };
}
