/**
 * A proposal counts if the trail has that it was made, as it is, and not that it was ended; and its approval, if the trail has that:
 * who owns the database can write any.
 */
import { sha256Hex } from "../../shared/core/sha256.ts";
import { Problem } from "../core/errors.ts";
import type { Env } from "../env.ts";
import { agreedOf, isSaid } from "../trail/agreed.ts";
import { lastSaid, saidOf } from "../trail/archived/last-said.ts";
import { startOf } from "../trail/start.ts";
import { proposalsBound } from "./bound.ts";
import type { ProposalRow } from "./proposal-rows.ts";

/** What is bound of one: all that was proposed, by whom and when. */
type Proposed = Pick<
  ProposalRow,
  "id" | "kind" | "base" | "changes" | "why" | "by" | "roles" | "at" | "expiresAt" | "countsAt"
>;

export const saidOfProposal = ({ id, kind, base, changes, why, by, roles, at, ...times }: Proposed) => ({
  row: `proposals/${id}`,
  root: sha256Hex(
    `proposal v1 ${JSON.stringify([id, kind, base, changes, why, by, roles, at, times.expiresAt, times.countsAt])}`,
  ),
});

const APPROVED = "proposal.approved";
const ENDS = ["approved", "counted", "refused", "withdrawn", "expired"].map((state) => `proposal.${state}`);

/**
 * Throws the Problem `archive-broken` where an archive since may say that it was ended and cannot be read: what is kept apart of that
 * (trail/events.ts), the database's owner can put back with the row.
 */
export async function isProposed(env: Env, row: Proposed): Promise<boolean> {
  const { said: ended, unreadTo } = await lastSaid(env, [row.id], ENDS);
  if (ended.size > 0 || (await agreedOf(env, proposalsBound, [row.id])).not.length > 0) return false;
  if (unreadTo >= Date.parse(row.at)) throw new Problem("archive-broken");
  // Those of before are bound by the first runs after the upgrade (trail/adopt.ts).
  return (await isSaid(env, saidOfProposal(row), row.at)) ?? (await startOf(env)).coded === null;
}

/** Whether a second person approved the role that an invite gives, as its row and the trail say. */
export async function isVouched(env: Env, invite: string): Promise<boolean> {
  const { results } = await env.DB.prepare(
    "SELECT id FROM proposals WHERE kind = 'role' AND state = 'approved' AND changes ->> '$[0].path' = ?",
  )
    .bind(`invite.${invite}`)
    .all<{ id: string }>();
  const ids = results.map(({ id }) => id);
  const approved = await saidOf(env, ids, [APPROVED]);
  const { not } = await agreedOf(env, proposalsBound, ids);
  return ids.some((id) => approved.has(id) && !not.includes(id));
}

/** Those of before that are open. */
export const proposalsOfBefore = async (db: D1Database) =>
  (
    await db
      .prepare(
        `SELECT id, kind, base, changes, why, by, roles, at, expires_at AS expiresAt, counts_at AS countsAt
         FROM proposals WHERE state = 'open'`,
      )
      .all<Proposed>()
  ).results.map(saidOfProposal);
