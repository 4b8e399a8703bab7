import { expect, it } from 'vitest';
import type { Letterhead } from '../../api/incidents/letterhead';
import { letterheadOf, typedLetterhead } from './letterhead';

const whole: Letterhead = {
  address: 'Postbus 1\n1000 AA Voorbeeldstad',
  place: 'Voorbeeldstad',
  signatory: 'M. van Voorbeeld',
  dataProtectionOfficer: 'privacy@voorbeeld.example',
  privacyNotice: { nl: 'Wij bewaren dit.', en: 'We keep this.' },
  remedy: { kind: 'complaint', where: 'Loket 3', weeks: 4 },
};

it('reads back what it shows', () => {
  expect(letterheadOf(typedLetterhead(whole))).toEqual(whole);
  const usual = { ...whole, privacyNotice: null };
  expect(letterheadOf(typedLetterhead(usual))).toEqual(usual);
});

it('begins with what the law gives for an objection', () => {
  expect(letterheadOf(typedLetterhead(null)).remedy).toEqual({ kind: 'objection', where: '', weeks: 6 });
});

it('keeps a notice that is not used to itself', () => {
  expect(letterheadOf({ ...typedLetterhead(whole), own: false }).privacyNotice).toBeNull();
});

it('sends what is no number as one that does not fit', () => {
  for (const weeks of ['zes', '', '1,5', '-3', '99999']) expect(letterheadOf({ ...typedLetterhead(whole), weeks }).remedy.weeks).toBe(0);
  expect(letterheadOf({ ...typedLetterhead(whole), weeks: ' 12 ' }).remedy.weeks).toBe(12);
});
