/**
 * From facts to a verdict. Pure: the page runs it whenever it shows a number, the Worker when it answers a check and
 * when it logs a dial. The unknown is never `clear`.
 */
import type { Facts, Reason, Verdict } from "./api.ts";
import { isTooOld, maxAgeOf } from "../registers/age.ts";
import type { RegisterHead } from "../registers/api.ts";
import { DAY } from "../core/time.ts";
import { isOver } from "../do-not-call/end-date.ts";
import { closedAt } from "../hours/hours.ts";
import type { Campaign, Policy } from "../policy/policy.ts";
import { regions } from "../law/regions.ts";
import type { Medium } from "../dials/schemes.ts";

export interface Context {
  policy: Policy;
  /** The heads of all registers, as they were when the facts were read. */
  lists: RegisterHead[];
  /** The Worker's clock, in milliseconds since the epoch. */
  now: number;
  /** Why the call is made; by default `usualPurpose`. */
  purpose?: Campaign | undefined;
  /** By default a call. */
  medium?: Medium | undefined;
}

/**
 * The purpose of a call where nobody names one: `general` if the company runs such campaigns, else the first it runs.
 */
export const usualPurpose = ({ campaigns: { runs } }: Policy): Campaign =>
  runs.includes("general") ? "general" : runs[0]!;

export interface Decision {
  verdict: Verdict;
  /** Never empty; the strictest come first. */
  reasons: Reason[];
}

/** The reason codes, except for a listing: its code is the register's id. */
export const reasonCodes = [
  "objection",
  "house",
  "needs-consent",
  "message-needs-consent",
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
  "two-numbers",
  "out-of-hours",
  "holiday",
  "consent",
  "soft-opt-in",
  "grace",
  "emergency",
  "internal",
  "not-listed",
] as const;

const rank: Record<Verdict, number> = { clear: 0, caution: 1, unknown: 2, blocked: 3 };

/**
 * The stricter of two verdicts: `blocked` outranks `unknown`, `unknown` outranks `caution`, `caution` outranks `clear`.
 */
export const stricter = (a: Verdict, b: Verdict): Verdict => (rank[a] >= rank[b] ? a : b);

/** The decision where no facts could be read: no answer, no number, not signed in. */
export const unknownFor = (
  code: "offline" | "signed-out" | "not-a-number" | "number-lost" | "country-unclear",
): Decision => ({
  verdict: "unknown",
  reasons: [{ code }],
});

type Say = (verdict: Verdict, reason: Reason) => void;

/** Decides one number from its facts. */
export function decide(facts: Facts, context: Context): Decision {
  const { policy, now, purpose = usualPurpose(policy), medium = "call" } = context;
  const found: { verdict: Verdict; reason: Reason }[] = [];
  const say: Say = (verdict, reason) => found.push({ verdict, reason });

  const counts = (c: { givenAt: string; until: string | null }): boolean =>
    !isOver(c.until, now) && Date.parse(c.givenAt) <= now;
  const consents = facts.consents.filter(counts);
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
  else if (facts.softOptIns?.some(counts)) say("clear", { code: "soft-opt-in" });
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

/**
 * The day from which a listing counts: `graceDays` after `since`, the date of the version before the one that added the
 * number. It may have been registered on that day already, and PECR 2003 reg 21(3) gives a caller 28 days from the
 * registration.
 */
export const countsFrom = (since: string, graceDays: number): string =>
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

/**
 * A written number: `e164` is null where its country cannot be told; `readings` are then all numbers that it may be.
 */
export interface Reading {
  e164: string | null;
  readings?: readonly string[] | undefined;
}

/** What rings on a line; `service`: there is no subscriber behind it (shared/dials/services.ts). */
export interface LineReading extends Reading {
  service?: "emergency" | "internal" | undefined;
}

/** The numbers that a written number may be; empty where it is not a number. */
export const numbersOf = ({ e164, readings = [] }: Reading): readonly string[] =>
  e164 === null ? readings : [e164];

/** The numbers that may ring: with `e164`, the readings of a line are what it rings with an extension's digits. */
export const ringsOf = ({ e164, readings = [] }: Reading): readonly string[] =>
  e164 === null ? readings : [e164, ...readings];

/** Decides a written number; `of` decides one number in E.164. Among several readings the strictest decision counts. */
export function decideReading(reading: Reading, of: (e164: string) => Decision): Decision {
  if (reading.e164 !== null) return of(reading.e164);
  const numbers = numbersOf(reading);
  return numbers.length > 0 ? decideReadings(numbers.map(of)) : unknownFor("not-a-number");
}

/** One decision from those on all readings of a number: the strictest, and at best `unknown`. */
export function decideReadings(readings: readonly Decision[]): Decision {
  // An objection cannot be overridden, so the answer names it even where another reading is blocked for another reason.
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

/** Whether a reason blocks a call by itself under a policy. */
export function blocks({ code, list }: Reason, policy: Policy): boolean {
  if (code === list) return (policy.registers[code] ?? "hold") === "hold";
  if (code === "out-of-hours" || code === "holiday") return policy.outOfHours === "hold";
  return code === "objection" || code === "house" || code === "needs-consent";
}

/**
 * Decides a call that may ring any of several numbers (at least one): the strictest verdict, with everything that bars
 * any of them, so that an objection to one is never left out.
 */
export function strictest(decisions: readonly Decision[]): Decision {
  const [worst, ...others] = [...decisions].sort((a, b) => rank[b.verdict] - rank[a.verdict]);
  const more = others.flatMap(({ reasons }) => reasons.filter(({ code }) => code !== "not-listed"));
  const known = new Set(worst!.reasons.map(({ code, list }) => `${code} ${list}`));
  return {
    verdict: worst!.verdict,
    reasons: [...worst!.reasons, ...more.filter(({ code, list }) => !known.has(`${code} ${list}`))],
  };
}

/**
 * Decides a dial: by what the telephone rings and by the number that it is taken for, each as strictly as it is read.
 * `line`: the numbers that may ring (shared/dials/line.ts). `texts`: how the written number is read where it is.
 * Where they differ, or where the digits ring nothing, nobody meant what would ring (perhaps a number of the line's own
 * area, which is dialled without its code): at best a caution, which cannot be overridden.
 */
export function decideDial(
  line: LineReading,
  texts: readonly Reading[],
  of: (e164: string) => Decision,
): Decision {
  const { service } = line;
  const rings = numbersOf(line);
  const meant = texts.flatMap(({ e164 }) => e164 ?? []);
  // An emergency call is never held, nor one that leaves the own exchange for nobody.
  if (
    service === "emergency" ||
    (service === "internal" && texts.every((text) => numbersOf(text).length === 0))
  )
    return { verdict: "clear", reasons: [{ code: service }] };
  const decisions = [...texts.map((text) => decideReading(text, of)), ...ringsOf(line).map(of)];
  const differ = meant.length > 0 && (rings.length === 0 || new Set([...meant, ...rings]).size > 1);
  return strictest(differ ? [...decisions, TWO_NUMBERS] : decisions);
}

const TWO_NUMBERS: Decision = { verdict: "caution", reasons: [{ code: "two-numbers" }] };
