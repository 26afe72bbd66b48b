/** Which registers that are asked, instead of loaded from files, a number is asked of. */
import { expect, it } from "vitest";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { lookedUpFor } from "../../../worker/check/rows.ts";

const tps = { id: "tps", regions: ["GB"], lookup: "data8" } as unknown as RegisterHead;

it.each([
  ["GB", ["tps"]],
  // Jersey's numbers are asked of the TPS by the rules, wherever it was declared for.
  ["JE", ["tps"]],
  ["FR", []],
  [null, []],
])("a number of %s: %j", (region, lists) => {
  expect(lookedUpFor(region, [tps], defaultPolicy).map(({ id }) => id)).toEqual(lists);
});
