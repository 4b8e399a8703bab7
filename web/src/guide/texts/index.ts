// The guide in both languages.
import { en } from './en';
import { nl } from './nl';

export const guideTexts = { nl, en };
