import { expect, it } from 'vitest';
import type { DistrictOfficer } from '../../api/types';
import { officerFor } from './district-officers';

const officer = (name: string, postcodeFrom: string, postcodeUntil: string): DistrictOfficer => ({ id: name, name, areas: [{ postcodeFrom, postcodeUntil }] });
const all = [{ id: 'x', name: 'By code', areas: [{ code: 'BU01530000' }] }, officer('North', '7500', '7514'), officer('South', '7515 AA', '7515 KZ')];

it('finds the officer of a postcode, both ends included', () => {
  const names = ['7500 AA', '7514zz', '7515 BA', '7515 LA', '7499 ZZ', '', null].map((postcode) => officerFor(all, { postcode })?.name);
  expect(names).toEqual(['North', 'North', 'South', undefined, undefined, undefined, undefined]);
});

it('finds the officer of a district or a neighbourhood by its code', () => {
  expect(officerFor(all, { postcode: '7600 AA', districtCode: 'WK015300', neighbourhoodCode: 'BU01530000' })?.name).toBe('By code');
  expect(officerFor(all, { postcode: '7500 AA', neighbourhoodCode: 'BU01530001' })?.name).toBe('North');
  expect(officerFor(all, undefined)).toBeUndefined();
});
