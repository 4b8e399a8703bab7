// What is removed by itself: said plainly, also when it went wrong or never happened.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSound, People } from '../support/browser.mjs';
import { startDemo } from '../support/demo.mjs';
import { Town } from '../support/town.mjs';

let demo;
let people;
let town;
let noor;

before(async () => {
  demo = await startDemo();
  people = await People.open(demo.url);
  town = new Town(demo.url);
  noor = await people.signIn('admin');
});

after(async () => {
  await people?.close();
  await demo?.close();
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const runs = () => noor.getByRole('region', { name: 'Alle keren' }).locator('.person-line');
const TITLE = 'Wat vanzelf wordt weggehaald';
/** The service is asked, and answers with these runs. */
async function shows(items, next = null) {
  await noor.context().unroute('**/v1/retention-runs?*').catch(() => {});
  await noor.context().route('**/v1/retention-runs?*', (route) => route.fulfill({ json: new URL(route.request().url()).searchParams.has('cursor') ? { items: [items.at(-1)], next: null } : { items, next } }));
  await noor.reload();
  await heading(noor, TITLE);
}
const run = (id, state, at, kinds = []) => ({ id: `00000000-0000-7000-8000-00000000000${id}`, state, startedAt: at, endedAt: state === 'running' ? null : at, kinds });

test('the administrator finds how it went, as the service itself tells it', async () => {
  await noor.getByRole('link', { name: 'Team', exact: true }).click();
  await noor.getByRole('link', { name: new RegExp(`^${TITLE}`) }).click();
  await heading(noor, TITLE);
  await noor.getByText('De laatste keer ging goed.').waitFor();
  const { items } = await town.ask('admin', 'GET', '/retention-runs');
  assert.equal(await runs().count(), items.length);
  await isSound(noor, 'weggehaald');
});

test('per kind it says how much went, how much stays longer, and why', async () => {
  const held = [{ reason: 'objection', count: 2 }, { reason: 'privacy-request', count: 1 }];
  const last = run(2, 'done', await town.at(-60), [{ kind: 'visits', removed: 1412, held: [{ reason: 'alarm-open', count: 1 }] }, { kind: 'measures', removed: 0, held }, { kind: 'drills', removed: 0, held: [] }]);
  await shows([last, run(1, 'done', await town.at(-1500))], 'older');
  const [first, second] = [runs().first(), runs().nth(1)];
  await first.getByText('1.412 weggehaald. 1 langer bewaard: het alarm is nog niet afgesloten.').waitFor();
  await first.getByText('Niets weggehaald. 2 langer bewaard: er loopt nog een bezwaar. 1 langer bewaard: een verzoek van de inwoner is nog niet beantwoord.').waitFor();
  assert.equal(await first.getByText('Oefeningen').count(), 0);
  await second.getByText('Er was niets om weg te halen.').waitFor();
  await isSound(noor, 'weggehaald-langer');
});

test('older ones are a tap away', async () => {
  const [a, b, c] = [run(3, 'done', await town.at(-60)), run(2, 'done', await town.at(-1500)), run(1, 'done', await town.at(-2940))];
  await shows([a, b], 'older');
  await noor.context().unroute('**/v1/retention-runs?*');
  await noor.context().route('**/v1/retention-runs?*', (route) => route.fulfill({ json: { items: [c], next: null } }));
  await noor.getByRole('button', { name: 'Toon oudere' }).click();
  await runs().nth(2).waitFor();
  assert.equal(await noor.getByRole('button', { name: 'Toon oudere' }).count(), 0);
});

test('it says plainly that the last one failed, that a night was missed, or that none ever ran', async () => {
  const part = [{ kind: 'visits', removed: 3, held: [] }];
  await shows([run(2, 'failed', await town.at(-30), part), run(1, 'done', await town.at(-1500))]);
  await noor.getByText(/^Het weghalen ging de laatste keer mis\. Binnen een uur proberen we het opnieuw\./).waitFor();
  await runs().first().getByText('Mislukt').waitFor();
  await runs().first().getByText('Wat al weg was, blijft weg.').waitFor();
  await isSound(noor, 'weggehaald-mislukt');
  await shows([run(1, 'done', await town.at(-3000))]);
  await noor.getByText(/^Er is langer dan een dag niets weggehaald\./).waitFor();
  await shows([run(1, 'running', await town.at(-1))]);
  await noor.getByText('We zijn nu bezig met weghalen.').waitFor();
  await shows([]);
  await noor.getByText(/^Er is nog nooit iets weggehaald\./).waitFor();
  await isSound(noor, 'weggehaald-nooit');
});

test('an auditor comes there from the log, others see nothing', async () => {
  await noor.getByRole('link', { name: 'Inzage', exact: true }).click();
  await noor.getByRole('link', { name: TITLE }).click();
  await heading(noor, TITLE);
  const els = await people.signIn('desk');
  await els.goto(`${demo.url}/#/weggehaald`);
  await els.getByText('Dit is voor beheerders en controleurs.').waitFor();
  assert.equal(await els.getByRole('region', { name: 'Alle keren' }).count(), 0);
  await els.context().close();
});

test('no page broke its security policy or threw an error', () => {
  assert.deepEqual(people.complaints, []);
});
