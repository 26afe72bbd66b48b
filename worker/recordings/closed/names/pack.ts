/**
 * Packs what finds closed recordings by a name, once all of their month closed: out of the index, where an entry is a row, into sorted blocks. A
 * slice is one batch, so each entry is at every moment in exactly one of the two.
 */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { chunks } from "../../../../shared/core/chunks.ts";
import { DAY } from "../../../../shared/core/time.ts";
import type { Env } from "../../../env.ts";
import { prepare, sql, type Statement } from "../../../core/sql.ts";
import { monthAt, startOf } from "../../../storage/closed/blocks.ts";
import { RUN } from "../../../storage/closed/close.ts";
import { refuseWhere } from "../../../storage/closed/kind.ts";
import { certificatesKind } from "../../certificates/lines.ts";
import { blockOf, keyOf, type Packed, packedErased, packedKept, partOf } from "./hits.ts";
import { type Entry, pack, unpack } from "./packed.ts";

const { numAt } = certificatesKind;

/** Rows of the index that a slice reads, and blocks that it writes again at most. */
const BOUNDS = { rows: 10_000, blocks: 300 };
/** Blocks of a month without files that a batch deletes. */
const DROPPED = 2000;
const TRIES = 3;

interface ForTests {
  clock?: () => number;
  rows?: number;
  blocks?: number;
}

/** So long after its end a month is packed: by then all of it closed that may. What closes later is packed as well. */
const OVER = 63 * DAY;

/** Runs daily. `now` in milliseconds. */
export async function packNames(
  env: Env,
  now: number,
  { clock = Date.now, ...own }: ForTests = {},
): Promise<void> {
  const until = clock() + RUN;
  const before = numAt(startOf(monthAt(now - OVER)));
  for (const kind of [packedKept, packedErased]) {
    await dropMonths(env.DB, kind, () => clock() < until);
    await begin(env.DB, kind, before);
    for (let tries = 0; clock() < until;) {
      const mark = await placeOf(env.DB, kind);
      if (mark === null) break;
      try {
        await packSome(env.DB, kind, mark, { ...BOUNDS, ...own });
        tries = 0;
      } catch (error) {
        // A recording came back meanwhile, or another run packed these: then others are there.
        if (++tries === TRIES) throw error;
      }
    }
  }
}

/** In `marks`: the entry up to which the index was read, as JSON; there while files wait for it. */
const markOf = ({ name }: Packed): string => `packing ${name}`;
const FIRST = '["-9223372036854775808",-1]';
const placeOf = (db: D1Database, kind: Packed): Promise<string | null> =>
  db.prepare("SELECT value FROM marks WHERE name = ?").bind(markOf(kind)).first<string>("value");

/** Gives places to files of months of which all closed, and has the index read from its beginning for them: once none waits of before. */
async function begin(db: D1Database, kind: Packed, before: number): Promise<void> {
  const { files } = kind;
  const month = "strftime('%Y-%m', f.first / 1024 / 1000, 'unixepoch')";
  const asNumber = `CAST(replace(${month}, '-', '') AS INTEGER)`;
  const fresh = `FROM ${files} f WHERE f.first < ?
    AND NOT EXISTS (SELECT 1 FROM closed_places p WHERE p.kind = ${kind.kind} AND p.first = f.first AND p.gone = 0)
    AND NOT EXISTS (SELECT 1 FROM marks WHERE name = '${markOf(kind)}')`;
  await db.batch(
    [
      sql(
        `INSERT OR IGNORE INTO closed_place_months (kind, month) SELECT DISTINCT ${kind.kind}, ${asNumber} ${fresh}`,
        before,
      ),
      sql(
        `INSERT INTO closed_places (kind, month, place, first, last)
         SELECT m.kind, m.month, m.places + row_number() OVER (PARTITION BY m.month ORDER BY n.first) - 1, n.first, n.last
         FROM (SELECT f.first, f.last, ${asNumber} AS month ${fresh}) n
         CROSS JOIN closed_place_months m ON m.kind = ${kind.kind} AND m.month = n.month`,
        before,
      ),
      sql(
        `UPDATE closed_place_months AS m SET places = MAX(places, (SELECT COALESCE(MAX(p.place), -1) + 1
           FROM closed_places p WHERE p.kind = m.kind AND p.month = m.month)) WHERE kind = ${kind.kind}`,
      ),
      sql(
        `INSERT OR IGNORE INTO marks (name, value) SELECT ?, ? WHERE EXISTS (
           SELECT 1 FROM closed_places WHERE kind = ${kind.kind} AND done = 0 AND gone = 0)`,
        ...[markOf(kind), FIRST],
      ),
    ].map((statement) => prepare(db, statement)),
  );
}

interface Row {
  /** 64 bits, as text: JavaScript would round it. */
  name: string;
  num: number;
}
interface Place {
  month: number;
  place: number;
  first: number;
  last: number;
}
/** `block`: with which key the block begins that its own is in. */
type Moving = Row & Place & { key: number; block: number | null };

/** The next entries of the index, one batch; or the end of the pass. */
async function packSome(
  db: D1Database,
  kind: Packed,
  mark: string,
  { rows: most, blocks: mostBlocks }: typeof BOUNDS,
): Promise<void> {
  const { results: rows } = await db
    .prepare(
      `SELECT CAST(c.name AS TEXT) AS name, c.num FROM ${kind.index} c WHERE (c.name, c.num) > (CAST(?1 ->> 0 AS INTEGER), ?1 ->> 1)
       ORDER BY c.name, c.num LIMIT ?2`,
    )
    .bind(mark, most)
    .all<Row>();
  const all = await movingOf(db, kind, rows);
  const moving = all.slice(0, endOf(all, mostBlocks));
  const isCut = moving.length < all.length;
  const end = isCut ? moving.at(-1)! : rows.at(-1);
  const isOver = !isCut && rows.length < most;
  const next = isOver
    ? [
        sql(
          "UPDATE closed_places SET done = 1 WHERE kind = ? AND done = 0 AND EXISTS (SELECT 1 FROM marks WHERE name = ? AND value = ?)",
          ...[kind.kind, markOf(kind), mark],
        ),
        sql("DELETE FROM marks WHERE name = ? AND value = ?", markOf(kind), mark),
      ]
    : [
        sql(
          "UPDATE marks SET value = ? WHERE name = ? AND value = ?",
          JSON.stringify([end!.name, end!.num]),
          ...[markOf(kind), mark],
        ),
      ];
  await db.batch([
    prepare(
      db,
      refuseWhere("NOT EXISTS (SELECT 1 FROM marks WHERE name = ? AND value = ?)", markOf(kind), mark),
    ),
    ...[...(moving.length === 0 ? [] : await moved(db, kind, moving)), ...next].map((one) =>
      prepare(db, one),
    ),
  ]);
}

/** How many of them go into so many blocks. */
function endOf(moving: readonly Moving[], most: number): number {
  const blocks = new Set<string>();
  const end = moving.findIndex(({ month, block }) => blocks.add(`${month} ${block}`).size > most);
  return end === -1 ? moving.length : end;
}

/** Those that are of a file which waits, with its place and the block that their key is in. */
async function movingOf(db: D1Database, kind: Packed, rows: readonly Row[]): Promise<Moving[]> {
  const { results: places } = await db
    .prepare(
      "SELECT month, place, first, last FROM closed_places WHERE kind = ? AND done = 0 AND gone = 0 ORDER BY first",
    )
    .bind(kind.kind)
    .all<Place>();
  const found = rows.flatMap(({ name, num }) => {
    const place = placeIn(places, num);
    return place ? [{ ...place, name, num, key: keyOf(name) }] : [];
  });
  const { results: blocks } = await db
    .prepare(
      `SELECT (SELECT b.first FROM closed_blocks b WHERE b.rowid = ${blockOf(kind, "j.value ->> 0", "j.value ->> 1")}) AS first
       FROM json_each(?) j ORDER BY j.key`,
    )
    .bind(JSON.stringify(found.map(({ month, key }) => [month, key])))
    .all<{ first: number | null }>();
  return found.map((row, i) => ({ ...row, block: blocks[i]!.first }));
}

/** Files do not overlap. */
function placeIn(places: readonly Place[], num: number): Place | undefined {
  let [from, to] = [0, places.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (places[middle]!.last < num) from = middle + 1;
    else to = middle;
  }
  const place = places[from];
  return place && place.first <= num ? place : undefined;
}

interface Old {
  month: number;
  first: number;
  entries: string;
  isLast: number;
}
/** Blocks of one statement, as hexadecimal digits. */
const TOGETHER = 400;

/** The statements that write blocks with these entries, and take them out of the index. */
async function moved(db: D1Database, kind: Packed, moving: readonly Moving[]): Promise<Statement[]> {
  const groups = [...Map.groupBy(moving, ({ month, block }) => `${month} ${block}`).values()];
  const asked = groups.flatMap(([row]) => (row!.block === null ? [] : [[row!.month, row!.block]]));
  const { results: before } = await db
    .prepare(
      `SELECT b.month, b.first, hex(b.entries) AS entries, NOT EXISTS (SELECT 1 FROM closed_blocks o
         WHERE o.kind = b.kind AND o.month = b.month AND o.first > b.first) AS isLast
       FROM json_each(?) j CROSS JOIN closed_blocks b ON b.kind = ${kind.kind} AND b.month = j.value ->> 0 AND b.first = j.value ->> 1`,
    )
    .bind(JSON.stringify(asked))
    .all<Old>();
  const of = new Map(before.map((block) => [`${block.month} ${block.first}`, block]));
  const written = groups.flatMap((its) => {
    const { month, block } = its[0]!;
    const there = of.get(`${month} ${block}`);
    const entries: Entry[] = its.map((row) => ({
      key: row.key,
      place: row.place * kind.parts + partOf(kind, row, row.num),
    }));
    const old = there ? unpack(there.first, hexToBytes(there.entries)) : [];
    return pack([...old, ...entries], there?.isLast === 0).map(
      ({ first, n, bytes }) => [month, first, n, bytesToHex(bytes)] as const,
    );
  });
  const names = JSON.stringify(moving.map(({ name, num }) => [name, num]));
  const there = "SELECT CAST(value ->> 0 AS INTEGER), value ->> 1 FROM json_each(?)";
  const places = [...new Set(moving.map(({ month, place }) => JSON.stringify([month, place])))];
  return [
    refuseWhere(
      `(SELECT COUNT(*) FROM ${kind.index} WHERE (name, num) IN (${there})) <> ?`,
      ...[names, moving.length],
    ),
    refuseWhere(
      `EXISTS (SELECT 1 FROM json_each(?) j WHERE NOT EXISTS (SELECT 1 FROM closed_places p
         WHERE p.kind = ${kind.kind} AND p.month = j.value ->> 0 AND p.place = j.value ->> 1 AND p.gone = 0))`,
      `[${places.join()}]`,
    ),
    ...[...chunks(before, TOGETHER)].map((some) =>
      refuseWhere(
        `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN closed_blocks b ON b.kind = ${kind.kind} AND b.month = j.value ->> 0
            AND b.first = j.value ->> 1 AND b.entries = unhex(j.value ->> 2)) <> ?`,
        JSON.stringify(some.map(({ month, first, entries }) => [month, first, entries])),
        some.length,
      ),
    ),
    sql(
      `DELETE FROM closed_blocks WHERE kind = ${kind.kind} AND (month, first) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
      JSON.stringify(asked),
    ),
    ...[...chunks(written, TOGETHER)].map((some) =>
      sql(
        `INSERT INTO closed_blocks (kind, month, first, n, entries)
         SELECT ${kind.kind}, value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3) FROM json_each(?)`,
        JSON.stringify(some),
      ),
    ),
    sql(`DELETE FROM ${kind.index} WHERE (name, num) IN (${there})`, names),
  ];
}

/** Deletes blocks of months of which no file is there any more; entries of files that went before the others stay until then. */
async function dropMonths(db: D1Database, { kind }: Packed, isTime: () => boolean): Promise<void> {
  const live = (month: string) =>
    `EXISTS (SELECT 1 FROM closed_places l WHERE l.kind = ${kind} AND l.month = ${month} AND l.gone = 0)`;
  while (isTime()) {
    const month = await db
      .prepare(
        `SELECT p.month FROM closed_places p WHERE p.kind = ${kind} AND NOT ${live("p.month")} LIMIT 1`,
      )
      .first<number>("month");
    if (month === null) return;
    await db.batch(
      [
        sql(
          `DELETE FROM closed_blocks WHERE rowid IN (SELECT rowid FROM closed_blocks WHERE kind = ${kind} AND month = ?1 LIMIT ${DROPPED})
             AND NOT ${live("?1")}`,
          month,
        ),
        sql(
          `DELETE FROM closed_places WHERE kind = ${kind} AND month = ?1 AND NOT ${live("?1")}
             AND NOT EXISTS (SELECT 1 FROM closed_blocks WHERE kind = ${kind} AND month = ?1)`,
          month,
        ),
      ].map((statement) => prepare(db, statement)),
    );
  }
}
