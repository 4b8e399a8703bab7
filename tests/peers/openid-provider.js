// A real OpenID provider for the tests: `node openid-provider.js PORT OUR-ADDRESS [SETTINGS-AS-JSON]`.
// Prints "ready" when it listens, and ends when its standard input does.
// Any name signs in, with the password `strong` more strongly; `unverified-…` has a mail address that
// nobody verified. Settings: `conform` tells claims only when asked for, `tenant` puts it at an address
// like Entra's, `client` changes how we are known there.
// POST /rotate gives it new keys; /mint signs the claims in the body with its present key; /claims tells
// more of a person; /twist changes the claims of the ID tokens that follow (null takes one away).
import { createServer } from 'node:http';
import { generateKeyPair, exportJWK, importJWK, SignJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import { Provider } from 'oidc-provider';

const [port, ours, settings = '{}'] = process.argv.slice(2);
const { conform = false, tenant = '', client = {} } = JSON.parse(settings);
const mount = tenant && `/${tenant}/v2.0`;
const issuer = `http://127.0.0.1:${port}${mount}`;
const said = {};
let twist = {};

async function freshKeys(generation) {
  const make = async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `${alg}-${generation}` };
  };
  return [await make('RS256'), await make('ES256')];
}

function providerWith(keys) {
  const known = {
    client_id: 'rugdekking',
    client_secret: 'a-secret-of-the-tests',
    redirect_uris: [`${ours}/sign-in/callback`],
    post_logout_redirect_uris: [`${ours}/`],
    backchannel_logout_uri: `${ours}/sign-out/back-channel`,
    backchannel_logout_session_required: true,
    grant_types: ['authorization_code'],
    response_types: ['code'],
    ...client,
  };
  if (client.jwks) delete known.client_secret;
  return new Provider(issuer, {
    jwks: { keys },
    clients: [known],
    claims: { openid: ['sub', 'roles', 'oid', 'tid', 'sid'], email: ['email', 'email_verified'], acr: null },
    acrValues: ['urn:example:strong'],
    // Like Entra: the claims stand in the ID token itself, unless the login asks otherwise.
    conformIdTokenClaims: conform,
    pkce: { required: () => true },
    cookies: { keys: ['a-key-of-the-tests'] },
    clientAuthMethods: ['client_secret_basic', 'private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
    features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true } },
    // It would not speak to addresses of this machine, where we are.
    fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@enschede.example`,
        email_verified: !id.startsWith('unverified'),
        ...said[id],
      }),
    }),
  });
}

let generation = 1;
let keys = await freshKeys(generation);
let provider = providerWith(keys);

async function bodyOf(request) {
  let text = '';
  for await (const part of request) text += part;
  return text;
}

async function sign(claims, alg, typ) {
  const key = keys.find((k) => k.alg === alg) ?? keys[0];
  const header = { alg: key.alg, kid: key.kid, ...(typ && { typ }) };
  return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(key, key.alg));
}

/** Lets the provider answer, and changes what its ID token says. */
function twisted(response) {
  const end = response.end.bind(response);
  response.end = async (body) => {
    const answer = JSON.parse(String(body));
    if (answer.id_token) {
      const claims = { ...decodeJwt(answer.id_token), ...twist };
      for (const [name, value] of Object.entries(claims)) if (value === null) delete claims[name];
      answer.id_token = await sign(claims, decodeProtectedHeader(answer.id_token).alg);
    }
    response.removeHeader('content-length');
    end(JSON.stringify(answer));
  };
  return response;
}

const does = {
  '/rotate': async () => {
    generation += 1;
    keys = await freshKeys(generation);
    provider = providerWith(keys);
    return 'rotated';
  },
  '/mint': ({ alg, typ, claims }) => sign({ iss: issuer, ...claims }, alg, typ),
  '/claims': ({ login, claims }) => { said[login] = claims; return 'said'; },
  '/twist': (claims) => { twist = claims; return 'twisted'; },
};

const server = createServer(async (request, response) => {
  request.originalUrl = request.url;
  request.url = request.url.slice(request.url.startsWith(mount) ? mount.length : 0);
  const asked = request.method === 'POST' && does[request.url];
  if (asked) return response.end(await asked(JSON.parse((await bodyOf(request)) || '{}')));
  if (request.method === 'POST' && request.url.startsWith('/interaction/')) {
    const form = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
    if (form.prompt === 'login') {
      const acr = form.password === 'strong' ? 'urn:example:strong' : undefined;
      return provider.interactionFinished(request, response, { login: { accountId: form.login, acr } });
    }
    request.body = form;
  }
  const last = request.url === '/token' && Object.keys(twist).length ? twisted(response) : response;
  return provider.callback()(request, last);
});

process.stdin.resume().on('end', () => process.exit(0));
server.listen(Number(port), '127.0.0.1', () => console.log('ready'));
