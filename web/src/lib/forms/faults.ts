// Faults of a problem, found again beside the field that they are about.
import type { Fault } from '../../api/types';
import type { Texts } from '../../i18n/nl';

/** `residents[0].address.postcode` and `/residents/0/address/postcode` mean the same field. */
export function keyOf(field: string): string {
  return field
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/\//g, '.')
    .replace(/^[.$]+/, '');
}

/** What is wrong, in the language of the screen where we know the code. */
export function sayFault(t: Texts, fault: Fault): string {
  return t.faults.codes[fault.code] ?? fault.message;
}

/** How the screen calls a field, when it shows one by that name. */
export function labelOf(t: Texts, field: string): string | undefined {
  const key = keyOf(field);
  const labels: Record<string, string> = {
    kind: t.form.kind,
    startsAt: t.form.start,
    expectedMinutes: t.form.minutes,
    mobile: key === 'mobile' ? t.form.mobile : t.form.colleagueMobile,
    name: t.form.residentName,
    postcode: t.form.postcode,
    houseNumber: t.form.number,
    street: t.form.street,
    city: t.form.city,
    background: t.form.background,
    expectsTrouble: t.form.expectsTrouble,
    knownResident: t.form.knownResident,
    teamId: t.form.team,
    residents: t.form.who,
    colleagues: t.form.colleagues,
    checkInTimes: t.form.moments,
    districtOfficer: t.form.officer,
    number: t.me.number,
    code: t.me.code,
    pin: t.me.pin,
    duressPin: t.me.duressPin,
    note: t.alarm.note,
  };
  return labels[key.split('.').findLast((part) => !/^\d+$/.test(part)) ?? ''];
}

export function byField(faults: readonly Fault[], t: Texts): Map<string, string> {
  const found = new Map<string, string>();
  for (const fault of faults) {
    const key = keyOf(fault.field);
    if (!found.has(key)) found.set(key, sayFault(t, fault));
  }
  return found;
}

/** The id of the control for a field; letters, digits and dashes only. */
export function idOf(field: string): string {
  return `f-${keyOf(field).replace(/[^A-Za-z0-9]+/g, '-')}`;
}

/** Faults as a form with words of its own says them. */
export function inWords(faults: readonly Fault[], codes: Record<string, string>): Fault[] {
  return faults.map((fault) => {
    const message = codes[fault.code];
    return message ? { ...fault, code: 'in-words', message } : fault;
  });
}
