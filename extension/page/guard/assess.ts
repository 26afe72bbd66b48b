/** What is known of a dialled number at this moment, and what policy does with a call to it. */
import { finalReason, handling } from "../../../shared/check/override.ts";
import { type Decision, stricter, strictest, unknownFor } from "../../../shared/check/verdict.ts";
import { toE164 } from "../../../shared/phone/phone.ts";
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
  /** What a line of the policy's own country would ring, where that is another number. */
  line: string | null;
  decision: Decision;
  handling: ReturnType<typeof handling>;
}

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
  const read = toE164(written, region ?? rules.region);
  const { e164, readings = [] } = settledAs(written, read, rules, region === undefined ? element : null);
  if (e164 !== null) return { e164, readings: [] };
  const same = element ? null : shown(written);
  return same !== null && readings.includes(same) ? { e164: same, readings: [] } : { e164, readings };
}

/** The numbers whose facts an assessment rests on. */
export const numbersOf = ({
  e164,
  readings,
  line,
}: Pick<Assessment, "e164" | "readings" | "line">): string[] => [
  ...(e164 === null ? readings : [e164]),
  ...(line === null ? [] : [line]),
];

/**
 * Assesses a number by the frame's facts. Digits without a country code ring in the policy's own country, whatever their
 * record says, and the Worker judges them so: the stricter of both readings counts. Facts that are not confirmed may
 * hold a dial, but never let one pass.
 */
export function assess(
  facts: Pick<FrameFacts, "decide" | "context" | "confirmed">,
  read: DialledNumber,
  written: string,
): Assessment {
  const context = facts.context();
  const rings = context ? toE164(written, context.policy.numbers.defaultRegion).e164 : null;
  const line = rings === read.e164 ? null : rings;
  const each = [facts.decide(read.e164, read.readings), line === null ? null : facts.decide(line, [])];
  const known = each.filter((decision) => decision !== null);
  const decided = known.length > 0 ? strictest(known) : null;
  const firm = decided?.verdict === "blocked" || decided?.verdict === "unknown";
  const decision =
    decided && (firm || facts.confirmed(numbersOf({ ...read, line }))) ? decided : unknownFor("offline");
  return { ...read, line, decision, handling: context ? handling(decision, context.policy) : "hold" };
}

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

/** True where there is more to read than the agent read: a reason that was not there, or a stricter verdict. */
export const isNews = (now: Decision, read: Decision): boolean =>
  stricter(now.verdict, read.verdict) !== read.verdict ||
  now.reasons.some(({ code, list }) => !read.reasons.some((r) => r.code === code && r.list === list));

/** Some reasons are final, and a number that is held as unknown must become known instead. */
export const mayOverride = ({ decision, handling }: Pick<Assessment, "decision" | "handling">): boolean =>
  !finalReason(decision.reasons) && !(decision.verdict === "unknown" && handling === "hold");
