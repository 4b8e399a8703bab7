// KPN's SMS interface for the tests: `node kpn-api.js CLIENT SECRET KEY`, prints "ready ADDRESS" when it listens, and ends when
// its standard input does. Written by hand after KPN's published descriptions (SMS 1.0.6, inbound SMS 1.0.0, webhooks), and
// stricter: fields that are not described are refused, as are senders of more than 11 and texts of more than 1000 letters.
// On a line of its standard input it hears one of, each answered by a line:
//   {"mood": {"status", "headers", "body"}} or {"mood": null}   how it answers to whoever sends texts
//   {"withdraw": true}                                            no token is valid any more
//   {"lasts": SECONDS}                                            how long tokens last from now on
//   {"bring": {"url", "body", "key"?, "headers"?}}                brings something, signed; answers with the status
//   {"reports": STATUS} or {"reports": null}                      what becomes of each text that it takes from now on
//   {"taken": true}                                               what it took, the oldest first
//   {"tokens": true}                                              how many tokens it has given
import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const [client, secret, key] = process.argv.slice(2);
const tokens = new Map();
const taken = [];
let mood = null;
let lasts = 3599;
let reports = null;

const NUMBER = /^(\+|00)[1-9][0-9]{6,14}$|^06[1-58][0-9]{7}$|^097[0-9]{8,9}$/;
const FIELDS = { messages: 'object', sender: 'string', webhook_url: 'string', expirein: 'string' };

// What is wrong with what is sent, if anything.
function fault(sent) {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return 'no object';
  for (const [name, value] of Object.entries(sent)) {
    if (!Object.hasOwn(FIELDS, name)) return `unknown field ${name}`;
    if (typeof value !== FIELDS[name]) return `${name} is no ${FIELDS[name]}`;
  }
  if (!Array.isArray(sent.messages) || sent.messages.length < 1 || sent.messages.length > 200) return 'messages';
  for (const message of sent.messages) {
    const unknown = Object.keys(message).find((name) => !['content', 'mobile_number'].includes(name));
    if (unknown) return `unknown field ${unknown}`;
    if (typeof message.content !== 'string' || message.content.length < 1) return 'content';
    if ([...message.content].length > 1000) return 'content is too long';
    if (typeof message.mobile_number !== 'string' || !message.mobile_number.split(',').every((one) => NUMBER.test(one))) return 'mobile_number';
  }
  if (sent.sender !== undefined && !/^[A-Za-z0-9 ]{1,11}$/.test(sent.sender)) return 'sender';
  if (sent.webhook_url !== undefined && !/^https?:\/\/[^ ]+$/.test(sent.webhook_url)) return 'webhook_url';
  // Abroad nothing under 21 seconds is taken.
  if (sent.expirein !== undefined && !(/^[0-9]+$/.test(sent.expirein) && Number(sent.expirein) >= 21)) return 'expirein';
  return undefined;
}

async function bodyOf(stream) {
  let text = '';
  for await (const part of stream) text += part;
  return text;
}

const server = createServer(async (request, response) => {
  const answer = (status, body, headers = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
  const refuse = (status, message) => answer(status, { errorResponse: { code: String(status), message, info: 'https://developer.kpn.com' } });
  const url = new URL(request.url, 'http://localhost');
  const body = await bodyOf(request);
  if (request.method !== 'POST') return refuse(405, 'method');
  if (url.pathname === '/oauth/client_credential/accesstoken') {
    const basic = Buffer.from(`${client}:${secret}`).toString('base64');
    if (url.search !== '?grant_type=client_credentials') return refuse(400, 'grant_type');
    if (request.headers.authorization !== `Basic ${basic}`) return refuse(401, 'Unauthorized');
    const token = randomUUID();
    tokens.set(token, Date.now() + lasts * 1000);
    // Its gateway writes a number as text.
    return answer(200, { access_token: token, token_type: 'BearerToken', expires_in: String(lasts), status: 'approved' });
  }
  if (url.pathname !== '/communication/kpn/sms/send' || url.search) return refuse(404, 'Not Found');
  const token = request.headers.authorization?.match(/^Bearer (.+)$/)?.[1];
  if (!((tokens.get(token) ?? 0) > Date.now())) return refuse(401, 'Unauthorized');
  if (mood) return answer(mood.status, mood.body ?? { errorResponse: { code: String(mood.status), message: 'a bad day of +31612345678' } }, mood.headers);
  if (!/^application\/json(;|$)/.test(request.headers['content-type'] ?? '')) return refuse(400, 'content-type');
  let sent;
  try {
    sent = JSON.parse(body);
  } catch {
    return refuse(400, 'no JSON');
  }
  const wrong = fault(sent);
  if (wrong) return refuse(400, wrong);
  taken.push(sent);
  // Its report is often there before its answer is.
  if (reports) await bring({ url: sent.webhook_url, body: { StatusCode: reports, StatusDateTime: Math.floor(Date.now() / 1000) } });
  return answer(200, { document_id: randomUUID(), status: 'OK' });
});

// Signed as KPN does: over the raw body alone, in hexadecimal digits.
async function bring({ url, body, key: other, headers }) {
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  const signature = createHmac('sha256', other ?? key).update(raw).digest('hex');
  const signed = {
    'content-type': 'application/json', 'x-kpn-webhook-signature': signature, 'x-kpn-webhook-key-id': '1',
    'x-kpn-webhook-timestamp': String(Math.floor(Date.now() / 1000)), 'x-kpn-webhook-attempt': '1', ...headers,
  };
  return (await fetch(url, { method: 'POST', headers: signed, body: raw })).status;
}

async function hear(line) {
  if ('mood' in line) mood = line.mood;
  if (line.withdraw) tokens.clear();
  if ('reports' in line) reports = line.reports;
  if (line.lasts) lasts = line.lasts;
  if (line.bring) return bring(line.bring);
  if (line.taken) return taken;
  if (line.tokens) return tokens.size;
  return true;
}

createInterface({ input: process.stdin })
  .on('line', async (line) => console.log(JSON.stringify(await hear(JSON.parse(line)))))
  .on('close', () => process.exit(0));
server.listen(0, '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`));
