/** Duties as rows: read, written by the step that meets or makes them, and made for requests of before they were rows. */
import {
  type Course,
  dutiesFor,
  type Duty,
  type DutyChange,
  isOpen,
  promiseOf,
} from "../../shared/privacy-requests/duties.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { insertBound, type NewRow } from "../core/bound.ts";
import { record } from "../core/commit.ts";
import { problemOf } from "../core/errors.ts";
import { idIs, sql, type Statement } from "../core/sql.ts";
import { changeRows, statesOf } from "../core/states.ts";
import type { Env } from "../env.ts";
import { dutiesBound } from "./bound.ts";
import { clocks } from "./clocks.ts";
import { type Moment, momentOf, openDuty, openSystem, type Row, selectRequests } from "./rows.ts";

/** Open, and its day has passed. `?1` is today. */
export const overdueDuty = `${openDuty} AND due < ?1`;
/** True where a request was decided, or its requester told, after the day, or is not yet. `?1` is today. */
export const lateRequest = `EXISTS (SELECT 1 FROM duties d WHERE d.request = r.id AND d.kind IN ('decide', 'tell')
  AND d.void_at IS NULL AND COALESCE(d.met_on, ?1) > d.due)`;

/** A request as it is, for what a step on that day makes of its duties. */
export const courseOf = (row: Row, { today, policy }: Moment, on: string): Course => ({
  ...{ kind: row.kind, state: row.state, receivedOn: row.received_on, on, decideBy: row.decide_by },
  ...{ paused: clocks(row, today).paused, decision: row.decision, untold: row.untold },
  promise: promiseOf(policy.requests),
});

/** `mail`: the state of the mail that brings an open duty's letter (rows.ts). */
type ShownDuty = Duty & { mail?: "waiting" | "sent" | "failed" | "expired" | null };

/** All duties of a request. `made`: they are rows already. */
export function dutiesOf(row: Row, moment: Moment): { duties: ShownDuty[]; made: boolean } {
  const duties = JSON.parse(row.duties) as ShownDuty[];
  return duties.length > 0 ? { duties, made: true } : { duties: earlierDuties(row, moment), made: false };
}

/** What a request of before duties were rows owes. */
function earlierDuties(row: Row, { today, policy }: Moment): Duty[] {
  const zone = zoneOfPolicy(policy);
  const day = (at: string | null) => (at === null ? null : dayOf(Date.parse(at), zone));
  return dutiesFor({
    kind: row.kind,
    state: row.state,
    receivedOn: row.received_on,
    decideBy: row.decide_by,
    paused: clocks(row, today).paused,
    decision: row.decision,
    promise: promiseOf(policy.requests),
    askedOn: row.asked_on,
    decidedOn: row.decided_on,
    toldOn: day(row.told_at),
    noticedOn: day(row.noticed_at),
    pending: row.pending,
    untold: row.untold,
    recipients: row.recipients === "none" || row.listed > 0,
    closedOn: day(row.closed_at),
  });
}

type NewDuty = Duty & { request: string };
type Taken = Record<"on" | "by" | "at", string>;
const rowOf = ({ request, kind, round, due, metOn, ...duty }: NewDuty, { by, at }: Omit<Taken, "on">) => ({
  ...{ id: `${request}.${kind}.${round}`, request, kind, round, due, made_at: at, met_on: metOn },
  ...{ met_at: metOn && at, by: metOn && by, void_at: duty.void ? at : null },
});
const insert = (rows: readonly NewRow[]): Statement[] =>
  rows.length === 0 ? [] : [insertBound(dutiesBound, rows)];

/** What a step changes of a request's duties. `duties`: what is there; `made`: as rows. */
interface Changes {
  request: string;
  duties: readonly Duty[];
  made: boolean;
  changes: readonly DutyChange[];
}

/**
 * The statements of a step's changes. `on` is the day that counts, `at` the moment of the step. Refused (`request-moved`) where
 * another step was first.
 */
export async function writeChanges(
  db: D1Database,
  all: readonly Changes[],
  { on, by, at }: Taken,
): Promise<Statement[]> {
  const ids = JSON.stringify(all.flatMap(({ request, made }) => (made ? [request] : [])));
  const open = `${openDuty} AND request IN (SELECT value FROM json_each(?))`;
  const there = ids === "[]" ? [] : await statesOf(db, dutiesBound, open, ids);
  const isOf = (row: NewRow, request: string, { kind }: DutyChange) =>
    row["request"] === request && row["kind"] === kind && row["met_on"] === null && row["void_at"] === null;
  const becomes = (change: DutyChange): NewRow =>
    change.change === "meet"
      ? { met_on: on, met_at: at, by: change.kind === "erase" ? "system" : by }
      : change.change === "move"
        ? { due: change.due }
        : { void_at: at };
  const fresh: NewRow[] = [];
  const changed = new Map<NewRow, NewRow>();
  for (const { request, duties, made, changes } of all) {
    let own: NewRow[] = made ? [] : duties.map((duty) => rowOf({ ...duty, request }, { by: "system", at }));
    for (const change of changes)
      if (change.change === "make")
        own.push(rowOf({ ...change, request, metOn: null, void: false }, { by, at }));
      else {
        own = own.map((row) => (isOf(row, request, change) ? { ...row, ...becomes(change) } : row));
        for (const row of there)
          if (isOf({ ...row, ...changed.get(row) }, request, change))
            changed.set(row, { ...changed.get(row), ...becomes(change) });
      }
    fresh.push(...own);
  }
  return [
    ...changeRows(
      dutiesBound,
      [...changed].map(([before, to]) => ({ before, to })),
      at,
    ),
    ...insert(fresh),
  ];
}

/** The statements that make the duties of requests of before, as they are, into rows. */
export const writeDuties = (duties: readonly NewDuty[], at: string): Statement[] =>
  insert(duties.map((duty) => rowOf(duty, { by: "system", at })));

/** SQL: nothing of a duty's request is still to be erased: in no connected system, and no recording, but for that of a condition on `x`. */
const nothingLeft = (
  but: string,
) => `NOT EXISTS (SELECT 1 FROM request_items i JOIN recordings x ON ${idIs("x.id", "i.ref")}
  WHERE i.request = duties.request AND i.kind = 'recording' AND i.verdict = 'confirmed' AND i.decision = 'comply'
    AND x.state <> 'erased' AND NOT (${but}))
  AND NOT EXISTS (SELECT 1 FROM request_systems s WHERE s.request = duties.request AND s.${openSystem})`;
/** A duty to erase of a request with this recording: a condition with one parameter more. */
const ofRecording = `kind = 'erase' AND ${openDuty}
  AND request IN (SELECT request FROM request_items WHERE kind = 'recording' AND ref = ?1)`;

/**
 * The statements that meet the duty to erase of requests whose recordings are all gone with this one. Refused (conflict) where another
 * one went meanwhile, so that neither misses the other: plan again.
 */
export async function meetErased(
  db: D1Database,
  recording: string,
  on: string,
  at: string,
): Promise<Statement[]> {
  const met = await statesOf(db, dutiesBound, `${ofRecording} AND ${nothingLeft("x.id = ?1")}`, recording);
  return [
    ...changeRows(
      dutiesBound,
      met.map((before) => ({ before, to: { met_on: on, met_at: at, by: "system" } })),
      at,
    ),
    sql(`UPDATE duties SET rev = NULL WHERE ${ofRecording} AND ${nothingLeft("FALSE")}`, recording),
  ];
}
/** Refuses a decision (conflict) whose duty to erase is open, though the last recording went meanwhile. */
export const stillToErase = (request: string): Statement =>
  sql(
    `UPDATE duties SET rev = NULL WHERE kind = 'erase' AND ${openDuty} AND request = ? AND ${nothingLeft("FALSE")}`,
    request,
  );

/**
 * What is owed for a request of before whose days cannot be read: all that no decision or end of its own rules out, today, so
 * that it is overdue tomorrow and somebody looks at it.
 */
const unreadDuties = (row: Row, { today, policy }: Moment): Duty[] =>
  dutiesFor({
    ...{ kind: row.kind, state: row.state, decision: row.decision, promise: promiseOf(policy.requests) },
    ...{ receivedOn: today, decideBy: today, decidedOn: today, paused: false },
    ...{ askedOn: null, toldOn: null, noticedOn: null, recipients: false },
    ...{ pending: row.pending, untold: row.untold, closedOn: row.closed_at === null ? null : today },
  }).map((duty) => (isOpen(duty) ? { ...duty, due: today } : duty));

/** Requests a run. */
const MOST = 100;

interface Made {
  row: Row;
  duties: Duty[];
  /** Its days could not be read. */
  unread: boolean;
}
function make(row: Row, moment: Moment): Made {
  try {
    return { row, duties: dutiesOf(row, moment).duties, unread: false };
  } catch (error) {
    console.error("duties", row.ref, error instanceof Error ? error.message : error);
    return { row, duties: unreadDuties(row, moment), unread: true };
  }
}

/** In `marks`: the newest request up to which each has duties, by its row's number. */
const MARK = "duties-made";

/**
 * Scheduled every five minutes: makes the duties of requests that have none, those first that are not closed. Only an older
 * Worker writes such: what was looked through is not looked at again.
 */
export async function makeDuties(env: Env, now: number): Promise<void> {
  const moment = await momentOf(env.DB, now);
  const newest = await env.DB.prepare(
    `SELECT COALESCE(MAX(rowid), 0) AS row, (SELECT value FROM marks WHERE name = '${MARK}') AS made FROM requests`,
  ).first<{ row: number; made: string | null }>();
  if (Number(newest!.made ?? -1) === newest!.row) return;
  const { results } = await env.DB.prepare(
    `${selectRequests} WHERE r.rowid >= ?2 AND NOT EXISTS (SELECT 1 FROM duties d WHERE d.request = r.id)
     ORDER BY r.closed_at IS NOT NULL, r.decide_by, r.id LIMIT ${MOST}`,
  )
    .bind(moment.today, Number(newest!.made ?? 0))
    .all<Row>();
  if (results.length === 0) {
    await env.DB.prepare("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)")
      .bind(MARK, String(newest!.row))
      .run();
    return;
  }
  const made = results.map((row) => make(row, moment));
  const [read, unread] = [made.filter((one) => !one.unread), made.filter((one) => one.unread)];
  if (read.length > 0)
    await writeMade(env, read, moment).catch((error: unknown) => {
      tell(error, "duties");
      return writeEach(env, read, moment);
    });
  await writeEach(env, unread, moment);
}

/** Logs what failed; but that another run, or a step, was first is no failure: the next run makes what is still lacking. */
function tell(error: unknown, ...about: string[]): void {
  if (!["request-moved", "conflict"].includes(problemOf(error)?.code ?? "")) console.error(...about, error);
}

/** One that is refused, such as for having been closed meanwhile, stops no other. */
async function writeEach(env: Env, made: readonly Made[], moment: Moment): Promise<void> {
  for (const one of made)
    await writeMade(env, [one], moment).catch((error: unknown) => tell(error, "duties", one.row.ref));
}

/** Writes them, with one line on the trail; what could not be read has a line of its own. */
const writeMade = (env: Env, made: readonly Made[], { at }: Moment): Promise<void> => {
  const unread = made.find((one) => one.unread);
  return record(env, {
    actor: "system",
    event: {
      code: unread ? "duty.unread" : "duty.backfilled",
      subject: unread?.row.id ?? "",
      payload: {
        requests: made.map(({ row, duties }) => [row.ref, ...duties.filter(isOpen).map(({ kind }) => kind)]),
      },
    },
    statements: writeDuties(
      made.flatMap(({ row, duties }) => duties.map((duty) => ({ ...duty, request: row.id }))),
      at,
    ),
  });
};
