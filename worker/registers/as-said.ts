/**
 * The version in force is as the trail has it, before another one starts from its day and its sums: or what somebody wrote into the
 * database would be bound as the register's own.
 */
import { Problem } from "../core/errors.ts";
import type { Env } from "../env.ts";
import { agreedOf } from "../trail/agreed.ts";
import { contentsBound, versionsBound } from "./bound.ts";
import { missingSums } from "./content.ts";
import { type HeadRow, registerHead } from "./heads.ts";

/**
 * Throws `list-unlike` also where its sums are gone, or another version is the newest; `list-head-moved` where another is in force by
 * now.
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
  if (head.version === 0) return;
  const key = [`${head.id}/${head.version}`];
  for (const table of [versionsBound, contentsBound])
    if ((await agreedOf(env, table, key)).not.length > 0) throw new Problem("list-unlike");
  const missing = await missingSums(env, head);
  if (missing === "gone" || missing === "none") throw new Problem("list-unlike");
}
