// Registering a visit as somebody does it: step by step, by what is written on the buttons.

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
export const atStep = (page, title) => page.getByRole('heading', { level: 1, name: title }).waitFor();
export const answer = (page, question, is) => page.getByRole('group', { name: question }).getByLabel(is ? 'Ja' : 'Nee', { exact: true }).check();

/** From 'Mijn bezoeken' to the first step. */
export async function begin(page) {
  await page.getByRole('link', { name: 'Nieuw bezoek' }).click();
  await atStep(page, 'Wie en waar');
}

export async function who(page, { postcode = '7599 ZZ', number, street = 'Proefstraat', city = 'Voorbeeldstad', name = 'T. Proefpersoon' }) {
  await page.getByLabel('Postcode').fill(postcode);
  await page.getByLabel('Huisnummer').fill(number);
  await page.getByLabel('Straat').fill(street);
  await page.getByLabel('Plaats').fill(city);
  await page.getByLabel('Naam').first().fill(name);
}

export async function toWhen(page) {
  await press(page, 'Verder: wanneer');
  await atStep(page, 'Wanneer');
}

export async function toRisk(page) {
  await press(page, 'Verder: risico');
  await atStep(page, 'Is er risico?');
}

export async function toSend(page, { trouble = false, known = false } = {}) {
  await answer(page, 'Verwacht je problemen?', trouble);
  await answer(page, 'Is deze persoon bekend bij de gemeente?', known);
  await press(page, 'Verder: nakijken');
  await atStep(page, 'Klopt dit?');
}

export const send = (page) => press(page, 'Bezoek aanmelden');

/** The whole of it, at a time later today that is typed. */
export async function later(page, minutesFromNow, now) {
  const at = new Date(Date.parse(now) + minutesFromNow * 60_000);
  const zone = { timeZone: 'Europe/Amsterdam' };
  await page.getByLabel('Later', { exact: true }).check();
  await page.getByLabel('Dag', { exact: true }).fill(at.toLocaleDateString('en-CA', zone));
  await page.getByLabel('Tijd', { exact: true }).fill(at.toLocaleTimeString('nl-NL', { ...zone, hour: '2-digit', minute: '2-digit' }));
}
