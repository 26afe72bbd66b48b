/** Rows from before the database refused them: recordings whose object is a request's file (isFile of objects.ts). */
import { record } from "../../core/commit.ts";
import { sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { alarmFailing } from "../alarms.ts";

// Each half by its own index: CROSS JOIN keeps SQLite from reading all recordings.
const namesFile = `SELECT id, store, by FROM recordings
    WHERE state <> 'erased' AND store IN ('r2', 's3') AND object >= 'requests/' AND object < 'requests0'
  UNION SELECT r.id, r.store, r.by FROM request_files f
    CROSS JOIN recordings r ON r.store = f.store AND r.object = f.object AND r.state <> 'erased'
    WHERE f.erased_at IS NULL`;
/** Rows on the trail; the mail has their number. */
const MOST = 500;

/** Scheduled daily: tells once, on the trail and by mail, of rows that migration 0034 found. */
export async function tellFilesNamed(env: Env, now: number): Promise<void> {
  const mark = await env.DB.prepare("SELECT 1 FROM marks WHERE name = 'recordings-of-files'").first();
  if (!mark) return;
  const { results } = await env.DB.prepare(
    `SELECT id, store, by, COUNT(*) OVER () AS n FROM (${namesFile}) ORDER BY id LIMIT ?`,
  )
    .bind(MOST)
    .all<{ id: string; store: string; by: string; n: number }>();
  const [first] = results;
  await record(env, {
    actor: "system",
    event: {
      code: "recording.files-named",
      subject: "",
      payload: { n: first?.n ?? 0, recordings: results.map(({ id, by }) => ({ id, by })) },
    },
    statements: [
      sql("DELETE FROM marks WHERE name = 'recordings-of-files'"),
      ...(first
        ? await alarmFailing(env.DB, first.store, `${first.n} requests' files as recordings`, now)
        : []),
    ],
  });
}
