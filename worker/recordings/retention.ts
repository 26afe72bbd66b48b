/**
 * What happens to existing recordings when policy changes how long recordings are kept. A shorter retention: a daily job
 * brings their days forward, a week after the save, as for everything kept for a time (housekeeping.ts). A longer one: only
 * if an administrator says so. The desk shows how many it concerns; the answer, yes or no, is on the trail with its reason.
 */
import type * as z from "zod";
import {
  retentionAnswer,
  type retentionFigures,
  retentionQuestion,
  retentionRequest,
  retentionStay,
} from "../../shared/recordings/api.ts";
import { defaultPolicy, type Policy } from "../../shared/policy/policy.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { floor } from "../../shared/law/law.ts";
import { commit, record } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy, policiesSince, SECOND_THOUGHTS } from "../policy/current.ts";
import { type ClaimsTimes, claimsTimes, monthsInSql, whileClaims } from "./claims.ts";
import { BY_POLICY, recordingDays } from "./erasing/counted.ts";
import { sourcesOf } from "./erasing/by-index.ts";
import { allowedRegions, outsideOf } from "./rows.ts";
import { body, json, room, route } from "../core/route.ts";

/**
 * `monthsLater` (shared/core/calendar.ts) in SQL, so that one statement does for all rows: the same day of the month,
 * or the month's last. A test compares the two day by day.
 */
const daysBy = (months: string): string => `MIN(
  date(started_on, 'start of month', '+' || ${months} || ' months', '+' || (CAST(substr(started_on, 9) AS INTEGER) - 1) || ' days'),
  date(started_on, 'start of month', '+' || (${months} + 1) || ' months', '-1 day'))`;

/** The months of a row. `?1`: policy's, `?2`: ClaimsTimes in JSON. */
const MONTHS = monthsInSql("?1", "?2");

const later = (what: string): string => `${what} FILTER (WHERE day > erase_after)`;

/** The same of a count. */
const COUNTED = `MAX(?1, IIF(claims, ${floor.claimsRecordingMonths}, 0))`;
/** SQL: counts of closed recordings that follow policy's months. */
const CLOSED = "closed_kept_days WHERE rule IS NULL";

const BY_ROWS = `SELECT erase_after, 1 AS n, ${daysBy(MONTHS)} AS day FROM recordings WHERE ${BY_POLICY}
  UNION ALL SELECT day, n, ${daysBy(COUNTED)} FROM ${CLOSED}`;
const BY_COUNTS = `SELECT erase_after, n, ${daysBy(COUNTED)} AS day FROM ${recordingDays} WHERE started_on <> ''`;

/**
 * How many recordings these months would give an earlier or a later day; for the later ones, their range of days now and then. By the
 * rows where `times` are given, as what is written goes by; else by the counts, which somebody could have altered.
 */
async function moved(
  db: D1Database,
  months: number,
  times?: ClaimsTimes,
): Promise<z.infer<typeof retentionFigures>> {
  const row = await db
    .prepare(
      `SELECT COALESCE(SUM(n) FILTER (WHERE day < erase_after), 0) AS sooner, COALESCE(${later("SUM(n)")}, 0) AS later,
         ${later("MIN(erase_after)")} AS nowFirst, ${later("MAX(erase_after)")} AS nowLast,
         ${later("MIN(day)")} AS thenFirst, ${later("MAX(day)")} AS thenLast
       FROM (${times ? BY_ROWS : BY_COUNTS})`,
    )
    .bind(months, ...(times ? [JSON.stringify(times)] : []))
    .first<
      Record<"sooner" | "later", number> & Record<"nowFirst" | "nowLast" | "thenFirst" | "thenLast", string>
    >();
  const { nowFirst, nowLast, thenFirst, thenLast, ...counts } = row!;
  const some = counts.later > 0;
  return {
    months,
    ...counts,
    now: some ? { first: nowFirst, last: nowLast } : null,
    then: some ? { first: thenFirst, last: thenLast } : null,
  };
}

/** True where policy had other months before, and no administrator has answered since they changed. */
async function unanswered(db: D1Database, months: number): Promise<boolean> {
  const row = await db
    .prepare(
      `SELECT MAX(version) >= COALESCE((SELECT CAST(value AS INTEGER) FROM marks WHERE name = 'retention-answered'), 0) AS open
       FROM (SELECT version, COALESCE(doc ->> '$.recording.retentionMonths', ?2) AS months FROM policies
             UNION ALL SELECT 0, ?2) WHERE months <> ?1`,
    )
    .bind(months, defaultPolicy.recording.retentionMonths)
    .first<{ open: number | null }>();
  return row?.open === 1;
}

const answered = (version: number): Statement =>
  sql("INSERT OR REPLACE INTO marks (name, value) VALUES ('retention-answered', ?)", String(version));

/** How many recordings a longer retention would keep longer; 0 once an administrator has answered. */
export async function lengthened(db: D1Database, { recording }: Policy): Promise<number> {
  const months = recording.retentionMonths;
  return (await unanswered(db, months)) ? (await moved(db, months)).later : 0;
}

/** Up to the last answer by which an administrator had recordings kept longer, each has at least these months. */
const LENGTHENED = "(SELECT CAST(value AS INTEGER) FROM marks WHERE name = 'retention-lengthened')";
const lengthenedTo = (months: number): Statement =>
  sql("INSERT OR REPLACE INTO marks (name, value) VALUES ('retention-lengthened', ?)", String(months));

/** What was missing of a file's counts of days, and is counted again, has no earlier day than that answer gave. */
export function lengthenedAgain(first: number): Statement {
  const months = COUNTED.replace("?1", LENGTHENED);
  return sql(
    `UPDATE closed_kept_days SET day = ${daysBy(months)}, months = ${months}
     WHERE first = ? AND day = was AND months IS NULL AND rule IS NULL AND ${daysBy(months)} > day`,
    first,
  );
}

const move = (months: number, which: "<" | "<>", times: ClaimsTimes): Statement[] => [
  sql(
    `UPDATE recordings SET erase_after = ${daysBy(MONTHS)}, months = ${MONTHS}
     WHERE ${BY_POLICY} AND ${daysBy(MONTHS)} ${which} erase_after`,
    months,
    JSON.stringify(times),
  ),
  // Closed ones come back with the days that are counted of them, in time for these (closed/due.ts).
  sql(
    `UPDATE closed_kept_days SET day = ${daysBy(COUNTED)}, months = ${COUNTED}
     WHERE rule IS NULL AND ${daysBy(COUNTED)} ${which} day`,
    months,
  ),
  sql(
    `UPDATE marks SET value = ?1 WHERE name = 'retention-lengthened' AND CAST(value AS INTEGER) > ?1`,
    months,
  ),
];

/**
 * Scheduled daily. Of all policies of the last week the most lenient counts: the longest retention, and recordings outside
 * the regions are erased only if each of those policies says so. `now` is in milliseconds.
 */
export async function bringForward(env: Env, now: number): Promise<void> {
  const lately = await policiesSince(env.DB, new Date(now - SECOND_THOUGHTS).toISOString());
  const months = Math.max(...lately.map(({ recording }) => recording.retentionMonths));
  await tellLengthened(env);
  const times = await claimsTimes(env.DB);
  const { sooner } = await moved(env.DB, months, times);
  if (sooner > 0)
    await record(env, {
      actor: "system",
      event: { code: "recording.days-moved", subject: "", payload: { months, sooner, later: 0 } },
      statements: move(months, "<", times),
    });
  if (lately.every(({ recording }) => recording.outsideRegions === "erase"))
    await outsideToday(env, lately, times, now);
}

/** Says on the trail, once, how many recordings of claims-management calls migration 0025 gave a later day. */
async function tellLengthened(env: Env): Promise<void> {
  const mark = await env.DB.prepare("SELECT value FROM marks WHERE name = 'claims-lengthened'").first<{
    value: string;
  }>();
  if (!mark) return;
  await record(env, {
    actor: "system",
    event: {
      code: "recording.days-moved",
      subject: "",
      payload: { months: floor.claimsRecordingMonths, sooner: 0, later: Number(mark.value) },
    },
    statements: [sql("DELETE FROM marks WHERE name = 'claims-lengthened'")],
  });
}

/** Makes recordings due today that are outside the regions of every policy of the last week. */
async function outsideToday(
  env: Env,
  lately: readonly Policy[],
  times: ClaimsTimes,
  now: number,
): Promise<void> {
  const regions = JSON.stringify(lately.flatMap((policy) => JSON.parse(allowedRegions(policy)) as string[]));
  const claims = JSON.stringify(times);
  const which = `${BY_POLICY} AND r.source IN (${sourcesOf(outsideOf("?1"))}) AND NOT ${whileClaims("?2")}`;
  const closed = `rule IS NULL AND ${outsideOf("?1").replace("r.", "")} AND claims = 0`;
  const found = await env.DB.prepare(
    `SELECT (SELECT COUNT(*) FROM recordings r WHERE ${which}) + (SELECT TOTAL(n) FROM closed_kept_days WHERE ${closed}) AS n`,
  )
    .bind(regions, claims)
    .first<{ n: number }>();
  if (!found?.n) return;
  const today = dayOf(now, zoneOfPolicy(lately.at(-1)!));
  await record(env, {
    actor: "system",
    event: { code: "recording.outside-forward", subject: "", payload: { recordings: found.n } },
    statements: [
      sql(
        `UPDATE recordings SET erase_after = MIN(erase_after, ?3), rule = 'outside-regions'
         WHERE rowid IN (SELECT r.num FROM recording_rows r WHERE ${which})`,
        ...[regions, claims, today],
      ),
      sql(
        `UPDATE closed_kept_days SET day = MIN(day, ?2), rule = 'outside-regions' WHERE ${closed}`,
        ...[regions, today],
      ),
    ],
  });
}

/** The current policy's months and version. Throws where `seen`, the months that the figures were shown for, differ. */
async function wantMonths(
  db: D1Database,
  seen: number | undefined,
): Promise<{ months: number; version: number }> {
  const { policy, version } = await currentPolicy(db);
  const months = policy.recording.retentionMonths;
  if (seen !== undefined && seen !== months) throw new Problem("policy-moved");
  return { months, version };
}

export const recordingRetention = room();

recordingRetention.openapi(
  route({
    method: "get",
    path: "/v1/recordings/retention",
    roles: ["manager", "compliance", "admin"],
    summary:
      "How policy's current retention would move the days of existing recordings, and whether an administrator still has " +
      "to say if a longer one applies to them",
    responses: { 200: json(retentionQuestion) },
  }),
  async (c) => {
    const { months } = await wantMonths(c.env.DB, undefined);
    const [figures, open] = await Promise.all([moved(c.env.DB, months), unanswered(c.env.DB, months)]);
    return c.json({ ...figures, asks: open && figures.later > 0 }, 200);
  },
);

recordingRetention.openapi(
  route({
    method: "post",
    path: "/v1/recordings/retention",
    roles: ["admin"],
    summary:
      "Applies policy's current retention to existing recordings: earlier days at once, later ones only with `lengthen`. " +
      "Answers how many; changes nothing unless dryRun is false",
    request: { body: body(retentionRequest) },
    responses: { 200: json(retentionAnswer) },
  }),
  async (c) => {
    const { dryRun, lengthen, months: seen, why } = c.req.valid("json");
    const { months, version } = await wantMonths(c.env.DB, seen);
    const times = await claimsTimes(c.env.DB);
    const figures = await moved(c.env.DB, months, times);
    const { sooner, later: longer } = figures;
    const changes = sooner + (lengthen ? longer : 0);
    if (dryRun || changes === 0) return c.json({ ...figures, changed: 0 }, 200);
    return commit(
      c,
      {
        code: "recording.days-moved",
        subject: "",
        payload: { months, sooner, later: longer, lengthen, why },
      },
      [
        ...move(months, lengthen ? "<>" : "<", times),
        ...(lengthen ? [answered(version), lengthenedTo(months)] : []),
      ],
      { status: 200, body: { ...figures, changed: changes } },
    );
  },
);

recordingRetention.openapi(
  route({
    method: "post",
    path: "/v1/recordings/retention/stay",
    roles: ["admin"],
    summary:
      "Existing recordings keep their days although retention is longer now. Asked again only when retention changes",
    request: { body: body(retentionStay) },
    responses: { 200: json(retentionQuestion) },
  }),
  async (c) => {
    const { months: seen, why } = c.req.valid("json");
    const { months, version } = await wantMonths(c.env.DB, seen);
    const figures = await moved(c.env.DB, months, await claimsTimes(c.env.DB));
    return commit(
      c,
      { code: "recording.days-stay", subject: "", payload: { months, later: figures.later, why } },
      [answered(version)],
      { status: 200, body: { ...figures, asks: false } },
    );
  },
);
