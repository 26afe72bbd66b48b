/** Daily: erases rows whose retention is over. Each table's period is also a comment in its migration. */
import { TOKEN_KEPT } from "../core/access-bound.ts";
import type { NewRow } from "../core/bound.ts";
import { bindAsIs } from "../core/bound-before.ts";
import { record } from "../core/commit.ts";
import { idIs, sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { RESULT_KEPT } from "../dials/canary/bound.ts";
import { dialFrom } from "../dials/row-number.ts";
import { unrestricted } from "../do-not-call/brief.ts";
import { consentEnd, mayHaveEnded } from "../do-not-call/ends.ts";
import { isWord } from "../do-not-call/refusals.ts";
import { currentPolicy, policiesSince, SECOND_THOUGHTS } from "../policy/current.ts";
import { listOfUndo, versionOfUndo } from "../registers/block-ids.ts";
import { TASK_KEPT } from "../privacy-requests/bound.ts";
import { saltsOver } from "../recordings/certificates/salts.ts";
import { abandon } from "../registers/staging.ts";
import { endsBound } from "../screening/bound.ts";
import { closedOver } from "../screening/closed/over.ts";
import { partOfScreened } from "../screening/screened.ts";
import { DAY, MONTH } from "../../shared/core/time.ts";
import { bentHolds, type Due, isSaid, letGo, type Over, proofErasure, saidErasure } from "./sweep-said.ts";

/** Most rows of one table a step, and most steps a run. The next day's run continues. */
const BOUNDS = { rows: 20_000, steps: 50 };
/** Of what no index has the times of, as its rows follow each other in time: the oldest, of which some may be dated otherwise. */
const OLDEST = 2 * BOUNDS.rows;

/** Writes nothing, not even an audit row, where nothing is due. `now` in milliseconds. */
export async function sweep(env: Env, now: number, { rows, steps } = BOUNDS): Promise<void> {
  const db = env.DB;
  let due = [
    ...(await staleUploads(db, now)),
    ...(await staleScreenings(db, now)),
    ...(await oldChanges(db, now)),
    ...(await bentHolds(env, now)),
  ];
  let over = [
    { table: "letGo", some: () => letGo(env, now) },
    { table: "closed_screened", some: async () => closedOver(db, await screeningsDue(db, now)) },
    // What an erasure left as a proof goes on its day, with what it names.
    ...(["dial", "call", "consent"] as const).map((kind) => ({
      table: `${kind}s`,
      some: () => proofErasure(env, kind, rows, now),
    })),
    ...(await expired(db, now)).map((one) => ({
      table: one[0],
      some: () => (isSaid(one[0]) ? saidErasure(env, one, rows, now) : erasure(db, one, rows)),
    })),
  ];
  for (let n = 1; n <= steps; n++) {
    for (const { some } of over) due.push(...(await some()));
    if (due.length === 0) return;
    await record(env, {
      actor: "system",
      event: {
        code: "retention.swept",
        subject: "",
        payload: Object.fromEntries(due.map((d) => [d.kind, d.n])),
      },
      statements: due.flatMap((d) => d.statements),
    });
    const full = new Set(due.flatMap((d) => (d.full ? [d.of ?? d.kind] : [])));
    over = over.filter(({ table }) => full.has(table));
    due = [];
  }
}

async function erasure(db: D1Database, [table, key, where, until]: Over, most: number): Promise<Due[]> {
  const found = await db
    .prepare(`SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${table} WHERE ${where} LIMIT ${most})`)
    .bind(until)
    .first<{ n: number }>();
  if (!found?.n) return [];
  const rows = `SELECT ${key} FROM ${table} WHERE ${where} LIMIT ${most}`;
  const statements = [sql(`DELETE FROM ${table} WHERE (${key}) IN (${rows})`, until)];
  return [{ kind: table, n: found.n, full: found.n >= most, statements }];
}

/** The row number below which dials are over. `now` in milliseconds. */
export async function dialsDue(db: D1Database, now: number): Promise<number> {
  const policies = await policiesSince(db, new Date(now - SECOND_THOUGHTS).toISOString());
  const months = Math.max(...policies.map(({ retention }) => retention.dialMonths));
  return dialFrom(new Date(now - months * MONTH).toISOString());
}

/** Before which moment (ISO 8601) screenings are over. */
async function screeningsDue(db: D1Database, now: number): Promise<string> {
  const policies = await policiesSince(db, new Date(now - SECOND_THOUGHTS).toISOString());
  const months = Math.max(...policies.map(({ retention }) => retention.screeningMonths));
  return new Date(now - months * MONTH).toISOString();
}

async function expired(db: D1Database, now: number): Promise<Over[]> {
  const ago = (ms: number): string => new Date(now - ms).toISOString();
  const policies = await policiesSince(db, ago(SECOND_THOUGHTS));
  const lately = policies.map((policy) => policy.retention);
  const ends = policies.map(({ consents }) => consents.monthsAtMost ?? Infinity);
  const monthsAtMost = ends.includes(Infinity) ? null : Math.max(...ends);
  const longest = (clause: keyof (typeof lately)[number]) => Math.max(...lately.map((r) => r[clause]));
  const dialMonths = longest("dialMonths");
  const today = ago(0).slice(0, 10);
  const proofOver = "until < ?1";
  const unwanted = `COALESCE(keep_until, '') < '${today}'
    AND NOT EXISTS (SELECT 1 FROM consent_uses u WHERE u.consent = consents.id AND u.kept >= '${today}')`;
  return [
    ["idempotency", "person, key", "at < ?1", ago(2 * DAY)],
    ["asked", "person, hour", "hour < ?1", ago(2 * DAY)],
    ["asked_days", "day", "day < ?1", ago(30 * DAY).slice(0, 10)],
    ["canary_browsers", "day, token, browser", "day < ?1", ago(30 * DAY).slice(0, 10)],
    ["canary_results", "num", "day < ?1", ago(RESULT_KEPT).slice(0, 10)],
    [
      "canary_batches",
      "id",
      "at < ?1 AND NOT EXISTS (SELECT 1 FROM canary_results r WHERE r.batch = canary_batches.id)",
      ago(RESULT_KEPT),
    ],
    ["canary_probes", "day, token", "day < ?1", ago(30 * DAY).slice(0, 10)],
    ["changes_told", "person", "at < ?1", ago(2 * DAY)],
    ["form_networks", "id", "at < ?1", ago(DAY)],
    ["sso_nonces", "nonce", "at < ?1", ago(2 * DAY)],
    ["trials", "person, rows", "at < ?1", ago(2 * DAY)],
    ["invites", "id", "expires_at < ?1", ago(30 * DAY)],
    ["people_left", "person, role", "at < ?1", ago(30 * DAY)],
    ["tokens", "id", "COALESCE(revoked_at, last_used_at, created_at) < ?1", ago(TOKEN_KEPT)],
    [
      "suppressions",
      "id",
      // What is behind an objection holds the number on, should that one be a mistake, or dates it.
      `COALESCE(ended_at, until) < ?1 AND NOT (${isWord("suppressions")} AND EXISTS (SELECT 1 FROM suppressions l
         WHERE l.number = suppressions.number AND l.kind = 'objection' AND l.ended_at IS NULL AND l.origin IS NULL))`,
      ago(24 * MONTH),
    ],
    ["parties", "id", "ended_at < ?1", ago(24 * MONTH)],
    // Ended in whatever way, and law no longer wants the proof of it.
    [
      "consents",
      "id",
      `${mayHaveEnded(today, monthsAtMost, [null, "?1"])} AND ${consentEnd(today, monthsAtMost)} < ?1 AND ${unwanted} AND ${unrestricted("consent", "consents.id")}`,
      ago(dialMonths * MONTH),
    ],
    [
      "restricted",
      "kind, ref",
      `${proofOver} AND CASE kind
         WHEN 'dial' THEN NOT EXISTS (SELECT 1 FROM dials WHERE num = CAST(restricted.ref AS INTEGER))
         WHEN 'call' THEN NOT EXISTS (SELECT 1 FROM calls WHERE ${idIs("id", "restricted.ref")})
         ELSE NOT EXISTS (SELECT 1 FROM consents WHERE id = restricted.ref) END`,
      today,
    ],
    ["turned", "num", "at < ?1", ago(longest("turnedMonths") * MONTH)],
    [
      "turned_batches",
      "id",
      "at < ?1 AND NOT EXISTS (SELECT 1 FROM turned t WHERE t.batch = turned_batches.id)",
      ago(longest("turnedMonths") * MONTH),
    ],
    ["turned_marked", "id", "at < ?1", ago(longest("turnedMonths") * MONTH)],
    ["watch_digests", "last", "at < ?1", ago(longest("turnedMonths") * MONTH)],
    ["webhook_deliveries", "id", "state <> 'waiting' AND COALESCE(tried_at, at) < ?1", ago(30 * DAY)],
    [
      "webhooks",
      "id",
      "deleted_at < ?1 AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.webhook = webhooks.id)",
      ago(longest("turnedMonths") * MONTH),
    ],
    ["dials", "num", "num < ?1", await dialsDue(db, now)],
    [
      "dial_texts",
      "num",
      `month < ?1 AND NOT EXISTS (SELECT 1 FROM dials WHERE num < unixepoch(?1 || '-01') * 64000)
         AND NOT EXISTS (SELECT 1 FROM closed_files WHERE first < unixepoch(?1 || '-01') * 64000)`,
      ago(dialMonths * MONTH).slice(0, 7),
    ],
    ["calls", "id", "unixepoch(started_at) <= unixepoch(?1) AND started_at < ?1", ago(dialMonths * MONTH)],
    [
      "call_texts",
      "num",
      "last < ?1 AND NOT EXISTS (SELECT 1 FROM call_rows WHERE unixepoch(started_at) < unixepoch(?1 || '-01'))",
      ago(dialMonths * MONTH).slice(0, 7),
    ],
    ["announced_draws", "id", "at < ?1", ago(dialMonths * MONTH)],
    ["calls_erased", "ref", "at < ?1", ago(dialMonths * MONTH)],
    ["lookups", "number, list, at", "at < ?1", ago(longest("listHistoryMonths") * MONTH)],
    // Left by a source that is no longer configured.
    ["lookup_queue", "source, number", "due < ?1", ago(7 * DAY)],
    ["hosts", "host", "tried_at < ?1", ago(30 * DAY)],
    ["lookup_days", "source, day", "day < ?1", ago(60 * DAY)],
    ["request_links", "hash", "until < ?1", ago(0)],
    // With all rows that reference it. Its files are erased first, in their store (privacy-requests/files/erasure.ts).
    [
      "requests",
      "id",
      `closed_at < ?1 AND NOT EXISTS (
         SELECT 1 FROM request_files f WHERE f.request = requests.id AND f.erased_at IS NULL)`,
      ago(longest("requestMonths") * MONTH),
    ],
    // Left by a connector that is off or keeps failing: these rows are out of date.
    [
      "connector_numbers",
      "connector, object, record, field, place, number",
      "run IN (SELECT num FROM connector_runs WHERE at < ?1)",
      ago(60 * DAY),
    ],
    [
      "connector_accounts",
      "connector, object, record",
      "run IN (SELECT num FROM connector_runs WHERE at < ?1)",
      ago(60 * DAY),
    ],
    [
      "connector_records",
      "connector, object, record",
      "run IN (SELECT num FROM connector_runs WHERE at < ?1)",
      ago(60 * DAY),
    ],
    ["connector_runs", "num", "finished_at < ?1", ago(24 * MONTH)],
    ["system_tasks", "id", "done_on < ?1 AND changed_at < ?1", ago(TASK_KEPT)],
    ["recording_holds", "id", "released_at < ?1", ago(24 * MONTH)],
    ["screening_answers", "part", "at < ?1", ago(7 * DAY)],
    // In this order: lists of numbers, numbers, then parts without numbers, then screenings without parts.
    ["screened_bound", "screening, part", "at < ?1", ago(longest("screeningMonths") * MONTH)],
    [
      "screened",
      "id",
      `EXISTS (SELECT 1 FROM screening_parts WHERE at < ?1)
         AND ${partOfScreened("id")} IN (SELECT num FROM screening_parts WHERE at < ?1)`,
      ago(longest("screeningMonths") * MONTH),
    ],
    [
      "screening_parts",
      "num",
      `at < ?1 AND NOT EXISTS (SELECT 1 FROM screened d
         WHERE ${partOfScreened("d.id")} IN (SELECT num FROM screening_parts WHERE at < ?1))`,
      ago(longest("screeningMonths") * MONTH),
    ],
    [
      "screenings",
      "num",
      "at < ?1 AND NOT EXISTS (SELECT 1 FROM screening_parts p WHERE p.screening = num)",
      ago(longest("screeningMonths") * MONTH),
    ],
    // While policy turns watching off, nothing else removes them.
    ["watch_again", "day, number", "day < ?1", ago(30 * DAY).slice(0, 10)],
    ["watched", "number", "on_day < ?1", ago(longest("watchedMonths") * MONTH).slice(0, 10)],
    [
      "audit_payload",
      "seq",
      `seq IN (SELECT seq FROM (SELECT seq, at FROM audit_payload ORDER BY seq LIMIT ${OLDEST}) WHERE at < ?1)`,
      ago(longest("auditPayloadMonths") * MONTH),
    ],
    ["erasure_salts", "hour", saltsOver, ago(longest("auditPayloadMonths") * MONTH)],
    [
      "disclosures",
      "day, kind, host, what",
      "day < ?1",
      ago(longest("auditPayloadMonths") * MONTH).slice(0, 10),
    ],
    ["outbox", "id", "state <> 'waiting' AND COALESCE(sent_at, due) < ?1", ago(30 * DAY)],
    ["versions", "list, ver", "state = 'abandoned' AND at < ?1", ago(30 * DAY)],
    [
      "block_undo",
      "id",
      `EXISTS (SELECT 1 FROM versions v
         WHERE v.list = ${listOfUndo("block_undo.id")} AND v.ver = ${versionOfUndo("block_undo.id")} AND v.at < ?1)`,
      ago(longest("listHistoryMonths") * MONTH),
    ],
  ];
}

/** Uploads that have been idle for a week. */
async function staleUploads(db: D1Database, now: number): Promise<Due[]> {
  const { results } = await db
    .prepare("SELECT list, ver, upload FROM versions WHERE state = 'open' AND at < ?")
    .bind(new Date(now - 7 * DAY).toISOString())
    .all<{ list: number; ver: number; upload: number }>();
  if (results.length === 0) return [];
  const statements = results.flatMap(({ list, ...version }) => abandon(list, version));
  return [{ kind: "uploads", n: results.length, statements }];
}

/** Screenings a run that are given up, each with an event. */
const GIVEN_UP = 500;

/**
 * Cancels screenings that received no part for a week: by then their stored answers are erased as well. A connector's
 * run ends its own screenings.
 */
async function staleScreenings(db: D1Database, now: number): Promise<Due[]> {
  const where = `state = 'open' AND source <> 'connector' AND at < ?1
    AND NOT EXISTS (SELECT 1 FROM screening_parts p WHERE p.screening = screenings.num AND p.at >= ?1)`;
  const until = new Date(now - 7 * DAY).toISOString();
  const { results: rows } = await db
    .prepare(`SELECT ${endsBound.columns.join(", ")} FROM screenings WHERE ${where} LIMIT ${GIVEN_UP}`)
    .bind(until)
    .all<NewRow>();
  if (rows.length === 0) return [];
  const statements = bindAsIs(endsBound, rows, {
    state: "cancelled",
    finished_at: new Date(now).toISOString(),
  });
  return [{ kind: "screeningsGivenUp", n: rows.length, statements }];
}

/** Changes older than two days that the watching has processed: a page that asks less often drops its cache (check/changes-feed.ts). */
async function oldChanges(db: D1Database, now: number): Promise<Due[]> {
  const { policy } = await currentPolicy(db);
  const floor = await db
    // A change whose audit row was archived is older than that: none leaves within three days.
    .prepare(
      `SELECT MAX(c.seq) AS seq FROM changes c LEFT JOIN audit a USING (seq) WHERE (a.at < ?1 OR a.seq IS NULL)
         AND (c.seq <= (SELECT seq FROM watching) OR ?2 = 0 OR NOT EXISTS (SELECT 1 FROM watched))`,
    )
    .bind(new Date(now - 2 * DAY).toISOString(), Number(policy.screening.watch))
    .first<{ seq: number | null }>();
  if (!floor?.seq) return [];
  const statements = [
    sql("DELETE FROM changes WHERE seq <= ?", floor.seq),
    sql("INSERT OR REPLACE INTO marks (name, value) VALUES ('changes-floor', ?)", String(floor.seq)),
  ];
  return [{ kind: "changes", n: floor.seq, statements }];
}
