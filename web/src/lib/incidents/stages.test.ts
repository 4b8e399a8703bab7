import { expect, it } from 'vitest';
import type { Incident } from '../../api/types';
import { leftWords, momentWords } from '../clock/deadline';
import { callComesFirst, grouped, stagesOf } from './stages';

const by = { id: 'r', name: 'Ruud Smit' };
const base = {
  id: 'i',
  stage: 'reported',
  reportedAt: '2026-11-23T13:10:00Z',
  dueAt: '2026-11-24T13:10:00Z',
  overdue: false,
  call: { step: 'not-yet', by: null, at: null, note: null },
  assessment: null,
  decision: null,
  closed: null,
  policeReport: null,
  damageClaim: null,
} as unknown as Incident;
const kinds = (one: Incident) => stagesOf(one).map(({ kind, state }) => `${kind} ${state}`);

it('says of a new report who answers by when, and that there is an end to it', () => {
  expect(kinds(base)).toEqual(['reported done', 'answer now', 'closed todo']);
  expect(kinds({ ...base, overdue: true })[1]).toBe('answer late');
});

it('follows a letter until it is sent, and keeps police and damage apart', () => {
  const decision = { reaction: 'contact-ban', by, at: '2026-11-23T15:00:00Z', departsBecause: null, entryId: null, standing: 'proposed', sentOn: null } as const;
  const open = { state: 'open', who: null, on: null, reference: null, because: null } as const;
  const one: Incident = { ...base, stage: 'decided', decision, policeReport: open, damageClaim: { ...open, state: 'dropped' } };
  expect(kinds(one)).toEqual(['reported done', 'decided done', 'letter now', 'police now', 'damage dropped', 'closed todo']);
  expect(kinds({ ...one, decision: { ...decision, standing: 'in-force', sentOn: '2026-11-24' } })).toContain('letter done');
  expect(kinds({ ...one, decision: { ...decision, standing: 'withdrawn' } })).toContain('letter dropped');
});

it('puts what has to be answered soonest on top', () => {
  const soon = { ...base, id: 's', dueAt: '2026-11-23T20:00:00Z' };
  const done = { ...base, id: 'd', stage: 'closed' as const };
  const { waiting, closed } = grouped([base, soon, done]);
  expect([waiting.map(({ id }) => id), closed.map(({ id }) => id)]).toEqual([['s', 'i'], ['d']]);
});

it('knows that the call comes first until it was made', () => {
  const advised = { ...base, assessment: { advice: { first: ['ombudsman-call'] } } } as unknown as Incident;
  expect(callComesFirst(advised)).toBe(true);
  expect(callComesFirst({ ...advised, call: { ...base.call, step: 'persists' } })).toBe(false);
  expect(callComesFirst(base)).toBe(false);
});

it('says a deadline as people do', () => {
  const t = {
    today: (time: string) => `vandaag ${time}`, tomorrow: (time: string) => `morgen ${time}`,
    leftHours: (n: number) => `nog ${n} uur`, leftMinutes: (n: number) => `nog ${n} min`, leftDays: (n: number) => `nog ${n} dagen`,
    lateHours: (n: number) => `${n} uur te laat`, lateMinutes: (n: number) => `${n} min te laat`, lateDays: (n: number) => `${n} dagen te laat`,
  };
  const now = Date.parse('2026-11-23T13:00:00Z');
  expect(momentWords(t, '2026-11-24T13:10:00Z', now, 'nl')).toBe('morgen 14:10');
  expect(momentWords(t, '2026-11-23T13:10:00Z', now, 'nl')).toBe('vandaag 14:10');
  expect(leftWords(t, '2026-11-23T18:30:00Z', now)).toBe('nog 5 uur');
  expect(leftWords(t, '2026-11-20T13:00:00Z', now)).toBe('3 dagen te laat');
  expect(leftWords(t, '2026-11-23T12:50:00Z', now)).toBe('10 min te laat');
});
