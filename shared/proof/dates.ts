/** What proofs and figures compute from dates. Pure: moments are ISO 8601 in UTC, days YYYY-MM-DD. */
import type { ProofGap, ProofLookup, ProofRegister, ProofVersion } from "./api.ts";
import { listAgeDays } from "../check/deadlines.ts";
import { DAY } from "../time.ts";

const iso = (ms: number): string => new Date(ms).toISOString();

/** From when on a register of that date is too old to rely on: the day after the one on which it is `maxAgeDays` old. */
export const expiresAt = (asOf: string, maxAgeDays: number): string =>
  iso(Date.parse(asOf) + (maxAgeDays + 1) * DAY);

type InForce = Pick<ProofVersion, "asOf" | "from" | "to">;
/** Of what is asked anew for each number nobody says that it is too old. */
const ALWAYS_YOUNG = "9000-01-01";

/** What counted when: versions, but for the times in which the register was by lookup. In order of time. */
function inForce(versions: readonly InForce[], lookups: readonly ProofLookup[]): InForce[] {
  const cut = lookups.reduce<InForce[]>(
    (left, { from, to }) =>
      left.flatMap((v): InForce[] => [
        ...(v.from < from ? [{ ...v, to: v.to !== null && v.to < from ? v.to : from }] : []),
        ...(to !== null && (v.to === null || v.to > to) ? [{ ...v, from: v.from > to ? v.from : to }] : []),
      ]),
    versions.map(({ asOf, from, to }) => ({ asOf, from, to })),
  );
  const asked = lookups.map(({ from, to }) => ({ asOf: ALWAYS_YOUNG, from, to }));
  return [...cut, ...asked].sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** The times between `from` and `to` in which no version was in force that was young enough. */
export function gapsOf(
  { versions, lookups }: { versions: readonly InForce[]; lookups: readonly ProofLookup[] },
  maxAgeDays: number,
  from: string,
  to: string,
): ProofGap[] {
  const gaps: ProofGap[] = [];
  let known = from;
  const gap = (until: string) => {
    if (known < until) gaps.push({ from: known, to: until });
  };
  for (const version of inForce(versions, lookups)) {
    const expires = expiresAt(version.asOf, maxAgeDays);
    const begins = version.from > from ? version.from : from;
    const ends = [version.to ?? to, to, expires].reduce((a, b) => (a < b ? a : b));
    if (ends <= begins) continue;
    gap(begins);
    if (ends > known) known = ends;
  }
  gap(to);
  return gaps;
}

/** How old a register was at a moment, in days; null where no version was in force, or it was by lookup. */
export function ageAt(
  { versions, lookups }: Pick<ProofRegister, "versions" | "lookups">,
  at: string,
): number | null {
  if (lookups.some(({ from, to }) => from <= at && (to === null || to > at))) return null;
  const version = versions.findLast((v) => v.from <= at && (v.to === null || v.to > at));
  return version ? Math.max(0, listAgeDays(version.asOf, Date.parse(at))) : null;
}

export interface Span {
  from: string;
  to: string | null;
  listed: boolean | null;
  /** The first and the last version of it. */
  first: ProofVersion;
  last: ProofVersion;
  versions: number;
}
/** Versions one after the other that say the same of the number. */
export function spansOf(versions: readonly ProofVersion[]): Span[] {
  const spans: Span[] = [];
  for (const version of versions) {
    const last = spans.at(-1);
    if (last?.listed === version.listed && last.to === version.from)
      Object.assign(last, { to: version.to, last: version, versions: last.versions + 1 });
    else
      spans.push({
        from: version.from,
        to: version.to,
        listed: version.listed,
        first: version,
        last: version,
        versions: 1,
      });
  }
  return spans;
}

/** Every day from the first to the last, both inclusive. */
export function daysOf(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY) days.push(iso(at).slice(0, 10));
  return days;
}

/**
 * Of rows that are quoted, the most important first, those whose way to a head is in the document: for each head the
 * first row of that way. All ways together have at most `most` rows. `heads` in order.
 */
export function planLinks(
  quoted: readonly number[],
  heads: readonly number[],
  most: number,
): { starts: Map<number, number>; unlinked: number[] } {
  const starts = new Map<number, number>();
  const unlinked: number[] = [];
  let left = most;
  for (const seq of quoted) {
    const head = heads.find((h) => h >= seq);
    const start = head === undefined ? undefined : (starts.get(head) ?? head + 1);
    const more = start === undefined ? Infinity : start - seq;
    if (head === undefined || more > left) unlinked.push(seq);
    else if (more > 0) {
      left -= more;
      starts.set(head, seq);
    }
  }
  return { starts, unlinked: unlinked.sort((a, b) => a - b) };
}

/** Open requests in groups of days that are left, the overdue ones first. */
export const leftGroups = [
  { label: "< 0", from: -Infinity, to: -1 },
  { label: "0–7", from: 0, to: 7 },
  { label: "8–14", from: 8, to: 14 },
  { label: "15–21", from: 15, to: 21 },
  { label: "22–30", from: 22, to: 30 },
  { label: "> 30", from: 31, to: Infinity },
] as const;
export const byDaysLeft = (requests: readonly { daysLeft: number; count: number }[]): number[] =>
  leftGroups.map(({ from, to }) =>
    requests
      .filter(({ daysLeft }) => daysLeft >= from && daysLeft <= to)
      .reduce((sum, { count }) => sum + count, 0),
  );
