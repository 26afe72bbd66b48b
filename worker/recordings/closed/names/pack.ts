/**
 * Packs what finds closed recordings by a name, once all of their month closed: out of the index, where an entry is a row, into sorted blocks. A
 * slice is one batch, so each entry is at every moment in exactly one of the two.
 */
import { eachByItself } from "../../../../shared/core/each.ts";
import { DAY } from "../../../../shared/core/time.ts";
import type { Env } from "../../../env.ts";
import { isSpent } from "../../../storage/closed/calls.ts";
import { prepare, sql, type Statement } from "../../../core/sql.ts";
import { monthAt, startOf } from "../../../storage/closed/blocks.ts";
import { markOf as closedMark, monthOf as monthNamed, overBy, RUN } from "../../../storage/closed/close.ts";
import { refuseWhere } from "../../../storage/closed/kind.ts";
import { certificatesClosing } from "../../certificates/close.ts";
import { certificatesKind } from "../../certificates/lines.ts";
import {
  keyIn,
  type Packed,
  packedErased,
  packedKept,
  packedNumbers,
  partOf,
  type Place,
  placeIn,
} from "./hits.ts";
import { changedBlocks, inBlocks } from "./changed.ts";
import { ENDINGS, endingOf } from "./numbers.ts";
import type { Entry } from "./packed.ts";

const { numAt } = certificatesKind;

/** Rows of the index that a slice reads, and blocks that it writes again at most. */
const BOUNDS = { rows: 10_000, blocks: 300 };
/** Blocks of a month without files that a batch deletes. */
const DROPPED = 2000;
const TRIES = 3;

interface Own {
  /** Slices of this run at most, of some six calls of the database each. */
  slices?: number;
  /** For tests. */
  clock?: () => number;
  rows?: number;
  blocks?: number;
}

/** So long after its end a month is packed: by then all of it closed that may. What closes later is packed as well. */
const OVER = 63 * DAY;

/** Below which row number files wait to be packed. Months of certificates are mostly closed long before that. */
async function beforeOf(db: D1Database, kind: Packed, now: number): Promise<number> {
  const settled = numAt(startOf(monthAt(now - OVER)));
  if (kind !== packedErased) return settled;
  const found = (await db
    .prepare(
      `SELECT (SELECT value FROM marks WHERE name = ?) AS closed, ${certificatesClosing.first} AS first`,
    )
    .bind(closedMark(certificatesKind))
    .first<{ closed: string | null; first: number | null }>())!;
  return Math.max(settled, monthNamed(certificatesKind, overBy(certificatesClosing, found, now)).until);
}

/** Runs daily, and goes on every five minutes. `now` in milliseconds. */
export async function packNames(
  env: Env,
  now: number,
  { clock = Date.now, slices = Infinity, ...own }: Own = {},
): Promise<void> {
  const until = clock() + RUN;
  const isTime = () => clock() < until && !isSpent(env);
  let left = slices;
  const mayPack = () => isTime() && left-- > 0;
  const bounds = { ...BOUNDS, ...own };
  const packKind = async (kind: Packed): Promise<void> => {
    await dropMonths(env.DB, kind, isTime);
    await begin(env.DB, kind, await beforeOf(env.DB, kind, now));
    if (kind === packedNumbers) {
      const { mark, some } = endings;
      await pass(env.DB, mark, mayPack, (at) => some(env.DB, at, bounds));
      if ((await markAt(env.DB, mark)) !== null) return;
    }
    await pass(env.DB, markOf(kind), mayPack, (at) => packSome(env.DB, kind, at, bounds));
  };
  await eachByItself([packedKept, packedErased, packedNumbers].map((kind) => () => packKind(kind)));
}

/** SQL: whether names are being packed. */
export const areNamesPacking = "EXISTS (SELECT 1 FROM marks WHERE name GLOB 'packing *')";

/** Slice after slice, from a mark on, while there is one. */
async function pass(
  db: D1Database,
  mark: string,
  mayPack: () => boolean,
  some: (at: string) => Promise<void>,
): Promise<void> {
  for (let tries = 0; mayPack();) {
    const at = await markAt(db, mark);
    if (at === null) return;
    try {
      await some(at);
      tries = 0;
    } catch (error) {
      // A recording came back meanwhile, or another run packed these: then others are there.
      if (++tries === TRIES) throw error;
    }
  }
}

/** In `marks`: the entry up to which the index was read, as JSON; there while files wait for it. */
const markOf = ({ name }: Packed): string => `packing ${name}`;
const FIRST = '["-9223372036854775808",-1]';
const markAt = (db: D1Database, name: string): Promise<string | null> =>
  db.prepare("SELECT value FROM marks WHERE name = ?").bind(name).first<string>("value");

/** Gives places to files of months of which all closed, and has the index read from its beginning for them: once none waits of before. */
async function begin(db: D1Database, kind: Packed, before: number): Promise<void> {
  const { files } = kind;
  const month = "strftime('%Y-%m', f.first / 1024 / 1000, 'unixepoch')";
  const asNumber = `CAST(replace(${month}, '-', '') AS INTEGER)`;
  const fresh = `FROM ${files} f WHERE f.first < ?
    AND NOT EXISTS (SELECT 1 FROM closed_places p WHERE p.kind = ${kind.kind} AND p.first = f.first AND p.gone = 0)
    AND NOT EXISTS (SELECT 1 FROM marks WHERE name = '${markOf(kind)}')
    ${kind === packedNumbers ? "AND NOT EXISTS (SELECT 1 FROM marks WHERE name = 'recordings-over ' || f.key)" : ""}`;
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
      // Last digits first, once a pass: what is packed is found by them from the beginning.
      ...[
        ...(kind === packedNumbers ? [{ mark: endings.mark, from: "0" }] : []),
        { mark: markOf(kind), from: FIRST },
      ].map(({ mark, from }) =>
        sql(
          `INSERT OR IGNORE INTO marks (name, value) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM marks WHERE name = ?3)
               AND EXISTS (SELECT 1 FROM closed_places WHERE kind = ${kind.kind} AND done = 0 AND gone = 0)`,
          ...[mark, from, markOf(kind)],
        ),
      ),
    ].map((statement) => prepare(db, statement)),
  );
}

interface Row {
  /** 64 bits, as text: JavaScript would round it. */
  name: string;
  num: number;
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
      `SELECT CAST(c.${kind.column} AS TEXT) AS name, c.num FROM ${kind.index} c
       WHERE (c.${kind.column}, c.num) > (CAST(?1 ->> 0 AS INTEGER), ?1 ->> 1) ORDER BY c.${kind.column}, c.num LIMIT ?2`,
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
    return place ? [{ ...place, name, num, key: keyIn(kind, name) }] : [];
  });
  return inBlocks(db, kind, found);
}

/** The statements that write blocks with these entries, and take them out of the index. */
async function moved(db: D1Database, kind: Packed, moving: readonly Moving[]): Promise<Statement[]> {
  const names = JSON.stringify(moving.map(({ name, num }) => [name, num]));
  const there = "SELECT CAST(value ->> 0 AS INTEGER), value ->> 1 FROM json_each(?)";
  const places = [...new Set(moving.map(({ month, place }) => JSON.stringify([month, place])))];
  const added = moving.map((row) => ({
    ...{ month: row.month, block: row.block, key: row.key },
    place: row.place * kind.parts + partOf(kind, row, row.num),
  }));
  return [
    refuseWhere(
      `(SELECT COUNT(*) FROM ${kind.index} WHERE (${kind.column}, num) IN (${there})) <> ?`,
      ...[names, moving.length],
    ),
    refuseWhere(
      `EXISTS (SELECT 1 FROM json_each(?) j WHERE NOT EXISTS (SELECT 1 FROM closed_places p
         WHERE p.kind = ${kind.kind} AND p.month = j.value ->> 0 AND p.place = j.value ->> 1 AND p.gone = 0))`,
      `[${places.join()}]`,
    ),
    ...(await changedBlocks(db, kind, added, (old, its) => [...old, ...its])),
    sql(`DELETE FROM ${kind.index} WHERE (${kind.column}, num) IN (${there})`, names),
  ];
}

/** Numbers by their last digits: beside the index, each once a month; a slice is a range of last digits. */
const endings = {
  mark: "packing endings",
  some: async (db: D1Database, mark: string, { rows: most }: typeof BOUNDS): Promise<void> => {
    const month = "CAST(strftime('%Y%m', c.num / 1024 / 1000, 'unixepoch') AS INTEGER)";
    const { results } = await db
      .prepare(
        `SELECT c.number % 100000 AS end, c.number, ${month} AS month FROM closed_kept_numbers c
         WHERE c.number % 100000 >= CAST(? AS INTEGER) AND EXISTS (SELECT 1 FROM closed_places p
           WHERE p.kind = ${packedNumbers.kind} AND p.done = 0 AND p.gone = 0 AND c.num BETWEEN p.first AND p.last)
         ORDER BY c.number % 100000 LIMIT ?`,
      )
      .bind(mark, most)
      .all<{ end: number; number: number; month: number }>();
    const last = results.at(-1)?.end;
    const isOver = results.length < most;
    // Of the last digits that come last more may follow.
    const its = isOver ? results : results.filter(({ end }) => end !== last);
    if (its.length === 0 && !isOver) return endings.some(db, mark, { rows: most * 2, blocks: 0 });
    const keys = new Map(
      its.map(({ number, month: of }) => [`${of} ${number}`, { month: of, key: endingOf(number), place: 0 }]),
    );
    const found = await inBlocks(db, { kind: ENDINGS }, [...keys.values()]);
    const next = isOver
      ? sql("DELETE FROM marks WHERE name = ? AND value = ?", endings.mark, mark)
      : sql("UPDATE marks SET value = ? WHERE name = ? AND value = ?", String(last), endings.mark, mark);
    const changes = await changedBlocks(db, { kind: ENDINGS }, found, once);
    await db.batch(
      [
        refuseWhere("NOT EXISTS (SELECT 1 FROM marks WHERE name = ? AND value = ?)", endings.mark, mark),
        ...changes,
        next,
      ].map((one) => prepare(db, one)),
    );
  },
};
const once = (old: readonly Entry[], its: readonly Entry[]): Entry[] => [
  ...new Map([...old, ...its].map((entry) => [entry.key, entry])).values(),
];

/** Deletes blocks of months of which no file is there any more; entries of files that went before the others stay until then. */
async function dropMonths(db: D1Database, { kind }: Packed, isTime: () => boolean): Promise<void> {
  const kinds = kind === packedNumbers.kind ? `${kind}, ${ENDINGS}` : String(kind);
  const live = (month: string) =>
    `EXISTS (SELECT 1 FROM closed_places l WHERE l.kind = ${kind} AND l.month = ${month} AND l.gone = 0)`;
  while (isTime()) {
    const month = await db
      .prepare(
        `SELECT m.month FROM closed_place_months m WHERE m.kind = ${kind} AND NOT ${live("m.month")}
           AND EXISTS (SELECT 1 FROM closed_places p WHERE p.kind = ${kind} AND p.month = m.month) LIMIT 1`,
      )
      .first<number>("month");
    if (month === null) return;
    await db.batch(
      [
        sql(
          `DELETE FROM closed_blocks WHERE rowid IN (SELECT rowid FROM closed_blocks WHERE kind IN (${kinds}) AND month = ?1 LIMIT ${DROPPED})
             AND NOT ${live("?1")}`,
          month,
        ),
        sql(
          `DELETE FROM closed_places WHERE kind = ${kind} AND month = ?1 AND NOT ${live("?1")}
             AND NOT EXISTS (SELECT 1 FROM closed_blocks WHERE kind IN (${kinds}) AND month = ?1)`,
          month,
        ),
      ].map((statement) => prepare(db, statement)),
    );
  }
}
