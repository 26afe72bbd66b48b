/** The bars of a chart by weeks: no week is left out, and all past weeks, and all that are far off, share one bar each. */
import { DAY } from "../../../shared/core/time.ts";

export interface Week {
  /** Its Monday, YYYY-MM-DD. */
  week: string;
  recordings: number;
  /** How many of them a legal hold keeps. */
  held: number;
}

export interface Span extends Week {
  when: "past" | "week" | "later";
}

export const mondayOf = (day: string): string => {
  const days = Date.parse(day) / DAY;
  // 1 January 1970 was a Thursday.
  return dayAt((days - ((days + 3) % 7)) * DAY);
};
const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** From the week of `today` to the last that has any recordings, at most `most` weeks. [] where no week has any. */
export function spans(weeks: readonly Week[], today: string, most: number): Span[] {
  const first = mondayOf(today);
  const after = dayAt(Date.parse(first) + most * 7 * DAY);
  const total = (when: Span["when"], week: string, of: Week[]): Span[] =>
    of.length === 0
      ? []
      : [{ when, week, recordings: sum(of, (w) => w.recordings), held: sum(of, (w) => w.held) }];
  const near = weeks.filter(({ week }) => week >= first && week < after);
  const last = near.at(-1)?.week ?? "";
  const filled: Span[] = [];
  for (let at = Date.parse(first); dayAt(at) <= last; at += 7 * DAY) {
    const week = dayAt(at);
    filled.push({ ...(near.find((w) => w.week === week) ?? { week, recordings: 0, held: 0 }), when: "week" });
  }
  return [
    ...total(
      "past",
      dayAt(Date.parse(first) - 7 * DAY),
      weeks.filter(({ week }) => week < first),
    ),
    ...filled,
    ...total(
      "later",
      after,
      weeks.filter(({ week }) => week >= after),
    ),
  ];
}

const sum = (weeks: Week[], of: (week: Week) => number): number =>
  weeks.reduce((all, week) => all + of(week), 0);

/** Which of them have their month's name below them: the first week of each, unless another label is within two places. */
export function monthsNamed(of: readonly Span[]): boolean[] {
  const isOther = (i: number) => (of[i]?.when ?? "week") !== "week";
  const begins = of.map(
    ({ when, week }, i) =>
      when === "week" && (i === 0 || isOther(i - 1) || of[i - 1]!.week.slice(0, 7) < week.slice(0, 7)),
  );
  const isNear = (i: number) =>
    [i + 1, i + 2].some((at) => begins[at] || isOther(at)) || isOther(i - 1) || isOther(i - 2);
  return begins.map((is, i) => is && !isNear(i));
}
