/** The canary's number: barred by the decision itself, and nobody's. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { at } from "../../../scripts/lib/paths.ts";
import { CANARY, CANARY_ADDRESS, isCanaryAlone } from "../../../shared/canary/number.ts";
import { handling, mayBeOverridden } from "../../../shared/check/override.ts";
import { blocks, decide, decideDial, ringsOf } from "../../../shared/check/verdict.ts";
import { parseDialAddress } from "../../../shared/dials/address.ts";
import { lineReading, textReading } from "../../../shared/dials/line.ts";
import { regions } from "../../../shared/law/regions.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { contexts, facts } from "../check/arbitrary.ts";

it("is barred whatever is on record and whatever policy says, and names nothing else", () =>
  fc.assert(
    fc.property(facts, contexts, (f, c) => {
      const decision = decide({ ...f, e164: CANARY }, c);
      expect(decision).toEqual({ verdict: "blocked", reasons: [{ code: "canary" }] });
      expect(handling(decision, c.policy)).toBe("hold");
      expect(mayBeOverridden(decision)).toBe(false);
    }),
    { numRuns: 200 },
  ));

it("is a bar by itself, and of no other number", () => {
  expect(blocks({ code: "canary" }, defaultPolicy)).toBe(true);
  fc.assert(
    fc.property(facts, contexts, (f, c) => {
      if (f.e164 === CANARY) return;
      expect(decide(f, c).reasons.map(({ code }) => code)).not.toContain("canary");
    }),
    { numRuns: 100 },
  );
});

it("is of Ofcom's range for drama, and the document names it", () => {
  expect(CANARY).toMatch(/^\+443069990\d{3}$/);
  const said = readFileSync(at("docs/canary.md"), "utf8");
  expect(/`(\+44 3069 \d+)`/.exec(said)?.[1]?.replaceAll(" ", "")).toBe(CANARY);
});

it("is one number on a line of any country", () => {
  const { written } = parseDialAddress(CANARY_ADDRESS)!;
  for (const region of Object.keys(regions)) {
    const line = lineReading(written, region);
    expect([region, ...ringsOf(line)]).toEqual([region, CANARY]);
    expect(textReading(written, region, region).e164, region).toBe(CANARY);
  }
});

it("beside another number it hides nothing", () => {
  const alone = (written: string) => isCanaryAlone(written, ringsOf(lineReading(written, "GB")));
  for (const written of [CANARY, "03069 990879", "0044 3069 990879", "+44 (0)3069 990879"])
    expect(alone(written), written).toBe(true);
  expect(isCanaryAlone(CANARY, [])).toBe(false);
  expect(isCanaryAlone(CANARY, [CANARY, "+442079460001"])).toBe(false);
  // A program may dial both, or press what follows.
  for (const more of ["+442079460001", "ext=12", "postd=02079460001"])
    expect(alone(`${CANARY};${more}`), more).toBe(false);
  const objected = { verdict: "blocked" as const, reasons: [{ code: "objection" }] };
  const barred = { verdict: "blocked" as const, reasons: [{ code: "canary" }] };
  const both = decideDial({ e164: "+442079460001" }, [{ e164: CANARY }], (n) =>
    n === CANARY ? barred : objected,
  );
  expect(both.reasons.map(({ code }) => code)).toContain("objection");
});
