// A telephone operator that speaks SMPP, for the tests: `node operator.js`, prints {"listens": PORT} and then each text that
// it was given, put together from its parts: {to, from, text, alphabet, parts, minutes}. Lines of standard input tell it what
// to do: {"text": {from, to, body}} is a phone that texts; {"receipts": "DELIVRD" | "UNDELIV" | "REJECTD" | null} is what
// becomes of what it is given from now on; {"line": "up" | "down"}. It ends when its standard input does.
import { createInterface } from 'node:readline';
import smpp from 'smpp';

const say = (what) => console.log(JSON.stringify(what));
const sessions = new Set();
const long = new Map();
let receipts = 'DELIVRD';
let up = true;
let given = 0;

function minutesOf(validity) {
  // An absolute time YYMMDDhhmmss, as Kannel writes it.
  if (!validity) return null;
  const at = validity instanceof Date ? validity : new Date(validity);
  return Math.round((at - Date.now()) / 60000);
}

function whole(pdu) {
  const { message, udh } = pdu.short_message;
  const alphabet = pdu.data_coding === 8 ? 'ucs2' : 'gsm7';
  const about = { to: pdu.destination_addr, from: pdu.source_addr, alphabet, minutes: minutesOf(pdu.validity_period) };
  const header = udh?.[0];
  if (!header) return { ...about, text: message, parts: 1 };
  const [reference, parts, part] = [header[2], header[3], header[4]];
  const key = `${about.to}/${reference}`;
  const all = long.get(key) ?? new Map();
  long.set(key, all.set(part, message));
  if (all.size < parts) return undefined;
  long.delete(key);
  return { ...about, text: [...all.keys()].sort((a, b) => a - b).map((n) => all.get(n)).join(''), parts };
}

function receipt(session, pdu, id) {
  const dates = 'submit date:2611231300 done date:2611231300';
  const message = `id:${id} sub:001 dlvrd:001 ${dates} stat:${receipts} err:000 text:`;
  session.deliver_sm({
    source_addr: pdu.destination_addr, source_addr_ton: 1, source_addr_npi: 1,
    destination_addr: pdu.source_addr, dest_addr_ton: 1, dest_addr_npi: 1,
    esm_class: 4, short_message: message,
  });
}

const server = smpp.createServer((session) => {
  if (!up) return session.close();
  sessions.add(session);
  session.on('close', () => sessions.delete(session));
  session.on('error', () => sessions.delete(session));
  session.on('bind_transceiver', (pdu) => session.send(pdu.response()));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => session.send(pdu.response(), () => session.close()));
  session.on('submit_sm', (pdu) => {
    given += 1;
    const id = String(given).padStart(10, '0');
    session.send(pdu.response({ message_id: id }));
    const text = whole(pdu);
    if (text) say(text);
    if (receipts && pdu.registered_delivery) receipt(session, pdu, id);
  });
});

server.listen(0, '127.0.0.1', () => say({ listens: server.address().port }));
for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  if (told.receipts !== undefined) receipts = told.receipts;
  if (told.line) {
    up = told.line === 'up';
    if (!up) sessions.forEach((session) => session.socket.destroy());
  }
  const [session] = sessions;
  if (told.text && session) {
    session.deliver_sm({
      source_addr: told.text.from, source_addr_ton: 1, source_addr_npi: 1,
      destination_addr: told.text.to, dest_addr_ton: 1, dest_addr_npi: 1, short_message: told.text.body,
    });
  }
}
process.exit(0);
