/** The changes feed: what changed since a page's stamp, asked every 45 seconds by each page in view. */
import { changesAnswer, changesQuery } from "../../shared/check/api.ts";
import { query, runBatch } from "../core/batch.ts";
import { json, room, route } from "../core/route.ts";
import type { Actor, Env } from "../env.ts";
import { policyFor } from "../policy/current.ts";
import { mayTell } from "./budget.ts";
import { stampOf, stampQueries } from "./stamp.ts";

/** The most changes that an answer names; where there are more, the page starts afresh. */
const MAX_CHANGES = 2000;

/** Counts the numbers that an asker has not been told of before. False where they are too many. */
async function mayName(
  env: Env,
  actor: Actor,
  changes: readonly { seq: number; kind: string; ref: string }[],
  told: number,
): Promise<boolean> {
  const news = changes.filter(({ kind, seq }) => kind === "number" && seq > told);
  if (news.length === 0) return true;
  const now = Date.now();
  if (!(await mayTell(env, actor, new Set(news.map(({ ref }) => ref)).size, now))) return false;
  await env.DB.prepare(
    `INSERT INTO changes_told (person, seq, at) VALUES (?1, ?2, ?3)
     ON CONFLICT (person) DO UPDATE SET seq = MAX(seq, ?2), at = ?3`,
  )
    .bind(actor.id, Math.max(...news.map(({ seq }) => seq)), new Date(now).toISOString())
    .run();
  return true;
}

export const changesFeed = room();

changesFeed.openapi(
  route({
    method: "get",
    path: "/v1/changes",
    roles: "everyone",
    scopes: ["check"],
    summary:
      "What changed since a stamp's seq: numbers, lists, the policy. Cheap, asked every 45 s by pages in view. Each number " +
      "counts against the asker's hour once; beyond it none is named, and the page starts afresh (`reset`)",
    request: { query: changesQuery },
    responses: { 200: json(changesAnswer) },
  }),
  async (c) => {
    const { since } = c.req.valid("query");
    const actor = c.get("actor")!;
    const rows = await runBatch(c.env.DB, {
      ...stampQueries,
      floor: query<{ seq: number }>(
        "SELECT CAST(value AS INTEGER) AS seq FROM marks WHERE name = 'changes-floor'",
      ),
      changes: query<{ seq: number; kind: "number" | "list" | "policy"; ref: string }>(
        "SELECT seq, kind, ref FROM changes WHERE seq > ? LIMIT ?",
        ...[since, MAX_CHANGES + 1],
      ),
      told: query<{ seq: number }>("SELECT seq FROM changes_told WHERE person = ?", actor.id),
    });
    const { stamp, policy } = stampOf(rows);
    const { seq } = stamp;
    const { changes } = rows;
    // Later than our newest row: the page's stamp is from before the database was restored.
    const lost = since > seq || since < (rows.floor[0]?.seq ?? 0) || changes.length > MAX_CHANGES;
    const reset = lost || !(await mayName(c.env, actor, changes, rows.told[0]?.seq ?? 0));
    const refs = (kind: string) => [...new Set(changes.filter((r) => r.kind === kind).map((r) => r.ref))];
    return c.json(
      {
        at: new Date().toISOString(),
        seq,
        stamp,
        reset,
        numbers: reset ? [] : refs("number"),
        lists: reset ? [] : refs("list"),
        ...(reset || refs("policy").length > 0 ? { policy: policyFor(actor.role, policy) } : {}),
      },
      200,
    );
  },
);
