/**
 * Whether rows of a bound table are as the trail binds them, before a job or a sign-in goes by what they say: who owns the
 * database can write any date or role, but no event that binds it.
 */
import { chunks } from "../../shared/core/chunks.ts";
import { commitmentTo, openingOf } from "../../shared/trail/bound.ts";
import type { LinkedRow } from "../../shared/trail/chain.ts";
import { type Stored, typed } from "../../shared/trail/leaves.ts";
import { BOUND, type BoundTable, type NewRow, stateIn } from "../core/bound.ts";
import type { Env } from "../env.ts";
import { alteredIn, isOfBefore, type Kept } from "./altered.ts";
import { archivesBehind, eventsArchived, eventsIn } from "./events.ts";
import { linked } from "./rows.ts";
import { type Known, readStart, startBy, startOf, type StartRow } from "./start.ts";
import { nameIn } from "./states.ts";

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

/** Most rows of a table that are read at once: of some, each has a kilobyte. */
const MOST = 1000;
/** Most archived objects that are read at once. */
const OBJECTS = 20;

type Verdict = Exclude<keyof Agreed, "agreed"> | number;

/** Rows to compare: those with these keys, or with `by` those whose first key column is one of them; `closed`: those that lie in files. */
export interface Asked {
  table: BoundTable;
  keys: readonly string[];
  by?: "first";
  closed?: readonly Kept[];
}

/** What the trail says of a row. */
interface Row {
  key: string;
  is: Verdict;
  /** There is an event of a later state. */
  isPutBack: boolean;
  /** `not`, as an archive of its time cannot be read. */
  isUnread: boolean;
  /** JSON: its columns as they were compared, each as `typed` has it. */
  fields: string;
  /** The row of the trail that binds it as it is. */
  seq: () => number | null;
  /** `not`: the columns that may have been altered; none where any may. */
  columns: () => readonly string[];
  /** The trail has some state of it: nobody put it there. */
  isKnown: () => boolean;
}

export interface Compared {
  /** By the row's name, `parties/7312…`. */
  rows: Map<string, Row>;
  /** Names of rows that the trail has states of and the table does not. */
  gone: string[];
}

/**
 * Compares rows with their events: one read of the database, and then archives where it has no event of a row. What an archived
 * event binds is looked for in the archives of its own time, or of the adoption's where that bound it; a later one in the database
 * alone, which has the last one of each row of some tables (events.ts). What the sweep says of a row therefore names the state that
 * it took (jobs/sweep-said.ts).
 */
export async function compared(env: Env, asked: readonly Asked[], objects = OBJECTS): Promise<Compared> {
  if (asked.every(({ keys }) => keys.length <= MOST)) return comparedAtOnce(env, asked, objects);
  const all: Compared = { rows: new Map(), gone: [] };
  for (const one of asked)
    for (const keys of chunks(one.keys, MOST)) {
      const { rows, gone } = await comparedAtOnce(env, [{ ...one, keys }], objects);
      for (const [name, row] of rows) all.rows.set(name, row);
      all.gone.push(...gone);
    }
  return all;
}

async function comparedAtOnce(env: Env, asked: readonly Asked[], objects: number): Promise<Compared> {
  const ranges = asked.flatMap(({ table: { name }, keys, by }) =>
    // `A` is behind `@`, and `0` behind the slash: a subject is the key, or the key and `@` with the state.
    keys.map((key): [string, string] => [
      `${name}/${key}${by ? "/" : ""}`,
      `${name}/${key}${by ? "0" : "A"}`,
    ]),
  );
  const answers = await env.DB.batch([
    ...asked.map(({ table, keys, by }) =>
      env.DB.prepare(
        `${table.select} WHERE ${by ? `r.${table.keys[0]!} IN (SELECT value FROM json_each(?1))` : table.named}`,
      ).bind(JSON.stringify(keys)),
    ),
    eventsIn(env.DB, ranges),
    readStart(env),
  ]);
  const [mark] = answers.pop()!.results as StartRow[];
  const known = await startBy(env, mark?.value ?? null);
  const events = Map.groupBy(answers.pop()!.results as LinkedRow[], ({ subject }) => nameIn(subject));
  const rows: Compared["rows"] = new Map();
  const open: { table: BoundTable; row: Kept }[] = [];
  const gone = new Set(
    [...events].flatMap(([name, its]) => (its.some((one) => known.originOf(one) !== "forged") ? [name] : [])),
  );
  for (const [n, { table }] of asked.entries())
    for (const row of [...(answers[n]!.results as unknown as Kept[]), ...(asked[n]!.closed ?? [])]) {
      const name = `${table.name}/${row.key}`;
      const own = events.get(name) ?? [];
      const is = verdictOf(table, row, own, known);
      const isPutBack = own.some((one) => isLater(one, row, known));
      gone.delete(name);
      // Of one that says that there was nothing to bind, an archive may say otherwise.
      const isBlank = row.blank === 1 && own.length === 0;
      if (isBlank) open.push({ table, row: { ...row, subject: `${name}@1` } });
      else if (is === null) open.push({ table, row });
      else rows.set(name, { ...told(table, row, own, known), is, isPutBack, isUnread: false });
    }
  const { found, passed, unread } = await eventsArchived(env, known, open, objects);
  for (const { table, row } of open) {
    const own = found.get(row.subject) ?? [];
    const is = verdictOn(table, row, own, known);
    const isOpen = is === null || (row.blank === 1 && own.length === 0);
    const isUnread = isOpen && !passed.has(row.subject) && unread.has(row.subject);
    const verdict = isOpen && passed.has(row.subject) ? "later" : isUnread ? "not" : (is ?? "not");
    const name = `${table.name}/${row.key}`;
    const all = [...(events.get(name) ?? []), ...own];
    rows.set(name, { ...told(table, row, all, known), is: verdict, isPutBack: false, isUnread });
  }
  return { rows, gone: [...gone] };
}

/** Whether a row that was read (`statesOf`) is the very one that was compared, and as the trail has it. */
export function isAsCompared({ columns, few }: BoundTable, row: NewRow, its: Row | undefined): boolean {
  const fields = [...columns, ...Object.keys(few ?? {})].map((one) => typed((row[one] ?? null) as Stored));
  return typeof its?.is === "number" && its.fields === JSON.stringify(fields);
}

/** What few ask for: each event is looked at once more. */
function told(table: BoundTable, row: Kept, events: readonly LinkedRow[], { originOf }: Known) {
  const its = () => events.filter((event) => event.subject === row.subject && originOf(event) !== "forged");
  const columnsBy = (event: LinkedRow) => alteredIn(table, row, { ...event, salt: null, payload: null });
  return {
    key: row.key,
    fields: row.fields,
    seq: () => its().find((event) => columnsBy(event) === null)?.seq ?? null,
    columns: () => its().flatMap((event) => columnsBy(event) ?? []),
    isKnown: () => events.some((event) => originOf(event) !== "forged"),
  };
}

/** `compared` for rows of one table, sorted. */
export async function agreedOf(
  env: Env,
  table: BoundTable,
  keys: readonly string[],
  objects = OBJECTS,
): Promise<Agreed> {
  const sorted: Agreed = { agreed: new Map(), not: [], unbound: [], later: [] };
  if (keys.length === 0) return sorted;
  const { rows } = await compared(env, [{ table, keys }], objects);
  for (const { key, is } of rows.values())
    if (typeof is === "number") sorted.agreed.set(key, is);
    else sorted[is].push(key);
  return sorted;
}

/** What the trail binds beside the bound tables, which says of `row` that it has this root (Statement.binds). */
export interface Said {
  row: string;
  root: string;
}

/** The last event about a row, as far as the database keeps it (events.ts), or of its own time; without a moment, at which it was written, archives are not asked. */
export async function lastAbout(env: Env, row: string, at: string | null): Promise<LinkedRow | undefined> {
  const { results: here } = await env.DB.prepare(
    `SELECT ${linked} FROM audit a WHERE a.subject = ?1 AND a.subject <> '' AND +a.code = ?2
     UNION ALL SELECT ${linked} FROM last_bound a WHERE a.row = ?1 ORDER BY seq`,
  )
    .bind(row, BOUND)
    .all<LinkedRow>();
  const known = await startOf(env);
  const unfound = at === null || here.length > 0 ? [] : [{ table: null, row: { subject: row, at } }];
  const { found } = await eventsArchived(env, known, unfound, 1);
  return [...here, ...(found.get(row) ?? [])].findLast((event) => known.originOf(event) !== "forged");
}
export const bindsRoot = ({ commitment }: LinkedRow, root: string): boolean =>
  commitment === commitmentTo(openingOf(null, [root]));

/**
 * Whose the last event about a row is that was written at a moment, where it binds this root; null where there is none, and false
 * where it binds another. Without a moment, archives are not asked.
 */
export async function saidBy(
  env: Env,
  { row, root }: Said,
  at: string | null,
): Promise<string | false | null> {
  const last = await lastAbout(env, row, at);
  if (last === undefined) return null;
  return bindsRoot(last, root) && last.actor;
}
/** Whether it binds this root. */
export async function isSaid(env: Env, said: Said, at: string | null): Promise<boolean | null> {
  const by = await saidBy(env, said, at);
  return by === null ? null : by !== false;
}

/**
 * What the last event about a row says that the database keeps when its month leaves (events.ts), such as `webhooks/…`: `this` root
 * or `another`. `nothing`: the row is of before it was bound. `unread`: an archive that may say it was not read yet, or cannot be.
 */
export async function stillSaid(
  env: Env,
  { row, root }: Said,
): Promise<"this" | "another" | "nothing" | "unread"> {
  const last = await lastAbout(env, row, null);
  if (last && bindsRoot(last, root)) return "this";
  const { left, unread } = await archivesBehind(env, row.split("/")[0]!);
  if ([...left, ...unread].some(({ lastSeq }) => lastSeq > (last?.seq ?? 0))) return "unread";
  return last ? "another" : "nothing";
}

/** Whether the Ledger's event is of a later state than the row is in. */
const isLater = (event: LinkedRow, { subject }: Kept, { originOf }: Known): boolean =>
  stateIn(event.subject) > stateIn(subject) && originOf(event) !== "forged";

/** Of this isolate, by what was last compared of a row: hashing its fields takes a millisecond. */
const judged = new WeakMap<Known, Map<string, { text: string; is: Verdict | null }>>();
const JUDGED = 5000;

/** As `verdictOn`, which follows from nothing else. */
function verdictOf(table: BoundTable, row: Kept, events: readonly LinkedRow[], known: Known): Verdict | null {
  // What is large is compared by few.
  if (table.most !== undefined) return verdictOn(table, row, events, known);
  const before = judged.get(known) ?? new Map<string, { text: string; is: Verdict | null }>();
  const [name, text] = [`${table.name}/${row.key}`, JSON.stringify([row, events])];
  const same = before.get(name);
  if (same?.text === text) return same.is;
  const is = verdictOn(table, row, events, known);
  if (before.size >= JUDGED) before.clear();
  judged.set(known, before.set(name, { text, is }));
  return is;
}

/** Null: none of these events is of the state that the row is in, nor of a later one. */
function verdictOn(table: BoundTable, row: Kept, events: readonly LinkedRow[], known: Known): Verdict | null {
  const adopted = known[table.adoption ?? "rows"];
  const state = stateIn(row.subject);
  const ours = events.filter((event) => known.originOf(event) !== "forged");
  if (row.blank === 1) return ours.length === 0 ? "unbound" : "not";
  if (row.code === null) {
    return ours.length === 0 && isOfBefore(table, row, known) ? "unbound" : "not";
  }
  // What decides was bound by the adoption at the latest: none is bound in part any more.
  if (row.old === 1) {
    if (adopted !== null && table.whole) return "not";
    if (table.states?.each === false) return "unbound";
  }
  if (events.some((event) => isLater(event, row, known))) return "not";
  const its = ours.filter(({ subject }) => subject === row.subject);
  if (its.length === 0) return null;
  // One state has one event; where a roll-back left two, either may be it.
  const fits = its.some((event) => alteredIn(table, row, { ...event, salt: null, payload: null }) === null);
  return fits ? state : "not";
}
