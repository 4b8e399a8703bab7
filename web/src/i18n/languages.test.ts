import { expect, it } from 'vitest';
import { en } from './en';
import { nl } from './nl';

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
