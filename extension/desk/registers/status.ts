/** Whether a register can be relied on under the current policy, and its age and size in words. */
import { ageInDays, isTooOld, maxAgeOf } from "../../../shared/registers/age.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { Register, RegisterHead } from "../../../shared/registers/api.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import type { Tone } from "../parts/Tag.tsx";
import { plural, texts } from "../parts/texts.ts";

/**
 * `ageing`: a new copy is due soon. `stale`: too old to rely on. `never`: no copy was loaded. `off`: policy turns it off.
 * `lookup`: its source is asked number by number.
 */
export type RegisterStatus = keyof typeof listsEn.lists.states;

export const statusTone: Record<RegisterStatus, Tone> = {
  fine: "good",
  ageing: "warn",
  stale: "bad",
  never: "bad",
  off: "plain",
  lookup: "good",
};

/** `now` in milliseconds since the epoch. */
export function statusOf(list: RegisterHead, policy: Policy, now: number): RegisterStatus {
  if (policy.registers[list.id] === "off") return "off";
  if (list.lookup !== undefined) return "lookup";
  if (list.asOf === null || list.numbers === 0) return "never";
  if (isTooOld(list.asOf, maxAgeOf(list, policy), now)) return "stale";
  return ageInDays(list.asOf, now) >= policy.screening.warnListAgeDays ? "ageing" : "fine";
}

export const sayDays = (n: number): string => plural(texts, listsEn.lists.days, Math.max(0, n));
export function sayAge(asOf: string, now: number): string {
  const days = ageInDays(asOf, now);
  return days < 1 ? listsEn.lists.lessThanADay : sayDays(days);
}
export const sayNumbers = (n: number): string => plural(texts, listsEn.list.numbers, n);

export type Version = Register["history"][number];
