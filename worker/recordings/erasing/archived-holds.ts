/**
 * What archived months say of legal holds. A hold may be older than many archives, so this is kept together, under the Worker's key.
 * What could not be read is kept as a gap between rows that were read, as the database's owner can write any numbers and times into
 * an archive's record, and copy rows of the trail, but make none.
 */
import * as z from "zod";
import { canonical } from "../../../shared/trail/canonical.ts";
import type { LinkedRow } from "../../../shared/trail/chain.ts";
import { ledgerOf } from "../../core/commit.ts";
import { prepare, sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { type Archive, archivesOf, linked, wholeObject } from "../../trail/rows.ts";
import { type Known, startOf } from "../../trail/start.ts";

export const RELEASED = "recording.released";
export const HOLDS = ["recording.held", "recording.held-on", RELEASED];
const MARK = "holds-archived";
/** Most archived objects that are read at once. */
const OBJECTS = 20;
/** Rows in which one of the Ledger's is looked for: before it there are none, unless somebody put some there. */
const FIRST = 50;

const bySeq = z.record(z.string(), z.int());
const keptSchema = z.object({
  /** The rows that were read, first and last of each stretch, in order. */
  read: z.array(z.tuple([z.int(), z.int()])),
  /** Recordings by the row that says it last: held, or released, which counts against a gap before it alone. */
  held: bySeq,
  released: bySeq,
  /** Keys of archives that could not be read, in the order in which they are tried again. */
  unread: z.array(z.string()),
  /** By the key in force. */
  mac: z.string().nullable(),
});
type Kept = Omit<z.infer<typeof keptSchema>, "mac">;

export interface ArchivedHolds {
  held: ReadonlySet<string>;
  /** Further archives are read by further runs: nobody knows yet. */
  isLater: boolean;
  /** Up to which row of the trail one may be unread that says of a hold. 0: none is. */
  unreadUpTo: number;
}

export async function archivedHolds(env: Env): Promise<ArchivedHolds> {
  const known = await startOf(env);
  const before = await keptOf(env.DB, known);
  const all = await archivesOf(env.DB);
  const open = all.filter((archive) => !isRead(before, archive));
  const turn = ({ key }: Archive) => before.unread.indexOf(key);
  const tried = open.sort((a, b) => turn(a) - turn(b) || a.firstSeq - b.firstSeq).slice(0, OBJECTS);
  let now = { ...before, held: { ...before.held }, released: { ...before.released } };
  const unread: string[] = [];
  for (const archive of tried) {
    const rows = await wholeObject(env, archive);
    if (rows === null) unread.push(archive.key);
    else now = withRows(now, rows, known);
  }
  const left = open.slice(tried.length).map(({ key }) => key);
  now.unread = [...before.unread.filter((key) => left.includes(key)), ...unread];
  const isLeft = left.some((key) => !before.unread.includes(key));
  const end = now.read.at(-1)?.[1] ?? 0;
  // The Ledger keeps where the archives end: no row that somebody copies back into the database hides that one is gone behind it.
  const archivedTo = await ledgerOf(env).archived(end);
  const here = Math.max(await firstHere(env.DB, known, end), archivedTo + 1);
  const unreadUpTo = gapUpTo(now.read, here);
  // A month that was archived meanwhile is no gap.
  const isMoved = unreadUpTo > 0 && (await archivesOf(env.DB)).length > all.length;
  const isLater = isLeft || isMoved;
  if (!isLater && unreadUpTo === 0) now.released = {};
  if (canonical(now) !== canonical(before)) await keep(env.DB, known, now);
  return { held: new Set(Object.keys(now.held)), isLater, unreadUpTo };
}

/** The first row behind row `after` that the Ledger wrote; 0 where there is none. An earlier one may be a copy. */
async function firstHere(db: D1Database, { originOf }: Known, after: number): Promise<number> {
  const { results } = await db
    .prepare(`SELECT ${linked} FROM audit a WHERE a.seq > ? ORDER BY a.seq LIMIT ${FIRST}`)
    .bind(after)
    .all<LinkedRow>();
  const first = results.find((row) => originOf(row) !== "forged");
  return first?.seq ?? (results.length < FIRST ? 0 : Number.MAX_SAFE_INTEGER);
}

const isRead = ({ read }: Kept, { firstSeq, lastSeq }: Archive): boolean =>
  read.some(([first, last]) => first <= firstSeq && lastSeq <= last);

function withRows(kept: Kept, rows: readonly LinkedRow[], { originOf }: Known): Kept {
  const { held, released } = kept;
  for (const row of rows) {
    if (!HOLDS.includes(row.code) || originOf(row) === "forged") continue;
    const { subject, seq, code } = row;
    if (seq < Math.max(held[subject] ?? 0, released[subject] ?? 0)) continue;
    const [into, from] = code === RELEASED ? [released, held] : [held, released];
    into[subject] = seq;
    delete from[subject];
  }
  const read: Kept["read"] = [];
  const ours: [number, number] = [rows[0]!.seq, rows.at(-1)!.seq];
  for (const [first, last] of [...kept.read, ours].sort(([a], [b]) => a - b)) {
    const before = read.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else read.push([first, last]);
  }
  return { ...kept, read };
}

/** The end of the last gap between rows that were read, and those in the database from row `here` on. 0: there is none. */
function gapUpTo(read: Kept["read"], here: number): number {
  let [until, gap] = [0, 0];
  for (const [first, last] of [...read, [here, here] as const])
    if (first > until + 1) [until, gap] = [last, first - 1];
    else until = Math.max(until, last);
  return gap;
}

/** Without a key, nothing shows that it is the Worker's own. */
const macOf = ({ own }: Known, kept: Kept): string | null => own?.mac(`${MARK} ${canonical(kept)}`) ?? null;

/** What was kept; nothing where it is not under the key, so that all is read again. */
async function keptOf(db: D1Database, known: Known): Promise<Kept> {
  const mark = await db
    .prepare("SELECT IIF(json_valid(value), value, NULL) AS value FROM marks WHERE name = ?")
    .bind(MARK)
    .first<{ value: string | null }>();
  const nothing: Kept = { read: [], held: {}, released: {}, unread: [] };
  const found = keptSchema.safeParse(JSON.parse(mark?.value ?? "null"));
  if (!found.success) return nothing;
  const { mac, ...kept } = found.data;
  return mac === macOf(known, kept) ? kept : nothing;
}

async function keep(db: D1Database, known: Known, kept: Kept): Promise<void> {
  const value = JSON.stringify({ ...kept, mac: macOf(known, kept) });
  await prepare(db, sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", MARK, value)).run();
}
