/** Rows from before the database refused them: recordings whose object is a request's file (isFile of objects.ts). */
import { record } from "../../core/commit.ts";
import { sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { alarmFailing } from "../alarms.ts";
import { joinObject, rowsBelow } from "./by-index.ts";

const namesFile = `SELECT id, store, by FROM recordings WHERE rowid IN (
    SELECT num FROM (${rowsBelow("'requests/'", "x.num, x.store")}) WHERE store IN ('r2', 's3')
    UNION SELECT x.num FROM request_files q ${joinObject("q.store", "q.object")} WHERE q.erased_at IS NULL)`;
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
