/** How a desk's page and Worker judge dials, and which of them are lawful. Pure. */
import {
  isSupportedCountry,
  parseIncompletePhoneNumber,
  parsePhoneNumberFromString,
  type PhoneNumber,
} from "libphonenumber-js/max";
import { assess, type Assessment, type DialledNumber } from "../../../extension/page/guard/assess.ts";
import type { PolicyContext } from "../../../extension/policy-context.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import { resolveCountry } from "../../../shared/country/country.ts";
import { allCities } from "../../../shared/country/all-cities.ts";
import { placesIn } from "../../../shared/country/places.ts";
import { parseDialAddress } from "../../../shared/dials/address.ts";
import { textReading } from "../../../shared/dials/line.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import type { Record } from "../../corpus/records.ts";

const CLEAR: Decision = { verdict: "clear", reasons: [{ code: "not-listed", list: "tps" }] };
const BARRED: Decision = { verdict: "blocked", reasons: [{ code: "tps", list: "tps" }] };
const OPEN: Decision = { verdict: "unknown", reasons: [{ code: "country-unclear" }] };

type Dialled = Record & { address?: string | null };

/** What is dialled: by a link, what its address says. */
export const writtenOf = ({ address = null, number }: Dialled): string =>
  address === null ? number : parseDialAddress(address)!.written;

/** By the fields of its record, where no page is around the number. */
function inFields({ desk, also, language, fields }: Dialled, written: string): DialledNumber {
  const hints = { region: desk, also, language };
  const { e164, readings = [] } = resolveCountry(written, textReading(written, desk, desk), hints, () =>
    placesIn(fields, language, allCities),
  );
  return { e164, readings: e164 === null ? readings : [] };
}

/**
 * Assesses the dial of a number in a record, at its desk, with every number known to be clear but those that are `barred`.
 * `shown` is the number that its badge would be of; `read`: how the number is read where it is.
 */
export function judged(
  dial: Dialled,
  barred: (e164: string) => boolean = () => false,
  read: (dial: Dialled, written: string, policy: Policy) => DialledNumber = inFields,
): Assessment & { written: string; shown: string | null } {
  const { desk, also } = dial;
  const written = writtenOf(dial);
  const policy = { ...defaultPolicy, numbers: { defaultRegion: desk, alsoRegions: also, lineRegion: null } };
  const context: PolicyContext = { policy, stamp: { seq: 1, policy: 1, lists: [] }, clockOffset: 0 };
  const facts = {
    decide: (e164: string | null) => (e164 === null ? OPEN : barred(e164) ? BARRED : CLEAR),
    context: () => context,
    confirmed: () => true,
  };
  const number = read(dial, written, policy);
  return { written, shown: number.e164, ...assess(facts, number, written, "call") };
}

/**
 * Why to hold a dial may be right though no number is barred: its label leaves open which is meant; a telephone of the desk
 * rings another, or none; its digits are not those that are dialled for it.
 */
export const whyNotLawful = ["open", "another", "not as dialled"] as const;

/**
 * Null where a telephone of the desk rings the number that the label says is meant: to hold such a dial is wrong. What it
 * rings is libphonenumber's word, so that a number which we misread counts.
 */
export function notLawful({ desk, e164 }: Record, written: string): (typeof whyNotLawful)[number] | null {
  if (e164 === null) return "open";
  const region = isSupportedCountry(desk) ? desk : {};
  const read = (text: string) => parsePhoneNumberFromString(text, region);
  // It does not read through every separator, which no telephone hears of.
  const number = read(written) ?? read(parseIncompletePhoneNumber(written));
  if (number?.number !== e164) return "another";
  return isDialled(number, written) ? null : "not as dialled";
}

/** The library also takes digits without their 0 or their plus, which a telephone adds to none. */
function isDialled(number: PhoneNumber, written: string): boolean {
  const digits = parseIncompletePhoneNumber(written);
  const national = parseIncompletePhoneNumber(number.formatNational());
  return /^(?:\+|00|011)/.test(digits) || [national, `1${national}`].includes(digits);
}

export const ringsWhatIsMeant = (record: Record, written: string): boolean =>
  notLawful(record, written) === null;
