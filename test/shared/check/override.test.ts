import { describe, expect, it } from "vitest";
import { finalReason, overrideBases } from "../../../shared/check/override.ts";
import { blocks, decideReading, numbersOf, unknownFor } from "../../../shared/check/verdict.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";

it("no policy lets an objection or a hidden caller be overridden", () => {
  expect(finalReason([{ code: "tps" }, { code: "objection" }])).toEqual({ code: "objection" });
  expect(finalReason([{ code: "withheld-caller-id" }])).toEqual({ code: "withheld-caller-id" });
  expect(finalReason([{ code: "tps" }, { code: "house" }, { code: "needs-consent" }])).toBeUndefined();
});

it("each clause allows what the one before it does, and more", () => {
  expect(overrideBases.none).toEqual([]);
  expect(overrideBases["service-and-solicited"]).toEqual(["solicited", "service"]);
  expect(overrideBases["with-consent"]).toEqual(["solicited", "service", "consent"]);
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

it("a listing blocks where policy holds its register", () => {
  const listing = { code: "tps", list: "tps", asOf: "2026-11-20" };
  expect(blocks(listing, defaultPolicy)).toBe(true);
  expect(blocks(listing, { ...defaultPolicy, registers: { tps: "warn" } })).toBe(false);
  expect(blocks({ code: "grace", list: "tps" }, defaultPolicy)).toBe(false);
  expect(blocks({ code: "needs-consent" }, defaultPolicy)).toBe(true);
});
