// The figures of a month as groups of rows, and as bars.
import type { Report } from '../../api/visits/reports';
import type { TeamTexts } from '../../i18n/people/team';
import { minSec } from '../clock/time';

export interface Row {
  text: string;
  value: string;
  /** A part of the row above it. */
  part?: boolean;
}
export interface Bar {
  text: string;
  value: number;
}
export interface Group {
  title: string;
  rows: Row[];
  bars?: Bar[];
}

export function groupsOf(t: TeamTexts, report: Report): Group[] {
  const w = t.report;
  const { visits, checkIns, alarms, ownership, drills } = report;
  const count = (text: string, value: number, part = false): Row => ({ text, value: String(value), part });
  const time = (text: string, seconds: number | null): Row => ({ text, value: seconds === null ? w.nothing : minSec(seconds * 1000) });
  return [
    { title: w.visits, rows: [count(w.ended, visits.ended), count(w.risky, visits.risky, true), count(w.cancelled, visits.cancelled)] },
    {
      title: w.checkIns,
      rows: [count(w.asked, checkIns.asked), count(w.inTime, checkIns.inTime, true), count(w.late, checkIns.late, true), count(w.missed, checkIns.missed, true)],
      bars: [{ text: w.inTime, value: checkIns.inTime }, { text: w.late, value: checkIns.late }, { text: w.missed, value: checkIns.missed }],
    },
    {
      title: w.alarms,
      rows: [count(w.total, alarms.total), count(w.missedCheckIn, alarms.missedCheckIn, true), count(w.panic, alarms.panic, true), count(w.duress, alarms.duress, true)],
      bars: [{ text: w.missedCheckIn, value: alarms.missedCheckIn }, { text: w.panic, value: alarms.panic }, { text: w.duress, value: alarms.duress }],
    },
    {
      title: w.ownership,
      rows: [count(w.taken, ownership.taken), count(w.never, ownership.never), time(w.median, ownership.medianSeconds), time(w.p90, ownership.p90Seconds), time(w.longest, ownership.longestSeconds)],
    },
    { title: w.drills, rows: [count(w.held, drills.held), count(w.taken, drills.ownership.taken, true), time(w.drillMedian, drills.ownership.medianSeconds)] },
  ];
}

/** How long each bar is, of a hundred: the longest fills it, and what is there is seen. */
export function lengths(bars: readonly Bar[]): number[] {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  return bars.map(({ value }) => (value === 0 ? 0 : Math.max(2, (value / most) * 100)));
}
