// Starts the demo on a free port with a database of its own, and stops it again.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');

function binary() {
  const target = resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target');
  const places = [process.env.RUGDEKKING_BIN, join(target, 'debug/rugdekking'), join(target, 'release/rugdekking')];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error('Build the service first: make web && cargo build');
  return found;
}

export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/**
 * Asks, and fails unless it is granted, or answered with the status that is expected. Pages have it too, so that no request
 * of a test fails unseen.
 */
export async function request(url, settings = {}, status = undefined) {
  const answer = await fetch(url, settings);
  if (status ? answer.status === status : answer.ok) return answer;
  throw new Error(`${settings.method ?? 'GET'} ${url}: ${answer.status} ${await answer.text()}`);
}

/** A demo that runs: its address, and how to stop it. `RUGDEKKING_TEST_URL` names one that runs already. */
export async function startDemo(settings = {}) {
  const given = process.env.RUGDEKKING_TEST_URL;
  if (given) return { url: given, stop: null, close: async () => {} };
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOnce(settings);
    } catch (why) {
      // Another file that runs beside this one may have taken the port meanwhile.
      if (tries === 3 || !/in use/i.test(why.message)) throw why;
    }
  }
}

async function startOnce(settings) {
  const home = mkdtempSync(join(tmpdir(), 'rugdekking-browser-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  // The service refuses settings that it does not know.
  const { RUGDEKKING_BIN: _, ...inherited } = process.env;
  const child = spawn(binary(), ['demo'], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...inherited,
      RUGDEKKING_ADDR: new URL(url).host,
      RUGDEKKING_DATABASE_URL: `sqlite://${join(home, 'demo.sqlite')}`,
      RUGDEKKING_PUBLIC_URL: url,
      // No test asks anybody outside.
      RUGDEKKING_ADDRESSES_ENABLED: 'false',
      ...settings,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said = (said + data).slice(-20_000)));
  const ended = new Promise((done) => child.once('exit', done));
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await Promise.race([ended, new Promise((done) => setTimeout(done, 10_000))]);
    if (child.exitCode === null) child.kill('SIGKILL');
  };
  const close = async () => {
    await stop();
    rmSync(home, { recursive: true, force: true });
  };
  await answers(`${url}/demo`, child, () => said).catch(async (why) => {
    await close();
    throw why;
  });
  return { url, stop, close };
}

async function answers(url, child, said) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) break;
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`The demo did not start:\n${said()}`);
}
