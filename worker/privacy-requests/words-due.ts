/**
 * Which job of erase-words.ts is next: who owns the database can write any words into a row of words_due, so none goes but as the trail
 * has it, with the request's decision.
 */
import { chunks } from "../../shared/core/chunks.ts";
import type { NewRow } from "../core/bound.ts";
import { statesOf } from "../core/states.ts";
import type { Env } from "../env.ts";
import { compared, isAsCompared } from "../trail/agreed.ts";
import { broughtBack } from "../trail/erased.ts";
import { tellUnlike } from "../trail/kept-back.ts";
import { startOf } from "../trail/start.ts";
import { eventsBound, requestsBound, wordsBound } from "./bound.ts";

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
export interface Next {
  due: NewRow;
  seq: number;
}

/**
 * The job that is next, as the trail has it, with the request's decision. Officers are told
 * once of those that are not so; one of which an archive may tell that cannot be read waits. `left`: jobs to leave.
 */
export async function nextDue(env: Env, left: ReadonlySet<string>): Promise<Next | null> {
  const { results } = await env.DB.prepare(
    `SELECT w.job, w.request, (SELECT json_group_array(e.request || '/' || e.ref) FROM requests r JOIN request_events e ON e.request = r.id
       WHERE r.id = w.request AND r.kind = 'erasure' AND e.action IN ('comply', 'partial')) AS decisions
     FROM words_due w ORDER BY EXISTS (SELECT 1 FROM kept_back k WHERE k.row = 'words_due/' || w.job), w.at, w.job LIMIT ?`,
  )
    .bind(LOOKED_AT)
    .all<Due>();
  const unlike: string[] = [];
  let next: Next | null = null;
  for (const some of chunks(
    results.filter(({ job }) => !left.has(job)),
    AT_ONCE,
  )) {
    const { saidOf, rows } = await howSaid(env, some);
    unlike.push(...some.filter((due) => saidOf(due) === "not").map(nameOf));
    const found = some.find((due) => saidOf(due) === "so");
    if (!found) continue;
    const [due] = await statesOf(env.DB, wordsBound, "job = ?", found.job);
    const its = rows.get(nameOf(found))!;
    // Altered since: the next run compares it as it is then.
    if (due && isAsCompared(wordsBound, due, its)) next = { due, seq: its.seq()! };
    break;
  }
  await tellUnlike(env, unlike, Date.now());
  return next;
}
const nameOf = ({ job }: Due): string => `${wordsBound.name}/${job}`;

/** Whether the trail has such jobs so, with the decision of each. */
async function howSaid(env: Env, due: readonly Due[]) {
  const decisionsOf = ({ decisions }: Due) => JSON.parse(decisions) as string[];
  const { rows } = await compared(env, [
    { table: wordsBound, keys: due.map(({ job }) => job) },
    { table: requestsBound, keys: due.map(({ request }) => request) },
    { table: eventsBound, keys: due.flatMap(decisionsOf) },
  ]);
  const back = await broughtBack(env, await startOf(env), due.map(nameOf), new Date().toISOString());
  // A job's last event is of lately: one that only an archive has is of a row that was put back, or it waits for another decision.
  const seqs = due.map((one) => rows.get(nameOf(one))?.seq() ?? null);
  const { results } = await env.DB.prepare(
    "SELECT seq FROM audit WHERE seq IN (SELECT value FROM json_each(?))",
  )
    .bind(JSON.stringify(seqs))
    .all<{ seq: number }>();
  const here = new Set<number | null>(results.map(({ seq }) => seq));
  const isSo = (name: string) => typeof rows.get(name)?.is === "number";
  const isUnread = (name: string) => {
    const row = rows.get(name);
    return row !== undefined && (row.is === "unbound" || row.is === "later" || row.isUnread);
  };
  const saidOf = (one: Due): "so" | "not" | "unread" => {
    const its = [nameOf(one), `${requestsBound.name}/${one.request}`];
    const decisions = decisionsOf(one).map((key) => `${eventsBound.name}/${key}`);
    if (back.has(its[0]!)) return "not";
    if (its.every(isSo) && decisions.some(isSo)) return here.has(rows.get(its[0]!)!.seq()) ? "so" : "not";
    return [...its, ...decisions].some(isUnread) ? "unread" : "not";
  };
  return { saidOf, rows };
}
