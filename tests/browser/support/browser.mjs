// A Chromium with people in it: each signs in on a device of their own, and every page is held to the same rules.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { request } from './demo.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = resolve(import.meta.dirname, '../../../docs/screens');
export const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export function executable() {
  const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const found = places.find((place) => place && existsSync(place));
  assert.ok(found, 'Chromium is missing. Debian and Ubuntu: apt-get install chromium');
  return found;
}

export class People {
  static async open(url) {
    const people = new People();
    people.url = url;
    people.complaints = [];
    people.browser = await chromium.launch({ executablePath: executable(), args: FLAGS });
    people.personas = (await (await request(`${url}/demo`)).json()).personas;
    return people;
  }

  /** Somebody with a device of their own, signed in by pressing their name. */
  async signIn(persona, viewport = { width: 390, height: 844 }) {
    const page = await this.device(viewport);
    await page.goto(this.url);
    await page.getByRole('button', { name: this.nameOf(persona) }).click();
    // A manager may find an alarm at once.
    await page.getByRole('heading', { level: 1, name: /^(?!Wie ben je|Aanmelden)./ }).waitFor();
    return page;
  }

  nameOf(persona) {
    const found = this.personas.find((one) => one.persona === persona);
    assert.ok(found, `the demo has a ${persona}`);
    return found.name;
  }

  async device(viewport) {
    const context = await this.browser.newContext({ viewport, locale: 'nl-NL', timezoneId: 'Europe/Amsterdam' });
    await context.addInitScript({ content: `globalThis.request = ${request};` });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => this.complaints.push(`error: ${error}`));
    page.on('console', (message) => this.hear(message));
    // A refused action is part of a story; a page that asks for what is not there is a fault.
    page.on('response', (response) => {
      // Who signs out leaves behind what was being asked: 401 is no fault of a page.
      if (response.status() >= 400 && response.status() !== 401 && response.request().method() === 'GET') this.complaints.push(`${response.status()} ${response.url()}`);
    });
    return page;
  }

  /** The console stays clean; what the browser itself says of requests is told by the responses. */
  hear(message) {
    const text = message.text();
    if (['error', 'warning'].includes(message.type()) && !text.startsWith('Failed to load resource')) this.complaints.push(text);
  }

  async close() {
    await this.browser.close();
  }
}

/** The pictures of the documentation, each at the width at which it is mostly seen; `SCREENS=1 npm test` makes them anew. */
const SHOWN = { 'vandaag-leeg': 390, 'nieuw-bezoek-2': 390, 'rugdekking-aan': 390, 'hulp-geroepen': 390, alarm: 390, bord: 1280, register: 1280, voorval: 390, werk: 1280 };
export const SIZES = [
  { width: 360, height: 780 },
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
export const SCHEMES = ['light', 'dark'];
/** What another size, colour or language can break; the rest of the rules is looked at once. */
const BY_LOOK = ['color-contrast', 'scrollable-region-focusable', 'html-has-lang', 'link-in-text-block', 'aria-hidden-focus'];

/** No fault against WCAG, on a phone and on a screen, in light and dark, in Dutch and English; and it fits. */
export async function isSound(page, name) {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  const before = page.viewportSize();
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await hasNoFaults(page, name);
  await looksGood(page, `${name}`, true);
  const other = page.getByRole('button', { name: 'English', exact: true });
  if (await other.count()) {
    await other.click();
    await looksGood(page, `${name} in English`);
    await page.getByRole('button', { name: 'Nederlands', exact: true }).click();
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize(before);
}

async function looksGood(page, name, keep = false) {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await hasNoFaults(page, `${name}, ${size.width} px, ${colorScheme}`, BY_LOOK);
      const wanted = process.env.SCREENS === 'all' || (process.env.SCREENS && SHOWN[name] === size.width);
      if (keep && wanted) await picture(page, `${name}-${size.width}-${colorScheme === 'light' ? 'licht' : 'donker'}`);
    }
    await fits(page, `${name}, ${size.width} px`, size.width);
  }
}

async function hasNoFaults(page, name, only) {
  // Only a page that is looked at needs it: read on every page load, it costs more than what it does.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  const faults = await page.evaluate(async (rules) => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'], ...(rules && { runOnly: rules, preload: false }) });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  }, only);
  assert.deepEqual(faults, [], name);
}

/** Nothing to scroll sideways, not with text of twice the size either; targets of 48 px. */
async function fits(page, name, width) {
  const wide = () => page.evaluate(sticksOut, width);
  assert.deepEqual(await wide(), [], `${name}: fits`);
  assert.deepEqual(await page.evaluate(smallTargets), [], `${name}: targets of 48 px`);
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  assert.deepEqual(await wide(), [], `${name}: fits with text of 200 %`);
  await page.evaluate(() => (document.documentElement.style.fontSize = ''));
}

/** What makes the page wider than the screen; nothing when there is nothing to scroll. */
function sticksOut(width) {
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > width + 0.5);
  return wide.slice(-3).map((one) => one.outerHTML.slice(0, 120));
}

function smallTargets() {
  return [...document.querySelectorAll('a, button, input, select, textarea')]
    .filter((one) => one.checkVisibility() && !one.closest('.bubble, .nl-skip-link'))
    .map((one) => ({ it: one.outerHTML.slice(0, 90), box: (one.closest('label') ?? one).getBoundingClientRect() }))
    .filter(({ box }) => box.height < 47.5 || box.width < 47.5)
    .map(({ it }) => it);
}

async function picture(page, name) {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}
