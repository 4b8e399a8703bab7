// Faults of a problem, found again beside the field that they are about.
import type { Fault } from '../api/types';

/** `residents[0].address.postcode` and `/residents/0/address/postcode` mean the same field. */
export function keyOf(field: string): string {
  return field
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/\//g, '.')
    .replace(/^[.$]+/, '');
}

export function byField(faults: readonly Fault[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const fault of faults) {
    const key = keyOf(fault.field);
    if (!found.has(key)) found.set(key, fault.message);
  }
  return found;
}

/** The id of the control for a field; letters, digits and dashes only. */
export function idOf(field: string): string {
  return `f-${keyOf(field).replace(/[^A-Za-z0-9]+/g, '-')}`;
}
