/** What the lists say of a recording that came late, or whose number was not judged. */
import { afterEach, expect, it, vi } from "vitest";
import { flagOf, statesOf } from "../../../../extension/desk/recordings/format.ts";
import type { Recording } from "../../../../shared/recordings/api.ts";

afterEach(() => vi.useRealTimers());

it("one that came late is not due before its wait is over", () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-28T10:00:00Z") });
  const late = {
    ...{ state: "kept", quarantined: false, hold: null, failures: 0, notBefore: null },
    ...{ eraseAfter: "2021-01-20", waitsUntil: "2026-11-28T12:00:00.000Z" },
  } as Recording;
  expect(statesOf(late, "2026-11-28")).toEqual(["waiting"]);
  vi.setSystemTime(Date.parse("2026-11-28T12:00:00Z"));
  expect(statesOf(late, "2026-11-28")).toEqual(["due"]);
  expect(statesOf({ ...late, waitsUntil: null }, "2026-11-28")).toEqual(["due"]);
});

it("a number that was not judged is not said to have been blocked", () => {
  expect(flagOf([{ code: "not-judged" }])).toBe("unjudged");
  expect(flagOf([{ code: "objection" }])).toBe("blocked");
});
