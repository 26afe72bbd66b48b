/**
 * Which job of erase.ts is next: who owns the database can write any words into a row of words_due, so none goes but as the trail
 * has it, with the request's decision.
 */
import { chunks } from "../../../shared/core/chunks.ts";
import { DAY } from "../../../shared/core/time.ts";
import { rowHash } from "../../../shared/trail/chain.ts";
import type { NewRow } from "../../core/bound.ts";
import { record } from "../../core/commit.ts";
import { problemOf } from "../../core/errors.ts";
import { changeBound, statesOf } from "../../core/states.ts";
import type { Env } from "../../env.ts";
import { compared, isAsCompared } from "../../trail/agreed.ts";
import { broughtBack } from "../../trail/erased.ts";
import { tellUnlike } from "../../trail/kept-back.ts";
import { startOf } from "../../trail/start.ts";
import { changeOf } from "../../trail/states.ts";
import { eventsBound, requestsBound, wordsBound } from "../bound.ts";

/** Jobs that are looked at in a step, and that are compared at once. */
const LOOKED_AT = 1000;
const AT_ONCE = 20;
interface Due {
  job: string;
  request: string;
  /** JSON: the keys of its events that say that it was complied with. */
  decisions: string;
}

/** A job as it was compared, and the row of the trail that binds it. */
export interface Job {
  due: NewRow;
  seq: number;
}
/** The same with its request, as it was asked. */
export interface Next extends Job {
  who: NewRow;
}

/**
 * The job that is next, as the trail has it, with the request's decision. Officers are told
 * once of those that are not so; one of which an archive may tell that cannot be read waits, and the trail says so once a day. So does
 * one that went through all but what such archives have (`waits`). `without`: jobs to leave; `now` in milliseconds.
 */
export async function nextDue(env: Env, without: ReadonlySet<string>, now: number): Promise<Next | null> {
  const dayAgo = new Date(now - DAY).toISOString();
  // Nothing of a row counts before it is compared: no job is left out by what it says.
  const { results } = await env.DB.prepare(`${dueWhere("TRUE")} LIMIT ?1`)
    .bind(LOOKED_AT)
    .all<Due>();
  const unlike: string[] = [];
  let next: Next | null = null;
  for (const some of chunks(
    results.filter(({ job }) => !without.has(job)),
    AT_ONCE,
  )) {
    const jobs = await jobsSaid(env, some);
    const isOld = ({ job }: Due) => (jobs.boundAt(job) ?? "") <= dayAgo;
    // One that waits is not looked at before its day, whatever its request and its decisions may be.
    const rests = (one: Due) => {
      const due = jobs.jobOf(one.job)?.due;
      return due?.["after"] === 0 && due["waits"] === 1 && !isOld(one) && !jobs.back.has(nameOf(one));
    };
    const left = some.filter((one) => !rests(one));
    if (left.length === 0) continue;
    const { saidOf, rows } = await howSaid(env, left, jobs);
    unlike.push(...left.filter((due) => saidOf(due) === "not").map(nameOf));
    for (const one of left.filter((due) => saidOf(due) === "unread")) {
      const job = jobs.jobOf(one.job);
      if (job && (isOld(one) || jobs.rows.get(nameOf(one))!.is === 1)) await sayWaits(env, job, now);
    }
    const one = left.find((due) => saidOf(due) === "so");
    if (one) {
      const job = jobs.jobOf(one.job);
      const [who] = await statesOf(env.DB, requestsBound, "id = ?", one.request);
      if (job && who && isAsCompared(requestsBound, who, rows.get(`${requestsBound.name}/${one.request}`)))
        next = { ...job, who };
    }
    if (next) break;
  }
  await tellUnlike(env, unlike, now);
  return next;
}
const nameOf = ({ job }: Due): string => `${wordsBound.name}/${job}`;

/** SQL: jobs `w`, in their order; first those of which officers were told nothing. */
const dueWhere = (where: string): string =>
  `SELECT w.job, w.request, (SELECT json_group_array(e.request || '/' || e.ref) FROM requests r JOIN request_events e ON e.request = r.id
     WHERE r.id = w.request AND r.kind = 'erasure' AND e.action IN ('comply', 'partial')) AS decisions
   FROM words_due w WHERE ${where}
   ORDER BY EXISTS (SELECT 1 FROM kept_back k WHERE k.row = 'words_due/' || w.job), w.at, w.job`;

/** A job's last event is archived after three days at the soonest. */
const AGES = 2 * DAY;
/**
 * Of jobs that wait for others' ends the last event stays in the database, too: a long trail takes a day or more for each job. `now` in
 * milliseconds.
 */
export async function keepWaiting(env: Env, now: number): Promise<void> {
  const events = `SELECT 1 FROM audit a WHERE a.subject >= 'words_due/' || w.job AND a.subject < 'words_due/' || w.job || 'A' AND a.subject <> ''`;
  const { results } = await env.DB.prepare(
    `${dueWhere(`EXISTS (${events}) AND NOT EXISTS (${events} AND a.at > ?2)`)} LIMIT ?1`,
  )
    .bind(LOOKED_AT, new Date(now - AGES).toISOString())
    .all<Due>();
  for (const some of chunks(results, AT_ONCE)) {
    const jobs = await jobsSaid(env, some);
    const { saidOf } = await howSaid(env, some, jobs);
    for (const one of some) {
      const job = saidOf(one) === "so" ? jobs.jobOf(one.job) : null;
      if (job) await sayWaits(env, job, now);
    }
  }
}

/** Says that it waits, and binds it as it is: so its last event is not archived, however long it waits. */
async function sayWaits(env: Env, job: Job, now: number): Promise<void> {
  await record(env, {
    actor: "system",
    event: { code: "request.words-wait", subject: String(job.due["request"]), payload: null },
    statements: [
      changeBound(wordsBound, job.due, { until: await untilOf(env, job) }, new Date(now).toISOString()),
    ],
  }).catch((error: unknown) => {
    if (problemOf(error)?.code !== "conflict") throw error;
  });
}

/**
 * What was on the trail when it was decided, with the decision's own change, is gone through; of one that was adopted, or bound again
 * since, what it says itself.
 */
export async function untilOf(env: Env, { due, seq }: Job): Promise<number> {
  if (Number(due["after"]) > 0) return Number(due["until"]);
  const change = await changeOf(env, seq);
  if (
    change === null ||
    change.hash !== rowHash(change) ||
    (await startOf(env)).originOf(change) === "forged"
  )
    return Number(due["until"]);
  const isDecided = change.subject === due["request"] && DECISIONS.includes(change.code);
  return isDecided ? change.seq : Number(due["until"]);
}
const DECISIONS = ["request.comply", "request.partial"];

/** A request's job that goes on, if the trail has it as it is; and whether somebody put it back after its end. */
export async function jobOf(
  env: Env,
  request: string,
): Promise<{ before: NewRow | undefined; job: Job | null; isBack: boolean }> {
  const [before] = await statesOf(env.DB, wordsBound, "request = ?", request);
  if (!before) return { before, job: null, isBack: false };
  const key = String(before["job"]);
  const name = `${wordsBound.name}/${key}`;
  const isBack = (await broughtBack(env, await startOf(env), [name], new Date().toISOString())).has(name);
  const { rows } = await compared(env, [{ table: wordsBound, keys: [key] }]);
  const its = rows.get(name);
  const isSo = !isBack && isAsCompared(wordsBound, before, its);
  return { before, job: isSo ? { due: before, seq: its!.seq()! } : null, isBack };
}

/** Jobs beside the trail, which cost no archive but of one that is put back or waits for a decision. */
async function jobsSaid(env: Env, due: readonly Due[]) {
  const keys = due.map(({ job }) => job);
  const { rows } = await compared(env, [{ table: wordsBound, keys }]);
  const states = await statesOf(
    env.DB,
    wordsBound,
    "job IN (SELECT value FROM json_each(?))",
    JSON.stringify(keys),
  );
  const dues = new Map(states.map((one) => [String(one["job"]), one]));
  const back = await broughtBack(env, await startOf(env), due.map(nameOf), new Date().toISOString());
  // A job's last event is of lately: one that only an archive has is of a row that was put back, or it waits for another decision.
  const seqs = due.map((one) => rows.get(nameOf(one))?.seq() ?? null);
  const { results } = await env.DB.prepare(
    "SELECT seq, at FROM audit WHERE seq IN (SELECT value FROM json_each(?))",
  )
    .bind(JSON.stringify(seqs))
    .all<{ seq: number; at: string }>();
  const here = new Map<number | null, string>(results.map(({ seq, at }) => [seq, at]));
  // When the trail bound it as it is, whatever the row says.
  const boundAt = (job: string) => here.get(rows.get(`${wordsBound.name}/${job}`)?.seq() ?? null);
  const jobOf = (job: string): Job | null => {
    const [one, its] = [dues.get(job), rows.get(`${wordsBound.name}/${job}`)];
    // Altered since: the next run compares it as it is then.
    return one && isAsCompared(wordsBound, one, its) ? { due: one, seq: its!.seq()! } : null;
  };
  return { rows, back, here, boundAt, jobOf };
}

/** Whether the trail has such jobs so, with the request and the decision of each. */
async function howSaid(env: Env, due: readonly Due[], jobs: Awaited<ReturnType<typeof jobsSaid>>) {
  const decisionsOf = ({ decisions }: Due) => JSON.parse(decisions) as string[];
  const { rows: others } = await compared(env, [
    { table: requestsBound, keys: due.map(({ request }) => request) },
    { table: eventsBound, keys: due.flatMap(decisionsOf) },
  ]);
  const rows = new Map([...jobs.rows, ...others]);
  const isSo = (name: string) => typeof rows.get(name)?.is === "number";
  const isUnread = (name: string) => {
    const row = rows.get(name);
    return row !== undefined && (row.is === "unbound" || row.is === "later" || row.isUnread);
  };
  const saidOf = (one: Due): "so" | "not" | "unread" => {
    const its = [nameOf(one), `${requestsBound.name}/${one.request}`];
    const decisions = decisionsOf(one).map((key) => `${eventsBound.name}/${key}`);
    if (jobs.back.has(its[0]!)) return "not";
    if (isSo(its[0]!) && !jobs.here.has(rows.get(its[0]!)!.seq())) return "not";
    if (its.every(isSo) && decisions.some(isSo)) return "so";
    return [...its, ...decisions].some(isUnread) ? "unread" : "not";
  };
  return { saidOf, rows };
}
