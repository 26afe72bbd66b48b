/** What a verification of the registers' tables finds. */
import { summedTableNames } from "../../../shared/trail/bound-tables.ts";
import { deepOf } from "../trail/kit.ts";

export async function deep(now = Date.now()) {
  const rows = await deepOf(["lists", "versions", "contents"], now);
  const sums = await deepOf(summedTableNames, now, 2);
  return {
    found: [...rows.found, ...sums.found],
    bound: { every: rows.bound.every + sums.bound.every, none: rows.bound.none + sums.bound.none },
  };
}
