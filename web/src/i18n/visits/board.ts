// Texts of the board and the screen on the wall; fetched only by those who watch.
const nl = {
  alarmFor: (n: number) => (n === 0 ? 'net alarm' : `${n} min alarm`),
  planned: 'gepland',
  outAt: (time: string) => `op pad om ${time}`,
  late: 'te laat',
  risky: 'extra risico',
  toWall: 'Groot scherm',
  wall: {
    title: 'Wie is op pad',
    back: 'Gewoon bord',
    more: (n: number, time: string) => (n === 1 ? `En nog 1, check om ${time}` : `En nog ${n}, eerstvolgende check ${time}`),
    nobody: 'Er is nu niemand op pad.',
    until: (time: string) => `tot ${time}`,
  },
};
const en: typeof nl = {
  alarmFor: (n) => (n === 0 ? 'alarm, just now' : `${n} min of alarm`),
  planned: 'planned',
  outAt: (time) => `out at ${time}`,
  late: 'late',
  risky: 'extra risk',
  toWall: 'Wall screen',
  wall: {
    title: 'Who is out',
    back: 'Ordinary board',
    more: (n, time) => (n === 1 ? `And 1 more, check at ${time}` : `And ${n} more, next check ${time}`),
    nobody: 'Nobody is out now.',
    until: (time) => `until ${time}`,
  },
};

export const boardTexts = { nl, en };
