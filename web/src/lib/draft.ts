// The form of a new visit: what is typed, and what is sent.
import type { Fault, VisitInput, VisitKind } from '../api/types';
import { following, instantOf, nextFive } from './time';

export interface DraftResident {
  name: string;
  street: string;
  number: string;
  postcode: string;
  city: string;
}

export interface Draft {
  kind: VisitKind;
  day: string;
  time: string;
  minutes: string;
  mobile: string;
  colleagues: { name: string; mobile: string }[];
  residents: DraftResident[];
  background: string;
  expectsTrouble: boolean;
  knownResident: boolean;
  checkInTimes: { time: string }[];
  officer: { id: string; because: string };
}

export const noResident = (): DraftResident => ({ name: '', street: '', number: '', postcode: '', city: '' });

export function newDraft(now: number, mobile: string): Draft {
  const { day, time } = nextFive(now);
  return {
    kind: 'home-visit',
    day,
    time,
    minutes: '60',
    mobile,
    colleagues: [],
    residents: [noResident()],
    background: '',
    expectsTrouble: false,
    knownResident: false,
    checkInTimes: [],
    officer: { id: '', because: '' },
  };
}

const blank = (...texts: string[]): boolean => texts.every((text) => text.trim() === '');

function resident(typed: DraftResident): NonNullable<VisitInput['residents']>[number] {
  const number = typed.number.trim();
  return {
    name: typed.name.trim(),
    address: {
      street: typed.street.trim(),
      houseNumber: /^\d+$/.test(number) ? Number(number) : number,
      postcode: typed.postcode.trim() || null,
      city: typed.city.trim(),
    },
  };
}

/** Words for the faults that are found before anything is sent. */
export interface DraftWords {
  needsTime: string;
  needsMinutes: string;
  badTime: string;
}

export type Sendable = { input: VisitInput; faults: [] } | { input: null; faults: Fault[] };

/** What to send, or what cannot be read. The service judges everything else, all of it at once. */
export function sendable(draft: Draft, words: DraftWords): Sendable {
  const faults: Fault[] = [];
  const startsAt = instantOf(draft.day, draft.time);
  if (!startsAt) faults.push({ field: 'startsAt', code: 'unreadable', message: words.needsTime });
  const minutes = Number(draft.minutes);
  if (!Number.isInteger(minutes) || minutes <= 0) {
    faults.push({ field: 'expectedMinutes', code: 'unreadable', message: words.needsMinutes });
  }
  const times = draft.checkInTimes
    .filter(({ time }) => !blank(time))
    .map(({ time }, i) => {
      const at = following(startsAt ?? new Date(0).toISOString(), time);
      if (!at) faults.push({ field: `checkInTimes.${i}`, code: 'unreadable', message: words.badTime });
      return at ?? '';
    });
  if (faults.length || !startsAt) return { input: null, faults };
  return { input: inputOf(draft, startsAt, minutes, times), faults: [] };
}

function inputOf(draft: Draft, startsAt: string, expectedMinutes: number, times: string[]): VisitInput {
  const { officer } = draft;
  return {
    kind: draft.kind,
    startsAt,
    expectedMinutes,
    mobile: draft.mobile.replace(/[\s()-]/g, ''),
    colleagues: draft.colleagues
      .filter(({ name, mobile }) => !blank(name, mobile))
      .map(({ name, mobile }) => ({ name: name.trim(), mobile: mobile.replace(/[\s()-]/g, '') })),
    residents: draft.residents
      .filter((r) => !blank(r.name, r.street, r.number, r.postcode, r.city))
      .map(resident),
    background: draft.background.trim(),
    expectsTrouble: draft.expectsTrouble,
    knownResident: draft.knownResident,
    ...(times.length ? { checkInTimes: times } : {}),
    ...(officer.id ? { districtOfficer: { officerId: officer.id } } : {}),
    ...(!officer.id && officer.because.trim() ? { districtOfficer: { notInformedBecause: officer.because.trim() } } : {}),
  };
}
