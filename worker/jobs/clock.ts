/**
 * The Worker's clock beside the database's, which runs on another machine. Where they are apart, one of them is wrong: then no job
 * runs, as most of them erase, publish or count something by its day, and that cannot be taken back. The trail says from when on
 * its rows may have a wrong time, and when both agreed again.
 */
import { MINUTE } from "../../shared/core/time.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";

/** Clocks of servers differ by milliseconds, and an answer of the database takes seconds at most. */
const TOGETHER = 10 * MINUTE;
const MARK = "clocks-apart";

/** Throws where they are apart. `now` is in milliseconds. */
export async function wantOneClock(env: Env, now: number): Promise<void> {
  const { theirs, mark } = (await env.DB.prepare(
    `SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS theirs,
       (SELECT value FROM marks WHERE name = ?) AS mark`,
  )
    .bind(MARK)
    .first<{ theirs: number; mark: string | null }>())!;
  const apart = Math.abs(now - theirs) > TOGETHER;
  const said = { worker: new Date(now).toISOString(), database: new Date(theirs).toISOString() };
  if (apart && mark === null)
    await record(env, {
      actor: "system",
      event: { code: "clock.apart", subject: said.database, payload: said },
      statements: [sql("INSERT INTO marks (name, value) VALUES (?, ?)", MARK, said.database)],
    });
  if (!apart && mark !== null)
    await record(env, {
      actor: "system",
      event: { code: "clock.together", subject: mark, payload: said },
      statements: [sql("DELETE FROM marks WHERE name = ?", MARK)],
    });
  if (apart)
    throw new Error(`the Worker's clock says ${said.worker}, the database's ${said.database}: no job runs`);
}
