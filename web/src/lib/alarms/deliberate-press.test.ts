import { expect, it } from 'vitest';
import { calls, press, progress, release, tap, untouched } from './deliberate-press';

it('calls after two seconds of holding, not before', () => {
  const held = press(untouched, 1000);
  expect(calls(held, 2999)).toBe(false);
  expect(progress(held, 2000)).toBe(0.5);
  expect(calls(held, 3000)).toBe(true);
});

it('does not call after a short press', () => {
  const let_go = release(press(untouched, 0), 1900);
  expect(calls(let_go, 5000)).toBe(false);
  expect(progress(let_go, 5000)).toBe(0);
});

it('calls after three quick taps, by thumb or by keyboard', () => {
  let is = release(press(untouched, 0), 100);
  is = release(press(is, 500), 600);
  expect(calls(is, 600)).toBe(false);
  expect(calls(tap(is, 1000), 1000)).toBe(true);
});

it('forgets taps that were long ago', () => {
  const is = tap(tap(untouched, 0), 100);
  expect(calls(tap(is, 4000), 4000)).toBe(false);
});

it('counts a release without a press as nothing', () => {
  expect(release(untouched, 10)).toBe(untouched);
});
