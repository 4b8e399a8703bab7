// Everything with a keyboard alone: Tab to it, and press. No mouse, no touch.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { People } from '../support/browser.mjs';
import { startDemo } from '../support/demo.mjs';

const MOST_TABS = 60;

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

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const isFocused = (locator) => locator.evaluate((one) => one === document.activeElement);
/** What has the focus without showing it, on itself or on its label; nothing when all is well. */
const unseen = (page) =>
  page.evaluate(() => {
    const { activeElement: one } = document;
    if (!one || one === document.body) return null;
    const seen = [one, ...(one.labels ?? [])].some((it) => getComputedStyle(it).outlineStyle !== 'none');
    return seen ? null : one.outerHTML.slice(0, 120);
  });

/** Tab until it has the focus; on the way the focus can always be seen, and what has it is not covered. */
async function tabTo(page, locator) {
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    if ((await locator.count()) && (await isFocused(locator.first()))) {
      assert.ok(await inSight(locator.first()), 'what has the focus is not covered');
      return;
    }
    await page.keyboard.press('Tab');
    assert.equal(await unseen(page), null, 'the focus can be seen');
  }
  assert.fail(`not reached with ${MOST_TABS} tabs: ${locator}`);
}

const inSight = (locator) =>
  locator.evaluate((one) => {
    const box = one.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
    return Boolean(top && (one.contains(top) || top.contains(one) || one.labels?.[0]?.contains(top)));
  });

async function enter(page, role, name) {
  await tabTo(page, page.getByRole(role, { name, exact: typeof name === 'string' }));
  await page.keyboard.press('Enter');
}

async function type(page, label, text) {
  await tabTo(page, page.getByLabel(label).first());
  await page.keyboard.type(text);
}

/** Radio buttons are one stop; the arrows choose. */
async function choose(page, group, label) {
  const radios = page.getByRole('group', { name: group }).getByRole('radio');
  await tabTo(page, radios);
  await page.keyboard.press('Space');
  const wanted = page.getByRole('group', { name: group }).getByLabel(label, { exact: true });
  for (let presses = 0; presses < 8 && !(await wanted.isChecked()); presses += 1) await page.keyboard.press('ArrowDown');
  assert.ok(await wanted.isChecked(), `${group}: ${label}`);
}

let worker;

test('a visit is registered and started', async () => {
  worker = await people.signIn('worker');
  await enter(worker, 'link', 'Nieuw bezoek');
  await heading(worker, 'Wie en waar');
  await type(worker, 'Postcode', '7599 ZZ');
  await type(worker, 'Huisnummer', '9');
  await type(worker, 'Straat', 'Proefstraat');
  await type(worker, 'Plaats', 'Voorbeeldstad');
  await type(worker, 'Naam', 'T. Proefpersoon');
  await enter(worker, 'button', 'Verder: wanneer');
  await heading(worker, 'Wanneer');
  await enter(worker, 'button', 'Verder: risico');
  await heading(worker, 'Is er risico?');
  await choose(worker, 'Verwacht je problemen?', 'Nee');
  await choose(worker, 'Is deze persoon bekend bij de gemeente?', 'Nee');
  await enter(worker, 'button', 'Verder: nakijken');
  await heading(worker, 'Klopt dit?');
  await enter(worker, 'button', 'Bezoek aanmelden');
  await heading(worker, 'Rugdekking is aan');
});

test('all is well', async () => {
  await enter(worker, 'button', 'Alles goed');
  await worker.getByText(/Je antwoord is binnen/).waitFor();
});

test('help, taken and closed by the manager', async () => {
  const manager = await people.signIn('manager', { width: 1280, height: 800 });
  await tabTo(worker, worker.getByRole('button', { name: /^Hulp/ }));
  for (let presses = 0; presses < 3; presses += 1) await worker.keyboard.press('Enter');
  await heading(manager, /roept om hulp/);
  await enter(manager, 'button', 'Ik pak dit op');
  await manager.getByText('Jij hebt dit opgepakt').waitFor();
  await enter(manager, 'button', 'Afsluiten: hoe liep het af?');
  await choose(manager, 'Hoe liep het af?', 'Veilig');
  await choose(manager, 'Waar is de medewerker nu?', 'Buiten en veilig: het bezoek is afgelopen');
  await enter(manager, 'button', 'Sluit het alarm af');
  await manager.getByText('Afgesloten', { exact: true }).waitFor();
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
