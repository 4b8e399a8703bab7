// A real OpenID provider for the tests: `node openid-provider.js PORT CALLBACK`.
// Prints "ready" when it listens, and ends when its standard input does.
// Any name signs in; `unverified-…` has a mail address that nobody verified.
// POST /rotate gives it new keys; POST /mint signs the claims in the body with its present key.
import { createServer } from 'node:http';
import { generateKeyPair, exportJWK, importJWK, SignJWT } from 'jose';
import { Provider } from 'oidc-provider';

const [port, callback] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

async function freshKeys(generation) {
  const make = async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `${alg}-${generation}` };
  };
  return [await make('RS256'), await make('ES256')];
}

function providerWith(keys) {
  const provider = new Provider(issuer, {
    jwks: { keys },
    clients: [{
      client_id: 'rugdekking',
      client_secret: 'a-secret-of-the-tests',
      redirect_uris: [callback],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    // Like Entra: the claims stand in the ID token itself, unless the login asks otherwise.
    conformIdTokenClaims: process.env.CONFORM === 'yes',
    pkce: { required: () => true },
    cookies: { keys: ['a-key-of-the-tests'] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@enschede.example`,
        email_verified: !id.startsWith('unverified'),
      }),
    }),
  });
  return provider.callback();
}

let generation = 1;
let keys = await freshKeys(generation);
let provider = providerWith(keys);

async function bodyOf(request) {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text || '{}');
}

const server = createServer(async (request, response) => {
  if (request.method === 'POST' && request.url === '/rotate') {
    generation += 1;
    keys = await freshKeys(generation);
    provider = providerWith(keys);
    return response.end('rotated');
  }
  if (request.method === 'POST' && request.url === '/mint') {
    const { alg, claims } = await bodyOf(request);
    const key = keys.find((k) => k.alg === alg) ?? keys[0];
    const signed = new SignJWT({ iss: issuer, ...claims }).setProtectedHeader({ alg: key.alg, kid: key.kid });
    return response.end(await signed.sign(await importJWK(key, key.alg)));
  }
  return provider(request, response);
});

process.stdin.resume().on('end', () => process.exit(0));
server.listen(Number(port), '127.0.0.1', () => console.log('ready'));
