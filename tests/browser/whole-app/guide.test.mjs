// The guide in a real browser: two taps from a running visit, found by its words, and there without a connection.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';

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
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const tap = (page, name) => page.getByRole('link', { name }).first().click();
const dials = (page) => page.locator('main a[href^="tel:"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
const search = async (page, words) => {
  await page.getByRole('search').getByRole('searchbox').fill(words);
  return page.getByRole('search').getByRole('status').innerText();
};

test('somebody who is not signed in finds the guide in the menu', async () => {
  const page = await people.device({ width: 390, height: 844 });
  await page.goto(demo.url);
  await tap(page, 'Gids');
  await heading(page, 'Gids');
  assert.equal(await page.getByRole('link', { name: /Bel 112/ }).first().getAttribute('href'), 'tel:112');
  await isSound(page, 'gids');
  await page.context().close();
});

for (const [letter, title] of [
  ['c', /^C\. Het is op jou gericht/],
  ['d', /^D\. Iemand dreigt/],
  ['e', /^E\. Iemand wil zichzelf/],
]) {
  test(`behaviour ${letter.toUpperCase()} has a page that anybody can read and use`, async () => {
    await worker.goto(`${demo.url}/#/gids/${letter}`);
    await heading(worker, title);
    await worker.getByRole('heading', { name: 'Zeg dit', exact: true }).waitFor();
    await worker.getByRole('heading', { name: 'Zeg dit niet' }).waitFor();
    await isSound(worker, `gids-${letter}`);
  });
}

test('danger comes first: what to do now, and numbers that dial', async () => {
  await worker.goto(`${demo.url}/#/gids/e`);
  await heading(worker, /^E\./);
  assert.equal(await worker.locator('main h2').first().innerText(), 'Eerst dit');
  assert.deepEqual(await dials(worker), ['tel:112', 'tel:113', 'tel:08000113', 'tel:08001205']);
  await worker.goto(`${demo.url}/#/gids/d`);
  await heading(worker, /^D\./);
  assert.equal(await worker.locator('main h2').first().innerText(), 'Eerst dit');
  assert.deepEqual(await dials(worker), ['tel:112', 'tel:09008844']);
});

test('ending a talk has four cases', async () => {
  await tap(worker, /^Zo stop je het gesprek/);
  await heading(worker, 'Zo stop je het gesprek');
  assert.equal(await worker.locator('main h2').filter({ hasText: /geweld|wapen|later|telefoon/ }).count(), 4);
  await isSound(worker, 'gids-gesprek-stoppen');
});

test('a search finds sentences whatever the accents, says how many, and leads to the page', async () => {
  await worker.goto(`${demo.url}/#/gids`);
  await heading(worker, 'Gids');
  assert.match(await search(worker, 'WÁPEN'), /^\d+ zinnen gevonden$/);
  assert.equal((await worker.locator('main mark').first().innerText()).toLowerCase(), 'wapen');
  await isSound(worker, 'gids-zoeken');
  assert.equal(await search(worker, 'xyzzy'), 'Niets gevonden. Probeer een ander woord.');
  await search(worker, 'een keer uitzondering');
  await worker.getByRole('link', { name: /één keer een uitzondering/ }).click();
  await heading(worker, /^A\./);
});

test('the municipality’s own number is among those to call', async () => {
  await worker.goto(`${demo.url}/#/gids`);
  await worker.getByRole('link', { name: /Bel Gemeente Voorbeeld/ }).waitFor();
  assert.ok((await dials(worker)).includes('tel:+31534818181'));
});

test('from a running visit it is two taps to what to do, and one tap back', async () => {
  const id = await startVisit(worker);
  await worker.goto(`${demo.url}/#/bezoeken/${id}`);
  await heading(worker, 'Rugdekking is aan');
  assert.doesNotMatch(await worker.locator('body').innerText(), /agressi|gedrag|dreig|geweld|risico/i, 'the resident may look along');
  await tap(worker, 'Gids');
  await tap(worker, /^D Iemand dreigt/);
  await heading(worker, /^D\./);
  const back = worker.getByRole('link', { name: /Rugdekking is aan.*Check om/s });
  await back.waitFor();
  await isSound(worker, 'gids-onderweg');
  assert.match(await worker.title(), /^Gids/, 'the tab does not tell what is read');
  await worker.context().setOffline(true);
  await worker.getByRole('link', { name: /Geen verbinding.*Terug naar je bezoek/s }).waitFor({ timeout: 40_000 });
  await worker.context().setOffline(false);
  await back.click({ timeout: 40_000 });
  await heading(worker, 'Rugdekking is aan');
});

test('from an alarm, too', async () => {
  await worker.evaluate(async () => {
    const { items } = await (await request('/v1/visits?scope=mine&status=under-way')).json();
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() };
    await request(`/v1/visits/${items[0].id}/alarm`, { method: 'POST', headers, body: '{}' });
  });
  const manager = await people.signIn('manager');
  const id = await manager.evaluate(async () => (await (await request('/v1/alarms?state=open')).json()).items[0].id);
  await manager.goto(`${demo.url}/#/alarmen/${id}`);
  await heading(manager, /roept om hulp/);
  await tap(manager, 'Gids');
  await tap(manager, /^E Iemand wil/);
  await heading(manager, /^E\./);
  await manager.context().close();
});

test('without a connection everything is still there', async () => {
  const page = await people.device({ width: 390, height: 844 });
  await page.goto(demo.url);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.context().setOffline(true);
  await page.reload();
  await tap(page, 'Gids');
  await heading(page, 'Gids');
  assert.match(await search(page, 'zelfmoord'), /gevonden$/);
  await page.getByRole('link', { name: /^E\. / }).first().click();
  await heading(page, /^E\./);
  assert.ok((await dials(page)).includes('tel:113'));
  await page.context().close();
});

test('it speaks English', async () => {
  const page = await people.device({ width: 390, height: 844 });
  await page.goto(`${demo.url}/#/gids`);
  await page.getByRole('button', { name: 'English', exact: true }).click();
  await heading(page, 'Guide');
  assert.match(await search(page, 'weapon'), /sentences found$/);
  await page.getByRole('link', { name: /^D\. Somebody threatens/ }).first().click();
  await page.getByRole('heading', { name: 'Do not say this' }).waitFor();
  await page.context().close();
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED')), []);
});

/** A visit that is under way, registered by the worker's own app. */
function startVisit(page) {
  return page.evaluate(async () => {
    const post = async (path, body) => {
      const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() };
      return (await request(`/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
    };
    const me = await (await request('/v1/me')).json();
    const address = { street: 'Proefstraat', houseNumber: 9, postcode: '7599 ZZ', city: 'Voorbeeldstad' };
    const visit = await post('/visits', {
      kind: 'home-visit',
      startsAt: me.now,
      expectedMinutes: 60,
      mobile: me.mobile.number,
      colleagues: [],
      residents: [{ name: 'T. Proefpersoon', address }],
      background: '',
      expectsTrouble: false,
      knownResident: false,
    });
    await post(`/visits/${visit.id}/start`, {});
    return visit.id;
  });
}
