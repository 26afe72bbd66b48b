import { expect, it } from "vitest";
import { byDaysLeft } from "../../../shared/overview/days-left.ts";

it("requests in groups of days left; nothing is counted twice or left out", () => {
  expect(
    byDaysLeft([-9, -1, 0, 7, 8, 14, 15, 21, 22, 30, 31, 400].map((daysLeft) => ({ daysLeft, count: 1 }))),
  ).toEqual([2, 2, 2, 2, 2, 2]);
});
