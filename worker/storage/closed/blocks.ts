/**
 * Packed indexes of closed months (`closed_blocks`): entries of a month, in blocks by key. Whoever packs rows of a table deletes exactly
 * these in the batch that has `changed`, so that each entry is in one of both at every moment.
 */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { chunks } from "../../../shared/core/chunks.ts";
import { inChunks, sql, type Statement } from "../../core/sql.ts";
import { refuseWhere } from "./kind.ts";
import { type Block, cut, type Entry, inOrder, unpacked } from "./pack.ts";

export interface BlockKind {
  /** In `closed_blocks`. */
  kind: number;
  /** Bits that the value of each entry takes. */
  valueBits: number;
  /** Of a key the greatest value alone stays. */
  greatest?: true;
}
export interface Found extends Entry {
  month: number;
}

/** The month (UTC) of a moment in milliseconds, as 202608; and when one began. */
export const monthAt = (ms: number): number => {
  const at = new Date(ms);
  return at.getUTCFullYear() * 100 + at.getUTCMonth() + 1;
};
export const startOf = (month: number): number => Date.UTC(Math.floor(month / 100), (month % 100) - 1, 1);

/** Blocks that one statement answers: two kilobytes each as text. */
const TOGETHER = 1500;
const ALL = [0, 999912] as const;
/** So many months at the most have blocks of what goes in time: few keys are asked for at once. */
const YEARS = 60;

interface Row {
  month: number;
  first: number;
  n: number;
  entries: string;
}
const columns = "b.month, b.first, b.n, hex(b.entries) AS entries";
const entriesIn = ({ first, n, entries }: Omit<Row, "month">, kind: BlockKind): Entry[] =>
  unpacked({ first, n, bytes: hexToBytes(entries) }, kind.valueBits);

/** SQL: the months (`?2` to `?3`) that have blocks of a kind (`?1`), by steps from each to the next. */
const months = `m (month) AS (
  SELECT MIN(month) FROM closed_blocks WHERE kind = ?1 AND month BETWEEN ?2 AND ?3
  UNION ALL SELECT (SELECT MIN(b.month) FROM closed_blocks b WHERE b.kind = ?1 AND b.month > m.month AND b.month <= ?3)
    FROM m WHERE m.month IS NOT NULL)`;
/** SQL: the block of a kind (`?1`) and a month that may have a key. */
const blockOf = (what: string, month: string, key: string): string =>
  `(SELECT ${what} FROM closed_blocks w WHERE w.kind = ?1 AND w.month = ${month} AND w.first <= ${key} ORDER BY w.first DESC LIMIT 1)`;

/** The months that have blocks of a kind, oldest first. */
export async function monthsWith(
  db: D1Database,
  { kind }: Pick<BlockKind, "kind">,
  [from, to]: readonly [number, number] = ALL,
): Promise<number[]> {
  const { results } = await db
    .prepare(`WITH RECURSIVE ${months} SELECT month FROM m WHERE month IS NOT NULL`)
    .bind(kind, from, to)
    .all<{ month: number }>();
  return results.map(({ month }) => month);
}

/** All entries with these keys, of some months (inclusive). */
export async function entriesOf(
  db: D1Database,
  kind: BlockKind,
  keys: readonly number[],
  span: readonly [from: number, to: number] = ALL,
): Promise<Found[]> {
  const wanted = new Set(keys);
  if (wanted.size === 0) return [];
  const most = wanted.size * YEARS <= TOGETHER ? YEARS : (await monthsWith(db, kind, span)).length;
  if (most === 0) return [];
  const found: Found[] = [];
  for (const some of chunks([...wanted], Math.max(1, Math.floor(TOGETHER / most)))) {
    const { results } = await db
      .prepare(
        `WITH RECURSIVE ${months} SELECT ${columns} FROM closed_blocks b WHERE b.rowid IN (
           SELECT ${blockOf("w.rowid", "m.month", "j.value")} FROM json_each(?4) j CROSS JOIN m WHERE m.month IS NOT NULL)`,
      )
      .bind(kind.kind, ...span, JSON.stringify(some))
      .all<Row>();
    for (const row of results)
      for (const entry of entriesIn(row, kind))
        if (wanted.has(entry.key)) found.push({ month: row.month, ...entry });
  }
  return found;
}

/**
 * Entries with keys from `least` to `most`, in order, as far as the first block of each month goes; `next`: from which key on there may be
 * more.
 */
export async function entriesFrom(
  db: D1Database,
  kind: BlockKind,
  least: number,
  most: number,
): Promise<{ entries: Found[]; next: number | null }> {
  const { results } = await db
    .prepare(
      `WITH RECURSIVE ${months}, f (month, first) AS (SELECT month, COALESCE(${blockOf("w.first", "m.month", "?4")},
         (SELECT MIN(w.first) FROM closed_blocks w WHERE w.kind = ?1 AND w.month = m.month)) FROM m WHERE month IS NOT NULL)
       SELECT ${columns}, (SELECT MIN(w.first) FROM closed_blocks w
         WHERE w.kind = ?1 AND w.month = b.month AND w.first > b.first) AS next
       FROM f CROSS JOIN closed_blocks b ON b.kind = ?1 AND b.month = f.month AND b.first = f.first WHERE b.first <= ?5`,
    )
    .bind(kind.kind, ...ALL, least, most)
    .all<Row & { next: number | null }>();
  const next = Math.min(...results.map((row) => row.next ?? Infinity));
  const until = Math.min(most + 1, next);
  const entries = results.flatMap((row) =>
    entriesIn(row, kind).flatMap((entry) =>
      entry.key >= least && entry.key < until ? [{ month: row.month, ...entry }] : [],
    ),
  );
  return { entries: entries.sort(inOrder), next: next <= most ? next : null };
}

/** Whether any of these months has a block that begins behind a key: what is added there would come between others. */
export const begunBehind = async (
  db: D1Database,
  { kind }: Pick<BlockKind, "kind">,
  keys: readonly (readonly [month: number, key: number])[],
): Promise<boolean> =>
  (await db
    .prepare(
      `SELECT 1 FROM json_each(?) j CROSS JOIN closed_blocks b ON b.kind = ? AND b.month = j.value ->> 0 AND b.first > j.value ->> 1 LIMIT 1`,
    )
    .bind(JSON.stringify(keys), kind)
    .first()) !== null;

/** What becomes of a month's entries. Those to be removed that are not there change nothing. */
interface Change {
  add?: readonly Entry[];
  remove?: readonly Entry[];
}

/**
 * The statements that change a month's blocks, as they are now: they refuse the batch that they are in where a block is another by then. Blocks
 * of scattered keys are all in memory at once.
 */
export async function changed(
  db: D1Database,
  kind: BlockKind,
  month: number,
  { add = [], remove = [] }: Change,
): Promise<Statement[]> {
  const keys = JSON.stringify([...new Set([...add, ...remove].map(({ key }) => key))]);
  const [places, rows] = (await db.batch([
    db
      .prepare(`SELECT j.value AS key, ${blockOf("w.first", "?2", "j.value")} AS first FROM json_each(?3) j`)
      .bind(kind.kind, month, keys),
    db
      .prepare(
        `SELECT ${columns} FROM closed_blocks b WHERE b.rowid IN (
           SELECT ${blockOf("w.rowid", "?2", "j.value")} FROM json_each(?3) j)`,
      )
      .bind(kind.kind, month, keys),
  ])) as [D1Result<{ key: number; first: number | null }>, D1Result<Row>];
  const firstOf = new Map(places.results.map(({ key, first }) => [key, first]));
  const added = Map.groupBy(add, ({ key }) => firstOf.get(key) ?? null);
  const removed = Map.groupBy(remove, ({ key }) => firstOf.get(key) ?? null);
  const written: Block[] = [];
  const was: Row[] = [];
  for (const row of [null, ...rows.results]) {
    const first = row?.first ?? null;
    const [more, less] = [added.get(first) ?? [], new Set((removed.get(first) ?? []).map(nameOf))];
    const before = row ? entriesIn(row, kind) : [];
    const after = once([...before, ...more], kind).filter((entry) => !less.has(nameOf(entry)));
    if (after.length === before.length && after.every((entry, n) => nameOf(entry) === nameOf(before[n]!)))
      continue;
    if (row) was.push(row);
    written.push(...cut(after, kind.valueBits));
  }
  return [
    ...asThey(kind, month, was),
    // What is added goes where no other block has begun since.
    refuseWhere(
      `EXISTS (SELECT 1 FROM json_each(?) j CROSS JOIN closed_blocks b ON b.kind = ? AND b.month = ?
         AND b.first > COALESCE(j.value ->> 0, -1) AND b.first <= j.value ->> 1)`,
      JSON.stringify(
        [...added].map(([first, some]) => [first, some.reduce((most, { key }) => Math.max(most, key), 0)]),
      ),
      ...[kind.kind, month],
    ),
    ...replaced(kind, month, was, written),
  ];
}

async function rowsBehind(db: D1Database, { kind }: BlockKind, month: number, after: number, most: number) {
  const { results } = await db
    .prepare(
      `SELECT ${columns} FROM closed_blocks b WHERE b.kind = ? AND b.month = ? AND b.first > ? ORDER BY b.first LIMIT ?`,
    )
    .bind(kind, month, after, most)
    .all<Row>();
  return results;
}

/**
 * The entries of some blocks of a month, and of which block they are the last; null where there is none behind that one. `unchanged` refuses a
 * batch where these blocks are others by then.
 */
export async function blocksBehind(
  db: D1Database,
  kind: BlockKind,
  month: number,
  after: number,
  most: number,
): Promise<{ entries: Entry[]; last: number | null; unchanged: Statement[] }> {
  const rows = await rowsBehind(db, kind, month, after, most);
  return {
    ...{ entries: rows.flatMap((row) => entriesIn(row, kind)), last: rows.at(-1)?.first ?? null },
    unchanged: asThey(kind, month, rows),
  };
}

/**
 * The same for what goes of a whole month, some blocks a step: a batch each, while there are. `stays` says which entries do. Answers the
 * statements, and behind which block the next step begins.
 */
export async function sifted(
  db: D1Database,
  kind: BlockKind,
  month: number,
  after: number,
  stays: (entry: Entry) => boolean,
): Promise<{ statements: Statement[]; next: number | null }> {
  const results = await rowsBehind(db, kind, month, after, TOGETHER);
  const was: Row[] = [];
  const written: Block[] = [];
  for (const row of results) {
    const left = entriesIn(row, kind).filter(stays);
    if (left.length === row.n) continue;
    was.push(row);
    written.push(...cut(left, kind.valueBits));
  }
  return {
    statements: was.length === 0 ? [] : [...asThey(kind, month, was), ...replaced(kind, month, was, written)],
    next: results.length < TOGETHER ? null : results.at(-1)!.first,
  };
}

/** All blocks of a month, some of them a statement: for each of its kinds, until none is left. */
export const dropped = ({ kind }: Pick<BlockKind, "kind">, month: number): Statement =>
  sql(
    `DELETE FROM closed_blocks WHERE rowid IN (SELECT rowid FROM closed_blocks WHERE kind = ? AND month = ? LIMIT 10000)`,
    ...[kind, month],
  );

const nameOf = ({ key, value }: Entry): string => `${key} ${value}`;

/** In order, each once. */
function once(entries: readonly Entry[], { greatest }: BlockKind): Entry[] {
  const all = entries.toSorted(inOrder);
  return all.filter((entry, n) => {
    const next = all[n + 1];
    return next?.key !== entry.key || (!greatest && next.value !== entry.value);
  });
}

/** Refuses the batch unless these blocks are as they were read. */
const asThey = ({ kind }: BlockKind, month: number, was: readonly Row[]): Statement[] =>
  inChunks(
    was.map(({ first, entries }) => [first, entries]),
    (rows) =>
      refuseWhere(
        `(SELECT COUNT(*) FROM json_each(?1) j CROSS JOIN closed_blocks b
            ON b.kind = ?2 AND b.month = ?3 AND b.first = j.value ->> 0 AND b.entries = unhex(j.value ->> 1)) <> json_array_length(?1)`,
        ...[rows, kind, month],
      ),
  );

const replaced = (
  { kind }: BlockKind,
  month: number,
  was: readonly Row[],
  written: readonly Block[],
): Statement[] => [
  ...(was.length === 0
    ? []
    : [
        sql(
          "DELETE FROM closed_blocks WHERE kind = ? AND month = ? AND first IN (SELECT value FROM json_each(?))",
          ...[kind, month, JSON.stringify(was.map(({ first }) => first))],
        ),
      ]),
  ...inChunks(
    written.map(({ first, n, bytes }) => [first, n, bytesToHex(bytes)]),
    (rows) =>
      sql(
        `INSERT INTO closed_blocks (kind, month, first, n, entries)
         SELECT ?, ?, value ->> 0, value ->> 1, unhex(value ->> 2) FROM json_each(?)`,
        ...[kind, month, rows],
      ),
  ),
];
