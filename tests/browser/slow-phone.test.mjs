// The worker's app on a slow phone with bad reception: how long until a thumb can do something.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { People } from './browser.mjs';
import { startDemo } from './demo.mjs';

/** 400 kbit/s with 400 ms there and back, on a processor four times slower than this one. */
const RECEPTION = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const MOST_COLD_MS = 5000;
const MOST_WARM_MS = 1000;

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

async function slow(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', RECEPTION);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}

/** From asking for the page until its main button is there and the phone has nothing else to do. */
async function untilUsable(page, open) {
  const began = Date.now();
  await open();
  await page.getByRole('link', { name: 'Nieuw bezoek' }).waitFor();
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
  return Date.now() - began;
}

test('a worker can do something within 5 s, and within 1 s the next time', async (t) => {
  const page = await people.signIn('worker');
  const kept = await page.context().storageState();
  await page.context().close();
  const fresh = await people.device({ width: 360, height: 780 });
  await fresh.context().addCookies(kept.cookies);
  await slow(fresh);
  const cold = await untilUsable(fresh, () => fresh.goto(demo.url, { waitUntil: 'commit' }));
  await fresh.evaluate(() => navigator.serviceWorker.ready);
  await fresh.waitForTimeout(6000);
  const warm = await untilUsable(fresh, () => fresh.reload({ waitUntil: 'commit' }));
  t.diagnostic(`usable after ${cold} ms cold, ${warm} ms warm`);
  assert.ok(cold < MOST_COLD_MS, `cold: ${cold} ms`);
  assert.ok(warm < MOST_WARM_MS, `warm: ${warm} ms`);
  await fresh.context().close();
});
