/**
 * Whether rows of a bound table are as the trail binds them, before a job or a sign-in goes by what they say: who owns the
 * database can write any date or role, but no event that binds it.
 */
import { commitmentTo, openingOf } from "../../shared/trail/bound.ts";
import type { LinkedRow } from "../../shared/trail/chain.ts";
import { BOUND, type BoundTable, stateIn } from "../core/bound.ts";
import type { Env } from "../env.ts";
import { alteredIn, type Kept } from "./altered.ts";
import { archivesOf, linked, readObject } from "./rows.ts";
import { type Known, startOf } from "./start.ts";

/** Keys of rows, by what the trail says of each; those that are gone are in none. */
export interface Agreed {
  /** As its last event binds it, with the number of that state. */
  agreed: Map<string, number>;
  /** Not as that says, or nothing that can be read says anything of it. */
  not: string[];
  /** From before rows were bound: there is nothing to compare. */
  unbound: string[];
  /** The archives that may tell of it are more than may be read at once. */
  later: string[];
}

/** Most archived objects that are read at once. */
const OBJECTS = 20;
/** As in deep.ts: a run of the clock dates what it writes by its start. */
const NEAR = 17 * 60_000;

type Verdict = Exclude<keyof Agreed, "agreed"> | number;

/**
 * Compares rows with their events. What an archived event binds is looked for in the archives of its own time; a later one in
 * the database alone: what the sweep says of a row therefore names the state that it took (jobs/sweep-said.ts).
 */
export async function agreedOf(
  env: Env,
  table: BoundTable,
  keys: readonly string[],
  objects = OBJECTS,
): Promise<Agreed> {
  const sorted: Agreed = { agreed: new Map(), not: [], unbound: [], later: [] };
  if (keys.length === 0) return sorted;
  const { results: rows } = await env.DB.prepare(`${table.select} WHERE ${table.named}`)
    .bind(JSON.stringify(keys))
    .all<Kept>();
  const known = await startOf(env);
  const events = await eventsHere(env.DB, table, keys);
  const open = new Map<string, Kept>();
  const put = (key: string, is: Verdict) =>
    typeof is === "number" ? sorted.agreed.set(key, is) : sorted[is].push(key);
  for (const row of rows) {
    const is = verdictOn(table, row, events.get(row.key) ?? [], known);
    if (is === null) open.set(row.subject, row);
    else put(row.key, is);
  }
  const { found, passed } = await eventsArchived(env, [...open.values()], objects);
  for (const [subject, row] of open) {
    const is = verdictOn(table, row, found.get(subject) ?? [], known);
    put(row.key, is ?? (passed.has(subject) ? "later" : "not"));
  }
  return sorted;
}

/** What the trail binds beside the bound tables, which says of `row` that it has this root (Statement.binds). */
export interface Said {
  row: string;
  root: string;
}

/** Whether the last event about a row that was written at a moment binds this root; null where there is none. */
export async function isSaid(env: Env, { row, root }: Said, at: string): Promise<boolean | null> {
  const { results: here } = await env.DB.prepare(
    `SELECT ${linked} FROM audit a WHERE a.subject = ? AND a.subject <> '' AND a.code = ? ORDER BY a.seq`,
  )
    .bind(row, BOUND)
    .all<LinkedRow>();
  const events =
    here.length > 0 ? here : ((await eventsArchived(env, [{ subject: row, at }], 1)).found.get(row) ?? []);
  const { originOf } = await startOf(env);
  const last = events.findLast((event) => originOf(event) !== "forged");
  return last === undefined ? null : last.commitment === commitmentTo(openingOf(null, [root]));
}

/** Null: none of these events is of the state that the row is in, nor of a later one. */
function verdictOn(table: BoundTable, row: Kept, events: readonly LinkedRow[], known: Known): Verdict | null {
  const adopted = known[table.adoption ?? "rows"];
  const state = stateIn(row.subject);
  const ours = events.filter((event) => known.originOf(event) !== "forged");
  if (row.code === null) {
    const isReturned = known.returned.some(({ from, to }) => from <= row.at && row.at <= to);
    const isOfBefore = adopted === null || (!table.whole && row.at < adopted.at);
    return ours.length === 0 && (isOfBefore || isReturned) ? "unbound" : "not";
  }
  // What decides was bound by the adoption at the latest: none is bound in part any more.
  if (row.old === 1) {
    if (adopted !== null && table.whole) return "not";
    if (table.states?.each === false) return "unbound";
  }
  if (ours.some(({ subject }) => stateIn(subject) > state)) return "not";
  const its = ours.filter(({ subject }) => subject === row.subject);
  if (its.length === 0) return null;
  // One state has one event; where a roll-back left two, either may be it.
  const fits = its.some((event) => alteredIn(table, row, { ...event, salt: null, payload: null }) === null);
  return fits ? state : "not";
}

/** The events in the database that bind a state of one of these rows, by the row's key. */
async function eventsHere(
  db: D1Database,
  { name, keyOf }: BoundTable,
  keys: readonly string[],
): Promise<Map<string, LinkedRow[]>> {
  // `A` is behind `@`: a subject is the key, or the key and `@` with the state.
  const { results } = await db
    .prepare(
      `SELECT ${linked} FROM json_each(?1) j CROSS JOIN audit a ON a.subject >= j.value AND a.subject < j.value || 'A'
       WHERE a.subject <> '' AND a.code = ?2`,
    )
    .bind(JSON.stringify(keys.map((key) => `${name}/${key}`)), BOUND)
    .all<LinkedRow>();
  return Map.groupBy(results, ({ subject }) => keyOf(subject) ?? "");
}

/** The archived events of these subjects, from objects of their rows' times; and the subjects that would take further objects. */
async function eventsArchived(env: Env, rows: readonly Pick<Kept, "subject" | "at">[], most: number) {
  const found = new Map<string, LinkedRow[]>();
  const passed = new Set<string>();
  const archives = rows.length === 0 ? [] : await archivesOf(env.DB);
  const wanted = new Set<(typeof archives)[number]>();
  for (const { subject, at } of rows) {
    const time = Date.parse(at);
    const near = archives.filter(({ from, to }) => from <= time + NEAR && to >= time - NEAR);
    const all = new Set([...wanted, ...near]);
    // A row alone may take more than that.
    if (wanted.size > 0 && all.size > most) passed.add(subject);
    else for (const archive of near) wanted.add(archive);
  }
  const subjects = new Set(rows.map(({ subject }) => subject));
  for (const archive of wanted) {
    const object = await readObject(env, archive);
    for (const row of object?.rows ?? [])
      if (row.code === BOUND && subjects.has(row.subject))
        found.set(row.subject, [...(found.get(row.subject) ?? []), row]);
  }
  return { found, passed };
}

/**
 * The last of these events about each subject that the Ledger wrote: in the database, or else in the newest `objects` archives.
 * Their codes, by the subject.
 */
export async function saidOf(
  env: Env,
  subjects: readonly string[],
  codes: readonly string[],
  objects = OBJECTS,
): Promise<Map<string, string>> {
  const said = new Map<string, string>();
  if (subjects.length === 0) return said;
  const { results } = await env.DB.prepare(
    `SELECT ${linked} FROM json_each(?1) j CROSS JOIN audit a ON a.subject = j.value
     WHERE a.subject <> '' AND a.code IN (SELECT value FROM json_each(?2)) ORDER BY a.seq`,
  )
    .bind(JSON.stringify(subjects), JSON.stringify(codes))
    .all<LinkedRow>();
  const { originOf } = await startOf(env);
  const note = (row: LinkedRow) => {
    if (originOf(row) !== "forged") said.set(row.subject, row.code);
  };
  results.forEach(note);
  const wanted = (row: LinkedRow) => codes.includes(row.code) && open.has(row.subject);
  const open = new Set(subjects.filter((subject) => !said.has(subject)));
  if (objects === 0 || open.size === 0) return said;
  for (const archive of (await archivesOf(env.DB)).slice(-objects).reverse()) {
    const rows = (await readObject(env, archive))?.rows?.filter(wanted) ?? [];
    rows.forEach(note);
    for (const { subject } of rows) if (said.has(subject)) open.delete(subject);
    if (open.size === 0) break;
  }
  return said;
}
