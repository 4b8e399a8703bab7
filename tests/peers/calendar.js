// An independent reader of calendars: npm's node-ical. On each line of its standard input it hears {"text"}, and answers with what
// it read: {"version", "method", "name", "events": [{uid, summary, start, end, url, class, status}]}. It ends when its input does.
import { createInterface } from 'node:readline';
import ical from 'node-ical';

function read(text) {
  // What every reader may expect (RFC 5545, 3.1): lines that end in CRLF, none longer than 75 octets.
  const lines = text.split('\r\n');
  if (lines.some((line) => line.includes('\n'))) return { wrong: 'a line does not end in CRLF' };
  if (lines.some((line) => Buffer.byteLength(line) > 75)) return { wrong: 'a line is too long' };
  const all = Object.values(ical.sync.parseICS(text));
  const calendar = all.find((one) => one.type === 'VCALENDAR') ?? {};
  const events = all.filter((one) => one.type === 'VEVENT').map(({ uid, summary, start, end, url, class: kind, status, ...rest }) =>
    ({ uid, summary, start, end, url: url?.val ?? url, class: kind, status, also: Object.keys(rest).filter((name) => ['location', 'description', 'attendee', 'organizer'].includes(name)) }));
  return { version: calendar.version, method: calendar.method, name: calendar['WR-CALNAME'], events };
}

createInterface({ input: process.stdin })
  .on('line', (line) => console.log(JSON.stringify(read(JSON.parse(line).text))))
  .on('close', () => process.exit(0));
