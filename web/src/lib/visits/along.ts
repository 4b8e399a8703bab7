// Who goes along on a visit, and whether they said so themselves.
import type { Visit } from '../../api/types';
import { words } from '../../i18n/index.svelte';

type Along = Visit['colleagues'];

/** Those who go along, for all that anybody knows. */
export const goAlong = (colleagues: Along): Along => colleagues.filter(({ says }) => says !== 'no');

/** Their names, each with what they said. */
export const namesAndSays = (colleagues: Along): string =>
  colleagues.map(({ name, says }) => `${name} ${words.t.visit.says[says ?? 'not-yet']}`).join(', ');
