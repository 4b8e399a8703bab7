// The guide is whole in both languages, and every sentence can be found.
import { describe, expect, it } from 'vitest';
import { en } from './en';
import { nl } from './nl';
import { passagesOf, search } from './search';
import { BEHAVIOURS, ENDINGS, NUMBERS } from './types';

/** Every text in it, with its path. */
function texts(of: unknown, path = ''): [string, string][] {
  if (typeof of === 'string') return [[path, of]];
  if (typeof of !== 'object' || of === null) return [];
  return Object.entries(of).flatMap(([key, value]) => texts(value, `${path}/${key}`));
}

describe.each([['nl', nl], ['en', en]] as const)('the guide in %s', (_, guide) => {
  it('leaves nothing empty', () => {
    for (const [path, text] of texts(guide)) expect(text.trim(), path).not.toBe('');
  });

  it('tells of every behaviour how it shows, what to do, what to say and what not to say', () => {
    for (const id of BEHAVIOURS) {
      const { signs, steps, say, sayNot } = guide.behaviours[id];
      for (const part of [signs, steps, say, sayNot]) expect(part.length, id).toBeGreaterThanOrEqual(3);
    }
  });

  it('begins with the emergency where somebody may be in danger, and has the numbers at hand', () => {
    for (const id of ['d', 'e'] as const) {
      expect(guide.behaviours[id].first.length).toBeGreaterThan(0);
      expect(guide.behaviours[id].call[0]).toBe('112');
    }
    expect(guide.behaviours.e.call).toEqual(['112', '113', '08000113', '08001205']);
    for (const id of NUMBERS) expect(guide.numbers[id].number.replace(/\D/g, '')).toBe(id);
  });

  it('ends a talk in each of the four cases, with something to say', () => {
    for (const id of ENDINGS) {
      expect(guide.ending.cases[id].steps.length, id).toBeGreaterThanOrEqual(3);
      expect(guide.ending.cases[id].say.length, id).toBeGreaterThan(0);
    }
  });

  it('finds each of its sentences by its own first words', () => {
    const passages = passagesOf(guide);
    for (const { text } of passages) {
      const asked = text.split(' ').slice(0, 4).join(' ');
      expect(search(passages, asked).map((one) => one.text), asked).toContain(text);
    }
  });
});

it('holds as much in English as in Dutch', () => {
  expect(texts(en).map(([path]) => path)).toEqual(texts(nl).map(([path]) => path));
  const said = (guide: typeof nl): string[] => passagesOf(guide).map(({ text }) => text);
  const same = said(nl).filter((text) => said(en).includes(text));
  expect(same, 'sentences that nobody translated').toEqual([]);
});

describe('searching', () => {
  const passages = [
    { page: 'a', title: 'A. Over één ding', heading: 'Zeg dit', text: '“Eén keer, café Zoë.”' },
    { page: 'b', title: 'B. Iets anders', heading: 'Zeg dit niet', text: 'Rustig maar' },
  ];
  const pages = (asked: string): string[] => search(passages, asked).map(({ page }) => page);

  it('does not mind accents and capitals, on either side', () => {
    expect(pages('EEN KEER')).toEqual(['a']);
    expect(pages('cafe zoe')).toEqual(['a']);
    expect(pages('cafe\u0301')).toEqual(['a']);
    expect(pages('rústig')).toEqual(['b']);
  });

  it('finds a part of a word, and wants all words', () => {
    expect(pages('rust')).toEqual(['b']);
    expect(pages('rustig keer')).toEqual([]);
  });

  it('counts the headings along, but shows a sentence only for its own words', () => {
    expect(pages('anders rustig')).toEqual(['b']);
    expect(pages('anders')).toEqual([]);
  });

  it('marks what was found in the sentence as it is written', () => {
    const [found] = search(passages, 'een zoe');
    expect(found?.pieces).toEqual([
      { text: '“', hit: false },
      { text: 'Eén', hit: true },
      { text: ' keer, café ', hit: false },
      { text: 'Zoë', hit: true },
      { text: '.”', hit: false },
    ]);
  });

  it('finds nothing for nothing', () => {
    expect(pages('')).toEqual([]);
    expect(pages(' .,” ')).toEqual([]);
  });

  it('leads from the words of a worker to the right page', () => {
    const first = (asked: string): string | undefined => search(passagesOf(nl), asked)[0]?.page;
    expect(first('schelden')).toBe('c');
    expect(first('wapen')).toBe('d');
    expect(first('zelfmoord')).toBe('e');
    expect(first('ophangt')).toBe('gesprek-stoppen');
    expect(first('113')).toBe('e');
  });
});
