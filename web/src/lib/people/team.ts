// How a team is watched, in words and in order: the ladder as it is edited, an example of the agreements, what is still to be done.
import type { Channel, Coverage, Drill, Ladder, Policy, Rung, Target, Way } from '../../api/people/teams';
import type { TeamTexts } from '../../i18n/people/team';
import { gapsOf, reachedOn, type Gap } from '../alarms/coverage-week';
import { minSec } from '../clock/time';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const CHANNELS: readonly Channel[] = ['text', 'call', 'push', 'mail'];
export const FUNCTIONS = ['manager', 'deputy', 'all-managers', 'desk', 'district-officer'] as const;
const DAY_MS = 24 * 60 * 60_000;
/** A drill older than this says little about today's phones. */
const DRILL_DAYS = 90;

export const sameTarget = (a: Target, b: Target): boolean =>
  typeof a === 'string' || typeof b === 'string' ? a === b : a.personId === b.personId;

/** The same list with the item moved; what cannot move stays. */
export function moved<T>(items: readonly T[], at: number, by: -1 | 1): T[] {
  const next = [...items];
  const [item] = next.splice(at, 1);
  if (item === undefined || at + by < 0 || at + by > next.length) return [...items];
  next.splice(at + by, 0, item);
  return next;
}

export const newRung = (): Rung => ({ who: [], channels: ['text', 'call'], waitMinutes: 3 });

/** A second ladder to begin with: the first one, outside of Monday to Friday, 8 to 18. */
export const newOutOfHours = (rungs: readonly Rung[]): NonNullable<Ladder['outOfHours']> => ({
  officeHours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', until: '18:00' }],
  rungs: structuredClone([...rungs]),
});

export function listed(words: readonly string[], and: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${and} ${words.at(-1)}`;
}

export function sayGap(t: TeamTexts, { from, until, whole }: Gap): string {
  const one = (moment: Gap['from']): string => `${t.short[moment.day]} ${moment.time}`;
  return whole ? t.week.allWeek : t.week.from(one(from), one(until));
}

/** Who is called one after the other, by name: `Ruud Smit, daarna Fatima en Els`. */
export function sayWay(t: TeamTexts, way: Way): string {
  const rungs = way.rungs.map((rung) => listed(reachedOn(rung).reached.map(({ person }) => person.name), t.and)).filter(Boolean);
  return rungs.join(t.week.then) || t.week.nobodyAtAll;
}

function clockAfter(minutes: number): string {
  const of = (n: number): string => String(n).padStart(2, '0');
  const whole = 14 * 60 + minutes;
  return `${of(Math.floor(whole / 60))}:${of(whole % 60)}`;
}

/** The agreements as they work out for a check-in at 14:00 that nobody answers. */
export function exampleOf(t: TeamTexts, policy: Policy, way: Way | undefined): string[] {
  const words = t.policy;
  const rungs = (way?.rungs ?? []).filter(({ afterMinutes }) => afterMinutes !== null);
  const who = (rung: Way['rungs'][number]): string => listed(reachedOn(rung).reached.map(({ person }) => person.name), t.and);
  const climbed = rungs.slice(0, 2).map((rung, i) => {
    const time = clockAfter(policy.missMinutes + (rung.afterMinutes ?? 0));
    return i === 0 ? words.alarm(time, who(rung)) : words.next(time, who(rung));
  });
  return [
    policy.reminderMinutes > 0 ? words.remind(clockAfter(-policy.reminderMinutes)) : words.noRemind,
    words.prompt,
    words.again(clockAfter(policy.secondCallMinutes)),
    ...(climbed.length ? climbed : [words.alarm(clockAfter(policy.missMinutes), words.somebody)]),
  ];
}

export interface Check {
  glyph: 'ok' | 'warn' | 'alarm';
  text: string;
  /** More of the same, for which the same is to be done. */
  more?: string[];
  /** What to do about it. */
  todo?: string;
  part?: 'ladder' | 'oefenen' | 'wie';
}

/** Everybody who stands on a ladder of the team in some hour, each once. */
export function onLadder({ ways }: Coverage): Way['rungs'][number]['people'] {
  const all = new Map<string, Way['rungs'][number]['people'][number]>();
  for (const one of ways.flatMap(({ rungs }) => rungs).flatMap(({ people }) => people)) all.set(one.person.id, one);
  return [...all.values()];
}

/** Whether a team is ready for an alarm; what is not, comes first and says what to do. */
export function checksOf(t: TeamTexts, coverage: Coverage, drills: readonly Drill[], now: number): Check[] {
  const checks = [...gapChecks(t, coverage), ...peopleChecks(t, coverage), ...channelChecks(t, coverage), drillCheck(t, drills[0], now)];
  const grave = { alarm: 0, warn: 1, ok: 2 };
  return checks.sort((a, b) => grave[a.glyph] - grave[b.glyph]);
}

function gapChecks(t: TeamTexts, coverage: Coverage): Check[] {
  const [nobody, ...alsoNobody] = gapsOf(coverage, 'nobody').map((gap) => t.ready.nobody(sayGap(t, gap)));
  const [stands, ...alsoStands] = gapsOf(coverage, 'organisation').map((gap) => t.ready.stands(sayGap(t, gap)));
  const found: Check[] = [
    ...(nobody ? [{ glyph: 'alarm', text: nobody, more: alsoNobody, todo: t.ready.nobodyDo, part: 'ladder' } as const] : []),
    ...(stands ? [{ glyph: 'warn', text: stands, more: alsoStands, todo: t.ready.standsDo, part: 'ladder' } as const] : []),
  ];
  return found.length ? found : [{ glyph: 'ok', text: t.ready.always, part: 'wie' }];
}

function peopleChecks(t: TeamTexts, coverage: Coverage): Check[] {
  const people = onLadder(coverage);
  const lacking = people.flatMap(({ person, lacks }) => lacks.slice(0, 1).flatMap((lack): Check[] => {
    const text = t.ready.lacks[lack]?.(person.name);
    return text ? [{ glyph: 'warn', text }] : [];
  }));
  return lacking.length || !people.length ? lacking : [{ glyph: 'ok', text: t.ready.peopleGood(people.length) }];
}

function channelChecks(t: TeamTexts, { channels }: Coverage): Check[] {
  const name = ({ channel }: Coverage['channels'][number]): string => t.channel[channel] ?? channel;
  const good = channels.filter(({ works }) => works).map(name);
  const bad = channels.filter(({ works }) => !works);
  return [
    ...bad.map((channel): Check => ({ glyph: 'alarm', text: t.ready.fails(name(channel)) })),
    ...(good.length ? [{ glyph: 'ok', text: t.ready.works(listed(good, t.and)) } as const] : []),
  ];
}

function drillCheck(t: TeamTexts, last: Drill | undefined, now: number): Check {
  if (!last) return { glyph: 'warn', text: t.ready.neverDrilled, part: 'oefenen' };
  if (last.state !== 'closed') return { glyph: 'warn', text: t.ready.drillRuns, part: 'oefenen' };
  const days = Math.floor((now - Date.parse(last.openedAt)) / DAY_MS);
  const { secondsUntilTaken } = last.report;
  if (secondsUntilTaken === null) return { glyph: 'warn', text: t.ready.drillMissed, part: 'oefenen' };
  if (days > DRILL_DAYS) return { glyph: 'warn', text: t.ready.drilledLong(days), part: 'oefenen' };
  return { glyph: 'ok', text: t.ready.drilled(Math.max(0, days), minSec(secondsUntilTaken * 1000)), part: 'oefenen' };
}
