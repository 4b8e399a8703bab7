import { expect, it } from 'vitest';
import type { Entry, Incident } from '../../api/types';
import { lettersToSend, openObjections, qualityOf, stale, staleDays, waiting } from './desk-work';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const nothing = { incident: null, reporter: null, openChannel: null, representative: null, mail: null, objections: [], reviews: [], breaches: [], reminders: 0, restriction: null };
const entry = (id: string, more: Partial<Entry> = {}): Entry =>
  ({ id, standing: 'in-force', addresses: [{}], proposedAt: '2026-11-01T09:00:00Z', approvedAt: '2026-11-02T09:00:00Z', reviewOn: '2027-02-01', until: '2027-05-01', dossier: nothing, ...more }) as unknown as Entry;
const mail = { trackingNumber: '3S', sentOn: '2026-11-03', by: 'x', at: '2026-11-03T09:00:00Z', deliveredOn: null };
const ids = (entries: { id: string }[]) => entries.map(({ id }) => id);

it('lists the letters that nobody sent, the longest waiting first', () => {
  const sent = entry('sent', { dossier: { ...nothing, mail } });
  const old = entry('old', { approvedAt: '2026-10-01T09:00:00Z' });
  const over = entry('over', { standing: 'lapsed' });
  expect(ids(lettersToSend([entry('new'), sent, over, old]))).toEqual(['old', 'new']);
});

it('lists objections until they are decided on', () => {
  const objection = { receivedOn: '2026-11-20', upheld: null, because: null, term: null };
  const open = entry('open', { dossier: { ...nothing, objections: [objection] } });
  const done = entry('done', { dossier: { ...nothing, objections: [{ ...objection, upheld: false, because: 'Nee.' }] } });
  expect(ids(openObjections([open, done, entry('none')]))).toEqual(['open']);
});

it('counts how well the register is kept', () => {
  const late = entry('late', { reviewOn: '2026-11-20' });
  const later = entry('later', { reviewOn: '2026-11-01', addresses: [] });
  const seen = entry('seen', { dossier: { ...nothing, mail, reviews: [{ by: 'x', at: '2026-11-22T09:00:00Z', because: 'Nodig.' }] } });
  expect(ids(stale([late, seen, later], NOW))).toEqual(['later', 'late']);
  expect(staleDays(seen, NOW)).toBe(1);
  expect(qualityOf([late, later, seen], NOW)).toEqual({ inForce: 3, lateReviews: 2, noAddress: 1, unsent: 2, oldestDays: 21 });
  expect(qualityOf([], NOW)).toEqual({ inForce: 0, lateReviews: 0, noAddress: 0, unsent: 0, oldestDays: 0 });
});

it('lists the incidents that wait, the most urgent first', () => {
  const incident = (id: string, stage: string, dueAt: string): Incident => ({ id, stage, dueAt }) as unknown as Incident;
  const all = [incident('a', 'assessed', '2026-11-24'), incident('b', 'reported', '2026-11-23'), incident('c', 'decided', '2026-11-22')];
  expect(ids(waiting(all))).toEqual(['b', 'a']);
});
