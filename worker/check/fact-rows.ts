/** What the facts of a number are made of, now (check.ts) and at a past moment (facts-at.ts): rows as SQL gives them. */
import type { Facts } from "../../shared/check/api.ts";
import type { RegisterHead } from "../../shared/registers/api.ts";
import { listExpired } from "../../shared/check/deadlines.ts";
import { regionOf } from "../../shared/phone/phone.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { regions } from "../../shared/law/regions.ts";
import { zonesOf } from "../../shared/hours/zones.ts";
import { DAY, MINUTE } from "../../shared/time.ts";

/** A source that was asked, or could not be, has another answer then at the earliest. */
const SOON = 5 * MINUTE;

export interface BlockRow {
  list: number;
  block: number;
  data: string;
}
export interface SuppressionRow {
  number: number;
  kind: "objection" | "house";
  reason: string;
  at: string;
  until: string | null;
}
export interface ConsentRow {
  number: number;
  basis: "consent" | "solicited" | "service";
  givenAt: string;
  until: string | null;
}
/** An answer by lookup. */
export interface LookupRow {
  number: number;
  list: number;
  listed: number;
  at: string;
}

/**
 * Of the versions lately that changed a number which is listed, newest first, the one that made the listing new: the
 * oldest, where the number was not listed before it. One that was taken off and put back meanwhile, as a wrong file and
 * its roll-back do, was listed all along.
 */
export const broughtBy = <Change>(changes: readonly Change[]): Change | undefined =>
  changes.length % 2 === 1 ? changes.at(-1) : undefined;

/** The region of a number, and the zones that it may be in where there are several. */
export function placeOf(e164: string): Pick<Facts, "region" | "zones"> {
  const region = regionOf(e164);
  return {
    region,
    ...(region === null || regions[region]?.timeZones.length === 1
      ? {}
      : { zones: [...zonesOf(e164, region)] }),
  };
}

/** The registers by lookup that a number is to be screened against. */
export const lookedUpFor = (
  region: string | null,
  lists: readonly RegisterHead[],
  policy: Policy,
): RegisterHead[] =>
  region === null
    ? []
    : lists.filter(
        (l) => l.lookup !== undefined && l.regions.includes(region) && policy.registers[l.id] !== "off",
      );

/** True while an answer of that moment counts. */
export const counts = (at: string, list: RegisterHead, policy: Policy, now: number): boolean =>
  !listExpired(at.slice(0, 10), maxAgeOf(list, policy), now);

const maxAgeOf = (list: RegisterHead, policy: Policy) =>
  Math.min(list.maxAgeDays, policy.screening.maxListAgeDays);

type State = NonNullable<NonNullable<Facts["lookups"]>[number]["state"]>;

/** What the sources said of one number; `answers` are its newest ones by register. Empty where no register is by lookup. */
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
    if (at !== undefined && counts(at, list, policy, now)) {
      again = Math.min(again, Date.parse(at.slice(0, 10)) + (maxAgeOf(list, policy) + 1) * DAY);
      return { id: list.id, ...asOf };
    }
    const state = stateOf(list);
    again = Math.min(again, state === "budget" ? (Math.floor(now / DAY) + 1) * DAY : now + SOON);
    return { id: list.id, ...asOf, ...(state === undefined ? {} : { state }) };
  });
  return { lookups, again: new Date(again).toISOString() };
}
