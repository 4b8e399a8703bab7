// Searching the guide on the phone itself: every sentence, whatever its accents and capitals.
import { BEHAVIOURS, ENDING, ENDINGS, type Behaviour, type Guide, type Step } from './types';

/** One sentence of the guide, and where it stands. */
export interface Passage {
  /** What comes after `#/gids/`; empty for the first page. */
  page: string;
  /** The heading of that page. */
  title: string;
  /** The heading above the sentence. */
  heading: string;
  text: string;
}

export interface Found extends Passage {
  /** The sentence in pieces; those that were asked for are marked. */
  pieces: { text: string; hit: boolean }[];
}

/** The letters of a text without accents and capitals, each with its place in the text. */
function fold(text: string): { letters: string; at: number[] } {
  let letters = '';
  const at: number[] = [];
  for (let i = 0; i < text.length; i += 1) {
    const plain = text[i]!.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[‘’]/g, "'");
    for (const letter of plain) {
      letters += letter;
      at.push(i);
    }
  }
  return { letters, at };
}

const plain = (text: string): string => fold(text.normalize('NFC')).letters;
const line = ({ what, how }: Step): string => `${what} ${how}`;

/** Every sentence of the guide. */
export function passagesOf(guide: Guide): Passage[] {
  const { words } = guide;
  const under = (page: string, title: string, heading: string, texts: readonly string[]): Passage[] =>
    texts.map((text) => ({ page, title, heading, text }));
  const about = (id: string, one: Behaviour): Passage[] => {
    const title = `${id.toUpperCase()}. ${one.title}`;
    return [
      ...under(id, title, words.letter(id.toUpperCase()), [`${one.title}. ${one.short}`]),
      ...under(id, title, words.first, one.first.map(line)),
      ...under(id, title, words.steps, one.steps.map(line)),
      ...under(id, title, words.say, one.say),
      ...under(id, title, words.sayNot, one.sayNot),
      ...under(id, title, words.signs, one.signs),
    ];
  };
  const { ending } = guide;
  const ends = ENDINGS.flatMap((id) => {
    const one = ending.cases[id];
    return [
      ...under(ENDING, ending.title, words.toEnding, [one.title]),
      ...under(ENDING, ending.title, one.title, one.steps.map(line)),
      ...under(ENDING, ending.title, one.title, one.say),
    ];
  });
  const numbers = Object.values(guide.numbers).map(({ name, number, when }) => `${words.callThe(name)}, ${number}. ${when}.`);
  return [
    ...BEHAVIOURS.flatMap((id) => about(id, guide.behaviours[id])),
    ...ends,
    ...[guide.before, guide.after].flatMap(({ title, text }) => under('', words.title, title, text)),
    ...under('', words.title, words.call, numbers),
  ];
}

/** The sentences in which each word that is asked for occurs, or its beginning; the headings count along. */
export function search(passages: readonly Passage[], asked: string): Found[] {
  const terms = [...new Set(plain(asked).split(/[^\p{L}\p{N}]+/u).filter(Boolean))];
  if (!terms.length) return [];
  const found = passages.flatMap((passage) => {
    const { letters, at } = fold(passage.text);
    const around = plain(`${passage.title} ${passage.heading}`);
    const inText = terms.filter((term) => letters.includes(term));
    const all = terms.every((term) => inText.includes(term) || around.includes(term));
    if (!inText.length || !all) return [];
    return [{ rank: terms.length - inText.length, found: { ...passage, pieces: marked(passage.text, letters, at, inText) } }];
  });
  return found.sort((one, other) => one.rank - other.rank).map((one) => one.found);
}

function marked(text: string, letters: string, at: number[], terms: string[]): Found['pieces'] {
  const hit = new Array<boolean>(text.length).fill(false);
  for (const term of terms) {
    for (let from = letters.indexOf(term); from >= 0; from = letters.indexOf(term, from + 1)) {
      for (let i = from; i < from + term.length; i += 1) hit[at[i]!] = true;
    }
  }
  const pieces: Found['pieces'] = [];
  for (let i = 0; i < text.length; i += 1) {
    const last = pieces.at(-1);
    if (last && last.hit === hit[i]) last.text += text[i];
    else pieces.push({ text: text[i]!, hit: hit[i]! });
  }
  return pieces;
}
