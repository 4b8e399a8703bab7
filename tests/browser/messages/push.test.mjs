// Notifications: switched on in one's own settings, shown by the service worker, answered by their button.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';
import { PushService } from '../support/push-service.mjs';

let demo;
let people;
let service;
let page;
let worker;
let deliver;
let visit;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  service = await PushService.open();
});

after(async () => {
  await people?.close();
  await demo?.close();
  service?.close();
});

const press = (on, name) => on.getByRole('button', { name, exact: true }).click();
const section = (on) => on.getByRole('region', { name: 'Meldingen op deze telefoon' });
const post = async (path, body) => {
  const answer = await request(`${demo.url}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
};
const skip = async (minutes) => assert.equal((await post('/demo/skip', { seconds: minutes * 60 })).status, 200);
/** What the service says to whoever is signed in on the page. */
const ask = (path, method = 'GET', body = undefined) =>
  page.evaluate(
    async ({ path, method, body }) => {
      const answer = await request(`/v1${path}`, { method, body: body && JSON.stringify(body) });
      return answer.json();
    },
    { path, method, body },
  );
const shownNow = () =>
  worker.evaluate(async () => (await self.registration.getNotifications()).map(({ title, body, tag, actions }) => ({ title, body, tag, actions: actions.map(({ title }) => title) })));
const shows = async (body) => {
  for (let tries = 0; tries < 100; tries += 1) {
    const [one, ...more] = await shownNow();
    if (one?.body === body) return assert.deepEqual(more, [], 'a later one takes the place of the earlier') ?? one;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(`shows ${body}; it is ${JSON.stringify(await shownNow())}`);
};
/** A thumb on a button of the notification; a browser hands the same event to the worker. */
const presses = (action) =>
  worker.evaluate(async (action) => {
    const [notification] = await self.registration.getNotifications();
    const event = new NotificationEvent('notificationclick', { notification, action });
    const work = [];
    event.waitUntil = (one) => work.push(one);
    self.dispatchEvent(event);
    await Promise.all(work);
  }, action);

/** No browser in a test reaches its maker's push service: this one subscribes with ours. */
const subscribes = (subscription) => {
  let own = null;
  PushManager.prototype.subscribe = async (options) => {
    globalThis.subscribedWith = options;
    own = { toJSON: () => subscription, expirationTime: null, unsubscribe: async () => ((own = null), true) };
    return own;
  };
  PushManager.prototype.getSubscription = async () => own;
};

async function signIn(persona, prepare) {
  const on = await people.device({ width: 390, height: 844 });
  await prepare(on.context());
  await on.goto(demo.url);
  await on.getByRole('button', { name: people.nameOf(persona) }).click();
  await on.getByRole('heading', { level: 1, name: /^(?!Wie ben je|Aanmelden)./ }).waitFor();
  await on.evaluate(() => navigator.serviceWorker.ready);
  await on.goto(`${demo.url}/#/ik/meldingen`);
  await section(on).waitFor();
  return on;
}

async function devTools() {
  const cdp = await page.context().newCDPSession(page);
  const found = new Promise((done) =>
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations[0] && done(registrations[0].registrationId)),
  );
  await cdp.send('ServiceWorker.enable');
  const registrationId = await found;
  return (data) => cdp.send('ServiceWorker.deliverPushMessage', { origin: demo.url, registrationId, data });
}

test('notifications are switched on in my own settings', async () => {
  page = await signIn('worker', async (context) => {
    await context.grantPermissions(['notifications'], { origin: demo.url });
    await context.addInitScript(subscribes, service.subscription);
  });
  worker = page.context().serviceWorkers()[0];
  await section(page).getByText('Meldingen staan uit.').waitFor();
  await isSound(page, 'meldingen-uit');
  await press(page, 'Zet meldingen aan');
  await section(page).getByText('Meldingen staan aan.').waitFor();
  const [device] = await section(page).getByRole('listitem').allInnerTexts();
  assert.match(device, /Chrome · Linux[^]*dit apparaat[^]*Nog geen melding, toegevoegd \d\d:\d\d/);
  const options = await page.evaluate(() => globalThis.subscribedWith);
  assert.equal(options.userVisibleOnly, true);
  assert.equal(options.applicationServerKey, (await ask('/push/key')).publicKey);
  await isSound(page, 'meldingen-aan');
});

test('at the agreed time the phone gets a message that only it can read, and that names nobody', async () => {
  const address = { street: 'Proefstraat', houseNumber: 9, postcode: '7599 ZZ', city: 'Voorbeeldstad' };
  const { now } = await ask('/me');
  const at = (minutes) => new Date(Date.parse(now) + minutes * 60_000).toISOString();
  visit = await ask('/visits', 'POST', {
    kind: 'home-visit', startsAt: now, expectedMinutes: 60, mobile: '+31612345678', colleagues: [],
    residents: [{ name: 'T. Proefpersoon', address }], background: 'Proef.', expectsTrouble: false, knownResident: false,
    checkInTimes: [at(10), at(30)],
  });
  assert.ok(visit.id, JSON.stringify(visit));
  await skip(10);
  const { shown, ttl, text } = await service.next();
  assert.equal(service.signedBy, (await ask('/push/key')).publicKey, 'signed with the key that it subscribed to');
  assert.ok(ttl > 60 && ttl <= 120, `${ttl} seconds, until the second call`);
  assert.match(shown.body, /^Gaat het goed\? Afspraak van \d\d:\d\d\.$/);
  assert.doesNotMatch(text, /Proef|7599|Bakker|316/);
  assert.equal(text.length, 1024, 'each is as long as any other');
});

test('it is shown with two buttons, and says confirmed only after the service did', async () => {
  const { shown, text } = service.arrived.at(-1);
  deliver = await devTools();
  await deliver(text);
  const question = await shows(shown.body);
  assert.deepEqual({ title: question.title, tag: question.tag, actions: question.actions }, { title: 'Rugdekking', tag: shown.tag, actions: ['Alles goed', 'Open'] });
  assert.equal((await ask(`/visits/${visit.id}`)).checkIns[0].state, 'prompted', 'showing it answers nothing');
  await presses('well');
  const answer = await post('/v1/push/answers', { token: shown.well.token });
  assert.equal(answer.status, 200);
  assert.match(answer.body.message, /^Bevestigd \d\d:\d\d$/);
  assert.deepEqual((await shows(answer.body.message)).actions, []);
  assert.deepEqual((await ask(`/visits/${visit.id}`)).checkIns.map(({ state }) => state).slice(0, 2), ['confirmed', 'scheduled']);
  const { items } = await ask(`/visits/${visit.id}/timeline`);
  const said = items.filter(({ kind }) => kind === 'confirmed');
  assert.equal(said.length, 1, 'the same secret does it once');
  assert.ok(items.some(({ text }) => /^Melding naar .*: getoond op de telefoon$/.test(text)), 'the phone said that it was shown');
  assert.match(said[0].text, /op de melding/);
});

test('what the service does not take is never called confirmed', async () => {
  const known = service.arrived.length;
  await skip(20);
  const { text, shown } = await service.next(known);
  await deliver(text);
  await shows(shown.body);
  await skip(6);
  await presses('well');
  const told = await shows('Niet verstuurd — open de app.');
  assert.deepEqual(told.actions, ['Open']);
  assert.equal((await ask(`/visits/${visit.id}`)).checkIns[1].state, 'missed');
});

test('a visit that asks for the PIN opens at its field', async () => {
  const code = { ...service.arrived.at(-1).shown, tag: 'code', body: 'Met code', opens: `/#/bezoeken/${visit.id}/code` };
  delete code.well.token;
  await deliver(JSON.stringify(code));
  const found = async () => (await shownNow()).find(({ body }) => body === 'Met code');
  for (let tries = 0; tries < 50 && !(await found()); tries += 1) await new Promise((done) => setTimeout(done, 100));
  assert.deepEqual((await found()).actions, ['Alles goed', 'Open']);
  await page.route(`**/v1/visits/${visit.id}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), pinNeeded: true } });
  });
  await page.goto(`${demo.url}${code.opens}`);
  await page.getByLabel('Pincode').waitFor();
  await isSound(page, 'melding-code');
  await page.unroute(`**/v1/visits/${visit.id}`);
});

test('a device that is gone is no longer on the list, and one that I remove neither', async () => {
  await page.goto(`${demo.url}/#/ik/meldingen`);
  await section(page).getByText(/Laatste melding \d\d:\d\d/).waitFor();
  await press(page, 'Verwijder Chrome · Linux');
  await section(page).getByText('Meldingen staan uit.').waitFor();
  assert.deepEqual((await ask('/me/push-subscriptions')).items, []);
  await press(page, 'Zet meldingen aan');
  await section(page).getByText('Meldingen staan aan.').waitFor();
  await press(page, 'English');
  await page.getByText('Notifications are on.').waitFor();
  await isSound(page, 'meldingen-engels');
});

test('signing out takes the device along', async () => {
  await press(page, 'Sign out');
  await page.getByRole('button', { name: people.nameOf('worker') }).waitFor();
  await page.getByRole('button', { name: people.nameOf('worker') }).click();
  // The page to sign in has a heading too.
  await page.getByRole('link', { name: /^(Nieuw bezoek|New visit)$/ }).waitFor();
  assert.deepEqual((await ask('/me/push-subscriptions')).items, []);
  await page.context().close();
});

test('a browser that may not or cannot is told so in words', async () => {
  const denied = await signIn('manager', (context) => context.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'denied' })));
  await section(denied).getByText(/Je browser houdt meldingen tegen/).waitFor();
  assert.equal(await section(denied).getByRole('button').count(), 0, 'no button that does nothing');
  await isSound(denied, 'meldingen-geweigerd');
  await denied.context().close();
  const iphone = await signIn('manager', (context) => context.addInitScript(() => Object.defineProperty(navigator, 'userAgent', { get: () => 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Safari/604.1' })));
  await section(iphone).getByText(/op je beginscherm/).waitFor();
  await isSound(iphone, 'meldingen-iphone');
  await iphone.context().close();
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
