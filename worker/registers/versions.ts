/**
 * What every new version of a register goes through, however its numbers arrive (upload.ts, changes.ts, rollback.ts):
 * its date is checked, its row is opened, and it is closed as the head moves to it.
 */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import type { Register } from "../../shared/registers/api.ts";
import type { BlockSums } from "../../shared/registers/blocks.ts";
import { DAY, HOUR } from "../../shared/core/time.ts";
import type { Context } from "hono";
import type { App } from "../env.ts";
import { record } from "../core/commit.ts";
import { bind } from "../core/bound.ts";
import { Problem } from "../core/errors.ts";
import { sha256Hex } from "../core/hash.ts";
import { sql, type Statement } from "../core/sql.ts";
import { currentPolicy } from "../policy/current.ts";
import { blockId, blockOfId } from "./block-ids.ts";
import { versionsBound } from "./bound.ts";
import { type Contents, insertContents } from "./content.ts";
import type { HeadRow } from "./heads.ts";

export const sumsOf = (row: HeadRow): BlockSums => ({
  blocks: row.blocks ?? 0,
  numbers: row.numbers ?? 0,
  high: row.high ?? 0,
  low: row.low ?? 0,
});

/** The latest date that is today somewhere on earth: 14 hours ahead of UTC. Anything later is a mistake. */
const latestDate = (now: number): string => new Date(now + 14 * HOUR).toISOString().slice(0, 10);

/** Refuses a date in the future, and one before the version in force. */
export function wantAsOf(asOf: string, head: HeadRow): void {
  if (asOf > latestDate(Date.now())) throw new Problem("as-of-future");
  if (head.asOf !== null && asOf < head.asOf)
    throw new Problem("as-of-older", fill(details.listInForce, { date: head.asOf }));
}

/**
 * Refuses to remove a larger share of a register at once than policy allows, unless the sender says it is meant. Answers how
 * many numbers went from it within a day, where that passes the share, or twice or more times the share, with this version; else null.
 */
export async function refuseShrink(
  db: D1Database,
  head: HeadRow,
  removed: number,
  meant: boolean,
): Promise<number | null> {
  const { policy } = await currentPolicy(db);
  const share = policy.screening.maxShrinkShare;
  const had = head.numbers ?? 0;
  const tooMany = removed > had * share;
  if (!meant && tooMany) throw new Problem("list-shrinks", fill(details.shrinks, { share: share * 100 }));
  if (removed === 0) return null;
  const lately = await db
    .prepare(
      `SELECT COALESCE(SUM(removed), 0) AS n FROM versions WHERE list = ? AND state = 'committed' AND committed_at > ?`,
    )
    .bind(head.num, new Date(Date.now() - DAY).toISOString())
    .first<{ n: number }>();
  const before = lately!.n;
  const most = (had + before) * share;
  const shares = (n: number): number => Math.max(1, Math.ceil(n / most));
  return tooMany || shares(before + removed) > shares(before) ? before + removed : null;
}

/** Refusals that tell of what is listed. None says how many numbers are. */
const TELLING: readonly string[] = ["same-file", "list-shrinks", "list-mismatch"];

/** Puts a refusal that tells of what is listed on the trail. */
export async function loggingRefusal<T>(
  c: Context<App>,
  subject: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem && TELLING.includes(error.code)) {
      const event = { code: "list.refused", subject, payload: { why: error.code } };
      await record(c.env, { actor: c.get("actor")!.id, event, statements: [] });
    }
    throw error;
  }
}

/** The packed data of some blocks in force, by block; an empty block is absent. */
export async function currentBlocks(
  db: D1Database,
  list: number,
  blocks: readonly number[],
): Promise<Map<number, string>> {
  const { results } = await db
    .prepare(
      `SELECT ${blockOfId} AS block, data FROM blocks
       WHERE id IN (SELECT ${blockId("value", "?2")} FROM json_each(?1))`,
    )
    .bind(JSON.stringify(blocks), list)
    .all<{ block: number; data: string }>();
  return new Map(results.map((r) => [r.block, r.data]));
}

/** The number of a register's next version; abandoned ones keep theirs. */
export const nextVersion = async (db: D1Database, list: number): Promise<number> =>
  ((
    await db
      .prepare("SELECT MAX(ver) AS ver FROM versions WHERE list = ?")
      .bind(list)
      .first<{ ver: number | null }>()
  )?.ver ?? 0) + 1;

/** What a version's row has from its beginning. */
export interface Opened {
  ver: number;
  /** The head that the new version was compared with. */
  parent: number;
  kind: "whole" | "changes";
  asOf: string;
  source: string;
  sha256: string | null;
  by: string;
  at: string;
}

export const openVersion = (list: number, v: Opened): Statement =>
  sql(
    `INSERT INTO versions (list, ver, upload, parent, kind, state, as_of, source, sha256, by, at)
     VALUES (?, ?, (SELECT COALESCE(MAX(upload), 0) + 1 FROM versions), ?, ?, 'open', ?, ?, ?, ?, ?)`,
    ...[list, v.ver, v.parent, v.kind, v.asOf, v.source, v.sha256, v.by, v.at],
  );

/**
 * What the trail binds of an upload as it is opened: until its commit the version's row is bound by nothing, and its day says how
 * old the register is.
 */
export const saidOfUpload = (list: string, { ver, parent, kind, asOf, source, sha256, by, at }: Opened) => ({
  row: `uploads/${list}/${ver}`,
  root: sha256Hex(`upload v1 ${JSON.stringify([parent, kind, asOf, source, sha256, by, at])}`),
});

/** What a version holds: its sums, how it differs from the one before, and the sums that bind its blocks, where these are known. */
export interface Closing {
  sums: BlockSums;
  added: number;
  removed: number;
  contents: Contents | null;
}

/**
 * What the event of a new version says of it. No sum over the blocks: of a block with few numbers, trying would find them. The
 * version's row binds those, each under a salt.
 */
export const identifies = (
  { asOf, sha256 }: Pick<Opened, "asOf" | "sha256">,
  { sums, added, removed }: Closing,
) => ({
  ...{ asOf, numbers: sums.numbers, blocks: sums.blocks, sha256, added, removed },
});

/**
 * The last statements of every new version: its row is closed and bound, and the head moves to it. Triggers check both.
 */
export function closeVersion(
  list: Pick<HeadRow, "num" | "id">,
  opened: Opened,
  { sums, added, removed, contents }: Closing,
): Statement[] {
  const { ver, parent, kind, source, sha256, by, at } = opened;
  const now = new Date().toISOString();
  const closed = { ...sums, committed_at: now, added, removed };
  const { kept, event } = bind(versionsBound, {
    ...{
      key: `${list.id}/${ver}`,
      list: list.num,
      ver,
      parent,
      kind,
      state: "committed",
      as_of: opened.asOf,
    },
    ...{ ...closed, source, sha256, by, at },
  });
  return [
    {
      ...sql(
        `UPDATE versions SET state = 'committed', committed_at = ?, blocks = ?, numbers = ?, high = ?, low = ?, added = ?,
           removed = ?, salt_high = CAST(? AS INTEGER), salt_low = CAST(? AS INTEGER), code = CAST(? AS INTEGER)
         WHERE list = ? AND ver = ?`,
        ...[now, sums.blocks, sums.numbers, sums.high, sums.low, added, removed, ...kept, list.num, ver],
      ),
      binds: [event],
    },
    ...(contents === null ? [] : [insertContents(list, ver, contents, now)]),
    sql("UPDATE lists SET head = ? WHERE num = ?", ver, list.num),
  ];
}

/** The newest 200 committed versions of a register, newest first. */
export const committedVersions = async (db: D1Database, list: number): Promise<Register["history"]> =>
  (
    await db
      .prepare(
        `SELECT v.ver AS version, v.as_of AS asOf, v.numbers, v.added, v.removed, v.source, v.sha256, v.by,
           p.name AS byName, v.at
         FROM versions v LEFT JOIN people p ON p.id = v.by
         WHERE v.list = ? AND v.state = 'committed' ORDER BY v.ver DESC LIMIT 200`,
      )
      .bind(list)
      .all<Register["history"][number]>()
  ).results;
