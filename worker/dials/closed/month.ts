/** A month of dials for analysts, by pages: what closed and what stays in the database, each once, oldest first. */
import { monthParams } from "../../../shared/api.ts";
import { type MonthDial, monthAnswer, monthQuery } from "../../../shared/dials/api.ts";
import { e164Of } from "../../../shared/registers/blocks.ts";
import { logRead } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { json, room, route } from "../../core/route.ts";
import { unrestricted } from "../../do-not-call/brief.ts";
import type { Env } from "../../env.ts";
import { disclosed } from "../../policy/disclosed.ts";
import { wantExport } from "../../policy/egress.ts";
import { monthOf } from "../../storage/closed/close.ts";
import { beginning, type ClosedFile } from "../../storage/closed/files.ts";
import { TRIES } from "../../storage/closed/read.ts";
import { linesAfter, rowsOf } from "../../storage/closed/verified.ts";
import { dialsKind, FROM_LINES } from "./lines.ts";
import { inWords } from "./words.ts";

export const monthsOfDials = room();

monthsOfDials.openapi(
  route({
    method: "get",
    path: "/v1/dials/months/{month}",
    roles: ["admin"],
    summary:
      "A month (UTC) of dials, oldest first, closed or not, for analysts. Each page is logged on the trail, and counted as taken out",
    request: { params: monthParams, query: monthQuery },
    responses: { 200: json(monthAnswer) },
  }),
  async (c) => {
    const { month } = c.req.valid("param");
    const query = c.req.valid("query");
    await wantExport(c.env);
    const page = await pageOf(c.env, month, query.after, query.limit);
    const n = page.dials.length;
    await logRead(c, "dials-month", { month, ...query, dials: n }, "", [
      disclosed("export", "", "dials", n, Date.now()),
    ]);
    return c.json(page, 200);
  },
);

/** Whatever closes, comes back or is written once more meanwhile: a page is of one moment's files, those behind it may change. */
async function pageOf(env: Env, month: string, after: string | undefined, limit: number) {
  const { from, until } = monthOf(dialsKind, month);
  const last = Math.max(from - 1, Number(after ?? 0));
  for (let n = 0; n < TRIES; n++) {
    const files = await filesIn(env.DB, last + 1, until);
    const isSame = async (end: number) =>
      namesOf(files, end) === namesOf(await filesIn(env.DB, last + 1, end), end);
    const { lines, unread } = await linesAfter(env, dialsKind, last, limit, until, 1);
    if (unread[0]) {
      if (await isSame(unread[0].first + 1)) throw new Problem("archive-broken", unread[0].key);
      continue;
    }
    const closed = lines.filter(({ num }) => num < until);
    // Behind the lines, so that one that comes back meanwhile is in both.
    const rows = [
      ...(await rowsOf<Row>(env.DB, `${FROM_LINES} SELECT ${columns} FROM ${inWords} d`, closed)),
      ...(await inDatabase(env.DB, last, closed.length < limit ? until : closed.at(-1)!.num + 1, limit)),
    ];
    const once = [...new Map(rows.map((row) => [row.num, row])).values()].sort((a, b) => a.num - b.num);
    const dials = once.slice(0, limit);
    const next = dials.length < limit ? null : dials.at(-1)!.num;
    if (await isSame(next === null ? until : next + 1))
      return { dials: dials.map(toMonthDial), next: next === null ? null : String(next) };
  }
  throw new Problem("conflict");
}

/** The files that have dials between two row numbers, of which the second is exclusive. */
const filesIn = async (db: D1Database, from: number, end: number) => {
  const { results } = await db
    .prepare(
      `SELECT first, key FROM ${dialsKind.files}
       WHERE first >= ${beginning(dialsKind, "?1")} AND first < ?2 AND last >= ?1 ORDER BY first`,
    )
    .bind(from, end)
    .all<Pick<ClosedFile, "first" | "key">>();
  return results;
};
/** Of those that begin before a row number. */
const namesOf = (files: Awaited<ReturnType<typeof filesIn>>, end: number) =>
  files.flatMap(({ first, key }) => (first < end ? [key] : [])).join();

const columns = `num, id, number, written, record_number AS recordNumber, layer, sighting, medium, via, action, verdict, reasons,
  worker_verdict AS workerVerdict, worker_reasons AS workerReasons, agrees, refused, basis, reason, purpose, host, by,
  by_name AS byName, device_at AS deviceAt, at`;

async function inDatabase(db: D1Database, after: number, until: number, most: number): Promise<Row[]> {
  const { results } = await db
    .prepare(
      `SELECT ${columns} FROM dials_in_words WHERE num IN (
         SELECT d.num FROM dials d WHERE d.num > ? AND d.num < ? AND ${unrestricted("dial", "CAST(d.num AS TEXT)")}
         ORDER BY d.num LIMIT ?)`,
    )
    .bind(after, until, most)
    .all<Row>();
  return results;
}

type Row = Omit<MonthDial, "number" | "recordNumber" | "agrees" | "refused" | "reasons" | "workerReasons"> & {
  num: number;
  number: number | null;
  recordNumber: number | null;
  agrees: number;
  refused: number;
} & Record<"reasons" | "workerReasons", string>;

const toMonthDial = ({ num: _, ...row }: Row): MonthDial => ({
  ...row,
  number: row.number === null ? null : e164Of(row.number),
  recordNumber: row.recordNumber === null ? null : e164Of(row.recordNumber),
  agrees: row.agrees === 1,
  refused: row.refused === 1,
  reasons: JSON.parse(row.reasons) as MonthDial["reasons"],
  workerReasons: JSON.parse(row.workerReasons) as MonthDial["workerReasons"],
});
