/** What is known of a dial, what the agent's answer leads to, and what is recorded: each on its own. */
import { describe, expect, it } from "vitest";
import {
  assess,
  hidingOurNumber,
  isNews,
  mayOverride,
  numbersOf,
  readDialledNumber,
} from "../../../../extension/page/guard/assess.ts";
import { type EvidenceOf, evidenceOf } from "../../../../extension/page/guard/evidence.ts";
import { newRules } from "../../../../extension/page/find/reading-rules.ts";
import { type Answered, asksFirst, nextStep } from "../../../../extension/page/guard/next-step.ts";
import type { PolicyContext } from "../../../../extension/policy-context.ts";
import type { Reason, Verdict } from "../../../../shared/check/api.ts";
import { type Decision, unknownFor } from "../../../../shared/check/verdict.ts";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import { NOON, stampOf } from "../../clock.ts";

const LONDON = "+442079460000";
const LEEDS = "+441134960142";
const DELHI = "+911134960142";
const context: PolicyContext = { policy: defaultPolicy, stamp: stampOf(7), clockOffset: 0 };
const decision = (verdict: Verdict, ...reasons: (string | Reason)[]): Decision => ({
  verdict,
  reasons: reasons.map((r) => (typeof r === "string" ? { code: r } : r)),
});
const CLEAR = decision("clear", "not-listed");
const BLOCKED = decision("blocked", { code: "tps", list: "tps" });

/** A frame that knows these decisions. */
const frame = (known: Record<string, Decision>, confirmed = true, under: PolicyContext | null = context) => ({
  decide: (e164: string | null) => (e164 === null ? unknownFor("country-unclear") : (known[e164] ?? null)),
  context: () => under,
  confirmed: () => confirmed,
});
const one = (e164: string) => ({ e164, readings: [] });

describe("what is known of a dialled number", () => {
  it("clear and confirmed passes; clear and not confirmed is unknown; blocked needs no confirmation", () => {
    const of = (known: Decision, confirmed: boolean) => {
      const { decision, handling } = assess(
        frame({ [LONDON]: known }, confirmed),
        one(LONDON),
        LONDON,
        "call",
      );
      return [decision.verdict, handling];
    };
    expect(of(CLEAR, true)).toEqual(["clear", "pass"]);
    expect(of(CLEAR, false)).toEqual(["unknown", "hold"]);
    expect(of(BLOCKED, false)).toEqual(["blocked", "hold"]);
  });
  it("nothing is known yet: unknown, and held also where there is no policy", () => {
    expect(assess(frame({}), one(LONDON), LONDON, "call")).toMatchObject({
      ...{ decision: { reasons: [{ code: "offline" }] }, handling: "hold" },
    });
    expect(assess(frame({ [LONDON]: CLEAR }, true, null), one(LONDON), LONDON, "call").handling).toBe("hold");
  });
  it("what our own line would ring counts too, and the stricter of both", () => {
    const known = { [DELHI]: CLEAR, [LEEDS]: BLOCKED };
    const seen = assess(frame(known), one(DELHI), "0113 496 0142", "call");
    expect(seen).toMatchObject({ e164: DELHI, line: { e164: LEEDS }, decision: { verdict: "blocked" } });
    expect(numbersOf(seen)).toEqual([DELHI, LEEDS]);
    // With its code it rings there wherever it is dialled.
    expect(assess(frame(known), one(DELHI), DELHI, "call")).toMatchObject({ handling: "pass", offers: [] });
  });
  it("an emergency call passes without an answer of the Worker, and without a policy", () => {
    const none = { e164: null, readings: [] };
    for (const under of [context, null])
      for (const number of ["999", "112"])
        for (const medium of ["call", "message"] as const)
          expect(assess(frame({}, false, under), none, number, medium)).toMatchObject({
            ...{ handling: "pass", offers: [], decision: decision("clear", "emergency") },
          });
    // Nobody knows then which line it is: 110 is the police in Germany.
    expect(assess(frame({}, false, null), none, "110", "call").handling).toBe("pass");
    expect(assess(frame({}), none, "110", "call").handling).toBe("hold");
  });
  it("an extension of the own exchange passes, once it is known where the line is", () => {
    const none = { e164: null, readings: [] };
    expect(assess(frame({}, false), none, "213", "call")).toMatchObject({
      ...{ handling: "pass", decision: decision("clear", "internal") },
    });
    expect(assess(frame({}, false, null), none, "213", "call").handling).toBe("hold");
    expect(assess(frame({}, false), none, "2134", "call").handling).toBe("hold");
    expect(assess(frame({ [LEEDS]: CLEAR }), one(LEEDS), "213", "call").handling).toBe("hold");
  });
  it("a text that is longer than any number is not read, and held", () => {
    const far = `${LONDON}${" ".repeat(1_000_000)}`;
    const read = readDialledNumber(far, newRules(), { region: "GB", element: null });
    expect(read).toEqual({ e164: null, readings: [] });
    const seen = assess(frame({ [LONDON]: CLEAR }), read, far, "call");
    expect([seen.line.e164, seen.decision.verdict, seen.handling]).toEqual([null, "unknown", "hold"]);
    expect(assess(frame({}), read, `999${" ".repeat(1_000_000)}`, "call").handling).toBe("hold");
  });
  it("a code that hides our number blocks it, and what bars the number is said as well", () => {
    const hidden = (known: Decision) => {
      const seen = assess(frame({ [LONDON]: known }), one(LONDON), LONDON, "call");
      return hidingOurNumber(seen).decision.reasons.map(({ code }) => code);
    };
    expect(hidden(CLEAR)).toEqual(["withheld-caller-id"]);
    expect(hidden(BLOCKED)).toEqual(["withheld-caller-id", "tps"]);
  });
  it("is news where it is stricter, or has a reason more", () => {
    const caution = decision("caution", { code: "consent", list: "tps" });
    expect(isNews(caution, caution)).toBe(false);
    expect(isNews(CLEAR, decision("caution", "not-listed"))).toBe(false);
    expect(isNews(BLOCKED, decision("caution", { code: "tps", list: "tps" }))).toBe(true);
    expect(isNews(decision("caution", { code: "consent", list: "ctps" }), caution)).toBe(true);
  });
  it("may be overridden, but for final reasons and for what is held as unknown", () => {
    const may = (d: Decision, handling: "warn" | "hold" = "hold") => mayOverride({ decision: d, handling });
    expect(may(BLOCKED)).toBe(true);
    expect(may(decision("blocked", "tps", "objection"))).toBe(false);
    expect(may(decision("unknown", "offline"))).toBe(false);
    expect(may(decision("unknown", "offline"), "warn")).toBe(true);
    expect(may(decision("blocked", "message-needs-consent"))).toBe(true);
    expect(may(decision("unknown", "message-needs-consent", "country-unclear"))).toBe(false);
    expect(may(decision("unknown", "message-needs-consent", "objection"))).toBe(false);
  });
});

describe("what an answer leads to", () => {
  const pass = { decision: CLEAR, handling: "pass" } as const;
  const warn = { decision: decision("caution", "consent"), handling: "warn" } as const;
  const hold = { decision: BLOCKED, handling: "hold" } as const;
  const override: Answered = { kind: "override", basis: "service", reason: "x" };
  const country: Answered = { kind: "country", country: "US", wholeSite: false };

  type Step = ReturnType<typeof nextStep>;
  it.each<[string, Answered, steps: [pass: Step, warn: Step, hold: Step]]>([
    ["call", { kind: "call" }, ["go", "go", "changed"]],
    ["a number instead", { kind: "number", e164: LEEDS }, ["go", "go", "changed"]],
    ["check", { kind: "check" }, ["go", "ask", "ask"]],
    ["without the dial code", { kind: "without" }, ["go", "ask", "ask"]],
    ["a country", country, ["go", "ask", "ask"]],
    ["an override", override, ["go", "go", "go"]],
  ])("%s", (_, answer, steps) => {
    const all = [pass, warn, hold];
    expect(all.map((now) => nextStep(answer, now.decision, now, false))).toEqual(steps);
    // As long as the dial would hide our number, nothing lets it go on.
    expect(all.map((now) => nextStep(answer, now.decision, now, true))).toEqual(["ask", "ask", "ask"]);
  });
  it("call on what has become stricter, or has one reason more, is read again", () => {
    expect(nextStep({ kind: "call" }, CLEAR, warn, false)).toBe("changed");
  });
  it("an objection is not overridden", () => {
    const objected = { decision: decision("blocked", "objection"), handling: "hold" } as const;
    expect(nextStep(override, objected.decision, objected, false)).toBe("changed");
  });
  it("the Worker is asked first, but for a call on what is known", () => {
    const unknown = { decision: unknownFor("offline") };
    const asks = (answer: Answered) => [asksFirst(answer, warn), asksFirst(answer, unknown)];
    for (const kind of ["call", "without"] as const) expect(asks({ kind }), kind).toEqual([false, true]);
    for (const answer of [{ kind: "check" } as const, override, country])
      expect(asks(answer), answer.kind).toEqual([true, true]);
  });
});

describe("the evidence", () => {
  const of: EvidenceOf = {
    ...{
      action: "passed" as const,
      written: "020 7946 0000",
      context,
      host: "crm.example",
      at: NOON,
    },
    assessment: { e164: LONDON, decision: CLEAR },
  };
  it("has the number, the verdict, and what was decided by", () => {
    expect(evidenceOf(of)).toEqual({
      ...{ number: "020 7946 0000", e164: LONDON, action: "passed", verdict: "clear" },
      reasons: [{ code: "not-listed" }],
      seen: {
        ...{ seq: 7, policy: 1 },
        lists: ["tps", "ctps"].map((id) => ({ id, version: 3, asOf: "2026-11-20" })),
      },
      ...{ host: "crm.example", at: "2026-11-24T12:00:00.000Z" },
    });
  });
  it("before the first answer says that nothing was known", () => {
    expect(evidenceOf({ ...of, context: null }).seen).toBeNull();
  });
  it("has the purpose of the call, and the basis and reason of an override", () => {
    const said = { ...of, context: { ...context, purpose: "pensions" as const } };
    const override = { basis: "service" as const, reason: "x".repeat(600) };
    expect(evidenceOf({ ...said, override })).toMatchObject({
      ...{ purpose: "pensions", basis: "service", reason: "x".repeat(500) },
    });
  });
  it("has no word that stood beside the number", () => {
    const { number } = evidenceOf({ ...of, written: "Call Ada 020 7946 0000" });
    expect(number).not.toContain("Ada");
    expect(evidenceOf({ ...of, written: "1".repeat(300) }).number).toHaveLength(100);
  });
});
