// Instants as people read and type them, in the time zone of the organisation.
export const TIME_ZONE = 'Europe/Amsterdam';
const MINUTE = 60_000;

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: TIME_ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

function fields(ms: number): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(ms).map(({ type, value }) => [type, value]));
}

/** `14:00` */
export function clockTime(at: string | number): string {
  const f = fields(typeof at === 'number' ? at : Date.parse(at));
  return `${f.hour}:${f.minute}`;
}

/** `14:00:05` */
export function clockSeconds(at: string): string {
  return `${clockTime(at)}:${fields(Date.parse(at)).second}`;
}

/** `2026-11-23`, where the organisation is. */
export function dayOf(at: string | number): string {
  const f = fields(typeof at === 'number' ? at : Date.parse(at));
  return `${f.year}-${f.month}-${f.day}`;
}

/** `14:00` today, `di 24 nov 14:00` on another day. */
export function dayTime(at: string, now: number, language: string): string {
  if (dayOf(at) === dayOf(now)) return clockTime(at);
  const day = new Intl.DateTimeFormat(language, { timeZone: TIME_ZONE, weekday: 'short', day: 'numeric', month: 'short' });
  return `${day.format(Date.parse(at))} ${clockTime(at)}`;
}

/** `28 februari 2027` for a date without a time. */
export function longDay(day: string, language: string): string {
  return new Intl.DateTimeFormat(language, { timeZone: 'UTC', dateStyle: 'long' }).format(Date.parse(`${day}T00:00:00Z`));
}

function offset(ms: number): number {
  const f = fields(ms);
  const shown = Date.UTC(+f.year!, +f.month! - 1, +f.day!, +f.hour!, +f.minute!, +f.second!);
  return shown - Math.floor(ms / 1000) * 1000;
}

/** The instant of a typed day and time; in the hour that comes twice, the first; null when unreadable. */
export function instantOf(day: string, time: string): string | null {
  const typed = Date.parse(`${day}T${time}:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !/^\d{2}:\d{2}$/.test(time) || Number.isNaN(typed)) return null;
  const before = typed - offset(typed - 24 * 60 * MINUTE);
  const after = typed - offset(typed + 24 * 60 * MINUTE);
  const fits = [before, after].filter((ms) => ms + offset(ms) === typed);
  return new Date(fits.length ? Math.min(...fits) : before).toISOString();
}

/** The first instant at or after `start` that reads as `time` on the clock. */
export function following(start: string, time: string): string | null {
  const same = instantOf(dayOf(start), time);
  if (!same || Date.parse(same) >= Date.parse(start)) return same;
  return instantOf(dayOf(Date.parse(start) + 24 * 60 * MINUTE), time);
}

/** The next whole five minutes, as form fields. */
export function nextFive(now: number): { day: string; time: string } {
  const ms = Math.ceil((now + 1) / (5 * MINUTE)) * 5 * MINUTE;
  return { day: dayOf(ms), time: clockTime(ms) };
}

/** `5:12`, or `1:05:12`. */
export function minSec(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

export interface Left {
  /** Whole minutes rounded up, or seconds in the last minute. */
  value: number;
  unit: 'minutes' | 'seconds';
  late: boolean;
}

/** How long it still takes, the way the ring shows it. */
export function left(until: string, now: number): Left {
  const ms = Date.parse(until) - now;
  const away = Math.abs(ms);
  const late = ms < 0;
  if (away < MINUTE) return { value: Math.floor(away / 1000), unit: 'seconds', late };
  return { value: late ? Math.floor(away / MINUTE) : Math.ceil(away / MINUTE), unit: 'minutes', late };
}
