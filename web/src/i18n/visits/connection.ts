// The few words about the connection that every worker's page needs at once.
const nl = {
  since: (time: string) => `Geen verbinding sinds ${time}.`,
  still: 'We bellen je toch.',
  callAt: (time: string) => `We bellen je om ${time}`,
  goesOn: 'Dat gaat door, ook zonder internet.',
  moment: 'wacht',
};

const en: typeof nl = {
  since: (time) => `No connection since ${time}.`,
  still: 'We call you all the same.',
  callAt: (time) => `We call you at ${time}`,
  goesOn: 'That goes on, also without internet.',
  moment: 'waits',
};

export const connectionTexts = { nl, en };
