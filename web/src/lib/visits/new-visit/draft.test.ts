import { describe, expect, it } from 'vitest';
import { newDraft, type Draft } from './draft';
import { registrationOf } from './registration';
import { faultsIn, stepOf } from './steps';

const now = '2026-11-23T12:58:00.000Z';
const words = { needsTime: 'time', needsMinutes: 'minutes', badTime: 'bad', past: 'past', unanswered: 'choose' };
const proof = { name: ' J. de Wit ', street: 'Hengelosestraat', number: '51', postcode: '7514 AD', city: 'Enschede' };

const finished = (more: Partial<Draft> = {}): Draft => ({
  ...newDraft(Date.parse(now), '+31612345678'),
  residents: [{ ...proof }],
  expectsTrouble: false,
  knownResident: false,
  ...more,
});
const input = (more?: Partial<Draft>) => registrationOf(finished(more), now, words).input;
const fields = (draft: Draft): string[] => faultsIn(draft, now, words).map(({ field }) => field);

describe('what is sent', () => {
  it('is what was typed, without empty lines', () => {
    expect(input({ colleagues: [{ name: '', mobile: '' }], residents: [proof, { name: '', street: '', number: '', postcode: '', city: '' }] })).toEqual({
      kind: 'home-visit',
      startsAt: now,
      expectedMinutes: 60,
      mobile: '+31612345678',
      colleagues: [],
      residents: [{ name: 'J. de Wit', address: { street: 'Hengelosestraat', houseNumber: 51, postcode: '7514 AD', city: 'Enschede' } }],
      background: '',
      expectsTrouble: false,
      knownResident: false,
    });
  });

  it('has a plain number as a number, and anything else as people wrote it', () => {
    const sent = input({ mobile: '06 1234-5678', residents: [{ ...proof, number: '51-A', postcode: '' }] });
    expect(sent?.mobile).toBe('0612345678');
    expect(sent?.residents?.[0]?.address).toMatchObject({ houseNumber: '51-A', postcode: null });
  });

  it('starts when it is sent, or when was typed', () => {
    expect(input()?.startsAt).toBe(now);
    expect(input({ start: 'at', day: '2026-11-24', time: '09:30' })?.startsAt).toBe('2026-11-24T08:30:00.000Z');
  });

  it('has moments as instants, after midnight too', () => {
    const late = { start: 'at' as const, day: '2026-11-23', time: '23:30', checkInTimes: [{ time: '23:45' }, { time: '' }, { time: '00:15' }] };
    expect(input(late)?.checkInTimes).toEqual(['2026-11-23T22:45:00.000Z', '2026-11-23T23:15:00.000Z']);
  });

  it('says whom a chosen colleague is, and nothing about how it was chosen', () => {
    expect(input({ colleagues: [{ name: 'Sanne Vos', mobile: '06 87654321', known: true }] })?.colleagues).toEqual([{ name: 'Sanne Vos', mobile: '0687654321' }]);
  });
});

describe('what is wrong before it is sent', () => {
  it('is nothing in a finished form', () => {
    expect(fields(finished())).toEqual([]);
  });

  it('is told all at once, in the order of the steps', () => {
    const bad = { ...newDraft(Date.parse(now), ''), start: 'at' as const, time: '', minutes: 'an hour', checkInTimes: [{ time: '99:99' }], colleagues: [{ name: 'Sanne', mobile: '' }] };
    const told = fields(bad);
    expect(told).toEqual([
      'residents.0.address.houseNumber',
      'residents.0.address.street',
      'residents.0.address.city',
      'residents.0.name',
      'startsAt',
      'expectedMinutes',
      'checkInTimes.0',
      'mobile',
      'expectsTrouble',
      'knownResident',
      'colleagues.0.mobile',
    ]);
    expect(told.map(stepOf)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4]);
    expect(registrationOf(bad, now, words).input).toBeNull();
  });

  it('is a question about risk without an answer: silence is not a no', () => {
    expect(fields(finished({ expectsTrouble: null }))).toEqual(['expectsTrouble']);
  });

  it('is a start that is over, but not one of a minute ago', () => {
    expect(fields(finished({ start: 'at', day: '2026-11-23', time: '13:30' }))).toEqual(['startsAt']);
    expect(fields(finished({ start: 'at', day: '2026-11-23', time: '13:55' }))).toEqual([]);
  });

  it('is not an empty address of a talk at the office', () => {
    const office = finished({ kind: 'office-meeting', residents: [{ name: '', street: '', number: '', postcode: '', city: '' }] });
    expect(fields(office)).toEqual([]);
  });

  it('finds the step of a fault of the service, however it is written', () => {
    expect(stepOf('residents[0].address.postcode')).toBe(1);
    expect(stepOf('/checkInTimes/2')).toBe(2);
    expect(stepOf('teamId')).toBe(4);
  });
});
