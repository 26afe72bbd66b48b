/** What of a policy's version, of a proposal, and of what was sent to whom the trail binds: all of it. */
import { boundTable } from "../core/bound.ts";
import { keyedBy } from "../core/sql.ts";
import { areClaimsTimes } from "../recordings/claims.ts";
import { dueUntil } from "../trail/erased.ts";

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
  follows: async ({ DB }, versions) => {
    const newest = String(await DB.prepare("SELECT MAX(version) AS n FROM policies").first<number>("n"));
    if (!versions.includes(newest) || (await areClaimsTimes(DB))) return [];
    return [{ key: newest, columns: ["claims_times"] }];
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

/** The statement of a row's day, made once that was over, binds it (proof/statement.ts). Until then it counts on. */
export const closedAt =
  "(SELECT s.made_at FROM statements s WHERE s.day = r.day AND s.made_at >= date(r.day, '+1 day'))";
export const disclosuresBound = boundTable({
  name: "disclosures",
  columns: ["day", "kind", "host", "what", "times", "items"],
  ...keyedBy("day", "kind", "host", "what"),
  when: `${closedAt} IS NOT NULL`,
  at: `COALESCE(${closedAt}, '')`,
  adoption: "sent",
  erased: async ({ DB }, lost, now) => {
    const due = new Date(await dueUntil(DB, now, "auditPayloadMonths")).toISOString().slice(0, 10);
    return lost.flatMap(({ key }) => (key.slice(0, 10) < due ? [key] : []));
  },
});
