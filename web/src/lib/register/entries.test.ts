// The desk's work: its order, its days and what is sent.
import { expect, test } from 'vitest';
import type { Entry } from '../../api/types';
import { byWait, daysUntil, dueOf, found, inputOf, monthsOn, newProposal, reviewsDue } from './entries';

const NOW = Date.parse('2026-11-23T22:30:00Z');

function entry(change: Partial<Entry> = {}): Entry {
  return {
    id: '1',
    version: 1,
    status: 'approved',
    name: 'T. Çelik',
    birthDate: null,
    addresses: [{ street: 'Proefstraat', houseNumber: 9, houseLetter: null, addition: null, postcode: '7599ZZ', city: 'Voorbeeldstad', bagId: null }],
    measure: 'contact-ban',
    from: '2026-06-01',
    until: '2027-06-01',
    reviewOn: '2027-03-01',
    reason: 'Dreigde.',
    contact: { name: 'Els', phone: '+31600000000' },
    proposedBy: { id: '2', name: 'Els' },
    proposedAt: '2026-06-01T10:00:00Z',
    approvedBy: null,
    approvedAt: null,
    withdrawnBecause: null,
    mayApprove: false,
    standing: 'in-force',
    dossier: { incident: null, reporter: null, openChannel: null, representative: null, mail: null, objections: [], reviews: [], breaches: [], reminders: 0, restriction: null },
    ...change,
  };
}

test('days are counted where the organisation is, also late in the evening', () => {
  expect(daysUntil('2026-11-23', NOW)).toBe(0);
  expect(daysUntil('2026-11-24', NOW)).toBe(1);
  expect(daysUntil('2026-11-22', NOW)).toBe(-1);
  expect(daysUntil('2027-03-29', Date.parse('2027-03-27T12:00:00Z'))).toBe(2);
});

test('an overdue review comes before an end that is near', () => {
  expect(dueOf(entry(), NOW)).toBeNull();
  expect(dueOf(entry({ reviewOn: '2026-11-20' }), NOW)).toEqual({ kind: 'late', days: 3 });
  expect(dueOf(entry({ until: '2026-11-30' }), NOW)).toEqual({ kind: 'lapses', days: 7 });
  expect(dueOf(entry({ reviewOn: '2026-12-07' }), NOW)).toEqual({ kind: 'review', days: 14 });
  expect(dueOf(entry({ reviewOn: '2026-12-08' }), NOW)).toBeNull();
});

test('the most overdue review is first, and the longest waiting proposal', () => {
  const late = entry({ id: 'late', reviewOn: '2026-11-01' });
  const later = entry({ id: 'later', reviewOn: '2026-10-01' });
  expect(reviewsDue([late, entry(), later], NOW).map(({ id }) => id)).toEqual(['later', 'late']);
  const old = entry({ id: 'old', proposedAt: '2026-01-01T00:00:00Z' });
  expect(byWait([entry(), old]).map(({ id }) => id)).toEqual(['old', '1']);
});

test('a search minds no accents, capitals or order', () => {
  expect(found([entry()], 'celik proef')).toHaveLength(1);
  expect(found([entry()], '7599zz 9')).toHaveLength(1);
  expect(found([entry()], 'celik nergens')).toHaveLength(0);
});

test('months on keep the day, or end with the month', () => {
  expect(monthsOn('2026-11-23', 6)).toBe('2027-05-23');
  expect(monthsOn('2026-08-31', 6)).toBe('2027-02-28');
  expect(monthsOn('2027-08-31', 6)).toBe('2028-02-29');
  expect(monthsOn('2026-12-15', 1)).toBe('2027-01-15');
});

test('a proposal without an address is sent without one, and its numbers as numbers', () => {
  const typed = newProposal(NOW, { name: 'Els', phone: '+31 6 0000 0000' });
  expect(typed).toMatchObject({ from: '2026-11-23', until: '2027-05-23', reviewOn: '2027-02-23' });
  expect(inputOf(typed)).toMatchObject({ addresses: [], birthDate: null, contact: { phone: '+31600000000' } });
  const lived = inputOf({ ...typed, street: 'Proefstraat', number: '9', city: 'Voorbeeldstad' });
  expect(lived.addresses).toEqual([{ street: 'Proefstraat', houseNumber: 9, postcode: null, city: 'Voorbeeldstad' }]);
});
