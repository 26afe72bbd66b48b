import { expect, it } from "vitest";
import { isOver } from "../../../shared/do-not-call/end-date.ts";

it("an entry applies up to the end of its last day, or without end", () => {
  expect(isOver("2026-11-25", Date.parse("2026-11-25T23:59:59Z"))).toBe(false);
  expect(isOver("2026-11-25", Date.parse("2026-11-26T00:00:00Z"))).toBe(true);
  expect(isOver(null, Date.parse("2026-11-25T10:30:00Z"))).toBe(false);
});
