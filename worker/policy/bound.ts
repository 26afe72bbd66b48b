/** What of a policy's version the trail binds: all of it. */
import { boundTable } from "../core/bound.ts";

export const policiesBound = boundTable({
  name: "policies",
  columns: ["version", "doc", "at", "by", "why"],
  at: "r.at",
  // The save, or the proposal that it was.
  before: {
    codes: ["policy.saved", "proposal.approved", "proposal.counted"],
    subject: `COALESCE((SELECT p.id FROM proposals p WHERE p.version = r.version AND p.state IN ('approved', 'counted')),
      CAST(r.version AS TEXT))`,
  },
});
