/** What is known of a dialled number at this moment, and what policy does with a call to it. */
import type { Reason } from "../../../shared/check/api.ts";
import { finalReason, handling, mayBeOverridden } from "../../../shared/check/override.ts";
import {
  type Decision,
  decideDial,
  decideReading,
  type LineReading,
  numbersOf as numbersRead,
  ringsOf,
  stricter,
} from "../../../shared/check/verdict.ts";
import { asRecorded } from "../../../shared/dials/keys.ts";
import { lineReading, lineRegionOf, textReading } from "../../../shared/dials/line.ts";
import { isEmergency } from "../../../shared/dials/services.ts";
import type { Medium } from "../../../shared/dials/schemes.ts";
import type { ReadingRules } from "../find/reading-rules.ts";
import { settledAs } from "../find/scan.ts";
import type { FrameFacts } from "../frame-facts.ts";
import type { PendingDial } from "./pending-dial.ts";

/** A dialled number as the page reads it, with a person's rulings. Its country unclear: `e164` is null. */
export interface DialledNumber {
  e164: string | null;
  readings: string[];
}

export interface Assessment extends DialledNumber {
  /** What the telephone rings for it; `e164` is null where only guesses are left, or nothing rings. */
  line: LineReading;
  decision: Decision;
  handling: ReturnType<typeof handling>;
  /** Where it would ring another number than it is taken for: those that may be called, each by its own verdict. */
  offers: string[];
}

/** No number, and no list of them that people write by hand, has more characters. */
const MOST_WRITTEN = 2000;
/** Characters of a dialled text that a record has room for. */
export const MOST_RECORDED = 100;
/**
 * What is read of a dialled text: of one that is too long nothing, so that it is held. A page's megabyte would be read
 * anew whenever more is known, and hang the page; and a record that is cut would name another number, or none.
 */
const legible = (written: string) =>
  written.length > MOST_WRITTEN || asRecorded(written).length > MOST_RECORDED ? "" : written;

/**
 * Reads a dialled number as its badge does. `shown`: the number that the page's badges give this written form, for a
 * dial without a known place in the page.
 */
export function readDialledNumber(
  written: string,
  rules: ReadingRules,
  { region, element }: Pick<PendingDial, "region" | "element">,
  shown: (written: string) => string | null = () => null,
): DialledNumber {
  const text = legible(written);
  const read = textReading(text, region ?? rules.region, rules.dials.lineRegion);
  const { e164, readings = [] } = settledAs(text, read, rules, region === undefined ? element : null);
  if (e164 !== null) return { e164, readings: [] };
  const same = element ? null : shown(text);
  return same !== null && readings.includes(same) ? { e164: same, readings: [] } : { e164, readings };
}

/** The numbers whose facts an assessment rests on: as it is taken for, and as it rings. */
export const numbersOf = ({ line, ...read }: Pick<Assessment, "e164" | "readings" | "line">): string[] => [
  ...new Set([...numbersRead(read), ...ringsOf(line)]),
];

/**
 * Assesses a number by the frame's facts. What rings depends on the digits and on where the telephone is, whatever
 * their record or the agent says: both readings are judged, and the stricter counts. Facts that are not confirmed may
 * hold a dial, but never let one pass.
 */
export function assess(
  facts: Pick<FrameFacts, "decide" | "context" | "confirmed">,
  read: DialledNumber,
  written: string,
  medium: Medium,
): Assessment {
  const context = facts.context();
  const text = legible(written);
  const line: LineReading = context
    ? lineReading(text, lineRegionOf(context.policy))
    : { e164: null, service: isEmergency(text, null) ? "emergency" : undefined };
  const of = (e164: string) => facts.decide(e164, [], medium);
  const known = (n: string) => of(n) ?? NOT_YET;
  // Without a policy nobody knows what rings.
  const decided = (context ?? line.service) ? decideDial(line, [read], known) : decideReading(read, known);
  if (line.service && decided.verdict === "clear")
    return { ...read, line, decision: decided, handling: "pass", offers: [] };
  const numbers = numbersOf({ ...read, line });
  const decision = settled(decided, () => facts.confirmed(numbers));
  if (!context) return { ...read, line, decision, handling: "hold", offers: [] };
  const mayCall = (e164: string) => {
    const own = of(e164);
    const known = own?.verdict === "clear" || own?.verdict === "caution";
    return known && facts.confirmed([e164]) && handling(own, context.policy) !== "hold";
  };
  const offers = isOfTwo(decided) ? numbers.filter(mayCall) : [];
  return { ...read, line, decision, handling: handling(decision, context.policy), offers };
}

/** Of a number whose facts are on their way. */
const ASKED: Reason = { code: "offline" };
const NOT_YET: Decision = { verdict: "unknown", reasons: [ASKED] };

/** What may be said of a decision by what is known so far. That two numbers differ is known from the digits alone. */
function settled(decided: Decision, confirmed: () => boolean): Decision {
  const { verdict } = decided;
  const reasons = decided.reasons.filter((reason) => reason !== ASKED);
  if (verdict === "blocked" || (verdict === "unknown" && reasons.length === decided.reasons.length))
    return { verdict, reasons };
  if (confirmed()) return decided;
  return { verdict: "unknown", reasons: [ASKED, ...reasons.filter(({ code }) => code === "two-numbers")] };
}

/** True where the digits would ring another number than they are taken for. */
export const isOfTwo = ({ reasons }: Decision): boolean => reasons.some(({ code }) => code === "two-numbers");

/**
 * The assessment of a dial with a code that hides our number: blocked, whatever is known of the number behind the code
 * (PECR 2003 reg 21(A1)).
 */
export const hidingOurNumber = (assessment: Assessment): Assessment => ({
  ...assessment,
  decision: {
    verdict: "blocked",
    reasons: [
      { code: "withheld-caller-id" },
      ...assessment.decision.reasons.filter((r) => r.code !== "not-listed"),
    ],
  },
});

/** The assessment of a dial that ended before anything was known: nothing that is learnt later changes what it was. */
export const knownTooLate = (assessment: Assessment): Assessment => ({
  ...assessment,
  decision: NOT_YET,
  handling: "hold",
});

/** True where there is more to read than the agent read: a reason that was not there, or a stricter verdict. */
export const isNews = (now: Decision, read: Decision): boolean =>
  stricter(now.verdict, read.verdict) !== read.verdict ||
  now.reasons.some(
    ({ code, list }) =>
      code !== "not-listed" && !read.reasons.some((r) => r.code === code && r.list === list),
  );

/** Some reasons are final, and a number that is held as unknown must become known instead. */
export const mayOverride = ({ decision, handling }: Pick<Assessment, "decision" | "handling">): boolean =>
  handling === "hold" ? mayBeOverridden(decision) : !finalReason(decision.reasons);
