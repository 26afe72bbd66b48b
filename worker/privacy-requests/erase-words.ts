/**
 * What a complied erasure takes out of the places that only quote: payloads of the trail (which leave their hashes, and the rows
 * that they told of are bound by themselves), filters that were logged, stored answers, mails that are over, and what officers wrote of recordings, holds and looks. What the letter
 * said stays is quoted on: items that were refused, that are about someone else, or, where the requester asked for less, all that
 * they did not name. A job goes through the trail in slices, as there may be millions of payloads.
 */
import { insertBound, type NewRow } from "../core/bound.ts";
import { record } from "../core/commit.ts";
import { type Problem, problemOf } from "../core/errors.ts";
import { inChunks, refuseWhere, sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { changeBound, changeRows, type RowChange, statesOf } from "../core/states.ts";
import { holdsBound } from "../recordings/bound.ts";
import { withoutWhy } from "../recordings/certificates/written.ts";
import { compared, isAsCompared } from "../trail/agreed.ts";
import { broughtBack, sayErased } from "../trail/erased.ts";
import { startOf } from "../trail/start.ts";
import { changeOf } from "../trail/states.ts";
import { wordsBound } from "./bound.ts";
import type { Row } from "./rows.ts";
import { type Next, nextDue } from "./words-due.ts";

/** SQL: the items of a request (?1). A dial of before is named on the trail by its older id. */
const items = `(SELECT * FROM request_items WHERE request = ?1) i LEFT JOIN dials d ON i.kind = 'dial' AND d.num = i.ref`;
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
 * `at`, does not erase. What goes and what stays is in the row itself: the items may be altered before the job is through.
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
      `SELECT i.kind || '.' || i.ref AS item, ${itemRef} AS ref, i.verdict, i.decision, i.done_at IS NULL AS open FROM ${items}`,
    ).bind(id),
    env.DB.prepare("SELECT MAX(seq) AS seq FROM audit"),
  ])) as [D1Result<Item>, D1Result<{ seq: number }>];
  const isDenied = ({ item, decision, open }: Item) => (open === 1 ? denied.has(item) : decision === "deny");
  const refs = (its: (item: Item) => boolean) => found.results.filter(its).map(({ ref }) => ref);
  const gone = refs(
    (item) =>
      item.verdict === "confirmed" && !isDenied(item) && (item.open === 1 || item.decision === "comply"),
  );
  const earlier = await earlierOf(env, before);
  const to = {
    whole: Number(whole),
    words: JSON.stringify(words.filter((word) => word.length >= SHORTEST)),
    gone: JSON.stringify([...new Set([...gone, ...earlier.gone])]),
    stays: JSON.stringify(refs((item) => item.verdict === "rejected" || isDenied(item))),
    ...{ after: 0, until: last.results[0]!.seq, at },
  };
  if (before && !earlier.isBack)
    return [changeBound(wordsBound, before, to, at), refuseWhere("changes() <> 1")];
  return [
    // One that came back after its end, which is on the trail, is over for good.
    ...(before ? [sql("DELETE FROM words_due WHERE job = ?", String(before["job"]))] : []),
    insertBound(wordsBound, [{ job: crypto.randomUUID(), request: id, ...to }]),
  ];
}
interface Item {
  item: string;
  ref: string;
  verdict: string;
  decision: string | null;
  open: number;
}

/** Of the job that goes on: what an earlier decision erased, if the trail has that so; or that somebody put it back after its end. */
async function earlierOf(
  env: Env,
  before: NewRow | undefined,
): Promise<{ gone: readonly string[]; isBack: boolean }> {
  if (!before) return { gone: [], isBack: false };
  const job = String(before["job"]);
  const name = `${wordsBound.name}/${job}`;
  const isBack = (await broughtBack(env, await startOf(env), [name], new Date().toISOString())).has(name);
  const { rows } = await compared(env, [{ table: wordsBound, keys: [job] }]);
  const isSo = !isBack && isAsCompared(wordsBound, before, rows.get(name));
  return { gone: isSo ? (JSON.parse(String(before["gone"])) as string[]) : [], isBack };
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

/** The first parameters of what follows: the words, the ids of what is erased, and of what stays; null where only what quotes the former goes. */
type By = readonly [words: string, gone: string, stays: string | null];

/**
 * SQL: a text that has one of the words (?1) is to go: it quotes what is erased (?2), or, of a whole erasure, does not quote what
 * stays (?3). `names`: where the ids of what it quotes are.
 */
const goes = (text: string, names = text): string => {
  const quotes = (ids: string) =>
    `EXISTS (SELECT 1 FROM json_each(${ids}) j WHERE instr(${names}, j.value) > 0)`;
  return `CASE WHEN ${has(text)} THEN (${quotes("?2")} OR (?3 IS NOT NULL AND NOT ${quotes("?3")})) ELSE 0 END`;
};
const withSubject = "(SELECT subject FROM audit WHERE audit.seq = audit_payload.seq) || ' ' || payload";

/** SQL: a payload has what an officer wrote of a recording that is erased, whether it names anybody or not. */
const isWritten = `EXISTS (SELECT 1 FROM audit a JOIN json_each(?2) j ON j.value = a.subject
  WHERE a.seq = audit_payload.seq AND a.code IN ('recording.held', 'recording.held-on', 'recording.released',
    'recording.erase-asked', 'recording.looked'))`;

/** The statements that erase what officers wrote of recordings, on certificates too: by which recording it is. A hold that applies keeps its ground. */
async function writtenOf(env: Env, by: By): Promise<Statement[]> {
  const blank = (table: string, column: string, name: string, only: string) =>
    sql(
      `UPDATE ${table} SET ${column} = '' WHERE ${column} <> '' AND ${only} AND ${goes(column, name)}`,
      ...by,
    );
  const { results } = await env.DB.prepare(
    `SELECT recording FROM certificates WHERE why <> '' AND ${goes("why", "recording")}`,
  )
    .bind(...by)
    .all<{ recording: string }>();
  const certificates = results.map(({ recording }) => recording);
  return [
    ...(await withoutWhy(env.DB, certificates)),
    blank("recordings", "why", "recordings.id", "state <> 'erased'"),
    blank("recording_looks", "why", "recording", "TRUE"),
    ...(await withoutGround(env.DB, by)),
  ];
}

/** The statements that take it out of legal holds that were released. */
async function withoutGround(db: D1Database, by: By) {
  const changes = new Map<unknown, RowChange>();
  for (const column of ["reason", "released_why"]) {
    const where = `released_at IS NOT NULL AND ${column} <> '' AND ${goes(column, "recording")}`;
    for (const before of await statesOf(db, holdsBound, where, ...by))
      changes.set(before["id"], { before, to: { ...changes.get(before["id"])?.to, [column]: "" } });
  }
  return changeRows(holdsBound, [...changes.values()], new Date().toISOString());
}

/**
 * The statement that refuses the job's end where somebody wrote more of it between its reading and this step: then it is gone through
 * once more.
 */
function unlessMore(by: By): Statement {
  const left = (table: string, column: string, name: string, only: string) =>
    `EXISTS (SELECT 1 FROM ${table} WHERE ${column} <> '' AND ${only} AND ${goes(column, name)})`;
  const places = [
    left("certificates", "why", "recording", "TRUE"),
    left("recording_holds", "reason", "recording", "released_at IS NOT NULL"),
    left("recording_holds", "released_why", "recording", "released_at IS NOT NULL"),
  ];
  return refuseWhere(places.join(" OR "), ...by);
}

/** Every few minutes, and while nothing is due one read. `slice` for tests. */
export async function eraseWords(env: Env, slice = SLICE): Promise<void> {
  const refused = new Set<string>();
  const left = new Set<string>();
  let failed: Problem | undefined;
  for (let n = 0; n < SLICES; n++) {
    const next = await nextDue(env, left);
    if (!next) break;
    const job = String(next.due["job"]);
    await eraseSlice(env, next, slice).catch((error: unknown) => {
      const problem = problemOf(error);
      if (problem?.code !== "conflict") throw error;
      // Somebody decided or wrote meanwhile: it is read again, once. Refused twice, others go on, and this run has failed.
      if (refused.has(job)) {
        left.add(job);
        failed = problem;
      }
      refused.add(job);
    });
  }
  if (failed) throw failed;
}

/** What was on the trail when it was decided, with the decision's own change, is gone through; of one that was adopted, what it says itself. */
async function untilOf(env: Env, { due, seq }: Next): Promise<number> {
  if (Number(due["after"]) > 0) return Number(due["until"]);
  const change = await changeOf(env, seq);
  return change?.subject === due["request"] ? change!.seq : Number(due["until"]);
}

/** What stays, as the items are now: an older Worker left it to them. */
async function staysNow(db: D1Database, request: string): Promise<string> {
  const { results } = await db
    .prepare(`SELECT ${itemRef} AS ref FROM ${items} WHERE i.verdict = 'rejected' OR i.decision = 'deny'`)
    .bind(request)
    .all<{ ref: string }>();
  return JSON.stringify(results.map(({ ref }) => ref));
}

async function eraseSlice(env: Env, next: Next, slice: number): Promise<void> {
  const { due } = next;
  const { job, request, words, gone, after } = due as {
    job: string;
    request: string;
    words: string;
    gone: string;
    after: number;
  };
  const whole = due["whole"] === 1;
  const stays = (due["stays"] as string | null) ?? (await staysNow(env.DB, request));
  const by: By = [words, gone, whole ? stays : null];
  const until = await untilOf(env, next);
  const end = Math.min(after + slice, until);
  const { results: payloads } = await env.DB.prepare(
    `SELECT seq FROM audit_payload WHERE seq > ?4 AND seq <= ?5 AND (${goes("payload", withSubject)} OR ${isWritten})`,
  )
    .bind(...by, after, end)
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
        ? [changeBound(wordsBound, due, { after: end, until, stays }, since)]
        : [
            // A repeated request is refused, and not carried out again.
            sql(`UPDATE idempotency SET answer = NULL WHERE answer IS NOT NULL AND ${goes("answer")}`, ...by),
            ...(await writtenOf(env, by)),
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
            unlessMore(by),
            refuseWhere("(SELECT rev FROM words_due WHERE job = ?) IS NOT ?", job, due["rev"]!),
            ...sayErased([{ row: `${wordsBound.name}/${job}`, since }]),
            sql("DELETE FROM words_due WHERE job = ?", job),
          ]),
    ],
  });
}
