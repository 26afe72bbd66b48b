/**
 * Which versions of a register counted when, for proofs and the overview. Pure: moments are ISO 8601 in UTC, days YYYY-MM-DD.
 */
import type { ProofGap, ProofLookup, ProofRegister, ProofVersion } from "./api.ts";
import { DAY } from "../core/time.ts";
import { ageInDays, expiresAt } from "../registers/age.ts";

const iso = (ms: number): string => new Date(ms).toISOString();

type InForce = Pick<ProofVersion, "asOf" | "from" | "to">;
/** A date for registers by lookup, which never become too old: each number is asked afresh. */
const ALWAYS_YOUNG = "9000-01-01";

/** What counted when, in order of time: versions, and lookups in their place while the register was by lookup. */
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

/** The times between `from` and `to` in which no version in force was young enough to rely on. */
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
    const expires = iso(expiresAt(version.asOf, maxAgeDays));
    const begins = version.from > from ? version.from : from;
    const ends = [version.to ?? to, to, expires].reduce((a, b) => (a < b ? a : b));
    if (ends <= begins) continue;
    gap(begins);
    if (ends > known) known = ends;
  }
  gap(to);
  return gaps;
}

/** How old a register was at a moment, in days; null where it had no version in force, or was by lookup. */
export function ageAt(
  { versions, lookups }: Pick<ProofRegister, "versions" | "lookups">,
  at: string,
): number | null {
  if (lookups.some(({ from, to }) => from <= at && (to === null || to > at))) return null;
  const version = versions.findLast((v) => v.from <= at && (v.to === null || v.to > at));
  return version ? Math.max(0, ageInDays(version.asOf, Date.parse(at))) : null;
}

/** A time in which the register's answer did not change. */
export interface Span {
  from: string;
  to: string | null;
  listed: boolean | null;
  /** Its first and its last version. */
  first: ProofVersion;
  last: ProofVersion;
  versions: number;
}
/** Joins successive versions that answer the same about the number. */
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
