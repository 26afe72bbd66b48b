/**
 * What a complied erasure takes out of the places that only quote: payloads of the trail (which leave their hashes, and the rows
 * that they told of are bound by themselves), filters that were logged, stored answers, mails that are over, and what officers wrote of recordings, holds and looks. What the letter
 * said stays is quoted on: items that were refused, that are about someone else, or, where the requester asked for less, all that
 * they did not name. A job goes through the trail in slices, as there may be millions of payloads.
 */
import { record } from "../core/commit.ts";
import { inChunks, sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { changeRows, type RowChange, statesOf } from "../core/states.ts";
import { holdsBound } from "../recordings/bound.ts";
import { withoutWhy } from "../recordings/certificates/written.ts";
import { sayErased } from "../trail/erased.ts";

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
 * The statement that has a request's words erased: its numbers (E.164), the requester's address and name; unless `whole`, only
 * where what is erased is quoted. It must come after the items have their decisions, and before their rows go.
 */
export const wordsDue = (
  request: string,
  whole: boolean,
  { numbers, email, name }: { numbers: readonly string[]; email: string | null; name: string },
): Statement => {
  const words = [...numbers.map(endOf), ...spelt(email ?? ""), ...spelt(name)];
  return sql(
    `INSERT OR REPLACE INTO words_due (request, whole, words, gone, after, until)
     SELECT ?1, ?2, ?3, (SELECT json_group_array(ref) FROM (
         SELECT ${itemRef} AS ref FROM ${items("?1")} WHERE i.verdict = 'confirmed' AND i.decision = 'comply'
         UNION SELECT j.value FROM words_due w JOIN json_each(w.gone) j WHERE w.request = ?1)),
       0, (SELECT MAX(seq) FROM audit)`,
    ...[request, Number(whole), JSON.stringify(words.filter((word) => word.length >= SHORTEST))],
  );
};

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
    blank("recordings", "why", "id", "state <> 'erased'"),
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
 * The statement that ends the job, unless somebody wrote more of it between its reading and this step: then it is gone through once
 * more. `?1` are the words, `?2` the request.
 */
function overOnce(words: string, request: string, whole: boolean): Statement {
  const left = (table: string, column: string, name: string, only: string) =>
    `EXISTS (SELECT 1 FROM ${table} WHERE ${column} <> '' AND ${only} AND ${goes(column, whole, name)})`;
  const places = [
    left("certificates", "why", "recording", "TRUE"),
    left("recording_holds", "reason", "recording", "released_at IS NOT NULL"),
    left("recording_holds", "released_why", "recording", "released_at IS NOT NULL"),
  ];
  return sql(`DELETE FROM words_due WHERE request = ?2 AND NOT (${places.join(" OR ")})`, words, request);
}

/** Every few minutes, and while nothing is due one read. `slice` for tests. */
export async function eraseWords(env: Env, slice = SLICE): Promise<void> {
  for (let n = 0; n < SLICES; n++) {
    const due = await env.DB.prepare(
      "SELECT request, whole, words, after, until FROM words_due LIMIT 1",
    ).first<{
      request: string;
      whole: number;
      words: string;
      after: number;
      until: number;
    }>();
    if (!due) return;
    const { request, whole, words, after, until } = due;
    const end = Math.min(after + slice, until);
    const { results: payloads } = await env.DB.prepare(
      `SELECT seq FROM audit_payload WHERE seq > ?3 AND seq <= ?4
         AND (${goes("payload", whole === 1, withSubject)} OR ${isWritten})`,
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
        sql("UPDATE words_due SET after = ? WHERE request = ?", end, request),
        ...(end < until
          ? []
          : [
              // A repeated request is refused, and not carried out again.
              sql(
                `UPDATE idempotency SET answer = NULL WHERE answer IS NOT NULL AND ${goes("answer", whole === 1)}`,
                ...[words, request],
              ),
              ...(await writtenOf(env, words, request, whole === 1)),
              // Mails name no items.
              ...(whole === 1
                ? [
                    sql(
                      `UPDATE outbox SET vals = NULL
                       WHERE state <> 'waiting' AND vals IS NOT NULL AND (${has("vals")} OR ${has("recipient")})`,
                      words,
                    ),
                  ]
                : []),
              overOnce(words, request, whole === 1),
            ]),
      ],
    });
  }
}
