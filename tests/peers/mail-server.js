// A mail server for the tests: `node mail-server.js HOW NAME`, made of npm's smtp-server; what it takes is read by mailparser.
// HOW is `starttls`, `implicit` or `open` (no TLS at all); NAME is the name in its certificate, from an authority made for the day.
// It prints {"port", "authority"} when it listens, and then one line for each login and each mail. It ends when its standard
// input does. Who is called `vol@…` has a full mailbox, and `weg@…` never existed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

const [how, name] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'mail-server-'));
const at = (file) => join(home, file);
const openssl = (...args) => execFileSync('openssl', args, { cwd: home, stdio: ['ignore', 'ignore', 'ignore'] });
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Authority of the day', '-addext', 'basicConstraints=critical,CA:TRUE');
openssl('req', ...newKey, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', `/CN=${name}`);
writeFileSync(at('extra'), `subjectAltName=DNS:${name}\nbasicConstraints=CA:FALSE\n`);
openssl('x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'cert.pem', '-days', '2', '-extfile', 'extra');
const [authority, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readFileSync(at(file), 'utf8'));
rmSync(home, { recursive: true, force: true });

const say = (what) => console.log(JSON.stringify(what));
const refusal = (code, words) => Object.assign(new Error(words), { responseCode: code });
const server = new SMTPServer({
  secure: how === 'implicit',
  hideSTARTTLS: how === 'open',
  allowInsecureAuth: true, // so that it would hear a password that is told too early
  hideDSN: false,
  authOptional: true,
  cert,
  key,
  onAuth({ username, password }, session, done) {
    say({ login: username, password, secure: session.secure });
    done(null, { user: username });
  },
  onRcptTo({ address }, session, done) {
    if (address.startsWith('vol@')) return done(refusal(452, `no room for ${address}`));
    if (address.startsWith('weg@')) return done(refusal(550, `no ${address} here`));
    return done();
  },
  async onData(stream, session, done) {
    const { mailFrom, rcptTo, dsn } = session.envelope;
    const mail = await simpleParser(stream);
    const attachments = mail.attachments.map(({ filename, contentType, headers, content }) =>
      ({ name: filename, kind: contentType, params: headers.get('content-type').params, text: content.toString('utf8') }));
    const header = (called) => mail.headers.get(called);
    say({
      secure: session.secure, from: mailFrom.address, to: rcptTo.map((one) => one.address), asks: { mail: { ...mailFrom.args, ...dsn }, to: rcptTo.map((one) => ({ ...one.args, ...one.dsn })) },
      subject: mail.subject, text: mail.text, id: mail.messageId, date: mail.date, auto: header('auto-submitted'), sender: mail.from.text, attachments,
    });
    done();
  },
});
server.on('error', () => {}); // who hangs up is none of its business
process.stdin.resume().on('end', () => process.exit(0));
server.listen(0, '127.0.0.1', () => say({ port: server.server.address().port, authority }));
