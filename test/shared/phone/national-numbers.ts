/**
 * Numbers that are valid in a region, by libphonenumber-js's full metadata alone, as a person there dials and writes
 * them. Nothing of shared/phone is used, so that its readings can be compared with these.
 */
import { createRequire } from "node:module";
import fc from "fast-check";
import {
  type CountryCode,
  type NumberType,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";

export interface NationalNumber {
  region: string;
  e164: string;
  type: NonNullable<NumberType>;
  /** The digits that a line of the region dials: with its trunk prefix, without its calling code. */
  dialled: string;
  /** As the region writes it, without the calling code. */
  written: string;
}

/** The same digits, separated by spaces elsewhere: each grouping is the lengths of the groups but the last. */
export function separated(digits: string, groups: readonly number[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const length of groups) {
    if (at + length >= digits.length) break;
    parts.push(digits.slice(at, at + length));
    at += length;
  }
  return [...parts, digits.slice(at)].join(" ");
}

/** As another region would write these digits, where it has such a number. */
export function writtenAs(digits: string, region: string): string | null {
  const number = parsePhoneNumberFromString(digits, region as CountryCode);
  const written = number?.isValid() ? number.formatNational() : null;
  return written !== null && digitsOf(written) === digits ? written : null;
}

/** `count` valid numbers of a region, of all its line types. The same seed gives the same numbers. */
export function nationalNumbers(region: string, count: number, seed: number): NationalNumber[] {
  const numbers: NationalNumber[] = [];
  for (let round = 0; numbers.length < count && round < 20; round++)
    for (const nsn of fc.sample(digitsIn(region), { seed: seed + round, numRuns: count })) {
      const number = parsePhoneNumberFromString(`+${codeOf(region)}${nsn}`);
      const national = number && nationalOf(number, region);
      if (national && numbers.push(national) === count) break;
    }
  return numbers;
}

function nationalOf(number: PhoneNumber, region: string): NationalNumber | null {
  // A region that shares its code has its own numbers, and those that lie nowhere.
  if (
    !number.isValid() ||
    number.number.length > MOST ||
    ELSEWHERE.test(number.number) ||
    (number.country !== undefined && number.country !== region)
  )
    return null;
  const written = number.formatNational();
  return { region, e164: number.number, type: number.getType()!, dialled: digitsOf(written), written };
}

/**
 * The library has these in Ireland, Italy and France, where they are dialled nationally, though they are numbers of Northern
 * Ireland, San Marino, Réunion, Mayotte, Martinique, Guadeloupe and Saint-Pierre, with calling codes of their own (docs/sources.md).
 */
const ELSEWHERE = /^\+(?:35348\d{8}|390549\d{6}|33(?:(?:26[39]|508|596)\d{6}|70(?:8[45]|9[02])\d{5}))$/;

/** A plus and the fifteen digits of E.164: the library knows longer ones in Germany. */
const MOST = 16;

const digitsOf = (text: string) => text.replace(/\D/g, "");

type Row = [code: string, idd: string, pattern: string, ...rest: unknown[]];
interface Metadata {
  countries: Record<string, Row>;
}
const metadata = createRequire(import.meta.url)("libphonenumber-js/max/metadata") as Metadata;
/** The rows' place of the patterns by line type (the library's METADATA.md). */
const TYPES = 11;

const codeOf = (region: string) => metadata.countries[region]![0];

/** Digits of the patterns of all line types of a region. */
function digitsIn(region: string): fc.Arbitrary<string> {
  const types = metadata.countries[region]![TYPES] as (0 | [pattern: string, ...rest: unknown[]])[];
  const patterns = types.flatMap((type) => (type === 0 || type[0] === "" ? [] : [type[0]]));
  return fc.oneof(...patterns.map((pattern) => fc.stringMatching(new RegExp(`^(?:${pattern})$`))));
}
