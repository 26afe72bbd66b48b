/** What of the ties of people who may be one (one.ts) the trail binds: all of them. */
import { boundTable } from "../core/bound.ts";
import { keyedBy } from "../core/sql.ts";
import { goneWith } from "../trail/erased.ts";

/** Each state: that a tie came about, and that it ended. None is ever erased. */
export const tiesBound = boundTable({
  name: "people_held",
  ...keyedBy("person", "by", "how", "at"),
  columns: ["person", "by", "how", "at", "ended_at"],
  at: "COALESCE(r.changed_at, r.at)",
  states: { before: [], each: true, adoption: "rest" },
  erased: null,
});

export const heldTokensBound = boundTable({
  name: "tokens_held",
  columns: ["token", "by", "at"],
  at: "r.at",
  places: { place: "r.token", after: "r.token > ?1", order: "r.token" },
  adoption: "rest",
  erased: goneWith("tokens"),
});
