/**
 * Screening: many numbers are judged at once and recorded as blocks (screened.ts). A part is judged and written in one
 * commit. The same part sent again gets the recorded answer, which is how an interrupted screening resumes.
 *
 * Calling hours are left out: a screening says whom a campaign may call, and the hours are judged at each call.
 */
import type { Stamp, Verdict } from "../../shared/check/api.ts";
import type { PartAnswer, ScreeningAnswer, ScreeningDetail } from "../../shared/screening/api.ts";
import { packAll } from "../../shared/registers/blocks.ts";
import type { Campaign } from "../../shared/policy/policy.ts";
import { MAX_PART } from "../../shared/core/limits.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { insertBound } from "../core/bound.ts";
import { bindAsIs } from "../core/bound-before.ts";
import type { Event } from "../core/change.ts";
import { record } from "../core/commit.ts";
import { inChunks, sql, type Statement } from "../core/sql.ts";
import type { Actor, Env } from "../env.ts";
import { Problem, problemOf } from "../core/errors.ts";
import { leave } from "../lookups/queue.ts";
import { endsBound, listOf, partsBound, screenedBound, screeningsBound } from "./bound.ts";
import { judge, type Judged } from "./judge.ts";
import { screenedId, verdictCodes } from "./screened.ts";
import { sha256Hex } from "../core/hash.ts";
import { scheduleRechecks } from "../watching/judge.ts";

export interface Screening extends ScreeningAnswer {
  num: number;
}
export interface NewScreening {
  source: Screening["source"];
  /** The name of the file or the connector. */
  name: string;
  purpose?: Campaign | null | undefined;
}
export type Summary = ScreeningDetail;

export const screeningColumns = `s.num, s.id, s.source, s.name, s.purpose, s.state, s.by, p.name AS byName, s.at,
  s.finished_at AS finishedAt, s.rows, s.numbers, s.clear, s.caution, s.blocked, s.unknown, s.invalid, s.duplicates
  FROM screenings s LEFT JOIN people p ON p.id = s.by`;

/** Throws the Problem `not-found`. */
export async function screeningOf(db: D1Database, id: string, asker?: Actor): Promise<Screening> {
  const row = await db.prepare(`SELECT ${screeningColumns} WHERE s.id = ?`).bind(id).first<Screening>();
  // An integration has its own only.
  if (!row || (asker?.kind === "integration" && row.by !== asker.id)) throw new Problem("not-found");
  return row;
}

/** A screening with its counts by reason. */
export async function summaryOf(db: D1Database, id: string): Promise<Summary> {
  const { num, ...screening } = await screeningOf(db, id);
  const { results } = await db
    .prepare(
      `SELECT r.key AS code, SUM(r.value) AS n FROM screening_parts p, json_each(p.reasons) r
       WHERE p.screening = ? GROUP BY r.key ORDER BY n DESC, code`,
    )
    .bind(num)
    .all<{ code: string; n: number }>();
  const parts = await db
    .prepare("SELECT COUNT(*) AS n FROM screening_parts WHERE screening = ?")
    .bind(num)
    .first<{ n: number }>();
  return {
    ...screening,
    reasons: Object.fromEntries(results.map(({ code, n }) => [code, n])),
    parts: parts?.n ?? 0,
  };
}

/** The event and the statements that open a screening: for a request's own commit, and for `openScreening`. */
export function opening(by: string, { source, name, purpose = null }: NewScreening) {
  const id = crypto.randomUUID();
  const at = new Date().toISOString();
  const event: Event = { code: "screening.opened", subject: id, payload: { source, name, purpose } };
  const statement = insertBound(screeningsBound, [{ id, source, name, purpose, by, at }]);
  return { id, at, event, statements: [statement] };
}

export async function openScreening(env: Env, by: string, wanted: NewScreening): Promise<Screening> {
  const { id, event, statements } = opening(by, wanted);
  await record(env, { actor: by, event, statements });
  return screeningOf(env.DB, id);
}

/**
 * Judges distinct numbers in E.164 (at most MAX_PART; quickest when sorted) and records them under a part's number,
 * once. Throws the Problem `part-differs` where the part was sent with other numbers, and `screening-over` where it is
 * finished.
 */
export async function screenPart(
  env: Env,
  by: string,
  screening: Pick<Screening, "num" | "id" | "purpose">,
  part: number,
  numbers: string[],
): Promise<PartAnswer> {
  if (numbers.length > MAX_PART || new Set(numbers).size < numbers.length)
    throw new Problem("invalid", undefined, [{ path: "numbers", message: details.partNumbers }]);
  const sha256 = sha256Hex(numbers.join());
  const before = await recorded(env.DB, screening.num, part, sha256);
  if (before) return before;
  const judged = await judge(env, screening.purpose ?? undefined, numbers);
  const counts = {
    numbers: numbers.length,
    clear: judged.by.clear.length,
    caution: judged.by.caution.length,
    blocked: judged.by.blocked.length,
    unknown: judged.by.unknown.length,
  };
  try {
    await record(env, {
      actor: by,
      event: { code: "screening.part", subject: screening.id, payload: { part, ...counts } },
      statements: statementsOf(screening.num, part, sha256, judged, counts),
    });
  } catch (error) {
    // The same part arrived twice at once: the other request's answer is the recorded one.
    const other = await recorded(env.DB, screening.num, part, sha256);
    if (other) return other;
    throw error;
  }
  // Registers by lookup: a screening does not wait for a million answers. Screen again once they have arrived.
  await leave(env, judged.wanted, judged.policy, Date.now());
  return judged.answer;
}

/** The recorded answer to a part; null where the part is new. */
async function recorded(
  db: D1Database,
  screening: number,
  part: number,
  sha256: string,
): Promise<PartAnswer | null> {
  const row = await db
    .prepare(
      `SELECT p.sha256, a.answer FROM screening_parts p LEFT JOIN screening_answers a ON a.part = p.num
       WHERE p.screening = ? AND p.part = ?`,
    )
    .bind(screening, part)
    .first<{ sha256: string; answer: string | null }>();
  if (!row) return null;
  if (row.sha256 !== sha256) throw new Problem("part-differs");
  if (row.answer === null) throw new Problem("screening-over", details.partOld);
  return JSON.parse(row.answer) as PartAnswer;
}

/** The statements that record a part. */
function statementsOf(
  screening: number,
  part: number,
  sha256: string,
  {
    answer,
    by,
    reasons,
    rechecks,
    policy: {
      screening: { watch },
    },
  }: Judged,
  counts: Record<"numbers" | Verdict, number>,
): Statement[] {
  const { at, stamp } = answer;
  const { seq, policy } = stamp;
  const rows = verdictCodes.flatMap((name, verdict) =>
    [...packAll(by[name])].map(({ block, n, data }) => ({ block, verdict, n, data })),
  );
  const watched = watch ? [...by.clear, ...by.caution] : [];
  return [
    insertBound(partsBound, [
      {
        ...{ screening, part, at, seq, policy, lists: headsOf(stamp), sha256, ...counts },
        reasons: JSON.stringify(reasons),
      },
    ]),
    sql(
      "INSERT INTO screening_answers (part, at, answer) SELECT num, ?3, ?4 FROM screening_parts WHERE screening = ?1 AND part = ?2",
      ...[screening, part, at, JSON.stringify(answer)],
    ),
    insertBound(screenedBound, [{ screening, part, at, n: rows.length, rows: listOf(rows) }]),
    ...inChunks(
      rows.map(({ block, verdict, n, data }) => [block, verdict, n, data]),
      (chunk) =>
        sql(
          `INSERT INTO screened (id, n, data)
           SELECT ${screenedId("value ->> 0", "p.num", "value ->> 1")}, value ->> 2, value ->> 3
           FROM json_each(?3), (SELECT num FROM screening_parts WHERE screening = ?1 AND part = ?2) p`,
          ...[screening, part, chunk],
        ),
    ),
    ...inChunks(watched, (chunk) =>
      sql(
        `INSERT INTO watched (number, on_day, screening) SELECT value, ?1, ?2 FROM json_each(?3) WHERE true
         ON CONFLICT (number) DO UPDATE SET on_day = excluded.on_day, screening = excluded.screening
         WHERE on_day < excluded.on_day`,
        ...[at.slice(0, 10), screening, chunk],
      ),
    ),
    ...(watch ? scheduleRechecks(rechecks) : []),
    sql(
      `UPDATE screenings SET numbers = numbers + ?2, clear = clear + ?3, caution = caution + ?4, blocked = blocked + ?5,
         unknown = unknown + ?6 WHERE num = ?1`,
      ...[screening, counts.numbers, counts.clear, counts.caution, counts.blocked, counts.unknown],
    ),
  ];
}

const headsOf = ({ lists }: Stamp): string =>
  JSON.stringify(lists.map(({ id, version, asOf }) => ({ id, version, asOf })));

export interface Finish {
  rows?: number | undefined;
  invalid?: number | undefined;
  duplicates?: number | undefined;
  cancelled?: boolean;
}

/** The event and the statements that end a screening; refused (conflict) where a part came in since it was read. */
function finishing(screening: Screening, { rows = 0, invalid = 0, duplicates = 0, cancelled }: Finish) {
  const state = cancelled ? "cancelled" : "done";
  const { id, numbers, clear, caution, blocked, unknown } = screening;
  const sums = { numbers, clear, caution, blocked, unknown };
  const event: Event = {
    code: cancelled ? "screening.cancelled" : "screening.done",
    subject: id,
    payload: { rows, invalid, duplicates, ...sums },
  };
  const open = { ...openEnd, id, ...sums };
  const to = { state, finished_at: new Date().toISOString(), rows, invalid, duplicates };
  return { event, statements: bindAsIs(endsBound, [open], to) };
}
/** What an open one says of its end. */
const openEnd = { state: "open", finished_at: null, rows: 0, invalid: 0, duplicates: 0 };

/** Parts that come in while it is ended, at the most. */
const TRIES = 5;

/** Ends a screening with its sender's counts. One that has ended already is returned as it is. */
export async function finishScreening(
  env: Env,
  by: string,
  { id }: Pick<Screening, "id">,
  counted: Finish,
): Promise<Summary> {
  for (let tries = TRIES; ; tries--) {
    const now = await screeningOf(env.DB, id);
    if (now.state !== "open") break;
    await record(env, { actor: by, ...finishing(now, counted) }).catch((error: unknown) => {
      if (tries <= 1 || problemOf(error)?.code !== "conflict") throw error;
    });
  }
  return summaryOf(env.DB, id);
}
