// Typing where one goes: addresses are offered as one tap, and nobody waits for them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startRegister } from '../support/address-register.mjs';
import { isSound, People } from '../support/browser.mjs';
import { startDemo } from '../support/demo.mjs';
import { begin, send, toRisk, toSend, toWhen } from '../support/registering.mjs';
import { Town } from '../support/town.mjs';

let register;
let demo;
let people;
let worker;

before(async () => {
  register = await startRegister();
  demo = await startDemo({ RUGDEKKING_ADDRESSES_ENABLED: 'true', RUGDEKKING_ADDRESSES_URL: register.url });
  people = await People.open(demo.url);
  worker = await people.signIn('worker');
  await begin(worker);
});

after(async () => {
  await people?.close();
  await demo?.close();
  register?.close();
});

const offered = () => worker.getByRole('list', { name: 'Bedoel je dit adres?' }).getByRole('button');
const value = (label) => worker.getByLabel(label).inputValue();
const focused = () => worker.evaluate(() => document.activeElement?.id ?? '');

test('a postcode and a number are enough: the rest is one tap, large enough for a thumb', async () => {
  await worker.getByLabel('Postcode').pressSequentially('1056KN');
  await worker.getByLabel('Huisnummer').pressSequentially('58');
  await offered().first().waitFor();
  assert.equal(await offered().count(), 2);
  for (const one of await offered().all()) assert.ok((await one.boundingBox()).height >= 48, 'a thumb finds it');
  await worker.getByText('2 adressen gevonden.').waitFor({ state: 'attached' });
  await isSound(worker, 'nieuw-bezoek-adressen');
  await offered().filter({ hasText: '58-1' }).click();
  assert.deepEqual([await value('Straat'), await value('Huisnummer'), await value('Plaats'), await value('Postcode')], ['Geuzenkade', '58-1', 'Amsterdam', '1056 KN']);
  assert.equal(await offered().count(), 0);
  assert.match(await focused(), /name/, 'the next thing to type');
});

test('what was chosen is registered with its ids, and what is typed over it without', async () => {
  await worker.getByLabel('Naam').first().fill('T. Proefpersoon');
  await toWhen(worker);
  await toRisk(worker);
  await toSend(worker);
  await send(worker);
  await worker.getByRole('heading', { level: 1 }).waitFor();
  await worker.waitForURL(/#\/bezoeken\/[0-9a-f-]{36}/);
  const id = worker.url().split('/').pop();
  const visit = await new Town(demo.url).ask('worker', 'GET', `/visits/${id}`);
  const { bagId, addressableObjectId, districtCode, neighbourhoodCode } = visit.residents[0].address;
  assert.deepEqual([bagId, addressableObjectId, districtCode, neighbourhoodCode], ['0363200000107724', '0363010000645435', 'WK036340', 'BU03634000']);
});

test('it works without a mouse, and what is offered goes away when it is not wanted', async () => {
  await worker.goto(`${demo.url}/#/bezoeken/nieuw`);
  await worker.getByLabel('Straat').pressSequentially('Voorbeeldw');
  await worker.keyboard.press('Tab');
  await worker.keyboard.type('Voorbeeldst');
  await offered().first().waitFor();
  await worker.keyboard.press('Escape');
  assert.equal(await offered().count(), 0);
  await worker.keyboard.type('ad');
  await offered().first().waitFor();
  await worker.keyboard.press('Tab');
  await worker.keyboard.press('Enter');
  assert.deepEqual([await value('Huisnummer'), await value('Postcode')], ['51', '7599 ZX']);
  await worker.getByLabel('Huisnummer').fill('52');
  const kept = await worker.evaluate(() => JSON.parse(localStorage.getItem('rugdekking.draft')));
  assert.ok(!JSON.stringify(kept).includes('9999200000000051'), 'another number is another address');
});

for (const mood of ['away', 'hangs', 'odd']) {
  test(`a register that ${mood} is told calmly, and one types on`, async () => {
    await register.is(mood);
    await worker.goto(`${demo.url}/#/bezoeken/nieuw`);
    await worker.getByLabel('Straat').fill(`Kerkstraat ${mood}`);
    await worker.getByText('We kunnen nu geen adressen voor je zoeken. Typ het adres zelf.').waitFor();
    assert.equal(await offered().count(), 0);
    await isSound(worker, `nieuw-bezoek-zonder-register-${mood}`);
    await worker.getByLabel('Postcode').fill('7599 ZZ');
    await worker.getByLabel('Huisnummer').fill('9');
    await worker.getByLabel('Plaats').fill('Voorbeeldstad');
    await worker.getByLabel('Naam').first().fill('T. Proefpersoon');
    await toWhen(worker);
    await worker.goBack();
  });
}

test('without a connection one types on', async () => {
  await worker.context().setOffline(true);
  await worker.getByLabel('Straat').fill('Dorpsstraat');
  await toWhen(worker);
  await worker.context().setOffline(false);
  assert.ok((await register.asked()).every(({ query }) => query.every(([, text]) => !/Proefpersoon|Bakker/.test(text))), 'nobody is named');
});
