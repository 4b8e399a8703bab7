// What letters take from the organisation: filled in by the administrator, and asked for where a letter lacks it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { startDemo } from '../support/demo.mjs';
import { Town } from '../support/town.mjs';

let demo;
let people;
let town;
let noor;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  town = new Town(demo.url);
  noor = await people.signIn('admin');
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const summary = (page) => page.getByRole('region', { name: 'Dit klopt nog niet' });
const MAYOR = 'Naam van de burgemeester';

test('the administrator finds the letterhead with the other settings', async () => {
  await noor.getByRole('link', { name: 'Team', exact: true }).click();
  await noor.getByRole('link', { name: /^Briefhoofd/ }).click();
  await heading(noor, 'Briefhoofd');
  assert.equal(await noor.getByLabel(MAYOR).inputValue(), 'M. van Voorbeeld');
  assert.equal(await noor.getByLabel('Binnen hoeveel weken?').inputValue(), '6');
  await isSound(noor, 'briefhoofd');
});

test('what is missing or does not fit is said all at once, each beside its field', async () => {
  await noor.getByLabel(MAYOR).fill('');
  await noor.getByLabel('Binnen hoeveel weken?').fill('zes');
  await noor.getByText('Een eigen tekst', { exact: true }).click();
  await press(noor, 'Bewaar het briefhoofd');
  await summary(noor).getByRole('link', { name: /^Eigen tekst in het Engels/ }).waitFor();
  assert.equal(await summary(noor).getByRole('link').count(), 4);
  await isSound(noor, 'briefhoofd-fouten');
  await summary(noor).getByRole('link', { name: /Vul een heel getal in/ }).click();
  assert.equal(await noor.evaluate(() => document.activeElement.id), 'f-letterhead-remedy-weeks');
});

test('it is saved, and stands in the next letter', async () => {
  await noor.getByLabel(MAYOR).fill('A. de Nieuwe');
  await noor.getByLabel('Binnen hoeveel weken?').fill('8');
  await noor.getByText('De standaardtekst', { exact: true }).click();
  await press(noor, 'Bewaar het briefhoofd');
  await noor.getByText(/^Bewaard\./).waitFor();
  await isSound(noor, 'briefhoofd-bewaard');
  await noor.reload();
  await heading(noor, 'Briefhoofd');
  assert.equal(await noor.getByLabel(MAYOR).inputValue(), 'A. de Nieuwe');
  const { items } = await town.ask('desk', 'GET', '/register-entries?status=approved&limit=1');
  const letter = await town.ask('desk', 'GET', `/register-entries/${items[0].id}/letter`);
  assert.match(JSON.stringify(letter.paragraphs), /A\. de Nieuwe/);
});

test('two administrators at once do not undo each other', async () => {
  const other = await people.signIn('admin');
  await other.goto(`${demo.url}/#/briefhoofd`);
  await other.getByLabel(MAYOR).fill('B. de Eerste');
  await noor.getByLabel(MAYOR).fill('C. de Tweede');
  await press(other, 'Bewaar het briefhoofd');
  await other.getByText(/^Bewaard\./).waitFor();
  await press(noor, 'Bewaar het briefhoofd');
  await noor.getByText(/Iemand anders heeft dit intussen veranderd/).waitFor();
  await isSound(noor, 'briefhoofd-ingehaald');
  await press(noor, 'Laad opnieuw');
  await noor.waitForFunction(() => document.querySelector('#f-letterhead-signatory').value === 'B. de Eerste');
  await other.context().close();
});

test('a letter without a letterhead says whom to ask', async () => {
  const els = await people.signIn('desk');
  const { items } = await town.ask('desk', 'GET', '/register-entries?status=approved&limit=1');
  const letter = await town.ask('desk', 'GET', `/register-entries/${items[0].id}/letter`);
  const lacks = { ...letter, faults: [{ field: 'letterhead.signatory', code: 'required', message: 'is required' }] };
  const answers = (page) => page.context().route('**/v1/register-entries/*/letter', (route) => route.fulfill({ json: lacks }));
  await answers(els);
  await els.goto(`${demo.url}/#/brieven/${items[0].id}`);
  await els.getByText('Vraag een beheerder om dit in te vullen.').waitFor();
  assert.equal(await els.getByRole('link', { name: 'Naar het briefhoofd' }).count(), 0);
  await isSound(els, 'brief-zonder-briefhoofd');
  await els.goto(`${demo.url}/#/briefhoofd`);
  await els.getByText('De beheerder vult het briefhoofd in.').waitFor();
  assert.equal(await els.getByRole('textbox').count(), 0);
  await els.context().close();
  await answers(noor);
  await noor.goto(`${demo.url}/#/brieven/${items[0].id}`);
  await noor.getByRole('link', { name: 'Naar het briefhoofd' }).click();
  await heading(noor, 'Briefhoofd');
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
