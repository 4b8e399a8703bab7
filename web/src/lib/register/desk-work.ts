// The desk's work in one list: what waits for it, and how well the register is kept.
import type { Entry, Incident } from '../../api/types';
import { dayOf } from '../clock/time';
import { daysUntil, reviewsDue } from './entries';

/** A letter that should have gone out by now is a measure that nobody knows of. */
export const LETTER_DAYS = 2;

export interface Quality {
  inForce: number;
  lateReviews: number;
  noAddress: number;
  unsent: number;
  /** How long the oldest measure in force was not looked at, in days. */
  oldestDays: number;
}

const standing = ({ standing: how }: Entry): boolean => how !== 'lapsed' && how !== 'withdrawn' && how !== 'proposed';

/** Approved, and the letter has not gone out, the longest waiting first. */
export function lettersToSend(approved: readonly Entry[]): Entry[] {
  const of = (entry: Entry): string => entry.approvedAt ?? entry.proposedAt;
  return approved.filter((entry) => standing(entry) && entry.dossier && !entry.dossier.mail).sort((a, b) => of(a).localeCompare(of(b)));
}

/** An objection that nobody decided on yet. */
export const openObjections = (approved: readonly Entry[]): Entry[] => approved.filter(({ dossier }) => dossier?.objections.some(({ upheld }) => upheld === null));

/** When somebody last looked whether it is still needed. */
const lookedAt = (entry: Entry): string => entry.dossier?.reviews.at(-1)?.at ?? entry.approvedAt ?? entry.proposedAt;

/** How many days nobody looked at it. */
export const staleDays = (entry: Entry, now: number): number => -daysUntil(dayOf(lookedAt(entry)), now);

/** Those that are overdue for a look, by age. */
export const stale = (approved: readonly Entry[], now: number): Entry[] =>
  reviewsDue(approved, now)
    .filter(({ reviewOn }) => daysUntil(reviewOn, now) < 0)
    .sort((a, b) => a.reviewOn.localeCompare(b.reviewOn));

export function qualityOf(approved: readonly Entry[], now: number): Quality {
  const held = approved.filter(standing);
  return {
    inForce: held.length,
    lateReviews: stale(held, now).length,
    noAddress: held.filter(({ addresses }) => !addresses.length).length,
    unsent: lettersToSend(held).length,
    oldestDays: Math.max(0, ...held.map((entry) => staleDays(entry, now))),
  };
}

/** Incidents on which nobody decided, the most urgent first. */
export const waiting = (incidents: readonly Incident[]): Incident[] =>
  incidents.filter(({ stage }) => stage === 'reported' || stage === 'assessed').sort((a, b) => a.dueAt.localeCompare(b.dueAt));
