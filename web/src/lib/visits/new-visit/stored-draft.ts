// A new visit that is not finished yet, kept on this phone for the one person who typed it.
import { isText, draftStorage } from '../../forms/draft-storage';
import type { Draft } from './draft';

const LISTS = ['residents', 'colleagues', 'checkInTimes'];
const TEXTS = ['kind', 'start', 'day', 'time', 'minutes', 'mobile', 'background', 'teamId'];

export const { keep: keepDraft, kept: keptDraft, forget: forgetDraft } = draftStorage<Draft>(
  'rugdekking.draft',
  (draft) => LISTS.every((list) => Array.isArray(draft[list])) && TEXTS.every((text) => isText(draft[text])),
);
