import { expect, it } from 'vitest';
import { nl } from '../../i18n/nl';
import { byField, idOf, keyOf, labelOf } from './faults';

it('finds a fault beside its field, however the path is written', () => {
  expect(keyOf('residents[0].address.postcode')).toBe('residents.0.address.postcode');
  expect(keyOf('/residents/0/address/postcode')).toBe('residents.0.address.postcode');
  expect(idOf('residents[0].address.postcode')).toBe('f-residents-0-address-postcode');
  const told = byField(
    [
      { field: 'mobile', code: 'not-mobile', message: 'is not a mobile number' },
      { field: '/mobile', code: 'b', message: 'second' },
      { field: 'street', code: 'a-new-code', message: 'said by the service' },
    ],
    nl,
  );
  expect(told.get('mobile')).toBe('Dit is geen mobiel nummer.');
  expect(told.get('street')).toBe('said by the service');
  expect(labelOf(nl, 'colleagues[0].mobile')).toBe('Mobiel nummer');
  expect(labelOf(nl, 'checkInTimes[2]')).toBe('Wanneer bellen we je?');
  expect(labelOf(nl, 'something')).toBeUndefined();
});
