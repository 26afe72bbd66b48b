/**
 * Packs the index of closed dials and calls: entries of months that are over leave their tables for sorted blocks, a slice a batch, which
 * deletes exactly the rows that it packs. A kill at any moment neither loses nor doubles an entry.
 */
import { isReopened, markOf, monthOf, overBy, RUN, sinceReopened } from "../../../storage/closed/close.ts";
import { begunBehind, type BlockKind, changed, type Found } from "../../../storage/closed/blocks.ts";
import { refuseWhere } from "../../../storage/closed/kind.ts";
import { TRIES } from "../../../storage/closed/read.ts";
import { isSpent } from "../../../storage/closed/calls.ts";
import { prepare, sql, type Statement } from "../../../core/sql.ts";
import type { Env } from "../../../env.ts";
import { dialsKind } from "../lines.ts";
import {
  byMonth,
  endEntry,
  idEntry,
  IDS,
  LAST_DIGITS,
  type Listed,
  numberEntry,
  NUMBERS,
  PACKING,
  refEntry,
  REFS,
} from "./entries.ts";
import { forgetOver, SIFTED } from "./over.ts";

/** Rows of a slice; and where they lie between blocks that are there, each of which is in memory. */
const ROWS = { behind: 10_000, between: 500 };
/** In `marks`: the last month whose entries are packed; and where the packing of others goes on. */
const [PACKED, AT] = ["dials-packed", "dials-packing-at"];

const STEPS = ["ends", "numbers", "low", "high"] as const;
interface Place {
  step: (typeof STEPS)[number];
  /** Behind this row of the index. */
  after: [key: string, number: number, num: number];
}
const startOf = (step: Place["step"]): Place => ({
  step,
  after: [step === "high" ? "-9223372036854775808" : "-1", -1, 0],
});

interface Own {
  /** Slices of this run at most, of some five calls of the database each. */
  slices?: number;
  /** For tests. */
  rows?: typeof ROWS;
  clock?: () => number;
}

/** Runs daily, behind the closing of months, and goes on every five minutes. `now` in milliseconds. */
export async function packDials(
  env: Env,
  now: number,
  { rows = ROWS, clock = Date.now, slices = Infinity }: Own = {},
): Promise<void> {
  const until = clock() + RUN;
  const isTime = () => clock() < until && !isSpent(env);
  await forgetOver(env.DB, isTime);
  let tries = 0;
  let left = slices;
  for (let at = await next(env.DB, now); at !== null && isTime() && left > 0; left--)
    try {
      at = await packSlice(env.DB, now, at, rows);
      tries = 0;
    } catch (error) {
      // A dial came back meanwhile, or another run packed these: then others are there.
      if (++tries === TRIES) throw error;
      at = await next(env.DB, now);
    }
}

/** SQL: whether a month's packing is under way. */
export const arePacking = `EXISTS (SELECT 1 FROM marks WHERE name = '${AT}')`;

interface Work extends Place {
  month: string;
  /** As the mark has it. */
  mark: string;
}

/** Where the packing goes on; null where there is nothing to pack. */
async function next(db: D1Database, now: number): Promise<Work | null> {
  const found = (await db
    .prepare(
      `SELECT (SELECT value FROM marks WHERE name = ?) AS closed, (SELECT value FROM marks WHERE name = ?) AS packed,
         (SELECT value FROM marks WHERE name = ?) AS month, (SELECT value FROM marks WHERE name = ?) AS mark,
         ${isReopened} AS reopened, (SELECT MIN(num) FROM dials) AS first`,
    )
    .bind(markOf(dialsKind), PACKED, PACKING, AT, ...sinceReopened(now))
    .first<
      Record<"closed" | "packed" | "month" | "mark", string | null> & {
        reopened: number;
        first: number | null;
      }
    >())!;
  if (found.reopened === 1) return null;
  if (found.mark !== null && found.month !== null) return work(found.month, found.mark);
  const over = overBy(dialsKind, found, now);
  if ((found.packed ?? "") >= over) return null;
  const mark = JSON.stringify(startOf("ends"));
  // Before the first row goes: whoever asked the tables alone until then is refused (`wantPacked`).
  await db.batch(
    [
      refuseWhere(isReopened, ...sinceReopened(now)),
      sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?), (?, ?)", PACKING, over, AT, mark),
    ].map((statement) => prepare(db, statement)),
  );
  return work(over, mark);
}

const work = (month: string, mark: string): Work => ({ month, mark, ...(JSON.parse(mark) as Place) });

interface Packed {
  kind: BlockKind;
  found: Found;
}
interface Slice {
  packed: Packed[];
  /** The row behind which the next slice begins. */
  last: Place["after"] | null;
  gone: Statement[];
}

/** One batch; answers where the next goes on. */
async function packSlice(db: D1Database, now: number, at: Work, rows: typeof ROWS): Promise<Work | null> {
  const before = monthOf(dialsKind, at.month).until;
  let slice = await sliceOf(db, at, before, rows.behind);
  if (await liesBetween(db, slice)) slice = await sliceOf(db, at, before, rows.between);
  const { packed, last, gone } = slice;
  const statements: Statement[] = [];
  for (const [kind, its] of Map.groupBy(packed, ({ kind }) => kind))
    for (const [month, add] of byMonth(its.map(({ found }) => found)))
      statements.push(...(await changed(db, kind, month, { add })));
  const step = STEPS[STEPS.indexOf(at.step) + 1];
  const place = last ? { step: at.step, after: last } : step ? startOf(step) : null;
  const mark = JSON.stringify(place);
  await db.batch(
    [
      refuseWhere(isReopened, ...sinceReopened(now)),
      // Another run may be at it.
      refuseWhere("NOT EXISTS (SELECT 1 FROM marks WHERE name = ? AND value = ?)", AT, at.mark),
      ...statements,
      ...gone,
      ...(place
        ? [sql("UPDATE marks SET value = ? WHERE name = ?", mark, AT)]
        : [
            sql("DELETE FROM marks WHERE name = ?", AT),
            sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", PACKED, at.month),
          ]),
    ].map((statement) => prepare(db, statement)),
  );
  return place && { month: at.month, mark, ...place };
}

/** Whether blocks that are there begin behind the first of what comes. */
async function liesBetween(db: D1Database, { packed }: Slice): Promise<boolean> {
  for (const [kind, its] of Map.groupBy(packed, ({ kind }) => kind))
    if (
      await begunBehind(
        db,
        kind,
        [...byMonth(its.map(({ found }) => found))].map(([month, [first]]) => [month, first!.key]),
      )
    )
      return true;
  return false;
}

/** What came back or was erased while its file is lost stays where it is: its file says how it goes. */
const counts = (row: string) => `NOT EXISTS (SELECT 1 FROM closed_out o WHERE o.num = ${row}.num)`;

async function sliceOf(
  db: D1Database,
  { step, after: [key, number, num] }: Place,
  until: number,
  most: number,
): Promise<Slice> {
  if (step === "low" || step === "high") return namesOf(db, step, [key, num], until, most);
  const select = (where: string, order: string, ...params: number[]) =>
    db
      .prepare(
        `SELECT c.number, c.num, c.calls FROM closed_numbers c WHERE ${where} AND c.num < ? AND ${counts("c")} ORDER BY ${order} LIMIT ?`,
      )
      .bind(...params, until, most)
      .all<Listed>();
  const { results } = await (step === "ends"
    ? select(
        "c.number % 100000 >= ? AND (c.number % 100000, c.number, c.num) > (?, ?, ?)",
        "c.number % 100000, c.number, c.num",
        ...[Math.max(0, Number(key)), Number(key), number, num],
      )
    : select("(c.number, c.num) > (?, ?)", "c.number, c.num", number, num));
  const last = results.at(-1);
  const found = results.map((one): Packed =>
    step === "ends"
      ? { kind: LAST_DIGITS, found: endEntry(one) }
      : { kind: NUMBERS, found: numberEntry(one) },
  );
  const pairs = JSON.stringify(results.map((one) => [one.number, one.num, one.calls]));
  return {
    packed: found,
    last: last ? [String(last.number % 100_000), last.number, last.num] : null,
    gone:
      results.length === 0
        ? []
        : [
            // One that is erased meanwhile leaves no digits either.
            refuseWhere(
              `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN closed_numbers c
                  ON c.number = j.value ->> 0 AND c.num = j.value ->> 1 AND c.calls = j.value ->> 2) <> ?`,
              ...[pairs, results.length],
            ),
            ...(step === "ends"
              ? []
              : [
                  sql(
                    "DELETE FROM closed_numbers WHERE (number, num) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
                    pairs,
                  ),
                ]),
          ],
  };
}

async function namesOf(
  db: D1Database,
  step: "low" | "high",
  [key, num]: [string, number],
  until: number,
  most: number,
): Promise<Slice> {
  // By the order of their first bits: those below zero have the greatest.
  const { results } = await db
    .prepare(
      `SELECT CAST(l.name AS TEXT) AS name, l.num, l.id FROM closed_logged l
       WHERE (l.name, l.num) > (CAST(? AS INTEGER), ?) AND l.name ${step === "low" ? ">=" : "<"} 0 AND l.num < ? AND ${counts("l")}
       ORDER BY l.name, l.num LIMIT ?`,
    )
    .bind(key, num, until, most)
    .all<{ name: string; num: number; id: 0 | 1 | null }>();
  const last = results.at(-1);
  const pairs = JSON.stringify(results.map((one) => [one.name, one.num]));
  return {
    // Of an earlier Worker's nobody knows which they are.
    packed: results.flatMap((one): Packed[] => [
      ...(one.id === 1 ? [] : [{ kind: REFS, found: refEntry(one.name, one.num) }]),
      ...(one.id === 0 ? [] : [{ kind: IDS, found: idEntry(one.name, one.num) }]),
    ]),
    last: last ? [last.name, -1, last.num] : null,
    gone:
      results.length === 0
        ? []
        : [
            refuseWhere(
              `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN closed_logged l
                  ON l.name = CAST(j.value ->> 0 AS INTEGER) AND l.num = j.value ->> 1) <> ?`,
              ...[pairs, results.length],
            ),
            sql(
              "DELETE FROM closed_logged WHERE (name, num) IN (SELECT CAST(value ->> 0 AS INTEGER), value ->> 1 FROM json_each(?))",
              pairs,
            ),
          ],
  };
}

/** Once entries are back in their tables, they are packed again from the beginning, should this Worker stay. */
export const packAgain = (): Statement =>
  sql("DELETE FROM marks WHERE name IN (?, ?, ?, ?)", PACKED, PACKING, AT, SIFTED);
