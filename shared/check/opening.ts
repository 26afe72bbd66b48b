/** What the law wants of a call that may be made: what is said at its start, and what number is shown. */
import { datesIn } from "../hours/hours.ts";
import { settingsOf } from "../law/law.ts";
import { regions } from "../law/regions.ts";
import type { OpeningDuty, Says } from "../law/rules.ts";
import type { Facts } from "./api.ts";
import { type Context, usualPurpose } from "./verdict.ts";

export type Shows = NonNullable<Says["presents"]>;

export interface Opening {
  /** Each with the ids of the rules that want it. */
  says: ReadonlyMap<OpeningDuty, readonly string[]>;
  shows: ReadonlyMap<Shows, readonly string[]>;
}

/** Where line or party is not known, everything that any of them wants. */
export function openingOf(facts: Facts, { policy, now, purpose, medium = "call" }: Context): Opening {
  const { region, line, party, zones } = facts;
  const known = {
    ...{ kind: purpose ?? usualPurpose(policy), medium },
    ...(line && { line }),
    ...(party && { party: party.party }),
  };
  const days = datesIn(zones ?? regions[region ?? ""]?.timeZones ?? [], now);
  const says = new Map<OpeningDuty, string[]>();
  const shows = new Map<Shows, string[]>();
  for (const rule of new Set(settingsOf(region, known, days).flat())) {
    for (const duty of rule.say ?? []) says.set(duty, [...(says.get(duty) ?? []), rule.id]);
    if (rule.presents) shows.set(rule.presents, [...(shows.get(rule.presents) ?? []), rule.id]);
  }
  return { says, shows };
}
