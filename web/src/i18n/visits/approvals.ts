// Texts of approving a visit; fetched only by those who approve.
const nl = {
  approvals: {
    title: 'Goedkeuren',
    reasons: {
      'register-hit': 'Er is een maatregel.',
      'expects-trouble': 'De medewerker verwacht problemen.',
      'known-resident': 'De persoon is bekend bij de gemeente.',
    },
    none: 'Er wacht geen bezoek op jouw akkoord.',
    back: 'Alle bezoeken die wachten',
    given: 'Je hebt akkoord gegeven',
    next: 'Volgend bezoek',
    still: 'Voor het begint, moet er nog dit gebeuren:',
    ready: 'Het bezoek kan doorgaan.',
    gone: 'Dit bezoek wacht niet op akkoord.',
    toVisit: 'Naar het bezoek',
    toBoard: 'Naar het bord',
  },
  approve: {
    talk: (name: string) => `Heb je dit bezoek besproken met ${name}?`,
    yes: 'Ja, we hebben elkaar gesproken',
    no: 'Nee, nog niet',
    first: (name: string) => `Spreek eerst met ${name}. Daarna kun je akkoord geven.`,
    choose: 'Zeg of je het bezoek hebt besproken.',
    held: 'Besproken met de medewerker.',
    moments: 'Wanneer bellen we?',
    badTime: 'Vul een tijd in, zoals 14:30, of haal dit moment weg.',
    noMoment: 'Spreek minstens één moment af.',
  },
};
const en: typeof nl = {
  approvals: {
    title: 'Approvals',
    reasons: {
      'register-hit': 'There is a measure.',
      'expects-trouble': 'The worker expects trouble.',
      'known-resident': 'The person is known to the municipality.',
    },
    none: 'No visit waits for your approval.',
    back: 'All visits that wait',
    given: 'You have approved',
    next: 'Next visit',
    still: 'Before it begins, this must still be done:',
    ready: 'The visit can go ahead.',
    gone: 'This visit does not wait for approval.',
    toVisit: 'To the visit',
    toBoard: 'To the board',
  },
  approve: {
    talk: (name) => `Have you talked about this visit with ${name}?`,
    yes: 'Yes, we have talked',
    no: 'No, not yet',
    first: (name) => `Talk with ${name} first. Then you can approve.`,
    choose: 'Say whether you have talked about the visit.',
    held: 'Talked about with the worker.',
    moments: 'When do we call?',
    badTime: 'Fill in a time, such as 14:30, or take this moment away.',
    noMoment: 'Agree on at least one moment.',
  },
};

export const approvalTexts = { nl, en };
