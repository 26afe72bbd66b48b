/** Lines in one statement. */
import { expect, it } from "vitest";
import { asJson, portions } from "../../../../worker/storage/closed/kind.ts";

it("long lines go in portions that D1 binds", () => {
  const line = (n: number) => ({ num: n, text: JSON.stringify([n, "ż".repeat(1000)]) });
  const lines = Array.from({ length: 1500 }, (_, n) => line(n));
  const all = portions(lines);
  expect(all.flat()).toEqual(lines);
  for (const some of all) expect(new TextEncoder().encode(asJson(some)).byteLength).toBeLessThan(2_000_000);
  expect(portions([])).toEqual([]);
  expect(portions(lines.map(({ num }) => ({ num, text: "[]" })))).toHaveLength(1);
});
