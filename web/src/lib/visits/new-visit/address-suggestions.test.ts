import { expect, it } from 'vitest';
import type { Address } from '../../../api/types';
import { noResident, resident, typedAddress } from './draft';
import { questionOf } from './address-suggestions.svelte';

const typed = (more: Partial<ReturnType<typeof noResident>>) => ({ ...noResident(), ...more });

it('asks once there is something to go by', () => {
  expect(questionOf(typed({ postcode: '751' }), 'code')).toBe('');
  expect(questionOf(typed({ postcode: '7514 ad', number: ' 51 ' }), 'code')).toBe('7514ad 51');
  expect(questionOf(typed({ street: 'He' }), 'street')).toBe('');
  expect(questionOf(typed({ street: 'Hengelosestr', city: 'Enschede', postcode: '7514' }), 'street')).toBe('Hengelosestr Enschede');
});

it('writes a chosen address as one would type it, and keeps what only the register knows', () => {
  const address: Address = { street: 'Geuzenkade', houseNumber: 58, houseLetter: null, addition: '1', postcode: '1056 KN', city: 'Amsterdam', bagId: '0363200000107724', districtCode: 'WK036340' };
  const chosen = { ...noResident(), ...typedAddress(address), name: 'P. de Boer' };
  expect(chosen.number).toBe('58-1');
  expect(resident(chosen).address).toEqual({ street: 'Geuzenkade', houseNumber: '58-1', postcode: '1056 KN', city: 'Amsterdam', bagId: '0363200000107724', districtCode: 'WK036340' });
});

it('says nothing of an id for an address that was typed', () => {
  expect(Object.keys(resident({ ...noResident(), street: 'Molenweg', number: '61', city: 'Enschede' }).address)).not.toContain('bagId');
});
