import { expect, it } from "vitest";
import { ageInDays, expiresAt, isTooOld, maxAgeOf, rescreenDaysOf } from "../../../shared/registers/age.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";

const NOW = Date.parse("2026-11-25T10:30:00Z");
const DAY = 86_400_000;

it("a copy's age counts whole days, and its last day is included", () => {
  expect(ageInDays("2026-11-25", NOW)).toBe(0);
  expect(isTooOld("2026-10-28", 28, NOW)).toBe(false);
  expect(isTooOld("2026-10-28", 28, NOW + DAY)).toBe(true);
});

it("a copy is too old from the moment at which it expires", () => {
  const expires = expiresAt("2026-10-28", 28);
  expect(new Date(expires).toISOString()).toBe("2026-11-26T00:00:00.000Z");
  expect(isTooOld("2026-10-28", 28, expires - 1)).toBe(false);
  expect(isTooOld("2026-10-28", 28, expires)).toBe(true);
});

it("the shorter of the register's limit and the policy's counts", () => {
  const policy = (maxListAgeDays: number) => ({
    ...defaultPolicy,
    screening: { ...defaultPolicy.screening, maxListAgeDays },
  });
  expect(maxAgeOf({ id: "own", maxAgeDays: 28 }, policy(14))).toBe(14);
  expect(maxAgeOf({ id: "own", maxAgeDays: 7 }, policy(14))).toBe(7);
});

it("contacts are screened again before the shortest copy in use is too old", () => {
  const policy = { ...defaultPolicy, registers: { off: "off" as const } };
  const list = (id: string, maxAgeDays: number) => ({ id, maxAgeDays });
  expect(rescreenDaysOf([list("tps", 28)], policy)).toBe(27);
  expect(rescreenDaysOf([list("tps", 28), list("own", 10)], policy)).toBe(10);
  // The law's own limit counts, whatever was declared: Italy's register is relied on for 15 days.
  expect(rescreenDaysOf([list("it-rpo", 28)], policy)).toBe(15);
  expect(rescreenDaysOf([list("tps", 28), list("off", 1)], policy)).toBe(27);
});
