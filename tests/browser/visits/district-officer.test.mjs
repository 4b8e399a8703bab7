// The district officer's link in a real browser: the least that helps, without an account and without scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';

let demo;
let people;
let worker;
let visit;
let page;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  worker = await people.signIn('worker');
  visit = await registerAndTell();
  page = await people.device({ width: 390, height: 844 });
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (name) => page.getByRole('heading', { level: 1, name }).waitFor();

test('the text holds a link, and neither a name nor an address', async () => {
  const text = await textToOfficer();
  assert.match(text, /De gemeente verwacht een lastig bezoek/);
  assert.doesNotMatch(text, /Proefpersoon|Proefstraat/);
  await page.goto(linkIn(text));
  await heading('De gemeente verwacht een lastig bezoek');
});

test('the page says when, where and whom to call, never who lives there or why', async () => {
  const said = await page.locator('main').innerText();
  assert.match(said, /(Vandaag|Morgen), \d\d:\d\d–\d\d:\d\d/);
  assert.match(said, /Proefstraat 9/);
  assert.match(said, /Gemeente Voorbeeld/);
  assert.doesNotMatch(said, /Proefpersoon|dreigde|scheld/);
  assert.equal(await page.getByRole('link', { name: /Bel de gemeente/ }).getAttribute('href'), 'tel:+31534818181');
  assert.equal(await page.locator('script').count(), 0);
  assert.equal(await page.locator('meta[name=robots]').getAttribute('content'), 'noindex');
  await isSound(page, 'wijkagent');
});

test('it reads in English as well', async () => {
  await page.getByRole('link', { name: 'English' }).click();
  await heading('The municipality expects a difficult visit');
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await isSound(page, 'wijkagent-engels');
  await page.getByRole('link', { name: 'Nederlands' }).click();
  await heading('De gemeente verwacht een lastig bezoek');
});

test('pressing seen tells the municipality, once', async () => {
  await page.getByRole('button', { name: 'Gezien' }).click();
  await page.getByText(/Gezien om \d\d:\d\d/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Gezien' }).count(), 0);
  await isSound(page, 'wijkagent-gezien');
  const seen = await worker.evaluate(async (id) => (await (await request(`/v1/visits/${id}`)).json()).districtOfficer.seenAt, visit);
  assert.ok(seen, 'the worker’s side knows');
});

test('when the visit does not take place, nothing of it is left on the page', async () => {
  await worker.evaluate(async (id) => {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() };
    await request(`/v1/visits/${id}/cancellation`, { method: 'POST', headers, body: '{}' });
  }, visit);
  await page.reload();
  await heading('Het bezoek gaat niet door');
  assert.doesNotMatch(await page.locator('main').innerText(), /Proefstraat/);
  await isSound(page, 'wijkagent-voorbij');
});

test('a link that works no longer says so, and whom to call', async () => {
  const [link] = people.complaints.splice(0);
  assert.equal(link, undefined, 'nothing was wrong until here');
  const answer = await page.goto(`${demo.url}/n/dit-is-geen-link`);
  assert.equal(answer.status(), 410);
  await heading('Deze link werkt niet meer.');
  await page.getByRole('link', { name: /Bel de gemeente/ }).waitFor();
  await isSound(page, 'wijkagent-verlopen');
  assert.match(people.complaints.splice(0, 1)[0], /^410 /);
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});

/** A risky visit of which the demo's officer is told. */
function registerAndTell() {
  return worker.evaluate(async () => {
    const get = async (path) => (await request(`/v1${path}`)).json();
    const me = await get('/me');
    const officer = (await get('/district-officers')).items[0];
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() };
    const address = { street: 'Proefstraat', houseNumber: 9, postcode: '7599 ZZ', city: 'Voorbeeldstad' };
    const body = {
      kind: 'home-visit',
      startsAt: new Date(Date.parse(me.now) + 60_000).toISOString(),
      expectedMinutes: 30,
      mobile: me.mobile.number,
      colleagues: [{ name: 'Sanne Vos', mobile: '+31687654321' }],
      residents: [{ name: 'T. Proefpersoon', address }],
      background: 'dreigde eerder',
      expectsTrouble: true,
      knownResident: false,
      districtOfficer: { officerId: officer.id },
    };
    const answer = await request('/v1/visits', { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()).id;
  });
}

/** What arrived on the officer's phone in the demo. */
async function textToOfficer() {
  for (let tries = 0; tries < 50; tries += 1) {
    const phones = await (await request(`${demo.url}/sandbox/phones`)).json();
    const found = phones.flatMap(({ texts }) => texts).find(({ body }) => body.includes('lastig bezoek'));
    if (found) return found.body;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('the officer was not told');
}

function linkIn(text) {
  return /https?:\/\/\S+/.exec(text)[0];
}
