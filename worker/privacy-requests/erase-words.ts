/**
 * What a complied erasure takes out of the places that only quote: payloads of the trail (which leave their hashes, and the rows
 * that they told of are bound by themselves), filters that were logged, stored answers, mails that are over, and what officers wrote of recordings, holds and looks. What the letter
 * said stays is quoted on: items that were refused, that are about someone else, or, where the requester asked for less, all that
 * they did not name. A job goes through the trail in slices, as there may be millions of payloads.
 */
import { chunks } from "../../shared/core/chunks.ts";
import { insertBound, type NewRow } from "../core/bound.ts";
import { record } from "../core/commit.ts";
import { problemOf } from "../core/errors.ts";
import { inChunks, refuseWhere, sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { changeBound, changeRows, type RowChange, statesOf } from "../core/states.ts";
import { holdsBound } from "../recordings/bound.ts";
import { withoutWhy } from "../recordings/certificates/written.ts";
import { agreedOf, compared } from "../trail/agreed.ts";
import { broughtBack, sayErased } from "../trail/erased.ts";
import { tellUnlike } from "../trail/kept-back.ts";
import { startOf } from "../trail/start.ts";
import { eventsBound, requestsBound, wordsBound } from "./bound.ts";
import type { Row } from "./rows.ts";

/** SQL: the items of a request. A dial of before is named on the trail by its older id. */
const items = (request: string): string =>
  `(SELECT * FROM request_items WHERE request = ${request}) i LEFT JOIN dials d ON i.kind = 'dial' AND d.num = i.ref`;
const itemRef = "COALESCE(d.id, i.ref)";

/** Most rows of the trail a slice, and most slices a run. */
export const SLICE = 200_000;
const SLICES = 5;

/** By the end of a number people find it however it is written; shorter words would be in other people's, too. */
export const endOf = (e164: string): string => e164.replace("+", "").slice(-9);
const SHORTEST = 5;

/**
 * The statements that have a request's words erased: its numbers (E.164), the requester's address and name; unless `whole`, only
 * where what is erased is quoted. Bound with the decision, and refused (conflict) where a job goes on or ends meanwhile. `denied`: the items (kind.ref) that this decision, of the moment
 * `at`, does not erase.
 */
export async function wordsDue(
  env: Env,
  { id, email, name }: Pick<Row, "id" | "email" | "name">,
  more: { whole: boolean; numbers: readonly string[]; at: string; denied: ReadonlyMap<string, unknown> },
): Promise<Statement[]> {
  const { whole, numbers, at, denied } = more;
  const words = [...numbers.map(endOf), ...spelt(email ?? ""), ...spelt(name)];
  const [before] = await statesOf(env.DB, wordsBound, "request = ?", id);
  const [found, last] = (await env.DB.batch([
    env.DB.prepare(
      `SELECT i.kind || '.' || i.ref AS item, ${itemRef} AS ref, i.done_at IS NULL AS open FROM ${items("?1")}
       WHERE i.verdict = 'confirmed' AND (i.done_at IS NULL OR i.decision = 'comply')`,
    ).bind(id),
    env.DB.prepare("SELECT MAX(seq) AS seq FROM audit"),
  ])) as [D1Result<{ item: string; ref: string; open: number }>, D1Result<{ seq: number }>];
  const gone = found.results.flatMap(({ item, ref, open }) => (open === 1 && denied.has(item) ? [] : [ref]));
  const to = {
    whole: Number(whole),
    words: JSON.stringify(words.filter((word) => word.length >= SHORTEST)),
    gone: JSON.stringify([...new Set([...gone, ...(await goneBefore(env, before))])]),
    ...{ after: 0, until: last.results[0]!.seq, at },
  };
  return before
    ? [changeBound(wordsBound, before, to, at), refuseWhere("changes() <> 1")]
    : [insertBound(wordsBound, [{ job: crypto.randomUUID(), request: id, ...to }])];
}

/** What an earlier decision erased whose job still goes on, if the trail has that so. */
async function goneBefore(env: Env, before: NewRow | undefined): Promise<string[]> {
  if (!before) return [];
  const { not, later } = await agreedOf(env, wordsBound, [String(before["job"])]);
  return not.length + later.length > 0 ? [] : (JSON.parse(String(before["gone"])) as string[]);
}

/** A word as `has` finds it: SQLite lowers A to Z alone, so others stay as the word has them, or in lower or upper case. */
export const spelt = (word: string): string[] => {
  const cases = [word, word.toLowerCase(), word.toUpperCase()].flatMap((one) => [one, one.normalize("NFD")]);
  return [...new Set(cases.map((one) => one.replace(/[A-Z]/g, (letter) => letter.toLowerCase())))];
};

/** What people write between digits; the last two are spaces that do not break. */
const between = ["' '", "'-'", "'('", "')'", "'.'", "'/'", "char(160)", "char(8239)"];

/** SQL: a text has one of the words (JSON, ?1), in it or in the digits that it is written with. */
export const has = (text: string): string =>
  `EXISTS (SELECT 1 FROM json_each(?1) w WHERE instr(lower(${text}), w.value) > 0
     OR instr(${between.reduce((digits, mark) => `replace(${digits}, ${mark}, '')`, text)}, w.value) > 0)`;

/**
 * SQL: a text that has one of the words (?1) is to go: it quotes what is erased of the request (?2), or, of a whole erasure, does
 * not quote what stays. `names`: where the ids of what it quotes are.
 */
const goes = (text: string, whole: boolean, names = text): string => {
  const gone = `EXISTS (SELECT 1 FROM words_due w JOIN json_each(w.gone) j
    WHERE w.request = ?2 AND instr(${names}, j.value) > 0)`;
  const stays = `EXISTS (SELECT 1 FROM ${items("?2")}
    WHERE (i.verdict = 'rejected' OR i.decision = 'deny') AND instr(${names}, ${itemRef}) > 0)`;
  return `CASE WHEN ${has(text)} THEN ${whole ? `(${gone} OR NOT ${stays})` : gone} ELSE 0 END`;
};
const withSubject = "(SELECT subject FROM audit WHERE audit.seq = audit_payload.seq) || ' ' || payload";

/** SQL: a payload has what an officer wrote of a recording that is erased, whether it names anybody or not. */
const isWritten = `EXISTS (SELECT 1 FROM audit a JOIN words_due w ON w.request = ?2 JOIN json_each(w.gone) j ON j.value = a.subject
  WHERE a.seq = audit_payload.seq AND a.code IN ('recording.held', 'recording.held-on', 'recording.released',
    'recording.erase-asked', 'recording.looked'))`;

/** The statements that erase what officers wrote of recordings, on certificates too: by which recording it is. A hold that applies keeps its ground. */
async function writtenOf(env: Env, words: string, request: string, whole: boolean): Promise<Statement[]> {
  const blank = (table: string, column: string, name: string, only: string) =>
    sql(
      `UPDATE ${table} SET ${column} = '' WHERE ${column} <> '' AND ${only} AND ${goes(column, whole, name)}`,
      words,
      request,
    );
  const { results } = await env.DB.prepare(
    `SELECT recording FROM certificates WHERE why <> '' AND ${goes("why", whole, "recording")}`,
  )
    .bind(words, request)
    .all<{ recording: string }>();
  const certificates = results.map(({ recording }) => recording);
  return [
    ...(await withoutWhy(env.DB, certificates)),
    blank("recordings", "why", "recordings.id", "state <> 'erased'"),
    blank("recording_looks", "why", "recording", "TRUE"),
    ...(await withoutGround(env.DB, words, request, whole)),
  ];
}

/** The statements that take it out of legal holds that were released. */
async function withoutGround(db: D1Database, words: string, request: string, whole: boolean) {
  const changes = new Map<unknown, RowChange>();
  for (const column of ["reason", "released_why"]) {
    const where = `released_at IS NOT NULL AND ${column} <> '' AND ${goes(column, whole, "recording")}`;
    for (const before of await statesOf(db, holdsBound, where, words, request))
      changes.set(before["id"], { before, to: { ...changes.get(before["id"])?.to, [column]: "" } });
  }
  return changeRows(holdsBound, [...changes.values()], new Date().toISOString());
}

/**
 * The statement that refuses the job's end where somebody wrote more of it between its reading and this step: then it is gone through
 * once more. `?1` are the words, `?2` the request.
 */
function unlessMore(words: string, request: string, whole: boolean): Statement {
  const left = (table: string, column: string, name: string, only: string) =>
    `EXISTS (SELECT 1 FROM ${table} WHERE ${column} <> '' AND ${only} AND ${goes(column, whole, name)})`;
  const places = [
    left("certificates", "why", "recording", "TRUE"),
    left("recording_holds", "reason", "recording", "released_at IS NOT NULL"),
    left("recording_holds", "released_why", "recording", "released_at IS NOT NULL"),
  ];
  return refuseWhere(places.join(" OR "), words, request);
}

/** Jobs that are looked at in a step, and that are compared at once. */
const LOOKED_AT = 1000;
const AT_ONCE = 20;
interface Due {
  job: string;
  request: string;
  /** JSON: the keys of its events that say that it was complied with. */
  decisions: string;
}

/**
 * The job that is next, as the trail has it, with the request's decision: who owns the database can write any words. Officers are told
 * once of those that are not so; one of which an archive may tell that cannot be read waits.
 */
async function nextDue(env: Env): Promise<NewRow | null> {
  const { results } = await env.DB.prepare(
    `SELECT w.job, w.request, (SELECT json_group_array(e.request || '/' || e.ref) FROM requests r JOIN request_events e ON e.request = r.id
       WHERE r.id = w.request AND r.kind = 'erasure' AND e.action IN ('comply', 'partial')) AS decisions
     FROM words_due w ORDER BY EXISTS (SELECT 1 FROM kept_back k WHERE k.row = 'words_due/' || w.job), w.at, w.job LIMIT ?`,
  )
    .bind(LOOKED_AT)
    .all<Due>();
  const unlike: string[] = [];
  let next: Due | undefined;
  for (const some of chunks(results, AT_ONCE)) {
    const saidOf = await howSaid(env, some);
    next = some.find((due) => saidOf(due) === "so");
    unlike.push(...some.filter((due) => saidOf(due) === "not").map(nameOf));
    if (next) break;
  }
  await tellUnlike(env, unlike, Date.now());
  return next ? ((await statesOf(env.DB, wordsBound, "job = ?", next.job))[0] ?? null) : null;
}
const nameOf = ({ job }: Due): string => `${wordsBound.name}/${job}`;

/** Whether the trail has such jobs so, with the decision of each. */
async function howSaid(env: Env, due: readonly Due[]): Promise<(one: Due) => "so" | "not" | "unread"> {
  const decisionsOf = ({ decisions }: Due) => JSON.parse(decisions) as string[];
  const { rows } = await compared(env, [
    { table: wordsBound, keys: due.map(({ job }) => job) },
    { table: requestsBound, keys: due.map(({ request }) => request) },
    { table: eventsBound, keys: due.flatMap(decisionsOf) },
  ]);
  const back = await broughtBack(env, await startOf(env), due.map(nameOf), new Date().toISOString());
  const isSo = (name: string) => typeof rows.get(name)?.is === "number";
  const isUnread = (name: string) => {
    const row = rows.get(name);
    return row !== undefined && (row.is === "unbound" || row.is === "later" || row.isUnread);
  };
  return (one) => {
    const its = [nameOf(one), `${requestsBound.name}/${one.request}`];
    const decisions = decisionsOf(one).map((key) => `${eventsBound.name}/${key}`);
    if (back.has(its[0]!)) return "not";
    if (its.every(isSo) && decisions.some(isSo)) return "so";
    return [...its, ...decisions].some(isUnread) ? "unread" : "not";
  };
}

/** Every few minutes, and while nothing is due one read. `slice` for tests. */
export async function eraseWords(env: Env, slice = SLICE): Promise<void> {
  for (let n = 0; n < SLICES; n++) {
    const due = await nextDue(env);
    if (!due) return;
    await eraseSlice(env, due, slice).catch((error: unknown) => {
      // Somebody decided or wrote meanwhile: it is read again.
      if (problemOf(error)?.code !== "conflict") throw error;
    });
  }
}

async function eraseSlice(env: Env, due: NewRow, slice: number): Promise<void> {
  const { job, request, words, after } = due as {
    job: string;
    request: string;
    words: string;
    after: number;
  };
  const whole = due["whole"] === 1;
  // What was written between the plan and the decision is gone through as well.
  const until =
    after > 0
      ? Number(due["until"])
      : (await env.DB.prepare("SELECT MAX(seq) AS n FROM audit").first<number>("n"))!;
  const end = Math.min(after + slice, until);
  const { results: payloads } = await env.DB.prepare(
    `SELECT seq FROM audit_payload WHERE seq > ?3 AND seq <= ?4
       AND (${goes("payload", whole, withSubject)} OR ${isWritten})`,
  )
    .bind(words, request, after, end)
    .all<{ seq: number }>();
  const since = new Date().toISOString();
  await record(env, {
    actor: "system",
    event: {
      code: "request.words-erased",
      subject: request,
      payload: { from: Math.min(after + 1, end), to: end },
    },
    statements: [
      ...sayErased(payloads.map(({ seq }) => ({ row: `audit_payload/${seq}`, since }))),
      ...inChunks(payloads, (json) =>
        sql("DELETE FROM audit_payload WHERE seq IN (SELECT value ->> 'seq' FROM json_each(?))", json),
      ),
      ...(end < until
        ? [changeBound(wordsBound, due, { after: end, until }, since)]
        : [
            // A repeated request is refused, and not carried out again.
            sql(
              `UPDATE idempotency SET answer = NULL WHERE answer IS NOT NULL AND ${goes("answer", whole)}`,
              ...[words, request],
            ),
            ...(await writtenOf(env, words, request, whole)),
            // Mails name no items.
            ...(whole
              ? [
                  sql(
                    `UPDATE outbox SET vals = NULL
                       WHERE state <> 'waiting' AND vals IS NOT NULL AND (${has("vals")} OR ${has("recipient")})`,
                    words,
                  ),
                ]
              : []),
            unlessMore(words, request, whole),
            refuseWhere("(SELECT rev FROM words_due WHERE job = ?) IS NOT ?", job, due["rev"]!),
            ...sayErased([{ row: `${wordsBound.name}/${job}`, since }]),
            sql("DELETE FROM words_due WHERE job = ?", job),
          ]),
    ],
  });
}
