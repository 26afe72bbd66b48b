/** The entries by which an objection counts on further numbers (reach.ts), at once and after each run of a connector. */
import type { ObjectionScope, Suppression } from "../../shared/do-not-call/api.ts";
import { widens } from "../../shared/do-not-call/scope.ts";
import { chunks } from "../../shared/core/chunks.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { entriesEn } from "../../shared/texts/do-not-call/entries.en.ts";
import { insertBound } from "../core/bound.ts";
import { changedNumbers, record } from "../core/commit.ts";
import { problemOf } from "../core/errors.ts";
import { prepare, sql, type Statement } from "../core/sql.ts";
import type { RowChange } from "../core/states.ts";
import type { Env } from "../env.ts";
import { recordsBound } from "./bound.ts";
import { changeEntries, changesOf, endOf } from "./changes.ts";
import { type CrmRecord, heldBy, type Origin, reachOf, sharedOf } from "./reach.ts";
import { insertEntries, newEntry } from "./rows.ts";

/** The statements that name records to an entry, which has those of `there` already. */
export function keepRecords(
  id: string,
  records: readonly CrmRecord[],
  at: string,
  there: readonly CrmRecord[] = [],
): Statement[] {
  const nameOf = ({ connector, object, record }: CrmRecord) => JSON.stringify([connector, object, record]);
  const named = new Map(records.map((one) => [nameOf(one), one]));
  for (const one of there) named.delete(nameOf(one));
  const rows = [...named.values()].map(({ connector, object, record }) => ({
    ...{ suppression: id, connector, id: crypto.randomUUID(), object, record, at },
  }));
  return rows.length === 0 ? [] : [insertBound(recordsBound, rows)];
}

/** The records that an officer named to an entry. */
export const recordsOf = async (db: D1Database, id: string): Promise<CrmRecord[]> =>
  (
    await db
      .prepare("SELECT connector, object, record FROM suppression_records WHERE suppression = ?")
      .bind(id)
      .all<CrmRecord>()
  ).results;

/** The entries by which an objection counts on further numbers, or tells that it may. */
export const spreadEntries = (
  origin: Pick<Suppression, "id" | "reason" | "scope">,
  numbers: readonly number[],
  { by, at }: { by: string; at: string },
  tells = origin.scope === "unsaid",
): Suppression[] =>
  numbers.map((number) =>
    newEntry({
      ...{ number: e164Of(number), kind: "objection", source: "spread", until: null },
      // What is not known to be theirs says nothing of whoever objected.
      reason: tells ? entriesEn.unsaid : origin.reason,
      ...{ by, at, scope: origin.scope, origin: origin.id, keepsLine: tells },
    }),
  );

/** The numbers that entries close, and those that they tell on, for the trail. */
export function sayReach(spread: readonly Suppression[]): { closed: string[]; told?: string[] } {
  const of = (keepsLine: boolean) =>
    spread.filter((entry) => entry.keepsLine === keepsLine).map(({ number }) => number);
  const told = of(true);
  return { closed: of(false), ...(told.length === 0 ? {} : { told }) };
}

export const spreadStatements = (entries: readonly Suppression[]): Statement[] =>
  [...chunks(entries, ENTRIES)].flatMap((some) => [
    insertEntries(some),
    changedNumbers(some.map(({ number }) => ({ e164: number }))),
  ]);
/** A company's may be more than fit into one parameter. */
const ENTRIES = 500;

/** A new entry, and the id of the live one that it replaces, or of the one that it follows (`lately`). */
export interface Planned {
  entry: Suppression;
  replaces: string | null;
}

/**
 * How far new entries reach: the entries on other numbers, the changes of entries that belong before their own insertion, and
 * the statements that belong after it. What the replaced entry closed stays closed. Compliance is asked (`asks`) where nobody said whom an objection
 * closes, for a company's numbers outside CRMs, and for a person on a line that others share, unless it was said before.
 */
export async function spreadOf(
  db: D1Database,
  planned: readonly Planned[],
  made: { by: string; at: string },
) {
  const before = await heldBy(
    db,
    planned.flatMap(({ replaces }) => replaces ?? []),
  );
  const origins = planned.map(({ entry: { id, number, scope }, replaces }) => ({
    ...{ id, number: numberOf(number), scope, lost: false },
    records: before.records.get(replaces ?? "") ?? [],
  }));
  const persons = origins.filter(({ scope, records }) => scope === "person" && records.length === 0);
  const shared =
    persons.length === 0
      ? new Set()
      : await sharedOf(
          db,
          persons.map(({ number }) => number),
        );
  for (const [i, { replaces }] of planned.entries()) {
    const origin = origins[i]!;
    origin.lost = persons.includes(origin) && shared.has(origin.number) && !before.said.has(replaces ?? "");
  }
  const reached = Map.groupBy(await reachOf(db, origins), ({ origin }) => origin);
  const spread: Suppression[] = [];
  for (const [i, { entry, replaces }] of planned.entries()) {
    const unsaid = entry.scope === "unsaid";
    entry.asks = entry.kind === "objection" && (unsaid || entry.scope === "company" || origins[i]!.lost);
    const { theirs = [], told = [] } = Object.groupBy(reached.get(entry.id) ?? [], ({ tells }) =>
      tells && !unsaid ? "told" : "theirs",
    );
    const numbers = new Set([
      ...theirs.map(({ number }) => number),
      ...(before.over.get(replaces ?? "") ?? []),
    ]);
    const closed = new Set(before.closed.get(replaces ?? ""));
    const fresh = [...numbers].filter((number) => !closed.has(number));
    spread.push(...spreadEntries(entry, fresh, made));
    // Whose they are was answered where it was said before.
    if (before.said.has(replaces ?? "")) continue;
    const ask = told.flatMap(({ number }) => (closed.has(number) || numbers.has(number) ? [] : [number]));
    spread.push(...spreadEntries(entry, ask, made, true));
  }
  const carried = await carriedOver(
    db,
    planned.flatMap(({ entry: { id, scope }, replaces }) =>
      replaces === null ? [] : [{ id, scope, replaces, records: before.records.get(replaces) ?? [] }],
    ),
    made.at,
  );
  return { spread, moves: carried.moves, then: [...carried.then, ...spreadStatements(spread)] };
}

/**
 * The changes by which what the replaced entries closed stays closed, and the statements after the new ones' insertion by
 * which the records that an officer named stay named.
 */
async function carriedOver(
  db: D1Database,
  replaced: readonly { id: string; scope: ObjectionScope; replaces: string; records: CrmRecord[] }[],
  at: string,
): Promise<{ moves: RowChange[]; then: Statement[] }> {
  if (replaced.length === 0) return { moves: [], then: [] };
  const by = new Map(replaced.map(({ replaces, id, scope }) => [replaces, { origin: id, scope }]));
  const moves = await changesOf(
    db,
    {},
    "ended_at IS NULL AND keeps_line = 0 AND origin IN (SELECT value FROM json_each(?))",
    JSON.stringify(replaced.map(({ replaces }) => replaces)),
  );
  return {
    moves: moves.map(({ before }) => ({ before, to: by.get(String(before["origin"]))! })),
    then: replaced.flatMap(({ id, records }) => keepRecords(id, records, at)),
  };
}

/**
 * Whom an objection closes after another one on the same number: it never closes less, and what was said is not unsaid.
 * Where compliance is asked, a line is no answer: a list says so of every row, and an agent of the call at hand.
 */
export function after(before: Pick<Suppression, "scope"> | null, scope: ObjectionScope): ObjectionScope {
  if (before === null) return scope;
  if (before.scope === "unsaid") return scope === "line" ? "unsaid" : scope;
  return scope === "unsaid" || !widens(before.scope, scope) ? before.scope : scope;
}

/** Objections that are read at once, slices of them in one run, and objections whose further numbers it writes: each is a request. */
const BOUNDS = { read: 1000, slices: 20, written: 400 };
/** In `marks`, while a round goes on: the place after which it does, and the one at which it ends (JSON). */
const MARK = "spread";
/** After each place. */
const LAST = "~";
/** Failures of a slice at most: more are the database's, and the next run begins there. */
const FAILED = 10;
/** SQL: an objection's place in a round: those whose numbers are closed come first. */
const PLACE = "(s.scope = 'unsaid') || s.id";

type Wide = Origin & { reason: string; place: string };
type Round = [at: string, end: string];

/**
 * After a connector's run, and daily: closes what it brought of those who objected, in a whole round from where the last one is.
 * Throws what failed at the end: one that fails keeps no other open. `bounds` for tests.
 */
export async function spreadAll(env: Env, now: number, bounds = BOUNDS): Promise<void> {
  const mark = await markOf(env.DB);
  const at = mark === null ? "" : (JSON.parse(mark) as Round)[0];
  await goRound(env, [at, at], { now, mark, begins: true }, bounds);
}

/** Each minute: goes on with a round that a run could not end. */
export async function spreadOn(env: Env, now: number, bounds = BOUNDS): Promise<void> {
  const mark = await markOf(env.DB);
  if (mark !== null) await goRound(env, JSON.parse(mark) as Round, { now, mark, begins: false }, bounds);
}

const markOf = (db: D1Database): Promise<string | null> =>
  db.prepare("SELECT value FROM marks WHERE name = ?").bind(MARK).first<string>("value");

async function goRound(
  env: Env,
  [from, end]: Round,
  { now, mark, begins }: { now: number; mark: string | null; begins: boolean },
  { read, slices, written }: typeof BOUNDS,
): Promise<void> {
  const failures: unknown[] = [];
  const fails = (error: unknown): void => void failures.push(error);
  let [at, left, over] = [from, written, false];
  let wrapped = at < end;
  for (let slice = 0; slice < slices && left > 0 && !over; slice++) {
    const some = await wideAfter(env.DB, at, wrapped ? end : LAST, read);
    const broken: unknown[] = [];
    const fresh = await freshOf(env.DB, some, broken).catch(fails);
    failures.push(...broken);
    if (!fresh) break;
    for (const origin of some) {
      const numbers = fresh.get(origin.id);
      if (numbers !== undefined && left-- === 0) break;
      if (numbers !== undefined) await spreadOne(env, origin, numbers, now).catch(fails);
      at = origin.place;
    }
    if (left < 0) continue;
    const isLast = some.length < read;
    over = wrapped ? isLast || at >= end : isLast && end === "";
    if (isLast && !over) [wrapped, at] = [true, ""];
  }
  const next = JSON.stringify([at, end]);
  // A round that began meanwhile goes on, as it is a whole one.
  await prepare(
    env.DB,
    over
      ? sql("DELETE FROM marks WHERE name = ? AND value = ?", MARK, mark)
      : begins
        ? sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", MARK, next)
        : sql("UPDATE marks SET value = ? WHERE name = ? AND value = ?", next, MARK, mark),
  ).run();
  if (failures.length > 0) throw failures[0];
}

/** The next objections that reach further than their lines, after a place and up to another one. */
async function wideAfter(db: D1Database, at: string, end: string, most: number): Promise<Wide[]> {
  const { results } = await db
    .prepare(
      `SELECT s.id, s.number, s.scope, s.reason, s.asks, ${PLACE} AS place, (SELECT json_group_array(json_object(
         'connector', r.connector, 'object', r.object, 'record', r.record))
       FROM suppression_records r WHERE r.suppression = s.id) AS records
     FROM suppressions s
     WHERE s.scope IN ('person', 'company', 'unsaid') AND s.ended_at IS NULL AND s.origin IS NULL
       AND ${PLACE} > ?1 AND ${PLACE} <= ?2
     ORDER BY ${PLACE} LIMIT ?3`,
    )
    .bind(at, end, most)
    .all<Omit<Wide, "records" | "lost"> & { records: string; asks: number }>();
  return results.map(({ asks, ...row }) => ({
    ...{ ...row, records: JSON.parse(row.records) as CrmRecord[] },
    lost: row.scope === "person" && asks === 1,
  }));
}

/** `unknownYet`, without those that fail: each is found by halves. */
async function freshOf(
  db: D1Database,
  some: readonly Wide[],
  failures: unknown[],
): Promise<Map<string, Reached[]>> {
  try {
    return await unknownYet(db, some);
  } catch (error) {
    if (failures.length >= FAILED) throw error;
    if (some.length === 1) return (failures.push(error), new Map());
    const half = Math.ceil(some.length / 2);
    const first = await freshOf(db, some.slice(0, half), failures);
    return new Map([...first, ...(await freshOf(db, some.slice(half), failures))]);
  }
}

/** What some objections reach, and do not close or tell on yet. One that an officer ended alone does not come back. */
async function unknownYet(db: D1Database, origins: readonly Origin[]): Promise<Map<string, Reached[]>> {
  const reached = await reachOf(db, origins);
  const there = await db
    .prepare(
      `SELECT s.origin || ' ' || s.number AS pair, s.keeps_line = 1 AND o.scope <> 'unsaid' AS told
       FROM suppressions o JOIN suppressions s ON s.origin = o.id
       WHERE o.id IN (SELECT value FROM json_each(?)) AND (s.keeps_line = 1 OR o.scope <> 'unsaid')`,
    )
    .bind(JSON.stringify(origins.map(({ id }) => id)))
    .all<{ pair: string; told: number }>();
  const told = new Set(there.results.map(({ pair }) => pair));
  const known = new Set(there.results.filter((row) => row.told === 0).map(({ pair }) => pair));
  const fresh = reached.filter(
    ({ origin, number, tells }) => !(tells ? told : known).has(`${origin} ${number}`),
  );
  return Map.groupBy(fresh, ({ origin }) => origin);
}
type Reached = Awaited<ReturnType<typeof reachOf>>[number];

async function spreadOne(env: Env, origin: Wide, reached: readonly Reached[], now: number): Promise<void> {
  const made = { by: "system", at: new Date(now).toISOString() };
  const of = (tells: boolean) => reached.filter((one) => one.tells === tells).map(({ number }) => number);
  const closes = of(false);
  const unsaid = origin.scope === "unsaid";
  const entries = [...spreadEntries(origin, closes, made), ...spreadEntries(origin, of(true), made, true)];
  // What it told on, and is known to be theirs by now.
  const known = await changesOf(
    env.DB,
    endOf(made.at, made.by, entriesEn.theirs),
    "origin = ? AND ended_at IS NULL AND keeps_line = 1 AND number IN (SELECT value FROM json_each(?))",
    ...[origin.id, JSON.stringify(unsaid ? [] : closes)],
  );
  await record(env, {
    actor: "system",
    event: {
      code: "suppression.spread",
      subject: origin.id,
      payload: { number: e164Of(origin.number), ...sayReach(entries) },
    },
    statements: [...(await changeEntries(env.DB, known, made.at)), ...spreadStatements(entries)],
  }).catch((error: unknown) => {
    // Somebody ended the objection, or said whom it closes: what it reaches is found by the next run.
    if (problemOf(error)?.code !== "conflict") throw error;
  });
}
