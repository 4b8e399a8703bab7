// The desk's day: everything that waits in one list, and a measure from its letter to its objection.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { startDemo } from '../support/demo.mjs';
import { Town } from '../support/town.mjs';

const WHO = 'T. Proefpersoon';

let demo;
let people;
let town;
let els;
let tom;
let incident;
let entry;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  town = new Town(demo.url);
  const address = { street: 'Proefstraat', houseNumber: 9, postcode: '7599 ZZ', city: 'Voorbeeldstad' };
  const report = { how: 'office', happenedAt: await town.at(-5), resident: { name: WHO, address }, said: 'Ik steek de boel in brand.', behaviour: 'D', persistent: false };
  incident = await town.ask('worker', 'POST', '/incidents', report);
  els = await people.signIn('desk', { width: 1280, height: 800 });
  tom = await people.signIn('desk2', { width: 1280, height: 800 });
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const list = (page, name) => page.getByRole('region', { name });

test('the desk begins with what waits, an incident on top', async () => {
  await heading(els, 'Werk');
  const waits = list(els, /^Voorvallen die wachten/);
  await waits.getByText('Gedrag D').waitFor();
  await waits.getByText(/Reactie voor morgen/).waitFor();
  await list(els, /^Brieven om te versturen/).getByRole('link', { name: /^En nog \d+/ }).waitFor();
  await list(els, 'Hoe het register ervoor staat').getByText('maatregelen gelden').waitFor();
  await isSound(els, 'werk');
  const worker = await people.signIn('worker');
  await worker.goto(`${demo.url}/#/werk`);
  await worker.getByText('Deze lijst is voor het kennispunt Agressie.').waitFor();
  await worker.context().close();
});

test('the desk decides on an incident, and its letter comes in the list of somebody else', async () => {
  await list(els, /^Voorvallen die wachten/).getByRole('link', { name: /Gedrag D/ }).click();
  await heading(els, 'Melding van Jan Bakker');
  await press(els, 'Vraag advies');
  await els.getByText(/Daar hoort meteen een contactverbod bij/).waitFor();
  await els.getByLabel('Hoe kan de inwoner ons nog bereiken?').fill('Per brief.');
  await press(els, 'Beslis zoals geadviseerd: Contactverbod');
  await els.getByRole('link', { name: 'Naar de maatregel' }).click();
  await heading(els, `Contactverbod voor ${WHO}`);
  await els.getByText('Per brief.').waitFor();
  entry = new URL(els.url()).hash.split('/').at(-1);
  await tom.getByRole('link', { name: 'Register', exact: true }).click();
  await tom.getByRole('link', { name: 'Werk', exact: true }).click();
  await list(tom, /^Beoordelen/).getByRole('link', { name: new RegExp(WHO) }).click();
  await heading(tom, `Contactverbod voor ${WHO}`);
  await press(tom, 'Keur goed');
  await tom.getByText('Goedgekeurd. Dit telt vanaf nu mee.').waitFor();
  await tom.getByText('Geldt', { exact: true }).waitFor();
  await isSound(tom, 'maatregel-goedgekeurd');
});

test('the letter is composed, read as it will be, printed and taken along', async () => {
  await tom.getByRole('link', { name: 'De brief', exact: true }).click();
  await heading(tom, 'Brief: Contactverbod');
  await tom.getByText('De brief is compleet.').waitFor();
  await tom.locator('.paper').getByText(/Ik steek de boel in brand/).waitFor();
  await isSound(tom, 'brief');
  await tom.getByLabel('Hoe kan de inwoner ons nog bereiken?').fill('Alleen per brief, aan postbus 20.');
  await press(tom, 'Bewaar de brief');
  await tom.getByText('Bewaard.', { exact: true }).waitFor();
  await tom.locator('.paper').getByText(/postbus 20/).waitFor();
  await tom.emulateMedia({ media: 'print' });
  assert.ok(await tom.locator('.paper').isVisible());
  for (const one of ['.menu', '.foot', 'form']) assert.equal(await tom.locator(one).first().isVisible(), false, `${one} is not printed`);
  await tom.emulateMedia({ media: 'screen' });
  const [file] = await Promise.all([tom.waitForEvent('download'), press(tom, 'Haal op als Word-bestand')]);
  assert.equal(file.suggestedFilename(), 'brief.docx');
  await tom.getByRole('link', { name: 'De maatregel' }).click();
  await heading(tom, `Contactverbod voor ${WHO}`);
});

test('the letter is noted as sent', async () => {
  const step = tom.getByRole('form', { name: 'Leg de verzending vast' });
  await step.getByRole('button', { name: 'Leg vast' }).click();
  await step.getByText('Vul dit in.').waitFor();
  await step.getByLabel('Nummer van de zending').fill('3SABC123');
  await step.getByRole('button', { name: 'Leg vast' }).click();
  await tom.getByText(/^3SABC123, /).waitFor();
  await tom.getByText('Bewaard.', { exact: true }).waitFor();
  assert.equal(await step.count(), 0);
});

test('a review says why it stays, and when somebody looks again', async () => {
  await tom.getByText('Opnieuw bekijken', { exact: true }).click();
  const step = tom.getByRole('form', { name: 'Opnieuw bekijken' });
  await step.getByLabel('Opnieuw bekijken op').fill('2020-01-01');
  await step.getByRole('button', { name: 'Het blijft' }).click();
  await step.getByText('Kies een dag na vandaag en voor het einde.').waitFor();
  await isSound(tom, 'maatregel-bekijken-fouten');
  const soon = new Date(Date.parse(await town.at()) + 30 * 24 * 3600_000).toISOString().slice(0, 10);
  await step.getByLabel('Opnieuw bekijken op').fill(soon);
  await step.getByLabel('Waarom blijft het nodig?').fill('De dreiging is er nog.');
  await step.getByRole('button', { name: 'Het blijft' }).click();
  await tom.getByText(/: De dreiging is er nog\.$/).waitFor();
});

test('a move takes the flag along', async () => {
  await tom.getByText('De inwoner is verhuisd', { exact: true }).click();
  const step = tom.getByRole('form', { name: 'De inwoner is verhuisd' });
  await step.getByLabel('Huisnummer').fill('12');
  await step.getByRole('button', { name: 'Bewaar het nieuwe adres' }).click();
  await step.getByText('Vul dit in.').first().waitFor();
  await step.getByLabel('Straat').fill('Nieuwstraat');
  await step.getByLabel('Plaats').fill('Voorbeeldstad');
  await step.getByRole('button', { name: 'Bewaar het nieuwe adres' }).click();
  await tom.getByText('Nieuwstraat 12, Voorbeeldstad').waitFor();
  assert.equal(await tom.getByText('Proefstraat 9').count(), 0);
});

test('an objection is decided by somebody who had no hand in the measure', async () => {
  await tom.getByText('Er is bezwaar gemaakt', { exact: true }).click();
  await tom.getByRole('form', { name: 'Er is bezwaar gemaakt' }).getByRole('button', { name: 'Leg het bezwaar vast' }).click();
  await tom.getByText('Geldt, de inwoner maakte bezwaar').waitFor();
  const step = tom.getByRole('form', { name: 'Beslis over het bezwaar' });
  await step.getByText('Ja, gegrond').click();
  await step.getByLabel('Waarom?').fill('Het was iemand anders.');
  await step.getByRole('button', { name: 'Leg het besluit vast' }).click();
  await step.getByText(/Iemand anders moet beslissen/).waitFor();
  await isSound(tom, 'maatregel-bezwaar');
  await els.goto(`${demo.url}/#/werk`);
  await list(els, /^Bezwaren/).getByRole('link', { name: new RegExp(WHO) }).waitFor();
  await isSound(els, 'werk-bezwaar');
});

test('a breach is shown with the ban, and the steps for it with the incident', async () => {
  const report = { how: 'phone', happenedAt: await town.at(-1), resident: { name: WHO }, said: 'Belde weer.', behaviour: 'C', persistent: true, breach: true };
  const again = await town.ask('worker', 'POST', '/incidents', report);
  await els.goto(`${demo.url}/#/voorvallen/${again.id}`);
  await els.getByText('Reageer niet.').waitFor();
  await els.getByText('alleen de naam is gelijk').waitFor();
  await els.getByRole('checkbox', { name: /Contactverbod/ }).check();
  await press(els, 'Vraag advies');
  await els.getByText(/Elk contact is dan een overtreding/).waitFor();
  await els.getByRole('link', { name: 'Contactverbod' }).click();
  await heading(els, `Contactverbod voor ${WHO}`);
  await els.getByRole('link', { name: /^Voorval van / }).waitFor();
  await isSound(els, 'maatregel-overtreding');
});

test('a request of a resident has a term, and what we hold is looked up', async () => {
  await tom.goto(`${demo.url}/#/verzoeken`);
  await tom.getByText('Er zijn geen verzoeken.').waitFor();
  await isSound(tom, 'verzoeken-leeg');
  await tom.getByRole('link', { name: 'Leg een verzoek vast' }).click();
  await heading(tom, 'Leg een verzoek vast');
  await press(tom, 'Leg vast');
  await tom.getByRole('region', { name: 'Dit klopt nog niet' }).getByRole('link').first().waitFor();
  await isSound(tom, 'verzoek-fouten');
  await tom.getByText('Inzage', { exact: true }).click();
  await tom.getByLabel('Naam', { exact: true }).fill(WHO);
  await tom.getByLabel('Wat staat er in het verzoek?').fill('Wat weten jullie van mij?');
  await press(tom, 'Leg vast');
  await heading(tom, `Inzage: ${WHO}`);
  await tom.getByText(/^Binnen\. Antwoord uiterlijk /).waitFor();
  await press(tom, 'Zoek op wat we bewaren');
  await tom.getByRole('checkbox', { name: /^Maatregel/ }).check();
  await isSound(tom, 'verzoek');
  const [file] = await Promise.all([tom.waitForEvent('download'), press(tom, 'Haal alles op in één bestand')]);
  assert.equal(file.suggestedFilename(), 'inzage.html');
  await els.goto(`${demo.url}/#/werk`);
  await list(els, /^Verzoeken van inwoners/).getByRole('link', { name: new RegExp(WHO) }).waitFor();
});

test('a request is decided, told and handled', async () => {
  const decide = tom.getByRole('form', { name: 'Beslis' });
  await decide.getByText('Toewijzen', { exact: true }).click();
  await decide.getByRole('button', { name: 'Leg het besluit vast' }).click();
  await decide.getByText('Vul dit in.').waitFor();
  await decide.getByLabel('Waarom?').fill('Het zijn de eigen gegevens.');
  await decide.getByRole('button', { name: 'Leg het besluit vast' }).click();
  await tom.getByText(/^Toegewezen, nog niet verteld/).waitFor();
  await isSound(tom, 'verzoek-besloten');
  await press(tom, 'Handel af');
  await tom.getByText('Afgehandeld', { exact: true }).waitFor();
});

test('the police report is its own affair', async () => {
  await els.goto(`${demo.url}/#/voorvallen/${incident.id}`);
  const police = list(els, 'Aangifte of melding bij de politie');
  await police.getByRole('button', { name: 'Ik regel dit' }).click();
  await police.getByText('Els de Groot regelt dit').waitFor();
  await police.getByText('Dit gebeurt niet', { exact: true }).click();
  await police.getByRole('button', { name: 'Leg vast' }).click();
  await police.getByRole('link', { name: /Waarom niet/ }).waitFor();
  await police.getByLabel('Waarom niet?').fill('Politie is er al geweest.');
  await police.getByRole('button', { name: 'Leg vast' }).click();
  await police.getByText('Politie is er al geweest.').waitFor();
  await isSound(els, 'voorval-kennispunt');
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
