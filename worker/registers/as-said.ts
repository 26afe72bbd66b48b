/**
 * The version in force is as the trail has it, before another one starts from its day and its sums: or what somebody wrote into the
 * database would be bound as the register's own.
 */
import type { LinkedRow } from "../../shared/trail/chain.ts";
import { BOUND } from "../core/bound.ts";
import { Problem } from "../core/errors.ts";
import type { Env } from "../env.ts";
import { agreedOf } from "../trail/agreed.ts";
import { linked } from "../trail/rows.ts";
import { startOf } from "../trail/start.ts";
import { contentsBound, versionsBound } from "./bound.ts";
import { missingSums } from "./content.ts";
import { type HeadRow, registerHead } from "./heads.ts";

/**
 * Throws `list-unlike` also where its sums are gone, or another version is the newest, by the rows or by the trail; `list-head-moved`
 * where another is in force by now.
 */
export async function wantHeadAsSaid(env: Env, head: HeadRow): Promise<void> {
  const newest = await env.DB.prepare(
    "SELECT ver FROM versions WHERE list = ? AND state = 'committed' ORDER BY ver DESC LIMIT 1",
  )
    .bind(head.num)
    .first<number>("ver");
  if ((newest ?? 0) !== head.version) {
    // Or another was committed between the two readings.
    const { version } = await registerHead(env.DB, head.id);
    throw new Problem(version === newest ? "list-head-moved" : "list-unlike");
  }
  if (await isLaterSaid(env, head)) throw new Problem("list-unlike");
  if (head.version === 0) return;
  const key = [`${head.id}/${head.version}`];
  for (const table of [versionsBound, contentsBound])
    if ((await agreedOf(env, table, key)).not.length > 0) throw new Problem("list-unlike");
  const missing = await missingSums(env, head);
  if (missing === "gone" || missing === "none") throw new Problem("list-unlike");
}

const READ = 100;
/**
 * Whether the trail binds a later version: the register was put back, and what starts from it would lack what that one brought. Of
 * what an earlier release archived it does not tell: by then the law wants a newer copy.
 */
async function isLaterSaid(env: Env, { id, version }: HeadRow): Promise<boolean> {
  const versions = `${versionsBound.name}/${id}/`;
  const { results } = await env.DB.prepare(
    `SELECT ${linked} FROM audit a WHERE a.subject >= ?1 AND a.subject < ?2 AND a.subject <> '' AND +a.code = ?3
       AND CAST(substr(a.subject, length(?1) + 1) AS INTEGER) > ?4
     UNION ALL SELECT ${linked} FROM last_bound a WHERE a.row >= ?1 AND a.row < ?2
       AND CAST(substr(a.row, length(?1) + 1) AS INTEGER) > ?4 LIMIT ${READ}`,
  )
    .bind(versions, `${versionsBound.name}/${id}0`, BOUND, version)
    .all<LinkedRow>();
  if (results.length === 0) return false;
  // Forged ones, of which nobody writes as many for nothing, keep one of the trail's from being read.
  if (results.length === READ) return true;
  const { originOf } = await startOf(env);
  return results.some((event) => originOf(event) !== "forged");
}
