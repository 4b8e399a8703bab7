import { expect, it } from 'vitest';
import type { Visit } from '../../api/types';
import { agreedMoments, typedMoments } from './agreed-times';

// 13:00 in Amsterdam, in winter.
const visit = {
  startsAt: '2026-11-23T12:00:00Z',
  checkIns: [
    { id: 'a', dueAt: '2026-11-23T12:15:30Z', state: 'scheduled', answeredAt: null },
    { id: 'b', dueAt: '2026-11-23T13:00:00Z', state: 'scheduled', answeredAt: null },
    { id: 'c', dueAt: '2026-11-23T12:05:00Z', state: 'cancelled', answeredAt: null },
  ],
} as unknown as Visit;

it('shows the moments that may still change', () => {
  expect(typedMoments(visit)).toEqual(['13:15', '14:00']);
});

it('sends nothing that was not touched, for it has seconds that the form does not show', () => {
  expect(agreedMoments(visit, ['13:15', '14:00'])).toEqual({ ok: true, times: undefined });
});

it('sends changed moments in order, also past midnight, and the others to the second', () => {
  expect(agreedMoments(visit, ['14:00', '13:20'])).toEqual({ ok: true, times: ['2026-11-23T12:20:00.000Z', '2026-11-23T13:00:00Z'] });
  expect(agreedMoments(visit, ['13:15', '13:30'])).toEqual({ ok: true, times: ['2026-11-23T12:15:30Z', '2026-11-23T12:30:00.000Z'] });
  expect(agreedMoments(visit, ['00:30'])).toEqual({ ok: true, times: ['2026-11-23T23:30:00.000Z'] });
});

it('says which moments it cannot read, and asks for one at least', () => {
  expect(agreedMoments(visit, ['13:15', '', 'kaas'])).toEqual({ ok: false, unreadable: [1, 2] });
  expect(agreedMoments(visit, [])).toEqual({ ok: false, unreadable: [] });
});
