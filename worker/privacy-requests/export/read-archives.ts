/**
 * Reads the archived part of the trail for a copy. A large company has thousands of such objects, and one request may make a
 * thousand calls: so it reads some of them, notes what it found and how far it came, and the clock reads on.
 */
import { fill } from "../../../shared/texts/language.ts";
import { problemDetails as details } from "../../../shared/texts/core/problems.en.ts";
import { chunks } from "../../../shared/core/chunks.ts";
import type { LinkedRow } from "../../../shared/trail/chain.ts";
import { Problem } from "../../core/errors.ts";
import { sha256Hex } from "../../core/hash.ts";
import { prepare, sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { type Archive, archiveColumns, readObject } from "../../trail/rows.ts";
import { momentOf, wantRequest } from "../rows.ts";
import { SLICE } from "../words/erase.ts";
import { endOf, has, spelt } from "../words/namer.ts";
import { READ } from "./sections.ts";
import { type About, requesterOf } from "./whose.ts";

/** Most objects, and most searches of their payloads, by a request, and by a run of the clock for all copies: 10 to 20 seconds. */
export const BY_REQUEST = 60;
const BY_CLOCK = 120;
/** Minutes between two runs. */
const EVERY = 5;

/** The words as payloads have them: a number is found however it is written. */
export const wordsOf = ({ words }: Pick<About, "words">): string[] =>
  words.flatMap((word) => (word.startsWith("+") ? endOf(word) : spelt(word)));

/** Dials are in the copy, and rows that bind say nothing by themselves. */
export const isTold = ({ code }: Pick<LinkedRow, "code">): boolean =>
  !code.startsWith("dial.") && code !== "audit.bound";

/** The rows whose payloads quote one of the words, behind `after` and up to `until`. */
export async function quotes(
  db: D1Database,
  words: readonly string[],
  after: number,
  until: number,
): Promise<Set<number>> {
  const found = new Set<number>();
  if (words.length === 0) return found;
  for (; after < until; after += SLICE) {
    const { results } = await db
      .prepare(`SELECT seq FROM audit_payload WHERE seq > ?2 AND seq <= ?3 AND ${has("payload")}`)
      .bind(JSON.stringify(words), after, Math.min(after + SLICE, until))
      .all<{ seq: number }>();
    for (const { seq } of results) found.add(seq);
  }
  return found;
}

interface State {
  asked: string;
  /** The last row that was read. */
  after: number;
  /** The first rows of archives that could not be read. */
  unread: number[];
}

/**
 * What is asked of the archives up to a day. Requests that came later are on no row of them: a stranger who sends another by the
 * same name does not have all read once more.
 */
const askedOf = ({ subjects, requests, words, since }: About, readTo: string): string =>
  sha256Hex(
    JSON.stringify([
      [...subjects].filter((id) => (requests.get(id) ?? "") <= readTo).toSorted(),
      words,
      since,
    ]),
  );

/** The last moment of the archives up to a row. */
const readTo = async (db: D1Database, after: number): Promise<string> =>
  (await db
    .prepare("SELECT last_at FROM audit_archives WHERE last_seq = ?")
    .bind(after)
    .first<string>("last_at")) ?? "";

/** How far it came: from the beginning where something else is asked by now. */
async function stateOf(db: D1Database, request: string, about: About): Promise<State> {
  const row = await db
    .prepare("SELECT asked, after, unread FROM copy_reads WHERE request = ?")
    .bind(request)
    .first<{ asked: string; after: number; unread: string }>();
  if (row && row.asked === askedOf(about, await readTo(db, row.after)))
    return { ...row, unread: JSON.parse(row.unread) as number[] };
  const asked = askedOf(about, "");
  await db.batch(
    [
      sql("DELETE FROM copy_rows WHERE request = ?", request),
      sql("DELETE FROM copy_reads WHERE request = ?", request),
      sql("INSERT INTO copy_reads (request, asked) VALUES (?, ?)", request, asked),
    ].map((one) => prepare(db, one)),
  );
  return { asked, after: 0, unread: [] };
}

/** Notes what was found. Throws `conflict` where another run has read this part meanwhile. */
async function save(
  db: D1Database,
  request: string,
  { from, to, rows }: { from: State; to: State; rows: readonly LinkedRow[] },
): Promise<void> {
  const same = "request = ?1 AND asked = ?2 AND after = ?3";
  const binds = [request, from.asked, from.after];
  const done = await db.batch(
    [
      ...[...chunks(rows, READ)].map((some) =>
        sql(
          `INSERT OR IGNORE INTO copy_rows (request, seq, row) SELECT ?1, value ->> 'seq', value FROM json_each(?4)
           WHERE EXISTS (SELECT 1 FROM copy_reads WHERE ${same})`,
          ...[...binds, JSON.stringify(some)],
        ),
      ),
      sql(
        `UPDATE copy_reads SET asked = ?4, after = ?5, unread = ?6 WHERE ${same}`,
        ...[...binds, to.asked, to.after, JSON.stringify(to.unread)],
      ),
    ].map((one) => prepare(db, one)),
  );
  if (done.at(-1)!.meta.changes === 0) throw new Problem("conflict");
}

/** The rows of an archive that may be told; null where it is missing or altered. */
async function rowsIn(
  env: Env,
  archive: Archive,
  { subjects }: About,
  quoting: ReadonlySet<number>,
): Promise<LinkedRow[] | null> {
  const object = await readObject(env, archive);
  if (!object?.rows || !object.intact) return null;
  return object.rows.filter((row) => isTold(row) && (quoting.has(row.seq) || subjects.has(row.subject)));
}

export interface Read {
  /** The last archived row. */
  after: number;
  /** Months of archives that are missing or were altered. */
  unread: string[];
  /** Archives that are still to be read. */
  left: number;
}

/** Reads on, at most so many objects. */
export async function readOn(
  env: Env,
  request: string,
  about: About,
  most: number,
): Promise<Read & { used: number }> {
  const db = env.DB;
  const words = wordsOf(about);
  let state = await stateOf(db, request, about);
  let used = 0;
  const archives = async (where: string, ...binds: unknown[]) =>
    (
      await db
        .prepare(
          `SELECT ${archiveColumns}, last_at AS lastAt FROM audit_archives WHERE ${where} ORDER BY first_seq`,
        )
        .bind(...binds)
        .all<Archive & { lastAt: string }>()
    ).results;
  const left = await archives("last_seq > ?", state.after);
  while (left.length > 0 && used < most) {
    // As many as one search of their payloads may be about.
    const end = Math.max(1, left.findLastIndex(({ lastSeq }) => lastSeq <= state.after + SLICE) + 1);
    const quoting = await quotes(db, words, state.after, left[end - 1]!.lastSeq);
    used++;
    const rows: LinkedRow[] = [];
    const unread = [...state.unread];
    let last: (typeof left)[number] | undefined;
    for (let n = 0; n < end && used < most; n++) {
      last = left.shift()!;
      const { firstSeq, lastSeq, at } = last;
      // By its own day: it was written after its last row.
      if (at < about.since && ![...quoting].some((seq) => firstSeq <= seq && seq <= lastSeq)) continue;
      used++;
      const found = await rowsIn(env, last, about, quoting);
      if (found) rows.push(...found);
      else unread.push(firstSeq);
    }
    if (!last) break;
    const to = { asked: askedOf(about, last.lastAt), after: last.lastSeq, unread };
    await save(db, request, { from: state, to, rows });
    state = to;
  }
  const lost =
    left.length > 0
      ? []
      : await archives("first_seq IN (SELECT value FROM json_each(?))", JSON.stringify(state.unread));
  const unread: typeof lost = [];
  for (const archive of lost) {
    // Somebody may have restored it.
    const quoting = await quotes(db, words, archive.firstSeq - 1, archive.lastSeq);
    const rows = used++ < most ? await rowsIn(env, archive, about, quoting) : null;
    if (!rows) {
      unread.push(archive);
      continue;
    }
    const to = { ...state, unread: state.unread.filter((seq) => seq !== archive.firstSeq) };
    await save(db, request, { from: state, to, rows });
    state = to;
  }
  return {
    after: state.after,
    unread: [...new Set(unread.map(({ month }) => month))],
    left: left.length,
    used,
  };
}

/** Reads what is left, or throws `copy-reads` where that is more than a request may. */
export async function wantRead(env: Env, request: string, about: About, most = BY_REQUEST): Promise<Read> {
  const read = await readOn(env, request, about, most);
  if (read.left === 0) return read;
  const minutes = EVERY * Math.ceil(read.left / BY_CLOCK);
  throw new Problem("copy-reads", fill(details.copyReads, { n: read.left, minutes }));
}

/** Every few minutes, and while nothing is due one read: reads on for copies that somebody asked for. */
export async function readForCopies(env: Env, now: number, most = BY_CLOCK): Promise<void> {
  const { results } = await env.DB.prepare(
    "SELECT request FROM copy_reads WHERE after < (SELECT MAX(last_seq) FROM audit_archives)",
  ).all<{ request: string }>();
  if (results.length === 0) return;
  const moment = await momentOf(env.DB, now);
  let left = most;
  for (const { request } of results) {
    if (left <= 0) return;
    const { about } = await requesterOf(env.DB, await wantRequest(env.DB, request, moment));
    try {
      left -= (await readOn(env, request, about, left)).used;
    } catch (error) {
      // Another run is at it.
      if (!(error instanceof Problem)) throw error;
    }
  }
}

/** The rows that were found in archives, oldest first, some at a time. */
export async function* archivedRows(db: D1Database, request: string): AsyncGenerator<LinkedRow[]> {
  for (let after = 0; ;) {
    const { results } = await db
      .prepare(`SELECT seq, row FROM copy_rows WHERE request = ? AND seq > ? ORDER BY seq LIMIT ${READ}`)
      .bind(request, after)
      .all<{ seq: number; row: string }>();
    if (results.length > 0) yield results.map(({ row }) => JSON.parse(row) as LinkedRow);
    if (results.length < READ) return;
    after = results[results.length - 1]!.seq;
  }
}
