/**
 * A run reads all contacts of a CRM in slices (slice.ts), one queue message a slice. An administrator or the clock starts
 * it; after a failure it waits and retries, and after ten in a row it ends as failed. The rows in D1 alone say where a run
 * is, so that lost and repeated messages do no harm.
 */
import { pauseAfter, retryAt } from "../../shared/core/retry.ts";
import { DAY, HOUR, MINUTE } from "../../shared/core/time.ts";
import { record } from "../core/commit.ts";
import { problemOf } from "../core/errors.ts";
import { refuseWhere, sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { type HeadRow, selectHeads, toHead } from "../registers/heads.ts";
import { rescreenDaysOf } from "../../shared/registers/age.ts";
import { spreadAll } from "../do-not-call/spread.ts";
import { finishScreening, opening } from "../screening/record.ts";
import { endRun } from "./checks/runs-bound.ts";
import { ConnectorError, SetupError, SignInOver } from "./connector.ts";
import { TELL, tell, wordsOf } from "./failures.ts";
import { realTime } from "./http.ts";
import type { Slice } from "./message.ts";
import { lastReads, readsAt } from "./flags/read-at.ts";
import {
  connectorColumns,
  type ConnectorRow,
  isSignedOut,
  lastRuns,
  nextAt,
  runColumns,
  runningOf,
  type RunRow,
} from "./rows.ts";
import { readFlags } from "./flags/reading.ts";
import { work } from "./slice.ts";

/** A slice ends with the page that brings it to this many contacts: one write each stays below a Worker's subrequest limit. */
const CONTACTS = 500;
/** Longer than a slice can take. A slice that has not moved on by then may be taken again. */
const LEASE = 15 * MINUTE;
/** Failures in a row that end a run. */
const GIVE_UP = 10;
/** The longest delay of a Cloudflare Queues message. */
const LONGEST_DELAY = 12 * HOUR;
/** The pause after the first failure, and the longest. */
const PAUSE = [MINUTE, 4 * HOUR] as const;

/** A new run's id, event and statements. The caller commits them, then sends the message for slice 0. */
export function beginning(by: string, row: ConnectorRow, kind: "run" | "trial" | "reads", now: number) {
  const id = crypto.randomUUID();
  const trial = kind !== "run";
  const at = new Date(now).toISOString();
  const screening = trial ? null : opening(by, { source: "connector", name: row.name });
  return {
    id,
    event: {
      code: "connector.run-begun",
      subject: row.id,
      payload: {
        ...{ run: id, trial, screening: screening?.id ?? null },
        ...(kind === "reads" && { reads: true }),
      },
    },
    statements: [
      ...(screening?.statements ?? []),
      // If the set-up changed meanwhile, the connector's number is NULL here, and the table refuses the run.
      sql(
        `INSERT INTO connector_runs (id, connector, trial, screening, by, at, moved_at, reads)
         VALUES (?1, (SELECT num FROM connectors WHERE num = ?2 AND setup = ?7 AND (?3 = 1 OR tried_at IS NOT NULL)),
           ?3, ?4, ?5, ?6, ?6, ?8)`,
        ...[id, row.num, trial ? 1 : 0, screening?.id ?? null, by, at, row.setup, kind === "reads" ? 1 : 0],
      ),
      // The run itself finds all earlier changes of verdict.
      ...(trial
        ? []
        : [
            sql(
              "UPDATE connectors SET turned = (SELECT COALESCE(MAX(num), 0) FROM turned) WHERE num = ?",
              row.num,
            ),
          ]),
    ],
  };
}

/** Works on a slice, if it is the run's next one and no other message is working on it. */
export async function takeSlice(
  env: Env,
  { run: id, slice }: Slice,
  waiting = realTime,
  most = CONTACTS,
): Promise<void> {
  const now = waiting.clock();
  const taken = await env.DB.prepare(
    `UPDATE connector_runs SET lease = ?3
     WHERE id = ?1 AND slice = ?2 AND state = 'running' AND (lease IS NULL OR lease <= ?4) AND (due IS NULL OR due <= ?4)
     RETURNING num`,
  )
    .bind(id, slice, iso(now + LEASE), iso(now))
    .first<{ num: number }>();
  if (!taken) return;
  const run = (await env.DB.prepare(`SELECT ${runColumns} WHERE r.num = ?`).bind(taken.num).first<RunRow>())!;
  const row = (await env.DB.prepare(`SELECT ${connectorColumns} FROM connectors c WHERE c.num = ?`)
    .bind(run.connector)
    .first<ConnectorRow>())!;
  try {
    const state = await (run.reads === 1 ? readFlags : work)(env, row, run, waiting, most);
    if (state === "more") await env.SLICES.send({ run: id, slice: slice + 1 });
    else {
      if (run.screening !== null) await close(env, run, state === "failed");
      // A trial stores no numbers.
      if (run.trial === 0) await spreadAll(env, waiting.clock());
    }
  } catch (error) {
    // Another message was first, or somebody stopped the run.
    if (isMoved(error)) return;
    await failed(env, row, run, error, waiting.clock()).catch((again: unknown) => {
      if (!isMoved(again)) throw again;
    });
  }
}

/** Writes down that a slice's message failed each time that it came: a failure as any, so that the run is tried again, or ends. */
export async function failSlice(env: Env, { run: id, slice }: Slice, now: number): Promise<void> {
  const run = await env.DB.prepare(
    `SELECT ${runColumns} WHERE r.id = ? AND r.slice = ? AND r.state = 'running'`,
  )
    .bind(id, slice)
    .first<RunRow>();
  if (!run) return;
  const row = await env.DB.prepare(`SELECT ${connectorColumns} FROM connectors c WHERE c.num = ?`)
    .bind(run.connector)
    .first<ConnectorRow>();
  await failed(env, row!, run, new ConnectorError("internal"), now).catch((error: unknown) => {
    if (!isMoved(error)) throw error;
  });
}

const isMoved = (error: unknown): boolean => String(error).includes("connector_run_moved");
const iso = (ms: number): string => new Date(ms).toISOString();

/** Ends the run's screening. */
async function close(env: Env, { num, by, screening }: RunRow, cancelled: boolean): Promise<void> {
  const counted = await env.DB.prepare("SELECT contacts AS rows, invalid FROM connector_runs WHERE num = ?")
    .bind(num)
    .first<{ rows: number; invalid: number }>();
  await finishScreening(env, by, { id: screening! }, { ...counted!, cancelled });
}

async function failed(env: Env, row: ConnectorRow, run: RunRow, error: unknown, now: number): Promise<void> {
  const words = wordsOf(error);
  const asked = error instanceof ConnectorError ? (error.notBefore ?? 0) : 0;
  // A wait that the CRM asks for does not count as a failure, unless the run has not moved for a day.
  const waits = asked > now && now - Date.parse(run.movedAt) < DAY;
  const failures = run.failures + (waits ? 0 : 1);
  const over = failures >= GIVE_UP || error instanceof SetupError;
  const due = retryAt(now, waits ? 0 : pauseAfter(failures, ...PAUSE), asked);
  await record(env, {
    actor: "system",
    event: {
      code: over ? "connector.run-failed" : "connector.slice-failed",
      subject: row.id,
      payload: { run: run.id, slice: run.slice, error: words, failures, due: over ? null : iso(due) },
    },
    statements: [
      sql(
        "UPDATE connector_runs SET slice = ?2, lease = NULL, failures = ?3, error = ?4, due = ?5 WHERE num = ?1",
        ...[run.num, run.slice, failures, words, over ? null : iso(due)],
      ),
      ...(over ? endRun(run, { state: "failed", finished_at: iso(now) }, { error: words }) : []),
      ...(((failures === TELL && !waits) || over) && !(error instanceof SignInOver)
        ? await tell(env.DB, row, words, over ? "over" : "again", run.id)
        : []),
    ],
  });
  if (over) {
    if (run.screening !== null) await close(env, run, true);
    return;
  }
  const delaySeconds = Math.ceil(Math.min(due - now, LONGEST_DELAY) / 1000);
  await env.SLICES.send({ run: run.id, slice: run.slice }, { delaySeconds });
}

/** Statements that stop a run; refused (conflict) where that moved on since it was read. What it wrote and screened stays. */
export const stopping = (run: RunRow, now: number): Statement[] => [
  sql("UPDATE connector_runs SET lease = NULL, due = NULL WHERE num = ?", run.num),
  ...endRun(run, { state: "stopped", finished_at: iso(now) }),
];
/** The same for the run that the connector has, if any; refused where it has another by then. The clock ends its screening (`rescreen`). */
export const stoppingAny = async ({ DB }: Env, row: ConnectorRow, now: number): Promise<Statement[]> => {
  const run = await runningOf(DB, row);
  return [
    ...(run ? stopping(run, now) : []),
    refuseWhere("EXISTS (SELECT 1 FROM connector_runs WHERE connector = ? AND state = 'running')", row.num),
  ];
};
/** Slices that a run moves on by while it is stopped, at the most. */
const TRIES = 5;
/** What stops the connector's run, with that run as it is; once more where it moved on meanwhile. */
export async function whileRunning<T>(
  { DB }: Env,
  row: ConnectorRow,
  stop: (run: RunRow | null) => Promise<T>,
): Promise<T> {
  for (let tries = TRIES; ; tries--) {
    const run = await runningOf(DB, row);
    try {
      return await stop(run);
    } catch (error) {
      const isOther = isMoved(error) || problemOf(error)?.code === "conflict";
      if (!run || tries <= 1 || !isOther) throw error;
    }
  }
}
export const closeStopped = (env: Env, run: RunRow) =>
  run.screening === null ? Promise.resolve() : close(env, run, true);

/**
 * Scheduled every five minutes. Starts the runs that are due. Also repairs what a Worker left that died between a commit and
 * its message: sends the message of each run that has not moved, and ends the screenings of runs that are over.
 */
export async function rescreen(env: Env, now: number): Promise<void> {
  const { policy } = await currentPolicy(env.DB);
  const [rows, last, lost, open, heads] = (await env.DB.batch([
    env.DB.prepare(
      `SELECT ${connectorColumns} FROM connectors c WHERE active = 1
       AND NOT EXISTS (SELECT 1 FROM connector_runs r WHERE r.connector = c.num AND r.state = 'running')`,
    ),
    env.DB.prepare(lastRuns("counted")),
    env.DB.prepare(
      `SELECT id AS run, slice FROM connector_runs WHERE state = 'running' AND moved_at <= ?2
       AND (lease IS NULL OR lease <= ?1) AND (due IS NULL OR due <= ?1)`,
    ).bind(iso(now), iso(now - LEASE)),
    env.DB.prepare(
      `SELECT ${runColumns} WHERE r.state <> 'running'
       AND r.screening IN (SELECT id FROM screenings WHERE state = 'open')`,
    ),
    env.DB.prepare(selectHeads),
  ])) as [D1Result<ConnectorRow>, D1Result<RunRow>, D1Result<Slice>, D1Result<RunRow>, D1Result<HeadRow>];
  const days = rescreenDaysOf(heads.results.map(toHead), policy);
  const read = await lastReads(env.DB);
  for (const run of open.results) await close(env, run, run.state !== "done");
  for (const slice of lost.results) await env.SLICES.send(slice);
  for (const row of rows.results) {
    const at = nextAt(
      row,
      last.results.find((run) => run.connector === row.num),
      days,
    );
    const due = (moment: string | null) => moment !== null && Date.parse(moment) <= now;
    const kind = due(at) ? "run" : due(readsAt(row, read.get(row.num))) ? "reads" : null;
    if (kind === null || (await isSignedOut(env, row))) continue;
    const { id, event, statements } = beginning("system", row, kind, now);
    await record(env, { actor: "system", event, statements });
    await env.SLICES.send({ run: id, slice: 0 });
  }
}
