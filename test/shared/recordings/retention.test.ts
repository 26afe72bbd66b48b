import { expect, it } from "vitest";
import { erasureDue } from "../../../shared/recordings/retention.ts";

const london = "Europe/London";

it("erasure is due from the first moment of its day, and not before", () => {
  const due = (day: string, at: string) => erasureDue(day, london, Date.parse(at));
  expect([due("2026-07-01", "2026-06-30T22:59:59Z"), due("2026-07-01", "2026-06-30T23:00:00Z")]).toEqual([
    false,
    true,
  ]);
  expect([due("2026-12-01", "2026-11-30T23:59:59Z"), due("2026-12-01", "2026-12-01T00:00:00Z")]).toEqual([
    false,
    true,
  ]);
  // The day after the clocks went back, and the one after they went forward.
  expect([due("2026-10-26", "2026-10-25T23:59:59Z"), due("2026-10-26", "2026-10-26T00:00:00Z")]).toEqual([
    false,
    true,
  ]);
  expect([due("2026-03-30", "2026-03-29T22:59:59Z"), due("2026-03-30", "2026-03-29T23:00:00Z")]).toEqual([
    false,
    true,
  ]);
});
