/** What a consent on record is worth for a call. */
import type { Campaign, Policy } from "../policy/policy.ts";
import type { Setting } from "../law/law.ts";
import type { Facts } from "./api.ts";
import type { Decision } from "./verdict.ts";

export type ConsentFact = Facts["consents"][number];

/** The consents that count for a call of this purpose in this setting, now. */
export const usable = (
  consents: readonly ConsentFact[],
  _setting: Setting,
  _purpose: Campaign,
  _policy: Policy,
  _now: number,
): ConsentFact[] => [...consents];

/** The consents that a decision rests on, to be noted as used when the call is made. */
export const usesOf = (_decision: Decision, _facts: Facts): ConsentFact[] => [];
