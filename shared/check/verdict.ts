/**
 * From facts to a verdict. Pure: the page runs it whenever it shows a number, the Worker when it answers a check and
 * when it logs a dial. The unknown is never `clear`.
 */
import { isCanary } from "../canary/number.ts";
import type { Facts, Reason, Verdict } from "./api.ts";
import type { RegisterHead } from "../registers/api.ts";
import { daysAt } from "../hours/hours.ts";
import { settingsOf } from "../law/law.ts";
import type { Campaign, Policy } from "../policy/policy.ts";
import { regions } from "../law/regions.ts";
import type { Medium } from "../dials/schemes.ts";
import { kindOf } from "../do-not-call/kind.ts";
import { type Call, type ConsentFact, consentCodes, usable } from "./consent.ts";
import { closedFor, type Found, judge } from "./judge.ts";
import { holds } from "./registers.ts";

export interface Context {
  policy: Policy;
  /** The heads of all registers, as they were when the facts were read. */
  lists: RegisterHead[];
  /** The Worker's clock, in milliseconds since the epoch. */
  now: number;
  /** Why the call is made (`kindsOf`). */
  purpose?: Campaign | undefined;
  /** By default a call. */
  medium?: Medium | undefined;
  /**
   * Leaves out what the clock and the calls so far say: screenings and watching tell whom to call, and that is judged at
   * each call.
   */
  anyTime?: true | undefined;
}

/** Whether the company makes calls of this kind, by its policy. */
export const makes = ({ campaigns }: Policy, kind: Campaign): boolean => campaigns.runs.includes(kind);

/**
 * The kinds of which a call may be, the strictest of which counts. A call that names none is a general one, where the company
 * makes such; else it may be any that the company makes. One that names what the company does not make may be that as well.
 */
export const kindsOf = (policy: Policy, named?: Campaign): readonly Campaign[] => {
  if (makes(policy, named ?? "general")) return [named ?? "general"];
  const { runs } = policy.campaigns;
  return named ? [named, ...runs] : runs;
};

/** Of these kinds the one by which a call was decided: the first that is as strict as all are together. */
export function decidingKind(
  context: Context,
  { verdict }: Pick<Decision, "verdict">,
  decideAs: (context: Context) => Pick<Decision, "verdict">,
): Campaign {
  const kinds = kindsOf(context.policy, context.purpose);
  if (kinds.length === 1) return kinds[0]!;
  return kinds.find((purpose) => decideAs({ ...context, purpose }).verdict === verdict) ?? kinds[0]!;
}

export interface Decision {
  verdict: Verdict;
  /** Never empty; the strictest come first. */
  reasons: Reason[];
}

/** The reason codes, except for a listing: its code is the register's id. */
export const reasonCodes = [
  "canary",
  "objection",
  "house",
  "person-objected",
  "scope-unsaid",
  "not-authorised",
  "needs-consent",
  "message-needs-consent",
  "withheld-caller-id",
  "not-our-number",
  "nobody-to-ask",
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
  "not-judged",
  "number-lost",
  "two-numbers",
  "cap",
  "rest",
  "law-hours",
  "law-holiday",
  "holidays-unknown",
  "out-of-hours",
  "holiday",
  "no-rules",
  "unconfirmed",
  "presentation",
  "sector",
  "outage",
  "ground",
  "call-back",
  "product",
  "agreed",
  "consent",
  "soft-opt-in",
  "grace",
  "emergency",
  "internal",
  "not-listed",
  "open-by-law",
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

/** Of our own test number: whatever is on record of it, and whatever policy says. */
export const CANARY_BARRED: Decision = { verdict: "blocked", reasons: [{ code: "canary" }] };

/**
 * Decides one number from its facts: in each setting that it may be in, and by the strictest. What is not known in another
 * one stays open where that bars the call: nobody overrides it (override.ts).
 */
export function decide(facts: Facts, context: Context): Decision {
  if (isCanary(facts.e164)) return CANARY_BARRED;
  const settings = callsOf(facts, context).map((call) => judge(facts, call, context.lists));
  const verdict = settings.flat().reduce<Verdict>((worst, f) => stricter(worst, f.verdict), "clear");
  const found: Found[] = [];
  for (const its of settings) {
    const counts = its.some((f) => f.verdict === verdict);
    for (const f of its)
      if ((counts || f.verdict === "unknown") && !found.some(({ reason }) => isSame(reason, f.reason)))
        found.push(f);
  }
  found.sort((a, b) => rank[b.verdict] - rank[a.verdict]);
  return { verdict, reasons: found.map(({ reason }) => reason) };
}

const isSame = (a: Reason, b: Reason): boolean => a.code === b.code && a.list === b.list;

/** What was asked about last: thousands of numbers are judged at once, and few differ in place, line and party. */
let asked: (Pick<Call, "policy" | "medium" | "now" | "anyTime"> & Pick<Context, "purpose">) | undefined;
const calls = new Map<string, readonly Call[]>();

/** The call in each setting of the law that it may be in, as its kind, its line, its party or its day may not be known. */
export function callsOf(facts: Facts, context: Context): readonly Call[] {
  const { policy, now, purpose: named, medium = "call", anyTime = false } = context;
  const { region, line, zones, party: its } = facts;
  const party = its && policy.parties.from.includes(its.source) ? its.party : undefined;
  const isSameAs =
    asked?.policy === policy && asked.now === now && asked.purpose === named && asked.medium === medium;
  if (!isSameAs || asked?.anyTime !== anyTime) {
    calls.clear();
    asked = { policy, purpose: named, medium, now, anyTime };
  }
  const key = `${region} ${line} ${party} ${zones?.join()}`;
  let found = calls.get(key);
  if (!found) {
    const days = daysAt(zones ?? regions[region ?? ""]?.timeZones ?? [], now);
    const same = { region, policy, medium, now, days, anyTime };
    found = kindsOf(policy, named).flatMap((purpose) =>
      settingsOf(region, { kind: purpose, medium, line, party }, days.all).map((setting) => ({
        ...{ ...same, purpose, setting },
        closed: anyTime ? [] : closedFor(setting.rules, same),
      })),
    );
    calls.set(key, found);
  }
  return found;
}

/** For a reason that is a subscriber's own words: the law of such a call says what they do. */
const isOwnWord = (code: string): boolean =>
  ["objection", "person-objected", "scope-unsaid"].includes(code) || consentCodes.has(code);

/**
 * The rules of law that a reason rests on: the one that it names; those that want the register that it is about, or a
 * number that is shown; or those that let such a call be made, as they say what a subscriber's words do. Empty where it
 * rests on policy.
 */
export function rulesOf({ rule, list, code }: Reason, facts: Facts, context: Context): string[] {
  if (rule !== undefined) return [rule];
  const rules = callsOf(facts, context).flatMap(({ setting }) => setting.rules);
  const its = rules.filter(({ registers, open, consent, presents }) => {
    if (list !== undefined) return code !== "ground" && registers?.includes(list);
    if (code === "withheld-caller-id") return presents;
    return isOwnWord(code) ? (open ?? registers ?? consent) : code === "open-by-law" && open;
  });
  return [...new Set(its.map(({ id }) => id))];
}

/** The consents that a decision rests on: each is used by a call that is made. */
export function usesOf({ reasons }: Decision, facts: Facts, context: Context): ConsentFact[] {
  if (!reasons.some(({ code }) => consentCodes.has(code))) return [];
  const used = callsOf(facts, context).flatMap((call) => usable(facts, call));
  return [...new Set(used)].filter((c) => kindOf(c) !== "service");
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
  if (code === list) return holds(code, policy.registers);
  if (code === "out-of-hours" || code === "holiday") return policy.outOfHours === "hold";
  return blocking.has(code);
}

const blocking: ReadonlySet<string> = new Set([
  ...["canary", "objection", "house", "not-authorised", "needs-consent", "message-needs-consent"],
  ...["cap", "rest", "law-hours", "law-holiday"],
]);

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
