import { describe, expect, it } from 'vitest';
import { newDraft, sendable } from './draft';

const now = Date.parse('2026-11-23T12:58:00Z');
const words = { needsTime: 'time', needsMinutes: 'minutes', badTime: 'bad' };

describe('a new visit', () => {
  it('starts with sensible fields, and sends no empty lines', () => {
    const { input } = sendable(newDraft(now, '+31612345678'), words);
    expect(input).toEqual({
      kind: 'home-visit',
      startsAt: '2026-11-23T13:00:00.000Z',
      expectedMinutes: 60,
      mobile: '+31612345678',
      colleagues: [],
      residents: [],
      background: '',
      expectsTrouble: false,
      knownResident: false,
    });
  });

  it('sends a plain number as a number, and anything else as people wrote it', () => {
    const draft = newDraft(now, '06 1234-5678');
    draft.residents = [
      { name: ' J. de Wit ', street: 'Hengelosestraat', number: '51', postcode: '7514 AD', city: 'Enschede' },
      { name: '', street: 'Hengelosestraat', number: '51-A', postcode: '', city: 'Enschede' },
      { name: 'Only a name', street: '', number: '', postcode: '', city: '' },
      { name: '', street: '', number: '', postcode: '', city: '' },
    ];
    const { input } = sendable(draft, words);
    expect(input?.mobile).toBe('0612345678');
    expect(input?.residents?.[0]).toEqual({
      name: 'J. de Wit',
      address: { street: 'Hengelosestraat', houseNumber: 51, postcode: '7514 AD', city: 'Enschede' },
    });
    expect(input?.residents?.[1]?.address).toMatchObject({ houseNumber: '51-A', postcode: null });
    expect(input?.residents?.[2]).toEqual({ name: 'Only a name', address: { street: '', houseNumber: '', postcode: null, city: '' } });
    expect(input?.residents).toHaveLength(3);
  });

  it('sends moments as instants, after midnight too', () => {
    const draft = { ...newDraft(now, ''), time: '23:30', checkInTimes: [{ time: '23:45' }, { time: '' }, { time: '00:15' }] };
    expect(sendable(draft, words).input?.checkInTimes).toEqual(['2026-11-23T22:45:00.000Z', '2026-11-23T23:15:00.000Z']);
  });

  it('sends either an officer or the reason why none', () => {
    const draft = newDraft(now, '');
    expect(sendable({ ...draft, officer: { id: 'x', because: 'left over' } }, words).input?.districtOfficer).toEqual({ officerId: 'x' });
    expect(sendable({ ...draft, officer: { id: '', because: 'not needed' } }, words).input?.districtOfficer).toEqual({
      notInformedBecause: 'not needed',
    });
  });

  it('tells everything that cannot be read at once', () => {
    const draft = { ...newDraft(now, ''), time: '', minutes: 'an hour', checkInTimes: [{ time: '99:99' }] };
    const { input, faults } = sendable(draft, words);
    expect(input).toBeNull();
    expect(faults.map(({ field }) => field)).toEqual(['startsAt', 'expectedMinutes', 'checkInTimes.0']);
  });
});
