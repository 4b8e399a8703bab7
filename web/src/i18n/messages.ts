// What is said about notifications on this phone.
const nl = {
  title: 'Meldingen op deze telefoon',
  what: 'Een melding is een extra. We sms’en en bellen je altijd ook.',
  on: 'Meldingen staan aan.',
  off: 'Meldingen staan uit.',
  turnOn: 'Zet meldingen aan',
  turnOff: 'Zet meldingen uit',
  busy: 'Even geduld…',
  denied: 'Je browser houdt meldingen tegen. Sta ze toe in de instellingen van je browser, bij deze site. Kom daarna terug.',
  no: 'Deze browser kan geen meldingen tonen. Je krijgt wel gewoon sms’jes en telefoontjes.',
  install: 'Op een iPhone of iPad werkt dit alleen met Rugdekking op je beginscherm: tik op Deel en kies ‘Zet op beginscherm’. Open de app daarna vanaf daar.',
  failed: 'Aanzetten lukt nu niet. Probeer het later nog eens. Je krijgt wel gewoon sms’jes en telefoontjes.',
  failedOff: 'Uitzetten lukt nu niet. Probeer het nog eens.',
  list: 'Telefoons en computers met meldingen',
  here: 'dit apparaat',
  used: (when: string) => `Laatste melding ${when}`,
  unused: (when: string) => `Nog geen melding, toegevoegd ${when}`,
  remove: 'Verwijder',
  removeWhich: (label: string) => `Verwijder ${label}`,
};

const en: typeof nl = {
  title: 'Notifications on this phone',
  what: 'A notification is an extra. We always text and call you too.',
  on: 'Notifications are on.',
  off: 'Notifications are off.',
  turnOn: 'Turn notifications on',
  turnOff: 'Turn notifications off',
  busy: 'One moment…',
  denied: 'Your browser blocks notifications. Allow them in the settings of your browser, for this site. Then come back.',
  no: 'This browser cannot show notifications. You still get texts and calls.',
  install: 'On an iPhone or iPad this works only with Rugdekking on your home screen: tap Share and choose ‘Add to Home Screen’. Then open the app from there.',
  failed: 'Turning them on does not work now. Try again later. You still get texts and calls.',
  failedOff: 'Turning them off does not work now. Try again.',
  list: 'Phones and computers with notifications',
  here: 'this device',
  used: (when: string) => `Last notification ${when}`,
  unused: (when: string) => `No notification yet, added ${when}`,
  remove: 'Remove',
  removeWhich: (label: string) => `Remove ${label}`,
};

export const pushTexts = { nl, en };
