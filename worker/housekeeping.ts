/** What is kept for a time only, erased when that time is over: the periods stand beside each table's migration. */
import { record, sql, type Statement } from "./audit.ts";
import type { Env } from "./env.ts";
import { currentPolicy } from "./policy.ts";

const DAY = 86_400_000;
const MONTH = 30.4375 * DAY;
/** Rows of one kind that one run erases at the most; the next day's run goes on. */
const MOST = 20_000;

/** Run daily. Writes nothing, not even an audit row, where nothing is due. */
export async function sweep(env: Env, now: number): Promise<void> {
  const db = env.DB;
  const { policy } = await currentPolicy(db);
  const ago = (ms: number): string => new Date(now - ms).toISOString();
  const { listHistoryMonths, dialMonths, auditPayloadMonths } = policy.retention;

  /** What is over: the table, how its rows are named, which of them, and until when they were kept. */
  const over: [table: string, key: string, where: string, until: string][] = [
    ["idempotency", "person, key", "at < ?1", ago(2 * DAY)],
    ["sso_nonces", "nonce", "at < ?1", ago(2 * DAY)],
    ["invites", "id", "expires_at < ?1", ago(30 * DAY)],
    ["tokens", "id", "COALESCE(revoked_at, last_used_at, created_at) < ?1", ago((90 + 365) * DAY)],
    ["suppressions", "id", "ended_at < ?1", ago(24 * MONTH)],
    ["consents", "id", "COALESCE(withdrawn_at, until) < ?1", ago(dialMonths * MONTH)],
    ["dials", "id", "at < ?1", ago(dialMonths * MONTH)],
    ["audit_payload", "seq", "at < ?1", ago(auditPayloadMonths * MONTH)],
    ["outbox", "id", "state <> 'waiting' AND COALESCE(sent_at, due) < ?1", ago(30 * DAY)],
    ["versions", "list, ver", "state = 'abandoned' AND at < ?1", ago(30 * DAY)],
    [
      "block_undo",
      "id",
      `EXISTS (SELECT 1 FROM versions v
         WHERE v.list = (block_undo.id >> 20) & 63 AND v.ver = block_undo.id & 1048575 AND v.at < ?1)`,
      ago(listHistoryMonths * MONTH),
    ],
  ];
  const statements: Statement[] = [];
  const counts: Record<string, number> = {};
  for (const [table, key, where, until] of over) {
    const due = await db
      .prepare(`SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${table} WHERE ${where} LIMIT ${MOST})`)
      .bind(until)
      .first<{ n: number }>();
    if (!due?.n) continue;
    counts[table] = due.n;
    statements.push(
      sql(
        `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT ${MOST})`,
        until,
      ),
    );
  }

  const { results: stale } = await db
    .prepare("SELECT list, ver, upload FROM versions WHERE state = 'open' AND at < ?")
    .bind(ago(7 * DAY))
    .all<{ list: number; ver: number; upload: number }>();
  if (stale.length > 0) counts["uploads"] = stale.length;
  for (const { list, ver, upload } of stale)
    statements.push(
      sql("UPDATE versions SET state = 'abandoned' WHERE list = ? AND ver = ? AND state = 'open'", list, ver),
      sql("DELETE FROM staged WHERE id >= ?1 << 38 AND id < (?1 + 1) << 38", upload),
      sql("DELETE FROM parts WHERE upload = ?", upload),
    );

  const floor = await db
    // A row that has left `audit` is older than that: months leave some days after their end.
    .prepare(
      "SELECT MAX(c.seq) AS seq FROM changes c LEFT JOIN audit a USING (seq) WHERE a.at < ? OR a.seq IS NULL",
    )
    .bind(ago(2 * DAY))
    .first<{ seq: number | null }>();
  if (floor?.seq) {
    counts["changes"] = floor.seq;
    statements.push(
      sql("DELETE FROM changes WHERE seq <= ?", floor.seq),
      sql("INSERT OR REPLACE INTO marks (name, value) VALUES ('changes-floor', ?)", String(floor.seq)),
    );
  }
  if (statements.length === 0) return;
  await record(env, {
    actor: "system",
    event: { code: "retention.swept", subject: "", payload: counts },
    statements,
  });
}
