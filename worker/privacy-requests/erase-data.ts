/**
 * What an erasure that was decided does. Recordings become due today and are erased by worker/recordings, with certificates.
 * The rest is deleted in the decision's own commit. One do-not-call entry stays, so that the number is not called again.
 */
import { daysLater, monthsLater } from "../../shared/core/calendar.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { fill } from "../../shared/texts/language.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import { insertBound, type NewRow } from "../core/bound.ts";
import { changedNumbers } from "../core/commit.ts";
import { idIs, idOf, sql, type Statement } from "../core/sql.ts";
import { unrestricted } from "../do-not-call/brief.ts";
import { changeEntries, changesOf } from "../do-not-call/changes.ts";
import { isWord } from "../do-not-call/refusals.ts";
import { insertEntries, newEntry, stillLive } from "../do-not-call/rows.ts";
import type { Env } from "../env.ts";
import { eraseDue } from "../recordings/erasure.ts";
import { type Erased, sayErased } from "../trail/erased.ts";
import { unlikeOnce } from "../trail/kept-back.ts";
import { forgetWatched } from "../watching/recheck.ts";
import { restrictedBound } from "./bound.ts";
import { recordedCalls } from "./items.ts";
import { namedDue } from "./letters/named.ts";
import { confirmed, wantNumbers } from "./numbers.ts";
import type { Row } from "./rows.ts";
import { withoutOrigins } from "./systems/own-copy.ts";
import { wordsDue } from "./words/due.ts";

/** `recordings.why` of what this request brings forward. */
const whyOf = (row: Row): string => fill(t.reason.erased, { reference: row.ref });

/**
 * Undoes what an earlier decision did and that is not erased yet: recordings that it brought forward get their own days
 * back, and what it kept as a proof alone is a record like others.
 */
export async function daysBack(db: D1Database, row: Row, at: string): Promise<Statement[]> {
  const { results } = await db
    .prepare(
      `SELECT id, started_on AS startedOn, months FROM recordings
       WHERE state = 'kept' AND rule = 'hand' AND why = ?2 AND ${idOf("id", `(${confirmed("recording")})`)}`,
    )
    .bind(row.id, whyOf(row))
    .all<{ id: string; startedOn: string; months: number }>();
  const { results: proofs } = await db
    .prepare("SELECT id FROM restricted WHERE request = ?")
    .bind(row.id)
    .all<{ id: string }>();
  return [
    ...results.map(({ id, startedOn, months }) =>
      sql(
        `UPDATE recordings SET erase_after = ?1, rule = 'retention', why = '' WHERE ${idIs("id", "?2")} AND state = 'kept'`,
        ...[monthsLater(startedOn, months), id],
      ),
    ),
    ...sayErased(proofs.map(({ id }) => ({ row: `restricted/${id}`, since: at }))),
    sql(
      "DELETE FROM restricted WHERE id IN (SELECT value FROM json_each(?))",
      JSON.stringify(proofs.map(({ id }) => id)),
    ),
  ];
}

/** Ids of the items of a kind that this decision, of the moment `at`, erases. `?1` is the request. */
const complied = (kind: string, at: string): string =>
  `SELECT ref AS value FROM request_items WHERE request = ?1 AND kind = '${kind}' AND verdict = 'confirmed' AND decision = 'comply'
     AND COALESCE(done_at, '${at}') = '${at}'`;

/**
 * The statements of an erasure. They must come after the items have their decisions, and those that go now are done, in the same batch. `denied`: the items
 * (kind.ref) that are not erased, each with the day until which it is kept as a proof alone, if it is.
 */
export async function erasures(
  env: Env,
  row: Row,
  { at, today }: { at: string; today: string },
  { by, denied }: { by: string; denied: ReadonlyMap<string, string | undefined> },
): Promise<Statement[]> {
  const db = env.DB;
  const { numbers, searched, isSaid, items, lost, unlike } = await wantNumbers(env, row, denied);
  const list = JSON.stringify(numbers);
  const { results: live } = await db
    .prepare(
      `SELECT id, number, until, kind, keeps_line = 0 AS holds, keeps_line = 0 AND origin IS NULL AS own FROM suppressions
       WHERE ended_at IS NULL AND number IN (SELECT value FROM json_each(?))`,
    )
    .bind(list)
    .all<{ id: string; number: number; until: string | null; kind: string; holds: number; own: number }>();
  const gone = await goneBy(db, row, at, denied, searched);
  const proofs = await proofsOf(db, row.id, denied, at);
  const isItem = new Set(gone.map((one) => one.row));
  const complying = live.map(({ id }) => id).filter((id) => isItem.has(`suppressions/${id}`));
  // An objection that stays is as of when it was said last.
  const words = (await lastWordsOf(db, row.id)).filter((id) => isItem.has(`suppressions/${id}`));
  const staying = new Set([...complying, ...words]);
  const others = live
    .filter(({ id, until }) => until !== null && !complying.includes(id))
    .map(({ id }) => id);
  const unheld = numbers
    .filter((number) => !live.some((entry) => entry.number === number && entry.own === 1))
    .map((number) =>
      newEntry({
        ...{ number: e164Of(number), kind: "house", reason: t.reason.kept, source: "" },
        ...{ until: null, by, at },
      }),
    );
  const reasons = new Map(
    numbers.map((number) => {
      const kinds = live.flatMap((one) => (one.number === number && one.holds === 1 ? [one.kind] : []));
      return [number, kinds.sort().at(-1) ?? "house"];
    }),
  );
  const isLive = "ended_at IS NULL AND id IN (SELECT value FROM json_each(?))";
  const idsOf = (ids: readonly string[]) => JSON.stringify(ids);
  const erasing = gone.filter((one) => !staying.has(one.row.slice("suppressions/".length)));
  const whole = row.narrowed === null;
  // Items, and the calls of recordings that are.
  const calls = `${complied("call", at)} UNION SELECT value FROM json_each(?2)`;
  const recorded = idsOf(gone.flatMap((one) => (one.ofRecording ? [one.row.slice("calls/".length)] : [])));
  const { results: parties } = await db
    .prepare("SELECT id FROM parties WHERE ?1 AND number IN (SELECT value FROM json_each(?2))")
    .bind(Number(whole), list)
    .all<{ id: string }>();
  return [
    // No later decision need come by here: they are told with this one, or neither is.
    ...(await unlikeOnce(db, unlike, { key: `${row.id}.${row.rev}`, now: Date.parse(at) })),
    ...sayErased(erasing),
    // The job has the request's own number from the request, once it is as the trail has it.
    ...(await wordsDue(env, row, {
      ...{ whole, at, denied, items, lost },
      numbers: numbers.filter((number) => isSaid || number !== row.number).map(e164Of),
    })),
    await namedDue(db, row, numbers.map(e164Of), at),
    // What proves that a past call was lawful may be kept (UK GDPR art 17(3)(e)): from now on as that alone.
    ...(proofs.length === 0 ? [] : [insertBound(restrictedBound, proofs)]),
    sql(
      `UPDATE recordings SET erase_after = MIN(erase_after, ?2), rule = 'hand', why = ?3, due = NULL
       WHERE state = 'kept' AND ${idOf("id", `(${complied("recording", at)})`)} AND NOT EXISTS (
         SELECT 1 FROM holds h WHERE h.recording = recordings.id)`,
      ...[row.id, today, whyOf(row)],
    ),
    sql(`DELETE FROM dials WHERE num IN (${complied("dial", at)})`, row.id),
    // Reading their logs again must not bring the calls back.
    sql(
      `INSERT OR IGNORE INTO calls_erased (ref, at) SELECT ref, ?3 FROM calls WHERE ${idOf(
        "id",
        `(${calls}
         UNION SELECT ref FROM restricted WHERE request = ?1 AND kind = 'call')`,
      )}`,
      ...[row.id, recorded, at],
    ),
    sql(
      `DELETE FROM calls WHERE ${idOf("id", `(${calls})`)} AND ${unrestricted("call", "calls.id")}`,
      ...[row.id, recorded],
    ),
    sql(`DELETE FROM consents WHERE id IN (${complied("consent", at)})`, row.id),
    sql(
      `DELETE FROM suppressions WHERE ended_at IS NOT NULL AND id IN (${complied("suppression", at)})
         AND id NOT IN (SELECT value FROM json_each(?2))`,
      row.id,
      idsOf(words),
    ),
    ...sayErased(parties.map(({ id }) => ({ row: `parties/${id}`, since: at }))),
    sql(
      "DELETE FROM parties WHERE id IN (SELECT value FROM json_each(?))",
      idsOf(parties.map(({ id }) => id)),
    ),
    // What was said meanwhile goes as well: then plan again.
    ...(whole
      ? [sql("UPDATE parties SET rev = NULL WHERE number IN (SELECT value FROM json_each(?))", list)]
      : []),
    ...(whole ? [withoutOrigins(numbers)] : []),
    // A live entry stays, or the number would be called again, but it says nothing else, and no longer expires.
    stillLive(complying),
    ...(await changeEntries(
      db,
      [
        ...(await changesOf(
          db,
          { reason: t.reason.kept, source: "", until: null },
          isLive,
          idsOf(complying),
        )),
        ...(await changesOf(
          db,
          { reason: t.reason.kept, source: "" },
          "id IN (SELECT value FROM json_each(?))",
          idsOf(words),
        )),
        ...(await changesOf(db, { until: null }, isLive, idsOf(others))),
        // Taking back an objection of the public page does not end it: this requester is verified.
        ...(await changesOf(
          db,
          { unverified: 0 },
          "ended_at IS NULL AND unverified = 1 AND number IN (SELECT value FROM json_each(?))",
          list,
        )),
      ],
      at,
    )),
    ...(unheld.length > 0 ? [insertEntries(unheld)] : []),
    // What watching knows of the numbers is erased. The new entries are reported once, like any; barred numbers are not
    // watched. Screenings stay: they prove that the numbers were screened.
    ...(await forgetWatched(db, row.id, reasons, at)),
    changedNumbers(numbers.map((number) => ({ e164: e164Of(number) }))),
  ];
}

/** Of a request's items the last words by which objections that are in force were said again. */
async function lastWordsOf(db: D1Database, request: string): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT id, MAX(COALESCE(heard_at, at)) FROM suppressions s
       WHERE id IN (${confirmed("suppression")}) AND kind = 'objection'
         AND ${isWord("s")} AND EXISTS (SELECT 1 FROM suppressions l
           WHERE l.number = s.number AND l.kind = 'objection' AND l.ended_at IS NULL AND l.origin IS NULL)
       GROUP BY number`,
    )
    .bind(request)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** The items that are kept as a proof alone from now on. One that another request keeps so already stays with that. */
async function proofsOf(
  db: D1Database,
  request: string,
  denied: ReadonlyMap<string, string | undefined>,
  at: string,
): Promise<NewRow[]> {
  const proofs = [...denied].flatMap(([item, until]) => {
    const [, kind, ref] = /^(dial|call|consent)\.(.*)$/s.exec(item) ?? [];
    return until === undefined || kind === undefined || ref === undefined
      ? []
      : [{ id: crypto.randomUUID(), kind, ref, until, request, at }];
  });
  const { results } = await db
    .prepare(
      `SELECT kind || '.' || ref AS item FROM restricted
       WHERE (kind, ref) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)) AND request <> ?`,
    )
    .bind(JSON.stringify(proofs.map(({ kind, ref }) => [kind, ref])), request)
    .all<{ item: string }>();
  const others = new Set(results.map(({ item }) => item));
  return proofs.filter(({ kind, ref }) => !others.has(`${kind}.${ref}`));
}

const tables = { dial: "dials", call: "calls", consent: "consents", suppression: "suppressions" };

/** The rows that go, now or once their time as a proof is over. `searched`: for which numbers, as the trail has it. */
async function goneBy(
  db: D1Database,
  row: Row,
  at: string,
  denied: ReadonlyMap<string, string | undefined>,
  searched: readonly number[],
): Promise<(Erased & { ofRecording: boolean })[]> {
  const open = "request = ?1 AND verdict = 'confirmed' AND done_at IS NULL";
  const { results } = await db
    .prepare(
      `SELECT kind, ref FROM request_items WHERE ${open}
       UNION SELECT 'of-' || c.ref, c.id FROM (${recordedCalls(open, "SELECT value AS number FROM json_each(?2)")}) c`,
    )
    .bind(row.id, JSON.stringify(searched))
    .all<{ kind: keyof typeof tables | "recording" | `of-${string}`; ref: string }>();
  return results.flatMap(({ kind, ref }): (Erased & { ofRecording: boolean })[] => {
    const ofRecording = kind.startsWith("of-");
    const item = ofRecording ? `recording.${kind.slice(3)}` : `${kind}.${ref}`;
    const table = ofRecording ? "calls" : tables[kind as keyof typeof tables];
    const until = denied.get(item);
    if (table === undefined || (denied.has(item) && until === undefined)) return [];
    return [{ row: `${table}/${ref}`, since: until === undefined ? at : daysLater(until, 1), ofRecording }];
  });
}

/** Erases the request's recordings without waiting for the schedule; the next run erases what is left. */
export async function eraseNow(env: Env, request: string): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT i.ref FROM request_items i JOIN requests r ON r.id = i.request
     WHERE i.request = ? AND i.kind = 'recording' AND i.verdict = 'confirmed' AND i.decision = 'comply' AND r.kind = 'erasure' LIMIT 20`,
  )
    .bind(request)
    .all<{ ref: string }>();
  const now = Date.now();
  for (const { ref } of results) await eraseDue(env, now, { only: ref });
}
