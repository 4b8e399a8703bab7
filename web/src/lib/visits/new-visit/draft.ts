// The form of a new visit: what somebody typed so far.
import type { Address, VisitInput, VisitKind } from '../../../api/types';
import { nextFive } from '../../clock/time';

/** What only the register of addresses knows of an address. */
export type Found = Partial<Pick<Address, 'bagId' | 'addressableObjectId' | 'districtCode' | 'neighbourhoodCode'>>;

export interface DraftResident {
  name: string;
  street: string;
  number: string;
  postcode: string;
  city: string;
  /** Of an address that was chosen rather than typed. */
  found?: Found;
}

/** What the register told of an address, if it told anything. */
export function foundOf({ bagId, addressableObjectId, districtCode, neighbourhoodCode }: Address): { found?: Found } {
  const found: Found = {};
  if (bagId) found.bagId = bagId;
  if (addressableObjectId) found.addressableObjectId = addressableObjectId;
  if (districtCode) found.districtCode = districtCode;
  if (neighbourhoodCode) found.neighbourhoodCode = neighbourhoodCode;
  return Object.keys(found).length ? { found } : {};
}

/** An address as one would type it. */
export function typedAddress(address: Address): Omit<DraftResident, 'name'> {
  const number = `${address.houseNumber}${address.houseLetter ?? ''}${address.addition ? `-${address.addition}` : ''}`;
  return { street: address.street, number, postcode: address.postcode ?? '', city: address.city, ...foundOf(address) };
}

export interface DraftColleague {
  name: string;
  mobile: string;
  /** Chosen from earlier visits, so that nothing is left to type. */
  known?: boolean;
}

export interface Draft {
  kind: VisitKind;
  residents: DraftResident[];
  start: 'now' | 'at';
  day: string;
  time: string;
  minutes: string;
  checkInTimes: { time: string }[];
  mobile: string;
  /** Asked anew for each visit: no answer is not the same as no. */
  expectsTrouble: boolean | null;
  knownResident: boolean | null;
  colleagues: DraftColleague[];
  background: string;
  /** Empty for one's only team. */
  teamId: string;
}

export const noResident = (): DraftResident => ({ name: '', street: '', number: '', postcode: '', city: '' });

export function newDraft(now: number, mobile: string): Draft {
  const { day, time } = nextFive(now);
  return {
    kind: 'home-visit',
    residents: [noResident()],
    start: 'now',
    day,
    time,
    minutes: '60',
    checkInTimes: [],
    mobile,
    expectsTrouble: null,
    knownResident: null,
    colleagues: [],
    background: '',
    teamId: '',
  };
}

export const blank = (...texts: string[]): boolean => texts.every((text) => text.trim() === '');

export const isBlank = ({ name, street, number, postcode, city }: DraftResident): boolean => blank(name, street, number, postcode, city);

/** As the service reads a resident. */
export function resident(typed: DraftResident): NonNullable<VisitInput['residents']>[number] {
  const number = typed.number.trim();
  return {
    name: typed.name.trim(),
    address: {
      street: typed.street.trim(),
      houseNumber: /^\d+$/.test(number) ? Number(number) : number,
      postcode: typed.postcode.trim() || null,
      city: typed.city.trim(),
      ...typed.found,
    },
  };
}

/** A number without what people write between its digits. */
export const plainNumber = (mobile: string): string => mobile.replace(/[\s()-]/g, '');
