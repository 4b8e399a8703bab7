// What goes wrong on a visit is reported in short steps, answered by the manager, and told to who reported it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { startDemo } from '../support/demo.mjs';
import { Town } from '../support/town.mjs';

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
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const summaryOf = (page) => page.getByRole('region', { name: 'Dit klopt nog niet' });
const kept = (page) => page.evaluate(() => localStorage.getItem('rugdekking.incident'));
const choose = (page, question, answer) => page.getByRole('group', { name: question }).getByText(answer, { exact: true }).click();
const hash = (page) => new URL(page.url()).hash;
const hasFocus = async (locator) => {
  for (let tries = 0; tries < 40; tries += 1) {
    if (await locator.evaluate((one) => one === document.activeElement)) return;
    await locator.page().waitForTimeout(50);
  }
  assert.fail(`no focus: ${locator}`);
};

test('from the menu somebody without a report comes to the first step', async () => {
  await jan.getByRole('link', { name: 'Voorval', exact: true }).click();
  await heading(jan, 'Mijn meldingen');
  await jan.getByText('Je hebt nog niets gemeld.').waitFor();
  await isSound(jan, 'mijn-meldingen-leeg');
  await jan.getByRole('link', { name: 'Meld een voorval' }).click();
  await heading(jan, 'Hoe en wanneer');
  await isSound(jan, 'voorval-1');
});

test('what is missing is said in its step, and nobody goes on without it', async () => {
  await press(jan, 'Verder: wie');
  await hasFocus(summaryOf(jan));
  await summaryOf(jan).getByRole('link', { name: /Hoe was het contact/ }).click();
  await hasFocus(jan.getByLabel('Op bezoek'));
  await choose(jan, 'Hoe was het contact?', 'Telefoon');
  await press(jan, 'Verder: wie');
  await heading(jan, 'Wie');
  await jan.getByRole('group', { name: 'Wie was er nog bij?' }).getByText(people.nameOf('colleague')).waitFor();
  await isSound(jan, 'voorval-2');
  await jan.getByLabel('Naam van de inwoner').fill('T. Proefpersoon');
  await choose(jan, 'Heeft deze persoon een contactverbod?', 'Ja');
  await press(jan, 'Verder: wat er gebeurde');
  await heading(jan, 'Wat is er gebeurd?');
  await press(jan, 'Verder: welk gedrag');
  await summaryOf(jan).getByRole('link', { name: /wat er gezegd is/ }).waitFor();
  await isSound(jan, 'voorval-3-fouten');
});

test('a draft outlives a reload and the guide, and nothing of it is in the address', async () => {
  await jan.getByLabel('Wat is er gezegd?').fill('Ik weet waar je woont.');
  await press(jan, 'Verder: welk gedrag');
  await heading(jan, 'Welk gedrag was het?');
  await jan.getByRole('radio', { name: /Gedrag D/ }).check();
  await isSound(jan, 'voorval');
  await jan.getByRole('link', { name: 'Zo herken je gedrag D' }).click();
  await heading(jan, /^D\. /);
  await isSound(jan, 'gids-vanuit-melding');
  await jan.getByRole('link', { name: 'Terug naar je melding' }).click();
  await heading(jan, 'Welk gedrag was het?');
  assert.ok(await jan.getByRole('radio', { name: /Gedrag D/ }).isChecked());
  await jan.reload();
  await heading(jan, 'Welk gedrag was het?');
  assert.equal(hash(jan), '#/voorvallen/nieuw/4');
  assert.match(await kept(jan), /Ik weet waar je woont/);
});

test('a cry for help begins with whom to call', async () => {
  await jan.getByRole('radio', { name: /Gedrag E/ }).check();
  await press(jan, 'Verder: eerst hulp');
  await heading(jan, 'Eerst hulp');
  for (const number of ['112', '113', '08000113', '08001205']) assert.equal(await jan.locator(`a[href="tel:${number}"]`).count(), 1, number);
  await press(jan, 'Verder: schade en hulp');
  assert.equal(await summaryOf(jan).getByRole('link').count(), 2);
  await isSound(jan, 'voorval-5-eerst-hulp');
  await press(jan, 'Terug');
  await jan.getByRole('radio', { name: /Gedrag C/ }).check();
  await press(jan, 'Verder: hield het aan');
  await choose(jan, 'Ging het door nadat je er iets van zei?', 'Ja');
  await isSound(jan, 'voorval-5');
  await press(jan, 'Verder: schade en hulp');
  await jan.getByLabel('Wat is er kapot?').fill('Een raam.');
  await isSound(jan, 'voorval-6');
  await press(jan, 'Verder: nakijken');
  await heading(jan, 'Klopt dit?');
  await isSound(jan, 'voorval-7');
});

test('the service refuses a child and a mere complaint beside the field', async () => {
  await press(jan, 'Wijzig Over wie');
  await heading(jan, 'Wie');
  await jan.getByText('Adres, als je dat weet').click();
  await jan.getByLabel('Geboortedatum, als je die weet').fill('2015-01-01');
  await press(jan, 'Verder: nakijken');
  await heading(jan, 'Klopt dit?');
  await press(jan, 'Wijzig Feiten');
  await jan.getByLabel('Het was alleen kritiek of een klacht').check();
  await press(jan, 'Verder: nakijken');
  await press(jan, 'Verstuur de melding');
  await hasFocus(summaryOf(jan));
  await isSound(jan, 'voorval-7-fouten');
  await summaryOf(jan).getByRole('link', { name: /Kinderen melden we niet/ }).click();
  await heading(jan, 'Wie');
  await hasFocus(jan.getByLabel('Geboortedatum, als je die weet'));
  await jan.getByLabel('Geboortedatum, als je die weet').fill('');
  await press(jan, 'Verder: nakijken');
  await summaryOf(jan).getByRole('link', { name: /geen reden voor een melding/ }).click();
  await hasFocus(jan.getByLabel('Het was alleen kritiek of een klacht'));
  await jan.getByLabel('Het was alleen kritiek of een klacht').uncheck();
  await press(jan, 'Verder: nakijken');
  await press(jan, 'Verstuur de melding');
});

test('who reported it reads who answers, by when', async () => {
  await heading(jan, /^Mijn melding van/);
  await jan.getByText(/^Ruud Smit reageert voor morgen/).waitFor();
  await jan.getByText('Schadeclaim').waitFor();
  await jan.getByRole('heading', { name: 'Deze persoon heeft een contactverbod' }).waitFor();
  await jan.getByText('Blokkeer het nummer of het account.').waitFor();
  await jan.getByRole('link', { name: 'Zo word je opgevangen' }).waitFor();
  assert.equal(await kept(jan), null, 'the draft went with the report');
  incident = hash(jan).split('/').at(-1);
  await isSound(jan, 'mijn-melding');
});

test('from an ended visit a report takes one minute: only what happened has to be told', async () => {
  const visit = await town.visits('worker');
  await town.ask('worker', 'POST', `/visits/${visit.id}/end`, { pin: '2580' });
  await jan.goto(`${demo.url}/#/bezoeken/${visit.id}`);
  const began = Date.now();
  let taps = 0;
  const tap = async (locator) => {
    await locator.click();
    taps += 1;
  };
  await tap(jan.getByRole('link', { name: 'Er ging iets mis? Meld het' }));
  await heading(jan, 'Wat is er gebeurd?');
  await jan.getByText('komen van je bezoek').waitFor();
  await jan.getByLabel('Wat is er gedaan?').fill('Versperde de deur.');
  await tap(jan.getByRole('button', { name: 'Verder: welk gedrag' }));
  await tap(jan.getByRole('radio', { name: /Gedrag D/ }));
  await tap(jan.getByRole('button', { name: 'Verder: hield het aan' }));
  await tap(jan.getByRole('group', { name: 'Ging het door' }).getByText('Nee', { exact: true }));
  await tap(jan.getByRole('button', { name: 'Verder: schade en hulp' }));
  await tap(jan.getByRole('button', { name: 'Verder: nakijken' }));
  await jan.getByText('Proefstraat 9').waitFor();
  await tap(jan.getByRole('button', { name: 'Verstuur de melding' }));
  // The question about a ban has no answer that could be assumed.
  await tap(summaryOf(jan).getByRole('link', { name: /contactverbod/ }));
  await tap(jan.getByRole('group', { name: 'Heeft deze persoon een contactverbod?' }).getByText('Nee', { exact: true }));
  await tap(jan.getByRole('button', { name: 'Verder: nakijken' }));
  await tap(jan.getByRole('button', { name: 'Verstuur de melding' }));
  await heading(jan, /^Mijn melding van/);
  await jan.getByText('Aangifte of melding bij de politie').waitFor();
  // A person needs about three seconds a tap and forty to type what happened.
  assert.ok(Date.now() - began + taps * 3000 + 40_000 < 120_000, 'under two minutes');
  await jan.getByRole('link', { name: 'Mijn meldingen' }).click();
  await heading(jan, 'Mijn meldingen');
  await isSound(jan, 'mijn-meldingen');
});

test('another report is not written over', async () => {
  await jan.getByRole('link', { name: 'Meld een voorval' }).click();
  await choose(jan, 'Hoe was het contact?', 'Op kantoor');
  const visit = await town.visits('worker');
  await town.ask('worker', 'POST', `/visits/${visit.id}/end`, { pin: '2580' });
  await jan.goto(`${demo.url}/#/bezoeken/${visit.id}`);
  await jan.getByRole('link', { name: 'Er ging iets mis? Meld het' }).click();
  await heading(jan, 'Je had nog een melding die niet af is.');
  await isSound(jan, 'voorval-niet-af');
  await press(jan, 'Ga daarmee verder');
  await heading(jan, 'Hoe en wanneer');
  assert.ok(await jan.getByLabel('Op kantoor').isChecked());
  await press(jan, 'Wis alles');
  assert.equal(await kept(jan), null);
});

test('the manager holds it against the policy, and reads what comes first', async () => {
  ruud = await people.signIn('manager');
  await ruud.getByRole('link', { name: 'Voorval', exact: true }).click();
  await heading(ruud, 'Voorvallen');
  await ruud.getByText(/Reactie voor morgen .*, nog 23 uur/).first().waitFor();
  await isSound(ruud, 'voorvallen');
  await ruud.goto(`${demo.url}/#/voorvallen/${incident}`);
  await heading(ruud, 'Melding van Jan Bakker');
  await ruud.getByText('De melder koos gedrag C.').waitFor();
  await isSound(ruud, 'voorval-beoordelen');
  await press(ruud, 'Vraag advies');
  await ruud.getByRole('heading', { name: 'Wat het beleid voorschrijft' }).waitFor();
  await ruud.getByText(/eerst belt een andere collega de inwoner/).waitFor();
  await ruud.getByText(/Eerst belt een andere collega\. Leg dat gesprek/).waitFor();
  await isSound(ruud, 'voorval-advies');
});

test('the call is noted, and the advice follows from it', async () => {
  await press(ruud, 'Leg het gesprek vast');
  await ruud.getByRole('region', { name: 'Dit klopt nog niet: Het gesprek met de inwoner' }).getByRole('link').first().waitFor();
  await choose(ruud, 'Hoe liep het gesprek?', 'De inwoner blijft erbij');
  await ruud.getByLabel('Wat is er gezegd?').fill('Riep dat hij nog eens langskomt.');
  await press(ruud, 'Leg het gesprek vast');
  await ruud.getByText('Het telefoongesprek hielp niet.').waitFor();
});

test('to depart from the advice needs a reason, and a ban needs a way to reach us', async () => {
  await press(ruud, 'Ik kies iets anders');
  await choose(ruud, 'Wat gebeurt er?', 'Contactverbod');
  await press(ruud, 'Beslis: Contactverbod');
  await summaryOf(ruud).getByRole('link', { name: /Waarom wijk je af/ }).waitFor();
  await summaryOf(ruud).getByRole('link', { name: /Hoe kan de inwoner ons nog bereiken/ }).waitFor();
  await isSound(ruud, 'voorval-beslissen-fouten');
  await press(ruud, 'Toch zoals geadviseerd');
  await isSound(ruud, 'voorval-beslissen');
  await press(ruud, 'Beslis zoals geadviseerd: Waarschuwingsbrief');
  await ruud.getByRole('heading', { name: 'Het besluit' }).waitFor();
  await ruud.getByText('De brief wacht op een tweede paar ogen').waitFor();
});

test('police and damage stand apart, each with who sees to it', async () => {
  const damage = ruud.getByRole('region', { name: 'Schadeclaim' });
  await damage.getByText('Nog niemand heeft dit opgepakt').waitFor();
  await damage.getByRole('button', { name: 'Ik regel dit' }).click();
  await damage.getByText('Ruud Smit regelt dit').waitFor();
  await damage.getByLabel('Nummer of kenmerk').fill('JZ-2026-14');
  await damage.getByRole('button', { name: 'Leg vast' }).click();
  await damage.getByText(/^Gedaan op .* door Ruud Smit$/).waitFor();
  assert.equal(await ruud.getByRole('region', { name: 'Aangifte of melding bij de politie' }).count(), 0);
  await isSound(ruud, 'voorval-besloten');
});

test('it is closed with a message that the reporter reads', async () => {
  await press(ruud, 'Rond af');
  await ruud.getByText('Vul dit in.').waitFor();
  await ruud.getByLabel('Bericht aan de melder').fill('Er ligt een brief klaar. Dank je wel voor je melding.');
  await press(ruud, 'Rond af');
  await ruud.getByText('Er ligt een brief klaar.').waitFor();
  await jan.goto(`${demo.url}/#/voorvallen/${incident}`);
  await jan.getByText('Er ligt een brief klaar.').waitFor();
  await jan.getByText('Een collega sprak de inwoner').waitFor();
  assert.doesNotMatch(await jan.locator('main').innerText(), /nog eens langskomt|JZ-2026-14/, 'what is not for the reporter');
  await isSound(jan, 'mijn-melding-afgerond');
});

test('who was there does not decide', async () => {
  await town.ask('manager', 'POST', '/incidents', { how: 'phone', happenedAt: await town.at(-5), resident: { name: 'K. Ander' }, said: 'Schold.', behaviour: 'C', persistent: false });
  await ruud.goto(`${demo.url}/#/voorvallen`);
  await ruud.getByRole('link', { name: /Ruud Smit/ }).click();
  await ruud.getByText('Jij was hierbij. Iemand anders beoordeelt dit en beslist.').waitFor();
  await isSound(ruud, 'voorval-erbij');
});

test('an alarm that was no false alarm leads to a report', async () => {
  const visit = await town.visits('worker');
  const alarm = await town.panics('worker', visit);
  await town.skip(1);
  await town.ask('deputy', 'POST', `/alarms/${alarm.id}/acknowledgement`, {});
  await town.ask('deputy', 'POST', `/alarms/${alarm.id}/closure`, { outcome: 'incident', note: 'Politie is geweest.', visitEnded: true });
  await ruud.goto(`${demo.url}/#/alarmen/${alarm.id}`);
  await ruud.getByRole('link', { name: 'Meld wat er gebeurd is' }).click();
  await heading(ruud, 'Wat is er gebeurd?');
  assert.doesNotMatch(hash(ruud), /Proef/);
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
