// The figures of the policy: read by all, changed by the administrator, and every change kept with who made it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { startDemo } from '../support/demo.mjs';

let demo;
let people;
let noor;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  noor = await people.signIn('admin');
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const BAN = 'Hoeveel maanden duurt een contactverbod?';

test('the administrator finds every figure with its default', async () => {
  await noor.getByRole('link', { name: 'Team', exact: true }).click();
  await noor.getByRole('link', { name: /Cijfers van het beleid/ }).click();
  await heading(noor, 'Cijfers van het beleid');
  assert.equal(await noor.getByLabel(BAN).inputValue(), '6');
  await noor.getByText('Er is nog niets veranderd.').waitFor();
  await isSound(noor, 'beleid');
  await press(noor, 'Bewaar de cijfers');
  await noor.getByText('Er is niets veranderd.').waitFor();
});

test('figures that do not fit are all said, each beside its field', async () => {
  await noor.getByLabel(BAN).fill('zes');
  await press(noor, 'Bewaar de cijfers');
  await noor.getByRole('link', { name: /Vul een heel getal in/ }).waitFor();
  await noor.getByLabel(BAN).fill('30');
  await noor.getByLabel('Vanaf welke leeftijd').fill('8');
  await press(noor, 'Bewaar de cijfers');
  const summary = noor.getByRole('region', { name: 'Dit klopt nog niet' });
  await summary.getByRole('link', { name: /tussen 12 en 21/ }).waitFor();
  assert.equal(await summary.getByRole('link').count(), 2);
  await isSound(noor, 'beleid-fouten');
});

test('a change is saved, and kept with who made it', async () => {
  await noor.getByLabel(BAN).fill('12');
  await noor.getByLabel('Vanaf welke leeftijd').fill('18');
  await press(noor, 'Bewaar de cijfers');
  await noor.getByText('Bewaard.').waitFor();
  await noor.getByText(`${BAN} Van 6 naar 12.`).waitFor();
  await noor.getByText('Standaard: 6. Jullie kozen iets anders.').waitFor();
  await isSound(noor, 'beleid-veranderd');
});

test('others read the figures and change nothing', async () => {
  const ruud = await people.signIn('manager');
  await ruud.goto(`${demo.url}/#/beleid`);
  await ruud.getByText('De beheerder stelt de cijfers in.').waitFor();
  assert.equal(await ruud.getByRole('textbox').count(), 0);
  await isSound(ruud, 'beleid-lezen');
  await ruud.context().close();
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
