/** The registers: their heads and what is in force. A push arrives by upload.ts, a few numbers by changes.ts. */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import * as z from "zod";
import {
  type Register,
  type RegisterHead,
  registersAnswer,
  registerSchema,
} from "../../shared/registers/api.ts";
import { digestsAnswer, digestsQuery } from "../../shared/registers/api-upload.ts";
import type { BlockSums } from "../../shared/registers/blocks.ts";
import { sql, type Statement } from "../core/sql.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { json, room, route } from "../core/route.ts";
import { HOUR } from "../../shared/time.ts";

const DIGEST_PAGE = 20_000;

export interface HeadRow {
  num: number;
  id: string;
  name: string;
  regions: string;
  maxAgeDays: number;
  daysUntilEffective: number;
  covers: "individuals" | "businesses" | "both";
  source: string;
  historyFrom: number;
  version: number;
  asOf: string | null;
  blocks: number | null;
  numbers: number | null;
  high: number | null;
  low: number | null;
  /** The source that is asked, where the register is by lookup. */
  lookup: string | null;
}
export const selectHeads = `SELECT l.num, l.id, l.name, l.regions, l.max_age_days AS maxAgeDays,
  l.days_until_effective AS daysUntilEffective, l.covers, l.source, l.history_from AS historyFrom, l.head AS version,
  v.as_of AS asOf, v.blocks, v.numbers, v.high, v.low,
  (SELECT t.source FROM lookup_turns t WHERE t.list = l.num ORDER BY t.at DESC LIMIT 1) AS lookup
  FROM lists l LEFT JOIN versions v ON v.list = l.num AND v.ver = l.head ORDER BY l.num`;

export const toHead = (row: HeadRow): RegisterHead => ({
  id: row.id,
  name: row.name,
  regions: JSON.parse(row.regions) as string[],
  maxAgeDays: row.maxAgeDays,
  daysUntilEffective: row.daysUntilEffective,
  // Of a file that was loaded before nothing counts while the register is by lookup.
  ...(row.lookup === null
    ? { version: row.version, asOf: row.asOf, numbers: row.numbers ?? 0 }
    : { version: 0, asOf: null, numbers: 0, lookup: row.lookup }),
});

export const sumsOf = (row: HeadRow): BlockSums => ({
  blocks: row.blocks ?? 0,
  numbers: row.numbers ?? 0,
  high: row.high ?? 0,
  low: row.low ?? 0,
});

export async function registerHead(db: D1Database, id: string): Promise<HeadRow> {
  const { results } = await db.prepare(selectHeads).all<HeadRow>();
  const row = results.find((r) => r.id === id);
  if (!row) throw new Problem("not-found", fill(details.noList, { id }));
  return row;
}

/** Today's date somewhere on earth has begun: 14 hours ahead of UTC. Anything later is a mistake. */
const latestDate = (now: number): string => new Date(now + 14 * HOUR).toISOString().slice(0, 10);

/** Refuses a date in the future, or one older than the list in force. */
export function wantAsOf(asOf: string, head: HeadRow): void {
  if (asOf > latestDate(Date.now())) throw new Problem("as-of-future");
  if (head.asOf !== null && asOf < head.asOf)
    throw new Problem("as-of-older", fill(details.listInForce, { date: head.asOf }));
}

/** Refuses to lose more of a list at once than policy allows, unless it is meant. */
export async function refuseShrink(
  db: D1Database,
  head: HeadRow,
  removed: number,
  meant: boolean,
): Promise<void> {
  const { policy } = await currentPolicy(db);
  const share = policy.screening.maxShrinkShare;
  const had = head.numbers ?? 0;
  if (!meant && removed > had * share)
    throw new Problem("list-shrinks", fill(details.shrinks, { removed, had, share: share * 100 }));
}

/** The packed data of some blocks of a list, by block. */
export async function currentBlocks(
  db: D1Database,
  list: number,
  blocks: number[],
): Promise<Map<number, string>> {
  const { results } = await db
    .prepare(
      "SELECT id / 64 AS block, data FROM blocks WHERE id IN (SELECT value * 64 + ?2 FROM json_each(?1))",
    )
    .bind(JSON.stringify(blocks), list)
    .all<{ block: number; data: string }>();
  return new Map(results.map((r) => [r.block, r.data]));
}

/** The last statements of every new version: its row is closed, and the head moves. The triggers check both. */
export const closeVersion = (
  list: number,
  ver: number,
  sums: BlockSums,
  added: number,
  removed: number,
): Statement[] => [
  sql(
    `UPDATE versions SET state = 'committed', committed_at = ?, blocks = ?, numbers = ?, high = ?, low = ?, added = ?,
       removed = ? WHERE list = ? AND ver = ?`,
    new Date().toISOString(),
    sums.blocks,
    sums.numbers,
    sums.high,
    sums.low,
    added,
    removed,
    list,
    ver,
  ),
  sql("UPDATE lists SET head = ? WHERE num = ?", ver, list),
];

export const openVersion = (v: {
  list: number;
  ver: number;
  parent: number;
  kind?: "whole" | "changes";
  asOf: string;
  source: string;
  sha256: string | null;
  by: string;
}): Statement =>
  sql(
    `INSERT INTO versions (list, ver, upload, parent, kind, state, as_of, source, sha256, by, at)
     VALUES (?, ?, (SELECT COALESCE(MAX(upload), 0) + 1 FROM versions), ?, ?, 'open', ?, ?, ?, ?, ?)`,
    v.list,
    v.ver,
    v.parent,
    v.kind ?? "whole",
    v.asOf,
    v.source,
    v.sha256,
    v.by,
    new Date().toISOString(),
  );

export const nextVersion = async (db: D1Database, list: number): Promise<number> =>
  ((
    await db
      .prepare("SELECT MAX(ver) AS ver FROM versions WHERE list = ?")
      .bind(list)
      .first<{ ver: number | null }>()
  )?.ver ?? 0) + 1;

/** The committed versions of a list, newest first. */
export const versionsOf = async (db: D1Database, list: number): Promise<Register["history"]> =>
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

export const idParam = z.object({ id: z.string().max(40) });

export const lists = room();

lists.openapi(
  route({
    method: "get",
    path: "/v1/lists",
    roles: "everyone",
    summary: "The registers: version, date and count in force",
    responses: { 200: json(registersAnswer) },
  }),
  async (c) => {
    const { results } = await c.env.DB.prepare(selectHeads).all<HeadRow>();
    return c.json({ lists: results.map(toHead) }, 200);
  },
);

lists.openapi(
  route({
    method: "get",
    path: "/v1/lists/{id}",
    roles: "everyone",
    summary: "One register with the history of its committed versions, newest first",
    request: { params: idParam },
    responses: { 200: json(registerSchema) },
  }),
  async (c) => {
    const head = await registerHead(c.env.DB, c.req.valid("param").id);
    const { covers, source } = head;
    return c.json({ ...toHead(head), covers, source, history: await versionsOf(c.env.DB, head.num) }, 200);
  },
);

lists.openapi(
  route({
    method: "get",
    path: "/v1/lists/{id}/digests",
    roles: ["admin"],
    summary: "Digests of the blocks in force, to compare a file with: no numbers can be read from them",
    request: { params: idParam, query: digestsQuery },
    responses: { 200: json(digestsAnswer) },
  }),
  async (c) => {
    const { after } = c.req.valid("query");
    const head = await registerHead(c.env.DB, c.req.valid("param").id);
    const { results } = await c.env.DB.prepare(
      "SELECT id / 64 AS block, n, digest FROM blocks WHERE id > ?1 AND id % 64 = ?2 ORDER BY id LIMIT ?3",
    )
      .bind(after * 64 + 63, head.num, DIGEST_PAGE)
      .all<{ block: number; n: number; digest: number }>();
    return c.json(
      {
        version: head.version,
        blocks: results.map((r): [number, number, number] => [r.block, r.n, r.digest]),
        next: results.length === DIGEST_PAGE ? results[results.length - 1]!.block : null,
      },
      200,
    );
  },
);
