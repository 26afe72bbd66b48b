/** Stage 4, read: which number the digits are, by their plan and grouping. Knows nothing of the words around it. */
import { type ForeignForm, foreignForms, MAX_READINGS } from "./foreign.ts";
import { cutsIn, fitOf, planFit, type Written } from "./grouping.ts";
import {
  afterIdd,
  callingCodeOf,
  isConceivable,
  isPossible,
  isValid,
  nationalOf,
  nationals,
  planOf,
  shapeOf,
  splitCode,
  standing,
  trunkOf,
  type National,
} from "./plans.ts";

/**
 * How a number was recognised, strongest first: its own calling code after a plus or 00; the region's national form;
 * the region's calling code without a plus; a length that would fit though no such range is known; another region's
 * national form or calling code; no prefix at all.
 */
export type Kind = "international" | "national" | "code" | "possible" | "foreign" | "bare";

/**
 * What decides a number's country, before anything around it is read. `code`: its calling code. `form`: a form that only
 * one country writes; its number is the last of `readings`. `region`: the reader's region; with readings, nothing decides.
 * `named`: a country that is named before it.
 */
export type ReadBy = "code" | "form" | "region" | "named";

export interface Reading {
  kind: Kind;
  e164: string | null;
  readings: string[];
  /** 4: grouped as only one plan does; 3: as its plan does; 2: nearly so; 1: no evidence; 0: grouped in another way. */
  fit: number;
  /** The plan's lengths vary, so that a shorter or longer number would be as valid: take all digits there are. */
  variable: boolean;
  /** Without a trunk prefix, in a region that writes its numbers so. */
  usual: boolean;
  by: ReadBy;
}

const e164Of = ({ code, nsn }: National) => `+${code}${nsn}`;

function decided(kind: Kind, number: National, written: Written): Reading {
  const variable = planOf(number.code)?.variable ?? false;
  const by = kind === "national" ? "region" : "code";
  return {
    kind,
    e164: e164Of(number),
    readings: [],
    fit: fitOf(number, written),
    variable,
    usual: false,
    by,
  };
}

/** True in a range that is in use; where that is in doubt, only if the digits are grouped as the plan says. */
function isOpen(number: National, written: Written): boolean {
  const is = standing(number);
  return is === "open" || (is === "in doubt" && planFit(number, cutsIn(number, written)) >= 3);
}

/** True for digits that can begin a plain number without a plus: 0, the region's calling code, its trunk prefix. */
export function isPlainLead(digit: string, region: string): boolean {
  return digit === "0" || digit === callingCodeOf(region)?.[0] || digit === trunkOf(region);
}

/** Reads a plain number, which has a calling code or its region's trunk prefix. Null for others. */
export function readPlain(written: Written, region: string): Reading | null {
  const { digits } = written;
  const number = internationalOf(written, region);
  // Its code is its own, whatever ranges were opened since.
  if (number && isConceivable(number)) return decided("international", number, written);
  if (isCoded(written)) return null;

  const home = nationals(digits, region);
  const national = home.trunk ?? (digits[0] === "0" ? home.bare : null);
  if (national) {
    const reading = decided("national", national, written);
    const other = reading.fit < 3 ? unmistakable(written, region) : null;
    if (other === null && isOpen(national, written)) return reading;
    const others = other === null ? readAbroad(written, region) : [other];
    return { ...reading, e164: null, readings: [e164Of(national), ...others].slice(0, MAX_READINGS) };
  }
  const code = callingCodeOf(region);
  if (code === null || !digits.startsWith(code) || digits.length <= 10) return null;
  const own = splitCode(digits);
  return own?.code === code && isValid(own) ? decided("code", own, written) : null;
}

/**
 * Reads a number that only its form and its surroundings can settle. `sure`: it is known to be a number (a link, a
 * label), so that rarer forms count too. `bared`: where it stands, the region's own numbers have lost their 0.
 */
export function readUnclear(written: Written, region: string, sure: boolean, bared = false): Reading | null {
  const { digits, plus, cuts } = written;
  const number = plus ? internationalOf(written, region) : null;
  if (number && number.nsn.length >= 7 && isPossible(number) && (digits.length >= 10 || sure))
    return decided("possible", number, written);
  const code = callingCodeOf(region);
  // Where lengths vary, nearly any digits are a number, but a trunk prefix is before it: these lack their area code.
  const own = code === null ? null : { code, nsn: digits };
  // A spreadsheet takes the 0 away; no local number is so long.
  const whole = sure && digits.length > (/^4[39]/.test(`${code}`) ? 9 : code === "353" ? 7 : 8);
  const local = own && cuts.length === 0 && !whole && trunkOf(region) !== "" && planOf(own.code)?.variable;
  const bare = own && isValid(own) && (!local || shapeOf(own)?.shape.bare) ? own : null;
  if (isCoded(written)) {
    // A code that is none: a slip, and nothing else that the digits could be is certain.
    const reading = readForeign({ ...written, plus: false }, region, bare, sure);
    const may = reading?.e164 === null ? reading.readings : reading ? [reading.e164] : [];
    return reading && { ...reading, kind: "possible", e164: null, readings: may, by: "region" };
  }
  if (!sure && !bare && digits[0] !== "0" && digits.length < (cuts.length > 1 ? 9 : 10)) return null;
  // A lone 0, or a 0 before digits in one piece, may be any figure.
  if (
    !sure &&
    !plus &&
    digits[0] === "0" &&
    (cuts.length === 0 || cuts[0] === 1) &&
    !isOldTrunk(written, code)
  )
    return null;
  return readForeign(written, region, bare, sure, bared);
}

/** True where a plus says that a calling code follows. No code begins with a 0: people write +020 … and +0044 …. */
export const isCoded = ({ plus, digits }: Pick<Written, "plus" | "digits">): boolean =>
  plus && digits[0] !== "0";

/** Poland's trunk prefix until 2009, which people still write: 0-61 855 01 21. */
const isOldTrunk = ({ digits, cuts }: Written, code: string | null): boolean =>
  code === "48" && digits[0] === "0" && digits.length === 10 && cuts.length > 1;

function internationalOf(written: Written, region: string): National | null {
  const { digits } = written;
  const abroad = isCoded(written) ? digits : digits[0] === "0" ? afterIdd(digits, region) : null;
  return abroad !== null && abroad.length >= 7 ? splitCode(abroad) : null;
}

/** Forms of only one country that the region could read too: mobiles of Japan (090-1234-5678), numbers of France in five pairs. */
function unmistakable({ digits, cuts, hyphens }: Written, region: string): string | null {
  if (digits[0] !== "0" || cuts.length < 2) return null;
  const at = cuts.join();
  const nsn = digits.slice(1);
  const japan = hyphens && at === "3,7" && /^[5789]0\d{8}$/.test(nsn) && isValid({ code: "81", nsn });
  if (japan) return `+81${nsn}`;
  // Mobiles of the Netherlands are in pairs at home, too.
  const dutch = region === "NL" && digits[1] === "6";
  const france = !dutch && at === "2,4,6,8" && /^[1-79]\d{8}$/.test(nsn) && isValid({ code: "33", nsn });
  return france ? `+33${nsn}` : null;
}

/** A number without a plain country has no more cuts. */
const MAX_CUTS = 5;

/** One number that the digits may be. */
interface Possible {
  e164: string;
  fit: number;
  home: boolean;
}

/** The number that digits without a calling code are in a region, by the forms that it writes. */
function inForm({ region, prefix = "0", trunk, keepsZero, bare }: ForeignForm, digits: string) {
  const led = digits[0] === prefix && trunk !== undefined;
  const number = { code: callingCodeOf(region)!, nsn: led && !keepsZero ? digits.slice(1) : digits };
  return (led ? trunk : bare)?.test(number.nsn) && isValid(number) ? { number, led } : null;
}

/** What digits may be in other regions whose forms fit about as well as the best, in E.164. */
function readAbroad(written: Written, region: string): string[] {
  const found = foreignForms
    .filter((row) => row.region !== region)
    .flatMap((row) => inForm(row, written.digits)?.number ?? [])
    .map((number) => ({ e164: e164Of(number), fit: fitOf(number, written) }))
    .sort((a, b) => b.fit - a.fit);
  return found.filter(({ fit }) => fit >= found[0]!.fit - 1).map(({ e164 }) => e164);
}

/** Reads a number that the region's own form does not settle, by the forms of other regions. */
function readForeign(
  written: Written,
  region: string,
  bare: National | null,
  sure: boolean,
  bared = false,
): Reading | null {
  const { digits, cuts } = written;
  const zero = digits[0] === "0";
  const found: Possible[] = [];
  const add = (number: National, home: boolean, also?: string): boolean => {
    const e164 = e164Of(number);
    if (found.some((f) => f.e164 === e164) || !(home || isValid(number))) return false;
    found.push({
      e164,
      fit: also !== undefined && also === cuts.join() ? 3 : fitOf(number, written, home),
      home,
    });
    return true;
  };
  const code = callingCodeOf(region);
  const coded = code !== null && digits.startsWith(code) ? splitCode(digits) : null;
  const called = coded?.code === code && coded && isValid(coded) && add(coded, true) && sure;
  let usual = false;
  if (bare) {
    add(bare, true);
    usual = bared || (shapeOf(bare)?.shape.bare ?? true);
  }
  const unlisted = nationalOf(digits.slice(1), region);
  const old = isOldTrunk(written, code) && isValid(unlisted!);
  const possible = old || (zero && trunkOf(region) === "0" && unlisted !== null && isConceivable(unlisted));
  if (possible) add(unlisted!, true);

  let prefixed = zero;
  for (const row of cuts.length > MAX_CUTS ? [] : foreignForms) {
    if (row.region === region) continue;
    const form = inForm(row, digits);
    if (form && add(form.number, false, row.also)) prefixed ||= form.led;
    // Without a plus, the code must be a group of its own, unless this is known to be a number.
    const its = callingCodeOf(row.region)!;
    if (zero || digits.length < 10 || !digits.startsWith(its)) continue;
    const length = digits.length - its.length;
    // 3 33 39 47 60 81: no code is cut in two.
    if (cuts[0]! < its.length) continue;
    if (!sure && row.region !== "US" && !cuts.includes(its.length) && !cuts.includes(its.length + 1))
      continue;
    if (length < 7 || length > 12) continue;
    const abroad = splitCode(digits);
    if (abroad?.code !== its || !(row.trunk?.test(abroad.nsn) || row.bare?.test(abroad.nsn))) continue;
    prefixed = add(abroad, false) || prefixed;
  }
  // North America's form is clear even with ranges that are not in use, as in samples.
  const american = written.american ? { code: "1", nsn: digits.slice(-10) } : null;
  const unused = american !== null && isConceivable(american) && add(american, true);
  if (found.length === 0) return null;
  const kind: Kind = possible || (unused && found.length === 1) ? "possible" : prefixed ? "foreign" : "bare";
  // A number grouped as in North America belongs to no other region without its trunk prefix, unless that writes so, too.
  const alien = american !== null && bare?.code !== "1" && !(usual && !isValid(american));
  const only = called && found.length === 1;
  const decidable = only || (old && cuts[0] === 1) || (bare !== null && !alien && standing(bare) === "open");
  const reading = choose(found, kind, usual || old, decidable, unmistakable(written, region));
  return american && reading.by === "form" && !isValid(american) ? { ...reading, by: "region" } : reading;
}

/** The region's own reading where its form fits best; else all readings that fit. */
function choose(
  found: Possible[],
  kind: Kind,
  usual: boolean,
  decidable: boolean,
  unmistaken: string | null,
): Reading {
  let own: Possible | null = null;
  let others = -1;
  let fit = 0;
  for (const f of found) {
    fit = Math.max(fit, f.fit);
    if (f.home) own ??= f;
    else others = Math.max(others, f.fit);
  }
  const common = { kind, fit, variable: false, usual, by: "region" as const };
  if (decidable && own && (usual ? own.fit >= others : own.fit > others))
    return { ...common, e164: own.e164, readings: [] };
  // The best form is evidence; where no plan groups so, the form says nothing.
  const least = fit >= 3 ? fit : fit >= 2 ? 1 : 0;
  const readings = found
    .filter((f) => f.fit >= least || (f.home && f.fit >= (fit >= 4 ? 2 : 1)))
    .sort((a, b) => (a.home === b.home ? b.fit - a.fit : a.home ? -1 : 1))
    .slice(0, MAX_READINGS)
    .map((f) => f.e164);
  const form = readings.length === 1 && (fit >= 4 || readings[0] === unmistaken);
  const abroad = kind === "possible" && !found.some((f) => f.home && readings.includes(f.e164));
  return {
    ...{ ...common, kind: abroad ? "foreign" : kind, e164: null, readings },
    by: form ? "form" : "region",
  };
}
