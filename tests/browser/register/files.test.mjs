// Files that come in and go out: looked through first, all or nothing, and other eyes for all that comes in.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { startDemo } from '../support/demo.mjs';
import { Town } from '../support/town.mjs';

let demo;
let people;
let town;
let els;
let tom;
let noor;
const day = (daysFromNow, now) => new Date(Date.parse(now) + daysFromNow * 24 * 3600_000).toISOString().slice(0, 10).split('-').reverse().join('-');
let now;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  town = new Town(demo.url);
  now = await town.at();
  els = await people.signIn('desk', { width: 1280, height: 800 });
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const HEADERS = 'naam;maatregel;vanaf;tot en met;herbeoordeling;reden;contactpersoon;telefoon';
const row = (name, { measure = 'contactverbod', until = day(60, now), phone = '0534818181' } = {}) => `${name};${measure};${day(-5, now)};${until};${day(30, now)};Bedreigde aan de balie.;Els;${phone}`;
const look = async (page, ...rows) => {
  await page.getByLabel('Kies een bestand (CSV)').setInputFiles({ name: 'lijst.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\r\n'), 'latin1') });
  await press(page, 'Kijk het bestand na');
};
const cells = (page) => page.getByRole('row').evaluateAll((rows) => rows.slice(1).map((one) => [...one.cells].map((cell) => cell.textContent)));

test('without a file there is nothing to look through, and it says so', async () => {
  await els.getByRole('link', { name: 'Register', exact: true }).click();
  await els.getByRole('link', { name: 'Bestanden', exact: true }).click();
  await heading(els, 'Bestanden van het register');
  await els.getByText('Er is nog niets ingebracht.').waitFor();
  await isSound(els, 'bestanden-leeg');
  await press(els, 'Kijk het bestand na');
  const summary = els.getByRole('region', { name: 'Dit klopt nog niet' });
  await summary.getByRole('link', { name: /Kies eerst een bestand/ }).click();
  assert.equal(await els.evaluate(() => document.activeElement.id), 'f-file');
  await isSound(els, 'bestanden-geen');
});

test('every faulty row is told in plain words, and nothing is brought in', async () => {
  await look(els, `${HEADERS};kleur`, row('Zoë de Wit'), row('J. Smit', { measure: 'boete', until: '31 mei' }), row('A. Bos', { phone: 'geen' }), row('B. Oud', { until: day(-1, now) }));
  await els.getByText('4 rijen. In 3 rijen staan fouten. Er is niets ingebracht.').waitFor();
  await els.getByText('Deze kolommen kennen we niet. We nemen ze niet over: kleur.').waitFor();
  const told = await cells(els);
  for (const line of [
    ['3', 'maatregel', 'Schrijf waarschuwingsbrief of contactverbod.'],
    ['3', 'tot en met', 'Schrijf een dag als 31-12-2026.'],
    ['4', 'telefoon', 'Dit is geen telefoonnummer.'],
    ['5', 'tot en met', 'Deze maatregel is al voorbij.'],
  ])
    assert.ok(told.some((one) => one.join() === line.join()), `${line} in ${JSON.stringify(told)}`);
  assert.equal(await els.getByRole('button', { name: 'Breng in', exact: true }).count(), 0);
  await isSound(els, 'bestanden-fouten');
});

test('a file without a needed column says which; of very many faults it says how many more', async () => {
  await look(els, HEADERS.replace('herbeoordeling', 'kleur'), row('J. Smit'));
  await els.getByRole('cell', { name: 'herbeoordeling', exact: true }).first().waitFor();
  await els.getByText('Deze kolom ontbreekt.').waitFor();
  await look(els, HEADERS, ...Array.from({ length: 300 }, (_, i) => `Rij ${i};;;;;;;`));
  await els.getByText(/^En nog [\d.]+ fouten\. Verbeter eerst deze\.$/).waitFor();
  assert.equal((await cells(els)).length, 1000);
});

test('a good file is brought in, byte for byte as it was looked through, and waits for other eyes', async () => {
  await look(els, HEADERS, row('Zoë de Wit'), row('J. Smit'));
  await els.getByText('2 rijen. Alles klopt. Er is nog niets ingebracht.').waitFor();
  await isSound(els, 'bestanden-klopt');
  await press(els, 'Breng in');
  await els.getByText(/^2 maatregelen ingebracht\. Ze tellen zodra iemand anders/).waitFor();
  await els.getByText('2 wachten op goedkeuring').waitFor();
  await els.getByText('Iemand anders van het kennispunt keurt dit goed.').waitFor();
  assert.equal(await els.getByRole('button', { name: 'Keur alles goed' }).count(), 0);
  await isSound(els, 'bestanden-ingebracht');
  const { items } = await town.ask('desk', 'GET', '/register-entries?status=proposed&limit=100');
  assert.ok(items.some(({ name }) => name === 'Zoë de Wit'), 'what an older spreadsheet wrote is read as it was meant');
});

test('the very same file is brought in once more only when somebody insists', async () => {
  await look(els, HEADERS, row('Zoë de Wit'), row('J. Smit'));
  await els.getByText(/^Precies dit bestand is al ingebracht/).waitFor();
  assert.equal(await els.getByRole('button', { name: 'Breng in', exact: true }).count(), 0);
  await els.getByText('Ik wil het toch nog een keer inbrengen').click();
  await els.getByRole('button', { name: 'Breng in', exact: true }).waitFor();
  await isSound(els, 'bestanden-nog-een-keer');
});

test('somebody else approves all of it, and sees how far it is', async () => {
  tom = await people.signIn('desk2');
  await tom.goto(`${demo.url}/#/register/bestanden`);
  await tom.getByText('2 wachten op goedkeuring').waitFor();
  await isSound(tom, 'bestanden-goedkeuren');
  let held;
  const goes = new Promise((done) => (held = done));
  // As if there were more than the service approves at a time.
  let first = true;
  await tom.context().route('**/approval', async (route) => {
    if (first) {
      first = false;
      const { items } = await town.ask('desk2', 'GET', '/register-imports');
      return route.fulfill({ json: { ...items[0], waiting: 1 } });
    }
    await goes;
    return route.continue();
  });
  await press(tom, 'Keur alles goed');
  await tom.getByText('1 van 2 goedgekeurd. Laat deze pagina open.').waitFor();
  await isSound(tom, 'bestanden-bezig');
  held();
  await tom.getByText('2 maatregelen goedgekeurd. Ze tellen vanaf nu mee.').waitFor();
  await tom.getByText('Niets wacht meer op goedkeuring').waitFor();
  await isSound(tom, 'bestanden-goedgekeurd');
});

test('the register goes out as a file that comes in again', async () => {
  const [file] = await Promise.all([tom.waitForEvent('download'), press(tom, 'Haal het register op als CSV')]);
  assert.match(file.suggestedFilename(), /^register-\d{4}-\d\d-\d\d\.csv$/);
  const text = await readFile(await file.path(), 'utf8');
  assert.match(text, /Zoë de Wit/);
  await tom.getByText('Het bestand staat bij je downloads.').waitFor();
  await look(tom, text.replace(/[^\0-\xff]/g, '?'));
  await tom.getByText(/Alles klopt\. Er is nog niets ingebracht\.$/).waitFor();
});

test('when the answer is lost, it says that it does not know, and what to do', async () => {
  let sent = 0;
  await els.context().route('**/v1/register-imports?*dryRun=false*', (route) => ((sent += 1), route.abort()));
  await look(els, HEADERS, row('C. Nieuw'));
  await press(els, 'Breng in');
  await els.getByText(/^We weten niet of het inbrengen lukte/).waitFor();
  assert.equal(sent, 1, 'it is not sent again by itself');
  await isSound(els, 'bestanden-onzeker');
  await els.context().unroute('**/v1/register-imports?*dryRun=false*');
});

test('the administrator brings measures in as well, and takes nothing out', async () => {
  noor = await people.signIn('admin');
  await noor.getByRole('link', { name: 'Team', exact: true }).click();
  await noor.getByRole('link', { name: /^Bestanden van het register/ }).click();
  await heading(noor, 'Bestanden van het register');
  await noor.getByText('Els de Groot').first().waitFor();
  assert.equal(await noor.getByRole('button', { name: /Haal het register op/ }).count(), 0);
});

test('people come in from a file, each with their team', async () => {
  await noor.goto(`${demo.url}/#/mensen`);
  await noor.getByRole('link', { name: 'Mensen uit een bestand' }).click();
  await heading(noor, 'Mensen uit een bestand');
  const headers = 'naam;e-mailadres;mobiel;rollen;teams';
  await look(noor, headers, 'Anna Nieuw;anna@voorbeeld.example;06 12345679;medewerker;Bestaat niet', 'Jan;worker@demo.rugdekking.example;;baas;');
  for (const what of ['Dit team kennen we niet.', 'Iemand met dit mailadres heeft al een account.', /^Deze rol kennen we niet/]) await noor.getByRole('cell', { name: what }).waitFor();
  await isSound(noor, 'mensen-bestand-fouten');
  await look(noor, headers, 'Anna Nieuw;anna@voorbeeld.example;06 12345679;medewerker;Wmo en inkomen');
  await press(noor, 'Breng in');
  await noor.getByText(/^1 mens toegevoegd/).waitFor();
  await isSound(noor, 'mensen-bestand');
  await noor.getByRole('link', { name: 'Alle mensen' }).click();
  await noor.getByRole('link', { name: /^Anna Nieuw/ }).waitFor();
});

test('others see neither', async () => {
  const worker = await people.signIn('worker');
  for (const [path, said] of [['register/bestanden', 'Dit is voor het kennispunt Agressie en voor beheerders.'], ['mensen/bestand', 'Dit is voor beheerders.']]) {
    await worker.goto(`${demo.url}/#/${path}`);
    await worker.getByText(said).waitFor();
    assert.equal(await worker.getByRole('button', { name: 'Kijk het bestand na' }).count(), 0);
  }
  await worker.context().close();
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
