// Which district officer belongs to an address.
import type { Address, DistrictOfficer } from '../../api/types';

const plain = (postcode: string): string => postcode.replace(/\s/g, '').toUpperCase();

/** The officer in whose area this address lies. */
export function officerFor(officers: readonly DistrictOfficer[], address: Partial<Address> | null | undefined): DistrictOfficer | undefined {
  const at = plain(address?.postcode ?? '');
  const codes = [address?.districtCode, address?.neighbourhoodCode].filter(Boolean);
  return officers.find(({ areas }) =>
    areas.some((area) => {
      if (!('postcodeFrom' in area)) return codes.includes(area.code);
      // A range of whole numbers holds every letter.
      return at !== '' && plain(area.postcodeFrom) <= at && at <= `${plain(area.postcodeUntil)}ZZ`;
    }),
  );
}
