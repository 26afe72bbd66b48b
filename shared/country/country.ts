/**
 * Which country a written number belongs to, by everything that is known of it. The strongest evidence counts: a
 * person's ruling (which the caller applies first), the number's own code, a country or an address in the same record,
 * the number's form, the policy's regions, the page's language. A number that none of these settles stays open, with all
 * its readings: a wrong country is worse than a question.
 */
import type { Places } from "./places.ts";
import { dialledIn, isSlipIn, type Read, toE164 } from "../phone/phone.ts";
import { isService } from "../phone/foreign.ts";
import { callingCodeOf, isValid, splitCode } from "../phone/plans.ts";

/** What decided a number's country. `said`: a person. `policy`: the company's own region, or one that it also calls. */
export type DecidedBy = "said" | "code" | "record" | "form" | "policy" | "language";

/** What is known of where the numbers of a page or a file may belong. */
export interface CountryHints {
  /** The policy's default region, or another that a person ruled for the site. */
  region: string;
  /** Regions that the company also calls, by policy. */
  also: readonly string[];
  /** Language tag of the page; empty where it has none. */
  language: string;
}

export interface ResolvedNumber {
  e164: string | null;
  ext?: string;
  readings?: string[];
  /** Undefined while the country is open. */
  by?: DecidedBy;
}

const nothing: Places = { countries: [], cities: [] };

/** Resolves a written number. `places`: what its record names; called only where that counts. */
export function resolveCountry(
  written: string,
  read: Read,
  hints: CountryHints,
  places: () => Places = () => nothing,
): ResolvedNumber {
  const { e164, by } = read;
  const ext = read.ext === undefined ? {} : { ext: read.ext };
  const as = (number: string, why: DecidedBy): ResolvedNumber => ({ e164: number, ...ext, by: why });
  const open = (readings: readonly string[]): ResolvedNumber => ({
    e164: null,
    ...ext,
    readings: [...new Set(readings)],
  });
  if (by === "code" && e164 !== null) return as(e164, "code");
  // A plus is never dropped: the code that follows it is none that is known.
  if (/^\s*[+\uff0b]\s*[^\s0]/.test(written)) return open(e164 === null ? (read.readings ?? []) : [e164]);
  const { countries, cities, waits } = places();

  // What a line of the region rings by these digits. That is no other country's by its form alone.
  const dialled = beforeExtension(written);
  const rings = dialledIn(dialled, hints.region);
  const waiting = () => open([e164, rings, ...(read.readings ?? [])].filter((number) => number !== null));
  if (waits) return waiting();

  const named = numbersAs(written, read, countries);
  const [first] = named;
  if (first) {
    if (named.length > 1) return open(named.map((n) => n.e164));
    // Grouped as the desk's own numbers are, and not as the named country's: leave it open.
    const own = e164 !== null && e164 !== first.e164 && read.fit >= 3 && first.fit < 3;
    return own ? open([e164, first.e164]) : as(first.e164, "record");
  }
  if (by === "named" && e164 !== null) return as(e164, "record");
  const longer =
    e164 === null ? [] : withTail(written, read, hints.also).filter((n) => !isOf(n, hints.region));
  if (e164 !== null && longer.length > 0) return open([e164, ...longer]);
  if (e164 !== null && read.fit >= 3 && e164 === rings) return as(e164, "policy");
  if (cities === null) return waiting();
  // A number need not belong to its owner's city, so a city settles only what is open.
  const near = numbersAs(written, read, cities).map((n) => n.e164);
  if (e164 !== null) {
    const others = [...near, ...writtenSo(written, Math.max(1, read.fit), hints.also)].filter(
      (n) => n !== e164,
    );
    return near.includes(e164) || others.length === 0 ? as(e164, "policy") : open([e164, ...others]);
  }
  if (near.length === 1) return as(near[0]!, "record");

  const readings = read.readings ?? [];
  if (rings !== null) return open([rings, ...readings]);
  const last = readings.at(-1);
  if (by === "form" && last !== undefined) {
    const others = writtenSo(written, 2, hints.also).filter((n) => n !== last);
    return others.length > 0 ? open([...readings, ...others]) : as(last, "form");
  }
  // One digit too many or too few is a slip more often than another country's number.
  if (isSlipIn(dialled, hints.region)) return open(readings);
  const fitting = (regions: readonly string[]) =>
    readings.filter((r) => regions.some((region) => isOf(r, region)));
  const called = hints.also.length > 0 ? fitting([hints.region, ...hints.also]) : [];
  if (called.length === 1 && isInUse(called[0]!) && !isService(called[0]!)) return as(called[0]!, "policy");
  const spoken = fitting(regionsSpeaking(hints.language));
  return spoken.length === 1 ? as(spoken[0]!, "language") : open(readings);
}

/** The numbers of these regions whose plans group digits so, with a fit of `least`; none for digits in one piece. */
function writtenSo(written: string, least: number, regions: readonly string[]): string[] {
  if (regions.length === 0 || !SEPARATED.test(beforeExtension(written))) return [];
  return numbersAs(written, NOTHING, regions)
    .filter(({ fit }) => fit >= least)
    .map(({ e164 }) => e164);
}

/**
 * The numbers of these regions that the digits behind it belong to: 0911 7182899-12, with its extension as Germans and
 * Austrians write one. In a grouping that is not the own region's they count, whomever the company calls.
 */
function withTail(written: string, { tail, fit }: Read, also: readonly string[]): string[] {
  if (tail === undefined) return [];
  const whole = written.endsWith(tail) ? written : written + tail;
  const isDirect = !tail.startsWith(" ");
  return writtenSo(whole, 0, isDirect && fit === 0 ? [...also, "DE", "AT"] : also);
}
const NOTHING: Read = { e164: null, by: "region", fit: 0 };
const SEPARATED = /\d\D+\d/;

/** An extension is announced by a word or as a parameter: its digits are none of the number's. */
const beforeExtension = (written: string): string => /^\D*\d[^\p{L};]*/u.exec(written)?.[0] ?? written;

interface Fitting {
  e164: string;
  fit: number;
}

/** The numbers that a written form is in these regions, where it is a plain number of theirs. */
function numbersAs(written: string, read: Read, regions: readonly string[]): Fitting[] {
  const numbers = new Map<string, number>();
  for (const region of regions) {
    const here = toE164(written, region);
    if (here.e164 !== null && isOf(here.e164, region)) numbers.set(here.e164, here.fit);
    else for (const r of read.readings ?? []) if (isOf(r, region) && isInUse(r)) numbers.set(r, read.fit);
  }
  return [...numbers].map(([e164, fit]) => ({ e164, fit }));
}

/** A country is asserted only by a number of a line type. */
const isInUse = (e164: string): boolean => {
  const number = splitCode(e164.slice(1));
  return number !== null && isValid(number);
};

/** Compares by calling code: regions that share one read the same number. */
const isOf = (e164: string, region: string): boolean => {
  const code = callingCodeOf(region);
  return code !== null && splitCode(e164.slice(1))?.code === code;
};

/** The regions of a language tag. None for English: software is in English everywhere. */
function regionsSpeaking(language: string): string[] {
  const [, tongue = "", region] = /^([a-z]{2,3})(?:-[A-Z][a-z]{3})?(?:-([A-Z]{2}))?/.exec(language) ?? [];
  if (tongue === "" || tongue === "en") return [];
  const likely = region ?? new Intl.Locale(tongue).maximize().region;
  return likely === undefined ? [] : [likely];
}
