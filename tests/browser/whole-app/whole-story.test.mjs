// From a visit that went wrong to the day on which nothing of it is kept any more, told by everybody who has a hand in it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';
import { begin, who } from '../support/registering.mjs';
import { Town } from '../support/town.mjs';

const WHO = 'T. Proefpersoon';
const NOTHING = 'In het register staat geen maatregel bij dit adres of deze naam.';
const DAY = 24 * 60;

let demo;
let people;
let town;
let first;
let second;
let ban;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  town = new Town(demo.url);
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const choose = (page, question, answer) => page.getByRole('group', { name: question }).getByText(answer, { exact: true }).click();
const idOf = (page) => new URL(page.url()).hash.split('/').at(-1);
const day = async (ahead) => (await town.at(ahead * DAY)).slice(0, 10);

/** Somebody signs in, does something on a page, and leaves. */
async function as(persona, path, does) {
  const page = await people.signIn(persona, { width: 1280, height: 800 });
  await page.goto(`${demo.url}/#/${path}`);
  const found = await does(page);
  await page.context().close();
  return found;
}

/** Days pass, with all that is due on the way; nobody stays signed in for so long. */
async function pass(days) {
  for (let left = days; left > 0; left -= 7) await town.skip(Math.min(left, 7) * DAY);
  town = new Town(demo.url);
}

/** Decides as the policy prescribes, on a letter that lasts until then. */
async function decides(page, measure, until) {
  await page.getByLabel('Tot en met').fill(await day(until));
  await page.getByLabel('Opnieuw bekijken op').fill(await day(until));
  await page.getByLabel('Hoe kan de inwoner ons nog bereiken?').fill('Per brief, aan postbus 20.');
  await press(page, `Beslis zoals geadviseerd: ${measure}`);
  await page.getByRole('heading', { name: 'Het besluit' }).waitFor();
}

/** Another pair of eyes approves, reads the letter, and notes that it went out. */
async function approvesAndSends(page, measure, number) {
  await page.getByRole('region', { name: /^Beoordelen/ }).getByRole('link', { name: new RegExp(`${measure}.*${WHO}|${WHO}.*${measure}`, 'is') }).click();
  await heading(page, `${measure} voor ${WHO}`);
  await press(page, 'Keur goed');
  await page.getByText('Goedgekeurd. Dit telt vanaf nu mee.').waitFor();
  await page.getByRole('link', { name: 'De brief', exact: true }).click();
  await page.getByText('De brief is compleet.').waitFor();
  await page.locator('.paper').getByText(/Schold mij/).waitFor();
  await page.getByRole('link', { name: 'De maatregel' }).click();
  const mail = page.getByRole('form', { name: 'Leg de verzending vast' });
  await mail.getByLabel('Nummer van de zending').fill(number);
  await mail.getByRole('button', { name: 'Leg vast' }).click();
  await page.getByText(`${number}, `, { exact: false }).waitFor();
  return idOf(page);
}

/** What a worker reads who is about to go there. */
const asks = (read) =>
  as('worker', '', async (page) => {
    await begin(page);
    await who(page, { postcode: '7523 ZZ', number: '9' });
    await page.getByLabel('Naam').first().blur();
    await read(page);
  });

test('an incident after a visit is reported', async () => {
  const visit = await town.visits('worker');
  await town.ask('worker', 'POST', `/visits/${visit.id}/end`, { pin: '2580' });
  first = await as('worker', `bezoeken/${visit.id}`, async (jan) => {
    await jan.getByRole('link', { name: 'Er ging iets mis? Meld het' }).click();
    await jan.getByLabel('Wat is er gezegd?').fill('Schold mij uit, en hield niet op.');
    await press(jan, 'Verder: welk gedrag');
    await jan.getByRole('radio', { name: /Gedrag C/ }).check();
    await press(jan, 'Verder: hield het aan');
    await choose(jan, 'Ging het door nadat je er iets van zei?', 'Ja');
    await press(jan, 'Verder: schade en hulp');
    await press(jan, 'Verder: nakijken');
    await press(jan, 'Verstuur de melding');
    await jan.getByRole('region', { name: 'Dit klopt nog niet' }).getByRole('link', { name: /contactverbod/ }).click();
    await choose(jan, 'Heeft deze persoon een contactverbod?', 'Nee');
    await press(jan, 'Verder: nakijken');
    await press(jan, 'Verstuur de melding');
    await heading(jan, /^Mijn melding van/);
    return idOf(jan);
  });
});

test('the policy advises, another employee calls, and a letter is decided on', async () => {
  await as('manager', `voorvallen/${first}`, async (ruud) => {
    await press(ruud, 'Vraag advies');
    await ruud.getByText(/eerst belt een andere collega de inwoner/).waitFor();
  });
  await as('deputy', `voorvallen/${first}`, async (fatima) => {
    await choose(fatima, 'Hoe liep het gesprek?', 'De inwoner blijft erbij');
    await fatima.getByLabel('Wat is er gezegd?').fill('Hing op.');
    await press(fatima, 'Leg het gesprek vast');
    await fatima.getByText('Het telefoongesprek hielp niet.').waitFor();
  });
  await as('manager', `voorvallen/${first}`, (ruud) => decides(ruud, 'Waarschuwingsbrief', 3));
});

test('nothing counts before somebody else approved it; then the next visit hits', async () => {
  await asks((jan) => jan.getByText(NOTHING).waitFor());
  await as('desk', 'werk', (els) => approvesAndSends(els, 'Waarschuwingsbrief', '3SRUGD0001'));
  await asks(async (jan) => {
    const hit = jan.getByRole('region', { name: /^Let op/ });
    await hit.getByText(/^Waarschuwingsbrief, geldig tot en met/).waitFor();
    assert.doesNotMatch(await jan.locator('main').innerText(), /Schold/, 'nothing of what happened');
  });
});

test('the next day it happens again: a ban', async () => {
  await pass(1);
  // At this very moment: minutes ago may have been yesterday, the day on which the letter went out.
  const address = { street: 'Proefstraat', houseNumber: 9, postcode: '7523 ZZ', city: 'Voorbeeldstad' };
  const report = { how: 'phone', happenedAt: await town.at(), resident: { name: WHO, address }, said: 'Schold mij weer uit.', behaviour: 'B', persistent: true };
  second = (await town.ask('worker', 'POST', '/incidents', report)).id;
  await as('manager', `voorvallen/${second}`, async (ruud) => {
    await press(ruud, 'Vraag advies');
    await ruud.getByRole('heading', { name: 'Wat het beleid voorschrijft' }).waitFor();
    await decides(ruud, 'Contactverbod', 2);
  });
  ban = await as('desk', 'werk', (els) => approvesAndSends(els, 'Contactverbod', '3SRUGD0002'));
});

test('a call breaches the ban, and an objection does not lift it', async () => {
  const breach = { how: 'phone', happenedAt: await town.at(-1), resident: { name: WHO }, said: 'Belde weer.', behaviour: 'A', persistent: false, breach: true };
  const third = await town.ask('worker', 'POST', '/incidents', breach);
  await as('worker', `voorvallen/${third.id}`, async (jan) => {
    await jan.getByText('Blokkeer het nummer of het account.').waitFor();
  });
  await as('desk', `register/${ban}`, async (els) => {
    await els.getByText('Er is bezwaar gemaakt', { exact: true }).click();
    await els.getByRole('form', { name: 'Er is bezwaar gemaakt' }).getByRole('button', { name: 'Leg het bezwaar vast' }).click();
    await els.getByText('Geldt, de inwoner maakte bezwaar').waitFor();
  });
  await as('desk2', `register/${ban}`, async (tom) => {
    const step = tom.getByRole('form', { name: 'Beslis over het bezwaar' });
    await step.getByText('Nee, ongegrond').click();
    await step.getByLabel('Waarom?').fill('Het staat vast.');
    await step.getByRole('button', { name: 'Leg het besluit vast' }).click();
    await tom.getByText('Geldt', { exact: true }).waitFor();
  });
  await town.ask('desk', 'POST', `/incidents/${third.id}/assessment`, {});
  await town.ask('desk', 'POST', `/incidents/${third.id}/decision`, { reaction: 'none' });
  for (const id of [first, second, third.id]) await town.ask('manager', 'POST', `/incidents/${id}/closure`, { note: 'Afgehandeld.' });
});

test('after its last day the ban has lapsed, and the next visit does not hit', async () => {
  await pass(4);
  await as('desk', `register/${ban}`, (els) => els.getByText('Afgelopen', { exact: true }).waitFor());
  await asks(async (jan) => {
    await jan.getByText(NOTHING).waitFor();
    assert.equal(await jan.getByRole('region', { name: /^Let op/ }).count(), 0);
  });
});

test('when it was kept long enough, nothing is left', async () => {
  const admin = await town.token('admin');
  const figures = { warningTermMonths: 1, keepIncidentsMonths: 1, keepMeasuresMonths: 1 };
  const changed = await request(`${demo.url}/v1/policy`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${admin}`, 'If-Match': '"0"' },
    body: JSON.stringify(figures),
  });
  assert.equal(changed.status, 200, await changed.text());
  await pass(42);
  for (const [persona, path] of [['desk', `/register-entries/${ban}`], ['manager', `/incidents/${first}`], ['manager', `/incidents/${second}`]]) {
    await request(`${demo.url}/v1${path}`, { headers: { Authorization: `Bearer ${await town.token(persona)}` } }, 404);
  }
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
