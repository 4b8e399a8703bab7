// 'Help' in a real browser: three ways to press it, five seconds to take it back, and no screen that betrays the duress PIN.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';

const PIN = '2580';
const DURESS = '1379';
const ASKED = 'Hulp wordt geroepen';
const SENT = 'Hulp is geroepen';
const ON = 'Rugdekking is aan';

let demo;
let people;
let worker;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  worker = await people.signIn('worker');
});

after(async () => {
  await people?.close();
  await demo?.close();
  assert.deepEqual(people?.complaints, []);
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const help = (page) => page.getByRole('button', { name: /^Hulp/ });
const seconds = (many) => new Promise((done) => setTimeout(done, many * 1000));
/** Calls to a persona's phone so far. */
async function rings(persona) {
  const phones = await (await request(`${demo.url}/sandbox/phones`)).json();
  return phones.find(({ owner }) => owner === people.nameOf(persona))?.calls.length ?? 0;
}

/** Waits until the phone of a persona has rung so often; no more than that. */
async function rung(persona, times) {
  for (let tries = 0; tries < 20 && (await rings(persona)) < times; tries += 1) await seconds(0.1);
  assert.equal(await rings(persona), times);
}

/** A visit of this person that has just begun, opened on the page. */
async function onVisit(page, number = 9) {
  const id = await page.evaluate(async (houseNumber) => {
    const call = async (path, body) => (await request(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
    const me = await (await request('/v1/me')).json();
    const address = { street: 'Proefstraat', houseNumber, houseLetter: null, addition: null, postcode: '7599 ZZ', city: 'Voorbeeldstad' };
    const visit = await call('/v1/visits', {
      kind: 'home-visit', startsAt: new Date(Date.parse(me.now) + 60_000).toISOString(), expectedMinutes: 60, mobile: me.mobile.number,
      colleagues: [], residents: [{ name: 'T. Proefpersoon', address }], background: '', expectsTrouble: false, knownResident: false, checkInTimes: [],
    });
    await call(`/v1/visits/${visit.id}/start`, {});
    return visit.id;
  }, number);
  await page.goto(`${demo.url}/#/bezoeken/${id}`);
  await heading(page, ON);
  return id;
}

async function taps(page) {
  await help(page).scrollIntoViewIfNeeded();
  for (let tap = 0; tap < 3; tap += 1) await help(page).click();
}

/** On the keys of the screen. */
async function keysIn(page, pin) {
  for (const digit of pin) await press(page, digit);
  await press(page, 'Bevestigen');
}

/** The manager closes what is open, so that the next story begins anew. */
async function closed(id) {
  const manager = await people.device({ width: 390, height: 844 });
  await manager.goto(demo.url);
  await manager.getByRole('button', { name: people.nameOf('manager') }).click();
  await manager.waitForURL(/#/);
  await manager.evaluate(async (visit) => {
    const send = (path, body) => request(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    const { alarm } = await (await request(`/v1/visits/${visit}`)).json();
    if (!alarm) return;
    await send(`/v1/alarms/${alarm.id}/acknowledgement`, {});
    await send(`/v1/alarms/${alarm.id}/closure`, { outcome: 'safe', visitEnded: true });
  }, id);
  await manager.context().close();
}

test('who is on no visit calls for help from the list, and can take it back', async () => {
  await isSound(worker, 'lijst-met-hulp');
  await taps(worker);
  await heading(worker, ASKED);
  assert.match(new URL(worker.url()).hash, /bezoeken\/.+/, 'the visit that began with it');
  await keysIn(worker, PIN);
  await heading(worker, ON);
  assert.equal(await rings('manager'), 0);
});

test('three quick taps call for help; the PIN takes it back within five seconds, and nobody is called', async () => {
  await onVisit(worker);
  await taps(worker);
  await heading(worker, ASKED);
  await worker.getByRole('timer').getByText(/[1-5] second/).waitFor();
  assert.ok(await worker.getByLabel('Je pincode').evaluate((field) => field === document.activeElement), 'the focus is on the PIN');
  await keysIn(worker, PIN);
  await heading(worker, ON);
  await worker.getByText(/^Teruggenomen om .* Niemand is gebeld\.$/).waitFor();
  await seconds(6);
  assert.equal(await rings('manager'), 0);
});

test('a wrong PIN is told, and the right one still counts', async () => {
  await taps(worker);
  await heading(worker, ASKED);
  await worker.keyboard.type('1111');
  await worker.keyboard.press('Enter');
  await worker.getByText('Dat is niet goed. Probeer het nog eens.').waitFor();
  await worker.keyboard.type(PIN);
  await worker.keyboard.press('Enter');
  await heading(worker, ON);
});

/** Everything that a phone shows, keeps and sends, without the numbers that time changes. */
async function trace(page, pin) {
  const sent = [];
  const note = (response) => sent.push(`${response.request().method()} ${new URL(response.url()).pathname} ${response.status()}`);
  const still = () =>
    page.evaluate(() => {
      const html = document.documentElement.outerHTML.replace(/(\.\d+)?Z"/g, 'Z"').replace(/\d+/g, '#').replace(/\s(style|value)="[^"]*"/g, '');
      return { title: document.title, html, text: document.body.innerText.replace(/\d+/g, '#'), kept: Object.keys(localStorage).sort(), focus: document.activeElement?.outerHTML.replace(/\d+/g, '#') };
    });
  await taps(page);
  await heading(page, ASKED);
  // The call itself has been answered by now; what follows is what the PIN does.
  await page.waitForTimeout(700);
  page.on('response', note);
  const screens = [await still()];
  await keysIn(page, pin);
  await heading(page, ON);
  await page.waitForTimeout(500);
  screens.push(await still());
  await page.waitForTimeout(6000);
  screens.push(await still());
  page.off('response', note);
  // What is asked at the same moment is answered in any order.
  return { screens, sent: sent.filter((line) => !line.includes('/sandbox')).sort() };
}

test('the duress PIN leaves the same screens as the PIN, and the phones ring at once', async () => {
  const other = await people.signIn('colleague');
  await onVisit(other, 11);
  const withPin = await trace(other, PIN);
  assert.equal(await rings('manager'), 0);
  const forced = await trace(other, DURESS);
  assert.deepEqual(forced, withPin);
  assert.ok((await rings('manager')) > 0 && (await rings('deputy')) > 0, 'the second rung does not wait for the first');
  await other.context().close();
});

test('the screen with the seconds is sound, and says when it is too late', async () => {
  const id = await onVisit(worker, 12);
  // To look at it longer than it lasts: the service says the same, and this phone hears a later moment.
  const stretched = async (route) => {
    const response = await route.fetch();
    const visit = await response.json();
    if (visit.alarm) visit.alarm.undoUntil = new Date(Date.parse(visit.alarm.openedAt) + 3_600_000).toISOString();
    await route.fulfill({ response, json: visit });
  };
  // A request that is under way when this ends has nobody left to answer.
  await worker.route(`**/v1/visits/${id}`, (route) => stretched(route).catch(() => {}));
  await taps(worker);
  await heading(worker, ASKED);
  await isSound(worker, 'hulp-terugnemen');
  await seconds(5);
  await keysIn(worker, PIN);
  await worker.getByText('Er wordt al iemand gebeld. Terugnemen kan niet meer.').waitFor();
  await worker.unrouteAll({ behavior: 'ignoreErrors' });
  await heading(worker, SENT);
  await worker.getByRole('region', { name: 'Wie komt er?' }).getByText(`We bellen ${people.nameOf('manager')}.`).waitFor();
  await worker.getByText(new RegExp(`Dan bellen we ook ${people.nameOf('deputy')}`)).waitFor();
  await isSound(worker, 'hulp-wie-komt-er');
  await closed(id);
});

test('Enter three times calls as well; after five seconds it cannot be taken back', async () => {
  const id = await onVisit(worker, 13);
  const before = await rings('manager');
  await help(worker).focus();
  for (let press = 0; press < 3; press += 1) await worker.keyboard.press('Enter');
  await heading(worker, ASKED);
  await heading(worker, SENT);
  assert.equal(await worker.getByLabel('Je pincode').count(), 0);
  await rung('manager', before + 1);
  await request(`${demo.url}/demo/skip`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ seconds: 300 }) });
  const late = await worker.evaluate(
    async ([visit, pin]) => {
      const response = await request(`/v1/visits/${visit}/alarm/withdrawal`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ pin }) }, 409);
      return (await response.json()).code;
    },
    [id, PIN],
  );
  assert.equal(late, 'help-stays');
  assert.ok((await rings('deputy')) > 0);
  await closed(id);
});

test('pressing again during the seconds calls at once', async () => {
  const id = await onVisit(worker, 14);
  const before = await rings('manager');
  await taps(worker);
  await heading(worker, ASKED);
  await taps(worker);
  await heading(worker, SENT);
  await worker.getByText(`We bellen ${people.nameOf('manager')}.`).waitFor();
  await rung('manager', before + 1);
  await closed(id);
});

test('who texts for help without a visit sees on the list, too, that help was called', async () => {
  const colleague = await people.signIn('colleague');
  const { number } = await colleague.evaluate(async () => (await (await request('/v1/me')).json()).mobile);
  const text = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ body: 'Help, kom snel!' }) };
  await request(`${demo.url}/sandbox/phones/${encodeURIComponent(number)}/texts`, text, 204);
  await colleague.getByRole('heading', { level: 2, name: SENT }).waitFor();
  assert.equal(await colleague.getByText(ON).count(), 0);
  await isSound(colleague);
  await colleague.getByRole('link', { name: 'Open bezoek' }).click();
  await heading(colleague, SENT);
  await closed(new URL(colleague.url()).hash.split('/').pop());
});
