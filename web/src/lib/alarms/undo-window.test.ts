import { describe, expect, it } from 'vitest';
import { heldUntil, secondsLeft, together } from './undo-window';

const at = (second: number): number => Date.parse(`2026-11-23T12:00:${String(second).padStart(2, '0')}Z`);
const pressed = '2026-11-23T12:00:00Z';
const alarm = { cause: 'panic', state: 'open', undoUntil: '2026-11-23T12:00:06Z' } as const;

describe('taking back a call for help', () => {
  it('can be done for five seconds from the press, before the service has answered', () => {
    expect(secondsLeft(heldUntil(null, pressed), at(0))).toBe(5);
    expect(secondsLeft(heldUntil(null, pressed), at(4))).toBe(1);
    expect(secondsLeft(heldUntil(null, pressed), at(5))).toBe(0);
  });

  it('can be done until the moment that the service names', () => {
    expect(secondsLeft(heldUntil(alarm, pressed), at(5))).toBe(1);
    expect(secondsLeft(heldUntil(alarm, pressed), at(6))).toBe(0);
  });

  it('never shows more than five seconds, whatever the clocks say', () => {
    expect(secondsLeft(heldUntil(alarm, null), at(0) - 60_000)).toBe(5);
  });

  it('cannot be done where the service does not wait, or somebody has it', () => {
    expect(heldUntil({ ...alarm, undoUntil: null }, pressed)).toBeNull();
    expect(heldUntil({ ...alarm, state: 'owned' }, pressed)).toBeNull();
    expect(heldUntil(null, null)).toBeNull();
  });

  it('is offered when help is pressed on top of a missed check-in only as long as we do not know better', () => {
    const missed = { ...alarm, cause: 'missed-check-in', undoUntil: null } as const;
    expect(secondsLeft(heldUntil(missed, pressed), at(1))).toBe(4);
    expect(heldUntil({ ...missed, cause: 'panic' }, pressed)).toBeNull();
  });
});

describe('whom the ladder calls', () => {
  it('names together who is called at one moment', () => {
    const calls = [{ name: 'Ruud', at: 'a' }, { name: 'Els', at: 'b' }, { name: 'Tom', at: 'b' }];
    expect(together(calls)).toEqual([{ at: 'a', names: ['Ruud'] }, { at: 'b', names: ['Els', 'Tom'] }]);
  });
});
