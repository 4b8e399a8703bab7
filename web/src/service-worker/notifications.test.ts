// What a notification shows, and that only the service's own word confirms.
import { expect, test } from 'vitest';
import { asking, press, read, seen, told, type Shown } from './notifications';

const shown: Shown = {
  tag: '0193571c8e8a7b4d9d5e000000000001',
  lang: 'nl',
  title: 'Rugdekking',
  body: 'Gaat het goed? Afspraak van 13:30.',
  opens: '/#/bezoeken/0193571c-8e8a-7b4d-9d5e-000000000001',
  open: 'Open',
  well: { label: 'Alles goed', token: 'geheim', sending: 'Bezig', unsent: 'Niet verstuurd' },
};
const reply = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });
const atOnce = async (): Promise<void> => undefined;

test('a question has both buttons, an alarm only the one that opens', () => {
  const both = asking(shown);
  expect(both.actions).toEqual([{ action: 'well', title: 'Alles goed' }, { action: 'open', title: 'Open' }]);
  expect(both).toMatchObject({ tag: shown.tag, renotify: true, requireInteraction: true });
  const { well: _, ...alarm } = shown;
  expect(asking(alarm).actions).toEqual([{ action: 'open', title: 'Open' }]);
});

test('a phone says once that it showed it, and does not mind when nobody hears', async () => {
  const said: string[] = [];
  const send = async (to: string, init: RequestInit): Promise<Response> => {
    said.push(`${to} ${String(init.body)}`);
    throw new Error('no reception');
  };
  await seen(shown, send);
  await seen({ ...shown, receipt: 'id.proof' }, send);
  expect(said).toEqual(['/v1/push/receipts {"token":"id.proof"}']);
});

test('what was answered has no button to answer again, and keeps no secret', () => {
  const done = told(shown, 'Bevestigd 13:31', true);
  expect(done).toMatchObject({ body: 'Bevestigd 13:31', tag: shown.tag, actions: [], requireInteraction: false });
  expect(JSON.stringify(done)).not.toContain('geheim');
  expect(told(shown, 'Niet verstuurd', false)).toMatchObject({ actions: [{ action: 'open', title: 'Open' }], requireInteraction: true });
});

test('only our own pages are opened', () => {
  expect(read(JSON.stringify(shown))).toEqual(shown);
  for (const opens of ['https://elders.nl/', '//elders.nl/#/', '/v1/me', '']) expect(read(JSON.stringify({ ...shown, opens }))).toBeNull();
  for (const bad of ['', 'kaas', '{}', undefined]) expect(read(bad)).toBeNull();
});

test('confirmed is what the service says', async () => {
  const sent: { path: string; init: RequestInit }[] = [];
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    sent.push({ path, init });
    return reply(200, { outcome: 'confirmed', message: 'Bevestigd 13:31' });
  };
  expect(await press('geheim', send, atOnce)).toEqual({ message: 'Bevestigd 13:31', pin: false });
  expect(sent.map(({ path, init }) => [path, init.method, init.body])).toEqual([['/v1/push/answers', 'POST', '{"token":"geheim"}']]);
});

test('without reception it is tried again, and then it is not confirmed', async () => {
  let tries = 0;
  const dead = async (): Promise<Response> => {
    tries += 1;
    throw new TypeError('no network');
  };
  expect(await press('geheim', dead, atOnce)).toEqual({ message: null, pin: false });
  expect(tries).toBe(3);
  const back = async (): Promise<Response> => ((tries += 1) < 6 ? reply(503, {}) : reply(200, { message: 'Bevestigd 13:31' }));
  expect((await press('geheim', back, atOnce)).message).toBe('Bevestigd 13:31');
});

test('a refusal is no confirmation, and is not asked again', async () => {
  let tries = 0;
  const refuse = (status: number, code: string) => async (): Promise<Response> => {
    tries += 1;
    return reply(status, { code });
  };
  expect(await press('geheim', refuse(410, 'works-no-longer'), atOnce)).toEqual({ message: null, pin: false });
  expect(await press('geheim', refuse(403, 'pin-needed'), atOnce)).toEqual({ message: null, pin: true });
  expect(tries).toBe(2);
});
