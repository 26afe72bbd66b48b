/**
 * What the trail binds of an invite: its codes and whose they are, once, and its role as often as that is given. A code counts by
 * the events of the Ledger, as who owns the database can write any row. They are in the database for as long as a code can count.
 */
import { sha256Hex } from "../../shared/core/sha256.ts";
import { HOUR } from "../../shared/core/time.ts";
import { commitmentTo, openingOf } from "../../shared/trail/bound.ts";
import { commitmentOf, type LinkedRow } from "../../shared/trail/chain.ts";
import { BOUND } from "../core/bound.ts";
import type { Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { linked } from "../trail/rows.ts";
import { startOf } from "../trail/start.ts";

export const INVITE_HOURS = 24;

/** What never changes of an invite: SHA-256 of its codes, and whose they are. */
export interface Codes {
  id: string;
  codeHash: string;
  mailHash: string | null;
  name: string;
  email: string;
  by: string;
  at: string;
}

const codesOf = ({ id, codeHash, mailHash, name, email, by, at }: Codes) => ({
  row: `invites/${id}`,
  root: sha256Hex(`invite v1 ${JSON.stringify([id, codeHash, mailHash, name, email, by, at])}`),
});
const roleOf = (id: string, role: string) => ({
  row: `invites/${id}@role`,
  root: sha256Hex(`invite role v1 ${JSON.stringify([id, role])}`),
});

/** The statement that inserts an invite, or that gives it a role, with what binds that. */
export const bindCodes = (statement: Statement, codes: Codes, role: string): Statement => ({
  ...statement,
  binds: [codesOf(codes), roleOf(codes.id, role)],
});
export const bindRole = (statement: Statement, id: string, role: string): Statement => ({
  ...statement,
  binds: [roleOf(id, role)],
});

/** Whether the Worker made these codes for this role, which was given within a day. */
export async function isBound(env: Env, codes: Codes, role: string, now: number): Promise<boolean> {
  const { results } = await env.DB.prepare(
    `SELECT ${linked} FROM audit a WHERE a.subject IN (?1, ?2, ?3) AND a.subject <> '' AND +a.code IN (?4, ?5) ORDER BY a.seq`,
  )
    .bind(codes.id, codesOf(codes).row, roleOf(codes.id, role).row, BOUND, MADE)
    .all<LinkedRow>();
  const { originOf } = await startOf(env);
  const ours = results.filter((row) => originOf(row) !== "forged");
  const isLate = (row: LinkedRow) => Date.parse(row.at) + (INVITE_HOURS + 1) * HOUR < now;
  const last = (of: string) => ours.findLast(({ code, subject }) => code === BOUND && subject === of);
  const fits = (said: { row: string; root: string }): boolean =>
    last(said.row)?.commitment === commitmentTo(openingOf(null, [said.root]));
  const given = last(roleOf(codes.id, role).row);
  if (given) return !isLate(given) && fits(codesOf(codes)) && fits(roleOf(codes.id, role));
  const made = ours.find(({ code }) => code === MADE);
  return made !== undefined && !isLate(made) && (await isOfBefore(env.DB, made, codes, role));
}

const MADE = "invite.made";

/**
 * One of before the upgrade, which lasts a day at the most: its event binds nothing, as the row before it shows, whose hash it
 * has; and says whom it is for, and in which role.
 */
async function isOfBefore(db: D1Database, made: LinkedRow, { id, email }: Codes, role: string) {
  const row = await db
    .prepare(
      `SELECT b.hash, b.subject, p.salt, p.payload FROM audit b JOIN audit_payload p ON p.seq = ?2 WHERE b.seq = ?1`,
    )
    .bind(made.seq - 1, made.seq)
    .first<{ hash: string; subject: string; salt: string; payload: string }>();
  if (!row || row.hash !== made.prev || row.subject.startsWith(`invites/${id}`)) return false;
  if (commitmentOf(row.salt, row.payload) !== made.commitment) return false;
  const said = JSON.parse(row.payload) as { email?: string; role?: string };
  return said.email === email && said.role === role;
}
