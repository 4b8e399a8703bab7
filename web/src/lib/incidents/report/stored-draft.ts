// A report of an incident that is not finished yet, kept on this phone for the one person who typed it.
import { isText, draftStorage } from '../../forms/draft-storage';
import type { IncidentTyped } from './draft';

const TEXTS = ['how', 'place', 'start', 'day', 'time', 'name', 'said', 'done', 'behaviour', 'damage', 'injury', 'atOnce', 'steps', 'called', 'teamId'];

export const { keep: keepIncident, kept: keptIncident, forget: forgetIncident } = draftStorage<IncidentTyped>(
  'rugdekking.incident',
  (draft) => ['staff', 'known'].every((list) => Array.isArray(draft[list])) && typeof draft.step === 'number' && TEXTS.every((text) => isText(draft[text])),
);
