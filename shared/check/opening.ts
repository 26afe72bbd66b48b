/** What the law wants of a call that may be made: what is said at its start, and what number is shown. */
import type { OpeningDuty, Says } from "../law/rules.ts";
import type { Facts } from "./api.ts";
import { callsOf, type Context } from "./verdict.ts";

export type Shows = NonNullable<Says["presents"]>;

export interface Opening {
  /** Each with the ids of the rules that want it. */
  says: ReadonlyMap<OpeningDuty, readonly string[]>;
  shows: ReadonlyMap<Shows, readonly string[]>;
}

/** Where line or party is not known, everything that any of them wants. */
export function openingOf(facts: Facts, context: Context): Opening {
  const says = new Map<OpeningDuty, string[]>();
  const shows = new Map<Shows, string[]>();
  for (const rule of new Set(callsOf(facts, context).flatMap(({ setting }) => setting.rules))) {
    for (const duty of rule.say ?? []) says.set(duty, [...(says.get(duty) ?? []), rule.id]);
    if (rule.presents) shows.set(rule.presents, [...(shows.get(rule.presents) ?? []), rule.id]);
  }
  return { says, shows };
}
