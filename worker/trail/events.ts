/**
 * Where the events are that bind single rows: in the database, or in archives of the rows' time. Of tables that checks and the
 * sweep go by the database keeps the last event of each row when its month leaves: a check waits for no archive, and of a row that
 * was put back to an earlier state a later event is here.
 */
import * as z from "zod";
import { DAY } from "../../shared/core/time.ts";
import { canonical } from "../../shared/trail/canonical.ts";
import type { LinkedRow } from "../../shared/trail/chain.ts";
import { BOUND, type BoundTable } from "../core/bound.ts";
import { inChunks, prepare, sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import type { Kept } from "./altered.ts";
import { type Archive, archivesOf, linked, readObject, rowFrom, wholeObject } from "./rows.ts";
import { boundLate } from "./closed.ts";
import { type Known, startOf } from "./start.ts";
import { nameIn } from "./states.ts";

/**
 * Those tables, by the mark that says up to which row of the trail its archives were read for them. Of others there are too many
 * rows, or nothing goes by one for long.
 */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  "last-bound": ["parties", "consents", "consent_uses", "suppressions", "policies", "request_states"],
  "last-bound-holds": ["request_items", "people_held"],
  // Where our webhooks, connectors and mails lead, which no table of tables.ts binds (Said): nothing said it before this mark.
  "last-bound-folders": ["owners", "webhooks", "connectors", "mail_service"],
  // Of its own, as an earlier Worker that archives rows after a roll-back reads none of them for these.
  "last-bound-recipients": ["recipients_before", "recipients_marks"],
  // Of its own as well: an earlier Worker keeps these by `last-bound-asked`, under other names. No table: `keptAs`.
  "last-bound-asking": ["asked"],
};
/**
 * What asks for a recording's erasure, of which each event is kept as well: a store may put the erasure off for years. Each, as one that
 * the database's owner adds to the trail is not to take another's place.
 */
export const ASKED = ["recording.erase-asked"];
export const DECIDED = ["request.comply", "request.partial"];
const ASKING = [...ASKED, ...DECIDED];
/** The row of `last_bound` that an event is kept as, if it is. */
const keptAs = ({ code, subject, seq }: LinkedRow): string =>
  code === BOUND ? nameIn(subject) : ASKING.includes(code) ? `asked/${subject}@${seq}` : "";
/**
 * The codes under the Worker's key over what marks say: nobody else says that an archive was read. An earlier release has its code
 * over its own marks, which stays as it is.
 */
const MACS: Readonly<Record<string, readonly string[]>> = {
  "last-bound-mac": ["last-bound", "last-bound-holds", "last-bound-folders"],
  "last-bound-recipients-mac": ["last-bound-recipients"],
  "last-bound-asking-mac": ["last-bound-asking"],
};
const markOf = (table: string): string | undefined =>
  Object.keys(KEPT).find((mark) => KEPT[mark]!.includes(table));
/** As in deep.ts: a run of the clock dates what it writes by its start. */
const NEAR = 17 * 60_000;
/** An adoption takes some runs, and waits where one fails. */
const ADOPTING = 7 * DAY;

/**
 * The events in the database that bind states of rows whose names are in these ranges, the second end exclusive. The plus keeps
 * SQLite from looking through all events of the code for each.
 */
export const eventsIn = (db: D1Database, ranges: readonly (readonly [string, string])[]) =>
  db
    .prepare(
      `WITH j AS MATERIALIZED (SELECT value ->> 0 AS low, value ->> 1 AS high FROM json_each(?1))
       SELECT ${linked} FROM j CROSS JOIN audit a ON a.subject >= j.low AND a.subject < j.high
       WHERE a.subject <> '' AND +a.code = ?2
       UNION ALL SELECT ${linked} FROM j CROSS JOIN last_bound a ON a.row >= j.low AND a.row < j.high`,
    )
    .bind(JSON.stringify(ranges), BOUND);

/** Up to which row of the trail archives were read, and the keys of those among them that could not be, in the order to try them. */
interface Read {
  upTo: number;
  unread: readonly string[];
}
const NOTHING: Read = { upTo: 0, unread: [] };
const unreadOf = (mark: string): string => `${mark}-unread`;
const isOpen =
  ({ upTo, unread }: Read) =>
  ({ key, lastSeq }: Archive): boolean =>
    lastSeq > upTo || unread.includes(key);

/** By the marks. */
type AllRead = Readonly<Record<string, Read>>;
/** Without a key, nothing shows that it is the Worker's own. */
const macOf = ({ own }: Known, name: string, all: AllRead): string | null =>
  own?.mac(`${name} ${canonical(Object.fromEntries(MACS[name]!.map((mark) => [mark, all[mark]])))}`) ?? null;

/** Nothing where it is not under the key. What an earlier release kept counts until the upgrade has adopted it. */
async function allRead(db: D1Database, known: Known): Promise<AllRead> {
  const marks = Object.keys(KEPT);
  const { results } = await db
    .prepare(
      "SELECT name, IIF(json_valid(value), value, NULL) AS value FROM marks WHERE name IN (SELECT value FROM json_each(?))",
    )
    .bind(JSON.stringify([...marks, ...marks.map(unreadOf), ...Object.keys(MACS)]))
    .all<{ name: string; value: string | null }>();
  const values = new Map(results.map(({ name, value }) => [name, value]));
  const readOf = (mark: string): Read => {
    const keys = z.array(z.string()).safeParse(JSON.parse(values.get(unreadOf(mark)) ?? "[]"));
    return { upTo: Number(values.get(mark) ?? 0), unread: keys.data ?? [] };
  };
  const all = Object.fromEntries(marks.map((mark) => [mark, readOf(mark)]));
  if (known.folders === null) return all;
  const isOurs = (name: string) => JSON.parse(values.get(name) ?? "null") === macOf(known, name, all);
  const others = Object.keys(MACS).filter((name) => !isOurs(name));
  return {
    ...all,
    ...Object.fromEntries(others.flatMap((name) => MACS[name]!.map((mark) => [mark, NOTHING]))),
  };
}

const readBy = async (db: D1Database, known: Known): Promise<(table: string) => Read> => {
  const all = await allRead(db, known);
  return (table) => all[markOf(table) ?? ""] ?? NOTHING;
};

/** The statements that keep it, with its code. */
function keepRead(known: Known, all: AllRead): Statement[] {
  const keep = (name: string, value: unknown) =>
    sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", name, JSON.stringify(value));
  return [
    ...Object.entries(all).flatMap(([mark, { upTo, unread }]) => [
      keep(mark, upTo),
      keep(unreadOf(mark), unread),
    ]),
    ...Object.keys(MACS).map((name) => keep(name, macOf(known, name, all))),
  ];
}

/** Of an upgrade: what the release before kept counts from here on by its code alone. */
export async function adoptRead(env: Env): Promise<Statement[]> {
  const known = await startOf(env);
  return keepRead(known, await allRead(env.DB, known));
}

/** Archives that were not read yet for the last events of a table's rows, and those that could not be. */
export async function archivesBehind(env: Env, table: string) {
  const known = await startOf(env);
  const [archives, read] = await Promise.all([archivesOf(env.DB), readBy(env.DB, known)]);
  const behind = archives.filter(isOpen(read(table)));
  const isUnread = ({ key }: Archive) => read(table).unread.includes(key);
  return { left: behind.filter((one) => !isUnread(one)), unread: behind.filter(isUnread) };
}

/** A row of which the database has no event; `table` is null where the trail binds what is in no table of tables.ts. */
export interface Unfound {
  table: BoundTable | null;
  row: Pick<Kept, "subject" | "at">;
}

/**
 * When the event of a row may have been written: near its own time, or where it was bound as it was, by the adoption or after a
 * roll-back. In milliseconds.
 */
function timesOf({ table, row }: Unfound, known: Known): [from: number, to: number][] {
  const own = Date.parse(row.at);
  const adopted = table?.adoption && !table.states ? known[table.adoption] : null;
  const late = boundLate(known, row.at).map(([from, to]): [number, number] => [from - NEAR, to + NEAR]);
  const times: [number, number][] = [[own - NEAR, own + NEAR], ...late];
  if (!adopted || row.at >= adopted.at) return times;
  const by = Date.parse(adopted.at);
  return [...times, [by - ADOPTING, by + NEAR]];
}

/**
 * The archived events of these rows, from objects of their times; and the subjects that would take further objects, and those of
 * whose time an object cannot be read.
 */
export async function eventsArchived(env: Env, known: Known, rows: readonly Unfound[], most: number) {
  const found = new Map<string, LinkedRow[]>();
  const [passed, unread] = [new Set<string>(), new Set<string>()];
  if (rows.length === 0) return { found, passed, unread };
  const [archives, read] = await Promise.all([archivesOf(env.DB), readBy(env.DB, known)]);
  const wanted = new Set<(typeof archives)[number]>();
  const subjectsOf = new Map<(typeof archives)[number], string[]>();
  for (const unfound of rows) {
    const { table, row } = unfound;
    const times = timesOf(unfound, known);
    const isBehind = isOpen(read(table?.name ?? ""));
    const near = archives.filter(
      (archive) =>
        isBehind(archive) && times.some(([since, until]) => archive.from <= until && archive.to >= since),
    );
    const all = new Set([...wanted, ...near]);
    // A row alone may take more than that, and others of the same objects then take none.
    if (wanted.size > 0 && all.size > Math.max(most, wanted.size)) passed.add(row.subject);
    else
      for (const archive of near) {
        wanted.add(archive);
        subjectsOf.set(archive, [...(subjectsOf.get(archive) ?? []), row.subject]);
      }
  }
  const subjects = new Set(rows.map(({ row }) => row.subject));
  for (const archive of wanted) {
    // A store that fails is as one whose object is not there: what only it knows is unread.
    const object = await readObject(env, archive).catch(() => null);
    if (!object?.rows || !object.intact) for (const subject of subjectsOf.get(archive)!) unread.add(subject);
    for (const row of object?.rows ?? [])
      if (row.code === BOUND && subjects.has(row.subject))
        found.set(row.subject, [...(found.get(row.subject) ?? []), row]);
  }
  return { found, passed, unread };
}

/** Archives a run: each takes about a tenth of a second. */
const ARCHIVES = 20;

/** Runs every five minutes: keeps the last events of archives that are new, or of before. */
export async function keepLast(env: Env, most = ARCHIVES): Promise<void> {
  const known = await startOf(env);
  let all = await allRead(env.DB, known);
  for (const mark of Object.keys(KEPT)) all = await keepOf(env, { mark, known, all }, most);
}

/** Goes on behind an archive that cannot be read, which is a finding of each verification, and tries it again. */
async function keepOf(
  env: Env,
  { mark, known, all }: { mark: string; known: Known; all: AllRead },
  most: number,
): Promise<AllRead> {
  const read = all[mark] ?? NOTHING;
  const tables = KEPT[mark]!;
  let { upTo, unread } = read;
  const turn = ({ key }: Archive) => read.unread.indexOf(key);
  const open = (await archivesOf(env.DB)).filter(isOpen(read));
  for (const archive of open.sort((a, b) => turn(a) - turn(b) || a.firstSeq - b.firstSeq).slice(0, most)) {
    const whole = await wholeObject(env, archive);
    // The record of one that cannot be read may have any numbers.
    if (whole !== null) upTo = Math.max(upTo, archive.lastSeq);
    unread = [...unread.filter((key) => key !== archive.key), ...(whole === null ? [archive.key] : [])];
    const rows = (whole ?? [])
      .map((row) => ({ row: keptAs(row), ...row }))
      .filter(({ row }) => tables.includes(row.split("/")[0]!));
    all = { ...all, [mark]: { upTo, unread } };
    await env.DB.batch(
      [...inChunks(rows, insertLast), ...keepRead(known, all)].map((one) => prepare(env.DB, one)),
    );
  }
  return all;
}

/**
 * Of these it is kept in the step in which the row of the trail leaves, so that it is in the database at any time: of those tables,
 * which versions a register has had, by what a request was searched, what waits for a second person (a proposal in each state, a look at
 * a replaced object), and an officer's word on an altered recording (`erase`). What an older Worker archived, `keepLast` reads for those
 * tables; for the others its objects are asked as before, or nobody looks for it there.
 */
const AT_ONCE = [
  ...Object.values(KEPT).flat(),
  ...["versions", "requests", "request_events"],
  ...["proposals", "proposal_states", "recording_looks", "erase"],
];
/** SQL of a row of `audit`: what else is kept as `asked/…`, by its code, while somebody or a job still goes by it. */
const WHILE: Readonly<Record<string, string>> = {
  // Nobody has said yet what they heard of a drawn recording (overview/announced.ts).
  "opened.recording-audio": `EXISTS (SELECT 1 FROM announced_draws d WHERE d.recording = audit.subject AND d.at <= audit.at
     AND NOT EXISTS (SELECT 1 FROM announced_heard h WHERE h.id = d.id))`,
  // The letter may be owed a request (jobs/letters.ts).
  "suppression.added": `EXISTS (SELECT 1 FROM suppressions s
     JOIN (SELECT IIF(json_valid(value), value, '["", ""]') AS seen FROM marks WHERE name = 'letters-listed') m
     WHERE s.id = audit.subject AND (s.at, s.id) > (m.seen ->> 0, m.seen ->> 1))`,
  // The list was not read since (call-logs/fetch.ts).
  "call.list-failed":
    "EXISTS (SELECT 1 FROM call_lists l WHERE l.provider = audit.subject AND l.since <= audit.at)",
};
/** SQL: of the events of a code about a subject (SQL), which are kept while somebody goes by them; from a moment (SQL) on, if given. */
function keptOf(what: string, code: keyof typeof WHILE, subject: string, from?: string): string {
  const is = `AND +a.code = '${code}'${from === undefined ? "" : ` AND a.at >= ${from}`}`;
  return `SELECT ${what} FROM audit a WHERE a.subject = ${subject} AND a.subject <> '' ${is}
     ${from === undefined ? "" : `AND a.seq >= ${rowFrom("audit", from)}`}
   UNION ALL SELECT ${what} FROM last_bound a WHERE a.row >= 'asked/' || ${subject} || '@' AND a.row < 'asked/' || ${subject} || 'A' ${is}`;
}
/** SQL: whether there is one. */
export const isKept = (code: keyof typeof WHILE, subject: string): string =>
  `EXISTS (${keptOf("1", code, subject)})`;
/** Those that the Ledger wrote since a moment (ISO 8601). */
export async function keptEvents(
  env: Env,
  { code, subject, from }: { code: keyof typeof WHILE; subject: string; from: string },
): Promise<LinkedRow[]> {
  const { results } = await env.DB.prepare(keptOf(linked, code, "?1", "?2"))
    .bind(subject, from)
    .all<LinkedRow>();
  const { originOf } = await startOf(env);
  return results.filter((row) => originOf(row) !== "forged");
}

/** The statement that keeps it. */
export const keepAtOnce = (firstSeq: number, lastSeq: number): Statement =>
  sql(
    `INSERT INTO last_bound (${columns.join(", ")})
     SELECT IIF(code = ?3, ${nameOf}, 'asked/' || subject || '@' || seq), ${columns.slice(1).join(", ")} FROM audit
     WHERE seq BETWEEN ?1 AND ?2 AND CASE code
       WHEN ?3 THEN substr(subject, 1, instr(subject, '/') - 1) IN (SELECT value FROM json_each(?4))
       ${Object.entries(WHILE)
         .map(([code, is]) => `WHEN '${code}' THEN ${is}`)
         .join("\n       ")}
       ELSE code IN (SELECT value FROM json_each(?5)) END ORDER BY seq ${newer}`,
    ...[firstSeq, lastSeq, BOUND, JSON.stringify(AT_ONCE), JSON.stringify(ASKING)],
  );

/** SQL: as `nameIn` has it. */
const nameOf = "substr(subject, 1, instr(subject || '@', '@') - 1)";
const columns = ["row", "seq", "at", "actor", "code", "subject", "commitment", "prev", "hash", "mac"];
const newer = `ON CONFLICT (row) DO UPDATE SET ${columns
  .slice(1)
  .map((name) => `${name} = excluded.${name}`)
  .join(", ")} WHERE excluded.seq > last_bound.seq`;
const insertLast = (rows: string) =>
  sql(
    `INSERT INTO last_bound (${columns.join(", ")})
     SELECT ${columns.map((name) => `value ->> '${name}'`).join(", ")} FROM json_each(?) WHERE TRUE ${newer}`,
    rows,
  );
