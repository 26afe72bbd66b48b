/**
 * Closes months of screenings: the numbers of a month's parts, in the order of their blocks, then these parts' lists. An object is written,
 * read back and compared; then one audited commit names it and deletes its rows. A kill in between does no harm: the next run writes another
 * object with the same rows.
 */
import { jsonChunks } from "../../../shared/core/chunks.ts";
import { record } from "../../core/commit.ts";
import { JSON_CHUNK, sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { isSpent } from "../../storage/closed/calls.ts";
import { isReopened, RUN, SETTLED, sinceReopened } from "../../storage/closed/close.ts";
import { MEMBER, writeFile } from "../../storage/closed/files.ts";
import { type Line, refuseWhere } from "../../storage/closed/kind.ts";
import { named, underNewKey } from "../../storage/closed/left.ts";
import { CHARACTERS, ROWS } from "../../storage/closed/sizes.ts";
import { partOfScreened } from "../screened.ts";
import {
  type List,
  listLine,
  readList,
  readRow,
  type Row,
  rowLine,
  unlikeLists,
  unlikeRows,
} from "./lines.ts";
import { monthIn } from "./read.ts";

/** Rows of all months that one statement looks through, and lines that it answers. */
const WINDOW = { rows: 100_000, lines: 5000 };
/** Characters of lists in a file, about, and in a member: most lists have one of their own. Verifying holds a file's in memory. */
const LISTS = { file: 4_000_000, member: 150_000, parts: 5000 };

export interface ForTests {
  rows?: number;
  size?: number;
  lists?: number;
  window?: typeof WINDOW;
  files?: number;
  clock?: () => number;
}

/** A step of a night (jobs/night.ts). `now` in milliseconds, as `clock` gives it. */
export async function closeScreenings(
  env: Env,
  now: number,
  { files = Infinity, clock = Date.now, ...sizes }: ForTests = {},
): Promise<void> {
  const until = clock() + RUN;
  for (let n = 0; n < files && clock() < until && !isSpent(env);) {
    const month = await monthToClose(env, now);
    if (month === null) return;
    const slice = (await nextRows(env.DB, month, sizes)) ?? (await nextLists(env.DB, month, sizes));
    if (slice === null) await end(env, month, now);
    else {
      await closeSlice(env, slice, now);
      n++;
    }
  }
}

/** The month that is under way, or the next one, which is then. */
async function monthToClose(env: Env, now: number): Promise<number | null> {
  const found = (await env.DB.prepare(
    `SELECT (SELECT MIN(month) FROM closed_screenings WHERE over = 0) AS month, ${isReopened} AS reopened,
       (SELECT MIN(at) FROM screening_parts WHERE at >= COALESCE((SELECT date(substr(MAX(month), 1, 4) || '-' || substr(MAX(month), 5)
          || '-01', '+1 month') FROM closed_screenings), '')) AS next`,
  )
    .bind(...sinceReopened(now))
    .first<{ month: number | null; reopened: number; next: string | null }>())!;
  if (found.reopened === 1) return null;
  if (found.month !== null) return found.month;
  if (found.next === null) return null;
  const [year, name] = found.next.split("-").map(Number) as [number, number];
  const until = Date.UTC(year, name, 1);
  // No rule looks further back than that: a screening counts for 28 days at the most, for a call of whatever day.
  if (!(until <= now - SETTLED)) return null;
  const month = monthIn(found.next);
  await record(env, {
    actor: "system",
    event: { code: "audit.screened-closing", subject: found.next.slice(0, 7), payload: null },
    statements: [
      refuseWhere(isReopened, ...sinceReopened(now)),
      refuseWhere(`EXISTS (SELECT 1 FROM closed_screenings WHERE over = 0 OR month >= ?)`, month),
      sql("INSERT INTO closed_screenings (month, at) VALUES (?, ?)", month, new Date(now).toISOString()),
      // None of an older month, which a file of this one would keep for longer than letters and copies say.
      sql(
        `INSERT INTO closed_parts (num, month)
         SELECT p.num, ?1 FROM screening_parts p JOIN screenings s ON s.num = p.screening
         WHERE p.at >= ?2 AND p.at < ?3 AND s.state <> 'open'`,
        ...[month, found.next.slice(0, 7), new Date(until).toISOString()],
      ),
    ],
  });
  return month;
}

/** What goes into one file. */
interface Slice {
  month: number;
  lists: 0 | 1;
  lines: readonly Line[];
  members: Line[][];
  bare: number;
  /** Names of the rows, as JSON: what the statements have as `?1`. */
  names: readonly unknown[];
}
/** By `lists`: SQL with lines, of how many the row is gone, or another; and with names, how many there are, and what deletes them. */
const OF = [
  {
    unlike: unlikeRows,
    there: "(SELECT COUNT(*) FROM json_each(?1) j CROSS JOIN screened d ON d.id = CAST(j.value AS INTEGER))",
    gone: (names: string) =>
      sql("DELETE FROM screened WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))", names),
  },
  {
    unlike: unlikeLists,
    there: `(SELECT COUNT(*) FROM json_each(?1) j CROSS JOIN screened_bound r
      ON r.screening = j.value ->> 0 AND r.part = j.value ->> 1)`,
    gone: (names: string) =>
      sql(
        "DELETE FROM screened_bound WHERE (screening, part) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))",
        names,
      ),
  },
] as const;

interface Found {
  line: string;
  id: string;
}
const lastIdOf = (block: number): string => ((BigInt(block) << 24n) | 0xffffffn).toString();

/** The next rows, up to the end of a block: so a number's are in one file of a month, and in one member. */
async function nextRows(
  db: D1Database,
  month: number,
  { rows = ROWS, size = CHARACTERS, window = WINDOW }: ForTests,
): Promise<Slice | null> {
  const found: Found[] = [];
  const line = `SELECT ${rowLine} AS line, CAST(d.id AS TEXT) AS id FROM screened d WHERE d.id > CAST(?2 AS INTEGER)
    AND EXISTS (SELECT 1 FROM closed_parts c WHERE c.num = ${partOfScreened("d.id")} AND c.month = ?1)`;
  const lastOf = (after: string, most: string) =>
    `SELECT MAX(id) AS last FROM (SELECT id FROM screened WHERE id > CAST(${after} AS INTEGER) ORDER BY id LIMIT ${most})`;
  const block = await db
    .prepare("SELECT MAX(last) AS last FROM closed_screened WHERE month = ? AND lists = 0")
    .bind(month)
    .first<number | null>("last");
  let [after, characters] = [block === null ? "0" : lastIdOf(block), 0];
  while (found.length < rows && characters < size) {
    const most = Math.min(window.lines, rows - found.length);
    const [there, some] = await db.batch([
      db.prepare(`SELECT CAST(last AS TEXT) AS last FROM (${lastOf("?1", "?2")})`).bind(after, window.rows),
      db
        .prepare(`${line} AND d.id <= (${lastOf("?2", "?3")}) ORDER BY d.id LIMIT ?4`)
        .bind(month, after, window.rows, most),
    ]);
    const [{ last }] = there!.results as [{ last: string | null }];
    if (last === null) break;
    const results = some!.results as unknown as Found[];
    found.push(...results);
    characters += results.reduce((sum, one) => sum + one.line.length, 0);
    after = results.length < most ? last : results.at(-1)!.id;
  }
  if (found.length === 0) return null;
  const { id, line: end } = found.at(-1)!;
  const rest = await db
    .prepare(`${line} AND d.id <= CAST(?3 AS INTEGER) ORDER BY d.id`)
    .bind(month, id, lastIdOf(readRow(end).block))
    .all<Found>();
  found.push(...rest.results);
  const lines = found.map((one) => readRow(one.line));
  const bare = await bareOf(db, lines);
  return {
    ...{ month, lists: 0, lines, bare: lines.filter(({ part }) => bare.has(part)).length },
    members: cut(lines, (one, next) => one.block !== next.block),
    names: found.map((one) => one.id),
  };
}

/** The parts without a list: from before, or of an older Worker. */
async function bareOf(db: D1Database, lines: readonly Row[]): Promise<Set<number>> {
  const { results } = await db
    .prepare(
      `SELECT p.num FROM json_each(?) j CROSS JOIN screening_parts p ON p.num = j.value
       WHERE NOT EXISTS (SELECT 1 FROM screened_bound b WHERE b.screening = p.screening AND b.part = p.part)`,
    )
    .bind(JSON.stringify([...new Set(lines.map(({ part }) => part))]))
    .all<{ num: number }>();
  return new Set(results.map(({ num }) => num));
}

/** Lines as members: one ends where it is full, and its last line and the next one may be apart. */
function cut<L extends Line>(lines: readonly L[], mayPart: (one: L, next: L) => boolean): L[][] {
  const all: L[][] = [];
  let size = 0;
  for (const [n, line] of lines.entries()) {
    const last = all.at(-1);
    const isFull = last && (last.length >= MEMBER || size + line.text.length > LISTS.member);
    if (last && !(isFull && mayPart(lines[n - 1]!, line))) last.push(line);
    else {
      all.push([line]);
      size = 0;
    }
    size += line.text.length;
  }
  return all;
}

/** The next lists, in the order of their parts. */
async function nextLists(
  db: D1Database,
  month: number,
  { lists = LISTS.file }: ForTests,
): Promise<Slice | null> {
  const from = `FROM closed_parts c CROSS JOIN screening_parts p ON p.num = c.num
    CROSS JOIN screened_bound r ON r.screening = p.screening AND r.part = p.part WHERE c.month = ?1 AND c.num > ?2`;
  const after = `COALESCE((SELECT MAX(last) FROM closed_screened WHERE month = ?1 AND lists = 1), 0)`;
  // Some of them have 240 kB: how many is told by what they count.
  const { results: nums } = await db
    .prepare(
      `SELECT num FROM (SELECT c.num, SUM(r.n) OVER (ORDER BY c.num) - r.n AS before ${from.replace("?2", after)} ORDER BY c.num LIMIT ?2)
       WHERE before < ?3`,
    )
    .bind(month, LISTS.parts, lists / 24)
    .all<{ num: number }>();
  if (nums.length === 0) return null;
  const { results } = await db
    .prepare(`SELECT ${listLine} AS line ${from} AND c.num <= ?3 ORDER BY c.num`)
    .bind(month, nums[0]!.num - 1, nums.at(-1)!.num)
    .all<{ line: string }>();
  const lines = results.map(({ line }) => readList(line));
  return {
    ...{ month, lists: 1, lines, bare: 0, members: cut<List>(lines, () => true) },
    names: lines.map(({ screening, part }) => [screening, part]),
  };
}

/** Of a month, as people write it. */
const monthText = (month: number): string =>
  `${Math.floor(month / 100)}-${String(month % 100).padStart(2, "0")}`;

function closeSlice(
  env: Env,
  { month, lists, lines, members, bare, names }: Slice,
  now: number,
): Promise<void> {
  const [first, last] = [lines[0]!.num, lines.at(-1)!.num];
  const { unlike, there, gone } = OF[lists];
  const name = lists === 1 ? `${monthText(month)}/lists` : monthText(month);
  return underNewKey(env, { name: "screened", month: name, first }, now, async (key) => {
    const { file, stored } = await writeFile(env, { first, last, key }, lines, members);
    for (const some of inArrays(stored)) {
      const { n } = (await env.DB.prepare(unlike).bind(some).first<{ n: number }>())!;
      if (n > 0) throw new Error(`${key} is not what the database has`);
    }
    const { rows, bytes, sha256, members: index } = file;
    const parts = jsonChunks(names, JSON_CHUNK);
    await record(env, {
      actor: "system",
      event: {
        code: "audit.screened-closed",
        subject: key,
        payload: { lists: lists === 1, first, last, rows, bytes, sha256 },
      },
      statements: [
        ...named(key),
        refuseWhere(isReopened, ...sinceReopened(now)),
        refuseWhere("NOT EXISTS (SELECT 1 FROM closed_screenings WHERE month = ? AND over = 0)", month),
        // Refuses all of it where a row went meanwhile, or another run closed some of it.
        refuseWhere(
          "EXISTS (SELECT 1 FROM closed_screened WHERE month = ? AND lists = ? AND first <= ? AND last >= ?)",
          ...[month, lists, last, first],
        ),
        ...parts.map((some) => refuseWhere(`${there} <> json_array_length(?1)`, some)),
        sql(
          `INSERT INTO closed_screened (month, lists, first, last, key, rows, bytes, sha256, bare, members, at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[month, lists, first, last, key, rows, bytes, sha256, bare, JSON.stringify(index)],
          new Date(now).toISOString(),
        ),
        ...parts.map(gone),
      ],
    });
  });
}

/** Lines as JSON arrays that one parameter can have. */
export function inArrays(lines: readonly Line[]): string[] {
  const all: string[][] = [];
  let size = Infinity;
  for (const { text } of lines) {
    if (size + text.length > JSON_CHUNK) {
      all.push([]);
      size = 0;
    }
    all.at(-1)!.push(text);
    size += text.length + 1;
  }
  return all.map((texts) => `[${texts.join(",")}]`);
}

/** All of a month has left. */
const end = (env: Env, month: number, now: number): Promise<void> =>
  record(env, {
    actor: "system",
    event: { code: "audit.screened-month-closed", subject: monthText(month), payload: null },
    statements: [
      // Its rows may be back.
      refuseWhere(isReopened, ...sinceReopened(now)),
      sql("UPDATE closed_screenings SET over = 1 WHERE month = ? AND over = 0", month),
    ],
  });
