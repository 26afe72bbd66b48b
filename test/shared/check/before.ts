/**
 * How a call was decided and handled before the law was a floor: a frozen copy, for the property that nothing became
 * looser. Never change it.
 */
import type { Facts, Reason, Verdict } from "../../../shared/check/api.ts";
import { type Context, type Decision, stricter } from "../../../shared/check/verdict.ts";
import { DAY } from "../../../shared/core/time.ts";
import { isOver } from "../../../shared/do-not-call/end-date.ts";
import { closedAt } from "../../../shared/hours/hours.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { isTooOld } from "../../../shared/registers/age.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";

const zones = (...timeZones: string[]) => ({ consent: "opt-out", timeZones });
const regions: Record<string, { consent: string; timeZones: string[] }> = {
  GB: zones("Europe/London"),
  IE: zones("Europe/Dublin"),
  IN: zones("Asia/Kolkata"),
  US: zones(
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
  ),
  AU: zones(
    "Australia/Sydney",
    "Australia/Brisbane",
    "Australia/Adelaide",
    "Australia/Darwin",
    "Australia/Perth",
    "Australia/Hobart",
  ),
  CA: zones(
    "America/St_Johns",
    "America/Halifax",
    "America/Toronto",
    "America/Winnipeg",
    "America/Edmonton",
    "America/Vancouver",
  ),
  FR: { consent: "opt-in", timeZones: ["Europe/Paris"] },
  DE: { consent: "opt-in", timeZones: ["Europe/Berlin"] },
};
const rank: Record<Verdict, number> = { clear: 0, caution: 1, unknown: 2, blocked: 3 };
const maxAgeOf = ({ maxAgeDays }: RegisterHead, { screening }: Policy): number =>
  Math.min(maxAgeDays, screening.maxListAgeDays);

type Say = (verdict: Verdict, reason: Reason) => void;

/** The decision of version 1. */
export function decideBefore(facts: Facts, context: Context): Decision {
  const { policy, now, medium = "call" } = context;
  const { runs } = policy.campaigns;
  const purpose = context.purpose ?? (runs.includes("general") ? "general" : runs[0]!);
  const found: { verdict: Verdict; reason: Reason }[] = [];
  const say: Say = (verdict, reason) => found.push({ verdict, reason });

  const consents = facts.consents.filter((c) => !isOver(c.until, now) && Date.parse(c.givenAt) <= now);
  // A solicited call or message is not one that the rules on unsolicited ones are about.
  const consented = consents.some((c) => c.basis === "consent" || c.basis === "solicited");

  for (const s of facts.suppressions) {
    if (isOver(s.until, now)) continue;
    // Where a subscriber both objected and consented, the later of the two applies (PECR reg 21(4), (5)).
    const withdrawn = consents.some((c) => c.basis === "consent" && Date.parse(c.givenAt) > Date.parse(s.at));
    if (s.kind === "objection" && withdrawn) say("caution", { code: "consent" });
    else say("blocked", { code: s.kind, asOf: s.at.slice(0, 10) });
  }

  const rules = facts.region === null ? undefined : regions[facts.region];
  const wantsConsent = purpose !== "general" || rules?.consent === "opt-in";
  if (wantsConsent && !consented) say("blocked", { code: "needs-consent" });

  if (medium === "call") sayRegisters(facts, context, consented, say);
  // PECR 2003 reg 22: a text or a chat to an individual needs consent, or the soft opt-in of paragraph (3). Which numbers
  // are individuals' nobody knows. The telephone registers are about calls (reg 21).
  else if (consented) say("clear", { code: "consent" });
  else if (consents.some((c) => c.basis === "soft-opt-in")) say("clear", { code: "soft-opt-in" });
  else say("unknown", { code: "message-needs-consent" });

  if (facts.region !== null) {
    const closed = closedAt(policy, facts.region, facts.zones ?? rules?.timeZones ?? [], now);
    if (closed) say(policy.outOfHours === "hold" ? "blocked" : "caution", closed);
  }

  found.sort((a, b) => rank[b.verdict] - rank[a.verdict]);
  const verdict = found.reduce<Verdict>((v, f) => stricter(v, f.verdict), "clear");
  return { verdict, reasons: found.map((f) => f.reason) };
}

/** What the registers say of a call: what lists the number, and where there is no current evidence that none does. */
function sayRegisters(facts: Facts, { policy, lists, now }: Context, consented: boolean, say: Say): void {
  for (const { id, asOf, since } of facts.lists) {
    const treatment = policy.registers[id] ?? "hold";
    if (treatment === "off") continue;
    // Policy may grant at most the register's own days of grace.
    const allowed = lists.find((l) => l.id === id)?.daysUntilEffective ?? Infinity;
    const grace = Math.min(policy.screening.graceDays, allowed);
    const from = since === undefined ? null : countsFrom(since, grace);
    if (from !== null && now < Date.parse(from)) say("caution", { code: "grace", list: id, asOf: from });
    else if (consented) say("caution", { code: "consent", list: id, asOf });
    else say(treatment === "hold" ? "blocked" : "caution", { code: id, list: id, asOf });
  }

  const due = lists.filter(
    (l) => facts.region !== null && l.regions.includes(facts.region) && policy.registers[l.id] !== "off",
  );
  if (due.length === 0) say("unknown", { code: "no-register" });
  for (const l of due) {
    const evidence = evidenceOf(facts, l);
    if (typeof evidence === "string") say("unknown", { code: evidence, list: l.id });
    else if (isTooOld(evidence.asOf, maxAgeOf(l, policy), now))
      say("unknown", {
        code: l.lookup === undefined ? "stale-list" : "stale-answer",
        list: l.id,
        ...evidence,
      });
    else if (!facts.lists.some((f) => f.id === l.id))
      say("clear", { code: "not-listed", list: l.id, ...evidence });
  }
}

const countsFrom = (since: string, graceDays: number): string =>
  new Date(Date.parse(since) + graceDays * DAY).toISOString().slice(0, 10);

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

export function handlingBefore({ verdict, reasons }: Decision, policy: Policy): "pass" | "warn" | "hold" {
  if (reasons.some(({ code }) => code === "two-numbers")) return "hold";
  if (verdict === "clear") return "pass";
  if (verdict === "caution") return "warn";
  if (verdict === "blocked") return "hold";
  const clause = ({ code }: Reason) => {
    // What is missing is no knowledge, which the clause `unknown` is about, but what the law wants (PECR reg 22).
    if (code === "message-needs-consent") return "hold";
    if (code === "stale-list" || code === "stale-answer") return policy.screening.staleList;
    return unknowns.has(code) ? policy.unknown : "warn";
  };
  return reasons.some((reason) => clause(reason) === "hold") ? "hold" : "warn";
}

/** Reasons that say we do not know. */
const unknowns: ReadonlySet<string> = new Set([
  "not-screened",
  "not-asked",
  "being-asked",
  "lookup-failed",
  "lookup-budget",
  "no-register",
  "country-unclear",
  "offline",
  "signed-out",
  "not-a-number",
  "number-lost",
]);

/** Which held calls an agent could override. */
export const mayBeOverriddenBefore = ({ verdict, reasons }: Decision): boolean =>
  !reasons.some(({ code }) => ["objection", "withheld-caller-id", "two-numbers"].includes(code)) &&
  (verdict === "blocked" ||
    (verdict === "unknown" &&
      !reasons.some(({ code }) => unknowns.has(code) || code === "stale-list" || code === "stale-answer")));
