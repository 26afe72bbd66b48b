/**
 * The in-house do-not-call list: objections and other entries. They apply at once, and a mistaken one ends with its
 * history.
 */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import * as z from "zod";
import {
  pageQuery,
  type Suppression,
  suppressionEnd,
  suppressionRequest,
  suppressionsAnswer,
  suppressionSchema,
} from "../../shared/do-not-call/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { changed, commit, logRead } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { Problem } from "../core/errors.ts";
import { pageOf, parseNumber } from "../core/numbers.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { consentedSince, liveEntry, suppressionColumns, type SuppressionRow, toSuppression } from "./rows.ts";

export const suppressions = room();

suppressions.openapi(
  route({
    method: "post",
    path: "/v1/suppressions",
    roles: "everyone",
    summary:
      "Puts a number on the in-house do-not-call list; a live entry of the same kind is returned as it is",
    request: { body: body(suppressionRequest) },
    responses: { 200: json(suppressionSchema, "It was on the list already"), 201: json(suppressionSchema) },
  }),
  async (c) => {
    const { number, kind, reason, source = "staff", until = null } = c.req.valid("json");
    if (kind === "objection" && until !== null)
      throw new Problem("invalid", undefined, [{ path: "until", message: details.objectionEnd }]);
    const { policy } = await currentPolicy(c.env.DB);
    const e164 = parseNumber(number, policy.numbers.defaultRegion);
    return retryOnConflict(async () => {
      const live = await liveEntry(c.env.DB, e164, kind);
      // An unverified entry from the public page gives way: staff heard it from the subscriber.
      if (live?.unverified === 0 && lastsUntil(live, until) && !(await consentedSince(c.env.DB, live)))
        return c.json(toSuppression(live), 200);
      const at = new Date().toISOString();
      const by = c.get("actor")!.id;
      const entry: Suppression = {
        id: crypto.randomUUID(),
        number: e164,
        kind,
        reason,
        source,
        until,
        by,
        at,
        endedAt: null,
        endedBy: null,
        endedReason: null,
        unverified: false,
      };
      return commit(
        c,
        {
          code: "suppression.added",
          subject: entry.id,
          payload: { number: e164, kind, reason, source, until },
        },
        [
          // The live entry ends, and stays as history.
          sql(
            `UPDATE suppressions SET ended_at = ?, ended_by = ?, ended_reason = 'replaced by a later entry'
           WHERE id = ? AND ended_at IS NULL`,
            at,
            by,
            live?.id ?? "",
          ),
          sql(
            "INSERT INTO suppressions (id, number, kind, reason, source, until, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            entry.id,
            numberOf(e164),
            kind,
            reason,
            source,
            until,
            by,
            at,
          ),
          changed("number", e164),
        ],
        { status: 201, body: entry },
      );
    });
  },
);

/** Whether an entry lasts at least until `until` (null: without end). */
export const lastsUntil = (entry: { until: string | null }, until: string | null): boolean =>
  entry.until === null || (until !== null && entry.until >= until);

suppressions.openapi(
  route({
    method: "get",
    path: "/v1/suppressions",
    roles: ["manager", "compliance", "admin"],
    summary: "The in-house list with its history, newest first, or all entries of one number",
    request: { query: pageQuery },
    responses: { 200: json(suppressionsAnswer) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const { rows, next } = await pageOf<SuppressionRow>(
      c.env.DB,
      "suppressions",
      suppressionColumns,
      c.req.valid("query"),
      policy,
    );
    await logRead(c, "suppressions", c.req.valid("query"));
    return c.json({ suppressions: rows.map(toSuppression), next }, 200);
  },
);

suppressions.openapi(
  route({
    method: "delete",
    path: "/v1/suppressions/{e164}",
    roles: ["manager", "compliance", "admin"],
    summary: "Ends a mistaken entry, with the reason; the history stays",
    request: { params: z.object({ e164: z.string().max(30) }), body: body(suppressionEnd) },
    responses: { 200: json(z.object({ ended: z.int() })) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const e164 = parseNumber(c.req.valid("param").e164, policy.numbers.defaultRegion);
    const { reason, kind = null } = c.req.valid("json");
    const live = await c.env.DB.prepare(
      "SELECT id, kind FROM suppressions WHERE number = ?1 AND ended_at IS NULL AND (?2 IS NULL OR kind = ?2)",
    )
      .bind(numberOf(e164), kind)
      .all<{ id: string; kind: string }>();
    if (live.results.length === 0) throw new Problem("not-listed");
    // Ending a mistaken house entry must not end a subscriber's objection.
    if (live.results.length > 1) throw new Problem("kind-needed");
    return commit(
      c,
      {
        code: "suppression.ended",
        subject: live.results[0]!.id,
        payload: { number: e164, reason, entries: live.results },
      },
      [
        sql(
          `UPDATE suppressions SET ended_at = ?, ended_by = ?, ended_reason = ?
           WHERE ended_at IS NULL AND id IN (SELECT value FROM json_each(?))`,
          new Date().toISOString(),
          c.get("actor")!.id,
          reason,
          JSON.stringify(live.results.map((r) => r.id)),
        ),
        changed("number", e164),
      ],
      { status: 200, body: { ended: live.results.length } },
    );
  },
);
