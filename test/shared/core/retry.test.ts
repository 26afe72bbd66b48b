/** Pauses between tries, and Retry-After. */
import { describe, expect, it } from "vitest";
import { pauseAfter, retryAfter, retryAt } from "../../../shared/core/retry.ts";
import { DAY, HOUR } from "../../../shared/core/time.ts";

it("pauses double from an hour to a day", () => {
  expect([1, 2, 3, 4, 5, 6, 40].map((n) => pauseAfter(n, HOUR, DAY) / HOUR)).toEqual([
    1, 2, 4, 8, 16, 24, 24,
  ]);
});

it("the next try waits for the pause, and for the moment that the server named", () => {
  expect(retryAt(1000, 50, null)).toBe(1050);
  expect(retryAt(1000, 50, 900)).toBe(1050);
  expect(retryAt(1000, 50, 2000)).toBe(2000);
});

describe("Retry-After", () => {
  const now = Date.UTC(2026, 10, 27);
  it.each([
    ["120", now + 120_000],
    ["1.5", now + 1500],
    ["Fri, 27 Nov 2026 00:00:30 GMT", now + 30_000],
    [null, null],
    ["", null],
    ["soon", null],
  ])("%s", (header, at) => expect(retryAfter(header, now)).toBe(at));
  it("is capped", () => expect(retryAfter("99999999999", now, DAY)).toBe(now + DAY));
});
