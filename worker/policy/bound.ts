/** What of a policy's version, and of a proposal, the trail binds: all of it. */
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

/** Each state, from its making to how it ended. That it was made is bound by itself as well (proposed.ts), as in an earlier release. */
export const proposalsBound = boundTable({
  name: "proposal_states",
  of: {
    table: "proposals",
    own: {
      ...{ rev: "rev", changed: "changed_at", past: "past" },
      ...{ high: "salt_high", low: "salt_low", code: "code" },
    },
  },
  columns: [
    ...["id", "kind", "base", "changes", "effect", "why", "by", "roles", "at", "expires_at", "counts_at"],
    ...["state", "settled_by", "settled_at", "version"],
  ],
  at: "COALESCE(r.changed_at, r.at)",
  states: { before: [], each: true, adoption: "rest" },
  // None is ever erased.
  erased: null,
});
