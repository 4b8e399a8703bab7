// Support after an incident: the manager is told whom to talk to, the employee what will happen, and nobody else reads the note.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { startDemo } from '../support/demo.mjs';
import { Town } from '../support/town.mjs';

const NOTE = 'Slaapt slecht. Wil deze week geen huisbezoeken.';

let demo;
let people;
let town;
let jan;
let ruud;
let incident;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  town = new Town(demo.url);
  jan = await people.signIn('worker');
  ruud = await people.signIn('manager');
  const report = { how: 'phone', happenedAt: await town.at(-5), resident: { name: 'K. Ander' }, said: 'Ik weet je te vinden.', behaviour: 'D', persistent: false };
  incident = await town.ask('worker', 'POST', '/incidents', report);
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const later = async (page, where, minutes) => {
  const at = new Date(Date.parse(await town.at(minutes)));
  const zone = { timeZone: 'Europe/Amsterdam' };
  await where.getByLabel('Dag').fill(at.toLocaleDateString('en-CA', zone));
  await where.getByLabel('Tijd').fill(at.toLocaleTimeString('nl-NL', { ...zone, hour: '2-digit', minute: '2-digit' }));
};

test('the manager sees whom to talk to, and by when', async () => {
  await ruud.getByRole('link', { name: 'Voorval', exact: true }).click();
  await ruud.getByRole('link', { name: 'Opvang van collega’s' }).click();
  await heading(ruud, 'Opvang');
  await ruud.getByText(/^Meteen: voor /).waitFor();
  await isSound(ruud, 'opvang');
  await ruud.getByRole('link', { name: /Jan Bakker/ }).click();
  await heading(ruud, 'Opvang van Jan Bakker');
  await isSound(ruud, 'opvang-medewerker');
});

test('who waits too long is said first', async () => {
  await town.skip(5 * 60);
  await ruud.reload();
  await ruud.getByText(/^Had gemoeten voor /).waitFor();
  await ruud.getByRole('button', { name: /^We hebben gesproken ?: Meteen/ }).click();
  await ruud.getByText(/^Gesproken met Ruud Smit, vandaag/).waitFor();
});

test('a later talk, an appointment and a note', async () => {
  const plan = ruud.getByRole('region', { name: 'Spreek een later gesprek af' });
  await plan.getByRole('button', { name: 'Plan het gesprek' }).click();
  await plan.getByText('Vul een dag en een tijd in.').waitFor();
  await later(ruud, plan, 3 * 24 * 60);
  await plan.getByRole('button', { name: 'Plan het gesprek' }).click();
  await ruud.getByRole('region', { name: 'Gesprekken' }).getByText('Later', { exact: true }).waitFor();
  const appointment = ruud.getByRole('region', { name: 'Afspraak met een organisatie' });
  await appointment.getByRole('button', { name: 'Leg de afspraak vast' }).click();
  await appointment.getByText('Vul dit in.').waitFor();
  await isSound(ruud, 'opvang-fouten');
  await appointment.getByLabel('Met wie?').fill('Slachtofferhulp');
  await later(ruud, appointment, 2 * 24 * 60);
  await appointment.getByRole('button', { name: 'Leg de afspraak vast' }).click();
  await appointment.getByText(/^Slachtofferhulp, /).waitFor();
  await ruud.getByLabel('Wat spraken jullie af?').fill(NOTE);
  await ruud.getByRole('button', { name: 'Bewaar de notitie' }).click();
  await ruud.getByText('Bewaard.').waitFor();
  await isSound(ruud, 'opvang-geregeld');
});

test('the employee reads what was agreed, and may add to it', async () => {
  await jan.goto(`${demo.url}/#/voorvallen/${incident.id}`);
  await jan.getByRole('link', { name: 'Zo word je opgevangen' }).click();
  await heading(jan, 'Zo word je opgevangen');
  assert.equal(await jan.getByLabel('Wat spraken jullie af?').inputValue(), NOTE);
  await jan.getByText(/^Slachtofferhulp, /).waitFor();
  assert.equal(await jan.getByRole('button', { name: /We hebben gesproken/ }).count(), 0, 'nobody ticks off their own talk');
  await isSound(jan, 'mijn-opvang');
  await jan.getByRole('link', { name: 'Opvang', exact: true }).click();
  await heading(jan, 'Mijn opvang');
});

test('the desk sees that somebody spoke, and not what was said', async () => {
  const [care] = (await town.ask('worker', 'GET', '/aftercare')).items;
  const els = await people.signIn('desk');
  await els.goto(`${demo.url}/#/opvang/${care.id}`);
  await heading(els, 'Opvang van Jan Bakker');
  await els.getByText(/^Gesproken met Ruud Smit/).waitFor();
  assert.doesNotMatch(await els.locator('main').innerText(), /Slaapt slecht|Slachtofferhulp, /);
  assert.equal(await els.getByLabel('Wat spraken jullie af?').count(), 0);
  await isSound(els, 'opvang-kennispunt');
  await els.context().close();
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
