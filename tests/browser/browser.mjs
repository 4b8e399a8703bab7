// A Chromium with people in it: each signs in on a device of their own, and every page is held to the same rules.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = resolve(import.meta.dirname, '../../docs/screens');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

function executable() {
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
    people.personas = (await (await fetch(`${url}/demo`)).json()).personas;
    return people;
  }

  /** Somebody with a device of their own, signed in by pressing their name. */
  async signIn(persona, viewport = { width: 390, height: 844 }) {
    const page = await this.device(viewport);
    await page.goto(this.url);
    await page.getByRole('button', { name: this.nameOf(persona) }).click();
    await page.getByRole('heading', { level: 1, name: /^(Mijn bezoeken|Bord)$/ }).waitFor();
    return page;
  }

  nameOf(persona) {
    const found = this.personas.find((one) => one.persona === persona);
    assert.ok(found, `the demo has a ${persona}`);
    return found.name;
  }

  async device(viewport) {
    const context = await this.browser.newContext({ viewport, locale: 'nl-NL', timezoneId: 'Europe/Amsterdam' });
    await context.addInitScript({ content: axe });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => this.complaints.push(`error: ${error}`));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) this.complaints.push(message.text());
    });
    return page;
  }

  async close() {
    await this.browser.close();
  }
}

/** No fault against WCAG in light and dark; nothing to scroll sideways at 360 px, not with large text either; targets of 48 px. */
export async function isSound(page, name) {
  await page.getByRole('heading', { level: 1 }).waitFor();
  const before = page.viewportSize();
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const faults = await page.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document);
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    });
    assert.deepEqual(faults, [], `${name}, ${colorScheme}`);
    if (process.env.SCREENS) await picture(page, `${name}-${colorScheme === 'light' ? 'licht' : 'donker'}`);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 360, height: 740 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, `${name} fits in 360 px`);
  assert.deepEqual(await page.evaluate(smallTargets), [], `${name} has targets of 48 px`);
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, `${name} fits with text of 200 %`);
  await page.evaluate(() => (document.documentElement.style.fontSize = ''));
  await page.setViewportSize(before);
}

function smallTargets() {
  return [...document.querySelectorAll('a, button, input, select, textarea')]
    .filter((one) => one.checkVisibility() && !one.closest('.bubble, .skip'))
    .map((one) => ({ it: one.outerHTML.slice(0, 90), box: (one.closest('label') ?? one).getBoundingClientRect() }))
    .filter(({ box }) => box.height < 47.5 || box.width < 47.5)
    .map(({ it }) => it);
}

async function picture(page, name) {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}
