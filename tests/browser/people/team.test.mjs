// A team and those who look after it: the ladder and the week that follows from it, gaps, a drill, the month, the people.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';

let demo;
let people;
let manager;
let admin;
let team;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  manager = await people.signIn('manager');
  // What is done here is told by month, and takes less than two hours of one.
  const month = (at) => new Date(at).toLocaleDateString('nl', { timeZone: 'Europe/Amsterdam', month: 'numeric' });
  const now = Date.parse((await ask(manager, 'GET', '/v1/me')).now);
  const hours = 2 * 3600;
  if (month(now) !== month(now + hours * 1000)) await skip(manager, hours);
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const part = async (page, name, title) => {
  await page.goto(`${demo.url}/#/team/${team}/${name}`);
  await heading(page, title);
};
/** Asks the service as whoever is signed in on this page. */
const ask = (page, method, path, body, headers = {}) =>
  page.evaluate(
    async ([how, where, what, more]) => {
      const answer = await request(where, { method: how, headers: { 'Content-Type': 'application/json', ...more }, ...(what ? { body: JSON.stringify(what) } : {}) });
      const text = await answer.text();
      return text ? JSON.parse(text) : null;
    },
    [method, path, body ?? null, headers],
  );
const skip = (page, seconds) => ask(page, 'POST', '/demo/skip', { seconds });
const climb = (page) => page.locator('.climb li').allInnerTexts();
const at = async (page, day, time) => {
  await page.getByLabel('Dag').selectOption({ label: day });
  await page.getByLabel('Tijd').fill(time);
  await page.getByRole('heading', { name: `Alarm op ${day} om ${time}` }).waitFor();
  return climb(page);
};

test('a manager sees whether the team is ready, and what is still to be done', async () => {
  await manager.getByRole('link', { name: 'Team', exact: true }).click();
  await heading(manager, 'Teams');
  await isSound(manager, 'teams');
  await manager.getByRole('link', { name: 'Wmo en inkomen' }).click();
  await heading(manager, 'Wmo en inkomen');
  team = /team\/([0-9a-f-]{36})$/.exec(manager.url())[1];
  await manager.getByText('Dit team heeft nog nooit geoefend.').waitFor();
  await manager.getByText('Op de ladder van dit team is altijd iemand bereikbaar.').waitFor();
  await manager.getByText('Dit werkt: sms', { exact: false }).waitFor();
  await isSound(manager, 'team');
  await manager.getByRole('link', { name: 'Test of we jou bereiken', exact: true }).click();
  await heading(manager, 'Test of we je bereiken');
  assert.match(manager.url(), /#\/ik\/test$/);
});

test('a ladder is changed by buttons: moved, another one by hour, one rung at a time', async () => {
  await part(manager, 'ladder', 'Ladder');
  await press(manager, 'Omhoog: trede 2');
  await manager.getByLabel('Andere ladder buiten kantooruren').check();
  const outside = manager.getByRole('region', { name: 'Buiten kantooruren' });
  for (let rungs = 3; rungs > 1; rungs -= 1) await outside.getByRole('button', { name: `Weghalen: trede ${rungs}` }).click();
  await isSound(manager, 'team-ladder');
  await outside.getByRole('button', { name: 'Wijzig: trede 1' }).click();
  await heading(manager, 'Buiten kantooruren, Trede 1');
  assert.ok(await manager.getByLabel(/^Vervangers/).isChecked(), 'the ladder begins as the other one');
  await manager.getByLabel('Minuten tot de volgende trede').fill('90');
  await isSound(manager, 'team-trede');
  await press(manager, 'Klaar');
  await press(manager, 'Stel de uren in');
  await heading(manager, 'Kantooruren');
  await isSound(manager, 'team-uren');
  await press(manager, 'Klaar');
});

test('the service judges the ladder; a fault leads to its field in its rung', async () => {
  await press(manager, 'Bewaar');
  const summary = manager.getByRole('region', { name: 'Dit klopt nog niet' });
  await summary.getByRole('link', { name: 'Buiten kantooruren, Trede 1: Vul 1 tot 60 minuten in.' }).waitFor();
  await isSound(manager, 'team-ladder-fout');
  await summary.getByRole('link').click();
  await heading(manager, 'Buiten kantooruren, Trede 1');
  const field = manager.getByLabel('Minuten tot de volgende trede');
  assert.ok(await field.evaluate((one) => one === document.activeElement));
  await field.fill('4');
  await press(manager, 'Klaar');
  await press(manager, 'Bewaar');
  await manager.getByText('Bewaard.', { exact: true }).waitFor();
});

test('the week and any moment of it follow the ladder', async () => {
  await manager.getByRole('link', { name: 'Bekijk de week' }).click();
  await heading(manager, 'Wie wordt gebeld');
  await manager.getByText('Op de ladder van het team is de hele week iemand bereikbaar.').waitFor();
  const day = await at(manager, 'dinsdag', '14:00');
  assert.match(day[0], /^Meteen om 14:00\s+Fatima El Amrani: sms en bellen/);
  assert.match(day[1], /^Na 3 minuten om 14:03\s+Ruud Smit/);
  const night = await at(manager, 'dinsdag', '23:00');
  assert.match(night[0], /^Meteen om 23:00\s+Fatima El Amrani/);
  assert.match(night[1], /^Na 4 minuten om 23:04, ladder van de gemeente/);
  assert.equal(night.length, 2);
  await manager.getByText('Toon als tabel').click();
  const rows = await manager.getByRole('table').getByRole('row').allInnerTexts();
  assert.equal(rows.length, 1 + 5 * 3 + 2, 'five days of three pieces, two whole days');
  await isSound(manager, 'team-week');
});

test('the agreements are told by an example that follows what is typed', async () => {
  await part(manager, 'afspraken', 'Afspraken');
  await manager.getByText('Om 14:05 is het alarm, en gaat het naar Fatima El Amrani.').waitFor();
  await manager.getByLabel('Alarm, minuten erna').fill('9');
  await manager.getByText('Om 14:09 is het alarm, en gaat het naar Fatima El Amrani.').waitFor();
  await isSound(manager, 'team-afspraken');
  await manager.getByLabel('Alarm, minuten erna').fill('veel');
  await press(manager, 'Bewaar');
  await manager.getByRole('region', { name: 'Dit klopt nog niet' }).getByRole('link', { name: /^Alarm, minuten erna: Vul een heel getal in/ }).waitFor();
  await isSound(manager, 'team-afspraken-fout');
});

test('who saves second is told so, and loads again', async () => {
  admin = await people.signIn('admin');
  await part(admin, 'afspraken', 'Afspraken');
  await admin.getByLabel('Alarm, minuten erna').fill('6');
  await press(admin, 'Bewaar');
  await admin.getByText('Bewaard.', { exact: true }).waitFor();
  await manager.getByLabel('Alarm, minuten erna').fill('7');
  await press(manager, 'Bewaar');
  await manager.getByText(/Iemand anders heeft dit intussen veranderd/).waitFor();
  await isSound(manager, 'team-afspraken-ingehaald');
  await press(manager, 'Laad opnieuw');
  await manager.getByText('Om 14:06 is het alarm', { exact: false }).waitFor();
  assert.equal(await manager.getByLabel('Alarm, minuten erna').inputValue(), '6');
});

test('an administrator finds somebody, and hears of the ladders before they leave', async () => {
  // As a last resort the municipality has the same deputy, and nobody else.
  const organisation = await ask(admin, 'GET', '/v1/organisation');
  const ladder = { rungs: [{ who: ['deputy'], channels: ['call'], waitMinutes: 5 }], repeatMinutes: 5, outOfHours: null };
  await ask(admin, 'PUT', '/v1/organisation', { name: organisation.name, callNumber: organisation.callNumber, ladder }, { 'If-Match': `"${organisation.version}"` });
  await admin.goto(`${demo.url}/#/mensen`);
  await heading(admin, 'Mensen');
  await isSound(admin, 'mensen');
  await admin.getByLabel('Zoek op naam of e-mail').fill('fatima');
  await admin.getByText('1 persoon', { exact: true }).waitFor();
  await admin.getByRole('link', { name: /Fatima El Amrani/ }).click();
  await heading(admin, 'Fatima El Amrani');
  await press(admin, 'Werkt hier niet meer');
  await admin.getByText('Let op: staat nu op de ladder van Handhaving en Wmo en inkomen.', { exact: false }).waitFor();
  await isSound(admin, 'persoon-weg');
  await press(admin, 'Ja, werkt hier niet meer');
  await admin.getByText('Bewaard.', { exact: true }).waitFor();
});

test('a gap is said first, in words, with what to do', async () => {
  await part(manager, 'wie', 'Wie wordt gebeld');
  await manager.getByText('Niemand: vr 18:00 – ma 08:00', { exact: true }).waitFor();
  assert.equal(await manager.getByText(/^Niemand: /).count(), 5);
  const night = await at(manager, 'zaterdag', '12:00');
  assert.match(night[0], /^Overgeslagen\s+Fatima El Amrani niet: werkt hier niet meer/);
  await manager.getByText('Hier is niemand bereikbaar.').waitFor();
  const day = await at(manager, 'maandag', '09:00');
  assert.match(day[1], /^Meteen om 09:00\s+Ruud Smit/, 'an empty rung costs no time');
  await isSound(manager, 'team-week-gat');
  await manager.goto(`${demo.url}/#/team/${team}`);
  await manager.getByText('Er zijn 3 dingen te doen.').waitFor();
  await manager.getByText('Niemand: vr 18:00 – ma 08:00', { exact: true }).waitFor();
  await isSound(manager, 'team-gat');
  await press(admin, 'Werkt hier weer');
  await admin.getByRole('button', { name: 'Werkt hier niet meer' }).waitFor();
});

test('a drill climbs the real ladder, and shows who took it and how fast', async () => {
  // The same ladder by day and by night, whenever this runs.
  await part(manager, 'ladder', 'Ladder');
  await manager.getByLabel('Andere ladder buiten kantooruren').uncheck();
  await press(manager, 'Bewaar');
  await manager.getByText('Bewaard.', { exact: true }).waitFor();
  await part(manager, 'oefenen', 'Oefenen');
  await press(manager, 'Begin de oefening');
  await manager.getByText('Nog niemand heeft het opgepakt.').waitFor();
  await manager.getByRole('list', { name: 'Wie is wanneer bereikt' }).getByText('Fatima El Amrani').waitFor();
  await isSound(manager, 'oefening-loopt');
  await skip(manager, 200);
  const phones = await ask(manager, 'GET', '/sandbox/phones');
  const { number, calls } = phones.find(({ owner }) => owner === people.nameOf('manager'));
  const ringing = calls.findLast(({ state }) => state === 'ringing');
  assert.ok(ringing, 'the second rung is called after three minutes');
  const call = `/sandbox/phones/${encodeURIComponent(number)}/calls/${ringing.id}`;
  await ask(manager, 'POST', `${call}/answer`, {});
  await ask(manager, 'POST', `${call}/keys`, { keys: '1' });
  await manager.getByText(/^Ruud Smit pakte het op na 3:\d\d\.$/).waitFor();
  assert.match((await climb(manager))[1], /^Trede 2, na 3:00/);
  await press(manager, 'Sluit de oefening af');
  await manager.getByRole('button', { name: 'Begin de oefening' }).waitFor();
  await isSound(manager, 'oefening-klaar');
});

test('the month tells what was done, of nobody in particular', async () => {
  const worker = await people.signIn('worker');
  const { mobile, now } = await ask(worker, 'GET', '/v1/me');
  const address = { street: 'Proefstraat', houseNumber: 9, houseLetter: null, addition: null, postcode: '7599 ZZ', city: 'Voorbeeldstad' };
  const form = { kind: 'home-visit', startsAt: now, expectedMinutes: 30, mobile: mobile.number, colleagues: [], residents: [{ name: 'T. Proefpersoon', address }], background: '', expectsTrouble: false, knownResident: false };
  const visit = await ask(worker, 'POST', '/v1/visits', form);
  if (visit.status === 'planned') await ask(worker, 'POST', `/v1/visits/${visit.id}/start`, {});
  await skip(worker, 30 * 60);
  await ask(worker, 'POST', `/v1/visits/${visit.id}/check-ins`, {});
  await ask(worker, 'POST', `/v1/visits/${visit.id}/end`, {});
  await part(manager, 'rapport', 'Maandrapport');
  const figure = (name) => manager.getByRole('row', { name, exact: false }).first().getByRole('cell').innerText();
  assert.equal(await figure('Geweest'), '1');
  assert.equal(await figure('Op tijd'), '1');
  assert.equal(await figure('Gehouden'), '1');
  assert.match(await figure('Opgepakt, de helft binnen'), /^3:\d\d$/);
  assert.ok(!(await manager.locator('main').innerText()).includes(people.nameOf('worker')));
  await isSound(manager, 'maandrapport');
  const [table] = await Promise.all([manager.waitForEvent('download'), press(manager, 'Haal op als CSV')]);
  const text = await readFile(await table.path(), 'utf8');
  assert.match(text, /"Wmo en inkomen";"\d{4}-\d{2}";"visits-ended";"Bezoeken geweest";"1"/);
  await press(manager, 'Vorige maand');
  await manager.getByRole('button', { name: 'Volgende maand' }).waitFor();
  await manager.waitForFunction(() => [...document.querySelectorAll('.figures td')].slice(0, 1).every((cell) => cell.textContent === '0'));
  await worker.goto(`${demo.url}/#/team/${team}`);
  await worker.getByText('Dit is voor leidinggevenden van een team en voor beheerders.').waitFor();
  await isSound(worker, 'team-niet-voor-jou');
  await worker.context().close();
});

test('an administrator keeps the people of a team and their accounts', async () => {
  await part(admin, 'mensen', 'Mensen in dit team');
  await admin.getByLabel('Toevoegen: Leidinggevenden').selectOption({ label: people.nameOf('deputy') });
  await press(admin, `Eerst bellen: ${people.nameOf('deputy')}`);
  await isSound(admin, 'team-mensen');
  await press(admin, 'Bewaar');
  await admin.getByText('Bewaard.', { exact: true }).waitFor();
  await admin.goto(`${demo.url}/#/mensen/nieuw`);
  await heading(admin, 'Nieuwe persoon');
  await admin.getByLabel('Naam').fill('Bas de Bruin');
  await admin.getByLabel('E-mail').fill('kaas');
  await press(admin, 'Bewaar');
  await admin.getByRole('region', { name: 'Dit klopt nog niet' }).getByRole('link', { name: 'E-mail: Dit klopt niet.' }).waitFor();
  await isSound(admin, 'persoon-fout');
  await admin.getByLabel('E-mail').fill('bas@voorbeeld.example');
  await press(admin, 'Bewaar');
  await heading(admin, 'Bas de Bruin');
  await admin.getByText('Bewaard.', { exact: true }).waitFor();
  await isSound(admin, 'persoon');
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
