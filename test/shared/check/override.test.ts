import { describe, expect, it } from "vitest";
import { finalReason, handling, mayBeOverridden, overrideBases } from "../../../shared/check/override.ts";
import {
  blocks,
  decide,
  type Decision,
  decideDial,
  decideReading,
  numbersOf,
  unknownFor,
} from "../../../shared/check/verdict.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";

it("no policy lets an objection or a hidden caller be overridden", () => {
  expect(finalReason([{ code: "tps" }, { code: "objection" }])).toEqual({ code: "objection" });
  expect(finalReason([{ code: "withheld-caller-id" }])).toEqual({ code: "withheld-caller-id" });
  expect(finalReason([{ code: "tps" }, { code: "house" }, { code: "needs-consent" }])).toBeUndefined();
});

it("an agent may only say that a call sells nothing, where policy allows that", () => {
  expect(overrideBases.none).toEqual([]);
  expect(overrideBases["service-and-solicited"]).toEqual(["service"]);
  expect(overrideBases["with-consent"]).toEqual(["service"]);
});

it("a number of which something is not known must become known, whatever else bars it", () => {
  const held = (...codes: string[]) =>
    mayBeOverridden({ verdict: "blocked", reasons: codes.map((code) => ({ code })) });
  expect(held("tps")).toBe(true);
  expect(held("needs-consent")).toBe(true);
  expect(held("house", "not-listed")).toBe(true);
  for (const code of ["no-register", "stale-list", "not-screened", "stale-answer", "country-unclear"])
    expect(held("tps", code), code).toBe(false);
  expect(mayBeOverridden({ verdict: "unknown", reasons: [{ code: "message-needs-consent" }] })).toBe(false);
});

it("an Irish number that may be a mobile is not overridden while nobody knows the register of fixed lines", () => {
  const facts = { e164: "+353766800000", region: "IE", lists: [], suppressions: [], consents: [] };
  const context = { policy: defaultPolicy, lists: [], now: Date.parse("2026-11-25T10:30:00Z") };
  const decision = decide(facts, context);
  expect(decision).toEqual({
    verdict: "blocked",
    reasons: [
      { code: "needs-consent", rule: "IE-mobile" },
      { code: "no-register", list: "ndd" },
    ],
  });
  expect(mayBeOverridden(decision)).toBe(false);
  // Once the line is known, the register is no question.
  expect(mayBeOverridden(decide({ ...facts, line: "mobile" }, context))).toBe(true);
});

describe("one decision from a written number", () => {
  const blocked = { verdict: "blocked" as const, reasons: [{ code: "house" }] };
  const of = (e164: string) => (e164 === "+442079460001" ? blocked : unknownFor("offline"));
  it("is the number's own where its country is known", () => {
    expect(decideReading({ e164: "+442079460001" }, of)).toEqual(blocked);
  });
  it("is the strictest of its readings where it is not", () => {
    const readings = ["+442079460000", "+442079460001"];
    expect(decideReading({ e164: null, readings }, of).reasons.map(({ code }) => code)).toEqual([
      "house",
      "country-unclear",
    ]);
    expect(numbersOf({ e164: null, readings })).toEqual(readings);
  });
  it("is unknown where there is no number", () => {
    expect(decideReading({ e164: null }, of)).toEqual(unknownFor("not-a-number"));
    expect(numbersOf({ e164: null })).toEqual([]);
  });
});

it("a listing blocks where policy holds its register, and always where a law names it", () => {
  const listing = { code: "ours", list: "ours", asOf: "2026-11-20" };
  const warns = { ...defaultPolicy, registers: { ours: "warn", tps: "warn" } as const };
  expect(blocks(listing, defaultPolicy)).toBe(true);
  expect(blocks(listing, warns)).toBe(false);
  expect(blocks({ ...listing, code: "tps", list: "tps" }, warns)).toBe(true);
  expect(blocks({ code: "grace", list: "tps" }, defaultPolicy)).toBe(false);
  expect(blocks({ code: "needs-consent" }, defaultPolicy)).toBe(true);
});

describe("one decision on a dial", () => {
  const [HERE, THERE, OTHER] = ["+441134960142", "+911134960142", "+3531134960142"];
  const clear = { verdict: "clear" as const, reasons: [{ code: "not-listed" }] };
  const blocked = { verdict: "blocked" as const, reasons: [{ code: "tps", list: "tps" }] };
  const objected = { verdict: "blocked" as const, reasons: [{ code: "objection" }] };
  const of = (known: Record<string, Decision>) => (e164: string) => known[e164] ?? clear;
  const codes = ({ verdict, reasons }: Decision) => [verdict, ...reasons.map(({ code }) => code)];
  const one = (e164: string) => ({ e164 });

  it("is the number's own where it rings what it is taken for", () => {
    expect(decideDial(one(HERE), [one(HERE)], of({}))).toEqual(clear);
    expect(decideDial({ e164: null, readings: [HERE] }, [one(HERE)], of({ [HERE]: blocked }))).toEqual(
      blocked,
    );
  });
  it("is at best a caution where they are two, with what bars either, and cannot be overridden", () => {
    const two = (known: Record<string, Decision>) => decideDial(one(HERE), [one(THERE)], of(known));
    expect(codes(two({}))).toEqual(["caution", "two-numbers"]);
    expect(codes(two({ [HERE]: blocked }))).toEqual(["blocked", "tps", "two-numbers"]);
    expect(codes(two({ [THERE]: blocked }))).toEqual(["blocked", "tps", "two-numbers"]);
    expect(codes(two({ [HERE]: blocked, [THERE]: objected }))).toContain("objection");
    expect(handling(two({}), defaultPolicy)).toBe("hold");
    expect(finalReason(two({}).reasons)).toEqual({ code: "two-numbers" });
  });
  it("counts what a telephone may make of digits that its exchange would not take", () => {
    const guesses = { e164: null, readings: [HERE, OTHER] };
    expect(codes(decideDial(guesses, [one(HERE)], of({})))).toEqual(["caution", "two-numbers"]);
    expect(codes(decideDial(guesses, [one(HERE)], of({ [OTHER]: blocked })))[0]).toBe("blocked");
  });
  it("is at best a caution where nothing rings: fewer digits may ring a number of the line's own area", () => {
    const nothing = { e164: null, readings: [] };
    expect(codes(decideDial(nothing, [one(THERE)], of({})))).toEqual(["caution", "two-numbers"]);
    expect(codes(decideDial(nothing, [one(THERE)], of({ [THERE]: blocked })))[0]).toBe("blocked");
  });
  it("stays open where the number that is meant is", () => {
    const open = { e164: null, readings: [HERE, THERE] };
    expect(codes(decideDial(one(HERE), [open], of({})))).toEqual(["unknown", "country-unclear"]);
    expect(codes(decideDial(one(HERE), [{ e164: null }], of({})))).toEqual(["unknown", "not-a-number"]);
    expect(codes(decideDial(one(HERE), [open], of({ [THERE]: blocked })))[0]).toBe("blocked");
  });
});
