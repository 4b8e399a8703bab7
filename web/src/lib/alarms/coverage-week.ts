// Who is called when, as a picture of a week: the service says which way holds when, this lays it out by the clock on the wall.
import type { Coverage, Way } from '../../api/people/teams';
import { clockTime, dayOf, instantOf } from '../clock/time';

const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;

/** A piece of a day, in minutes by the clock on the wall. */
export interface Piece {
  from: number;
  until: number;
  way: number;
}
export interface Day {
  /** `2026-11-23` */
  day: string;
  pieces: Piece[];
}
/** A time of the week at which something begins or ends: a day, 0 for Monday, and a clock time. */
export interface Moment {
  day: number;
  time: string;
}
export interface Gap {
  from: Moment;
  until: Moment;
  whole: boolean;
}
/** A rung as it is climbed from a moment on. */
export interface Told {
  rung: Way['rungs'][number];
  /** The clock time at which it is told; null when it is passed over. */
  at: string | null;
}

const wall = (ms: number): number => {
  const [hour = 0, minute = 0] = clockTime(ms).split(':').map(Number);
  return hour * 60 + minute;
};

/** The day after, by the calendar: a day of 23 or 25 hours is one too. */
function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MINUTES * MINUTE).toISOString().slice(0, 10);
}

/** Seven days with their pieces. In the hour that comes twice, what holds last is drawn. */
export function daysOf({ from, spans }: Coverage): Day[] {
  const days: Day[] = [];
  for (let day = from; days.length < 7; day = nextDay(day)) {
    const begin = Date.parse(instantOf(day, '00:00') ?? day);
    const end = Date.parse(instantOf(nextDay(day), '00:00') ?? day);
    const pieces = spans.flatMap((span) => {
      const [first, last] = [Math.max(begin, Date.parse(span.from)), Math.min(end, Date.parse(span.until))];
      if (first >= last) return [];
      return [{ from: first === begin ? 0 : wall(first), until: last === end ? DAY_MINUTES : wall(last), way: span.way }];
    });
    days.push({ day, pieces: pieces.filter((piece) => piece.from < piece.until) });
  }
  return days;
}

function momentOf(at: string, monday: string): Moment {
  const days = (Date.parse(`${dayOf(at)}T00:00:00Z`) - Date.parse(`${monday}T00:00:00Z`)) / (DAY_MINUTES * MINUTE);
  return { day: Math.round(days) % 7, time: clockTime(at) };
}

/** When this holds. One week follows the other, so what lasts over Sunday night is one gap. */
export function gapsOf({ from, spans, ways }: Coverage, kind: Way['coverage']): Gap[] {
  const found: { from: string; until: string }[] = [];
  for (const span of spans) {
    if (ways[span.way]?.coverage !== kind) continue;
    const last = found.at(-1);
    if (last?.until === span.from) last.until = span.until;
    else found.push({ from: span.from, until: span.until });
  }
  const [first, last] = [found[0], found.at(-1)];
  const [begin, end] = [spans[0]?.from, spans.at(-1)?.until];
  const whole = found.length === 1 && first?.from === begin && first?.until === end;
  if (first && last && first !== last && first.from === begin && last.until === end) {
    last.until = first.until;
    found.shift();
  }
  return found.map((gap) => ({ from: momentOf(gap.from, from), until: momentOf(gap.until, from), whole }));
}

/** The instant of a day and time in this week. */
export function instantIn({ from }: Coverage, { day, time }: Moment): string | null {
  let date = from;
  for (let days = 0; days < day; days += 1) date = nextDay(date);
  return instantOf(date, time);
}

/** How an alarm climbs that opens at this instant. */
export function wayAt({ spans, ways }: Coverage, at: string): Way | undefined {
  const ms = Date.parse(at);
  const span = spans.find(({ from, until }) => Date.parse(from) <= ms && ms < Date.parse(until));
  return span && ways[span.way];
}

/** The rungs in order, with the clock time at which each is told. */
export function toldFrom(way: Way, at: string): Told[] {
  return way.rungs.map((rung) => ({
    rung,
    at: rung.afterMinutes === null ? null : clockTime(Date.parse(at) + rung.afterMinutes * MINUTE),
  }));
}

/** Those on a rung who are reached by it, and those who are not. */
export function reachedOn(rung: Way['rungs'][number]): { reached: Way['rungs'][number]['people']; not: Way['rungs'][number]['people'] } {
  return {
    reached: rung.people.filter(({ channels }) => channels.length > 0),
    not: rung.people.filter(({ channels }) => channels.length === 0),
  };
}

/** `7:05` in minutes of the day as a clock shows it; the end of the day is 24:00. */
export function clockOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
