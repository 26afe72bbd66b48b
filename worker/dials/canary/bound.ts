/** What of the browsers' own tests the trail binds: the results of a day, at once, with its statement. */
import { DAY } from "../../../shared/core/time.ts";
import { boundTable } from "../../core/bound.ts";
import { inBatches } from "../../core/sql.ts";
import { closedAt } from "../../policy/bound.ts";

/** A result, after its day. */
export const RESULT_KEPT = 30 * DAY;

export const resultsBound = boundTable({
  name: "canary_results",
  columns: ["batch", "place", "day", "token", "browser", "layer", "held", "at"],
  unbound: { num: "by which a row is found until it is bound" },
  // Also one that is in no batch, as an officer says which Worker wrote it.
  keyOf: {
    ...inBatches,
    named: `(${inBatches.named} OR r.num IN (SELECT CAST(value AS INTEGER) FROM json_each(?1) WHERE instr(value, '/') = 0))`,
  },
  batch: "canary_batches",
  day: "day",
  when: `${closedAt} IS NOT NULL`,
  at: `COALESCE(${closedAt}, '')`,
  adoption: "ends",
  erased: (_env, lost, now) =>
    Promise.resolve(lost.filter(({ at }) => Date.parse(at) < now - RESULT_KEPT).map(({ key }) => key)),
});
