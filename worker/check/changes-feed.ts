/** The changes feed: what changed since a page's stamp, asked every 45 seconds by each page in view. */
import { changesAnswer, changesQuery } from "../../shared/check/api.ts";
import { query, runBatch } from "../core/batch.ts";
import { json, room, route } from "../core/route.ts";
import { policyFor } from "../policy/current.ts";
import { stampOf, stampQueries } from "./stamp.ts";

/** The most changes that an answer names; where there are more, the page starts afresh. */
const MAX_CHANGES = 2000;

export const changesFeed = room();

changesFeed.openapi(
  route({
    method: "get",
    path: "/v1/changes",
    roles: "everyone",
    summary:
      "What changed since a stamp's seq: numbers, lists, the policy. Cheap, asked every 45 s by pages in view",
    request: { query: changesQuery },
    responses: { 200: json(changesAnswer) },
  }),
  async (c) => {
    const { since } = c.req.valid("query");
    const rows = await runBatch(c.env.DB, {
      ...stampQueries,
      floor: query<{ seq: number }>(
        "SELECT CAST(value AS INTEGER) AS seq FROM marks WHERE name = 'changes-floor'",
      ),
      changes: query<{ kind: "number" | "list" | "policy"; ref: string }>(
        "SELECT kind, ref FROM changes WHERE seq > ? LIMIT ?",
        ...[since, MAX_CHANGES + 1],
      ),
    });
    const { stamp, policy } = stampOf(rows);
    const { seq } = stamp;
    const { changes } = rows;
    // Later than our newest row: the page's stamp is from before the database was restored.
    const reset = since > seq || since < (rows.floor[0]?.seq ?? 0) || changes.length > MAX_CHANGES;
    const refs = (kind: string) => [...new Set(changes.filter((r) => r.kind === kind).map((r) => r.ref))];
    return c.json(
      {
        at: new Date().toISOString(),
        seq,
        stamp,
        reset,
        numbers: reset ? [] : refs("number"),
        lists: reset ? [] : refs("list"),
        ...(reset || refs("policy").length > 0 ? { policy: policyFor(c.get("actor")!.role, policy) } : {}),
      },
      200,
    );
  },
);
