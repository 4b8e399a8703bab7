// Those who watch: an alarm that breaks in, who takes it, what is done, a feed that is lost, a screen on a wall.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { request, startDemo } from '../support/demo.mjs';
import { openLine } from '../support/network-line.mjs';
import { Town } from '../support/town.mjs';

const LOW = 196;
let demo;
let people;
let town;
let manager;
let deputy;
let visit;
let line;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  town = new Town(demo.url);
});

after(async () => {
  await people?.close();
  line?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const name = (persona) => people.nameOf(persona);

/** Writes down each tone that is started; the tones themselves stay as they are. */
function listen() {
  globalThis.heard = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    globalThis.heard.push(Math.round(this.frequency.value));
    return start.apply(this, when);
  };
}

const heard = (page) => page.evaluate(() => globalThis.heard);
const silence = (page) => page.evaluate(() => void (globalThis.heard = []));
const soundsOf = (page, hertz) => page.waitForFunction((hertz) => globalThis.heard.includes(hertz), hertz);

/** A device whose tones are counted, and whose time can be moved. */
async function signIn(persona, viewport = { width: 390, height: 844 }, prepare = async () => {}) {
  const page = await people.device(viewport);
  await page.addInitScript(listen);
  await page.clock.install();
  await prepare(page);
  await page.goto(demo.url);
  await page.getByRole('button', { name: name(persona) }).click();
  // An alarm may come before the board does, and the wall in its place.
  await heading(page, /^Bord$|^Wie is op pad|roept om hulp|geeft geen antwoord/);
  return page;
}

test('sound that is off says so, and one press turns it on', async () => {
  const page = await people.device({ width: 390, height: 844 });
  await page.addInitScript(listen);
  await page.addInitScript(untouched);
  await page.goto(demo.url);
  await page.evaluate(async (persona) => {
    await request('/demo/sign-in', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ persona }) });
  }, 'manager');
  await page.goto(`${demo.url}/?opnieuw#/bord`);
  await heading(page, 'Bord');
  await page.getByRole('button', { name: 'Geluid staat uit — zet aan' }).waitFor();
  await press(page, 'Geluid staat uit — zet aan');
  await page.getByRole('button', { name: 'Geluid staat uit — zet aan' }).waitFor({ state: 'detached' });
  assert.ok((await heard(page)).length > 0, 'one hears that it works');
  await page.context().close();
});

test('an alarm takes over whatever page, with sound', async () => {
  manager = await signIn('manager');
  await manager.goto(`${demo.url}/#/ik`);
  await heading(manager, name('manager'));
  visit = await town.visits('worker', { colleagues: [{ name: name('colleague'), mobile: '+31687654321' }] });
  await silence(manager);
  await town.panics('worker', visit);
  await heading(manager, `${name('worker')} roept om hulp`);
  await soundsOf(manager, 587);
  await soundsOf(manager, 880);
  await manager.getByText('Nog niemand heeft dit opgepakt.').waitFor();
  await silence(manager);
  await manager.clock.runFor(4000);
  assert.ok((await heard(manager)).includes(587), 'again, as long as nobody takes it');
  await isSound(manager, 'alarm-breekt-in');
});

test('two who press at once both read who has it', async () => {
  deputy = await signIn('deputy');
  await heading(deputy, `${name('worker')} roept om hulp`);
  const both = gate(2);
  for (const page of [manager, deputy]) await page.route('**/acknowledgement', async (route) => (await both(), route.continue()));
  await Promise.all([manager, deputy].map((page) => press(page, 'Ik pak dit op')));
  const alarm = await town.alarmOf(visit);
  const owner = alarm?.owner?.name ?? (await ownerOf(visit));
  assert.ok([name('manager'), name('deputy')].includes(owner), `exactly one owns it: ${owner}`);
  const [first, second] = owner === name('manager') ? [manager, deputy] : [deputy, manager];
  await first.getByText('Jij hebt dit opgepakt').waitFor();
  await second.getByText(`${owner} was je voor`).waitFor();
  assert.equal(await second.getByRole('button', { name: 'Ik pak dit op' }).count(), 0);
  assert.equal(await second.getByRole('alert').count(), 0, 'it is no error');
  await isSound(second, 'alarm-iemand-was-je-voor');
  // From here on the one is called manager, whoever it was.
  [manager, deputy] = [first, second];
});

test('nobody hears it any more', async () => {
  await Promise.all([manager, deputy].map(silence));
  for (const page of [manager, deputy]) {
    await page.clock.runFor(6000);
    assert.deepEqual(await heard(page), []);
  }
});

test('the procedure is ticked for everybody to see, with the calls beside it', async () => {
  const dial = (who) => manager.getByRole('link', { name: `Bel ${who}`, exact: true }).first().getAttribute('href');
  assert.equal(await dial(name('worker')), 'tel:+31612345678');
  assert.equal(await dial(name('colleague')), 'tel:+31687654321');
  assert.equal(await dial('112'), 'tel:112');
  assert.equal(await dial('Karin Wolters'), 'tel:+31681234567');
  await manager.getByRole('checkbox', { name: /nog één keer/ }).check();
  await deputy.getByRole('checkbox', { name: /nog één keer/, checked: true }).waitFor();
  await deputy.getByRole('checkbox', { name: /Bel 112/ }).check();
  await manager.getByRole('checkbox', { name: /Bel 112/, checked: true }).waitFor();
  const { notes } = await town.alarmOf(visit);
  assert.deepEqual(notes.map(({ step, done }) => [step, done]), [['worker-called', true], ['emergency-called', true]]);
});

test('a note is read by who watches along, and typed words survive what happens meanwhile', async () => {
  await press(deputy, 'Bewaar de notitie');
  await deputy.getByText('Schrijf eerst iets op.').waitFor();
  await deputy.getByLabel('Schrijf op wat je deed of hoorde').fill('Ik rijd');
  await manager.getByLabel('Schrijf op wat je deed of hoorde').fill('De buren zien licht.');
  await press(manager, 'Bewaar de notitie');
  const notes = deputy.getByRole('region', { name: 'Notities' });
  await notes.getByText('De buren zien licht.').waitFor();
  assert.equal(await deputy.getByLabel('Schrijf op wat je deed of hoorde').inputValue(), 'Ik rijd');
  await isSound(manager, 'alarm-stappen');
});

test('the map opens only when pressed, and tells nobody where it came from', async () => {
  const map = manager.getByRole('link', { name: 'Zoek het adres op de kaart' });
  const href = await map.getAttribute('href');
  assert.match(href, /^https:\/\/www\.openstreetmap\.org\/search\?query=Proefstraat%209/);
  assert.ok(!href.includes('Proefpersoon'));
  assert.match(await map.getAttribute('rel'), /noreferrer/);
});

test('a second alarm does not push away the one that is handled: a bar says that it is there', async () => {
  const other = await town.visits('colleague');
  await town.panics('colleague', other);
  await manager.getByText('Nog 1 open alarm').waitFor();
  await heading(manager, `${name('worker')} roept om hulp`);
  await heading(deputy, `${name('colleague')} roept om hulp`);
  await isSound(manager, 'alarm-balk');
});

test('an alarm is closed on a screen of its own; then the next one comes', async () => {
  await press(manager, 'Afsluiten: hoe liep het af?');
  await heading(manager, 'Hoe liep het af?');
  await manager.getByText('Nog 1 open alarm').waitFor();
  await isSound(manager, 'alarm-afsluiten');
  await manager.getByLabel('Veilig', { exact: true }).check();
  await manager.getByLabel('Buiten en veilig: het bezoek is afgelopen').check();
  await press(manager, 'Sluit het alarm af');
  await heading(manager, `${name('colleague')} roept om hulp`);
  await press(manager, 'Ik pak dit op');
  await press(manager, 'Afsluiten: hoe liep het af?');
  await manager.getByLabel('Loos alarm', { exact: true }).check();
  await manager.getByLabel('Buiten en veilig: het bezoek is afgelopen').check();
  await press(manager, 'Sluit het alarm af');
  await manager.getByRole('region', { name: 'Dit klopt nog niet' }).waitFor();
  await manager.getByLabel('Toelichting').fill('Verkeerde knop.');
  await press(manager, 'Sluit het alarm af');
  await manager.getByText('Afgesloten', { exact: true }).waitFor();
  await deputy.getByText(/Afgesloten door/).waitFor();
});

test('a silent alarm never leads to the phone of who is out there', async () => {
  const quiet = await town.visits('worker', { colleagues: [{ name: name('colleague'), mobile: '+31687654321' }] });
  await town.ask('worker', 'POST', `/visits/${quiet.id}/check-ins`, { pin: '1379' });
  await heading(manager, `${name('worker')} is in gevaar`);
  const noPhone = async () => {
    const hrefs = await manager.locator('a[href^="tel:"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    assert.ok(hrefs.includes('tel:112'));
    assert.deepEqual(hrefs.filter((href) => /612345678|687654321/.test(href)), []);
  };
  await noPhone();
  await press(manager, 'Ik pak dit op');
  await manager.getByText('Bel en sms de medewerker niet', { exact: true }).waitFor();
  await noPhone();
  await isSound(manager, 'alarm-stil-stappen');
  await town.ask('manager', 'POST', `/alarms/${(await town.alarmOf(quiet)).id}/closure`, { outcome: 'safe', visitEnded: true });
  await manager.getByText('Afgesloten', { exact: true }).waitFor();
});

test('the board says who is late, by how much, and who runs extra risk', async () => {
  const due = await town.at(10);
  visit = await town.visits('colleague', { checkInTimes: [due] });
  await town.visits('worker', { checkInTimes: [await town.at(40)], expectsTrouble: true });
  await town.skip(17);
  const late = manager.getByRole('link', { name: new RegExp(`${name('colleague')}.*Open alarm`) });
  await heading(manager, `${name('colleague')} geeft geen antwoord`);
  await manager.goto(`${demo.url}/#/bord`);
  await heading(manager, 'Bord');
  await late.getByText(/^\d+ min te laat$/).waitFor();
  assert.equal(await manager.locator('.out a').first().getAttribute('href'), await late.getAttribute('href'));
  const risky = manager.getByRole('link', { name: new RegExp(`^\\d+:\\d+ over \\d+ min ${name('worker')}`) });
  await risky.getByText('Extra risico').waitFor();
  await isSound(manager, 'bord-te-laat');
  await manager.setViewportSize({ width: 1920, height: 1080 });
  assert.ok((await manager.evaluate(() => document.documentElement.scrollWidth)) <= 1920);
  await manager.setViewportSize({ width: 390, height: 844 });
});

/** Goes to the wall in the very moment in which the open alarms become known. */
function goToTheWall() {
  for (const read of ['text', 'json']) {
    const plain = Response.prototype[read];
    Response.prototype[read] = async function () {
      const told = await plain.call(this);
      if (/\/v1\/alarms\?/.test(this.url)) location.hash = '#/bord/wand';
      return told;
    };
  }
}

test('an alarm that breaks in does not push away a wall that is being opened', async () => {
  const wall = await signIn('deputy', { width: 1920, height: 1080 }, (page) => page.addInitScript(goToTheWall));
  await heading(wall, 'Wie is op pad');
  await wall.getByText(/geeft geen antwoord/i).first().waitFor();
  assert.match(wall.url(), /#\/bord\/wand$/);
  await wall.context().close();
});

test('a screen on the wall is large, needs no hand, and names no resident and no address', async () => {
  const wall = await signIn('deputy', { width: 1920, height: 1080 }, (page) => page.addInitScript(countLocks));
  await wall.goto(`${demo.url}/#/bord/wand`);
  await heading(wall, 'Wie is op pad');
  await wall.locator('.wall-row').first().waitFor();
  const text = await wall.locator('main').innerText();
  assert.match(text, new RegExp(name('colleague')));
  assert.doesNotMatch(text, /Proefpersoon|Proefstraat|traplift/);
  assert.ok((await wall.evaluate(() => globalThis.locks)) >= 1, 'the screen is kept awake');
  for (const [width, height] of [[1440, 900], [1920, 1080]]) {
    await wall.setViewportSize({ width, height });
    const { size, over, wide } = await wall.evaluate(() => ({
      size: parseFloat(getComputedStyle(document.querySelector('.wall-row .who-n')).fontSize),
      over: document.documentElement.scrollHeight - innerHeight,
      wide: document.documentElement.scrollWidth - innerWidth,
    }));
    assert.ok(size >= width / 50, `${width} px: names of ${size} px`);
    assert.ok(over <= 0 && wide <= 0, `${width} px: all of it fits, ${over} × ${wide}`);
  }
  await isSound(wall, 'bord-wand');
  assert.match(wall.url(), /#\/bord\/wand$/, 'an alarm does not push the wall away');
  await soundsOf(wall, 587);
  await wall.context().close();
  await town.ask('deputy', 'POST', `/alarms/${(await town.alarmOf(visit)).id}/closure`, { outcome: 'safe' });
});

test('a board that loses its feed says so, sounds after thirty seconds, and stops when somebody knows', async () => {
  line = await openLine(demo.url);
  const page = await signIn('manager', { width: 1280, height: 800 });
  await page.goto(`${line.url}/#/bord`);
  await page.getByText(/^Live, bijgewerkt/).waitFor();
  await page.locator('.who').first().waitFor();
  line.cut();
  await page.clock.runFor(12_000);
  await page.getByRole('alert').filter({ hasText: 'Dit bord is niet live' }).waitFor();
  const row = page.locator('.who').first();
  assert.match(await row.evaluate((one) => getComputedStyle(one).borderStyle), /dashed/);
  assert.doesNotMatch(await row.innerText(), /te laat|over \d+ min/);
  await isSound(page, 'bord-niet-live-geluid');
  await silence(page);
  await page.clock.runFor(35_000);
  await soundsOf(page, LOW);
  await silence(page);
  await page.clock.runFor(61_000);
  await soundsOf(page, LOW);
  await press(page, 'Ik weet het');
  await page.getByText(/Het geluid blijft uit/).waitFor();
  await silence(page);
  await page.clock.runFor(130_000);
  assert.deepEqual(await heard(page), []);
  line.mend();
  await page.clock.runFor(60_000);
  await page.getByText(/^Live, bijgewerkt/).waitFor();
  await page.locator('.board:not(.board-old)').waitFor();
  await page.context().close();
});

test('a visit is approved after a talk, with other moments', async () => {
  const risky = await town.visits('worker', { later: 120, expectsTrouble: true, colleagues: [{ name: name('colleague'), mobile: '+31687654321' }] });
  await manager.goto(`${demo.url}/#/bord`);
  await manager.getByRole('link', { name: /wacht op akkoord/ }).click();
  await heading(manager, 'Goedkeuren');
  await manager.getByRole('link', { name: new RegExp(name('worker')) }).waitFor();
  await isSound(manager, 'goedkeuren');
  await manager.getByRole('link', { name: new RegExp(name('worker')) }).click();
  await heading(manager, `Akkoord geven: ${name('worker')}`);
  await press(manager, 'Akkoord');
  await manager.getByRole('region', { name: 'Dit klopt nog niet' }).waitFor();
  await isSound(manager, 'goedkeuren-bezoek');
  await manager.getByLabel('Nee, nog niet').check();
  assert.equal(await manager.getByRole('button', { name: 'Akkoord', exact: true }).count(), 0);
  await manager.getByRole('link', { name: `Bel ${name('worker')}` }).waitFor();
  await manager.getByLabel('Ja, we hebben elkaar gesproken').check();
  const agreed = local(new Date(Date.parse(risky.startsAt) + 20 * 60_000));
  await manager.getByLabel('Moment 1').fill(agreed);
  await press(manager, 'Akkoord');
  await heading(manager, 'Je hebt akkoord gegeven');
  await isSound(manager, 'goedkeuren-gegeven');
  const now = await town.ask('manager', 'GET', `/visits/${risky.id}`);
  assert.ok(now.approval, 'it is approved');
  assert.ok(now.checkIns.some(({ dueAt, state }) => state === 'scheduled' && local(new Date(dueAt)) === agreed), JSON.stringify(now.checkIns));
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});

const local = (at) => at.toLocaleTimeString('nl-NL', { timeZone: 'Europe/Amsterdam', hour: '2-digit', minute: '2-digit' });

/** Opens for everybody when the last of them is there. */
function gate(expected) {
  let open;
  const opened = new Promise((done) => (open = done));
  return () => {
    expected -= 1;
    if (expected === 0) open();
    return opened;
  };
}

async function ownerOf(visit) {
  for (let tries = 0; tries < 20; tries += 1) {
    const alarm = await town.alarmOf(visit);
    if (alarm?.owner) return alarm.owner.name;
    await manager.waitForTimeout(100);
  }
  return null;
}

/** The driver of this browser touches a page by looking at it; here only a press counts. */
function untouched() {
  const activation = { hasBeenActive: false };
  addEventListener('click', () => (activation.hasBeenActive = true), true);
  Object.defineProperty(navigator, 'userActivation', { configurable: true, value: activation });
}

function countLocks() {
  globalThis.locks = 0;
  const lock = { request: async () => ((globalThis.locks += 1), { release: async () => {} }) };
  Object.defineProperty(navigator, 'wakeLock', { configurable: true, value: lock });
}
