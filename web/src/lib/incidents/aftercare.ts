// Aftercare in the order in which it asks for attention.
import type { Care } from '../../api/types';

export type Talk = Care['talks'][number];

/** The next talk that has to be held; nothing when all are. */
export const nextTalk = ({ talks }: Care): Talk | undefined => talks.filter(({ at }) => at === null).sort((a, b) => a.due.localeCompare(b.due))[0];

export const isLate = (talk: Talk, now: number): boolean => talk.at === null && Date.parse(talk.due) < now;

/** Who waits longest for a talk first; those with whom everybody spoke apart. */
export function byNeed(cares: readonly Care[]): { open: Care[]; over: Care[] } {
  const due = (care: Care): string => nextTalk(care)?.due ?? '';
  const open = cares.filter((care) => nextTalk(care)).sort((a, b) => due(a).localeCompare(due(b)));
  return { open, over: cares.filter((care) => !nextTalk(care)) };
}
