/**
 * What else is on record about a call: the dial on a page that it was made by, whether its number was screened before, who
 * the log's agent is, and whether that person's extension was in use.
 */
import type { Verdict } from "../../shared/check/api.ts";
import { blockOf, has, numberOf, offsetOf } from "../../shared/registers/blocks.ts";
import { dialFrom, UNKNOWN } from "../dials/rows.ts";
import { verdictCodes } from "../screening/record.ts";
import { DAY, MINUTE } from "../../shared/time.ts";

/** A dial on a page and its call: the provider's clock and the device's may differ. */
const NEAR = 15 * MINUTE;
/** While a CRM's page is in view the extension asks every 45 s, and a token's last use is written once a minute. */
const SIGN = 30 * MINUTE;

export interface Of {
  /** E.164. */
  number: string;
  person: string | null;
  startedAt: string;
  /** What was known at its moment. */
  verdict: Verdict | null;
}
export interface Evidence {
  dial: string | null;
  screened: "dial" | "lookup" | "screening" | null;
  extension: "on" | "off" | null;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** `days` is for how long policy lets a screening count. */
export async function evidenceOf(db: D1Database, calls: readonly Of[], days: number): Promise<Evidence[]> {
  if (calls.length === 0) return [];
  const asked = calls.map(({ number, person, startedAt, verdict }) => {
    const at = Date.parse(startedAt);
    return {
      number: numberOf(number),
      person,
      verdict,
      ...{ at: startedAt, since: iso(at - days * DAY), before: iso(at - SIGN), after: iso(at + SIGN) },
      // Dials bear their times in milliseconds, and their rows are in the order of time.
      ...{ ms: at, sinceMs: at - days * DAY, nearMs: at - NEAR, untilMs: at + NEAR },
      ...{ first: dialFrom(iso(at - SIGN)), last: dialFrom(iso(at + SIGN)) },
    };
  });
  const { results } = await db
    .prepare(
      `WITH call AS (SELECT key AS i, value ->> 'number' AS number, value ->> 'person' AS person, value ->> 'at' AS at,
           value ->> 'verdict' AS verdict,
           value ->> 'since' AS since, value ->> 'before' AS before, value ->> 'after' AS after, value ->> 'ms' AS ms,
           value ->> 'sinceMs' AS since_ms, value ->> 'nearMs' AS near_ms, value ->> 'untilMs' AS until_ms,
           value ->> 'first' AS first, value ->> 'last' AS last,
           (SELECT num FROM people WHERE id = value ->> 'person') AS person_num FROM json_each(?))
       SELECT
         (SELECT CAST(d.num AS TEXT) FROM dials d
          WHERE d.number = c.number AND d.device_at BETWEEN c.near_ms AND c.until_ms
            AND (c.person IS NULL OR d.by = c.person_num)
          ORDER BY abs(d.device_at - c.ms) LIMIT 1) AS dial,
         CASE
           -- What was not known then was not screened.
           WHEN EXISTS (SELECT 1 FROM dials d
             WHERE d.number = c.number AND d.device_at BETWEEN c.since_ms AND c.until_ms
               AND d.worker_verdict <> ${UNKNOWN}) THEN 'dial'
           -- Nor was what one register's source said, where another that was due had said nothing.
           WHEN c.verdict <> 'unknown' AND EXISTS (SELECT 1 FROM lookups l
             WHERE l.number = c.number AND l.at BETWEEN c.since AND c.at) THEN 'lookup'
         END AS screened,
         CASE
           WHEN c.person IS NULL THEN NULL
           WHEN EXISTS (SELECT 1 FROM dials d WHERE d.by = c.person_num AND d.num BETWEEN c.first AND c.last)
             OR EXISTS (SELECT 1 FROM tokens t
               WHERE t.person = c.person AND t.last_used_at BETWEEN c.before AND c.after) THEN 'on'
           -- A browser that was used later may have been used then as well: only its last use is known.
           WHEN EXISTS (SELECT 1 FROM tokens t
             WHERE t.person = c.person AND t.last_used_at > c.after AND t.created_at <= c.after) THEN NULL
           ELSE 'off'
         END AS extension
       FROM call c ORDER BY c.i`,
    )
    .bind(JSON.stringify(asked))
    .all<Evidence>();
  const byScreening = await inScreenings(
    db,
    asked.filter((_, i) => results[i]!.screened === null),
  );
  return results.map(({ dial, screened, extension }, i) => ({
    dial,
    screened: screened ?? (byScreening.has(asked[i]!) ? "screening" : null),
    extension: dial === null ? extension : "on",
  }));
}

interface Asked {
  number: number;
  since: string;
  at: string;
}

/** Those of which a screening (worker/screening/record.ts) knew something within their time. */
async function inScreenings<T extends Asked>(db: D1Database, asked: readonly T[]): Promise<Set<T>> {
  const found = new Set<T>();
  if (asked.length === 0) return found;
  const { results } = await db
    .prepare(
      `SELECT c.key AS i, d.data FROM json_each(?1) c
       JOIN screened d ON d.id BETWEEN (c.value ->> 'block') << 24 AND ((c.value ->> 'block') << 24) + 16777215
       JOIN screening_parts p ON p.num = (d.id >> 2) & 4194303
       WHERE d.id & 3 <> ?2 AND p.at BETWEEN c.value ->> 'since' AND c.value ->> 'at'`,
    )
    .bind(
      JSON.stringify(asked.map(({ number, since, at }) => ({ block: blockOf(number), since, at }))),
      verdictCodes.indexOf("unknown"),
    )
    .all<{ i: number; data: string }>();
  for (const { i, data } of results) if (has(data, offsetOf(asked[i]!.number))) found.add(asked[i]!);
  return found;
}

/** Softphones name their user behind a scheme: `client:ann`, `sip:ann@example.com;transport=tls`. */
const bare = (agent: string): string => agent.replace(/^(client|sips?):/, "").replace(/;.*$/, "");

/** Who the agents of a log are: by what the desk says of them, by address, or by a name that one person alone has. */
export async function personsOf(
  db: D1Database,
  agents: readonly string[],
  how: "as said" | "by themselves" = "as said",
): Promise<(agent: string | null) => string | null> {
  const names = [...new Set(agents.map((agent) => agent.toLowerCase()))];
  if (names.length === 0) return () => null;
  const [said, people] = (await db.batch([
    db
      .prepare("SELECT agent, person FROM call_agents WHERE agent IN (SELECT value FROM json_each(?))")
      .bind(JSON.stringify(names)),
    db.prepare("SELECT id, lower(email) AS email, lower(name) AS name FROM people WHERE kind = 'person'"),
  ])) as [D1Result<{ agent: string; person: string }>, D1Result<{ id: string; email: string; name: string }>];
  const bySaid = new Map((how === "as said" ? said.results : []).map(({ agent, person }) => [agent, person]));
  const found = (agent: string): string | null => {
    const byEmail = people.results.find(({ email }) => email === agent);
    if (byEmail) return byEmail.id;
    const named = people.results.filter(({ name }) => name === agent);
    return named.length === 1 ? named[0]!.id : null;
  };
  return (agent) => {
    if (agent === null) return null;
    const name = agent.toLowerCase();
    return bySaid.get(name) ?? found(name) ?? found(bare(name));
  };
}
