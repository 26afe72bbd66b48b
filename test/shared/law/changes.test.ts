import { expect, it } from "vitest";
import { consentLives, lawDays } from "../../../shared/law/changes.ts";
import { regions } from "../../../shared/law/regions.ts";

it("names each day on which a rule begins or ends, and the next; and each life of a consent", () => {
  for (const { from, until, life } of Object.values(regions).flatMap(({ rules }) => rules)) {
    for (const day of [from, until]) if (day) expect(lawDays).toContain(day);
    if (life) expect(consentLives).toContain(life.months);
  }
  // France's telephone canvassing law began on 11 August 2026.
  expect(lawDays).toEqual(expect.arrayContaining(["2026-08-11", "2026-08-12"]));
  expect(lawDays).toEqual([...new Set(lawDays)].sort());
});
