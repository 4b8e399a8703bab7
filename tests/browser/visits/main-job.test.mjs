// The main job in a real browser: register, be watched, answer, call for help; and the one who comes to help.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';
import { atStep, begin, later, send, toRisk, toSend, toWhen, who } from '../support/registering.mjs';

const PIN = '3580';
const DURESS = '7046';

let demo;
let people;
let worker;
let manager;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const skipFive = async (page) => {
  await press(page, 'Sla 5 minuten over');
  await page.getByText('De klok staat 5 minuten verder.').waitFor();
};

test('a persona of the demo signs in with one press', async () => {
  const page = await people.device({ width: 390, height: 844 });
  await page.goto(demo.url);
  await heading(page, 'Wie ben je vandaag?');
  await isSound(page, 'aanmelden');
  await page.context().close();
  worker = await people.signIn('worker');
  await heading(worker, 'Mijn bezoeken');
  await isSound(worker, 'mijn-bezoeken');
});

test('a form with faults says them all, and leads to the fields', async () => {
  await begin(worker);
  await isSound(worker, 'nieuw-bezoek');
  await who(worker, { postcode: '99', number: '9' });
  await toWhen(worker);
  await press(worker, 'Ander nummer');
  await worker.getByLabel('Jouw mobiele nummer').fill('kaas');
  await later(worker, 3, await now());
  await worker.getByLabel('Of zelf invullen').fill('15');
  await toRisk(worker);
  await toSend(worker);
  await send(worker);
  const summary = worker.getByRole('region', { name: 'Dit klopt nog niet' });
  await summary.waitFor();
  assert.ok(await summary.evaluate((box) => box === document.activeElement), 'the summary has the focus');
  assert.equal(await summary.getByRole('link').count(), 2);
  await summary.getByRole('link', { name: /mobiele nummer/ }).click();
  await atStep(worker, 'Wanneer');
  await worker.waitForFunction(() => document.activeElement?.id === 'f-mobile');
  await isSound(worker, 'nieuw-bezoek-fouten');
});

test('a visit is registered, started and watched', async () => {
  await worker.getByLabel('Jouw mobiele nummer').fill(await mobileOf('worker'));
  await press(worker, 'Verder: nakijken');
  await worker.getByRole('link', { name: /^Postcode/ }).click();
  await atStep(worker, 'Wie en waar');
  await worker.getByLabel('Postcode').fill('7599 ZZ');
  await press(worker, 'Verder: nakijken');
  await atStep(worker, 'Klopt dit?');
  await send(worker);
  await heading(worker, 'Je bezoek staat klaar');
  await isSound(worker, 'bezoek-klaar');
  await press(worker, 'Ik begin nu');
  await heading(worker, 'Rugdekking is aan');
  await worker.getByRole('timer').waitFor();
  assert.match(await worker.getByText('Proefstraat 9').innerText(), /Proefstraat 9/);
  await isSound(worker, 'rugdekking-aan');
});

test('an answer near the agreed time confirms it', async () => {
  for (let minutes = 0; minutes < 15; minutes += 5) await skipFive(worker);
  assert.equal(await worker.getByRole('list', { name: 'Afgesproken momenten' }).getByText('goed').count(), 0);
  await press(worker, 'Alles goed');
  await worker.getByText(/Je antwoord is binnen/).waitFor();
  await worker.getByRole('list', { name: 'Afgesproken momenten' }).getByText('goed').first().waitFor();
  await heading(worker, 'Rugdekking is aan');
  await press(worker, '+15 min');
  await worker.getByText(/Je antwoord is binnen/).waitFor();
});

test('the phones of the demo show what was sent', async () => {
  const page = await people.device({ width: 1280, height: 800 });
  await page.goto(`${demo.url}/#/telefoons`);
  await page.getByRole('region', { name: people.nameOf('worker') }).waitFor();
  await isSound(page, 'telefoons');
  await page.context().close();
});

test('the board of the manager shows the worker, live', async () => {
  manager = await people.signIn('manager', { width: 1280, height: 800 });
  await manager.goto(`${demo.url}/#/bord`);
  await heading(manager, 'Bord');
  await manager.getByText(/^Live, bijgewerkt/).waitFor();
  await manager.getByRole('link', { name: new RegExp(people.nameOf('worker')) }).first().waitFor();
  await isSound(manager, 'bord');
});

test('a short press does not call for help, a press of two seconds does', async () => {
  const help = worker.getByRole('button', { name: /^Hulp/ });
  await help.scrollIntoViewIfNeeded();
  const box = await help.boundingBox();
  await worker.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await worker.mouse.down();
  await worker.waitForTimeout(1000);
  await worker.mouse.up();
  await worker.waitForTimeout(500);
  await heading(worker, 'Rugdekking is aan');
  await worker.mouse.down();
  await heading(worker, 'Hulp is geroepen');
  await worker.mouse.up();
  await isSound(worker, 'hulp-geroepen');
});

test('the alarm takes over the board without a reload, and the manager takes it', async () => {
  await heading(manager, new RegExp(`${people.nameOf('worker')} roept om hulp`));
  await isSound(manager, 'alarm');
  assert.equal(await manager.getByRole('link', { name: /Bel 112/ }).getAttribute('href'), 'tel:112');
  await press(manager, 'Ik pak dit op');
  await manager.getByText('Jij hebt dit opgepakt').waitFor();
  await worker.getByText(`${people.nameOf('manager')} pakt het op.`).waitFor();
  await isSound(manager, 'alarm-opgepakt');
});

test('somebody else sees who has it, and cannot close it', async () => {
  const deputy = await people.signIn('deputy');
  await deputy.goto(manager.url());
  await deputy.getByText(`${people.nameOf('manager')} heeft dit opgepakt`).waitFor();
  assert.equal(await deputy.getByRole('button', { name: 'Sluit het alarm af' }).count(), 0);
  await deputy.context().close();
});

test('an alarm is closed with its outcome, and the visit ends', async () => {
  await press(manager, 'Afsluiten: hoe liep het af?');
  await press(manager, 'Sluit het alarm af');
  await manager.getByRole('region', { name: 'Dit klopt nog niet' }).waitFor();
  await manager.getByLabel('Veilig', { exact: true }).check();
  await press(manager, 'Sluit het alarm af');
  await manager.getByRole('region', { name: 'Dit klopt nog niet' }).getByText('Kies waar de medewerker nu is.').waitFor();
  await manager.getByLabel('Buiten en veilig: het bezoek is afgelopen').check();
  await press(manager, 'Sluit het alarm af');
  await manager.getByText('Afgesloten', { exact: true }).waitFor();
  await isSound(manager, 'alarm-afgesloten');
  await heading(worker, 'Veilig afgerond');
  await worker.getByRole('region', { name: 'Wat is er gebeurd' }).getByRole('listitem').nth(4).waitFor();
  await isSound(worker, 'veilig-afgerond');
});

test('the worker sets two PINs that differ', async () => {
  await worker.goto(`${demo.url}/#/ik/pin`);
  await press(worker, 'Kies andere pincodes');
  const steps = [['Kies je pincode', PIN], ['Nog een keer je pincode', PIN], ['Kies je pincode onder dwang', DURESS], ['Nog een keer je pincode onder dwang', DURESS]];
  for (const [title, code] of steps) {
    await worker.getByLabel(title, { exact: true }).fill(code);
    await press(worker, 'Bevestigen');
  }
  await worker.getByText('Je pincodes zijn bewaard.').waitFor();
});

test('a risky visit tells what is missing; the manager approves and settles the district officer', async () => {
  await worker.goto(`${demo.url}/#/`);
  await begin(worker);
  await who(worker, { number: '58-1' });
  await toWhen(worker);
  await later(worker, 30, await now());
  await toRisk(worker);
  await toSend(worker, { trouble: true });
  await press(worker, 'Iemand anders');
  const colleague = worker.getByRole('group', { name: 'Collega 1' });
  await colleague.getByLabel('Naam').fill(people.nameOf('colleague'));
  await colleague.getByLabel('Mobiel nummer').fill('+31612340002');
  await send(worker);
  await heading(worker, 'Wacht op akkoord');
  const list = worker.getByRole('region', { name: 'Wat moet er nog?' });
  await list.getByText(/maar heeft nog niet geantwoord/).waitFor();
  await list.getByText('2 van de 4 klaar.').waitFor();
  await isSound(worker, 'wacht-op-akkoord');
  await manager.goto(worker.url());
  await heading(manager, new RegExp(people.nameOf('worker')));
  await isSound(manager, 'akkoord-geven');
  await manager.getByLabel('Ja, we hebben elkaar gesproken').check();
  await press(manager, 'Akkoord');
  await manager.getByText(/Akkoord van/).first().waitFor();
  await press(manager, 'Kies een wijkagent, of zeg waarom niet');
  await press(manager, 'Leg vast waarom niet');
  await manager.getByRole('region', { name: 'Dit klopt nog niet' }).getByRole('link').click();
  await manager.getByLabel('Waarom informeren we niemand?').fill('Niet nodig');
  await isSound(manager, 'wijkagent');
  await press(manager, 'Leg vast waarom niet');
  await manager.getByText('Niet geïnformeerd: Niet nodig', { exact: true }).waitFor();
  await heading(worker, 'Je bezoek staat klaar');
});

test('a wrong PIN is refused, the right one and the one under duress look the same', async () => {
  await press(worker, 'Ik begin nu');
  await heading(worker, 'Rugdekking is aan');
  await press(worker, 'Alles goed');
  await worker.getByLabel('Je pincode').fill('9713');
  await press(worker, 'Bevestigen');
  await worker.getByText('Dat is niet goed. Probeer het nog eens.').waitFor();
  await worker.getByRole('button', { name: /^Hulp/ }).waitFor();
  await isSound(worker, 'pincode');
  await answerWith(PIN);
  const usual = await seen();
  await press(worker, 'Alles goed');
  await answerWith(DURESS);
  assert.equal(await seen(), usual);
});

test('duress opens a silent alarm that only the others see', async () => {
  await heading(manager, new RegExp(`${people.nameOf('worker')} is in gevaar`));
  await manager.goto(`${demo.url}/#/bord`);
  await manager.getByText('Stil alarm: niet bellen').first().waitFor();
  await manager.getByRole('link', { name: new RegExp(`${people.nameOf('worker')}.*Open alarm`) }).click();
  await heading(manager, new RegExp(`${people.nameOf('worker')} is in gevaar`));
  await manager.getByText(/Bel en sms de medewerker niet/).waitFor();
  assert.equal(await manager.getByRole('link', { name: new RegExp(`Bel ${people.nameOf('worker')}`) }).count(), 0);
  await isSound(manager, 'alarm-stil');
  await heading(worker, 'Rugdekking is aan');
});

test('Enter three times calls for help, too', async () => {
  const help = worker.getByRole('button', { name: /^Hulp/ });
  await help.focus();
  for (let taps = 0; taps < 3; taps += 1) await worker.keyboard.press('Enter');
  await heading(worker, 'Hulp is geroepen');
});

test('the whole of it also speaks English', async () => {
  await worker.goto(`${demo.url}/#/`);
  await press(worker, 'English');
  await heading(worker, 'My visits');
  assert.equal(await worker.locator('html').getAttribute('lang'), 'en');
  await press(worker, 'Nederlands');
  await heading(worker, 'Mijn bezoeken');
});

test('a board that hears nothing says so, loudly', { skip: process.env.RUGDEKKING_TEST_URL ? 'not ours to stop' : false }, async () => {
  await manager.goto(`${demo.url}/#/bord`);
  await manager.getByText(/^Live, bijgewerkt/).waitFor();
  await demo.stop();
  await manager.getByRole('alert').filter({ hasText: 'Niet live' }).waitFor({ timeout: 45_000 });
  await isSound(manager, 'bord-niet-live');
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});

/** What the service says the time is: the demo moves its clock. */
const now = () => worker.evaluate(async () => (await (await request('/v1/me')).json()).now);

/** The number on which the demo reaches a persona, as their own page knows it. */
async function mobileOf(persona) {
  const signedIn = await request(`${demo.url}/demo/sign-in`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ persona }),
  });
  const { token } = await signedIn.json();
  const me = await request(`${demo.url}/v1/me`, { headers: { Authorization: `Bearer ${token}` } });
  return (await me.json()).mobile.number;
}

async function answerWith(pin) {
  await worker.getByLabel('Je pincode').fill(pin);
  await press(worker, 'Bevestigen');
  await worker.getByText(/Je antwoord is binnen/).waitFor();
}

/** Everything on the screen but running figures and the moments, which move on with each answer. */
async function seen() {
  const page = await worker.locator('#app').evaluate((app) => {
    const copy = app.cloneNode(true);
    copy.querySelector('.moments')?.remove();
    return copy.innerHTML;
  });
  return page.replace(/\d+/g, '0');
}
