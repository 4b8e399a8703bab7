// The register of addresses that the service asks in a test, as another process.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { request } from './demo.mjs';

const PEERS = resolve(import.meta.dirname, '../../peers');

/** One that listens: its address, how to change how it answers, and how to stop it. */
export async function startRegister() {
  const child = spawn(process.execPath, ['locatieserver.js'], { cwd: PEERS, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise((listens, fails) => {
    lines.once('line', (line) => listens(line.replace('ready ', '')));
    child.once('exit', () => fails(new Error('The register of addresses did not start: npm ci in tests/peers')));
  });
  const is = (mood) => request(`${url}/mood`, { method: 'POST', body: JSON.stringify({ is: mood }) });
  const asked = async () => (await request(`${url}/asked`)).json();
  return { url, is, asked, close: () => child.stdin.end() };
}
