// A new visit that is not finished yet, kept on this phone for the one person who typed it.
import type { Draft } from './draft';
import { isText, keeper } from './keeper';

const LISTS = ['residents', 'colleagues', 'checkInTimes'];
const TEXTS = ['kind', 'start', 'day', 'time', 'minutes', 'mobile', 'background', 'teamId'];

export const { keep: keepDraft, kept: keptDraft, forget: forgetDraft } = keeper<Draft>(
  'rugdekking.draft',
  (draft) => LISTS.every((list) => Array.isArray(draft[list])) && TEXTS.every((text) => isText(draft[text])),
);
