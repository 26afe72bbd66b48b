/** What the registers say of a call: what lists the number, and where there is no current evidence that none does. */
import { DAY } from "../core/time.ts";
import { isLawRegister } from "../law/law.ts";
import { knownRegisters, regions } from "../law/regions.ts";
import { maxAgeOf } from "../registers/age.ts";
import type { RegisterHead } from "../registers/api.ts";
import type { Facts, Reason, Verdict } from "./api.ts";
import { type Call, type ConsentFact, isLater, lifts, restsOn } from "./consent.ts";

export type Say = (verdict: Verdict, reason: Reason) => void;

/** `live`: the consents that count for the call. */
export function sayRegisters(
  facts: Facts,
  call: Call,
  lists: readonly RegisterHead[],
  live: readonly ConsentFact[],
  say: Say,
): void {
  const { setting, policy } = call;
  const { registers: wanted, listingRevokes: revokes } = setting;
  const lifting = live.filter(lifts);

  for (const listed of facts.lists) {
    const { id, asOf, since } = listed;
    const treatment = treatmentOf(id, facts, call);
    if (treatment === "off") continue;
    const listing = { list: id, asOf };
    const head = lists.find((l) => l.id === id);
    // A listing counts some days after the date of the version before the one that added the number: it may have been registered on
    // that day already, and PECR 2003 reg 21(3) gives a caller 28 days from the registration.
    const from = since === undefined ? null : daysLater(since, graceOf(id, head, call));
    const over = revokes ? lifting.filter((c) => isLater(c, listed, call)) : lifting;
    if (from !== null && call.days.last < from) say("caution", { ...listing, code: "grace", asOf: from });
    else if (over.length > 0) say("caution", { ...restsOn(over), ...listing });
    else if (policy.grounds[id] !== undefined && call.purpose === "general")
      say("caution", { code: "ground", ...listing });
    else say(treatment === "hold" ? "blocked" : "caution", { code: id, ...listing });
  }

  // A register that the law wants is due wherever it was declared for: the TPS in the Crown dependencies.
  const region = facts.region ?? "";
  const inRegion = lists.filter(({ id, regions: its }) => wanted.includes(id) || its.includes(region));
  // A subscriber's own words count whatever a register says, so that nothing is missing without its copy. Not what was
  // recorded before consents had kinds, as it never did; nor where a listing would have ended them.
  const enough = revokes ? [] : lifting.filter((c) => c.kind !== undefined && !c.provisional);
  const unknown: Say = (verdict, reason) =>
    enough.length > 0 ? say("caution", restsOn(enough)) : say(verdict, reason);
  if (policy.screening.heldRegions.includes(region)) unknown("unknown", { code: "no-register" });
  for (const list of wanted)
    if (!inRegion.some(({ id }) => id === list)) unknown("unknown", { code: "no-register", list });
  for (const l of inRegion) {
    if (treatmentOf(l.id, facts, call) === "off") continue;
    const its = { list: l.id };
    const evidence = evidenceOf(facts, l);
    if (typeof evidence === "string") unknown("unknown", { code: evidence, ...its });
    else if (daysLater(evidence.asOf, maxAgeOf(l, policy)) < call.days.last)
      unknown("unknown", {
        code: l.lookup === undefined ? "stale-list" : "stale-answer",
        ...its,
        ...evidence,
      });
    else if (!facts.lists.some((f) => f.id === l.id))
      say("clear", { code: "not-listed", ...its, ...evidence });
  }
}

/**
 * A register that the law wants holds, whatever policy says. One of the region that the law does not want for this call,
 * as it ended or is not about such numbers, says nothing.
 */
function treatmentOf(id: string, { region }: Facts, { setting, policy }: Call): "hold" | "warn" | "off" {
  if (setting.registers.includes(id)) return "hold";
  if (regions[region ?? ""]?.registers.some((known) => known.id === id)) return "off";
  return policy.registers[id] ?? "hold";
}

/** Whether a listing holds: a law's register always does. */
export const holds = (id: string, treatments: Readonly<Record<string, string>>): boolean =>
  isLawRegister(id) || (treatments[id] ?? "hold") === "hold";

/** Policy may grant at most the register's own days of grace, and the law's. */
const graceOf = (id: string, head: RegisterHead | undefined, { policy }: Call): number =>
  Math.min(
    policy.screening.graceDays,
    head?.daysUntilEffective ?? Infinity,
    knownRegisters[id]?.daysUntilEffective ?? Infinity,
  );

/** In dates (YYYY-MM-DD). */
export const daysLater = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);

/** Why there is no current answer by lookup: the reason code for each state. */
const unanswered = { asking: "being-asked", failed: "lookup-failed", budget: "lookup-budget" } as const;

/** The day of what we hold about a number: of the register's copy, or of the answer by lookup. Else the reason code. */
function evidenceOf(
  facts: Facts,
  { id, lookup, version, asOf, numbers }: RegisterHead,
): { asOf: string } | string {
  // A register without numbers counts as never loaded.
  if (lookup === undefined)
    return version === 0 || asOf === null || numbers === 0 ? "not-screened" : { asOf };
  const answer = facts.lookups?.find((l) => l.id === id);
  if (answer?.state !== undefined) return unanswered[answer.state];
  return answer?.asOf === undefined ? "not-asked" : { asOf: answer.asOf };
}
