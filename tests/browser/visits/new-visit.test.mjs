// A new visit in four short steps: what it costs to repeat one, what is kept, what is said, and what is still to be done.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';
import { answer, atStep, begin, later, send, toRisk, toSend, toWhen, who } from '../support/registering.mjs';

let demo;
let people;
let worker;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  worker = await people.signIn('worker');
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const summaryOf = (page) => page.getByRole('region', { name: 'Dit klopt nog niet' });
const has = (locator) => locator.evaluate((one) => one === document.activeElement);
const focused = async (locator, what) => {
  for (let tries = 0; tries < 40 && !(await has(locator)); tries += 1) await locator.page().waitForTimeout(50);
  assert.ok(await has(locator), `${what} has the focus`);
};
const serviceTime = () => worker.evaluate(async () => (await (await request('/v1/me')).json()).now);
const keptOnPhone = (page) => page.evaluate(() => localStorage.getItem('rugdekking.draft'));

test('the list of an empty day leads to a new visit', async () => {
  await worker.getByText('Je hebt geen bezoeken staan.').waitFor();
  await isSound(worker, 'vandaag-leeg');
  await begin(worker);
  await isSound(worker, 'nieuw-bezoek-1');
});

test('what is missing in a step is said there, and nobody goes on without it', async () => {
  await press(worker, 'Verder: wanneer');
  await focused(summaryOf(worker), 'the summary');
  assert.equal(await summaryOf(worker).getByRole('link').count(), 4);
  await summaryOf(worker).getByRole('link', { name: /^Straat/ }).click();
  await focused(worker.getByLabel('Straat'), 'the street');
  assert.match(await worker.getByLabel('Straat').evaluate((field) => document.getElementById(field.getAttribute('aria-describedby')).textContent), /Vul dit in/);
  await isSound(worker, 'nieuw-bezoek-1-fouten');
});

test('the register answers before anything is registered, with nothing out of the register', async () => {
  await who(worker, { postcode: '7523 KD', number: '21', street: 'Beukenlaan', city: 'Enschede', name: 'P. Jansen' });
  await worker.getByLabel('Naam').first().blur();
  const hit = worker.getByRole('region', { name: 'Let op: iemand op dit adres heeft een maatregel' });
  await hit.waitFor();
  await hit.getByText('Contactverbod, geldig tot en met').waitFor();
  await hit.getByText('Je gaf op: P. Jansen.').waitFor();
  assert.equal(await hit.getByRole('link', { name: 'Bel Els de Groot' }).getAttribute('href'), 'tel:+31633445566');
  assert.doesNotMatch(await worker.locator('body').innerText(), /Brinkhuis|balie/);
  await isSound(worker, 'nieuw-bezoek-register');
});

test('a draft outlives a reload, at the step where it was; the answer of the register is not kept with it', async () => {
  await toWhen(worker);
  await worker.getByLabel('45 min').check();
  assert.equal(new URL(worker.url()).hash, '#/bezoeken/nieuw/2', 'nobody is named in the address');
  await isSound(worker, 'nieuw-bezoek-2');
  assert.doesNotMatch(await keptOnPhone(worker), /contact-ban|Groot/);
  await worker.reload();
  await atStep(worker, 'Wanneer');
  assert.ok(await worker.getByLabel('45 min').isChecked());
  await worker.goBack();
  await atStep(worker, 'Wie en waar');
  assert.equal(await worker.getByLabel('Straat').inputValue(), 'Beukenlaan');
  await worker.getByRole('region', { name: /^Let op/ }).waitFor();
  await worker.goForward();
  await atStep(worker, 'Wanneer');
});

test('risk is asked, never assumed; what follows from it is shown', async () => {
  await toRisk(worker);
  await isSound(worker, 'nieuw-bezoek-3');
  await press(worker, 'Verder: nakijken');
  await focused(summaryOf(worker), 'the summary');
  assert.equal(await summaryOf(worker).getByRole('link').count(), 2);
  await answer(worker, 'Verwacht je problemen?', true);
  const moments = worker.getByRole('list', { name: 'Afgesproken momenten' });
  assert.equal(await moments.getByRole('listitem').count(), 3, 'soon, halfway and at the end');
  await toSend(worker, { trouble: true });
  await isSound(worker, 'nieuw-bezoek-4');
});

test('every fault of the service leads to its step and its field', async () => {
  await press(worker, 'Wijzig Telefoon');
  await atStep(worker, 'Wanneer');
  await press(worker, 'Ander nummer');
  await worker.getByLabel('Jouw mobiele nummer').fill('kaas');
  await press(worker, 'Verder: nakijken');
  await atStep(worker, 'Klopt dit?');
  await press(worker, 'Wijzig Waar');
  await worker.getByLabel('Postcode').fill('99');
  await press(worker, 'Verder: nakijken');
  await atStep(worker, 'Klopt dit?');
  await send(worker);
  await focused(summaryOf(worker), 'the summary');
  assert.equal(await summaryOf(worker).getByRole('link').count(), 2);
  await isSound(worker, 'nieuw-bezoek-4-fouten');
  await summaryOf(worker).getByRole('link', { name: /mobiele nummer/ }).click();
  await atStep(worker, 'Wanneer');
  await focused(worker.getByLabel('Jouw mobiele nummer'), 'the number');
  await worker.getByLabel('Jouw mobiele nummer').fill('06 12345678');
  await press(worker, 'Verder: nakijken');
  await summaryOf(worker).getByRole('link', { name: /^Postcode/ }).click();
  await atStep(worker, 'Wie en waar');
  await focused(worker.getByLabel('Postcode'), 'the postcode');
  await worker.getByLabel('Postcode').fill('7523 KD');
  await press(worker, 'Verder: nakijken');
  await atStep(worker, 'Klopt dit?');
  assert.equal(await summaryOf(worker).count(), 0);
});

test('what policy asks for is ticked off, one tap each', async () => {
  await press(worker, 'Wijzig Wanneer');
  await later(worker, 60, await serviceTime());
  await press(worker, 'Verder: nakijken');
  await send(worker);
  await heading(worker, 'Wacht op akkoord');
  assert.equal(await keptOnPhone(worker), null, 'the draft went with the visit');
  const list = worker.getByRole('region', { name: 'Wat moet er nog?' });
  await list.getByText('1 van de 4 klaar.').waitFor();
  await isSound(worker, 'checklist');
  await list.getByRole('button', { name: 'Voeg een collega toe' }).click();
  await list.getByLabel('Naam').fill(people.nameOf('colleague'));
  await list.getByLabel('Mobiel nummer').fill('kaas');
  await isSound(worker, 'checklist-collega');
  await press(worker, 'Toevoegen');
  await list.getByRole('link', { name: /^Mobiel nummer/ }).click();
  await focused(list.getByLabel('Mobiel nummer'), 'the number');
  await list.getByLabel('Mobiel nummer').fill('06 87654321');
  await press(worker, 'Toevoegen');
  await list.getByText(`${people.nameOf('colleague')} heeft nog niet geantwoord.`).waitFor();
  await press(worker, 'Informeer Karin Wolters');
  await list.getByText('Karin Wolters is geïnformeerd.').waitFor();
  await list.getByText('3 van de 4 klaar.').waitFor();
  assert.equal(await list.getByRole('link', { name: /^Bel / }).count(), 1);
  const manager = await people.signIn('manager');
  await manager.goto(worker.url());
  await manager.getByLabel('Ja, we hebben elkaar gesproken').check();
  await press(manager, 'Akkoord');
  await heading(worker, 'Je bezoek staat klaar');
  await list.getByText('4 van de 4 klaar.').waitFor();
  await isSound(worker, 'checklist-klaar');
  await manager.context().close();
});

test('a repeated visit takes eight taps and no typing', async () => {
  await worker.goto(`${demo.url}/#/`);
  await worker.getByText('Klaar om te starten').waitFor();
  let taps = 0;
  const tap = async (locator) => {
    await locator.click();
    taps += 1;
  };
  const button = (name) => worker.getByRole('button', { name, exact: true });
  const began = Date.now();
  await tap(worker.getByRole('link', { name: 'Nieuw bezoek' }));
  await tap(worker.getByRole('button', { name: /Beukenlaan 21/ }));
  await worker.getByRole('region', { name: /^Let op/ }).waitFor();
  await tap(button('Verder: wanneer'));
  await tap(button('Verder: risico'));
  await tap(worker.getByRole('group', { name: 'Verwacht je problemen?' }).getByText('Nee', { exact: true }));
  await tap(worker.getByRole('group', { name: 'Is deze persoon bekend bij de gemeente?' }).getByText('Nee', { exact: true }));
  await tap(button('Verder: nakijken'));
  await worker.getByRole('button', { name: `${people.nameOf('colleague')} gaat mee` }).waitFor();
  await tap(button('Bezoek aanmelden'));
  await heading(worker, 'Wacht op akkoord');
  assert.equal(taps, 8);
  // A person needs about three seconds a tap; what the app itself takes must leave room for that.
  assert.ok(Date.now() - began + taps * 3000 < 45_000, 'under 45 seconds');
  await worker.getByRole('button', { name: `Neem ${people.nameOf('colleague')} mee` }).waitFor();
});

test('who begins now is watched now; the list shows it on top', async () => {
  await worker.goto(`${demo.url}/#/`);
  await begin(worker);
  await who(worker, { number: '9' });
  await worker.getByText('In het register staat geen maatregel bij dit adres of deze naam.').waitFor();
  await toWhen(worker);
  await toRisk(worker);
  await toSend(worker);
  await send(worker);
  await heading(worker, 'Rugdekking is aan');
  await worker.goto(`${demo.url}/#/`);
  await worker.getByRole('region', { name: 'Rugdekking is aan' }).getByText('Proefstraat 9').waitFor();
  await isSound(worker, 'vandaag');
});

test('a draft can be thrown away, and put back', async () => {
  await begin(worker);
  await who(worker, { number: '12' });
  await press(worker, 'Wis alles');
  assert.equal(await worker.getByLabel('Huisnummer').inputValue(), '');
  assert.equal(await keptOnPhone(worker), null);
  await press(worker, 'Zet terug');
  assert.equal(await worker.getByLabel('Huisnummer').inputValue(), '12');
});

test('nobody else on the phone sees a draft, and signing out removes it', async () => {
  assert.match(await keptOnPhone(worker), /Proefstraat/);
  await worker.getByRole('link', { name: 'Wissel van persoon' }).click();
  await worker.getByRole('button', { name: people.nameOf('colleague') }).click();
  await heading(worker, 'Mijn bezoeken');
  assert.equal(await keptOnPhone(worker), null);
  await begin(worker);
  assert.equal(await worker.getByLabel('Huisnummer').inputValue(), '');
  await who(worker, { number: '14' });
  await worker.waitForFunction(() => localStorage.getItem('rugdekking.draft')?.includes('14'));
  await press(worker, 'Afmelden');
  await heading(worker, 'Wie ben je vandaag?');
  assert.equal(await keptOnPhone(worker), null);
});

test('the steps also speak English', async () => {
  const page = await people.signIn('colleague', { width: 1280, height: 800 });
  await press(page, 'English');
  await page.goto(`${demo.url}/#/bezoeken/nieuw/3`);
  await heading(page, 'Who and where');
  await isSound(page, 'new-visit');
  await page.context().close();
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
