// The texts for those who look after a team, in both languages.
import { en } from './team-en';
import { nl } from './team-nl';

export type { TeamTexts } from './team-nl';
export const teamTexts = { nl, en };
