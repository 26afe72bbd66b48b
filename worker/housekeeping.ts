/** What is kept for a time only, erased when that time is over: the periods stand beside each table's migration. */
import { record, sql, type Statement } from "./audit.ts";
import type { Env } from "./env.ts";

const DAY = 86_400_000;
const ago = (now: number, days: number): string => new Date(now - days * DAY).toISOString();

/** Run daily. Writes nothing, not even an audit row, where nothing is due. */
export async function sweep(env: Env, now: number): Promise<void> {
  const { results: stale } = await env.DB.prepare(
    "SELECT list, ver, upload FROM versions WHERE state = 'open' AND at < ?",
  )
    .bind(ago(now, 7))
    .all<{ list: number; ver: number; upload: number }>();
  const floor = await env.DB.prepare(
    "SELECT MAX(c.seq) AS seq FROM changes c JOIN audit a USING (seq) WHERE a.at < ?",
  )
    .bind(ago(now, 2))
    .first<{ seq: number | null }>();
  const due = await env.DB.prepare(
    `SELECT (SELECT COUNT(*) FROM idempotency WHERE at < ?1) AS keys,
       (SELECT COUNT(*) FROM invites WHERE expires_at < ?2) AS invites`,
  )
    .bind(ago(now, 2), ago(now, 30))
    .first<{ keys: number; invites: number }>();

  const statements: Statement[] = stale.flatMap(({ list, ver, upload }) => [
    sql("UPDATE versions SET state = 'abandoned' WHERE list = ? AND ver = ? AND state = 'open'", list, ver),
    sql("DELETE FROM staged WHERE id >= ?1 << 38 AND id < (?1 + 1) << 38", upload),
    sql("DELETE FROM parts WHERE upload = ?", upload),
  ]);
  if (floor?.seq) {
    statements.push(
      sql("DELETE FROM changes WHERE seq <= ?", floor.seq),
      sql("INSERT OR REPLACE INTO marks (name, value) VALUES ('changes-floor', ?)", String(floor.seq)),
    );
  }
  if (due?.keys) statements.push(sql("DELETE FROM idempotency WHERE at < ?", ago(now, 2)));
  if (due?.invites) statements.push(sql("DELETE FROM invites WHERE expires_at < ?", ago(now, 30)));
  if (statements.length === 0) return;
  await record(env, {
    actor: "system",
    event: {
      code: "retention.swept",
      subject: "",
      payload: {
        uploads: stale.length,
        changesTo: floor?.seq ?? null,
        keys: due?.keys ?? 0,
        invites: due?.invites ?? 0,
      },
    },
    statements,
  });
}
