/**
 * Verifies the numbers of screenings (`screened`) against the lists of their parts, which the trail binds. The pass from the lists finds
 * rows that were altered or are gone, and further ones beside those. Rows that were added elsewhere are found by counting: no index leads
 * from a part to its rows, and there are too many for one.
 */
import { MONTH } from "../../shared/core/time.ts";
import type { DeepAnswer } from "../../shared/trail/api.ts";
import type { Env } from "../env.ts";
import { dueUntil } from "../trail/erased.ts";
import { isIn, namesIn } from "./bound.ts";
import { keyOfList } from "./closed/lines.ts";
import { listsNamed } from "./closed/lists.ts";
import { holding } from "./closed/read.ts";
import { firstPlace, isClosedPlace, uncovered, verifyClosed } from "./closed/verified.ts";
import { partOfScreened, type Screened, verdictOfScreened } from "./screened.ts";
import { atOnce, type Finding, finding, unlike } from "./unlike.ts";

interface Bounds {
  most: number;
  now: number;
}

/** Lists that are read at once: of 10,000 numbers, one has 240 kB. */
const LISTS = 50;
/** A row is counted in a tenth of the time in which it is compared. */
const COUNTED = 10;

interface List {
  place: number;
  key: string;
  rows: string;
  num: number;
}

/**
 * One step from the lists, after the one of row number `after`, to their rows; then of closed months. Those whose time is over may have lost
 * some.
 */
export async function verifyLists(env: Env, after: string, { most, now }: Bounds): Promise<DeepAnswer> {
  const due = new Date(await dueUntil(env.DB, now, "screeningMonths")).toISOString();
  if (isClosedPlace(after)) return verifyClosed(env, after, { most: most * COUNTED, due });
  // At least one: each has as many rows as it has.
  const { results } = await env.DB.prepare(
    `SELECT place, key, rows, num FROM (
       SELECT r.rowid AS place, r.screening || '/' || r.part AS key, r.rows, p.num,
         SUM(r.n) OVER (ORDER BY r.rowid) - r.n AS before
       FROM (SELECT rowid, screening, part, n, rows FROM screened_bound WHERE rowid > CAST(?1 AS INTEGER) AND at >= ?2
             ORDER BY rowid LIMIT ?4) r
       JOIN screening_parts p ON p.screening = r.screening AND p.part = r.part)
     WHERE before < ?3 ORDER BY place`,
  )
    .bind(after, due, most, LISTS)
    .all<List>();
  let checked = 0;
  const findings: Finding[] = [];
  for (const { key, num, rows } of results) {
    const { list, here } = await uncovered(env.DB, num, namesIn(rows));
    checked += list.size;
    findings.push(...unlike(key, list, here));
  }
  const last = results.at(-1);
  return { checked, findings, next: last ? String(last.place) : await firstPlace(env.DB) };
}

/** Where a count ends: its last row, what it is about, and how many rows it has come by, and the sum of their parts. */
interface Count {
  id: string;
  /** The last part, and the moment from which on parts count: no row of these goes while they are counted. */
  upTo: number;
  since: string;
  n: number;
  sum: number;
  /** The last month that closes: where another one does, counting begins again. */
  month: number;
}
const countText = ({ id, upTo, since, n, sum, month }: Count): string =>
  [id, upTo, since, n, sum, month].join("/");

async function countAt({ DB }: Env, text: string, now: number): Promise<Count> {
  const last = (await DB.prepare(
    `SELECT COALESCE((SELECT MAX(num) FROM screening_parts), 0) AS num,
       COALESCE((SELECT MAX(month) FROM closed_screenings), 0) AS month`,
  ).first<{ num: number; month: number }>())!;
  const [id = "0", upTo, since, n, sum, month] = text.split("/");
  if (since !== undefined && Number(month) === last.month)
    return { id, upTo: Number(upTo), since, n: Number(n), sum: Number(sum), month: last.month };
  const due = new Date((await dueUntil(DB, now, "screeningMonths")) + MONTH);
  return { id: "0", upTo: last.num, since: due.toISOString(), n: 0, sum: 0, month: last.month };
}

/** The next rows by part, in a step. */
const nextRows = `rows AS MATERIALIZED (SELECT id FROM screened WHERE id > CAST(?1 AS INTEGER) ORDER BY id LIMIT ?2),
  parts AS (SELECT part, COUNT(*) AS n FROM (SELECT ${partOfScreened("id")} AS part FROM rows) GROUP BY part)`;
const listOfPart = `screening_parts p JOIN screened_bound b ON b.screening = p.screening AND b.part = p.part`;
/** Those whose parts leave are compared with files. */
const stays = "NOT EXISTS (SELECT 1 FROM closed_parts c WHERE c.num = p.num)";

/** One step through all rows, which counts them, by those of the parts that have lists, against these. */
export async function verifyCounts(env: Env, after: string, { most, now }: Bounds): Promise<DeepAnswer> {
  const count = await countAt(env, after, now);
  const { id, upTo, since } = count;
  const step = most * COUNTED;
  const next = (await env.DB.prepare(
    `WITH ${nextRows}
     SELECT (SELECT COUNT(*) FROM rows) AS rows, (SELECT CAST(MAX(id) AS TEXT) FROM rows) AS last,
       COALESCE(SUM(IIF(l.num IS NULL AND m.month IS NULL, parts.n, 0)), 0) AS bare,
       COALESCE(SUM(IIF(c.num IS NULL AND l.at >= ?4 AND l.num <= ?3, parts.n, 0)), 0) AS n,
       COALESCE(SUM(IIF(c.num IS NULL AND l.at >= ?4 AND l.num <= ?3, parts.n * l.num, 0)), 0) AS sum, COUNT(m.month) AS strays
     FROM parts LEFT JOIN (SELECT p.num, b.at FROM ${listOfPart}) l ON l.num = parts.part
     LEFT JOIN closed_parts c ON c.num = parts.part LEFT JOIN closed_screenings m ON m.month = c.month AND m.over = 1`,
  )
    .bind(id, step, upTo, since)
    .first<{ rows: number; last: string | null; bare: number; n: number; sum: number; strays: number }>())!;
  const { rows, bare } = next;
  const so: Count = { ...count, id: next.last ?? id, n: count.n + next.n, sum: count.sum + next.sum };
  const isOver = rows < step;
  const closed = isOver ? await inFiles(env.DB) : { rows: 0, bare: 0 };
  return {
    checked: rows,
    findings: [
      ...(next.strays > 0 ? await strays(env, id, step) : []),
      ...(isOver && !(await isWhole(env.DB, so)) ? await further(env.DB, so, step) : []),
    ],
    next: isOver ? null : countText(so),
    bound: {
      ...{ every: rows - bare + closed.rows - closed.bare, some: 0 },
      none: bare + closed.bare,
    },
  };
}

/** The rows of closed months; verifying the lists reads them. */
const inFiles = async (db: D1Database): Promise<{ rows: number; bare: number }> =>
  (await db
    .prepare(
      "SELECT COALESCE(SUM(rows), 0) AS rows, COALESCE(SUM(bare), 0) AS bare FROM closed_screened WHERE lists = 0",
    )
    .first<{ rows: number; bare: number }>())!;

/** Rows of a step whose part has left the database: somebody put them there, but what came back from beside a lost file. */
async function strays(env: Env, id: string, step: number): Promise<Finding[]> {
  const { results } = await env.DB.prepare(
    `WITH ${nextRows}
     SELECT r.id >> 24 AS block, ${verdictOfScreened("r.id")} AS verdict, d.data, p.screening || '/' || p.part AS key,
       EXISTS (SELECT 1 FROM closed_screened f WHERE ${holding("m.month", 0, "(r.id >> 24)")}) AS isCovered
     FROM rows r JOIN closed_parts c ON c.num = ${partOfScreened("r.id")}
     JOIN closed_screenings m ON m.month = c.month AND m.over = 1 JOIN screening_parts p ON p.num = c.num
     JOIN screened d ON d.id = r.id ORDER BY c.num LIMIT ?3`,
  )
    .bind(id, step, LISTS)
    .all<Screened & { key: string; isCovered: number }>();
  const { lists } = await listsNamed(env, [...new Set(results.map(({ key }) => key))]);
  const of = new Map(lists.map((list) => [keyOfList(list), list.rows]));
  const extra = results.filter(({ key, isCovered, ...row }) => {
    const list = of.get(key);
    return isCovered === 1 || (list !== undefined && isIn(namesIn(list), row) !== "same");
  });
  return atOnce(extra.map(({ key }) => finding(key, "extra")));
}

const counted = `FROM ${listOfPart} WHERE p.num <= ?1 AND b.at >= ?2 AND ${stays}`;

async function isWhole(db: D1Database, { upTo, since, n, sum }: Count): Promise<boolean> {
  const wanted = await db
    .prepare(`SELECT COALESCE(SUM(b.n), 0) AS n, COALESCE(SUM(b.n * p.num), 0) AS sum ${counted}`)
    .bind(upTo, since)
    .first<{ n: number; sum: number }>();
  return wanted!.n === n && wanted!.sum === sum;
}

/** The parts that have more rows than their lists; what fewer have is missed from the lists. Reads all, as somebody altered them. */
async function further(db: D1Database, { upTo, since }: Count, step: number): Promise<Finding[]> {
  const there = new Map<number, number>();
  for (let last: string | null = "0"; last !== null;) {
    const { results }: D1Result<{ part: number; n: number; last: string }> = await db
      .prepare(`WITH ${nextRows} SELECT part, n, (SELECT CAST(MAX(id) AS TEXT) FROM rows) AS last FROM parts`)
      .bind(last, step)
      .all<{ part: number; n: number; last: string }>();
    for (const { part, n } of results) there.set(part, (there.get(part) ?? 0) + n);
    last = results[0]?.last ?? null;
  }
  const { results } = await db
    .prepare(`SELECT p.num, b.screening || '/' || b.part AS key, b.n ${counted} ORDER BY p.num`)
    .bind(upTo, since)
    .all<{ num: number; key: string; n: number }>();
  return results.filter(({ num, n }) => (there.get(num) ?? 0) > n).map(({ key }) => finding(key, "extra"));
}
