import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { newDraft } from './draft';
import { forgetDraft, keepDraft, keptDraft } from './stored-draft';

const kept = new Map<string, string>();
beforeEach(() => {
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});
afterEach(() => {
  kept.clear();
  vi.unstubAllGlobals();
});

const draft = { ...newDraft(0, '+31612345678'), background: 'Loopt slecht ter been.' };
const HOUR = 60 * 60_000;

it('gives back what the same person typed', () => {
  keepDraft('jan', draft, 0);
  expect(keptDraft('jan', HOUR)).toEqual(draft);
});

it('shows nobody else anything, and lets it go', () => {
  keepDraft('jan', draft, 0);
  expect(keptDraft('sanne', HOUR)).toBeNull();
  expect(kept.size).toBe(0);
});

it('lets go what nobody went on with', () => {
  keepDraft('jan', draft, 0);
  expect(keptDraft('jan', 12 * HOUR)).toBeNull();
  expect(kept.size).toBe(0);
});

it('forgets when told, and does not choke on something else in its place', () => {
  keepDraft('jan', draft, 0);
  forgetDraft();
  expect(keptDraft('jan', 0)).toBeNull();
  for (const odd of ['{', 'null', '{"person":"jan","at":0,"draft":{}}', '{"person":"jan","at":0,"draft":null}']) {
    kept.set('rugdekking.draft', odd);
    expect(keptDraft('jan', 0), odd).toBeNull();
  }
});

it('does without a storage', () => {
  vi.stubGlobal('localStorage', undefined);
  keepDraft('jan', draft);
  expect(keptDraft('jan')).toBeNull();
});
