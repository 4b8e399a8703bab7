// When a check-in is felt and heard.
import { expect, it, vi } from 'vitest';

vi.stubGlobal('window', { addEventListener: () => undefined });
const { cueAt } = await import('./check-in-cues.svelte');
const DUE = Date.parse('2026-11-23T13:30:00Z');
const SECOND = 1000;

it('is announced in the last minute, and told at the moment', () => {
  expect(cueAt(DUE, DUE - 61 * SECOND)).toBeNull();
  expect(cueAt(DUE, DUE - 60 * SECOND)).toBe('soon');
  expect(cueAt(DUE, DUE - SECOND)).toBe('soon');
  expect(cueAt(DUE, DUE)).toBe('now');
});

it('is still told by a phone that slept through it, but not much later', () => {
  expect(cueAt(DUE, DUE + 300 * SECOND)).toBe('now');
  expect(cueAt(DUE, DUE + 660 * SECOND)).toBeNull();
});
