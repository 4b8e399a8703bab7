// The figures of the policy as somebody types them; their defaults stand in the contract.
import type { Figures } from '../../api/incidents/policy';
import type { Fault } from '../../api/types';
import type { Name } from '../../i18n/incidents/policy';

export const DEFAULTS: Record<Name, number | string> = {
  reactionHours: 24,
  firstReminderHours: 12,
  secondReminderHours: 20,
  warningTermMonths: 6,
  warningMonths: 6,
  banMonths: 6,
  longestMonths: 24,
  reviewMonths: 3,
  youngestYears: 18,
  aftercareHours: 4,
  aftercareMorning: '09:00',
  requestMonths: 1,
  requestExtensionMonths: 2,
  objectionMonths: 1,
  objectionExtensionMonths: 2,
  firstNoticeDays: 7,
  secondNoticeDays: 2,
  recentFactsMonths: 3,
  keepVisitsDays: 30,
  keepPositionsHours: 24,
  keepChecksMonths: 12,
  keepIncidentsMonths: 24,
  keepMeasuresMonths: 24,
  keepAccessLogMonths: 60,
};
export const NAMES = Object.keys(DEFAULTS) as Name[];
export const GROUPS: Record<'incident' | 'measure' | 'care' | 'rights' | 'keep', Name[]> = {
  incident: ['reactionHours', 'firstReminderHours', 'secondReminderHours'],
  measure: ['warningTermMonths', 'warningMonths', 'banMonths', 'longestMonths', 'reviewMonths', 'recentFactsMonths', 'youngestYears'],
  care: ['aftercareHours', 'aftercareMorning'],
  rights: ['objectionMonths', 'objectionExtensionMonths', 'requestMonths', 'requestExtensionMonths', 'firstNoticeDays', 'secondNoticeDays'],
  keep: NAMES.filter((name) => name.startsWith('keep')),
};

export type TypedFigures = Record<Name, string>;

export const typedFigures = (figures: Figures): TypedFigures => Object.fromEntries(NAMES.map((name) => [name, String(figures[name])])) as TypedFigures;

/** What cannot be read as a figure at all; whether figures fit is for the service to say. */
export function unreadable(typed: TypedFigures): Fault[] {
  return NAMES.filter((name) => !(name === 'aftercareMorning' ? /^\d{2}:\d{2}$/ : /^\d{1,4}$/).test(typed[name].trim())).map((field) => ({ field, code: 'number', message: '' }));
}

export function figuresOf(typed: TypedFigures, version: number): Figures {
  const read = NAMES.map((name) => [name, name === 'aftercareMorning' ? typed[name].trim() : Number(typed[name])]);
  return { ...Object.fromEntries(read), version } as Figures;
}
