/** The routes that read the audit trail: a page, newest first, and the whole of it as NDJSON. */
import * as z from "zod";
import { auditAnswer, auditExportQuery, auditQuery } from "../../shared/trail/api.ts";
import type { KeptRow } from "../../shared/trail/chain.ts";
import { logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { fewest, fitting, lastOf, newestOf } from "../core/newest.ts";
import { json, room, route } from "../core/route.ts";
import { withRecordings } from "../recordings/closed/said.ts";
import type { Env } from "../env.ts";
import { disclosed } from "../policy/disclosed.ts";
import { wantExport } from "../policy/egress.ts";
import { archivedPage, type Wants } from "./archived/page.ts";
import { columns, pages, payloads, readable, Unreadable, withPayloads } from "./rows.ts";
import { DAY } from "../../shared/core/time.ts";

/** Later than every row. */
const END = "9000-01-01";
const dayAfter = (day: string): string => new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);
/** What is no JSON, as somebody altered it, is shown as it is. */
function valueOf(payload: string | null): unknown {
  try {
    return payload === null ? null : JSON.parse(payload);
  } catch {
    return payload;
  }
}

export const trail = room();

trail.openapi(
  route({
    method: "get",
    path: "/v1/audit",
    roles: ["compliance", "admin"],
    summary: "The audit trail, newest first, including archived months",
    request: { query: auditQuery },
    responses: { 200: json(auditAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    await logRead(c, "audit", query);
    const { rows, next } = await newestFirst(c.env, query);
    const { results } = await c.env.DB.prepare(
      "SELECT id, name FROM people WHERE id IN (SELECT value FROM json_each(?))",
    )
      .bind(JSON.stringify([...new Set(rows.map((r) => r.actor))]))
      .all<{ id: string; name: string }>();
    const names = new Map(results.map((p) => [p.id, p.name]));
    return c.json(
      {
        rows: rows.map(readable).map(({ salt: _, mac: __, said, ...row }) => ({
          ...row,
          actorName: names.get(row.actor) ?? null,
          payload: valueOf(said ?? row.payload),
        })),
        next,
      },
      200,
    );
  },
);

type Query = z.infer<typeof auditQuery>;

/** The query's filters, for SQL and for rows of an object alike. */
const wants = (query: Query): Wants => ({
  code: query.code ?? null,
  actor: query.actor ?? null,
  subject: query.subject ?? null,
  from: query.from ?? "",
  until: query.to === undefined ? END : dayAfter(query.to),
});

/** SQL: the row that a head is of, of a day before, or after, a day. Each day has a head; a clock may have been wrong by two days. */
const headBefore = (day: string): string =>
  `(SELECT seq FROM heads WHERE day < date(${day}, '-2 days') ORDER BY day DESC LIMIT 1)`;
const headAfter = (day: string): string =>
  `(SELECT seq FROM heads WHERE day > date(${day}, '+2 days') ORDER BY day LIMIT 1)`;

/**
 * Rows before row `?1`, and of these days: by the heads, which narrow to two days more at each end, and then each by its own time. One
 * bound at each end: SQLite narrows by the first of several.
 */
const inRange = ({ from, until }: Wants): string =>
  [
    from === "" ? "seq > 0" : `seq > COALESCE(${headBefore("?5")}, 0)`,
    until === END ? "seq < ?1" : `seq < MIN(?1, COALESCE(${headAfter("?6")} + 1, ?1))`,
  ].join(" AND ");
const inDays = ({ from, until }: Wants): string[] => [
  ...(from === "" ? [] : ["at >= ?5"]),
  ...(until === END ? [] : ["at < ?6"]),
];

/**
 * The filters that were asked for, each with its index; of those that find as many, the first is read, as that has its rows in order. A code
 * that ends with a dot is all codes that begin so: a slash comes after it.
 */
const filtersOf = ({ code, actor, subject }: Wants) => [
  ...(actor === null
    ? []
    : [
        {
          ...{ by: "actor", index: "audit_actor" },
          is: "who = (SELECT num FROM audit_actors WHERE actor = ?3)",
        } as const,
      ]),
  ...(code === null || code.endsWith(".")
    ? []
    : [{ by: "code", index: "audit_code", is: "code = ?2" } as const]),
  ...(subject === null
    ? []
    : [{ by: "subject", index: "audit_subject", is: "subject = ?4 AND subject <> ''" } as const]),
  ...(code?.endsWith(".")
    ? [{ by: "codes", index: "audit_code", is: `code >= ?2 AND code < ${AFTER_CODES}` } as const]
    : []),
];
const AFTER_CODES = "substr(?2, 1, length(?2) - 1) || '/'";

/**
 * SQL: the rows of a page, and which was looked at last where others remain. Only what was asked for is a condition, so that each filter
 * uses its index; with several, the one that finds fewest is read, at most READ.most rows a page, and the others are tried on these.
 */
async function pageOf(db: D1Database, want: Wants, params: readonly (string | number | null)[]) {
  const [range, days] = [inRange(want), inDays(want)];
  const filters = filtersOf(want);
  const first = await fewest(
    filters,
    ({ index, is }) => ({
      from: `audit_rows INDEXED BY ${index} WHERE ${range} AND ${is} AND ?7 > 0`,
      params,
    }),
    db,
  );
  const others = filters.filter((filter) => filter !== first).map(({ is }) => is);
  if (first?.by === "codes" && others.length === 0)
    return {
      rows: newestOf({
        ...{ table: "audit_rows", column: "code", range: ["?2", AFTER_CODES] },
        ...{ key: "seq", order: "seq DESC", limit: "?7", where: [range, ...days].join(" AND ") },
      }),
      last: null,
    };
  const fits = [...others, ...days];
  const among = `SELECT seq, at, code, who, subject FROM audit_rows ${first ? `INDEXED BY ${first.index}` : ""}
    WHERE ${[range, ...(first ? [first.is] : [])].join(" AND ")} AND ?7 > 0 ORDER BY seq DESC`;
  const rows = fitting(among, "seq", ["TRUE", ...fits].join(" AND "), "?7");
  return { rows, last: fits.length === 0 ? null : lastOf(among, rows, "?7") };
}

/** One page, newest first, before row `before`: from the database or from objects. A page may be short with more to come. */
async function newestFirst(env: Env, query: Query): Promise<{ rows: KeptRow[]; next: number | null }> {
  const db = env.DB;
  const { limit, before = Number.MAX_SAFE_INTEGER } = query;
  const want = wants(query);
  const params = [before, want.code, want.actor, want.subject, want.from, want.until, limit];
  const page = await pageOf(db, want, params);
  const [seam, here, rest] = await db.batch([
    db.prepare("SELECT COALESCE(MAX(last_seq), 0) AS seq FROM audit_archives"),
    db
      .prepare(
        `SELECT ${columns} FROM audit a ${payloads} WHERE a.seq IN (${page.rows})
         ORDER BY a.seq DESC LIMIT ?7`,
      )
      .bind(...params),
    ...(page.last === null ? [] : [db.prepare(page.last).bind(...params)]),
  ]);
  const archivedTo = (seam!.results[0] as { seq: number }).seq;
  if (before > archivedTo + 1) {
    const rows = await withRecordings(env, here!.results as KeptRow[]);
    if (rows.length === limit) return { rows, next: rows[rows.length - 1]!.seq };
    const last = rest?.results[0] as { seq: number } | undefined;
    if (last) return { rows, next: last.seq };
    return { rows, next: archivedTo > 0 ? archivedTo + 1 : null };
  }
  const { rows, next } = await archivedPage(env, want, before, limit);
  return { rows: await withRecordings(env, await withPayloads(env, rows)), next };
}

trail.openapi(
  route({
    method: "get",
    path: "/v1/audit/export",
    roles: ["compliance", "admin"],
    summary: "The audit trail as NDJSON, oldest first, with remaining payloads and their salts",
    request: { query: auditExportQuery },
    responses: {
      200: {
        description: "One JSON object a line. If the answer breaks off, it is incomplete.",
        content: { "application/x-ndjson": { schema: z.string() } },
      },
    },
  }),
  async (c) => {
    const { from = "", to } = c.req.valid("query");
    const until = to === undefined ? END : dayAfter(to);
    await wantExport(c.env);
    const taken = disclosed("export", "", "trail", 1, Date.now());
    await logRead(c, "audit-export", c.req.valid("query"), "", [taken]);
    const range = (await c.env.DB.prepare(
      `SELECT (SELECT MAX(seq) FROM audit) AS last, COALESCE(
         (SELECT MIN(first_seq) FROM audit_archives WHERE last_at >= ?1),
         (SELECT MIN(seq) FROM audit WHERE seq > COALESCE(${headBefore("?1")}, 0) AND at >= ?1)) AS first`,
    )
      .bind(from)
      .first<{ last: number; first: number | null }>())!;
    const source = exported(c.env, (range.first ?? range.last + 1) - 1, range.last, from, until);
    // Read the first page before answering, so that an unreadable object can still be answered as an error.
    const first = await source.next().catch((error: unknown) => {
      throw error instanceof Unreadable ? new Problem("archive-broken", error.message) : error;
    });
    const encoder = new TextEncoder();
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => (first.value ? controller.enqueue(encoder.encode(first.value)) : undefined),
      // One page a pull, so that memory does not grow with the trail.
      async pull(controller) {
        const { value } = await source.next();
        if (value) controller.enqueue(encoder.encode(value));
        else controller.close();
      },
    });
    // The router's types take every media type that ends in "json" for JSON.
    return new Response(stream, { headers: { "content-type": "application/x-ndjson" } }) as never;
  },
);

/** Lines of the rows after row `after` up to row `last`, from `from` until `until`. Throws Unreadable. */
async function* exported(
  env: Env,
  after: number,
  last: number,
  from: string,
  until: string,
): AsyncGenerator<string, void> {
  for await (const { rows, ends } of pages(env, after)) {
    if (ends?.intact === false) throw new Unreadable("object-altered", ends.archive);
    if (rows[0] && (rows[0].seq > last || rows[0].at > dayAfter(until.slice(0, 10)))) return;
    const wanted = rows.filter((r) => r.seq <= last && r.at >= from && r.at < until);
    const lines = (await withRecordings(env, wanted))
      .map(readable)
      .map((r) => `${JSON.stringify({ ...r, payload: valueOf(r.payload), said: valueOf(r.said) })}\n`);
    if (lines.length > 0) yield lines.join("");
  }
}
