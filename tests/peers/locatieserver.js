// PDOK's Locatieserver for the tests: `node locatieserver.js`, prints "ready ADDRESS" when it listens, and ends when its
// standard input does. Prism refuses what does not fit PDOK's own description; before that, this refuses parameters and fields
// that the description does not name. It answers with addresses of the shape of PDOK's sample, in answers that fit the description.
// POST /mood {"is": "well" | "away" | "hangs" | "odd"} changes how it answers; GET /asked tells which questions were right.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Ajv } from 'ajv';

const file = new URL('pdok-locatieserver-v3_1-openapi.json', import.meta.url).pathname;
const description = JSON.parse(readFileSync(file));
const { paths } = description;
const parameters = (path) => paths[path].get.parameters;
// Every field that there is stands in what a look-up gives by itself.
const FIELDS = parameters('/lookup').find(({ name }) => name === 'fl').schema.default.split(' ');
const ajv = new Ajv({ strict: false, validateFormats: false }).addSchema(description, 'pdok');
const fits = (path) => ajv.compile({ $ref: `pdok#/paths/~1${path.slice(1)}/get/responses/200/content/application~1json/schema` });
const answers = { '/suggest': fits('/suggest'), '/lookup': fits('/lookup') };

const base = { bron: 'BAG', type: 'adres' };
// As in PDOK's sample; letter and addition are null, or not there at all.
const ADDRESSES = [
  { ...base, id: 'adr-cf14ac0c218dcc50dd9ef4e8745d8991', weergavenaam: 'Geuzenkade 58-1, 1056KN Amsterdam', straatnaam: 'Geuzenkade', huisnummer: 58,
    huisletter: null, huisnummertoevoeging: '1', huis_nlt: '58-1', postcode: '1056KN', woonplaatsnaam: 'Amsterdam', wijkcode: 'WK036340',
    buurtcode: 'BU03634000', nummeraanduiding_id: '0363200000107724', adresseerbaarobject_id: '0363010000645435' },
  { ...base, id: 'adr-0fd359434d5f1a1ea224a5284dcb7c6a', weergavenaam: 'Geuzenkade 58-H, 1056KN Amsterdam', straatnaam: 'Geuzenkade', huisnummer: 58,
    huisletter: 'H', huisnummertoevoeging: null, huis_nlt: '58H', postcode: '1056KN', woonplaatsnaam: 'Amsterdam', wijkcode: 'WK036340',
    buurtcode: 'BU03634000', nummeraanduiding_id: '0363200000107725', adresseerbaarobject_id: '0363010000645436' },
  { ...base, id: 'adr-00000000000000000000000000000051', weergavenaam: 'Voorbeeldweg 51, 7599ZX Voorbeeldstad', straatnaam: 'Voorbeeldweg', huisnummer: 51,
    huis_nlt: '51', postcode: '7599ZX', woonplaatsnaam: 'Voorbeeldstad', wijkcode: 'WK999901', buurtcode: 'BU99990102',
    nummeraanduiding_id: '9999200000000051', adresseerbaarobject_id: '9999010000000051' },
  // Somebody's garden without a house number: an address to PDOK, and none to us.
  { ...base, id: 'adr-00000000000000000000000000000052', weergavenaam: 'Voorbeeldweg, Voorbeeldstad', straatnaam: 'Voorbeeldweg', woonplaatsnaam: 'Voorbeeldstad' },
];

// Those in which every word of the question begins a word.
function found(words) {
  const of = (text) => text.toLowerCase().split(/[\s,]+/);
  return ADDRESSES.filter(({ weergavenaam }) => of(words).every((word) => of(weergavenaam).some((one) => one.startsWith(word))));
}

function unknown(path, query) {
  if (!answers[path]) return `path ${path}`;
  const name = [...query.keys()].find((one) => !parameters(path).some((known) => known.name === one));
  const field = (query.get('fl') ?? '').split(/[ ,]+/).find((one) => one && !FIELDS.includes(one));
  return name ? `parameter ${name}` : field ? `field ${field}` : null;
}

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

const behind = await free();
const cli = new URL('node_modules/@stoplight/prism-cli/dist/index.js', import.meta.url).pathname;
const prism = spawn(process.execPath, [cli, 'mock', '--errors', '-h', '127.0.0.1', '-p', String(behind), file]);
process.on('exit', () => prism.kill());
prism.on('exit', () => process.exit(1));
prism.stderr.resume();
await new Promise((listens) => {
  let said = '';
  prism.stdout.on('data', (part) => (said += part).includes('Prism is listening') && listens());
});

// The first answer of Prism takes long; nobody waits for it later.
await fetch(`http://127.0.0.1:${behind}/lookup?id=x`);
let mood = 'well';
const asked = [];
const server = createServer(async (request, response) => {
  const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
  const { pathname: path, searchParams: query } = new URL(request.url, 'http://127.0.0.1');
  if (path === '/asked') return answer(200, asked);
  if (path === '/mood') {
    let text = '';
    for await (const part of request) text += part;
    mood = JSON.parse(text).is;
    return answer(200, {});
  }
  const wrong = unknown(path, query);
  if (wrong) return answer(400, { error: { code: 400, msg: `undefined ${wrong}` } });
  const checked = await fetch(`http://127.0.0.1:${behind}${request.url}`, { headers: { accept: 'application/json' } });
  if (checked.status !== 200) return answer(400, await checked.text());
  asked.push({ path, query: [...query], headers: Object.keys(request.headers) });
  if (mood === 'hangs') return undefined;
  if (mood === 'away') return answer(503, { error: { code: 503 } });
  if (mood === 'odd') return answer(200, '{"response": {"docs": [{"id": 7}, ');
  const docs = path === '/lookup' ? ADDRESSES.filter(({ id }) => id === query.get('id')) : found(query.get('q'));
  const kept = query.get('fl').split(/[ ,]+/);
  const shown = docs.slice(0, Number(query.get('rows') ?? 10)).map((one) => Object.fromEntries(Object.entries(one).filter(([name]) => kept.includes(name))));
  const body = { response: { numFound: docs.length, start: 0, maxScore: 21.04, docs: shown }, highlighting: {}, spellcheck: { suggestions: [], collations: [] } };
  if (!answers[path](body)) return answer(500, answers[path].errors);
  return answer(200, body);
});

process.stdin.resume().on('end', () => process.exit(0));
server.listen(0, '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`));
