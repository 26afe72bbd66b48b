/**
 * No number that is valid and dialled nationally from the line's region passes by another reading of it: for a line in each
 * region of shared/law, with a number of every line type, taken for one of each other region. What rings is judged by an
 * oracle that has nothing of shared/phone (national-numbers.ts).
 */
import { describe, expect, it } from "vitest";
import { assess } from "../../../../extension/page/guard/assess.ts";
import type { PolicyContext } from "../../../../extension/policy-context.ts";
import type { Decision } from "../../../../shared/check/verdict.ts";
import { regions } from "../../../../shared/law/regions.ts";
import { toE164 } from "../../../../shared/phone/phone.ts";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import { nationalNumbers } from "../../../shared/phone/national-numbers.ts";
import { reportReadings } from "../../../soak/report-readings.ts";
import { stampOf } from "../../clock.ts";

const MANY = Number(process.env["NUMBERS"] ?? 200);
const SEED = Number(process.env["SEED"] || 16);
const CLEAR: Decision = { verdict: "clear", reasons: [{ code: "not-listed", list: "tps" }] };
const BARRED: Decision = { verdict: "blocked", reasons: [{ code: "tps", list: "tps" }] };
const ids = Object.keys(regions);

/** Barred is one number alone; every other one is clear, and all is confirmed. */
const frameOf = (lineRegion: string, barred: string) => {
  const policy = { ...defaultPolicy, numbers: { ...defaultPolicy.numbers, lineRegion } };
  const context: PolicyContext = { policy, stamp: stampOf(7), clockOffset: 0 };
  return {
    decide: (e164: string | null): Decision => (e164 === barred ? BARRED : CLEAR),
    context: () => context,
    confirmed: () => true,
  };
};

describe("a line in", () => {
  it.each(ids)("%s", (region) => {
    const passed: string[] = [];
    let others = 0;
    for (const { e164, dialled, written } of nationalNumbers(region, MANY, SEED)) {
      const frame = frameOf(region, e164);
      for (const text of new Set([dialled, written])) {
        const readings = new Set(
          ids.flatMap((other) => {
            const read = toE164(text, other);
            return [read.e164, ...(read.readings ?? [])].filter((one) => one !== null);
          }),
        );
        for (const taken of readings) {
          if (taken !== e164) others++;
          const seen = assess(frame, { e164: taken, readings: [] }, text, "call");
          if (seen.handling !== "hold" || seen.decision.verdict === "clear" || seen.offers.includes(e164))
            passed.push(`${text} (${e164}) as ${taken}`);
        }
      }
    }
    reportReadings({ of: "line", region, numbers: MANY, readings: others, wrong: passed });
    expect(passed).toEqual([]);
    expect(others).toBeGreaterThan(0);
  });
});
