/** Each use of a consent: it says how often a call was tried that was asked for, and how long law wants the proof kept. */
import type { Facts } from "../../shared/check/api.ts";
import { type Context, decide, usesOf } from "../../shared/check/verdict.ts";
import { DAY } from "../../shared/core/time.ts";
import { isOver } from "../../shared/do-not-call/end-date.ts";
import { proofUntil } from "../../shared/law/law.ts";
import { regionOf } from "../../shared/phone/phone.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { insertBound, type NewRow } from "../core/bound.ts";
import { changed, changedNumbers } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import { changeRows, statesOf } from "../core/states.ts";
import { dialWas } from "../dials/rows.ts";
import { usesBound } from "./bound.ts";
import { kindColumn, type Rested, unrestricted } from "./brief.ts";

/** The last day on which a consent's proof must be there after a use, by its number's region; "" where law names none. */
const keptAfter = (e164: string, at: string): string =>
  proofUntil({ givenAt: at }, [at], regionOf(e164)) ?? "";

/** What says until when law wants a consent's proof: its row, and what the trail binds, when it was given and used last. */
export interface Proof {
  number: number;
  givenAt: string;
  used: string | null;
  keepUntil: string | null;
}
/** SQL: the columns of a `Proof` of a consent `c`. */
export const proofColumns = `c.number, c.given_at AS givenAt, c.keep_until AS keepUntil,
  (SELECT MAX(u.at) FROM consent_uses u WHERE u.consent = c.id) AS used`;

/** The last day on which law wants it, by whichever is later: who owns the database can write any into the row. Null: none. */
export function proofDay({ number, givenAt, used, keepUntil }: Proof): string | null {
  const counted = proofUntil({ givenAt }, used === null ? [] : [used], regionOf(e164Of(number)));
  return (
    [counted, keepUntil]
      .filter((day) => day !== null)
      .sort()
      .at(-1) ?? null
  );
}

/** Those of these consents of which law still wants the proof on a day. */
export async function wantedOn(db: D1Database, ids: readonly string[], today: string): Promise<Set<string>> {
  const { results } = await db
    .prepare(`SELECT c.id, ${proofColumns} FROM json_each(?) j CROSS JOIN consents c ON c.id = j.value`)
    .bind(JSON.stringify(ids))
    .all<Proof & { id: string }>();
  return new Set(results.flatMap(({ id, ...proof }) => ((proofDay(proof) ?? "") >= today ? [id] : [])));
}

/**
 * The consents that a dial uses, as it is judged: those that the verdict rests on, and, as every call counts, each request and
 * each entry that waits for its review, whatever the verdict rests on, unless it is over. A day counts as `usedByCalls` has it:
 * where the called person is, it may still be that of the day before in UTC.
 */
export function usedOf(facts: Facts, context: Context): Facts["consents"] {
  const { medium = "call", now } = context;
  const tried = facts.consents.filter(
    (c) =>
      c.left !== undefined &&
      (c.medium ?? "call") === medium &&
      Date.parse(c.givenAt) <= now &&
      ![c.until, c.day ?? null].some((day) => isOver(day, now - DAY)),
  );
  return [...new Set([...usesOf(decide(facts, context), facts, context), ...tried])];
}

/**
 * Notes that a dial used some of its number's consents, each once. `ref` is the dial's id, `at` when it was made, `notedAt` when
 * it arrived: law's day is counted from the later one, whatever a browser's clock says.
 */
export function usedBy(
  e164: string,
  consents: readonly Rested[],
  { ref, at, notedAt }: { ref: string; at: string; notedAt: string },
): Statement[] {
  const kept = keptAfter(e164, notedAt);
  const fresh = new Set(consents.flatMap(({ id, refs }) => (refs.includes(ref) ? [] : [id])));
  return [
    ...noted(
      [...fresh].map((id) => ({ consent: id, ref, at, what: "attempt", kept })),
      notedAt,
    ),
    ...(consents.length === 0 ? [] : [changed("number", e164)]),
  ];
}

/** A call of a log, with its row's id. */
export interface LoggedUse {
  id: string;
  /** The id of its dial, or its own. */
  ref: string;
  number: string;
  startedAt: string;
  answered: boolean;
  /** The consents (ids) that its verdict rested on. */
  rests: readonly string[];
}

/**
 * Notes calls of logs: on the consents that a call rested on, and, as every call counts, on each request and each entry that
 * waited for its review, unless it was over or refused by then. An answered call is the conversation that was asked for; another
 * is one more attempt. A call that an override let through uses none. `at`: now.
 */
export async function usedByCalls(
  db: D1Database,
  calls: readonly LoggedUse[],
  at: string,
): Promise<Statement[]> {
  if (calls.length === 0) return [];
  const list = JSON.stringify(
    calls.map(({ number, ...call }) => ({
      ...call,
      ...{ number: numberOf(number), kept: keptAfter(number, call.startedAt) },
    })),
  );
  const { results } = await db
    .prepare(
      `SELECT c.id AS consent, c.number, j.value ->> 'ref' AS ref, j.value ->> 'startedAt' AS at,
         IIF(j.value ->> 'answered', 'talked', 'attempt') AS what, j.value ->> 'kept' AS kept
       FROM json_each(?1) j
       JOIN consents c ON c.number = j.value ->> 'number' AND c.given_at <= j.value ->> 'startedAt'
         AND (c.withdrawn_at IS NULL OR c.withdrawn_at > j.value ->> 'startedAt')
         AND (c.id IN (SELECT value FROM json_each(j.value, '$.rests'))
           OR ((${kindColumn} = 'solicited' OR c.state = 'review') AND COALESCE(c.medium, 'call') = 'call'
             AND NOT (c.state = 'refused' AND c.reviewed_at <= j.value ->> 'startedAt')
             -- By the day where the called person is, which may still be that of the day before in UTC.
             AND MIN(COALESCE(c.until, '9'), COALESCE(c.day, date(c.given_at, '+7 days')))
               >= date(j.value ->> 'startedAt', '-1 day')))
         AND ${unrestricted("consent", "c.id")}
       WHERE NOT EXISTS (
         SELECT 1 FROM dials d WHERE d.num = CAST(j.value ->> 'ref' AS INTEGER) AND ${dialWas.overridden} AND d.refused = 0)`,
    )
    .bind(list)
    .all<Use & { number: number }>();
  if (results.length === 0) return [];
  const keyOf = ({ consent, ref }: NewRow | Use) => `${consent} ${ref}`;
  // Of two logs of one call the one that was answered counts.
  const uses = new Map<string, Use>();
  for (const { number: _, ...use } of results)
    if (use.what === "talked" || !uses.has(keyOf(use))) uses.set(keyOf(use), use);
  const before = await statesOf(
    db,
    usesBound,
    "(consent, ref) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
    JSON.stringify([...uses.values()].map(({ consent, ref }) => [consent, ref])),
  );
  const there = new Set(before.map(keyOf));
  // What was an attempt may turn out to have been answered.
  const answered = before.filter(
    (use) => use["what"] === "attempt" && uses.get(keyOf(use))!.what === "talked",
  );
  return [
    changedNumbers(results.map(({ number }) => ({ e164: e164Of(number) }))),
    ...changeRows(
      usesBound,
      answered.map((use) => ({ before: use, to: { what: "talked" } })),
      at,
    ),
    ...noted(
      [...uses.values()].filter((use) => !there.has(keyOf(use))),
      at,
    ),
  ];
}

/** `kept`: "" where law names no day. */
interface Use {
  consent: string;
  ref: string;
  at: string;
  what: string;
  kept: string;
}

/** `noted_at`: when they are written. A consent that is erased meanwhile takes its uses with it. */
function noted(uses: readonly Use[], noted_at: string): Statement[] {
  if (uses.length === 0) return [];
  const rows = uses.map(({ kept, ...use }) => ({ ...use, kept: kept === "" ? null : kept, noted_at }));
  return [
    insertBound(usesBound, rows, "EXISTS (SELECT 1 FROM consents c WHERE c.id = value ->> 0)"),
    sql(
      `WITH u AS MATERIALIZED (SELECT value ->> 0 AS consent, MAX(value ->> 1) AS kept FROM json_each(?) GROUP BY 1)
       UPDATE consents SET keep_until = u.kept FROM u
       WHERE consents.id = u.consent AND COALESCE(consents.keep_until, '') < u.kept`,
      JSON.stringify(uses.filter(({ kept }) => kept !== "").map(({ consent, kept }) => [consent, kept])),
    ),
  ];
}
