// What Lighthouse thinks of the first pages that people see, on its emulated phone.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';
import { executable, FLAGS } from '../support/browser.mjs';
import { freePort, startDemo } from '../support/demo.mjs';

/** A busy machine makes a page slower, never faster: the best of some runs says what the page can do. */
const RUNS = 6;
/** Out of a hundred. */
const LEAST = { performance: 95, accessibility: 100, 'best-practices': 100 };

let demo;
let port;
let profile;
let browser;

before(async () => {
  demo = await startDemo();
  port = await freePort();
  profile = mkdtempSync(join(tmpdir(), 'rugdekking-lighthouse-'));
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: executable(),
    args: [...FLAGS, `--remote-debugging-port=${port}`],
    locale: 'nl-NL',
  });
});

after(async () => {
  await browser?.close();
  await demo?.close();
  if (profile) rmSync(profile, { recursive: true, force: true });
});

async function measure(path) {
  const { lhr } = await lighthouse(`${demo.url}/${path}`, {
    port,
    onlyCategories: Object.keys(LEAST),
    disableStorageReset: true,
    logLevel: 'error',
  });
  assert.equal(lhr.runtimeError, undefined);
  const scores = Object.fromEntries(Object.entries(lhr.categories).map(([name, { score }]) => [name, Math.round(score * 100)]));
  const flaws = Object.values(lhr.audits)
    .filter(({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== 'informative')
    .map(({ id, displayValue }) => `${id} ${displayValue ?? ''}`);
  return { scores, flaws, short: Object.keys(LEAST).filter((name) => scores[name] < LEAST[name]) };
}

async function isGood(path, t) {
  let found;
  for (let run = 0; run < RUNS; run += 1) {
    found = await measure(path);
    t.diagnostic(JSON.stringify(found.scores));
    // Only the speed depends on the machine.
    if (found.short.every((name) => name !== 'performance') || found.short.length > 1) break;
  }
  assert.deepEqual(found.short, [], `${JSON.stringify(found.scores)}: ${found.flaws.join('; ')}`);
}

test('the page to sign in', async (t) => {
  await isGood('', t);
});

test("the worker's first page", async (t) => {
  const page = await browser.newPage();
  await page.goto(demo.url);
  await page.getByRole('button', { name: 'Jan Bakker' }).click();
  await page.getByRole('heading', { level: 1, name: 'Mijn bezoeken' }).waitFor();
  await page.close();
  await isGood('', t);
});
