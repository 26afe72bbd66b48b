/** Screenings by request: opened, sent in parts, finished, and read afterwards. record.ts judges and records a part. */
import * as z from "zod";
import {
  finishRequest,
  partAnswer,
  partRequest,
  screeningDetail,
  screeningRequest,
  screeningsAnswer,
  screeningSchema,
  screeningStream,
  screeningsQuery,
} from "../../shared/screening/api.ts";
import { asks } from "../check/budget.ts";
import { commit, logRead } from "../core/commit.ts";
import { invalid } from "../core/errors.ts";
import { isTable } from "../core/idempotency.ts";
import { body, json, room, route } from "../core/route.ts";
import {
  finishScreening,
  opening,
  type Screening,
  screeningColumns,
  screeningOf,
  screenPart,
  summaryOf,
} from "./record.ts";
import { streamThrough } from "./stream.ts";

/** Not agents: one could read a register out. */
const screeners = ["manager", "compliance", "admin"] as const;
const idParam = z.object({ id: z.string().max(40) });

export const screenings = room();

screenings.openapi(
  route({
    method: "post",
    path: "/v1/screenings",
    roles: screeners,
    scopes: ["screen"],
    asks: asks.screened,
    summary:
      "Opens a screening: its numbers come in parts, and the sender says when it is finished. A table (CSV or NDJSON) is " +
      "streamed through instead and comes back with verdicts, its screening's id in the header Screening-Id; a number " +
      "counts as a duplicate where it was among the about 10,000 before it",
    request: {
      query: screeningStream,
      body: {
        content: {
          "application/json": { schema: screeningRequest },
          "text/csv": { schema: z.string() },
          "application/x-ndjson": { schema: z.string() },
        },
      },
    },
    responses: {
      200: {
        description: "The table, with further columns. An answer that ends early is incomplete.",
        content: { "text/csv": { schema: z.string() }, "application/x-ndjson": { schema: z.string() } },
      },
      201: json(screeningSchema),
    },
  }),
  async (c) => {
    const actor = c.get("actor")!;
    const { id: by, name: byName } = actor;
    const type = c.req.header("content-type") ?? "";
    const table = c.req.raw.body as ReadableStream<Uint8Array> | null;
    if (isTable(type) && table) {
      const asked = c.req.valid("query");
      const { screening, stream } = await streamThrough(c.env, actor, table, type, asked);
      return new Response(stream, {
        headers: { "content-type": type, "screening-id": screening.id, "x-content-type-options": "nosniff" },
      });
    }
    const read = screeningRequest.safeParse(c.req.valid("json"));
    if (!read.success) throw invalid(read.error);
    const wanted = read.data;
    const { id, at, event, statements } = opening(by, wanted);
    const { purpose = null, ...rest } = wanted;
    const none = {
      rows: 0,
      numbers: 0,
      clear: 0,
      caution: 0,
      blocked: 0,
      unknown: 0,
      invalid: 0,
      duplicates: 0,
    };
    const screening = {
      ...rest,
      ...none,
      id,
      purpose,
      state: "open" as const,
      by,
      byName,
      at,
      finishedAt: null,
    };
    return commit(c, event, statements, { status: 201, body: screening });
  },
);

screenings.openapi(
  route({
    method: "put",
    path: "/v1/screenings/{id}/parts/{part}",
    roles: screeners,
    scopes: ["screen"],
    asks: asks.screened,
    summary:
      "Judges and records up to 10,000 numbers in one step; the same part sent again gets the recorded answer. " +
      "Calling hours are left out: they are judged at each call",
    request: {
      params: idParam.extend({ part: z.coerce.number().int().min(1).max(1_000_000) }),
      body: body(partRequest),
    },
    responses: { 200: json(partAnswer) },
  }),
  async (c) => {
    const { id, part } = c.req.valid("param");
    const { numbers } = c.req.valid("json");
    const screening = await screeningOf(c.env.DB, id, c.get("actor"));
    return c.json(await screenPart(c.env, c.get("actor")!.id, screening, part, numbers), 200);
  },
);

screenings.openapi(
  route({
    method: "post",
    path: "/v1/screenings/{id}/finish",
    roles: screeners,
    scopes: ["screen"],
    summary: "Ends a screening, or cancels it; one that has ended already is returned as it is",
    request: { params: idParam, body: body(finishRequest) },
    responses: { 200: json(screeningDetail) },
  }),
  async (c) => {
    const screening = await screeningOf(c.env.DB, c.req.valid("param").id, c.get("actor"));
    return c.json(await finishScreening(c.env, c.get("actor")!.id, screening, c.req.valid("json")), 200);
  },
);

screenings.openapi(
  route({
    method: "get",
    path: "/v1/screenings",
    roles: screeners,
    scopes: ["screen"],
    summary: "The screenings, newest first; an integration has its own",
    request: { query: screeningsQuery },
    responses: { 200: json(screeningsAnswer) },
  }),
  async (c) => {
    const { after, limit } = c.req.valid("query");
    const { id, kind } = c.get("actor")!;
    const { results } = await c.env.DB.prepare(
      `SELECT ${screeningColumns} WHERE s.num < ?1 AND (?3 IS NULL OR s.by = ?3) ORDER BY s.num DESC LIMIT ?2`,
    )
      .bind(Number(after ?? Number.MAX_SAFE_INTEGER), limit, kind === "integration" ? id : null)
      .all<Screening>();
    const next = results.length === limit ? String(results.at(-1)!.num) : null;
    return c.json({ screenings: results.map(({ num: _, ...screening }) => screening), next }, 200);
  },
);

screenings.openapi(
  route({
    method: "get",
    path: "/v1/screenings/{id}",
    roles: screeners,
    scopes: ["screen"],
    summary: "One screening, with its numbers counted by reason",
    request: { params: idParam },
    responses: { 200: json(screeningDetail) },
  }),
  async (c) => {
    const { id } = await screeningOf(c.env.DB, c.req.valid("param").id, c.get("actor"));
    const summary = await summaryOf(c.env.DB, id);
    await logRead(c, "screening", null, summary.id);
    return c.json(summary, 200);
  },
);
