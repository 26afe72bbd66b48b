import { describe, expect, it } from "vitest";
import type { Facts } from "../../../shared/check/api.ts";
import { type RegisterHead, registerRequest } from "../../../shared/registers/api.ts";
import { listId, defaultPolicy } from "../../../shared/policy/policy.ts";
import { RegisterReader } from "../../../shared/registers/file.ts";
import { regions } from "../../../shared/law/regions.ts";
import { decide } from "../../../shared/check/verdict.ts";

const now = Date.parse("2026-11-25T12:00:00Z");
const head = (id: string, region: string, more: Partial<RegisterHead> = {}): RegisterHead => ({
  id,
  name: id,
  regions: [region],
  maxAgeDays: 28,
  version: 1,
  asOf: "2026-11-24",
  numbers: 10,
  ...more,
});
const facts = (region: string, more: Partial<Facts> = {}): Facts => ({
  e164: "+490000000",
  region,
  zones: ["Europe/Berlin"],
  lists: [],
  suppressions: [],
  consents: [],
  ...more,
});

it("there are the regions of the field, each with what a declared register needs", () => {
  expect(Object.keys(regions).sort()).toEqual([
    ...["AT", "AU", "BE", "CA", "DE", "ES", "FR", "GB", "GG", "IE", "IM", "IN", "IT", "JE", "NL", "PL", "US"],
  ]);
  const ids = Object.values(regions).flatMap((r) => r.registers.map((register) => register.id));
  expect(new Set(ids).size).toBe(ids.length);
  for (const { region, registers, rules } of Object.values(regions)) {
    for (const { id, ...register } of registers) {
      expect(listId.safeParse(id).success, id).toBe(true);
      expect(registerRequest.safeParse({ ...register, regions: [region] }).success, id).toBe(true);
    }
    for (const { id, hours = {} } of rules) {
      expect(id.startsWith(`${region}-`), id).toBe(true);
      for (const day of Object.values(hours)) {
        const times = day.flat();
        expect(times, region).toEqual([...times].sort());
        for (const time of times) expect(time).toMatch(/^\d\d:\d\d$/);
      }
    }
  }
});

describe("a region's file is read in its own way of writing", () => {
  const cases: [string, string, number][] = [
    ["IE", "087 123 4567", 353871234567],
    ["IE", "01 2345678", 35312345678],
    ["US", "(415) 555-0134", 14155550134],
    ["US", "1-415-555-0134", 14155550134],
    ["IN", "098765 43210", 919876543210],
    ["IN", "919876543210", 919876543210],
    ["AU", "0412 345 678", 61412345678],
    ["CA", "416 555 0134", 14165550134],
    ["FR", "06 12 34 56 78", 33612345678],
    ["DE", "030 123456", 4930123456],
    ["DE", "+49 (0)151 12345678", 4915112345678],
  ];
  it.each(cases)("%s: %s", (region, line, number) => {
    const reader = new RegisterReader(region);
    reader.feed(new TextEncoder().encode(`${line}\n`));
    expect([...reader.end().numbers]).toEqual([number]);
  });
});

it("where the law wants consent first, a call without one is blocked", () => {
  for (const region of ["DE", "FR"]) {
    const context = { policy: defaultPolicy, lists: [], now: Date.parse("2026-11-25T10:00:00Z") };
    expect(decide(facts(region), context)).toMatchObject({
      verdict: "blocked",
      reasons: [{ code: "needs-consent" }, ...(region === "FR" ? [{ code: "sector" }] : [])],
    });
    const old = { basis: "consent" as const, givenAt: "2026-11-01T00:00:00Z", until: null };
    expect(decide(facts(region, { consents: [old] }), context).verdict).toBe("blocked");
    // No law there names a register: with consent of the right kind nothing is missing.
    const agreed = { ...old, kind: "prior" as const, evidenced: true };
    const { verdict, reasons } = decide(facts(region, { consents: [agreed] }), context);
    expect([verdict, reasons[0]!.code]).toEqual(["caution", "agreed"]);
  }
  const { reasons } = decide(facts("US"), { policy: defaultPolicy, lists: [head("us-dnc", "US")], now });
  expect(reasons.map((r) => r.code)).not.toContain("needs-consent");
});

it("a register's days until effective are the most that policy may grant", () => {
  const policy = { ...defaultPolicy, screening: { ...defaultPolicy.screening, graceDays: 20 } };
  const listed = { lists: [{ id: "reg", asOf: "2026-11-24", since: "2026-11-15" }] };
  const verdict = (daysUntilEffective: number | undefined, graceDays = 20) =>
    decide(facts("GB", listed), {
      policy: { ...policy, screening: { ...policy.screening, graceDays } },
      lists: [
        ...[head("tps", "GB"), head("ctps", "GB")],
        head("reg", "GB", daysUntilEffective === undefined ? {} : { daysUntilEffective }),
      ],
      now,
    });
  const first = (of: ReturnType<typeof verdict>) => [of.verdict, of.reasons[0]!.code, of.reasons[0]!.asOf];
  expect(first(verdict(28))).toEqual(["caution", "grace", "2026-12-05"]);
  expect(verdict(undefined).verdict).toBe("caution");
  // Until the 25th; from the 26th on the listing counts.
  expect(first(verdict(11))).toEqual(["caution", "grace", "2026-11-26"]);
  expect(first(verdict(10)).slice(0, 2)).toEqual(["blocked", "reg"]);
  expect(verdict(0).verdict).toBe("blocked");
  expect(verdict(366, 0).verdict).toBe("blocked");
});
