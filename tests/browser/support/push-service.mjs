// A push service and a phone with keys of its own: what our binary sends is read by another maker's library.
import assert from 'node:assert/strict';
import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import ece from 'http_ece';

export class PushService {
  static async open() {
    const service = new PushService();
    service.arrived = [];
    service.status = 201;
    service.keys = createECDH('prime256v1');
    service.keys.generateKeys();
    service.auth = randomBytes(16);
    service.server = createServer((request, response) => service.take(request, response)).listen(0, '127.0.0.1');
    await once(service.server, 'listening');
    service.origin = `http://127.0.0.1:${service.server.address().port}`;
    return service;
  }

  /** What a browser tells of a phone that subscribed here. */
  get subscription() {
    const keys = { p256dh: this.keys.getPublicKey().toString('base64url'), auth: this.auth.toString('base64url') };
    return { endpoint: `${this.origin}/telefoon`, expirationTime: null, keys };
  }

  async take(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    try {
      this.arrived.push(this.read(request.headers, Buffer.concat(parts)));
    } catch (why) {
      this.complaint = why;
    }
    response.writeHead(this.status).end();
  }

  read(headers, body) {
    assert.equal(headers['content-encoding'], 'aes128gcm');
    assert.equal(headers.urgency, 'high');
    assert.match(headers.topic, /^[\w-]{1,32}$/);
    this.signedBy = checkSignature(headers.authorization, this.origin);
    const plain = ece.decrypt(body, { version: 'aes128gcm', privateKey: this.keys, authSecret: this.auth.toString('base64url') });
    return { ttl: Number(headers.ttl), topic: headers.topic, text: plain.toString('utf8'), shown: JSON.parse(plain.toString('utf8')) };
  }

  /** The next notification after so many. */
  async next(known = 0) {
    for (let tries = 0; tries < 100 && this.arrived.length <= known; tries += 1) await new Promise((done) => setTimeout(done, 100));
    assert.ifError(this.complaint);
    assert.ok(this.arrived.length > known, 'a notification arrives');
    return this.arrived.at(-1);
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** VAPID, by node's own cryptography; gives the key that signed. */
function checkSignature(header, origin) {
  const [, token, key] = /^vapid t=([^,]+), k=([\w-]+)$/.exec(header);
  const [head, claims, signature] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const publicKey = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  assert.ok(verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url')), 'the signature holds');
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  assert.equal(aud, origin);
  assert.ok(exp > Date.now() / 1000 && exp < Date.now() / 1000 + 24 * 3600, 'signed for a day at most, by the clock of the world');
  assert.match(sub, /^(https?:|mailto:)/);
  return key;
}
