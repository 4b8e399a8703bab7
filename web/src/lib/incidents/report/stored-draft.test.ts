import { beforeEach, expect, it, vi } from 'vitest';
import { newIncident } from './draft';
import { forgetIncident, keepIncident, keptIncident } from './stored-draft';

const kept = new Map<string, string>();
beforeEach(() => {
  kept.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});

const typed = { ...newIncident(0), said: 'Ik weet waar je woont.', step: 3 };
const HOUR = 60 * 60_000;

it('gives a report back to who typed it, at the step where it was', () => {
  keepIncident('jan', typed, 0);
  expect(keptIncident('jan', HOUR)).toEqual(typed);
});

it('shows it to nobody else, and removes what grew old', () => {
  keepIncident('jan', typed, 0);
  expect(keptIncident('sanne', HOUR)).toBeNull();
  expect(kept.size).toBe(0);
  keepIncident('jan', typed, 0);
  expect(keptIncident('jan', 12 * HOUR)).toBeNull();
  expect(kept.size).toBe(0);
});

it('does not choke on something else in its place', () => {
  for (const other of ['{', '3', '{"person":"jan","at":0,"draft":{"step":1}}']) {
    kept.set('rugdekking.incident', other);
    expect(keptIncident('jan', 0)).toBeNull();
  }
  forgetIncident();
  expect(kept.size).toBe(0);
});
