/** Dates and times among the groups of a run: of stage 2, traps.ts. */
import { Gap, isJoined, lengthOf, type Run, valueOf } from "./digit-runs.ts";

/** True for 12/03/2026, 2026-03-12. */
export function isDate(run: Run, i: number): boolean {
  const lengths = `${lengthOf(run, i)}${lengthOf(run, i + 1)}${lengthOf(run, i + 2)}`;
  const [a, b, c] = [valueOf(run, i), valueOf(run, i + 1), valueOf(run, i + 2)];
  if (/^4[12][12]$/.test(lengths)) return a > 1800 && a < 2200 && b >= 1 && b <= 12 && c >= 1 && c <= 31;
  if (!/^[12][12][24]$/.test(lengths)) return false;
  const year = lengths.endsWith("2") || (c > 1800 && c < 2200);
  return year && a >= 1 && b >= 1 && a <= 31 && b <= 31 && (a <= 12 || b <= 12);
}

/** True for 2015-2016. */
export function isYears(run: Run, i: number): boolean {
  const [a, b] = [valueOf(run, i), valueOf(run, i + 1)];
  return (run.gap[i + 1]! & Gap.hyphen) !== 0 && a >= 1900 && a <= b && b < 2100;
}

/** True for opening hours, 0930–1800, to a quarter, from five on: 0345-2100 may be Halle. Behind its label any is a number. */
export function isSpan(run: Run, i: number, labelled: () => boolean): boolean {
  if ((run.gap[i + 1]! & Gap.hyphen) === 0 || isJoined(run, i) || isJoined(run, i + 2)) return false;
  const [from, to] = [valueOf(run, i), valueOf(run, i + 1)];
  if (![from, to].every((time) => time % 100 < 60 && (time % 100) % 15 === 0)) return false;
  return from >= 500 && from < to && to <= 2400 && !labelled();
}

/**
 * True for the number of a person, 850730-1234: the day of birth, the year first (Sweden, with 60 more for who is not
 * registered) or last (Denmark).
 */
export function isPersonal(run: Run, i: number): boolean {
  if (run.gap[i + 1] !== Gap.hyphen || lengthOf(run, i) !== 6 || lengthOf(run, i + 1) !== 4) return false;
  if (isJoined(run, i)) return false;
  const [a, month, c] = [0, 2, 4].map((k) => Number(run.digits.substr(run.at[i]! + k, 2)));
  return month! >= 1 && month! <= 12 && [a!, c! % 60].some((day) => day >= 1 && day <= 31);
}

/** True for the digits of 9:30, 17:00, 9am, 5 p.m., 9h30, 9 Uhr. */
export function isHour(text: string, start: number, end: number): boolean {
  if (text[end] === ":" && /\d/.test(text[end + 1] ?? "")) return true;
  if (text[start - 1] === ":" && /\d/.test(text[start - 2] ?? "")) return true;
  return /^[ \u00a0]?(?:[ap]\.?m\b|h\d|uhr\b)/iu.test(text.slice(end, end + 6));
}

/** Masks three or more times of day, to five minutes: 0800 1200 1300 1700. */
export function hours(run: Run, i: number, hide: (from: number, to: number) => void): void {
  let to = i;
  for (; to < run.n && lengthOf(run, to) === 4; to++) {
    const time = valueOf(run, to);
    if (time >= 2400 || time % 100 > 55 || time % 5 !== 0) break;
  }
  if (to - i >= 3) hide(i, to);
}
