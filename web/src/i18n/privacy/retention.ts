// The texts of what is removed by itself, in both languages.
import type { Run, RunCount } from '../../api/privacy/retention';
import type { Fares } from '../../lib/privacy/retention';

const n = (count: number): string => count.toLocaleString('nl-NL');
const nEn = (count: number): string => count.toLocaleString('en-GB');

const nl = {
  title: 'Wat vanzelf wordt weggehaald',
  intro: 'Elke nacht halen we weg wat lang genoeg is bewaard. Hier staan alleen aantallen.',
  notYours: 'Dit is voor beheerders en controleurs.',
  back: 'Team',
  backLog: 'Inzage',
  figures: 'Hoelang we bewaren',
  fares: {
    none: 'Er is nog nooit iets weggehaald. Dat gebeurt elke nacht. Zie je dit morgen weer? Zeg het dan tegen wie de dienst draait.',
    failed: 'Het weghalen ging de laatste keer mis. Binnen een uur proberen we het opnieuw. Zie je dit morgen weer? Zeg het dan tegen wie de dienst draait.',
    late: 'Er is langer dan een dag niets weggehaald. Zeg het tegen wie de dienst draait.',
    running: 'We zijn nu bezig met weghalen.',
    done: 'De laatste keer ging goed.',
  } as Record<Fares, string>,
  list: 'Alle keren',
  state: { running: 'Bezig', done: 'Gelukt', failed: 'Mislukt' } as Record<Run['state'], string>,
  kept: 'Wat al weg was, blijft weg.',
  nothing: 'Er was niets om weg te halen.',
  kind: {
    visits: 'Bezoeken met hun alarmen',
    drills: 'Oefeningen',
    positions: 'Plekken van telefoons',
    checks: 'Antwoorden op een check',
    incidents: 'Voorvallen',
    measures: 'Maatregelen',
    'access-log': 'Wie keek wanneer',
    messages: 'Losse berichten',
    answers: 'Bewaarde antwoorden van de dienst',
  } as Record<RunCount['kind'], string>,
  removed: (count: number) => (count ? `${n(count)} weggehaald.` : 'Niets weggehaald.'),
  held: (count: number, why: string) => `${n(count)} langer bewaard: ${why}.`,
  why: {
    'alarm-open': 'het alarm is nog niet afgesloten',
    'incident-open': 'het voorval is nog niet afgerond',
    objection: 'er loopt nog een bezwaar',
    'measure-in-force': 'de maatregel geldt nog',
    'privacy-request': 'een verzoek van de inwoner is nog niet beantwoord',
  } as Record<RunCount['held'][number]['reason'], string>,
  more: 'Toon oudere',
};
const en: typeof nl = {
  title: 'What is removed by itself',
  intro: 'Each night we remove what has been kept long enough. Here are numbers only.',
  notYours: 'This is for administrators and auditors.',
  back: 'Team',
  backLog: 'Access log',
  figures: 'How long we keep things',
  fares: {
    none: 'Nothing was ever removed. It happens each night. Do you see this again tomorrow? Then tell whoever runs the service.',
    failed: 'Removing went wrong the last time. We try again within an hour. Do you see this again tomorrow? Then tell whoever runs the service.',
    late: 'Nothing was removed for more than a day. Tell whoever runs the service.',
    running: 'We are removing right now.',
    done: 'The last time went well.',
  },
  list: 'Every time',
  state: { running: 'Under way', done: 'Done', failed: 'Failed' },
  kept: 'What was removed by then stays removed.',
  nothing: 'There was nothing to remove.',
  kind: {
    visits: 'Visits with their alarms',
    drills: 'Drills',
    positions: 'Positions of phones',
    checks: 'Answers to a check',
    incidents: 'Incidents',
    measures: 'Measures',
    'access-log': 'Who looked when',
    messages: 'Messages about no visit',
    answers: 'Kept answers of the service',
  },
  removed: (count) => (count ? `${nEn(count)} removed.` : 'Nothing removed.'),
  held: (count, why) => `${nEn(count)} kept longer: ${why}.`,
  why: {
    'alarm-open': 'the alarm is not closed yet',
    'incident-open': 'the incident is not closed yet',
    objection: 'an objection is not decided on yet',
    'measure-in-force': 'the measure still counts',
    'privacy-request': 'a request of the resident is not answered yet',
  },
  more: 'Show older',
};
export const retentionTexts = { nl, en };
