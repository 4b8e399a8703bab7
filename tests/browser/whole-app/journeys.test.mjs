// The flows on every size, in light and dark, in Dutch and English: what works on one screen works on all.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { People, SCHEMES, SIZES } from '../support/browser.mjs';
import { startDemo } from '../support/demo.mjs';

const SAY = {
  nl: {
    visits: 'Mijn bezoeken',
    board: 'Bord',
    new: 'Nieuw bezoek',
    who: ['Wie en waar', 'Verder: wanneer'],
    when: ['Wanneer', 'Verder: risico'],
    risk: ['Is er risico?', 'Verder: nakijken'],
    check: ['Klopt dit?', 'Bezoek aanmelden'],
    no: 'Nee',
    on: 'Rugdekking is aan',
    well: 'Alles goed',
    cameIn: /Je antwoord is binnen/,
    outside: 'Ik ben buiten, veilig',
    ended: 'Veilig afgerond',
    help: /^Hulp/,
    calls: /roept om hulp/,
    take: 'Ik pak dit op',
    mine: 'Jij hebt dit opgepakt',
    how: 'Afsluiten: hoe liep het af?',
    safe: 'Veilig',
    isOut: 'Buiten en veilig: het bezoek is afgelopen',
    close: 'Sluit het alarm af',
    closed: 'Afgesloten',
    taken: (name) => new RegExp(`${name} (was je voor|heeft dit opgepakt)`),
  },
  en: {
    visits: 'My visits',
    board: 'Board',
    new: 'New visit',
    who: ['Who and where', 'Next: when'],
    when: ['When', 'Next: risk'],
    risk: ['Is there a risk?', 'Next: look it over'],
    check: ['Is this right?', 'Register the visit'],
    no: 'No',
    on: 'Rugdekking is on',
    well: 'All is well',
    cameIn: /Your answer came in/,
    outside: 'I am outside, safe',
    ended: 'Ended safely',
    help: /^Help/,
    calls: /calls for help/,
    take: 'I take this',
    mine: 'You have taken this',
    how: 'Close: how did it end?',
    safe: 'Safe',
    isOut: 'Outside and safe: the visit is over',
    close: 'Close the alarm',
    closed: 'Closed',
    taken: (name) => new RegExp(`${name} (was first|has taken this|took it first|was before you)`),
  },
};

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
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

async function somebody(persona, { size, scheme, language }) {
  const page = await people.signIn(persona, size);
  await page.emulateMedia({ colorScheme: scheme });
  if (language === 'en') await press(page, 'English');
  return page;
}

async function setOut(page, t) {
  await page.getByRole('link', { name: t.new }).click();
  await heading(page, t.who[0]);
  const recent = page.getByText('Proefstraat 9');
  await recent.first().waitFor({ timeout: 1500 }).catch(() => {});
  if (await recent.count()) await recent.first().click();
  else await fillIn(page);
  for (const [i, step] of [t.who, t.when, t.risk, t.check].entries()) {
    await heading(page, step[0]);
    if (i === 2) for (const no of await page.getByLabel(t.no, { exact: true }).all()) await no.check();
    await press(page, step[1]);
  }
  await heading(page, t.on);
}

async function fillIn(page) {
  const boxes = { 'residents-0-address-postcode': '7599 ZZ', 'residents-0-address-houseNumber': '9' };
  Object.assign(boxes, { 'residents-0-address-street': 'Proefstraat', 'residents-0-address-city': 'Voorbeeldstad', 'residents-0-name': 'T. Proefpersoon' });
  for (const [field, text] of Object.entries(boxes)) await page.locator(`#f-${field}`).fill(text);
}

async function callForHelp(page, t) {
  await page.getByRole('button', { name: t.help }).focus();
  for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Enter');
}

/** Presses at the same moment. */
async function race(one, other, t) {
  await Promise.all([one, other].map((page) => page.getByRole('button', { name: t.take, exact: true }).waitFor()));
  await Promise.all([one, other].map((page) => press(page, t.take).catch(() => {})));
  const won = [];
  for (const [page, theirs] of [[one, 'deputy'], [other, 'manager']]) {
    const mine = page.getByText(t.mine, { exact: true });
    await mine.or(page.getByText(t.taken(people.nameOf(theirs)))).first().waitFor();
    if (await mine.count()) won.push(page);
  }
  assert.equal(won.length, 1, 'one of the two has it');
  return won[0];
}

for (const language of ['nl', 'en']) {
  for (const size of SIZES) {
    for (const scheme of SCHEMES) {
      const look = { language, size, scheme };
      const t = SAY[language];
      test(`register, answer, end; help, two managers, close: ${size.width} px, ${scheme}, ${language}`, async () => {
        const worker = await somebody('worker', look);
        await setOut(worker, t);
        await press(worker, t.well);
        await worker.getByText(t.cameIn).waitFor();
        await press(worker, t.outside);
        await heading(worker, t.ended);

        await worker.goto(`${demo.url}/#/`);
        await setOut(worker, t);
        const [manager, deputy] = [await somebody('manager', look), await somebody('deputy', look)];
        await callForHelp(worker, t);
        // It breaks in, whatever page they are on.
        await Promise.all([heading(manager, t.calls), heading(deputy, t.calls)]);
        const owner = await race(manager, deputy, t);
        await press(owner, t.how);
        await owner.getByLabel(t.safe, { exact: true }).check();
        await owner.getByLabel(t.isOut, { exact: true }).check();
        await press(owner, t.close);
        await owner.getByText(t.closed, { exact: true }).waitFor();
        await heading(worker, t.ended);
        for (const page of [worker, manager, deputy]) await page.context().close();
      });
    }
  }
}

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
