// The app on the phone itself: it can be installed, and it opens without a connection.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';

let demo;
let people;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
});

after(async () => {
  await people?.close();
  await demo?.close();
});

test('a phone finds what it needs to install the app', async () => {
  const manifest = await (await request(`${demo.url}/manifest.webmanifest`)).json();
  assert.equal(manifest.display, 'standalone');
  assert.ok(manifest.icons.some(({ sizes }) => sizes === '192x192') && manifest.icons.some(({ sizes }) => sizes === '512x512'));
  for (const { src, type } of manifest.icons) {
    const icon = await request(new URL(src, demo.url));
    assert.equal(icon.headers.get('content-type'), type, src);
  }
});

test('the app opens without a connection', async () => {
  const page = await people.device({ width: 390, height: 844 });
  await page.goto(demo.url);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.context().setOffline(true);
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.context().close();
});

test('nothing about people or visits is kept by the service worker', async () => {
  const page = await people.signIn('manager');
  await page.evaluate(() => navigator.serviceWorker.ready);
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  assert.ok(kept.length > 5, 'the app itself is kept');
  assert.deepEqual(kept.filter((path) => /^\/(v1|demo|sandbox|sign-in|l)\b/.test(path)), []);
  await page.context().close();
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
