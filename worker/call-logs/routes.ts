/**
 * Calls that no page saw: found by number, agent and finding, and counted by agent and day. They come from import.ts,
 * fetch.ts and recorded.ts.
 */
import {
  callDays,
  type CallDays,
  callDaysQuery,
  callsAnswer,
  callsQuery,
} from "../../shared/call-logs/api.ts";
import { DAY } from "../../shared/core/time.ts";
import { logRead } from "../core/commit.ts";
import { closedLoggedByPerson } from "../dials/closed/calls.ts";
import { beganIn } from "./began.ts";
import { pageOfCalls } from "./find.ts";
import { findingIs, isCurrent, toCall } from "./rows.ts";
import { currentPolicy } from "../policy/current.ts";
import { json, room, route } from "../core/route.ts";

/** The default period. */
const DAYS = 28;
const office = ["manager", "compliance", "admin"] as const;

export const calls = room();

calls.openapi(
  route({
    method: "get",
    path: "/v1/calls",
    roles: office,
    summary: "Logged calls, newest first, by number, agent, days and finding. Each query is on the trail",
    request: { query: callsQuery },
    responses: { 200: json(callsAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const { policy } = await currentPolicy(c.env.DB);
    const { rows, next } = await pageOfCalls(c.env, query, policy);
    await logRead(c, "calls", query);
    return c.json({ calls: rows.map(toCall), next }, 200);
  },
);

calls.openapi(
  route({
    method: "get",
    path: "/v1/calls/days",
    roles: office,
    summary:
      "Outbound calls by agent and day (UTC), by default of the last 28 days. Each query is on the trail",
    request: { query: callDaysQuery },
    responses: { 200: json(callDays) },
  }),
  async (c) => {
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    const { to = day(Date.now()), from = day(Date.parse(to) - (DAYS - 1) * DAY) } = c.req.valid("query");
    await logRead(c, "calls", { from, to, by: "day" });
    const { results } = await c.env.DB.prepare(
      // Counted where they lie: what only names them is read once a line.
      `SELECT day, p.id AS person, p.name AS personName, (SELECT text FROM call_texts WHERE num = agent_text) AS agent,
         SUM(calls) AS calls, SUM(blocked) AS blocked, SUM(unscreened) AS unscreened, SUM(off) AS off, SUM(untold) AS untold FROM (
       SELECT substr(c.started_at, 1, 10) AS day, c.person_num, IIF(c.person_num IS NULL, c.agent_text, NULL) AS agent_text,
         COUNT(*) AS calls, COUNT(*) FILTER (WHERE ${findingIs.blocked}) AS blocked,
         COUNT(*) FILTER (WHERE ${findingIs.unscreened}) AS unscreened,
         COUNT(*) FILTER (WHERE ${findingIs.off}) AS off, COUNT(*) FILTER (WHERE c.extension IS NULL) AS untold
       FROM call_rows c
       WHERE c.direction = 'outbound' AND ${beganIn("?1", "?2")} AND ${isCurrent}
       GROUP BY 1, 2, 3
       UNION ALL SELECT day, person_num, NULL, calls, 0, 0, 0, 0 FROM (${closedLoggedByPerson}))
       LEFT JOIN people p ON p.num = person_num GROUP BY day, person_num, agent_text
       ORDER BY day DESC, blocked DESC, calls DESC LIMIT 5000`,
    )
      .bind(from, `${to}U`)
      .all<CallDays["days"][number]>();
    return c.json({ from, to, days: results }, 200);
  },
);
