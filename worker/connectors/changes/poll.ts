/**
 * Every minute: reads what was made or changed in the CRMs that are switched on and can be asked for it, so that a contact is screened
 * within the minute and a withdrawal in the CRM counts here. Beside a run, which may wait for a day, flags and consents alone are read. Runs through all records stay as they are, for what no CRM tells:
 * deletions, and changes without a time.
 */
import { DAY, HOUR, MINUTE } from "../../../shared/core/time.ts";
import { pauseAfter, retryAt } from "../../../shared/core/retry.ts";
import { record } from "../../core/commit.ts";
import { sql } from "../../core/sql.ts";
import { spreadAll, spreadOn } from "../../do-not-call/spread.ts";
import type { Env } from "../../env.ts";
import { finishScreening } from "../../screening/record.ts";
import { ConnectorError, type Waiting } from "../connector.ts";
import { crmOf } from "../crm.ts";
import { TELL, tell, wordsOf } from "../failures.ts";
import { realTime } from "../http.ts";
import { refusedFor } from "../kinds/index.ts";
import { connectorColumns, lastRun } from "../rows.ts";
import { readChanged } from "./read.ts";
import { type ChangesRow, letGo, type Readable, take, takeBeside } from "./rows.ts";

/** Contacts of a slice, as of a run's. */
const CONTACTS = 500;
/** Slices a minute, up to the first that writes; one where records are read one by one, for the requests that a Worker has. */
const SLICES = 8;
const PAUSE = [MINUTE, 4 * HOUR] as const;

/** True where records were read, so that verdicts may have changed. A CRM that fails, or is slow, delays no other. */
export async function readChanges(env: Env, waiting: Waiting = realTime, most = CONTACTS): Promise<boolean> {
  // A mapped CRM says nothing of changes. The others are written to only with fields that were tried, and read from the last run on.
  const { results } = await env.DB.prepare(
    `SELECT ${connectorColumns}, ${lastRun("c.num")} AS run,
       (SELECT at FROM connector_runs d WHERE d.connector = c.num AND d.trial = 0 AND d.state = 'done'
        ORDER BY d.num DESC LIMIT 1) AS doneAt,
       EXISTS (SELECT 1 FROM connector_runs r WHERE r.connector = c.num AND r.state = 'running') AS runs
     FROM connectors c WHERE c.active = 1 AND c.kind <> 'rest' AND c.proved = c.setup AND doneAt IS NOT NULL`,
  ).all<Readable>();
  let came = 0;
  let spreads = false;
  const readOne = async (row: Readable): Promise<void> => {
    let state: ChangesRow | null = null;
    const beside = row.runs === 1;
    try {
      state = await (beside ? takeBeside : take)(env.DB, row, waiting.clock());
      if (!state) return;
      const crm = await crmOf(env, row, waiting);
      for (let slice = 0; slice < (crm.further ? 1 : SLICES); slice++) {
        const { cursor, read, wrote, reaches } = await readChanged(
          ...([env, row, crm, state, waiting, most, beside] as const),
        );
        came += read;
        spreads ||= reaches;
        state.cursor = cursor;
        if (cursor === null || wrote) break;
      }
      await letGo(env.DB, row.num);
    } catch (error) {
      const refused = refusedUntil(error, row, waiting.clock());
      // A run tells of its own failures, and all is read again after it.
      if (beside) await letGo(env.DB, row.num, refused);
      // A run has begun: it reads all.
      else if (String(error).includes("connector_run_goes")) await letGo(env.DB, row.num);
      else await failed(env, row, state, error, waiting.clock(), refused);
    }
  };
  // All at once: one that is slow to answer holds no other up.
  const done = await Promise.allSettled(results.map(readOne));
  // To further numbers of people and companies who objected.
  done.push(...(await Promise.allSettled([(spreads ? spreadAll : spreadOn)(env, waiting.clock())])));
  for (const one of done) if (one.status === "rejected") throw one.reason;
  return came > 0;
}

/** Until when a CRM that takes no more requests is not to be asked, in milliseconds since the epoch; null where that is its own word. */
function refusedUntil(error: unknown, { kind }: Readable, now: number): number | null {
  const pause = refusedFor(kind);
  // The clock's minutes are not as long as each other.
  return pause !== null && error instanceof ConnectorError && error.status === 429
    ? now + pause - MINUTE / 2
    : null;
}

async function failed(
  env: Env,
  row: Readable,
  state: ChangesRow | null,
  error: unknown,
  now: number,
  refused: number | null,
): Promise<void> {
  const words = wordsOf(error);
  const asked = refused ?? (error instanceof ConnectorError ? (error.notBefore ?? 0) : 0);
  // Where the day's numbers are used up, the next minute reads the slice again: withdrawals in it do not wait for the next day.
  const isUsedUp = words === "too-many-numbers";
  // A wait that the CRM asks for is no failure, unless nothing was read for a day.
  if (asked > now && now - Date.parse(state?.readAt ?? row.doneAt) < DAY) {
    await letGo(env.DB, row.num, isUsedUp ? null : asked);
    return;
  }
  const failures = (state?.failures ?? 0) + 1;
  const due = new Date(retryAt(now, pauseAfter(failures, ...PAUSE), isUsedUp ? 0 : asked)).toISOString();
  await record(env, {
    actor: "system",
    event: { code: "connector.changes-failed", subject: row.id, payload: { error: words, failures, due } },
    statements: [
      sql(
        "UPDATE connector_changes SET failures = ?2, error = ?3, due = ?4, lease = NULL WHERE connector = ?1",
        ...[row.num, failures, words, due],
      ),
      // One mail for each run of failures.
      ...(failures === TELL
        ? await tell(env.DB, row, words, "again", `${row.id}:changes:${state?.upto ?? ""}`)
        : []),
    ],
  });
}

/** Daily: ends the screenings of a day that is over, where no change came since. */
export async function closeLeft(env: Env): Promise<void> {
  const { results } = await env.DB.prepare(
    `${screenings} WHERE day < strftime('%Y-%m-%d', 'now')`,
  ).all<Left>();
  for (const one of results) await close(env, one);
}

/** A connector's screening of the day, with what it counts; null where there is none. */
export const leftOf = (db: D1Database, connector: number): Promise<Left | null> =>
  db.prepare(`${screenings} WHERE connector = ?`).bind(connector).first<Left>();

/** Ends it; one that has ended stays as it is. */
export const close = (env: Env, { id, rows, invalid }: Left) =>
  id === null ? Promise.resolve() : finishScreening(env, "system", { id }, { rows, invalid });

interface Left {
  id: string | null;
  rows: number;
  invalid: number;
}
const screenings = "SELECT screening AS id, contacts AS rows, invalid FROM connector_changes";
