// The worker's app on a slow phone with bad reception: how long until a thumb can do something.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { People } from '../support/browser.mjs';
import { startDemo } from '../support/demo.mjs';

/** 400 kbit/s with 400 ms there and back, on a processor four times slower than this one. */
const RECEPTION = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const MOST_COLD_MS = 5000;
const MOST_WARM_MS = 1000;
/** Another program on this machine makes the phone slower than it is, never faster: the best of some tries counts. */
const TRIES = 4;

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

async function measure(cookies) {
  const fresh = await people.device({ width: 360, height: 780 });
  await fresh.context().addCookies(cookies);
  await slow(fresh);
  const cold = await untilUsable(fresh, () => fresh.goto(demo.url, { waitUntil: 'commit' }));
  await fresh.evaluate(() => navigator.serviceWorker.ready);
  await fresh.waitForTimeout(6000);
  const warm = await untilUsable(fresh, () => fresh.reload({ waitUntil: 'commit' }));
  await fresh.context().close();
  return { cold, warm };
}

test('a worker can do something within 5 s, and within 1 s the next time', async (t) => {
  const page = await people.signIn('worker');
  const { cookies } = await page.context().storageState();
  await page.context().close();
  const best = { cold: Infinity, warm: Infinity };
  for (let n = 0; n < TRIES && (best.cold >= MOST_COLD_MS || best.warm >= MOST_WARM_MS); n += 1) {
    const { cold, warm } = await measure(cookies);
    t.diagnostic(`usable after ${cold} ms cold, ${warm} ms warm`);
    best.cold = Math.min(best.cold, cold);
    best.warm = Math.min(best.warm, warm);
  }
  assert.ok(best.cold < MOST_COLD_MS, `cold: ${best.cold} ms`);
  assert.ok(best.warm < MOST_WARM_MS, `warm: ${best.warm} ms`);
});
