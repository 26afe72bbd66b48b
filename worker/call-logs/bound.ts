/** What of a logged call the trail binds. */
import { boundTable } from "../core/bound.ts";
import { keptSince } from "../trail/erased.ts";

/** What no step changes: an earlier release bound that alone. */
const logged = [
  ...["id", "ref", "via", "provider", "provider_id", "number", "agent", "direction", "started_at", "seconds"],
  ...["verdict", "reasons", "by", "at"],
];
export const callsBound = boundTable({
  name: "calls",
  columns: [...logged, "person", "overridden", "dial", "screened", "extension", "replaces"],
  unbound: {
    told: "whether a digest named it",
    campaign: "said by whoever brought it; the verdict and its reasons, which rest on it, are bound",
    judged_as: "as which kind of call the verdict was reached, which is bound with its reasons",
  },
  at: "COALESCE(r.changed_at, r.at)",
  day: "started_at",
  // Those of before are too many to be bound at once.
  states: { before: logged, each: false, adoption: null },
  erased: keptSince,
});
