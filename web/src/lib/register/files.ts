// Files that come in: what is wrong with a row in plain words, and the approval of a whole import.
import type { Answer } from '../../api/client';
import type { ImportFault, RegisterImport } from '../../api/register/files';
import type { Problem } from '../../api/types';

/** The service takes no more. */
export const MOST_BYTES = 10 * 1024 * 1024;

/** What is asked of a cell, by what its header means. */
export type Asked = 'day' | 'measure' | 'phone' | 'postcode' | 'number' | 'mail' | 'role' | 'language' | 'letters';

const HEADERS: Record<Asked, readonly string[]> = {
  day: ['van', 'vanaf', 'from', 'ingangsdatum', 'startdatum', 'until', 'tot', 'totenmet', 'tm', 'einddatum', 'birthdate', 'geboortedatum', 'reviewon', 'review', 'herbeoordeling', 'herbeoordelenop', 'evaluatiedatum'],
  measure: ['measure', 'maatregel'],
  phone: ['contactphone', 'telefooncontact', 'telefooncontactpersoon', 'telefoon', 'phone', 'mobile', 'mobiel', 'mobielnummer'],
  postcode: ['postcode', 'postalcode', 'zip'],
  number: ['housenumber', 'huisnummer', 'nummer', 'number'],
  mail: ['email', 'mail', 'emailadres', 'mailadres'],
  role: ['roles', 'rollen', 'rol', 'role'],
  language: ['language', 'taal'],
  letters: ['name', 'naam'],
};

/** Headers come in any case, with spaces, dashes and the number of an address. */
export function askedOf(column: string | null): Asked | null {
  const tight = (column ?? '').toLowerCase().replace(/[^\p{L}]/gu, '');
  const found = Object.entries(HEADERS).find(([, headers]) => headers.includes(tight));
  return found ? (found[0] as Asked) : null;
}

export interface FaultWords {
  codes: Record<string, string>;
  invalid: Record<Asked, string>;
  /** How columns are called that the file does not have. */
  columns: Record<string, string>;
}

/** What is wrong, in the words of the screen where we know them. */
export function sayRow(fault: ImportFault, words: FaultWords): string {
  const asked = fault.code === 'invalid' ? askedOf(fault.column) : null;
  return (asked && words.invalid[asked]) ?? words.codes[fault.code] ?? fault.message;
}

/** The header as it stands in the file; a column that is not there by what people call it. */
export function columnNames(faults: readonly ImportFault[], words: FaultWords): (column: string | null) => string {
  const missing = new Set(faults.filter(({ code }) => code === 'missing-column').map(({ column }) => column));
  return (column) => (column && missing.has(column) ? (words.columns[column] ?? column) : (column ?? ''));
}

/** Approves all that waits, as much as the service takes at a time; ends when no more is approved. */
export async function approveWhole(
  first: RegisterImport,
  approve: (id: string) => Promise<Answer<RegisterImport>>,
  tell: (now: RegisterImport) => void,
): Promise<Problem | null> {
  for (let { waiting } = first; waiting > 0; ) {
    const answer = await approve(first.id);
    if (!answer.ok) return answer.problem;
    tell(answer.value);
    // Somebody else has the rest in hand.
    if (answer.value.waiting >= waiting) return null;
    waiting = answer.value.waiting;
  }
  return null;
}
