/**
 * Calls that no page saw: found by number, agent and finding, and counted by agent and day. They come from import.ts,
 * fetch.ts and recorded.ts.
 */
import type * as z from "zod";
import {
  callDays,
  type CallDays,
  callDaysQuery,
  callsAnswer,
  callsQuery,
} from "../../shared/call-logs/api.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { DAY } from "../../shared/core/time.ts";
import { logRead } from "../core/commit.ts";
import { began, beganBefore, beganFrom, beganIn, lowOf, numOf } from "./began.ts";
import { findingIs, isCurrent, type Row, selectCalls, toCall } from "./rows.ts";
import { isUnseen } from "./unseen.ts";
import { numberFilter } from "../core/numbers.ts";
import { unrestricted } from "../do-not-call/brief.ts";
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
    const wanted = conditions(query, policy);
    await logRead(c, "calls", query);
    const { results } = await c.env.DB.prepare(
      `${selectCalls} WHERE ${wanted.map(([condition]) => `(${condition})`).join(" AND ")}
       ORDER BY ${began} DESC, c.started_at DESC, c.id DESC LIMIT ?`,
    )
      .bind(...wanted.flatMap(([, ...params]) => params), query.limit)
      .all<Row>();
    const last = results[query.limit - 1];
    return c.json({ calls: results.map(toCall), next: last ? `${last.startedAt}|${last.id}` : null }, 200);
  },
);

type Condition = [condition: string, ...params: (string | number)[]];

/** Only the filters that were asked for, so that SQLite finds an index for them. */
function conditions(query: z.infer<typeof callsQuery>, policy: Policy): Condition[] {
  const { finding, number, person, agent, direction, unseen, from, to, after } = query;
  const found: Condition[] = [[unrestricted("call", "c.id")], [isCurrent]];
  if (finding !== undefined) found.push([findingIs[finding]]);
  if (number !== undefined)
    found.push(numberFilter(number, policy.numbers.defaultRegion, "c.number", ["calls"]));
  // Fewer have a number or a finding than are anybody's, and a person has several names in logs: then theirs is the index.
  const narrow = number !== undefined || finding !== undefined;
  if (person !== undefined)
    found.push([`${narrow || agent !== undefined ? "+" : ""}c.person_num = ${numOf("?")}`, person]);
  if (agent !== undefined)
    found.push([`${narrow ? "+" : ""}c.agent_low = ${lowOf("?")}`, agent.toLowerCase()]);
  // Spelt out, as the index of inbound calls has it.
  if (direction !== undefined) found.push([`c.direction = '${direction}'`]);
  if (unseen !== undefined) found.push([narrow ? `(${isUnseen}) = 1` : isUnseen]);
  if (from !== undefined) found.push([beganFrom("?"), from, from]);
  // The last day is inclusive: `2026-11-30T…` sorts below `2026-11-30U`.
  if (to !== undefined) found.push([beganBefore("?"), `${to}U`, `${to}U`]);
  const [at, id] = after?.split("|") ?? [];
  if (at && id) found.push([`${began} <= unixepoch(?) AND (c.started_at, c.id) < (?, ?)`, at, at, id]);
  return found;
}

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
         calls, blocked, unscreened, off, untold FROM (
       SELECT substr(c.started_at, 1, 10) AS day, c.person_num, IIF(c.person_num IS NULL, c.agent_text, NULL) AS agent_text,
         COUNT(*) AS calls, COUNT(*) FILTER (WHERE ${findingIs.blocked}) AS blocked,
         COUNT(*) FILTER (WHERE ${findingIs.unscreened}) AS unscreened,
         COUNT(*) FILTER (WHERE ${findingIs.off}) AS off, COUNT(*) FILTER (WHERE c.extension IS NULL) AS untold
       FROM call_rows c
       WHERE c.direction = 'outbound' AND ${beganIn("?1", "?2")} AND ${isCurrent}
       GROUP BY 1, 2, 3) LEFT JOIN people p ON p.num = person_num
       ORDER BY day DESC, blocked DESC, calls DESC LIMIT 5000`,
    )
      .bind(from, `${to}U`)
      .all<CallDays["days"][number]>();
    return c.json({ from, to, days: results }, 200);
  },
);
