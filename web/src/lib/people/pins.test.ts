import { expect, it } from 'vitest';
import { pinFault } from './pins';

it('takes four to six digits', () => {
  expect(pinFault('2580')).toBeNull();
  expect(pinFault('258014')).toBeNull();
  for (const pin of ['', '258', '2580147', '25a0']) expect(pinFault(pin)).toBe('short');
});

it('refuses what is guessed first', () => {
  for (const pin of ['1111', '1234', '987654']) expect(pinFault(pin)).toBe('easy');
  expect(pinFault('1123')).toBeNull();
});

it('refuses the same one under duress', () => {
  expect(pinFault('2580', '2580')).toBe('alike');
  expect(pinFault('1379', '2580')).toBeNull();
});
