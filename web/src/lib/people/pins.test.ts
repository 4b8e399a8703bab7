import { expect, it } from 'vitest';
import { pinFault } from './pins';

it('takes four to six digits', () => {
  expect(pinFault('3580')).toBeNull();
  expect(pinFault('358014')).toBeNull();
  for (const pin of ['', '358', '3580147', '35a0']) expect(pinFault(pin)).toBe('short');
});

it('refuses what is guessed first', () => {
  for (const pin of ['3333', '3456', '876543']) expect(pinFault(pin)).toBe('easy');
  expect(pinFault('4456')).toBeNull();
});

it('refuses the same one under duress', () => {
  expect(pinFault('3580', '3580')).toBe('alike');
  expect(pinFault('7046', '3580')).toBeNull();
});

it('refuses one that a slip of the finger makes of the other', () => {
  for (const near of ['3581', '4580', '35806']) expect(pinFault(near, '3580')).toBe('near');
});

it('refuses one that begins with a key that is an answer on a call', () => {
  for (const pin of ['1379', '2580', '9630']) expect(pinFault(pin)).toBe('answer');
});
