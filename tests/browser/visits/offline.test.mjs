// The worker's phone without a connection: nothing is shown as confirmed before the service said so, no tap is lost or sent twice.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';
import { begin, send, toRisk, toSend, toWhen, who } from '../support/registering.mjs';

const TEXTS = '+3197010200300';
const PIN = '2580';
const DURESS = '1379';

let demo;
let people;
let page;
let api;

before(async () => {
  // The number that texts are answered to is told by the carrier's settings; the demo itself sends nothing out.
  Object.assign(process.env, { RUGDEKKING_TWILIO__ACCOUNT_SID: 'AC0', RUGDEKKING_TWILIO__AUTH_TOKEN: 'none', RUGDEKKING_TWILIO__FROM: TEXTS });
  demo = await startDemo();
  people = await People.open(demo.url);
  api = { worker: await tokenOf('worker'), manager: await tokenOf('manager') };
  page = await people.signIn('worker');
  await page.evaluate(() => navigator.serviceWorker.ready);
  // Once more, so that the service worker has the page in hand.
  await page.reload();
  await heading('Mijn bezoeken');
});

after(async () => {
  await people?.close();
  await demo?.close();
});

afterEach(async (it) => {
  if (process.env.DEBUG_SHOTS && !it.passed) { await page.screenshot({ path: `/tmp/offline-${it.name.slice(0, 20).replace(/ /g, '-')}.png`, fullPage: true }); console.log(JSON.stringify(await stored())); }
  await line(true);
});

const heading = (name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (name) => page.getByRole('button', { name, exact: true }).click();
const line = (connected) => page.context().setOffline(!connected);
const help = () => page.getByRole('button', { name: /^Hulp/ });

test('a visit under way says since when it hears nothing, and what goes on', async () => {
  const visit = await underWay();
  await skip(960);
  await line(false);
  await page.getByText(/^Geen verbinding sinds \d\d:\d\d\. We bellen je toch\.$/).waitFor();
  await heading(/^We bellen je om \d\d:\d\d$/);
  await page.getByText('Dat gaat door, ook zonder internet.').waitFor();
  await isSound(page, 'geen-verbinding');

  await press('Alles goed');
  await isWaiting('Alles goed');
  const text = page.getByRole('link', { name: 'Sms ‘GOED’' });
  assert.equal(await text.getAttribute('href'), `sms:${TEXTS}?body=GOED`);
  assert.equal(await page.getByRole('link', { name: `Bel ${people.nameOf('manager')}` }).getAttribute('href'), 'tel:+31611223344');
  await isSound(page, 'tik-wacht');

  await page.reload();
  await heading(/^We bellen je om/);
  await isWaiting('Alles goed');
  assert.ok(!(await kinds(visit)).includes('confirmed'), 'the service has heard nothing');

  await line(true);
  await page.getByText(/^Je antwoord is binnen/).waitFor();
  await heading('Rugdekking is aan');
  await page.getByRole('list', { name: 'Afgesproken momenten' }).getByText('goed').first().waitFor();
  assert.equal((await stored()).length, 0, 'nothing waits any more');
  await page.reload();
  await heading('Rugdekking is aan');
  const confirmed = (await kinds(visit)).filter((kind) => kind === 'confirmed');
  assert.equal(confirmed.length, 1, 'it was confirmed once');
  await end(visit);
});

test('the browser sends what waits while the app is closed, and only once', async () => {
  const visit = await underWay();
  await line(false);
  await heading(/^We bellen je om/);
  await press('Alles goed');
  await isWaiting('Alles goed');
  const [{ key }] = await stored();
  // Another page of this site that is not the app, so that only the service worker can send.
  await line(true);
  const closed = page.goto(`${demo.url}/manifest.webmanifest`);
  await closed;
  await sync();
  await until(async () => (await kinds(visit)).includes('sign-of-life'));
  await page.goto(`${demo.url}/#/bezoeken/${visit}`);
  await heading('Rugdekking is aan');
  assert.ok(!(await stored()).some((tap) => tap.key === key));
  assert.equal((await kinds(visit)).filter((kind) => kind === 'sign-of-life').length, 1);
  await end(visit);
});

test('a check-in is felt a minute before, felt and heard at its time, and an answer that arrived is felt', async () => {
  await page.addInitScript(() => {
    globalThis.felt = [];
    navigator.vibrate = (pattern) => globalThis.felt.push([pattern].flat().join(' '));
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) {
      globalThis.felt.push('tone');
      start.call(this, at);
    };
  });
  const visit = await underWay();
  const felt = () => page.evaluate(() => globalThis.felt);
  const { nextCheckInAt } = await see('worker', visit);
  const { now } = await ask('worker', '/me');
  await skip(Math.round((Date.parse(nextCheckInAt) - Date.parse(now)) / 1000) - 100);
  // The browser lets a page sound after its first touch.
  await page.getByRole('timer').click();
  await moveClock(60);
  await page.waitForFunction(() => globalThis.felt.includes('120 120 120'));
  assert.ok(!(await felt()).includes('tone'), 'a minute before there is no sound');
  await moveClock(60);
  await page.waitForFunction(() => globalThis.felt.includes('250 120 250 120 250'));
  assert.equal((await felt()).filter((one) => one === 'tone').length, 3);
  await press('Alles goed');
  await page.getByText(/^Je antwoord is binnen/).waitFor();
  assert.equal((await felt()).at(-1), '60');
  await end(visit);
});

test('the PIN and the duress PIN wait alike, and arrive alike', async () => {
  const [usual, forced] = [await answerOffline(PIN), await answerOffline(DURESS)];
  assert.deepEqual(forced.record, usual.record, 'the phone keeps the same');
  assert.equal(forced.waiting, usual.waiting, 'the phone shows the same while it waits');
  assert.equal(forced.arrived, usual.arrived, 'and when it arrived');
  assert.equal((await see('manager', usual.visit)).alarm, null);
  assert.equal((await see('manager', forced.visit)).alarm.cause, 'duress');
  assert.equal((await see('worker', forced.visit)).alarm, null);
  for (const { visit } of [usual, forced]) await end(visit, 'manager');
});

test('a tap that the service refuses is kept and said until it was seen', async () => {
  const visit = await underWay();
  await line(false);
  await heading(/^We bellen je om/);
  await press('Alles goed');
  await isWaiting('Alles goed');
  await end(visit, 'manager');
  await line(true);
  await page.getByRole('alert').filter({ hasText: /‘Alles goed’ van \d\d:\d\d is niet aangenomen/ }).waitFor();
  await heading('Veilig afgerond');
  await isSound(page, 'tik-geweigerd');
  await page.goto(`${demo.url}/#/`);
  await page.getByRole('alert').filter({ hasText: 'is niet aangenomen' }).waitFor();
  await press('Gezien');
  await page.getByRole('alert').waitFor({ state: 'detached' });
  assert.equal((await stored()).length, 0);
});

test('help that does not arrive says so and gives the numbers, and arrives once', async () => {
  const visit = await underWay();
  await line(false);
  await heading(/^We bellen je om/);
  await help().focus();
  for (let taps = 0; taps < 3; taps += 1) await page.keyboard.press('Enter');
  await heading('Hulp is nog niet geroepen');
  assert.equal(await page.getByRole('link', { name: 'Bel 112' }).getAttribute('href'), 'tel:112');
  await page.getByRole('link', { name: `Bel ${people.nameOf('manager')}` }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Sms ‘HULP’' }).getAttribute('href'), `sms:${TEXTS}?body=HULP`);
  await isSound(page, 'hulp-niet-aangekomen');
  assert.equal((await see('manager', visit)).alarm, null);
  await page.reload();
  await heading('Hulp is nog niet geroepen');
  await line(true);
  await heading('Hulp is geroepen');
  assert.equal((await see('manager', visit)).alarm.cause, 'panic');
  assert.equal((await kinds(visit, 'manager')).filter((kind) => kind.startsWith('alarm-')).length, 1);
  await end(visit, 'manager');
});

test('a start without a connection promises nothing until it has arrived', async () => {
  const visit = await registered();
  await page.goto(`${demo.url}/#/bezoeken/${visit}`);
  await heading('Je bezoek staat klaar');
  await line(false);
  await page.getByText(/^Geen verbinding sinds/).waitFor();
  await press('Ik begin nu');
  await isWaiting('Ik begin nu');
  await heading('Nog niet bewaakt');
  await isSound(page, 'begin-wacht');
  await line(true);
  await heading('Rugdekking is aan');
  await end(visit);
});

test('a visit that could not be registered is not watched, and says whom to call', async () => {
  await page.goto(`${demo.url}/#/`);
  await heading('Mijn bezoeken');
  await line(false);
  await page.getByText(/^Geen verbinding sinds/).waitFor();
  await begin(page);
  await who(page, { postcode: '7599 AB', number: '11' });
  await toWhen(page);
  await toRisk(page);
  await toSend(page);
  await send(page);
  await heading('Nog niet bewaakt');
  await page.getByText('Niemand let op je tot het is aangemeld.').waitFor();
  assert.equal(await page.getByRole('link', { name: `Bel ${people.nameOf('manager')}` }).getAttribute('href'), 'tel:+31611223344');
  await isSound(page, 'nog-niet-bewaakt');
  const before = await visits();
  await page.goto(`${demo.url}/#/`);
  await page.getByRole('link', { name: 'Bekijk wat wacht' }).waitFor();
  await isSound(page, 'mijn-bezoeken-wacht');
  await press('English');
  await page.getByRole('heading', { name: 'Not watched yet' }).waitFor();
  await page.getByText(/^No connection since/).waitFor();
  await press('Nederlands');
  await page.getByRole('link', { name: 'Bekijk wat wacht' }).click();
  await heading('Nog niet bewaakt');
  await line(true);
  await heading('Rugdekking is aan');
  assert.equal(await visits(), before + 1, 'it was registered once');
});

test('signing out leaves nothing of a visit on the phone', async () => {
  // Opened with a connection, so that it knows again that this is the demo.
  await page.goto(`${demo.url}/#/`);
  await page.reload();
  await heading('Mijn bezoeken');
  assert.ok((await stored('visits')).length > 0);
  await press('Afmelden');
  await heading('Wie ben je vandaag?');
  await page.waitForFunction(async () => {
    const db = await new Promise((done) => (indexedDB.open('rugdekking').onsuccess = ({ target }) => done(target.result)));
    const count = await new Promise((done) => (db.transaction('visits').objectStore('visits').count().onsuccess = ({ target }) => done(target.result)));
    db.close();
    return count === 0;
  });
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});

/** A tap is shown as waiting with its time, and nothing says that it was confirmed. */
async function isWaiting(what) {
  const card = page.getByRole('status').filter({ hasText: `‘${what}’ wacht` });
  await card.filter({ hasText: /Getikt om \d\d:\d\d\. Nog niet verstuurd\./ }).waitFor();
  assert.equal(await page.getByText(/^Je antwoord is binnen/).count(), 0);
}

/** Answers a visit that asks for a PIN without a connection; what was kept and shown, with every figure made alike. */
async function answerOffline(pin) {
  const visit = await underWay({ expectsTrouble: true });
  await line(false);
  await heading(/^We bellen je om/);
  await press('Alles goed');
  await page.getByLabel('Je pincode').fill(pin);
  await press('Bevestigen');
  await isWaiting('Alles goed');
  const waiting = await looks();
  const record = (await stored()).map((tap) => alike(JSON.stringify(tap)));
  await line(true);
  await page.getByText(/^Je antwoord is binnen/).waitFor();
  await heading('Rugdekking is aan');
  return { visit, waiting, record, arrived: await looks() };
}

// A moment of whole seconds is written without a fraction.
const alike = (text) => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|"key":"\w+"/g, 'id').replace(/\.\d+Z/g, 'Z').replace(/\d/g, '0');
const looks = async () => alike(await page.locator('#app').evaluate((app) => [...app.children].map(({ outerHTML }) => outerHTML).join('')).then((html) => html.replace(/stroke-dasharray="[^"]*"/g, '')));

const stored = (store = 'taps') =>
  page.evaluate(async (name) => {
    const db = await new Promise((done) => (indexedDB.open('rugdekking').onsuccess = ({ target }) => done(target.result)));
    const all = await new Promise((done) => (db.transaction(name).objectStore(name).getAll().onsuccess = ({ target }) => done(target.result)));
    db.close();
    return all;
  }, store);

async function tokenOf(persona) {
  const answer = await request(`${demo.url}/demo/sign-in`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ persona }) });
  return (await answer.json()).token;
}

async function ask(persona, path, body) {
  const headers = { Authorization: `Bearer ${api[persona]}`, 'Content-Type': 'application/json' };
  const answer = await request(`${demo.url}/v1${path}`, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
  return answer.json();
}

const see = (persona, visit) => ask(persona, `/visits/${visit}`);
const end = (visit, persona = 'worker') => ask(persona, `/visits/${visit}/end`, {});
const kinds = async (visit, persona = 'worker') => (await ask(persona, `/visits/${visit}/timeline?limit=100`)).items.map(({ kind }) => kind).reverse();
const visits = async () => (await ask('worker', '/visits?limit=100')).items.length;

async function registered(more = {}) {
  const { now } = await ask('worker', '/me');
  const address = { street: 'Proefstraat', houseNumber: 9, postcode: '7599ZZ', city: 'Voorbeeldstad' };
  const startsAt = new Date(Date.parse(now) + 5 * 60_000).toISOString();
  const form = { kind: 'home-visit', startsAt, expectedMinutes: 15, mobile: '+31612345678', residents: [{ name: 'T. Proefpersoon', address }], background: '', colleagues: [], expectsTrouble: false, knownResident: false };
  return (await ask('worker', '/visits', { ...form, ...more })).id;
}

/** A visit that the service watches, open on the phone. */
async function underWay(more) {
  const visit = await registered(more);
  await ask('worker', `/visits/${visit}/start`, {});
  await page.goto(`${demo.url}/#/bezoeken/${visit}`);
  await heading('Rugdekking is aan');
  return visit;
}

/** The clock of the demo moves on, and the phone hears of it as it hears of everything when its connection is back. */
async function moveClock(seconds) {
  await request(`${demo.url}/demo/skip`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ seconds }) });
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
}

/** The same, and the phone opens the visit anew. */
async function skip(seconds) {
  await moveClock(seconds);
  await page.reload();
  await page.getByRole('timer').waitFor();
}

/** The browser found a connection, and wakes the service worker. */
async function sync() {
  const session = await page.context().newCDPSession(page);
  const found = new Promise((done) => session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations[0] && done(registrations[0])));
  await session.send('ServiceWorker.enable');
  const { registrationId } = await found;
  await session.send('ServiceWorker.dispatchSyncEvent', { origin: demo.url, registrationId, tag: 'rugdekking.outbox', lastChance: false });
}

async function until(holds) {
  for (let tries = 0; tries < 50; tries += 1) {
    if (await holds()) return;
    await page.waitForTimeout(100);
  }
  assert.fail('it did not happen');
}
