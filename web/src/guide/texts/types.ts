// What the guide holds: the same shape in both languages, so that none of them can lack something.

export const BEHAVIOURS = ['a', 'b', 'c', 'd', 'e'] as const;
export type BehaviourId = (typeof BEHAVIOURS)[number];

export const ENDINGS = ['way-out', 'no-way-out', 'later', 'phone'] as const;
export type EndingId = (typeof ENDINGS)[number];

export const NUMBERS = ['112', '09008844', '113', '08000113', '08001205'] as const;
export type NumberId = (typeof NUMBERS)[number];

/** The part after `#/gids/` that is not a behaviour. */
export const ENDING = 'gesprek-stoppen';

/** Something to do: the words to remember, and what it means. */
export interface Step {
  what: string;
  how: string;
}

/** One kind of behaviour. */
export interface Behaviour {
  title: string;
  /** In one sentence, for the list. */
  short: string;
  signs: readonly string[];
  /** What goes before everything else; only where somebody may be in danger. */
  first: readonly Step[];
  steps: readonly Step[];
  say: readonly string[];
  sayNot: readonly string[];
  /** Numbers to call, the most urgent one first. */
  call: readonly NumberId[];
}

/** One way in which a talk has to end. */
export interface Ending {
  title: string;
  steps: readonly Step[];
  say: readonly string[];
}

export interface Guide {
  behaviours: Record<BehaviourId, Behaviour>;
  ending: { title: string; short: string; intro: string; cases: Record<EndingId, Ending> };
  before: { title: string; text: readonly string[] };
  after: { title: string; text: readonly string[] };
  numbers: Record<NumberId, { name: string; number: string; when: string }>;
  words: {
    title: string;
    intro: string;
    kinds: string;
    letter: (letter: string) => string;
    signs: string;
    first: string;
    steps: string;
    say: string;
    sayNot: string;
    call: string;
    callThe: (name: string) => string;
    danger: string;
    dangerHint: string;
    municipality: string;
    toEnding: string;
    toEndingHint: string;
    toD: string;
    toDHint: string;
    offline: string;
    search: string;
    found: (n: number) => string;
    notFound: string;
    strip: { on: string; check: (time: string) => string; now: string; help: string; offline: string; back: string };
  };
}
