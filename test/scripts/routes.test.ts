/** The table of routes says of each part when it was counted, and of which commit. */
import { expect, it } from "vitest";
import { saidOf } from "../bench/dials/routes.ts";

it("tells of each part its day and commit, also of one that counted nothing", () => {
  const calls = [{ route: "a link", layer: "the page's guard" as const, ends: { held: 2, passed: 1 } }];
  const said = saidOf([
    { part: "guard", commit: "aaaa", day: "28 November 2026", calls },
    { part: "kamailio.long", commit: "bbbb", day: "30 November 2026", calls: [] },
  ]);
  expect(said).toMatch(/a link +the page's guard +3 +2 +1 +0 +0/);
  expect(said.split("\n").slice(-2)).toEqual([
    "guard, 28 November 2026, aaaa",
    "kamailio.long, 30 November 2026, bbbb: nothing could be counted",
  ]);
});
