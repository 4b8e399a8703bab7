// Another system that is told what happened: `node event-receiver.js SECRET`, prints "ready ADDRESS" when it listens, and ends
// when its standard input does. It believes what npm's standardwebhooks verifies under its secret, and takes what npm's
// cloudevents reads strictly. POST /mood changes how it answers: {"answers": 500, "after": 7} asks for patience of seven
// seconds, {"hangs": true} takes everything and never answers. GET /received tells everything that came, believed or not.
import { createServer } from 'node:http';
import { HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.argv[2]);
const received = [];
let mood = {};

async function bodyOf(stream) {
  let text = '';
  for await (const part of stream) text += part;
  return text;
}

function read(headers, body) {
  try {
    webhook.verify(body, headers);
  } catch (why) {
    return { is: 'forged', why: String(why) };
  }
  try {
    // A media type that is no CloudEvent, or an attribute that the specification forbids, is thrown out here.
    const event = HTTP.toEvent({ headers, body });
    event.validate();
    return { is: 'event', event: event.toJSON() };
  } catch (why) {
    return { is: 'invalid', why: String(why) };
  }
}

const server = createServer(async (request, response) => {
  const answer = (status, body, headers = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  const body = await bodyOf(request);
  if (request.url === '/received') return answer(200, received);
  if (request.url === '/mood') {
    mood = JSON.parse(body);
    return answer(200, {});
  }
  const found = read(request.headers, body);
  received.push({ ...found, id: request.headers['webhook-id'], type: request.headers['content-type'], body });
  if (mood.hangs) return undefined;
  if (mood.answers) return answer(mood.answers, {}, mood.after ? { 'retry-after': String(mood.after) } : {});
  return answer({ event: 204, invalid: 400, forged: 401 }[found.is], {});
});

process.stdin.resume().on('end', () => process.exit(0));
server.listen(0, '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`));
