// The aggression desk in a real browser: four eyes on every measure, and a log of every look.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';

const WHO = 'T. Proefpersoon';

let demo;
let people;
let els;
let tom;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  els = await people.signIn('desk');
  tom = await people.signIn('desk2', { width: 1280, height: 800 });
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const asks = (page, path, body) =>
  page.evaluate(
    async ([path, body]) => {
      const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() };
      return (await request(path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
    },
    [path, body],
  );
const check = (page) => {
  const address = { street: 'Proefstraat', houseNumber: 9, postcode: '7599 ZZ', city: 'Voorbeeldstad' };
  return asks(page, '/v1/register-checks', { residents: [{ name: WHO, address }] });
};

test('the desk begins with what there is to do', async () => {
  await els.getByRole('link', { name: 'Register', exact: true }).click();
  await heading(els, 'Register');
  await els.getByRole('heading', { level: 2, name: /Opnieuw bekijken/ }).waitFor();
  await els.getByText(/te laat bekeken/).first().waitFor();
  await els.getByLabel('Naam of adres').fill('kuipersdijk');
  await els.getByText(/gevonden$/).waitFor();
  await isSound(els, 'register');
  await els.getByLabel('Naam of adres').fill('');
});

test('a proposal with faults says them all', async () => {
  await els.getByRole('link', { name: 'Nieuw voorstel' }).click();
  await heading(els, 'Nieuw voorstel');
  await els.getByLabel('Geboortedatum').fill('2015-01-01');
  await els.getByLabel('Opnieuw bekijken op').fill('2030-01-01');
  await press(els, 'Stel voor');
  const summary = els.getByRole('region', { name: 'Dit klopt nog niet' });
  await summary.waitFor();
  await summary.getByRole('link', { name: /Geboortedatum: Kinderen staan nooit/ }).waitFor();
  await summary.getByRole('link', { name: /Maatregel/ }).click();
  assert.ok(await els.getByLabel('Maatregel', { exact: true }).evaluate((field) => field === document.activeElement));
  await isSound(els, 'voorstel-fouten');
});

test('a proposal counts only after somebody else approved it', async () => {
  await els.getByLabel('Naam', { exact: true }).fill(WHO);
  await els.getByLabel('Geboortedatum').fill('1980-01-01');
  await els.getByLabel('Postcode').fill('7599 ZZ');
  await els.getByLabel('Huisnummer').fill('9');
  await els.getByLabel('Straat').fill('Proefstraat');
  await els.getByLabel('Plaats').fill('Voorbeeldstad');
  await els.getByLabel('Maatregel', { exact: true }).selectOption({ label: 'Contactverbod' });
  const from = await els.getByLabel('Vanaf').inputValue();
  await els.getByLabel('Opnieuw bekijken op').fill(from);
  await els.getByLabel('Wat is er gezien of gehoord').fill('Zei aan de balie: ik weet waar je woont.');
  await press(els, 'Stel voor');
  await heading(els, `Contactverbod voor ${WHO}`);
  await els.getByText('Jouw eigen voorstel.').waitFor();
  assert.equal(await els.getByRole('button', { name: 'Keur goed' }).count(), 0);
  await isSound(els, 'voorstel-eigen');
  assert.deepEqual((await check(els)).hits, []);
});

test('another pair of eyes approves, and a check then finds it', async () => {
  await tom.goto(`${demo.url}/#/register`);
  const waiting = tom.getByRole('region', { name: /Beoordelen/ });
  await waiting.getByRole('link', { name: new RegExp(WHO) }).click();
  await heading(tom, `Contactverbod voor ${WHO}`);
  await isSound(tom, 'voorstel-beoordelen');
  await press(tom, 'Keur goed');
  await tom.getByText('Goedgekeurd. Dit telt vanaf nu mee.').waitFor();
  const worker = await people.signIn('worker');
  const { hits } = await check(worker);
  assert.equal(hits.length, 1);
  assert.equal(hits[0].measure, 'contact-ban');
  await worker.goto(`${demo.url}/#/register`);
  await worker.getByText(/Het register is alleen voor het kennispunt/).waitFor();
  await worker.context().close();
});

test('the desk looks up what a worker would see, and says why', async () => {
  await tom.goto(`${demo.url}/#/register`);
  await tom.getByRole('link', { name: 'Kijk na' }).click();
  await heading(tom, 'Kijk na');
  await press(tom, 'Kijk na');
  await tom.getByRole('link', { name: /Kies waarom/ }).waitFor();
  await isSound(tom, 'kijk-na-fouten');
  await tom.getByLabel('Naam', { exact: true }).fill('onbekend');
  await tom.getByLabel('Postcode').fill('7599 ZZ');
  await tom.getByLabel('Huisnummer').fill('9');
  await tom.getByLabel('Straat').fill('Proefstraat');
  await tom.getByLabel('Plaats').fill('Voorbeeldstad');
  await tom.getByLabel('Een collega vraagt het').check();
  await press(tom, 'Kijk na');
  await tom.getByText('Er geldt 1 maatregel.').waitFor();
  await tom.getByText(/Contactverbod voor onbekend/).waitFor();
  assert.doesNotMatch(await tom.locator('main').innerText(), /Proefpersoon/, 'not even the desk is told a name this way');
  await tom.getByLabel('Huisnummer').fill('99');
  await press(tom, 'Kijk na');
  await tom.getByText('Er geldt nu niets voor deze naam of dit adres.').waitFor();
  await tom.goBack();
  await tom.getByRole('link', { name: new RegExp(WHO) }).first().waitFor();
});

test('withdrawing needs a reason, and ends it', async () => {
  await tom.getByRole('link', { name: new RegExp(WHO) }).first().click();
  await heading(tom, `Contactverbod voor ${WHO}`);
  await press(tom, 'Trek in');
  await tom.getByText('Vul dit in.').waitFor();
  await tom.getByLabel('Waarom trek je dit in?').fill('Verkeerde persoon.');
  await press(tom, 'Trek in');
  await tom.getByText('Ingetrokken. Dit telt niet meer mee.').waitFor();
  await isSound(tom, 'maatregel-ingetrokken');
  await tom.getByRole('link', { name: 'Register', exact: true }).last().click();
  await heading(tom, 'Register');
  await tom.getByLabel('Toon').selectOption({ label: 'Ingetrokken' });
  await tom.getByRole('search').getByRole('link', { name: new RegExp(WHO) }).waitFor();
  assert.deepEqual((await check(tom)).hits, []);
});

test('the auditor reads who looked, without a name of a resident', async () => {
  const auditor = await people.signIn('admin');
  await auditor.getByRole('link', { name: 'Inzage' }).click();
  await heading(auditor, 'Wie keek wanneer');
  await auditor.getByText(/keurde een maatregel goed/).first().waitFor();
  await auditor.getByText(/zocht na of er iets geldt/).first().waitFor();
  await auditor.getByText(/Tom Hendriks.*omdat een collega het vroeg/).first().waitFor();
  assert.doesNotMatch(await auditor.locator('main').innerText(), /Proefpersoon/);
  await isSound(auditor, 'inzage');
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
