/**
 * Calls that no layer saw, beside what the providers count. A log that is missing is not known, and not zero: a day is told whole
 * only where the provider's list was read for all of it.
 */
import { callDaysQuery, type CallsUnseen, callsUnseen } from "../../shared/call-logs/api.ts";
import { missedBy } from "../../shared/call-logs/missed.ts";
import { DAY } from "../../shared/core/time.ts";
import { CALL_MADE, COUNTED_ALREADY } from "../check/contacts.ts";
import { logRead } from "../core/commit.ts";
import { json, room, route } from "../core/route.ts";
import { closedLoggedByProvider } from "../dials/closed/calls.ts";
import { closedByDay } from "../dials/closed/read.ts";
import { dialAfter, dialFrom } from "../dials/row-number.ts";
import type { Env } from "../env.ts";
import { beganIn } from "./began.ts";
import { isCurrent } from "./rows.ts";
import { callLists } from "../providers/call-lists.ts";

/** The default period, and the longest. */
const DAYS = 28;
const MOST = 366;

/** The condition on a row `c` of `calls`, as its index has it. */
export const isUnseen = "c.direction = 'outbound' AND c.dial IS NULL";

type Log = CallsUnseen["days"][number]["logs"][number];

export const callsNotSeen = room();

callsNotSeen.openapi(
  route({
    method: "get",
    path: "/v1/calls/unseen",
    roles: ["manager", "compliance", "admin"],
    summary:
      "By day, how many calls each provider's log has, how many of them no layer saw, and which layer would have caught " +
      "them; by default of the last 28 days, at most of the year until `to`. Each query is on the trail",
    request: { query: callDaysQuery },
    responses: { 200: json(callsUnseen) },
  }),
  async (c) => {
    const { to = dayOf(Date.now()), from: asked } = c.req.valid("query");
    const before = (days: number) => dayOf(Date.parse(to) - (days - 1) * DAY);
    // The later of the two.
    const from = [asked ?? before(DAYS), before(MOST)].sort()[1]!;
    await logRead(c, "calls", { from, to, by: "layer" });
    return c.json(await unseenBetween(c.env, from, to), 200);
  },
);

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

interface Counted {
  day: string;
  provider: string;
  /** 1: an agent of these is a softphone in a page. */
  client: number;
  extension: "on" | "off" | null;
  unseen: number;
  calls: number;
}
interface Calls {
  day: string;
  calls: number;
}
interface Read {
  provider: string;
  began: string | null;
  since: string;
}

async function unseenBetween(env: Env, from: string, to: string): Promise<CallsUnseen> {
  const [counted, through, closed, read, closedLogs] = (await env.DB.batch([
    env.DB.prepare(
      // Counted where they lie: what only names them is read once a line.
      `SELECT day, (SELECT text ->> 0 FROM call_texts WHERE num = source) AS provider,
         (SELECT text FROM call_texts WHERE num = agent_text) LIKE 'client:%' AS client, extension, unseen, SUM(calls) AS calls FROM (
       SELECT substr(c.started_at, 1, 10) AS day, c.source, c.agent_text, c.extension, c.dial IS NULL AS unseen, COUNT(*) AS calls
       FROM call_rows c WHERE c.direction = 'outbound' AND ${beganIn("?1", "?2")} AND ${isCurrent} GROUP BY 1, 2, 3, 4, 5)
       GROUP BY 1, 2, 3, 4, 5`,
    ).bind(from, `${to}U`),
    env.DB.prepare(
      `SELECT date(d.at / 1000, 'unixepoch') AS day, COUNT(*) AS calls FROM dials d
       WHERE d.num >= ? AND d.num < ? AND COALESCE(d.medium, 0) = 0 AND ${CALL_MADE} AND NOT ${COUNTED_ALREADY} GROUP BY 1`,
    ).bind(dialFrom(from), dialAfter(to)),
    env.DB.prepare(closedByDay).bind(dialFrom(from), dialAfter(to)),
    env.DB.prepare("SELECT provider, began, since FROM call_lists"),
    // Each was made by a dial, with the extension in use.
    env.DB.prepare(
      `SELECT *, 0 AS client, 'on' AS extension, 0 AS unseen FROM (${closedLoggedByProvider})`,
    ).bind(from, to),
  ])) as [D1Result<Counted>, D1Result<Calls>, D1Result<Calls>, D1Result<Read>, D1Result<Counted>];
  const configured = Object.entries(callLists).flatMap(([provider, open]) => (open(env) ? [provider] : []));
  const lists = new Map(read.results.map((row) => [row.provider, row]));
  const seen = new Map<string, number>();
  for (const { day, calls } of [...through.results, ...closed.results])
    seen.set(day, (seen.get(day) ?? 0) + calls);
  const days: CallsUnseen["days"] = [];
  for (let ms = Date.parse(to); ms >= Date.parse(from); ms -= DAY) {
    const day = dayOf(ms);
    const rows = [...counted.results, ...closedLogs.results].filter((row) => row.day === day);
    const providers = [...new Set([...configured, ...rows.map(({ provider }) => provider)])].sort();
    const logs = providers.map((provider) => {
      const its = rows.filter((row) => row.provider === provider);
      const list = lists.get(provider);
      const whole = list?.began != null && list.began <= day && list.since >= dayOf(ms + DAY);
      return logOf(provider, its, whole ? "whole" : configured.includes(provider) ? "missing" : "part");
    });
    days.push({ day, through: seen.get(day) ?? 0, logs });
  }
  return { from, to, days };
}

function logOf(provider: string, rows: readonly Counted[], log: Log["log"]): Log {
  const sum = (some: readonly Counted[]) => some.reduce((n, { calls }) => n + calls, 0);
  const unseen = rows.filter((row) => row.unseen === 1);
  const missed = { page: 0, protocol: 0, browser: 0, server: 0 };
  for (const { client, extension, calls } of unseen)
    for (const layer of missedBy({ provider, agent: client === 1 ? "client:" : null, extension }))
      missed[layer] += calls;
  // Nothing was brought, and nobody read the list: that is no zero.
  const known = rows.length > 0 || log === "whole";
  return {
    ...{ provider, log, missedBy: missed },
    calls: known ? sum(rows) : null,
    unseen: known ? sum(unseen) : null,
  };
}
