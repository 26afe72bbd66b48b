/** What the facts of a number are made of, both now (facts.ts) and at a past moment (facts-at.ts). */
import type { Facts } from "../../shared/check/api.ts";
import { expiresAt, isTooOld, maxAgeOf } from "../../shared/registers/age.ts";
import { zonesOf } from "../../shared/hours/zones.ts";
import { regions } from "../../shared/law/regions.ts";
import { lineTypeOf } from "../../shared/phone/line-types.ts";
import { regionOf } from "../../shared/phone/phone.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import type { RegisterHead } from "../../shared/registers/api.ts";
import { DAY, MINUTE } from "../../shared/core/time.ts";
import { query } from "../core/batch.ts";
import { blockId, blockOfId, blockOfNumber, listOfId } from "../registers/block-ids.ts";

/** When facts are worth reading again after a source was asked, or could not be. */
const SOON = 5 * MINUTE;

export interface BlockRow {
  list: number;
  block: number;
  data: string;
}
/** SQL: the distinct blocks of the numbers in a parameter (JSON), as `block`. */
export const blocksIn = (parameter: string): string =>
  `SELECT DISTINCT ${blockOfNumber("value")} AS block FROM json_each(${parameter})`;

/** The blocks in force, on all registers, that may hold some numbers (JSON). */
export const blocksOf = (numbers: string) =>
  query<BlockRow>(
    `SELECT ${listOfId} AS list, ${blockOfId} AS block, data FROM blocks
     WHERE id IN (SELECT ${blockId("b.block", "l.num")} FROM (${blocksIn("?")}) b, lists l)`,
    numbers,
  );

/** A source's answer about a number, by lookup. */
export interface LookupRow {
  number: number;
  list: number;
  listed: number;
  at: string;
}

/**
 * The region of a number, the zones that it may be in where its region has several, and whether it is a fixed line or a
 * mobile where its range tells. No law says what a freephone or a personal number is: it tells nothing.
 */
export function placeOf(e164: string): Pick<Facts, "region" | "zones" | "line"> {
  const region = regionOf(e164);
  const line = lineTypeOf(e164);
  return {
    region,
    ...(line === "fixed" || line === "mobile" ? { line } : {}),
    ...(region === null || regions[region]?.timeZones.length === 1
      ? {}
      : { zones: [...zonesOf(e164, region)] }),
  };
}

/** Whether by the law of a number's region a listing ends the consents that were given before it. */
export const listingEnds = (e164: string): boolean =>
  (regions[regionOf(e164) ?? ""]?.rules ?? []).some(({ listingRevokes }) => listingRevokes);

const wants = (region: string, list: string): boolean =>
  (regions[region]?.rules ?? []).some(({ registers }) => registers?.includes(list));

/** The registers by lookup that a number of a region must be screened against: declared for it, or wanted by its law. */
export const lookedUpFor = (
  region: string | null,
  lists: readonly RegisterHead[],
  policy: Policy,
): RegisterHead[] =>
  region === null
    ? []
    : lists.filter(
        (l) =>
          l.lookup !== undefined &&
          (l.regions.includes(region) || wants(region, l.id)) &&
          policy.registers[l.id] !== "off",
      );

/** Whether an answer of the moment `at` is still current at `now`. */
export const isCurrent = (at: string, list: RegisterHead, policy: Policy, now: number): boolean =>
  !isTooOld(at.slice(0, 10), maxAgeOf(list, policy), now);

type State = NonNullable<NonNullable<Facts["lookups"]>[number]["state"]>;

/**
 * What the sources said about one number, for the facts. `due` are its registers by lookup, `answers` when each was
 * last answered (by register id), and `stateOf` says why there is no current answer. Empty where nothing is due.
 */
export function lookupsOf(
  due: readonly RegisterHead[],
  answers: ReadonlyMap<string, string>,
  stateOf: (list: RegisterHead) => State | undefined,
  policy: Policy,
  now: number,
): Pick<Facts, "lookups" | "again"> {
  if (due.length === 0) return {};
  let again = Infinity;
  const lookups = due.map((list) => {
    const at = answers.get(list.id);
    const asOf = at === undefined ? {} : { asOf: at.slice(0, 10) };
    if (at !== undefined && isCurrent(at, list, policy, now)) {
      again = Math.min(again, expiresAt(at.slice(0, 10), maxAgeOf(list, policy)));
      return { id: list.id, ...asOf };
    }
    const state = stateOf(list);
    again = Math.min(again, state === "budget" ? (Math.floor(now / DAY) + 1) * DAY : now + SOON);
    return { id: list.id, ...asOf, ...(state === undefined ? {} : { state }) };
  });
  return { lookups, again: new Date(again).toISOString() };
}
