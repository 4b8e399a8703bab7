// What leads from a visit, an alarm or the guide to a report of an incident.
const nl = {
  wentWrong: 'Er ging iets mis? Meld het',
  alarmReport: 'Meld wat er gebeurd is',
  alarmReportHint: 'Wie het meemaakte of wie het alarm afsloot, legt de feiten vast. Dan volgt opvang en een besluit.',
  backToReport: 'Terug naar je melding',
};
const en: typeof nl = {
  wentWrong: 'Something went wrong? Report it',
  alarmReport: 'Report what happened',
  alarmReportHint: 'Whoever lived through it or closed the alarm writes down the facts. Support and a decision follow.',
  backToReport: 'Back to your report',
};
export const afterTexts = { nl, en };
