// Calendars in a real browser: a secret address, a visit as a file, and a form that one's own calendar fills in.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';

let demo;
let people;
let page;
let elsewhere;
let calendar = '';

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  page = await people.signIn('worker');
  elsewhere = createServer((_, response) => response.writeHead(calendar ? 200 : 404, { 'content-type': 'text/calendar' }).end(calendar));
  await new Promise((done) => elsewhere.listen(0, '127.0.0.1', done));
});

after(async () => {
  await people?.close();
  await demo?.close();
  elsewhere?.close();
});

const press = (name) => page.getByRole('button', { name, exact: true }).click();
const heading = (name) => page.getByRole('heading', { level: 1, name }).waitFor();
const here = () => `http://127.0.0.1:${elsewhere.address().port}/geheim.ics`;

test('a secret address is made, shown once, and stops', async () => {
  await page.goto(`${demo.url}/#/ik`);
  await page.getByRole('link', { name: 'Agenda' }).click();
  await heading('Agenda');
  await page.getByText('Staat uit.').waitFor();
  await page.getByLabel('Mail me elk bezoek dat ik aanmeld').check();
  await press('Maak een geheim adres');
  await page.getByText(/^Staat aan sinds/).waitFor();
  const url = await page.getByLabel(/Je geheime adres/).inputValue();
  const feed = await request(url);
  assert.deepEqual([feed.status, feed.headers.get('cache-control')], [200, 'no-store']);
  assert.match(await feed.text(), /^BEGIN:VCALENDAR\r\n/);
  await isSound(page, 'mijn-agenda');
  await page.reload();
  await page.getByText(/^Staat aan sinds/).waitFor();
  assert.equal(await page.getByLabel(/Je geheime adres/).count(), 0, 'only once');
  assert.ok(await page.getByLabel('Mail me elk bezoek dat ik aanmeld').isChecked());
  await press('Stop het adres');
  await page.getByText('Staat uit.').waitFor();
  await request(url, {}, 404);
});

test('an address that leads nowhere is refused beside its field, and a good one is not shown again', async () => {
  const field = page.getByLabel('Adres van je agenda');
  await field.fill('http://voorbeeld.nl/agenda.ics');
  await press('Gebruik deze agenda');
  await page.getByText(/^Dit adres kunnen we niet gebruiken/).waitFor();
  await field.fill(here());
  await press('Gebruik deze agenda');
  await page.getByText('We lezen je agenda bij 127.0.0.1.').waitFor();
  assert.equal(await field.inputValue(), '');
  await isSound(page, 'mijn-agenda-eigen');
});

test('a calendar that cannot be read says so, and the form is there as ever', async () => {
  await page.goto(`${demo.url}/#/bezoeken/nieuw`);
  await page.getByText('Je agenda kan nu niet gelezen worden. Vul het bezoek zelf in.').waitFor();
  await page.getByLabel('Straat').waitFor();
});

test('what the calendar holds today fills in the form, and nothing is registered', async () => {
  const { now } = await page.evaluate(async () => (await request('/v1/me')).json());
  // A quarter ago: whatever the hour, it is today and not over.
  const at = (minutes) => new Date(Date.parse(now) + minutes * 60_000).toISOString().replace(/[-:]|\.\d+/g, '');
  calendar = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//NL', 'BEGIN:VEVENT', 'UID:1', `DTSTART:${at(-1)}`, `DTEND:${at(44)}`, 'SUMMARY:Intake',
    'LOCATION:Proefstraat 9\\, 7599 ZZ Voorbeeldstad', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
  await page.goto(`${demo.url}/#/`);
  await page.goto(`${demo.url}/#/bezoeken/nieuw`);
  const found = page.getByRole('region', { name: 'Vandaag in je agenda' });
  await found.getByText('Proefstraat 9, 7599 ZZ Voorbeeldstad').waitFor();
  await isSound(page, 'nieuw-bezoek-uit-agenda');
  await found.getByRole('button').click();
  const filled = async (label) => page.getByLabel(label, { exact: true }).first().inputValue();
  assert.deepEqual([await filled('Straat'), await filled('Postcode'), await filled('Plaats')], ['Proefstraat', '7599 ZZ', 'Voorbeeldstad']);
  const visits = await page.evaluate(async () => (await request('/v1/visits')).json());
  assert.deepEqual(visits.items, []);
});

test('a visit is taken along as a file without the name of whom one visits', async () => {
  const visit = await page.evaluate(async () => {
    const { now } = await (await request('/v1/me')).json();
    const startsAt = new Date(Date.parse(now) + 3_600_000).toISOString();
    const address = { street: 'Proefstraat', houseNumber: 9, postcode: '7599 ZZ', city: 'Voorbeeldstad' };
    const body = { kind: 'home-visit', startsAt, expectedMinutes: 60, mobile: '+31612345678', colleagues: [], residents: [{ name: 'T. Proefpersoon', address }],
      background: 'Proef.', expectsTrouble: false, knownResident: false, checkInTimes: [new Date(Date.parse(startsAt) + 1_800_000).toISOString()] };
    return (await request('/v1/visits', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
  });
  await page.goto(`${demo.url}/#/bezoeken/${visit.id}`);
  const [file] = await Promise.all([page.waitForEvent('download'), press('Zet in mijn agenda')]);
  const text = readFileSync(await file.path(), 'utf8');
  assert.match(text, /SUMMARY:Huisbezoek\\, Jan Bakker/);
  assert.doesNotMatch(text, /Proef/);
});
