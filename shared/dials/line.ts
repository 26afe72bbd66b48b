/**
 * What will ring: the number that a telephone dials for a written one. It depends on the digits and on where the
 * telephone is, and on nothing else: whose number the page or the agent takes it for does not matter.
 */
import {
  afterIdd,
  callingCodeOf,
  isConceivable,
  isPossible,
  isValid,
  type National,
  nationalOf,
  type Plan,
  planOf,
  splitCode,
  strip,
  trunkOf,
} from "../phone/plans.ts";
import { toE164 } from "../phone/phone.ts";
import { type LineReading, numbersOf, type Reading, ringsOf } from "../check/verdict.ts";
import type { Policy } from "../policy/policy.ts";
import { passingCode, withoutCodes } from "./codes.ts";
import { keysOf, lettersOf, withoutWords } from "./keys.ts";
import { isEmergency, isExtension } from "./services.ts";

/** Where the agents' telephones are. A stored policy may be an older version's, without the clause. */
export const lineRegionOf = (policy: Pick<Policy, "numbers"> | null | undefined): string => {
  const { lineRegion = null, defaultRegion = "GB" } = (policy?.numbers ?? {}) as Partial<Policy["numbers"]>;
  return lineRegion ?? defaultRegion;
};

/**
 * The number that a telephone of a region rings for a written one. Where the digits are none that its exchange would
 * take, a softphone may still read them as a number: `e164` is null if only guesses are left, and `readings` has these.
 * Nothing can ring: no readings. Beside `e164`, they are what it rings with the digits of its extension.
 */
export function lineReading(dialled: string, region: string): LineReading {
  const written = withoutWords(dialled);
  if (isEmergencyCall(written, region)) return { e164: null, service: "emergency" };
  if (isExtension(written, region)) return { e164: null, service: "internal" };
  const letters = lettersOf(written);
  if (!letters) return digitsReading(written, region);
  // Some telephones press the letters' keys, others drop them.
  const [keys, dropped] = [letters.keys, letters.dropped].map((text) => digitsReading(text, region));
  const all = new Set([...ringsOf(keys!), ...ringsOf(dropped!)]);
  if (all.size === ringsOf(keys!).length) return keys!;
  return all.size === ringsOf(dropped!).length ? dropped! : { e164: null, readings: [...all] };
}

/**
 * True for an emergency number and words around it; `region` null: of any. Not where the codes before it, or the words,
 * make a number with it: 18002 116000 is one in North America, GETCARS911 on telephones that take letters for their keys.
 * Before a word that stands apart it is no part of such a number.
 */
export function isEmergencyCall(dialled: string, region: string | null): boolean {
  const written = withoutWords(dialled);
  if (!isEmergency(written, region)) return false;
  if (region === null) return true;
  const bare = withoutCodes(written, region);
  const letters = lettersOf(bare);
  if (!letters) {
    const guesses = bare === written ? [] : ringsOf(digitsReading(written, region));
    return !guesses.some((n) => !isOwn(n, region) && isUsed(n));
  }
  const keys = digitsReading(letters.keys, region);
  if (/[a-z][.-]?\d|\d[.-]?[a-z]/i.test(written)) return ringsOf(keys).length === 0;
  return keys.e164 === null || !isUsed(keys.e164) || /\d.*[a-z]/i.test(written);
}

/**
 * How a dialled text is read by itself, in a region: the page and the Worker, which is sent no words, read the same.
 * `lineRegion`: where the telephone is.
 */
export function textReading(dialled: string, region: string, lineRegion: string): ReturnType<typeof toE164> {
  const written = withoutWords(dialled);
  const read = toE164(written, region);
  if (numbersOf(read).length > 0) return read;
  const letters = lettersOf(written);
  if (letters) return letters.atEnd ? toE164(letters.keys, region) : read;
  // As it is pressed, but for a code that changes nothing of what rings.
  const { number, parameters } = keysOf(written);
  return toE164(number.slice(passingCode(number, lineRegion)) + parameters, region);
}

function digitsReading(written: string, region: string): Reading {
  const keys = keysOf(written);
  const code = passingCode(keys.number, region);
  if (code > 0) return digitsReading(keys.number.slice(code) + keys.parameters, region);
  // What is pressed behind a number, after a star or a hash, comes when it rings; or a program drops the mark alone.
  const [number = ""] = keys.number.split(BEHIND);
  const pressed = keys.all.slice(0, number.length) + keys.all.slice(number.length).replace(/[*#]/g, "");
  const main = rung(number, region);
  const all = rung(pressed, region);
  // After the own country's code: as a number of that code, or as it is dialled nationally.
  const near = main && main.code === callingCodeOf(region) ? nationalOf(main.nsn, region) : null;
  if (main && near && near.code !== main.code) return { e164: null, readings: [main, near].map(e164Of) };
  const more = pressed === number ? null : (inUse(all) ?? inUse(numberBegun(pressed, region)));
  if (main && more && more.nsn !== main.nsn)
    return takesExtensions(main)
      ? { e164: e164Of(main), readings: [e164Of(more)] }
      : { e164: null, readings: [main, more].map(e164Of) };
  if (main ?? all) return { e164: e164Of((main ?? all)!) };
  // Not in its context, which a telephone does not know.
  const { e164, readings = [] } = toE164(written.replace(CONTEXT, ""), region);
  const begun = numberBegun(number, region);
  if (e164 !== null)
    return !begun || e164Of(begun) === e164 ? { e164 } : { e164: null, readings: [e164, e164Of(begun)] };
  const digits = keys.number.replace(/\D/g, "");
  const guesses = readings.filter((n) => isOwn(n, region) || n === `+${digits}`);
  const abroad = digits.startsWith("0") ? null : splitCode(digits);
  if (abroad && digits.length > MIN_DIGITS && isValid(abroad)) guesses.push(e164Of(abroad));
  if (begun) guesses.push(e164Of(begun));
  return { e164: null, readings: [...new Set(guesses)] };
}

const BEHIND = /(?<=\d{7})[*#]/;

const isUsed = (e164: string): boolean => inUse(splitCode(e164.slice(1))) !== null;

const CONTEXT = /;phone-context=[^;]*/gi;

const inUse = (number: National | null): National | null => (number && isValid(number) ? number : null);

/**
 * Where lengths vary, an extension is dialled behind the number, and mostly rings the same subscriber: no other number
 * is meant. In plans with fixed lengths it would ring another one.
 */
const takesExtensions = (main: National): boolean => (planOf(main.code)?.variable ?? false) && isValid(main);

/** The shortest international number in use has seven digits, with its country code. */
const MIN_DIGITS = 7;

const e164Of = ({ code, nsn }: National): string => `+${code}${nsn}`;

const isOwn = (e164: string, region: string): boolean =>
  splitCode(e164.slice(1))?.code === callingCodeOf(region);

/** As the region's exchange takes what is dialled: digits, perhaps after a plus. Null where it would ring nothing. */
function rung(keys: string, region: string): National | null {
  if (/[*#]/.test(keys)) return null;
  const digits = keys.replace(/\D/g, "");
  if (keys.startsWith("+")) return abroadOf(digits);
  // A neighbour's access code may begin as an international prefix does.
  const near = hasBareNumbers(region) ? nationalOf(digits, region) : null;
  if (near && near.code !== callingCodeOf(region) && isConceivable(near)) return near;
  const abroad = afterIdd(digits, region);
  if (abroad !== null) return abroadOf(abroad);
  const after = strip(digits, region);
  const national = after === null ? null : nationalOf(after, region);
  if (national && isDialled(national, region)) return national;
  const bare = nationalOf(digits, region);
  return bare && hasBareNumbers(region) && isDialled(bare, region) ? bare : null;
}

const mostDigits = ({ lengths }: Plan): number => Math.max(...lengths);

function abroadOf(digits: string): National | null {
  const number = digits.length >= MIN_DIGITS ? splitCode(digits) : null;
  return number && (isPossible(number) || isValid(number)) ? number : null;
}

/** True in a region whose national numbers are dialled without a trunk prefix: all of North America, Spain, Italy. */
const hasBareNumbers = (region: string): boolean => trunkOf(region) === "" || callingCodeOf(region) === "1";

/** True for a number that its exchange would try: also one in no range that is in use, as ranges are opened every year. */
function isDialled(number: National, region: string): boolean {
  const plan = planOf(number.code);
  if (!plan || number.nsn.length < MIN_DIGITS - 1) return false;
  if (trunkOf(region) === "0") return isConceivable(number);
  // In a plan with fixed lengths, fewer digits are dialled within one area: nobody knows which.
  return isValid(number) || (isPossible(number) && (plan.variable || number.nsn.length === mostDigits(plan)));
}

/**
 * A number with digits too many: an exchange connects the call after the last digit it needs, and drops the others. Null
 * where it does not begin with a whole number that is in use.
 */
function numberBegun(keys: string, region: string): National | null {
  if (/[*#]/.test(keys)) return null;
  const digits = keys.replace(/\D/g, "");
  const abroad = keys.startsWith("+") ? digits : afterIdd(digits, region);
  const after = strip(digits, region) ?? (hasBareNumbers(region) ? digits : null);
  const whole = abroad !== null ? splitCode(abroad) : after === null ? null : nationalOf(after, region);
  const plan = whole && planOf(whole.code);
  if (!whole || !plan) return null;
  for (let n = Math.min(whole.nsn.length - 1, mostDigits(plan)); n >= MIN_DIGITS; n--) {
    const begun = { code: whole.code, nsn: whole.nsn.slice(0, n) };
    if (isValid(begun)) return begun;
  }
  return null;
}
