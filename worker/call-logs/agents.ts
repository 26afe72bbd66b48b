/** The desk says who the agents of a log are (persons.ts finds them); also how far the providers' lists were fetched. */
import type { Verdict } from "../../shared/check/api.ts";
import { callAgent, callsState, type CallsState } from "../../shared/call-logs/api.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { chunks } from "../../shared/core/chunks.ts";
import { DAY } from "../../shared/core/time.ts";
import { runBatch } from "../core/batch.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { insertBound } from "../core/bound.ts";
import { commit, record } from "../core/commit.ts";
import { idIn, refuseWhere, sql, type Statement } from "../core/sql.ts";
import { evidenceOf } from "./evidence.ts";
import { personsOf } from "./persons.ts";
import { beganFrom, lowOf } from "./began.ts";
import { agentsBound } from "./bound.ts";
import { CALLS, changeCalls, isCurrent } from "./rows.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { callLists } from "../providers/call-lists.ts";
import { withNear, wantDials } from "../dials/closed/read.ts";
import { dialOf, dialsNear } from "../dials/near.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { sayErased } from "../trail/erased.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";

const office = ["manager", "compliance", "admin"] as const;

export const callAgents = room();

callAgents.openapi(
  route({
    method: "get",
    path: "/v1/calls/state",
    roles: office,
    summary:
      "How far the providers' lists of calls were fetched, who the logs' agents are, and which agents are unknown",
    responses: { 200: json(callsState) },
  }),
  async (c) => c.json(await stateOf(c.env), 200),
);

async function stateOf(env: Env): Promise<CallsState> {
  const db = env.DB;
  const [rows, agents, unknown] = (await db.batch([
    db.prepare("SELECT provider, since, ran_at AS ranAt, failures, error FROM call_lists"),
    db.prepare(
      `SELECT a.agent, a.person, p.name AS personName, a.by, a.at
       FROM call_agents a LEFT JOIN people p ON p.id = a.person ORDER BY a.agent`,
    ),
    db
      .prepare(
        `SELECT (SELECT text FROM call_texts WHERE num = agent_text) AS agent, calls FROM (
         SELECT agent_text, COUNT(*) AS calls FROM call_rows c
         WHERE person_num IS NULL AND agent_low IS NOT NULL AND ${beganFrom("?1")} AND ${isCurrent} GROUP BY agent_low ORDER BY calls DESC LIMIT 100)`,
      )
      .bind(new Date(Date.now() - 28 * DAY).toISOString()),
  ])) as [
    D1Result<Omit<CallsState["lists"][number], "configured">>,
    D1Result<CallsState["agents"][number]>,
    D1Result<CallsState["unknown"][number]>,
  ];
  const lists = Object.entries(callLists).map(([provider, open]) => ({
    ...{ since: null, ranAt: null, failures: 0, error: null },
    ...rows.results.find((row) => row.provider === provider),
    ...{ provider, configured: open(env) !== null },
  }));
  return { lists, agents: agents.results, unknown: unknown.results };
}

callAgents.openapi(
  route({
    method: "put",
    path: "/v1/calls/agents",
    roles: office,
    summary: "Says who an agent of the logs is, or takes that back. Applies to stored calls too",
    request: { body: body(callAgent) },
    responses: { 200: json(callAgent) },
  }),
  async (c) => {
    const { person, agent: said } = c.req.valid("json");
    const agent = said.toLowerCase();
    const db = c.env.DB;
    const known =
      person === null ||
      (await db.prepare("SELECT 1 FROM people WHERE id = ? AND kind = 'person'").bind(person).first());
    if (!known) throw new Problem("invalid", undefined, [{ path: "person", message: details.nobody }]);
    // Taken back: their address or name may still say who they are.
    const whose = person ?? (await personsOf(db, [agent], "by themselves"))(agent);
    const { results } = await db
      .prepare(
        `SELECT id FROM calls WHERE agent_low = ${lowOf("?")} AND person IS NOT ? ORDER BY started_at DESC`,
      )
      .bind(agent, whose)
      .all<{ id: string }>();
    const [newest = [], ...older] = chunks(
      results.map(({ id }) => id),
      CALLS,
    );
    const say = async () =>
      commit(
        c,
        { code: "call.agent-said", subject: person ?? "", payload: { agent, person } },
        [
          ...(await saysOf(db, { agent, person, by: c.get("actor")!.id })),
          ...(await follow(c.env, newest, whose)),
        ],
        { status: 200, body: { agent, person } },
      );
    const answer = await retryOnConflict(say);
    // Each is bound anew. Where this ends early, saying it again goes on with those that are left.
    for (const ids of older)
      await record(c.env, {
        actor: c.get("actor")!.id,
        event: { code: "call.agent-followed", subject: person ?? "", payload: { agent, calls: ids.length } },
        statements: await follow(c.env, ids, whose),
      });
    return answer;
  },
);

/** Statements that put a word in the place of the one before, if there is any. They are refused (conflict) where that is another by then. */
async function saysOf(
  db: D1Database,
  word: { agent: string; person: string | null; by: string },
): Promise<Statement[]> {
  const at = new Date().toISOString();
  const before = await db
    .prepare("SELECT id FROM call_agents WHERE agent = ?")
    .bind(word.agent)
    .first<{ id: string }>();
  const over = before && [
    ...sayErased([{ row: `call_agents/${before.id}`, since: at }]),
    sql("DELETE FROM call_agents WHERE id = ?", before.id),
  ];
  const said =
    word.person === null ? [] : [insertBound(agentsBound, [{ id: crypto.randomUUID(), ...word, at }])];
  const isOther = "(SELECT id FROM call_agents WHERE agent = ?) IS NOT ?";
  return [refuseWhere(isOther, word.agent, before?.id ?? null), ...(over ?? []), ...said];
}

/** Statements that give some of an agent's stored calls to a person, with what is then on record about them. */
async function follow(env: Env, ids: readonly string[], person: string | null): Promise<Statement[]> {
  const db = env.DB;
  const { results } = await db
    .prepare(
      `SELECT id, number, started_at AS startedAt, verdict FROM calls
       WHERE ${idIn("id", "?1")} AND direction = 'outbound'`,
    )
    .bind(JSON.stringify(ids))
    .all<{ id: string; number: number; startedAt: string; verdict: Verdict }>();
  const { policy } = await currentPolicy(db);
  const calls = results.map(({ number, ...call }) => ({ ...call, number: e164Of(number), person }));
  const asked = calls.map(({ startedAt: at, ...call }) => ({ ...call, at }));
  const { maxListAgeDays } = policy.screening;
  const read = () => runBatch(db, { near: dialsNear(asked) });
  const its = dialOf((await withNear(env, asked, maxListAgeDays, read)).near);
  const found = await evidenceOf(
    env,
    calls.map((call, i) => ({ ...call, dial: its(i) })),
    maxListAgeDays,
  );
  const by = new Map(results.map(({ id }, i) => [id, found[i]!]));
  const changed = await changeCalls(db, ids, (call) => ({
    person,
    extension: null,
    ...by.get(String(call["id"])),
    // What is on record stays: what screened it may be in a lost file by now, or over.
    screened: call["screened"] ?? by.get(String(call["id"]))?.screened ?? null,
  }));
  return [wantDials(found.map(({ dial }) => dial)), ...changed];
}
