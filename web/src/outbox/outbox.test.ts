// The outbox without a browser: a store in memory, a service that answers as told.
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { taps } from './drawer';
import { sendLane } from './send';
import { asRefused, inOrder, laneOf, LANES, pathOf, type Kind, type Outcome, type Tap } from './tap';

const VISIT = '0192c0de-0000-7000-8000-000000000001';
const NOON = Date.parse('2026-11-23T12:00:00Z');
let now = NOON;
let sent: { path: string; key: string; body: unknown }[] = [];
let answers: ((path: string) => Response | Error)[] = [];

const said = (status: number, body: object = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'api-version': '1.0.0', 'content-type': 'application/json' } });
const problem = (status: number, code: string): Response => said(status, { title: code, status, code, detail: '' });
const noLine = new TypeError('failed to fetch');

function tap(kind: Kind, minute: number, more: Partial<Tap> = {}): Tap {
  const tappedAt = new Date(NOON + minute * 60_000).toISOString();
  return { key: `${kind}-${minute}`, person: 'jan', visit: VISIT, kind, tappedAt, path: pathOf(kind, VISIT), body: { tappedAt }, tries: 0, refused: null, ...more };
}

async function flush(person = 'jan'): Promise<[string, Outcome['is']][]> {
  const told: [string, Outcome['is']][] = [];
  await Promise.all(LANES.map((lane) => sendLane(lane, { person, now: () => now, told: ({ key }, { is }) => told.push([key, is]) })));
  return told;
}

beforeEach(async () => {
  for (const { key } of await taps.all()) await taps.remove(key);
  [sent, answers, now] = [[], [], NOON];
  vi.stubGlobal('navigator', { onLine: true });
  vi.stubGlobal('fetch', (path: string, { headers, body }: { headers: Record<string, string>; body: string }) => {
    sent.push({ path, key: headers['Idempotency-Key'] ?? '', body: JSON.parse(body) });
    const answer = answers.shift()?.(path) ?? said(200);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
});

describe('what is sent', () => {
  it('goes out in the order of the taps, and leaves the phone once it arrived', async () => {
    for (const one of [tap('end', 9), tap('well', 1), tap('more', 5)]) await taps.put(one);
    await flush();
    expect(sent.map(({ key }) => key)).toEqual(['well-1', 'more-5', 'end-9']);
    expect(await taps.all()).toEqual([]);
  });

  it('goes out without a visit when that is help', () => {
    expect(pathOf('help', null)).toBe('/v1/me/alarm');
    expect(pathOf('help', VISIT)).toBe(`/v1/visits/${VISIT}/alarm`);
  });

  it('puts help first, with its place behind it', () => {
    expect(inOrder([tap('well', 1), tap('position', 6), tap('help', 5)]).map(({ kind }) => kind)).toEqual(['help', 'position', 'well']);
  });

  it('lets help pass an answer that hangs', async () => {
    let release = (): void => undefined;
    vi.stubGlobal('fetch', (path: string) => {
      sent.push({ path, key: '', body: null });
      return path.endsWith('/alarm') ? Promise.resolve(said(201)) : new Promise<Response>((done) => (release = () => done(said(200))));
    });
    await taps.put(tap('well', 1));
    await taps.put(tap('help', 2));
    const hanging = sendLane('rest', { person: 'jan', now: () => now, told: () => undefined });
    await sendLane('help', { person: 'jan', now: () => now, told: () => undefined });
    expect((await taps.all()).map(({ kind }) => kind)).toEqual(['well']);
    release();
    await hanging;
  });

  it('keeps its key in every try, and what it says', async () => {
    await taps.put(tap('well', 1));
    answers = [() => noLine, () => problem(503, 'store-unavailable'), () => said(200)];
    expect(await flush()).toEqual([['well-1', 'waits']]);
    expect((await taps.all())[0]?.tries).toBe(1);
    expect(await flush()).toEqual([['well-1', 'waits']]);
    expect(await flush()).toEqual([['well-1', 'sent']]);
    expect(new Set(sent.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(await taps.all()).toEqual([]);
  });

  it('is only what the signed-in person tapped', async () => {
    await taps.put(tap('well', 1, { person: 'sanne' }));
    await flush('jan');
    expect(sent).toEqual([]);
    expect(await taps.all()).toHaveLength(1);
  });

  it('holds back what comes after a tap that the service could not take in, of that visit alone', async () => {
    await taps.put(tap('well', 1));
    await taps.put(tap('end', 2));
    await taps.put(tap('well', 3, { visit: 'other', path: '/other' }));
    answers = [() => problem(500, 'oops')];
    await flush();
    expect(sent.map(({ key }) => key)).toEqual(['well-1', 'well-3']);
  });

  it('does not count a try without any network: it cannot have left the phone', async () => {
    vi.stubGlobal('navigator', { onLine: false });
    answers = [() => noLine];
    await taps.put(tap('end', 1));
    await flush();
    expect((await taps.all())[0]?.tries).toBe(0);
  });
});

describe('what is refused', () => {
  it('is kept with the reason and without the PIN, and not sent again', async () => {
    await taps.put(tap('well', 1, { body: { pin: '2580' } }));
    answers = [() => problem(409, 'tapped-before-start')];
    expect(await flush()).toEqual([['well-1', 'refused']]);
    await flush();
    expect(sent).toHaveLength(1);
    const [kept] = await taps.all();
    expect(kept?.refused?.code).toBe('tapped-before-start');
    expect(JSON.stringify(kept)).not.toContain('2580');
  });

  it('waits for a sign-in instead of being lost', async () => {
    await taps.put(tap('well', 1));
    answers = [() => problem(401, 'not-signed-in')];
    expect(await flush()).toEqual([['well-1', 'waits']]);
  });

  it('is never what another machine on the line said', async () => {
    await taps.put(tap('well', 1));
    answers = [() => new Response('<h1>Welcome to the hotel</h1>', { status: 200 }), () => new Response('no', { status: 404 })];
    expect(await flush()).toEqual([['well-1', 'waits']]);
    expect(await flush()).toEqual([['well-1', 'waits']]);
    expect(await taps.all()).toHaveLength(1);
  });

  it('is what waited so long that it could happen twice, but never help', async () => {
    now = NOON + 21 * 60 * 60_000;
    await taps.put(tap('well', 1));
    await taps.put(tap('help', 2));
    const told = await flush();
    expect(told).toContainEqual(['well-1', 'refused']);
    expect(told).toContainEqual(['help-2', 'sent']);
    expect(sent.map(({ key }) => key)).toEqual(['help-2']);
  });
});

describe('a place', () => {
  it('goes along with its call for help, however late that is', async () => {
    now = NOON + 30 * 60_000;
    await taps.put(tap('help', 1));
    await taps.put(tap('position', 1));
    await flush();
    expect(sent.map(({ key }) => key)).toEqual(['help-1', 'position-1']);
  });

  it('is forgotten when it is old and the help has gone: it would raise a second alarm', async () => {
    now = NOON + 30 * 60_000;
    await taps.put(tap('position', 1));
    await flush();
    expect(sent).toEqual([]);
    expect(await taps.all()).toEqual([]);
  });
});

describe('the PIN and the duress PIN', () => {
  it('leave records of the same shape, whether they wait or are refused', () => {
    const shape = (pin: string): string => {
      const waits = tap('well', 1, { body: { pin, tappedAt: 'then' } });
      return JSON.stringify([waits, asRefused(waits, { title: 'no', status: 409, detail: '' })]).replace(pin, '####');
    };
    expect(shape('1379')).toBe(shape('2580'));
  });
});

describe('lanes', () => {
  it('give help a way of its own', () => {
    expect(laneOf(tap('help', 1))).toBe('help');
    expect(laneOf(tap('well', 1))).toBe('rest');
  });
});
