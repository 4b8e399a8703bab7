// A report of an incident that is not finished yet, kept on this phone for the one person who typed it.
import type { IncidentTyped } from './incident-draft';
import { isText, keeper } from './keeper';

const TEXTS = ['how', 'place', 'start', 'day', 'time', 'name', 'said', 'done', 'behaviour', 'damage', 'injury', 'atOnce', 'steps', 'called', 'teamId'];

export const { keep: keepIncident, kept: keptIncident, forget: forgetIncident } = keeper<IncidentTyped>(
  'rugdekking.incident',
  (draft) => ['staff', 'known'].every((list) => Array.isArray(draft[list])) && typeof draft.step === 'number' && TEXTS.every((text) => isText(draft[text])),
);
