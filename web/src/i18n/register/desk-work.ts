// The texts of the desk's work list, in both languages.
const days = (n: number): string => (n === 1 ? '1 dag' : `${n} dagen`);
const daysEn = (n: number): string => (n === 1 ? '1 day' : `${n} days`);

const nl = {
  title: 'Werk',
  notYours: 'Deze lijst is voor het kennispunt Agressie.',
  lists: { approve: 'Beoordelen', incidents: 'Voorvallen die wachten', letters: 'Brieven om te versturen', objections: 'Bezwaren', reviews: 'Opnieuw bekijken', requests: 'Verzoeken van inwoners' },
  toDo: (n: number) => (n === 0 ? 'Er ligt nu niets.' : n === 1 ? 'Er ligt 1 ding.' : `Er liggen ${n} dingen.`),
  nothing: 'Niets te doen.',
  more: (n: number) => `En nog ${n}`,
  waitsLetter: (n: number) => (n < 1 ? 'Vandaag goedgekeurd' : `Ligt ${days(n)} klaar`),
  objected: (day: string) => `Bezwaar van ${day}`,
  quality: 'Hoe het register ervoor staat',
  figures: {
    inForce: 'maatregelen gelden',
    lateReviews: 'te laat bekeken',
    unsent: 'zonder verstuurde brief',
    noAddress: 'zonder adres',
    oldestDays: (n: number): string => (n === 1 ? 'dag niet bekeken, de oudste' : 'dagen niet bekeken, de oudste'),
  },
  qualityHint: 'Zonder adres vinden we iemand alleen op naam.',
  register: 'Zoek in het register',
  propose: 'Nieuw voorstel',
  registerCheck: 'Kijk na voor een collega',
};
const en: typeof nl = {
  title: 'Work',
  notYours: 'This list is for the aggression desk.',
  lists: { approve: 'To approve', incidents: 'Incidents that wait', letters: 'Letters to send', objections: 'Objections', reviews: 'To look at again', requests: 'Requests of residents' },
  toDo: (n) => (n === 0 ? 'There is nothing now.' : n === 1 ? 'There is 1 thing.' : `There are ${n} things.`),
  nothing: 'Nothing to do.',
  more: (n) => `And ${n} more`,
  waitsLetter: (n) => (n < 1 ? 'Approved today' : `Ready for ${daysEn(n)}`),
  objected: (day) => `Objection of ${day}`,
  quality: 'How well the register is kept',
  figures: {
    inForce: 'measures in force',
    lateReviews: 'reviews late',
    unsent: 'without a letter sent',
    noAddress: 'without an address',
    oldestDays: (n) => (n === 1 ? 'day not looked at, the oldest' : 'days not looked at, the oldest'),
  },
  qualityHint: 'Without an address we find somebody by name alone.',
  register: 'Search the register',
  propose: 'New proposal',
  registerCheck: 'Look up for a colleague',
};
export const workTexts = { nl, en };
