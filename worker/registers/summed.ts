/**
 * Verifies the blocks in force and their undo, whose rows no event names one by one: what they come to against the version in
 * force and the sums that are bound with each version. A step holds a page of blocks in memory, and the place where it ends has
 * the sum so far.
 */
import type { DeepAnswer } from "../../shared/trail/api.ts";
import { blockDigest, unpack } from "../../shared/registers/blocks.ts";
import {
  addContent,
  addSum,
  addUndo,
  type ContentSum,
  emptyContent,
  sumOf,
  sumText,
} from "../../shared/registers/content.ts";
import type { Env } from "../env.ts";
import { dueUntil } from "../trail/erased.ts";
import { blockOfUndo, listOfId, listOfUndo, versionOfUndo } from "./block-ids.ts";
import { type BlockData, blocksAfter, contentAt, missingSums } from "./content.ts";
import { type HeadRow, registerHeads } from "./heads.ts";

type Finding = DeepAnswer["findings"][number];
type Table = "blocks" | "block_undo";
const altered = (table: Table, key: string, columns: string[]): Finding => ({
  ...{ table, key, seq: null, what: "altered", columns },
});
const missing = (table: Table, key: string): Finding => ({ ...altered(table, key, []), what: "missing" });

/** What needs no look at each block: that the newest version is in force, and that nothing is gone before its time. */
export async function verifyHeads(env: Env, table: Table, now: number): Promise<DeepAnswer> {
  const heads = await registerHeads(env.DB);
  const findings =
    table === "blocks"
      ? [
          ...(await headFindings(env.DB, heads)),
          ...(await unbound(env, heads)),
          ...(await passedOver(env.DB)),
        ]
      : await goneUndo(env.DB, now);
  return { checked: heads.length, findings, next: null };
}

/** Of versions in force the sums that were never bound. Those that the trail has are missed from their events. */
async function unbound(env: Env, heads: readonly HeadRow[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const head of heads)
    if ((await missingSums(env, head)) === "none")
      findings.push({ ...missing("blocks", `${head.id}/${head.version}`), table: "contents" });
  return findings;
}

/** Versions that start from an older one than the one before them: the register was put back meanwhile. */
async function passedOver(db: D1Database): Promise<Finding[]> {
  const { results } = await db
    .prepare(
      `SELECT l.id || '/' || v.ver AS key FROM (
         SELECT list, ver, parent, LAG(ver) OVER (PARTITION BY list ORDER BY ver) AS before
         FROM versions WHERE state = 'committed') v JOIN lists l ON l.num = v.list
       WHERE v.parent <> v.before ORDER BY v.list, v.ver`,
    )
    .all<{ key: string }>();
  return results.map(({ key }) => ({ ...altered("blocks", key, ["parent"]), table: "versions" }));
}

interface Sums {
  list: number;
  blocks: number;
  numbers: number;
  high: number;
  low: number;
}
const sums = ["blocks", "numbers", "high", "low"] as const;

async function headFindings(db: D1Database, heads: readonly HeadRow[]): Promise<Finding[]> {
  const [real, newest] = (await db.batch([
    db.prepare(
      `SELECT ${listOfId} AS list, COUNT(*) AS blocks, SUM(n) AS numbers, SUM(digest >> 24) AS high,
         SUM(digest & 16777215) AS low FROM blocks GROUP BY 1`,
    ),
    db.prepare("SELECT list, MAX(ver) AS ver FROM versions WHERE state = 'committed' GROUP BY list"),
  ])) as [D1Result<Sums>, D1Result<{ list: number; ver: number }>];
  const known = new Set(heads.map(({ num }) => num));
  return [
    ...real.results
      .filter(({ list }) => !known.has(list))
      .map(({ list }): Finding => ({ ...altered("blocks", String(list), []), what: "extra" })),
    ...heads.flatMap((head) => {
      const there = real.results.find(({ list }) => list === head.num);
      const differ = sums.filter((sum) => (there?.[sum] ?? 0) !== (head[sum] ?? 0));
      const ver = newest.results.find(({ list }) => list === head.num)?.ver ?? 0;
      const columns = [...(ver === head.version ? [] : ["head"]), ...differ];
      return columns.length === 0 ? [] : [altered("blocks", head.id, columns)];
    }),
  ];
}

/** Versions of which undo is erased, or said to be, before policy's time. */
async function goneUndo(db: D1Database, now: number): Promise<Finding[]> {
  const due = new Date(await dueUntil(db, now, "listHistoryMonths")).toISOString();
  const { results } = await db
    .prepare(
      `SELECT l.id || '/' || v.ver AS key FROM lists l
       JOIN contents c ON c.list = l.num AND c.ver <= l.history_from AND c.undone IS NOT NULL
       JOIN versions v ON v.list = c.list AND v.ver = c.ver WHERE v.at >= ? ORDER BY v.list, v.ver`,
    )
    .bind(due)
    .all<{ key: string }>();
  return results.map(({ key }) => missing("block_undo", key));
}

/** Where a step ends: the register, its state then, the last row and the sum so far. */
interface Place {
  num: number;
  state: string;
  after: string;
  sum: ContentSum;
}
const placeText = ({ num, state, after, sum }: Place): string => [num, state, after, sumText(sum)].join("/");

/** Of a register that has another version now, from its beginning. */
function placeOf(text: string, heads: readonly HeadRow[]): (Place & { head: HeadRow }) | null {
  const [num = "0", state, after, ...sum] = text.split("/");
  const head = heads.find((row) => row.num >= Number(num) && row.version > 0);
  if (!head) return null;
  const now = `${head.version}.${head.historyFrom}`;
  return head.num === Number(num) && state === now && after !== undefined
    ? { num: head.num, head, state: now, after, sum: sumOf(sum.join("/")) }
    : { num: head.num, head, state: now, after: "-1", sum: emptyContent() };
}

/** One step through the registers' blocks, or through their undo. */
export async function verifySums(env: Env, table: Table, text: string, most: number): Promise<DeepAnswer> {
  const place = placeOf(text, await registerHeads(env.DB));
  if (!place) return { checked: 0, findings: [], next: null };
  const { head, sum } = place;
  const { rows, last, findings, old } = await (table === "blocks" ? addBlocks : addUndos)(
    env.DB,
    place,
    most,
  );
  const more = rows === most;
  const wanted = await (table === "blocks"
    ? contentAt(env.DB, head.num, head.version)
    : undoneOf(env.DB, head));
  // What was read since the last step may be of a version that has come.
  const same = placeOf(placeText({ ...place, after: last }), await registerHeads(env.DB));
  const moved = same?.state !== place.state || same.after !== last;
  if (moved) return { checked: rows, findings: [], next: String(head.num) };
  if (!more && wanted && sumText(wanted) !== sumText(sum)) findings.push(altered(table, head.id, []));
  const bare = wanted ? old : rows;
  return {
    checked: rows,
    findings,
    next: more ? placeText({ ...place, after: last }) : String(head.num + 1),
    bound: { every: rows - bare, some: 0, none: bare },
  };
}

interface Added {
  rows: number;
  /** The last row, for the next step. */
  last: string;
  findings: Finding[];
  /** How many are of versions from before their undo was bound. */
  old: number;
}

async function addBlocks(db: D1Database, { head, after, sum }: Place & { head: HeadRow }, most: number) {
  const rows = await blocksAfter(db, head.num, Number(after), most);
  for (const { block, data } of rows) addContent(sum, block, data);
  const findings = rows.flatMap((row) => {
    const columns = brokenIn(row);
    return columns.length === 0 ? [] : [altered("blocks", `${head.id}/${row.block}`, columns)];
  });
  const last = String(rows.at(-1)?.block ?? after);
  return { rows: rows.length, last, findings, old: 0 } satisfies Added;
}

/** The columns of a block that are not what the others say. */
function brokenIn({ block, n, digest, data }: BlockData): string[] {
  try {
    const columns = unpack(data).length === n ? [] : ["n", "data"];
    return blockDigest(block, data) === digest ? columns : [...new Set([...columns, "digest", "data"])];
  } catch {
    return ["data"];
  }
}

async function addUndos(db: D1Database, { head, after, sum }: Place & { head: HeadRow }, most: number) {
  const { results } = await db
    .prepare(
      `SELECT CAST(u.id AS TEXT) AS id, ${blockOfUndo("u.id")} AS block, ${versionOfUndo("u.id")} AS ver, u.data,
         EXISTS (SELECT 1 FROM versions v WHERE v.list = ?2 AND v.ver = ${versionOfUndo("u.id")}
           AND NOT EXISTS (SELECT 1 FROM contents c WHERE c.list = v.list AND c.ver = v.ver AND c.undone IS NOT NULL)) AS old
       FROM block_undo u WHERE u.id > CAST(?1 AS INTEGER) AND ${listOfUndo("u.id")} = ?2 ORDER BY u.id LIMIT ?3`,
    )
    .bind(after, head.num, most)
    .all<{ id: string; block: number; ver: number; data: string; old: number }>();
  // Undo of versions that nobody can ask about any more is on its way out.
  const counted = results.filter(({ ver, old }) => old === 0 && ver > head.historyFrom);
  for (const { block, ver, data } of counted) addUndo(sum, block, ver, data);
  return {
    ...{ rows: results.length, last: results.at(-1)?.id ?? after, findings: [] },
    old: results.length - counted.length,
  } satisfies Added;
}

/** The sum over the undo of all versions that can be asked about. */
async function undoneOf(db: D1Database, { num, historyFrom }: HeadRow): Promise<ContentSum> {
  const { results } = await db
    .prepare("SELECT undone FROM contents WHERE list = ? AND ver > ? AND undone IS NOT NULL")
    .bind(num, historyFrom)
    .all<{ undone: string }>();
  const sum = emptyContent();
  for (const { undone } of results) addSum(sum, sumOf(undone));
  return sum;
}
