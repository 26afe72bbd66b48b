/** What the trail binds of the sample of announced recordings: each row once, as it was written. */
import { boundTable } from "../core/bound.ts";
import { keyedBy } from "../core/sql.ts";
import { goneWith, keptSince } from "../trail/erased.ts";

// There are none of before.
const before = { codes: [], subject: "''" };

export const drawsBound = boundTable({
  name: "announced_draws",
  columns: ["id", "draw", "recording", "began", "from_day", "to_day", "among", "by", "at"],
  at: "r.at",
  before,
  erased: keptSince,
});
export const heardBound = boundTable({
  name: "announced_heard",
  ...keyedBy("id"),
  columns: ["id", "heard", "by", "at"],
  at: "r.at",
  before,
  erased: goneWith("announced_draws"),
});
