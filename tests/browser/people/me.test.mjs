// My own settings in a real browser: ring me now, a new number, two PINs, the app on the phone, and what is known.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';

let demo;
let people;
let page;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  page = await people.signIn('worker');
});

after(async () => {
  await people?.close();
  await demo?.close();
  assert.deepEqual(people?.complaints, []);
});

const heading = (name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (name) => page.getByRole('button', { name, exact: true }).click();
const open = async (link, title = link) => {
  await page.goto(`${demo.url}/#/ik`);
  await page.getByRole('link', { name: link }).click();
  await heading(title);
};
const phone = async (number) => (await (await request(`${demo.url}/sandbox/phones`)).json()).find((one) => one.number === number);
const me = () => page.evaluate(async () => (await request('/v1/me')).json());
/** Waits until something of the sandbox is so. */
async function until(look) {
  for (let tries = 0; tries < 50; tries += 1) {
    const found = await look();
    if (found) return found;
    await page.waitForTimeout(100);
  }
  return assert.fail(`never came: ${look}`);
}

test('the list says in a second how everything stands', async () => {
  await page.goto(`${demo.url}/#/ik`);
  await heading(people.nameOf('worker'));
  await page.getByRole('link', { name: /Mijn nummer .*gecontroleerd/ }).waitFor();
  await page.getByRole('link', { name: /Mijn pincodes Kies nieuwe/ }).waitFor();
  await isSound(page, 'ik');
});

test('ring me now: the phone rings, and the page says so and that it was answered', async () => {
  const { mobile } = await me();
  await open(/Test of we je bereiken/, 'Test of we je bereiken');
  await press('Bel mij nu');
  await page.getByText(/^Je telefoon gaat over sinds \d\d:\d\d:\d\d\. Neem op\.$/).waitFor();
  const call = await until(async () => (await phone(mobile.number))?.calls.find(({ state }) => state === 'ringing'));
  const answered = await request(`${demo.url}/sandbox/phones/${encodeURIComponent(mobile.number)}/calls/${call.id}/answer`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
  assert.match((await answered.json()).said.join(), /Dit is een test van Rugdekking/);
  await page.getByText(/^Gebeld om \d\d:\d\d:\d\d, opgenomen om \d\d:\d\d:\d\d\.$/).waitFor();
});

test('a text and a mail arrive; the fourth in a row is refused with what to do', async () => {
  const { mobile, email } = await me();
  await press('Sms mij nu');
  await page.getByText(/^Overgedragen om .*, afgeleverd om \d\d:\d\d:\d\d\.$/).waitFor();
  assert.ok((await phone(mobile.number)).texts.some(({ body }) => body.startsWith('Test van Rugdekking')));
  await press('Mail mij nu');
  await until(async () => (await phone(email))?.texts.some(({ body }) => body.startsWith('Test van Rugdekking')));
  for (let more = 0; more < 3; more += 1) {
    await press('Sms mij nu');
    await page.waitForTimeout(300);
  }
  await page.getByText('Je hebt dit net drie keer getest. Wacht tien minuten.').waitFor();
  assert.equal((await phone(mobile.number)).texts.filter(({ body }) => body.startsWith('Test van Rugdekking')).length, 3);
  await isSound(page, 'ik-test');
});

test('a call that goes to the voicemail says what to do', async () => {
  const { mobile } = await me();
  await press('Bel mij nu');
  const call = await until(async () => (await phone(mobile.number))?.calls.find(({ state }) => state === 'ringing'));
  await request(`${demo.url}/sandbox/phones/${encodeURIComponent(mobile.number)}/calls/${call.id}/voicemail`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
  await page.getByText(/^Niet opgenomen, of de voicemail nam op\./).waitFor();
});

test('a new number is given, and counts once its code came back', async () => {
  const fresh = '+31612349876';
  await open(/Mijn nummer/, 'Mijn nummer');
  await isSound(page, 'ik-nummer');
  await page.getByLabel('Je mobiele nummer').fill('12');
  await press('Stuur me een code');
  await page.getByRole('region', { name: 'Dit klopt nog niet' }).waitFor();
  await page.getByLabel('Je mobiele nummer').fill('06 12349876');
  await press('Stuur me een code');
  const field = page.getByLabel('Code uit de sms');
  await field.waitFor();
  assert.ok(await field.evaluate((one) => one === document.activeElement), 'the focus is on the code');
  assert.notEqual((await me()).mobile.number, fresh, 'until then the old number stays');
  const text = await until(async () => (await phone(fresh))?.texts.at(-1)?.body);
  await isSound(page, 'ik-code');
  await field.fill(/\d{6}/.exec(text)[0]);
  await press('Controleer');
  await page.getByText('Je nummer is gecontroleerd.').waitFor();
  assert.equal((await me()).mobile.number, fresh);
});

test('two PINs are chosen one at a time, each given twice', async () => {
  await open(/Mijn pincodes/, 'Mijn pincodes');
  await isSound(page, 'ik-pin');
  await press('Kies andere pincodes');
  const give = async (title, code) => {
    await page.getByLabel(title, { exact: true }).waitFor();
    for (const digit of code) await press(digit);
    await press('Bevestigen');
  };
  await give('Kies je pincode', '3456');
  await page.getByText('Dit is te makkelijk te raden. Kies een andere.').waitFor();
  await isSound(page, 'ik-pin-kiezen');
  await give('Kies je pincode', '8024');
  await give('Nog een keer je pincode', '8025');
  await page.getByText('Dit is niet hetzelfde. Kies opnieuw.').waitFor();
  await give('Kies je pincode', '8024');
  await give('Nog een keer je pincode', '8024');
  await give('Kies je pincode onder dwang', '8024');
  await page.getByText('Dit is je gewone pincode. Kies een andere.').waitFor();
  await give('Kies je pincode onder dwang', '7913');
  await give('Nog een keer je pincode onder dwang', '7913');
  await page.getByText('Je pincodes zijn bewaard.').waitFor();
});

test('the app on the phone: by the button of the browser, else step by step', async () => {
  await open(/De app op je telefoon/, 'De app op je telefoon');
  await page.getByRole('heading', { name: 'iPhone en iPad' }).waitFor();
  assert.ok((await page.getByRole('region', { name: 'Android' }).getByRole('listitem').count()) >= 4);
  await isSound(page, 'ik-installeren');
  // As a browser does that can install: it offers, and waits until somebody presses.
  await page.evaluate(() => {
    const offer = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), { prompt: async () => ({ outcome: 'accepted' }) });
    dispatchEvent(offer);
  });
  await press('Zet de app op deze telefoon');
  await page.getByText('De app staat op je telefoon.').waitFor();
});

test('what the service knows of me, and for how long', async () => {
  await open(/Wat we van je weten/, 'Wat we van je weten');
  const { email } = await me();
  await page.getByText(email).waitFor();
  await page.getByText(/We volgen je nooit/).waitFor();
  await page.getByText(/nog geen vaste termijn/).waitFor();
  await isSound(page, 'ik-gegevens');
  await page.getByRole('link', { name: 'Terug naar Ik' }).click();
  await heading(people.nameOf('worker'));
});
