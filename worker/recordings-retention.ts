/**
 * When policy changes how long recordings are kept. Sooner: a daily job brings the days forward, a week after the save, as
 * with all that is kept for a time (housekeeping.ts). Later: never by itself. Somebody asks for it, sees how many it is
 * about, and it is on the trail.
 */
import { retentionAnswer, retentionRequest } from "../shared/api-recordings.ts";
import type { Policy } from "../shared/policy.ts";
import { dayOf, zoneOfPolicy } from "../shared/retention.ts";
import { commit, record, sql, type Statement } from "./audit.ts";
import type { Env } from "./env.ts";
import { currentPolicy, policiesSince } from "./policy.ts";
import { allowedRegions, outsideOf } from "./recordings-row.ts";
import { body, json, room, route } from "./route.ts";

/** As `SECOND_THOUGHTS` of housekeeping.ts. */
const WEEK = 7 * 86_400_000;

/**
 * `monthsLater` of shared/retention.ts as SQL, so that one statement does for all rows: the day of the month, or the
 * month's last. A test compares the two, day by day.
 */
const daysBy = (months: string): string => `MIN(
  date(started_on, 'start of month', '+' || ${months} || ' months', '+' || (CAST(substr(started_on, 9) AS INTEGER) - 1) || ' days'),
  date(started_on, 'start of month', '+' || (${months} + 1) || ' months', '-1 day'))`;

/** Those that policy's months are about; what is being erased, or goes for another reason, stays as it is. */
const BY_POLICY = "state = 'kept' AND rule = 'retention'";

/** How many rows would get an earlier and a later day. */
async function moved(db: D1Database, months: number): Promise<{ sooner: number; later: number }> {
  const row = await db
    .prepare(
      `SELECT COUNT(*) FILTER (WHERE day < erase_after) AS sooner, COUNT(*) FILTER (WHERE day > erase_after) AS later
       FROM (SELECT erase_after, ${daysBy("?1")} AS day FROM recordings WHERE ${BY_POLICY})`,
    )
    .bind(months)
    .first<{ sooner: number; later: number }>();
  return row!;
}

const move = (months: number, which: "<" | "<>"): Statement =>
  sql(
    `UPDATE recordings SET erase_after = ${daysBy("?1")}, months = ?1
     WHERE ${BY_POLICY} AND ${daysBy("?1")} ${which} erase_after`,
    months,
  );

/**
 * Run daily. Of the policies that were in force within the last week the mildest counts: the longest time, and what lies
 * outside the regions goes only where each of them wanted it so.
 */
export async function bringForward(env: Env, now: number): Promise<void> {
  const lately = await policiesSince(env.DB, new Date(now - WEEK).toISOString());
  const months = Math.max(...lately.map(({ recording }) => recording.retentionMonths));
  const { sooner } = await moved(env.DB, months);
  if (sooner > 0)
    await record(env, {
      actor: "system",
      event: { code: "recording.days-moved", subject: "", payload: { months, sooner, later: 0 } },
      statements: [move(months, "<")],
    });
  if (lately.every(({ recording }) => recording.outsideRegions === "erase"))
    await outsideToday(env, lately, now);
}

async function outsideToday(env: Env, lately: readonly Policy[], now: number): Promise<void> {
  const regions = JSON.stringify(lately.flatMap((policy) => JSON.parse(allowedRegions(policy)) as string[]));
  const which = `${BY_POLICY} AND ${outsideOf("?1")}`;
  const found = await env.DB.prepare(`SELECT COUNT(*) AS n FROM recordings r WHERE ${which}`)
    .bind(regions)
    .first<{ n: number }>();
  if (!found?.n) return;
  await record(env, {
    actor: "system",
    event: { code: "recording.outside-forward", subject: "", payload: { recordings: found.n } },
    statements: [
      sql(
        `UPDATE recordings AS r SET erase_after = MIN(erase_after, ?2), rule = 'outside-regions' WHERE ${which}`,
        ...[regions, dayOf(now, zoneOfPolicy(lately.at(-1)!))],
      ),
    ],
  });
}

export const recordingRetention = room();

recordingRetention.openapi(
  route({
    method: "post",
    path: "/v1/recordings/retention",
    roles: ["admin"],
    summary:
      "Gives existing recordings their days anew, by the months that policy says now: sooner at once, later only with " +
      "`lengthen`. Says how many it is about, and changes nothing unless dryRun is false",
    request: { body: body(retentionRequest) },
    responses: { 200: json(retentionAnswer) },
  }),
  async (c) => {
    const { dryRun, lengthen, why } = c.req.valid("json");
    const { policy } = await currentPolicy(c.env.DB);
    const months = policy.recording.retentionMonths;
    const counts = await moved(c.env.DB, months);
    const changes = counts.sooner + (lengthen ? counts.later : 0);
    if (dryRun || changes === 0) return c.json({ months, ...counts, changed: 0 }, 200);
    return commit(
      c,
      { code: "recording.days-moved", subject: "", payload: { months, ...counts, lengthen, why } },
      [move(months, lengthen ? "<>" : "<")],
      { status: 200, body: { months, ...counts, changed: changes } },
    );
  },
);
