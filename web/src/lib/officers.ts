// Which district officer belongs to an address.
import type { DistrictOfficer } from '../api/types';

const plain = (postcode: string): string => postcode.replace(/\s/g, '').toUpperCase();

/** The officer in whose area this postcode lies. */
export function officerFor(officers: readonly DistrictOfficer[], postcode: string | null | undefined): DistrictOfficer | undefined {
  const at = plain(postcode ?? '');
  if (!at) return undefined;
  return officers.find(({ areas }) =>
    areas.some((area) => {
      if (!('postcodeFrom' in area)) return false;
      // A range of whole numbers holds every letter.
      return plain(area.postcodeFrom) <= at && at <= `${plain(area.postcodeUntil)}ZZ`;
    }),
  );
}
