/**
 * Verifies the numbers of screenings (`screened`) against the lists of their parts, which the trail binds. The pass from the lists finds
 * rows that were altered or are gone, and further ones beside those. Rows that were added elsewhere are found by counting: no index leads
 * from a part to its rows, and there are too many for one.
 */
import { MONTH } from "../../shared/core/time.ts";
import type { DeepAnswer } from "../../shared/trail/api.ts";
import type { Env } from "../env.ts";
import { dueUntil } from "../trail/erased.ts";
import { isIn, nameRead, namesIn } from "./bound.ts";
import { partOfScreened, screenedId, verdictCodes, verdictOfScreened } from "./screened.ts";

type Finding = DeepAnswer["findings"][number];
interface Bounds {
  most: number;
  now: number;
}

/** Lists that are read at once: of 10,000 numbers, one has 240 kB. */
const LISTS = 50;
/** A row is counted in a tenth of the time in which it is compared. */
const COUNTED = 10;

const blockOfScreened = (id: string): string => `(${id} >> 24)`;
const finding = (key: string, what: Finding["what"], columns: string[] = []): Finding => ({
  ...{ table: "screened", key, seq: null, what, columns },
});

interface List {
  place: number;
  key: string;
  rows: string;
  num: number;
}

/** One step from the lists, after the one of row number `after`, to their rows. Those whose time is over may have lost some. */
export async function verifyLists(env: Env, after: string, { most, now }: Bounds): Promise<DeepAnswer> {
  const due = new Date(await dueUntil(env.DB, now, "screeningMonths")).toISOString();
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
  for (const list of results) {
    const { rows, found } = await compare(env.DB, list);
    checked += rows;
    findings.push(...found);
  }
  return { checked, findings, next: results.length === 0 ? null : String(results.at(-1)!.place) };
}

/** What of a part's rows is not as its list says: the verdicts that have such. A finding names no number. */
async function compare(db: D1Database, { key, rows: text, num }: List) {
  const list = namesIn(text);
  const blocks = new Set([...list.keys()].map((name) => nameRead(name).block));
  const { results } = await db
    .prepare(
      `SELECT ${blockOfScreened("d.id")} AS block, ${verdictOfScreened("d.id")} AS verdict, d.data
       FROM json_each(?1) j JOIN screened d
         ON d.id BETWEEN ${screenedId("j.value", "?2", "0")} AND ${screenedId("j.value", "?2", "3")}`,
    )
    .bind(JSON.stringify([...blocks].filter(Number.isSafeInteger)), num)
    .all<{ block: number; verdict: number; data: string }>();
  const there = results.map((row) => ({ ...row, is: isIn(list, row) }));
  const names = new Set(there.map(({ block, verdict }) => block * 4 + verdict));
  const gone = [...list.keys()].map(nameRead).filter(({ block, verdict }) => !names.has(block * 4 + verdict));
  const of = (what: Finding["what"], some: readonly { verdict: number }[]): Finding[] =>
    some.length === 0
      ? []
      : [
          finding(
            key,
            what,
            verdictCodes.filter((_, code) => some.some(({ verdict }) => verdict === code)),
          ),
        ];
  const found = [
    ...of(
      "altered",
      there.filter(({ is }) => is === "other"),
    ),
    ...of("missing", gone),
    ...of(
      "extra",
      there.filter(({ is }) => is === "none"),
    ),
  ];
  return { rows: list.size, found };
}

/** Where a count ends: its last row, what it is about, and how many rows it has come by, and the sum of their parts. */
interface Count {
  id: string;
  /** The last part, and the moment from which on parts count: no row of these goes while they are counted. */
  upTo: number;
  since: string;
  n: number;
  sum: number;
}
const countText = ({ id, upTo, since, n, sum }: Count): string => [id, upTo, since, n, sum].join("/");

async function countAt({ DB }: Env, text: string, now: number): Promise<Count> {
  const [id = "0", upTo, since, n, sum] = text.split("/");
  if (since !== undefined && sum !== undefined)
    return { id, upTo: Number(upTo), since, n: Number(n), sum: Number(sum) };
  const last = await DB.prepare("SELECT COALESCE(MAX(num), 0) AS num FROM screening_parts").first<number>(
    "num",
  );
  const due = new Date((await dueUntil(DB, now, "screeningMonths")) + MONTH);
  return { id: "0", upTo: last!, since: due.toISOString(), n: 0, sum: 0 };
}

/** The next rows by part, in a step. */
const nextRows = `rows AS MATERIALIZED (SELECT id FROM screened WHERE id > CAST(?1 AS INTEGER) ORDER BY id LIMIT ?2),
  parts AS (SELECT part, COUNT(*) AS n FROM (SELECT ${partOfScreened("id")} AS part FROM rows) GROUP BY part)`;
const listOfPart = `screening_parts p JOIN screened_bound b ON b.screening = p.screening AND b.part = p.part`;

/** One step through all rows, which counts them, by those of the parts that have lists, against these. */
export async function verifyCounts(env: Env, after: string, { most, now }: Bounds): Promise<DeepAnswer> {
  const count = await countAt(env, after, now);
  const { id, upTo, since } = count;
  const step = most * COUNTED;
  const next = (await env.DB.prepare(
    `WITH ${nextRows}
     SELECT (SELECT COUNT(*) FROM rows) AS rows, (SELECT CAST(MAX(id) AS TEXT) FROM rows) AS last,
       COALESCE(SUM(IIF(l.num IS NULL, parts.n, 0)), 0) AS bare,
       COALESCE(SUM(IIF(l.at >= ?4 AND l.num <= ?3, parts.n, 0)), 0) AS n,
       COALESCE(SUM(IIF(l.at >= ?4 AND l.num <= ?3, parts.n * l.num, 0)), 0) AS sum
     FROM parts LEFT JOIN (SELECT p.num, b.at FROM ${listOfPart}) l ON l.num = parts.part`,
  )
    .bind(id, step, upTo, since)
    .first<{ rows: number; last: string | null; bare: number; n: number; sum: number }>())!;
  const { rows, bare } = next;
  const so: Count = { ...count, id: next.last ?? id, n: count.n + next.n, sum: count.sum + next.sum };
  const isOver = rows < step;
  return {
    checked: rows,
    findings: isOver && !(await isWhole(env.DB, so)) ? await further(env.DB, so, step) : [],
    next: isOver ? null : countText(so),
    bound: { every: rows - bare, some: 0, none: bare },
  };
}

const counted = `FROM ${listOfPart} WHERE p.num <= ?1 AND b.at >= ?2`;

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
