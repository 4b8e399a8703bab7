// Routes, faults, links and the two languages.
import { expect, it } from 'vitest';
import { en } from '../i18n/en';
import { nl } from '../i18n/nl';
import { byField, idOf, keyOf, labelOf } from './faults';
import { piecesOf } from './links';
import { routeOf, to } from './route';

const id = '01930000-0000-7000-8000-000000000000';

it('knows its own addresses, and goes home for any other', () => {
  expect(routeOf(to.visit(id))).toEqual({ page: 'visit', id });
  expect(routeOf(to.code(id))).toEqual({ page: 'visit', id, code: true });
  expect(routeOf(to.alarm(id))).toEqual({ page: 'alarm', id });
  expect(routeOf(to.newVisit)).toEqual({ page: 'new-visit', step: 1 });
  expect(routeOf(to.newVisitStep(1))).toEqual({ page: 'new-visit', step: 1 });
  expect(routeOf(to.newVisitStep(4))).toEqual({ page: 'new-visit', step: 4 });
  expect(routeOf('#/bezoeken/nieuw/5')).toEqual({ page: 'home' });
  expect(routeOf('#/telefoons/')).toEqual({ page: 'phones' });
  expect(routeOf(to.me)).toEqual({ page: 'me', id: '' });
  for (const part of ['number', 'pins', 'test', 'push', 'install', 'known'] as const) expect(routeOf(to.mine(part))).toEqual({ page: 'me', id: part });
  expect(routeOf(to.guide)).toEqual({ page: 'guide', id: '' });
  expect(routeOf(to.guideOn('gesprek-stoppen'))).toEqual({ page: 'guide', id: 'gesprek-stoppen' });
  expect(routeOf('#/gids/f')).toEqual({ page: 'home' });
  expect(routeOf('')).toEqual({ page: 'home' });
  expect(routeOf('#/bezoeken/../../etc')).toEqual({ page: 'home' });
});

it('finds a fault beside its field, however the path is written', () => {
  expect(keyOf('residents[0].address.postcode')).toBe('residents.0.address.postcode');
  expect(keyOf('/residents/0/address/postcode')).toBe('residents.0.address.postcode');
  expect(idOf('residents[0].address.postcode')).toBe('f-residents-0-address-postcode');
  const told = byField(
    [
      { field: 'mobile', code: 'not-mobile', message: 'is not a mobile number' },
      { field: '/mobile', code: 'b', message: 'second' },
      { field: 'street', code: 'a-new-code', message: 'said by the service' },
    ],
    nl,
  );
  expect(told.get('mobile')).toBe('Dit is geen mobiel nummer.');
  expect(told.get('street')).toBe('said by the service');
  expect(labelOf(nl, 'colleagues[0].mobile')).toBe('Mobiel nummer');
  expect(labelOf(nl, 'checkInTimes[2]')).toBe('Wanneer bellen we je?');
  expect(labelOf(nl, 'something')).toBeUndefined();
});

it('makes links clickable, without the full stop after them', () => {
  expect(piecesOf('Tik op http://x.nl/l/abc. Of bel.')).toEqual([
    { text: 'Tik op ', href: null },
    { text: 'http://x.nl/l/abc', href: 'http://x.nl/l/abc' },
    { text: '. Of bel.', href: null },
  ]);
  expect(piecesOf('OK')).toEqual([{ text: 'OK', href: null }]);
  expect(piecesOf('javascript:alert(1)')).toEqual([{ text: 'javascript:alert(1)', href: null }]);
});

it('leaves no text empty, and none in Dutch on an English screen', () => {
  const same: string[] = [];
  const compare = (dutch: object, english: object, path: string): void => {
    for (const [key, value] of Object.entries(dutch)) {
      const other = (english as Record<string, unknown>)[key];
      const at = path ? `${path}.${key}` : key;
      if (typeof value === 'object') compare(value, other as object, at);
      if (typeof value !== 'string') continue;
      expect(value.trim(), at).not.toBe('');
      if (other === value) same.push(at);
    }
  };
  compare(nl, en, '');
  // Words that are the same in both languages; any other equal pair is a text that nobody translated.
  const shared = 'name menu postcode now todo more15 moments title alarms incident mail voicemail team register'.split(' ');
  expect(same.filter((at) => !shared.includes(at.split('.').at(-1) ?? ''))).toEqual([]);
});
