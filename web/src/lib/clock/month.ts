// Months of the calendar, by name and one after the other.
import { dayOf } from './time';

/** `2026-11`, where the organisation is. */
export const monthOf = (at: number): string => dayOf(at).slice(0, 7);

/** So many months later, or earlier. */
export function monthsOn(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const moved = year * 12 + number - 1 + by;
  return `${Math.floor(moved / 12)}-${String((moved % 12) + 1).padStart(2, '0')}`;
}

/** `november 2026` */
export function sayMonth(month: string, language: string): string {
  return new Intl.DateTimeFormat(language, { timeZone: 'UTC', month: 'long', year: 'numeric' }).format(Date.parse(`${month}-01T00:00:00Z`));
}
