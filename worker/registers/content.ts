/**
 * The sums that bind a register's blocks and their undo (shared/registers/content.ts): carried from version to version, and
 * counted once where a register was there before.
 */
import { addContent, type ContentSum, emptyContent, sumOf, sumText } from "../../shared/registers/content.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { bind, BOUND } from "../core/bound.ts";
import { record } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { blockId, blockOfId, listOfId } from "./block-ids.ts";
import { contentsBound, versionsBound } from "./bound.ts";
import { type HeadRow, registerHeads } from "./heads.ts";
import { agreedOf } from "../trail/agreed.ts";
import { lastSaid } from "../trail/archived/last-said.ts";
import { startOf } from "../trail/start.ts";

/** A commit is dated after what it writes, and clocks differ. */
const NEAR = 2 * MINUTE;

/** The sums of a version. `undone` is null where it is not known. */
export interface Contents {
  content: ContentSum;
  undone: ContentSum | null;
}

/** The sum over the blocks of a version; null where it is not known, as nothing has counted them yet. */
export async function contentAt(db: D1Database, list: number, ver: number): Promise<ContentSum | null> {
  if (ver === 0) return emptyContent();
  const row = await db
    .prepare("SELECT content FROM contents WHERE list = ? AND ver = ?")
    .bind(list, ver)
    .first<{ content: string }>();
  return row && sumOf(row.content);
}

export function insertContents(
  list: Pick<HeadRow, "num" | "id">,
  ver: number,
  { content, undone }: Contents,
  at: string,
): Statement {
  const row = { list: list.num, ver, content: sumText(content), undone: undone && sumText(undone), at };
  const { kept, event } = bind(contentsBound, { ...row, key: `${list.id}/${ver}` });
  return {
    ...sql(
      `INSERT INTO contents (list, ver, content, undone, at, salt_high, salt_low, code)
       VALUES (?, ?, ?, ?, ?, CAST(? AS INTEGER), CAST(? AS INTEGER), CAST(? AS INTEGER))`,
      ...[row.list, row.ver, row.content, row.undone, row.at, ...kept],
    ),
    binds: [event],
  };
}

export interface BlockData {
  block: number;
  n: number;
  digest: number;
  data: string;
}
/** A register's blocks after one of them, in order. */
export const blocksAfter = async (
  db: D1Database,
  list: number,
  after: number,
  most: number,
): Promise<BlockData[]> =>
  (
    await db
      .prepare(
        `SELECT ${blockOfId} AS block, n, digest, data FROM blocks
         WHERE id > ${blockId("?1", "?2")} AND ${listOfId} = ?2 ORDER BY id LIMIT ?3`,
      )
      .bind(after, list, most)
      .all<BlockData>()
  ).results;

/** Blocks a page, of at most 1.7 kB each; and pages a run, which take a second or two. */
const BOUNDS = { page: 4000, pages: 5 };
interface Progress {
  ver: number;
  after: number;
  sum: string;
}

/** Counts the blocks of registers that were there before their content was bound, some in each run. `bounds` for tests. */
export async function countContents(env: Env, now: number, bounds = BOUNDS): Promise<void> {
  for (const head of await registerHeads(env.DB))
    if ((await missingSums(env, head)) === "uncounted") return count(env, head, now, bounds);
}

/**
 * Why the sums of the version in force are not there; null where they are. `uncounted`: the first version without them is from before
 * they were bound, or of an older Worker, as an officer said. `gone`: the trail has them. `none`: they should have been bound with the
 * version, and somebody saw to it that they were not; nothing tells which blocks were the register's then.
 */
export async function missingSums(
  env: Env,
  { num, id, version }: HeadRow,
): Promise<"uncounted" | "gone" | "none" | null> {
  if ((await contentAt(env.DB, num, version)) !== null) return null;
  const { later, returned } = await startOf(env);
  if (later === null) return "uncounted";
  const { results } = await env.DB.prepare(
    `SELECT v.ver, v.committed_at AS at FROM versions v WHERE v.list = ?1 AND v.ver <= ?2 AND v.state = 'committed'
       AND v.ver > COALESCE((SELECT MAX(c.ver) FROM contents c WHERE c.list = ?1 AND c.ver < ?2), 0) ORDER BY v.ver`,
  )
    .bind(num, version)
    .all<{ ver: number; at: string }>();
  const subjects = results.map(({ ver }) => `contents/${id}/${ver}`);
  const { said, unreadTo } = await lastSaid(env, subjects, [BOUND]);
  if (said.size > 0) return "gone";
  const { ver = 0, at = "" } = results[0] ?? {};
  if (unreadTo > Date.parse(later.at)) {
    // No archive of before a version binds what came with it. Its moment counts as the trail has it alone.
    const { agreed } = await agreedOf(env, versionsBound, [`${id}/${ver}`]);
    if (agreed.size === 0 || unreadTo >= Date.parse(at) - NEAR) return "gone";
  }
  const isOfBefore = at < later.at || returned.some(({ from, to }) => from <= at && at <= to);
  return isOfBefore ? "uncounted" : "none";
}

async function count(env: Env, head: HeadRow, now: number, { page, pages }: typeof BOUNDS): Promise<void> {
  const db = env.DB;
  const mark = `content-${head.num}`;
  const left = await db
    .prepare("SELECT value FROM marks WHERE name = ?")
    .bind(mark)
    .first<{ value: string }>();
  const before = left && (JSON.parse(left.value) as Progress);
  // Another version is in force: its blocks are others.
  let [after, sum] = before?.ver === head.version ? [before.after, sumOf(before.sum)] : [-1, emptyContent()];
  for (let n = 0; n < pages; n++) {
    const blocks = await blocksAfter(db, head.num, after, page);
    for (const { block, data } of blocks) addContent(sum, block, data);
    after = blocks.at(-1)?.block ?? after;
    if (blocks.length < page) return bindCounted(env, head, sum, mark, now);
  }
  const progress: Progress = { ver: head.version, after, sum: sumText(sum) };
  await db
    .prepare("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)")
    .bind(mark, JSON.stringify(progress))
    .run();
}

async function bindCounted(
  env: Env,
  { num, id, version }: HeadRow,
  content: ContentSum,
  mark: string,
  now: number,
): Promise<void> {
  const moved = (await registerHeads(env.DB)).find((head) => head.num === num)?.version !== version;
  // What was read may be of both versions: the next run counts again.
  if (moved) return;
  await record(env, {
    actor: "system",
    event: { code: "list.content-bound", subject: `${id}/${version}`, payload: null },
    statements: [
      insertContents({ num, id }, version, { content, undone: null }, new Date(now).toISOString()),
      sql("DELETE FROM marks WHERE name = ?", mark),
    ],
  });
}
