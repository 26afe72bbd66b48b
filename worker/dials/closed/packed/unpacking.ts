/**
 * The way back of packed entries into their tables, before an older Worker is deployed, or before closed dials come back: a file's names or
 * some blocks a step. Until a month's blocks go, at the end, its entries are in both.
 */
import { Problem } from "../../../core/errors.ts";
import { prepare, sql, type Statement } from "../../../core/sql.ts";
import type { Env } from "../../../env.ts";
import { wantFile } from "../../../storage/closed/back.ts";
import { blocksBehind, monthsWith } from "../../../storage/closed/blocks.ts";
import {
  allLinesIn,
  type ClosedFile,
  countsIn,
  fileColumns,
  isLost,
  toFile,
} from "../../../storage/closed/files.ts";
import { refuseWhere } from "../../../storage/closed/kind.ts";
import { outOf } from "../../../storage/closed/read.ts";
import { dropMonth } from "./over.ts";
import { nameRows } from "../calls.ts";
import { dialsKind } from "../lines.ts";
import { ALL_KINDS, endOf, firstOf, LAST_DIGITS, listedIn, NUMBERS } from "./entries.ts";

/** In `marks`: how far the newest month is back. */
const UNPACKING = "dials-unpacking";
interface Place {
  month: number;
  /** Behind which file names are to come back; null: all are. */
  file: number | null;
  /** Behind which block numbers are. */
  block: number;
  /** A file of it is lost: the names of its calls stay packed. */
  lost: boolean;
}

/** Makes a step, and says how many months are left; throws the Problem `archive-broken` where the store does not answer. */
export async function unpackSome(env: Env): Promise<number> {
  const { DB } = env;
  const months = await monthsWith(DB, NUMBERS);
  const month = months.at(-1);
  if (month === undefined) return 0;
  const mark = await DB.prepare("SELECT value FROM marks WHERE name = ?")
    .bind(UNPACKING)
    .first<string>("value");
  const was = mark === null ? null : (JSON.parse(mark) as Place);
  const at = was?.month === month ? was : { month, file: -1, block: -1, lost: false };
  const [statements, next] = at.file === null ? await numbersOf(env, at) : await namesOf(env, at, at.file);
  await DB.batch(
    [
      ...statements,
      sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", UNPACKING, JSON.stringify(next ?? at)),
    ].map((statement) => prepare(DB, statement)),
  );
  if (next !== null) return months.length;
  // What leads to a lost file's calls, and nothing else has, stays.
  await dropMonth(DB, month, at.lost ? [LAST_DIGITS, NUMBERS] : ALL_KINDS);
  await prepare(DB, sql("DELETE FROM marks WHERE name = ?", UNPACKING)).run();
  return months.length - 1;
}

/** The names of the calls of a month's next file. */
async function namesOf(env: Env, at: Place, after: number): Promise<[Statement[], Place]> {
  const row = await env.DB.prepare(
    `SELECT ${fileColumns} FROM closed_files f WHERE f.first > ? AND f.first BETWEEN ? AND ? ORDER BY f.first LIMIT 1`,
  )
    .bind(after, firstOf(at.month), endOf(at.month))
    .first<Parameters<typeof toFile>[0]>();
  if (row === null) return [[], { ...at, file: null }];
  const file: ClosedFile = toFile(row);
  const next = { ...at, file: file.first };
  const lines = await allLinesIn(env, dialsKind, file).catch(async (error: unknown) => {
    if (error instanceof Problem && (await isLost(env, file))) return null;
    throw error;
  });
  if (lines === null) return [[], { ...next, lost: true }];
  const out = await outOf(env.DB, dialsKind, file);
  const rows = nameRows(lines.filter(({ num }) => !out.has(num)));
  return [
    [
      wantFile(dialsKind, file),
      // One that came back meanwhile is listed no more.
      refuseWhere(
        "(SELECT COUNT(*) FROM closed_out WHERE num BETWEEN ? AND ?) <> ?",
        ...[file.first, file.last, out.size],
      ),
      sql(
        `INSERT OR IGNORE INTO closed_logged (name, num, id)
         SELECT CAST(value ->> 0 AS INTEGER), value ->> 1, value ->> 2 FROM json_each(?)`,
        rows,
      ),
    ],
    next,
  ];
}

/** Blocks by number of a step. */
const BLOCKS = 150;

/** Some of its blocks by number; then it is over. */
async function numbersOf({ DB }: Env, at: Place): Promise<[Statement[], Place | null]> {
  const { entries, last, unchanged } = await blocksBehind(DB, NUMBERS, at.month, at.block, BLOCKS);
  if (last === null) return [[], null];
  const rows = entries.map((entry) => listedIn({ month: at.month, ...entry }));
  return [
    [
      // One that is erased meanwhile leaves its block, and comes back nowhere.
      ...unchanged,
      sql(
        `INSERT OR IGNORE INTO closed_numbers (number, num, calls)
         SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) j WHERE ${countsIn(dialsKind, "j.value ->> 1")}`,
        JSON.stringify(rows.map(({ number, num, calls }) => [number, num, calls])),
      ),
    ],
    { ...at, block: last },
  ];
}
