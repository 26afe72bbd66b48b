/**
 * Scheduled work on calls, once a day: dials that arrived late are matched to their calls, and managers get a mail about
 * calls that were made to blocked numbers.
 */
import { sayCallsDigest } from "../../shared/texts/call-logs/mail.en.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { chunks } from "../../shared/core/chunks.ts";
import { DAY } from "../../shared/core/time.ts";
import { CALLS, changeCalls, findingIs, isCurrent } from "./rows.ts";
import { dialFrom } from "../dials/row-number.ts";
import { NEAR } from "../dials/near.ts";
import { dialWas, LAYER, UNKNOWN } from "../dials/rows.ts";
import { whoOf } from "../dials/sightings.ts";
import type { Env } from "../env.ts";
import { mailOfficers } from "../mail/outbox.ts";

/** Dials that arrived since then are matched: more than a day, to make up for a failed run. */
const LATELY = 3 * DAY;
/** How long the mail is worth sending. */
const USEFUL = 7 * DAY;

/** Scheduled daily. A browser that was offline sends its dials later than their calls were logged. */
export async function matchLate(env: Env, now: number): Promise<void> {
  const since = dialFrom(new Date(now - LATELY).toISOString());
  // In this order: SQLite does not know that dials of three days are few.
  const late = `FROM dials d CROSS JOIN calls c ON c.number = d.number
    WHERE d.num >= ?1 AND c.dial IS NULL AND c.direction = 'outbound'
      AND (c.person IS NULL OR c.person = COALESCE((SELECT id FROM people p WHERE p.num = ${whoOf("d")}), c.person))
      AND COALESCE(d.medium, 0) = 0
      AND abs(round(unixepoch(c.started_at, 'subsec') * 1000) - d.device_at) <= ${NEAR}`;
  const { results: found } = await env.DB.prepare(
    `SELECT c.id, CAST(MAX(d.num) AS TEXT) AS dial, MAX(COALESCE(d.layer, 0) <> ${LAYER.server}) AS in_browser,
       MAX(IIF(d.worker_verdict <> ${UNKNOWN}, 'dial', NULL)) AS screened,
       MAX(${dialWas.overridden} AND d.refused = 0) AS overridden
     ${late} GROUP BY c.id`,
  )
    .bind(since)
    .all<{ id: string; dial: string; in_browser: number; screened: string | null; overridden: number }>();
  for (const some of chunks(found, CALLS)) {
    const by = new Map(some.map((one) => [one.id, one]));
    const statements = await changeCalls(env.DB, [...by.keys()], (call) => {
      const { dial, in_browser, screened, overridden } = by.get(String(call["id"]))!;
      return {
        ...{
          dial,
          extension: in_browser === 1 ? "on" : call["extension"]!,
          screened: call["screened"] ?? screened,
        },
        overridden: Math.max(Number(call["overridden"]), overridden),
      };
    });
    const event = { code: "call.matched", subject: "", payload: { calls: some.length } };
    await record(env, { actor: "system", event, statements });
  }
}

/** Scheduled daily. One mail to each manager, compliance officer and administrator, about the calls since the last one. */
export async function tellBlocked(env: Env, now: number): Promise<void> {
  const wanted = `${findingIs.blocked} AND ${isCurrent} AND c.told = 0 AND c.at <= ?1`;
  const at = new Date(now).toISOString();
  const { results } = await env.DB.prepare(
    `SELECT COALESCE(p.name, c.agent) AS agent, COUNT(*) AS calls FROM calls c LEFT JOIN people p ON p.id = c.person
     WHERE ${wanted} GROUP BY 1 ORDER BY calls DESC, agent`,
  )
    .bind(at)
    .all<{ agent: string | null; calls: number }>();
  if (results.length === 0) return;
  const mails = await mailOfficers(env.DB, {
    template: "calls-blocked",
    values: sayCallsDigest(results),
    key: `calls-blocked:${at.slice(0, 10)}`,
    until: new Date(now + USEFUL).toISOString(),
  });
  const calls = results.reduce((sum, row) => sum + row.calls, 0);
  await record(env, {
    actor: "system",
    event: { code: "call.blocked-told", subject: "", payload: { calls, mails: mails.length } },
    statements: [
      sql(`UPDATE calls SET told = 1 WHERE rowid IN (SELECT c.rowid FROM calls c WHERE ${wanted})`, at),
      ...mails,
    ],
  });
}
