/**
 * From facts to a verdict. Pure: the page runs it at the moment of looking, the Worker when it answers and when a dial
 * is logged. What is not known is never `clear`.
 */
import type { Facts, Reason, Verdict } from "./api.ts";
import type { RegisterHead } from "../registers/api.ts";
import { countsFrom, isOver, listExpired } from "./deadlines.ts";
import { closedAt } from "../hours/hours.ts";
import type { Campaign, Policy } from "../policy/policy.ts";
import { regions } from "../law/regions.ts";

export interface Context {
  policy: Policy;
  /** The heads of all lists, as the facts were read from them. */
  lists: RegisterHead[];
  /** The Worker's clock, in milliseconds since the epoch. */
  now: number;
  /** Why the call is made. Where nothing is said: `general` if the company runs such calls, else the first it runs. */
  purpose?: Campaign | undefined;
}

export interface Decision {
  verdict: Verdict;
  /** Never empty; the strictest come first. */
  reasons: Reason[];
}

/** Reason codes of the kernel; a register's listing bears the register's own id instead. */
export const reasonCodes = [
  "objection",
  "house",
  "needs-consent",
  "withheld-caller-id",
  "not-screened",
  "stale-list",
  "not-asked",
  "being-asked",
  "lookup-failed",
  "lookup-budget",
  "stale-answer",
  "no-register",
  "country-unclear",
  "offline",
  "signed-out",
  "not-a-number",
  "number-lost",
  "out-of-hours",
  "holiday",
  "consent",
  "grace",
  "not-listed",
] as const;

const rank: Record<Verdict, number> = { clear: 0, caution: 1, unknown: 2, blocked: 3 };

/** The stricter of two verdicts: blocked outranks unknown, unknown caution, caution clear. */
export const stricter = (a: Verdict, b: Verdict): Verdict => (rank[a] >= rank[b] ? a : b);

/** A verdict for what never reached the database: no answer, no number, nobody signed in. */
export const unknownFor = (
  code: "offline" | "signed-out" | "not-a-number" | "number-lost" | "country-unclear",
): Decision => ({
  verdict: "unknown",
  reasons: [{ code }],
});

/** Decides one number from its facts. */
export function decide(facts: Facts, context: Context): Decision {
  const { policy, lists, now } = context;
  // Where nothing is said of a call, it is of the kind that the company runs.
  const purpose =
    context.purpose ?? policy.campaigns.runs.find((kind) => kind === "general") ?? policy.campaigns.runs[0];
  const found: { verdict: Verdict; reason: Reason }[] = [];
  const say = (verdict: Verdict, reason: Reason) => found.push({ verdict, reason });

  const consents = facts.consents.filter((c) => !isOver(c.until, now) && Date.parse(c.givenAt) <= now);
  const consented = consents.some((c) => c.basis !== "service");

  for (const s of facts.suppressions) {
    if (isOver(s.until, now)) continue;
    // Of an objection and a consent by the same subscriber the later dated one stands (PECR reg 21(4), (5)).
    const withdrawn = consents.some((c) => c.basis === "consent" && Date.parse(c.givenAt) > Date.parse(s.at));
    if (s.kind === "objection" && withdrawn) say("caution", { code: "consent" });
    else say("blocked", { code: s.kind, asOf: s.at.slice(0, 10) });
  }

  const rules = facts.region === null ? undefined : regions[facts.region];
  const wantsConsent = purpose !== "general" || rules?.consent === "opt-in";
  if (wantsConsent && !consented) say("blocked", { code: "needs-consent" });

  for (const { id, asOf, since } of facts.lists) {
    const treatment = policy.registers[id] ?? "hold";
    if (treatment === "off") continue;
    // The law's days for the register are the most that policy may grant: fewer hold a listing sooner.
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
    const maxAge = Math.min(l.maxAgeDays, policy.screening.maxListAgeDays);
    const word = wordOf(facts, l);
    if (typeof word === "string") say("unknown", { code: word, list: l.id });
    else if (listExpired(word.asOf, maxAge, now))
      say("unknown", { code: l.lookup === undefined ? "stale-list" : "stale-answer", list: l.id, ...word });
    else if (!facts.lists.some((f) => f.id === l.id))
      say("clear", { code: "not-listed", list: l.id, ...word });
  }

  if (facts.region !== null) {
    const closed = closedAt(policy, facts.region, facts.zones ?? rules?.timeZones ?? [], now);
    if (closed) say(policy.outOfHours === "hold" ? "blocked" : "caution", closed);
  }

  found.sort((a, b) => rank[b.verdict] - rank[a.verdict]);
  const verdict = found.reduce<Verdict>((v, f) => stricter(v, f.verdict), "clear");
  return { verdict, reasons: found.map((f) => f.reason) };
}

/** Why a register by lookup has no answer that counts. */
const unanswered = { asking: "being-asked", failed: "lookup-failed", budget: "lookup-budget" } as const;

/** The day that a register's word on a number is of: that of its copy, or, by lookup, of the answer. Else why it has none. */
function wordOf(
  facts: Facts,
  { id, lookup, version, asOf, numbers }: RegisterHead,
): { asOf: string } | string {
  // A register without a number in it is none that was loaded.
  if (lookup === undefined)
    return version === 0 || asOf === null || numbers === 0 ? "not-screened" : { asOf };
  const answer = facts.lookups?.find((l) => l.id === id);
  if (answer?.state !== undefined) return unanswered[answer.state];
  return answer?.asOf === undefined ? "not-asked" : { asOf: answer.asOf };
}

/**
 * Decides a number whose country cannot be told, from the decisions on all its readings: the strictest of them,
 * `unknown` at best.
 */
export function decideReadings(readings: Decision[]): Decision {
  // An objection is nobody's to override: it is not left unsaid for what bars another reading.
  const objected = readings.find(({ reasons }) => reasons.some(({ code }) => code === "objection"));
  const worst =
    objected ??
    readings.reduce<Decision | null>(
      (w, d) => (w === null || rank[d.verdict] > rank[w.verdict] ? d : w),
      null,
    );
  const unclear: Reason = { code: "country-unclear" };
  if (worst?.verdict === "blocked") return { verdict: "blocked", reasons: [...worst.reasons, unclear] };
  return { verdict: "unknown", reasons: [unclear] };
}

/**
 * What is done with a call: it passes, the agent is asked first, or it is held and wants a reason that policy allows.
 * What is not known is held unless policy says to warn of it; a copy of a register that is too old has a clause of its
 * own.
 */
export function handling({ verdict, reasons }: Decision, policy: Policy): "pass" | "warn" | "hold" {
  if (verdict === "clear") return "pass";
  if (verdict === "caution") return "warn";
  if (verdict === "blocked") return "hold";
  const clause = ({ code }: Reason) => {
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
