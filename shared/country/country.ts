/**
 * Which country a written number belongs to, by all that is known of it. The strongest word counts: what a person said,
 * the number's own code, a country or an address in the same record, the form of the number, the policy's regions, the
 * page's language. What none of them settles stays open, with every reading: a wrong country is worse than a question.
 */
import type { Places } from "./places.ts";
import { toE164, type Phone } from "../phone/phone.ts";
import { callingCodeOf, splitCode } from "../phone/plans.ts";

/** By what a number's country was decided. `policy`: the company's own region, or one that it also calls. */
export type DecidedBy = "said" | "code" | "record" | "form" | "policy" | "language";

export interface CountryHints {
  /** The policy's default region; a person may have said another for the site. */
  region: string;
  /** Regions that the company also calls, by policy. */
  also: readonly string[];
  /** Language tag of the page; empty where it has none. */
  language: string;
}

export type Read = Omit<Phone, "start" | "end">;
export interface ResolvedNumber {
  e164: string | null;
  ext?: string;
  readings?: string[];
  /** Undefined where nothing decided. */
  by?: DecidedBy;
}

const nothing: Places = { countries: [], cities: [] };

/** `places`: what the number's record names; asked for only where it counts. */
export function resolveCountry(
  written: string,
  read: Read,
  desk: CountryHints,
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
  const { countries, cities } = places();

  const named = numbersAs(written, read, countries);
  const [first] = named;
  if (first) {
    if (named.length > 1) return open(named.map((n) => n.e164));
    // Grouped just as the desk's own numbers are, and not as that country's.
    const own = e164 !== null && e164 !== first.e164 && read.fit >= 3 && first.fit < 3;
    return own ? open([e164, first.e164]) : as(first.e164, "record");
  }
  // A city lies where it lies, but somebody's number need not: it settles only what is open.
  const near = numbersAs(written, read, cities).map((n) => n.e164);
  if (e164 !== null)
    return near.length === 0 || near.includes(e164) || read.fit >= 3
      ? as(e164, "policy")
      : open([e164, ...near]);
  if (near.length === 1) return as(near[0]!, "record");

  const readings = read.readings ?? [];
  const last = readings.at(-1);
  if (by === "form" && last !== undefined) return as(last, "form");
  const fitting = (regions: readonly string[]) =>
    readings.filter((r) => regions.some((region) => isOf(r, region)));
  const called = desk.also.length > 0 ? fitting([desk.region, ...desk.also]) : [];
  if (called.length === 1) return as(called[0]!, "policy");
  const spoken = fitting(regionsSpeaking(desk.language));
  return spoken.length === 1 ? as(spoken[0]!, "language") : open(readings);
}

interface Fitting {
  e164: string;
  fit: number;
}

/** The numbers that this is in the regions, where it is a plain one of theirs. */
function numbersAs(written: string, read: Read, regions: readonly string[]): Fitting[] {
  const numbers = new Map<string, number>();
  for (const region of regions) {
    const here = toE164(written, region);
    if (here.e164 !== null && isOf(here.e164, region)) numbers.set(here.e164, here.fit);
    else for (const r of read.readings ?? []) if (isOf(r, region)) numbers.set(r, read.fit);
  }
  return [...numbers].map(([e164, fit]) => ({ e164, fit }));
}

/** By the calling code: what shares one is the same number, whichever of its regions it belongs to. */
const isOf = (e164: string, region: string): boolean => {
  const code = callingCodeOf(region);
  return code !== null && splitCode(e164.slice(1))?.code === code;
};

/** English is what software speaks everywhere: it says nothing of a country. */
function regionsSpeaking(language: string): string[] {
  const [, tongue = "", region] = /^([a-z]{2,3})(?:-[A-Z][a-z]{3})?(?:-([A-Z]{2}))?/.exec(language) ?? [];
  if (tongue === "" || tongue === "en") return [];
  const likely = region ?? new Intl.Locale(tongue).maximize().region;
  return likely === undefined ? [] : [likely];
}
