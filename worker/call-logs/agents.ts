/** The desk says who the agents of a log are (persons.ts finds them); also how far the providers' lists were fetched. */
import type { Verdict } from "../../shared/check/api.ts";
import { callAgent, callsState, type CallsState } from "../../shared/call-logs/api.ts";
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { DAY } from "../../shared/core/time.ts";
import { commit } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import { evidenceOf } from "./evidence.ts";
import { personsOf } from "./persons.ts";
import { isCurrent } from "./rows.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { callLists } from "../providers/call-lists.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";

/** The newest calls whose evidence is looked for again once their caller is known. */
const MOST = 500;
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
        `SELECT agent, COUNT(*) AS calls FROM calls c
         WHERE person IS NULL AND agent IS NOT NULL AND started_at >= ? AND ${isCurrent} GROUP BY lower(agent) ORDER BY calls DESC LIMIT 100`,
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
    return commit(
      c,
      { code: "call.agent-said", subject: person ?? "", payload: { agent, person } },
      [
        sql("DELETE FROM call_agents WHERE agent = ?", agent),
        ...(person === null
          ? []
          : [
              sql(
                "INSERT INTO call_agents (agent, person, by, at) VALUES (?, ?, ?, ?)",
                ...[agent, person, c.get("actor")!.id, new Date().toISOString()],
              ),
            ]),
        ...(await follow(db, agent, whose)),
      ],
      { status: 200, body: { agent, person } },
    );
  },
);

/** Statements that give an agent's stored calls to a person, and the newest of them their evidence. */
async function follow(db: D1Database, agent: string, person: string | null): Promise<Statement[]> {
  const { results } = await db
    .prepare(
      `SELECT id, number, started_at AS startedAt, verdict FROM calls
       WHERE lower(agent) = ? AND direction = 'outbound' ORDER BY started_at DESC LIMIT ?`,
    )
    .bind(agent, MOST)
    .all<{ id: string; number: number; startedAt: string; verdict: Verdict }>();
  const { policy } = await currentPolicy(db);
  const found = await evidenceOf(
    db,
    results.map(({ number, ...call }) => ({ ...call, number: e164Of(number), person })),
    policy.screening.maxListAgeDays,
  );
  return [
    sql("UPDATE calls SET person = ?, extension = NULL WHERE lower(agent) = ?", person, agent),
    sql(
      `WITH v AS MATERIALIZED (SELECT value ->> 'id' AS id, value ->> 'dial' AS dial, value ->> 'screened' AS screened,
           value ->> 'extension' AS extension FROM json_each(?))
       UPDATE calls SET dial = v.dial, screened = v.screened, extension = v.extension FROM v WHERE calls.id = v.id`,
      JSON.stringify(results.map(({ id }, i) => ({ id, ...found[i] }))),
    ),
  ];
}
