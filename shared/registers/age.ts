/**
 * How old a register's copy is, and how long it may be relied on. Dates are YYYY-MM-DD in UTC; `now` is in milliseconds. At a call the
 * day where the called person is counts, or UTC's, the later (check/registers.ts).
 */
import { DAY } from "../core/time.ts";
import { knownRegisters } from "../law/regions.ts";
import type { Policy } from "../policy/policy.ts";
import type { RegisterHead } from "./api.ts";

/** Whole days from a copy's own date to now; a copy dated today is 0 days old. */
export const ageInDays = (asOf: string, now: number): number => Math.floor((now - Date.parse(asOf)) / DAY);

/** For how many days a copy may be relied on: the register's own limit, the policy's or the law's, the shortest. */
export const maxAgeOf = (
  { id, maxAgeDays }: Pick<RegisterHead, "id" | "maxAgeDays">,
  { screening }: Policy,
): number => Math.min(maxAgeDays, screening.maxListAgeDays, knownRegisters[id]?.maxAgeDays ?? Infinity);

/** After how many days contacts are screened again: policy's, or for how long the shortest copy in use may be relied on. */
export const rescreenDaysOf = (
  lists: readonly Pick<RegisterHead, "id" | "maxAgeDays">[],
  policy: Policy,
): number =>
  Math.min(
    policy.screening.rescreenDays,
    ...lists.filter(({ id }) => policy.registers[id] !== "off").map((list) => maxAgeOf(list, policy)),
  );

/** A copy may be relied on up to and including the day on which it is `maxAgeDays` old. */
export const isTooOld = (asOf: string, maxAgeDays: number, now: number): boolean =>
  ageInDays(asOf, now) > maxAgeDays;

/** When a copy becomes too old, in milliseconds: the end of the day on which it is `maxAgeDays` old. */
export const expiresAt = (asOf: string, maxAgeDays: number): number =>
  Date.parse(asOf) + (maxAgeDays + 1) * DAY;
