/** The desk's queue of requests, one request with all that belongs to it, and figures. */
import type * as z from "zod";
import {
  dutiesAnswer,
  dutiesQuery,
  type ItemDoubt,
  type RequestAnswer,
  requestAnswer as answerSchema,
  requestFigures,
  requestsAnswer,
  requestsQuery,
  type RequestSummary,
  type RequestWaves,
  requestWaves,
} from "../../shared/privacy-requests/api.ts";
import { requestIdParam as idParam } from "../../shared/privacy-requests/api-steps.ts";
import { median } from "../../shared/privacy-requests/deadlines.ts";
import { daysBetween, monthsLater } from "../../shared/core/calendar.ts";
import { logRead } from "../core/commit.ts";
import { fitting, lastOf } from "../core/newest.ts";
import { numberFilter } from "../core/numbers.ts";
import { json, room, route } from "../core/route.ts";
import { lateRequest, overdueDuty } from "./duties.ts";
import { partsOf, shownPart } from "./files/parts/rows.ts";
import { itemsOf } from "./items.ts";
import { doubtsOf } from "./numbers.ts";
import {
  isRecipient,
  isThere,
  momentOf,
  openDuty,
  queueDay,
  type Row,
  selectRequests,
  untold,
  wantRequest,
} from "./rows.ts";
import { summaryOf } from "./summary.ts";
import { systemsOn } from "./systems/rows.ts";

export const requests = room();
const officers = ["compliance", "admin"] as const;

/** What it owes is overdue. `?1` is today. */
/** SQL: an address that was confirmed is somebody's, whatever came at the same time. */
const ofTheWave = "proved_at IS NULL";
const overdue = `r.id IN (SELECT request FROM duties WHERE ${overdueDuty})`;

requests.openapi(
  route({
    method: "get",
    path: "/v1/requests",
    roles: officers,
    summary:
      "The queue by deadline, overdue first; closed requests, and all, by the day of their decision; those of some days by their receipt. Each query is on the trail",
    request: { query: requestsQuery },
    responses: { 200: json(requestsAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const { show, kind, state, number, wave, from, to, after, limit } = query;
    const moment = await momentOf(c.env.DB, Date.now());
    const region = moment.policy.numbers.defaultRegion;
    const [ofNumber, ...params] =
      number === undefined ? ["TRUE"] : numberFilter(number, region, "r.number", ["requests"]);
    const ofWave = wave === undefined ? "?8 IS NULL" : `r.wave = ?8 AND ${ofTheWave}`;
    const shown = {
      open: "r.closed_at IS NULL",
      overdue,
      mine: "r.closed_at IS NULL AND r.assignee = ?3",
      closed: "r.closed_at IS NOT NULL",
      all: "TRUE",
    }[show];
    // Of what is over nothing is due next: it is listed by the day of its decision, and so is everything at once.
    // Those of some days are listed by these.
    const isOfDays = from !== undefined || to !== undefined;
    const order = isOfDays ? "r.received_on" : show === "closed" || show === "all" ? "r.decide_by" : queueDay;
    const received = [
      from === undefined ? "?9 IS NULL" : "r.received_on >= ?9",
      to === undefined ? "?10 IS NULL" : "r.received_on <= ?10",
    ].join(" AND ");
    await logRead(c, "requests", query);
    const [day = from ?? "", id = ""] = after?.split("|") ?? [];
    const fits = "(?2 IS NULL OR kind = ?2) AND (?7 IS NULL OR state = ?7)";
    // What is sorted by when something is due next is read whole; of the others an index has the order.
    const isWhole = order === queueDay;
    const among = `SELECT r.id, r.kind, r.state, ${order} AS day FROM requests r
      WHERE ${shown} AND ?1 <> '' AND ?3 <> '' AND (${order}, r.id) > (?4, ?5) AND ${ofWave} AND ${received} AND ${ofNumber}
        ${isWhole ? `AND ${fits}` : ""}
      ORDER BY ${order}, r.id`;
    const fit = isWhole ? `SELECT id FROM (${among} LIMIT ?6)` : fitting(among, "id", fits, "?6");
    const bound = (statement: string) =>
      c.env.DB.prepare(statement).bind(
        ...[moment.today, kind ?? null, c.get("actor")!.id, day, id, limit, state ?? null, wave ?? null],
        ...[from ?? null, to ?? null],
        ...params,
      );
    const page = bound(`${selectRequests} WHERE r.id IN (${fit}) ORDER BY ${order}, r.id`);
    const isBounded = !isWhole && (kind !== undefined || state !== undefined);
    const [late, [rows, rest]] = await Promise.all([
      c.env.DB.prepare(`SELECT COUNT(*) AS n FROM requests r WHERE ${overdue}`)
        .bind(moment.today)
        .first<{ n: number }>(),
      c.env.DB.batch(isBounded ? [page, bound(lastOf(among, fit, "?6"))] : [page]),
    ]);
    const results = rows!.results as Row[];
    const cursorOf = (row: Row) =>
      order === queueDay ? row.queue_day : order === "r.decide_by" ? row.decide_by : row.received_on;
    const full = results[limit - 1];
    const last = full
      ? { day: cursorOf(full), id: full.id }
      : (rest?.results[0] as { day: string; id: string } | undefined);
    return c.json(
      {
        overdue: late!.n,
        requests: results.map((row): RequestSummary => summaryOf(row, moment)),
        next: last ? `${last.day}|${last.id}` : null,
      },
      200,
    );
  },
);

requests.openapi(
  route({
    method: "get",
    path: "/v1/requests/waves",
    roles: officers,
    summary: "Floods of the public form of which objections wait for a check, newest first",
    responses: { 200: json(requestWaves) },
  }),
  async (c) => {
    const { results } = await c.env.DB.prepare(
      `SELECT wave, COUNT(*) AS held, MAX(at) AS last FROM requests
       WHERE wave IS NOT NULL AND state = 'held' AND ${ofTheWave} GROUP BY wave ORDER BY wave DESC LIMIT 100`,
    ).all<RequestWaves["waves"][number]>();
    return c.json({ waves: results }, 200);
  },
);

requests.openapi(
  route({
    method: "get",
    path: "/v1/duties",
    roles: officers,
    summary:
      "What is owed for requests and by when, the earliest first: all that is open, or what is overdue",
    request: { query: dutiesQuery },
    responses: { 200: json(dutiesAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const { show, after, limit } = query;
    await logRead(c, "duties", query);
    const { today } = await momentOf(c.env.DB, Date.now());
    const [day = "", duty = ""] = after?.split("|") ?? [];
    const [late, { results }] = await Promise.all([
      c.env.DB.prepare(`SELECT COUNT(*) AS n FROM duties WHERE ${overdueDuty}`)
        .bind(today)
        .first<{ n: number }>(),
      c.env.DB.prepare(
        `SELECT d.id, d.request, r.ref AS reference, r.kind AS requestKind, d.kind, d.round, d.due, d.made_at AS madeAt,
           r.assignee FROM duties d JOIN requests r ON r.id = d.request
         WHERE ${show === "overdue" ? overdueDuty : `${openDuty} AND ?1 <> ''`}
           AND (COALESCE(d.due, '9999'), d.id) > (?2, ?3) ORDER BY COALESCE(d.due, '9999'), d.id LIMIT ?4`,
      )
        .bind(today, day, duty, limit)
        .all<Omit<z.infer<typeof dutiesAnswer>["duties"][number], "daysLeft"> & { id: string }>(),
    ]);
    const last = results[limit - 1];
    return c.json(
      {
        overdue: late!.n,
        duties: results.map(({ id: _, ...row }) => ({
          ...row,
          daysLeft: row.due === null ? null : daysBetween(today, row.due),
        })),
        next: last ? `${last.due ?? "9999"}|${last.id}` : null,
      },
      200,
    );
  },
);

interface Decided {
  received_on: string;
  decided_on: string | null;
  late: number;
}

requests.openapi(
  route({
    method: "get",
    path: "/v1/requests/figures",
    roles: ["manager", "compliance", "admin"],
    summary: "Access and erasure requests by the month of receipt: received, decided, late, median days",
    responses: { 200: json(requestFigures) },
  }),
  async (c) => {
    const { today } = await momentOf(c.env.DB, Date.now());
    const from = `${monthsLater(today, -11).slice(0, 7)}-01`;
    const [counts, { results }] = await Promise.all([
      c.env.DB.prepare(
        `SELECT COUNT(*) AS open, COUNT(*) FILTER (WHERE state = 'held') AS unchecked,
           (SELECT COUNT(*) FROM requests r WHERE ${overdue}) AS overdue
         FROM requests WHERE closed_at IS NULL`,
      )
        .bind(today)
        .first<{ open: number; overdue: number; unchecked: number }>(),
      c.env.DB.prepare(
        `SELECT r.received_on, r.decided_on, ${lateRequest} AS late
         FROM requests r WHERE r.kind IN ('access', 'erasure') AND r.received_on >= ?2 ORDER BY r.received_on`,
      )
        .bind(today, from)
        .all<Decided>(),
    ]);
    const days = (rows: Decided[]) =>
      median(rows.flatMap((r) => (r.decided_on === null ? [] : [daysBetween(r.received_on, r.decided_on)])));
    const months = Array.from({ length: 12 }, (_, n) => monthsLater(from, n).slice(0, 7)).map((month) => {
      const rows = results.filter((r) => r.received_on.startsWith(month));
      return {
        month,
        received: rows.length,
        decided: rows.filter((r) => r.decided_on !== null).length,
        late: rows.filter((r) => r.late === 1).length,
        medianDays: days(rows),
      };
    });
    return c.json({ ...counts!, medianDays: days(results), months }, 200);
  },
);

requests.openapi(
  route({
    method: "get",
    path: "/v1/requests/{id}",
    roles: officers,
    summary:
      "One request with its timeline, items, files, letters and recipients, and the steps that are open now",
    request: { params: idParam },
    responses: { 200: json(answerSchema) },
  }),
  async (c) => {
    const db = c.env.DB;
    const moment = await momentOf(db, Date.now());
    const row = await wantRequest(db, c.req.valid("param").id, moment);
    await logRead(c, "request", null, row.id);
    const all = async <T>(sql: string): Promise<T[]> => (await db.prepare(sql).bind(row.id).all<T>()).results;
    const [events, items, doubts, files, letters, recipients, parts, systems] = await Promise.all([
      all<Omit<RequestAnswer["events"][number], "detail"> & { detail: string | null }>(
        `SELECT e.action, e.state, e.detail, e.by, p.name AS byName, e.at
         FROM request_events e LEFT JOIN people p ON p.id = e.by WHERE e.request = ? ORDER BY e.id`,
      ),
      itemsOf(db, row.id),
      row.kind === "erasure" ? doubtsOf(c.env, row.id) : new Map<string, ItemDoubt>(),
      all<RequestAnswer["files"][number]>(
        `SELECT id, purpose, name, type, bytes, erase_after AS eraseAfter, erased_at AS erasedAt, at
         FROM request_files WHERE request = ? AND ${isThere} ORDER BY at, id`,
      ),
      all<RequestAnswer["letters"][number]>(
        `SELECT id, kind, text, how, sent_to AS sentTo, sent_on AS sentOn, by, at FROM request_letters WHERE request = ?
         ORDER BY at, id`,
      ),
      all<
        Omit<RequestAnswer["recipients"][number], "owed" | "mistaken"> & Record<"owed" | "mistaken", number>
      >(
        `SELECT p.id, p.name, p.told_on AS toldOn, p.how, ${untold} AS owed, NOT ${isRecipient} AS mistaken
         FROM request_recipients p WHERE p.request = ? ORDER BY p.at, p.id`,
      ),
      partsOf(db, row.id),
      systemsOn(db, row.id, moment),
    ]);
    return c.json(
      {
        request: summaryOf(row, moment),
        events: events.map((e) => ({
          ...e,
          detail: e.detail === null ? null : (JSON.parse(e.detail) as unknown),
        })),
        items: items.map((item) => {
          const doubt = doubts.get(item.id);
          return doubt ? { ...item, doubt } : item;
        }),
        files,
        letters,
        recipients: recipients.map((one) => ({ ...one, owed: one.owed === 1, mistaken: one.mistaken === 1 })),
        parts: parts.map((part) => shownPart(part, moment)),
        systems,
      },
      200,
    );
  },
);
