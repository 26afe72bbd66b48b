/** Reads rows of the audit trail wherever they are: in archived objects first, then in the database. */
import { chunks } from "../../shared/core/chunks.ts";
import { MINUTE, SECOND } from "../../shared/core/time.ts";
import { type KeptRow, type LinkedRow, SAYS_NOTHING } from "../../shared/trail/chain.ts";
import { Problem } from "../core/errors.ts";
import { sha256OfBytes } from "../core/hash.ts";
import { closedSaid } from "../dials/closed/said.ts";
import { ofErasure } from "../recordings/certificates/said.ts";
import { saltsOfErasures } from "../recordings/certificates/salts.ts";
import { ofArrival } from "../recordings/closed/said.ts";
import type { Env } from "../env.ts";

/** A row of `audit_archives`: an object in R2 with rows that have left the database. */
export interface Archive {
  key: string;
  month: string;
  firstSeq: number;
  lastSeq: number;
  lastHash: string;
  bytes: number;
  sha256: string;
  at: string;
}
export const archiveColumns = `key, month, first_seq AS firstSeq, last_seq AS lastSeq, last_hash AS lastHash,
  bytes, sha256, at`;

/** All of them, with the times of their first and last rows in milliseconds. */
export async function archivesOf(db: D1Database): Promise<(Archive & { from: number; to: number })[]> {
  const { results } = await db
    .prepare(
      `SELECT ${archiveColumns}, first_at AS firstAt, last_at AS lastAt FROM audit_archives ORDER BY first_seq`,
    )
    .all<Archive & { firstAt: string; lastAt: string }>();
  return results.map((archive) => ({
    ...archive,
    from: Date.parse(archive.firstAt),
    to: Date.parse(archive.lastAt),
  }));
}

/** An object's bytes; null if it is missing. `intact`: they are those that were written. */
export async function bytesOf(env: Pick<Env, "ARCHIVE">, archive: Archive) {
  const object = await env.ARCHIVE.get(archive.key);
  if (object === null) return null;
  const bytes = await object.arrayBuffer();
  const intact = bytes.byteLength === archive.bytes && (await sha256OfBytes(bytes)) === archive.sha256;
  return { bytes, intact };
}

/** The rows of an object, oldest first; null if it is missing. `rows` is null if they cannot be parsed at all. */
export async function readObject(
  env: Pick<Env, "ARCHIVE">,
  archive: Archive,
): Promise<{ intact: boolean; rows: LinkedRow[] | null } | null> {
  const object = await bytesOf(env, archive);
  if (object === null) return null;
  const { bytes, intact } = object;
  try {
    const lines = (await gunzip(bytes)).trimEnd().split("\n");
    return { intact, rows: lines.map((line) => JSON.parse(line) as LinkedRow) };
  } catch {
    return { intact: false, rows: null };
  }
}

/** The rows of an object that are as they were written, if they are those that its record names: it may name another object. */
export async function wholeObject(
  env: Pick<Env, "ARCHIVE">,
  archive: Archive,
): Promise<readonly LinkedRow[] | null> {
  const object = await readObject(env, archive);
  if (!object?.intact || !object.rows || object.rows.length === 0) return null;
  const { firstSeq, lastSeq } = archive;
  const isWhole =
    object.rows.every(({ seq }, n) => seq === firstSeq + n) && object.rows.at(-1)!.seq === lastSeq;
  return isWhole ? object.rows : null;
}

const gunzip = (bytes: ArrayBuffer): Promise<string> =>
  new Response(new Response(bytes).body!.pipeThrough(new DecompressionStream("gzip"))).text();

/** Most rows in memory at once, with their payloads. */
const PAGE = 2000;

/**
 * SQL: joins payloads and salts to rows `a` of the trail. A dial's payload is made from the dial's own row, which keeps
 * the salt and whose row number is the subject; of a dial whose fields are bound one by one, it is `said`.
 */
export const payloads = "LEFT JOIN audit_payload p ON p.seq = a.seq";
/** Each by itself: joined, SQLite would make the whole view first, of all dials. */
const ofDial = (column: string, view: string): string =>
  `IIF(a.code LIKE 'dial.%', (SELECT ${column} FROM ${view} WHERE num = CAST(a.subject AS INTEGER)), NULL)`;
const kept = `COALESCE(p.salt, ${ofDial("salt", "dial_payloads")}) AS salt,
  COALESCE(p.payload, ${ofDial("payload", "dial_payloads")}) AS payload,
  COALESCE(${ofDial("payload", "dial_said")}, ${ofArrival}, ${ofErasure}) AS said`;
/** SQL: the columns of a LinkedRow, and below those of a KeptRow. */
export const linked = "a.seq, a.at, a.actor, a.code, a.subject, a.commitment, a.prev, a.hash, a.mac";
export const columns = `${linked}, ${kept}`;

/** No row of the trail is dated so long before one that was written earlier: the Ledger writes one after the other, on one machine or the next. */
const CLOCKS = 10 * MINUTE;
/**
 * SQL: a row number, by halves of the rows, as no index has their times. Rows below it are from before `by`, and those from it on are not, but
 * for what clocks differ. It is between `num` and `num + more`.
 */
const byHalves = (table: "audit" | "audit_payload", by: string): string =>
  `(WITH RECURSIVE near (num, more) AS (
      SELECT MIN(seq), (SELECT MAX(seq) FROM ${table}) - MIN(seq) + 1 FROM ${table}
      UNION ALL
      SELECT num + IIF((SELECT at FROM ${table} WHERE seq >= num + (more + 1) / 2 - 1 ORDER BY seq LIMIT 1) < ${by}, (more + 1) / 2, 0), more / 2
      FROM near WHERE more > 0)
    SELECT MAX(num) FROM near)`;
const moved = (moment: string, ms: number): string =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', ${moment}, '${ms / SECOND} seconds')`;
/** SQL: no row below it is from a moment or later; some from it on are from before. */
export const rowFrom = (table: "audit" | "audit_payload", moment: string): string =>
  byHalves(table, moved(moment, -CLOCKS));
/** SQL: no row from it on is from before a moment, or from the moment itself; some below it are later. */
export const rowBehind = (table: "audit" | "audit_payload", moment: string): string =>
  byHalves(table, moved(moment, CLOCKS));

/**
 * Some rows, oldest first. `ends` is set with the last rows of an archived object. `isDated`: its record has the earliest and the latest time
 * of its rows, by which a page of some days opens it or does not.
 */
export interface Page {
  rows: KeptRow[];
  ends?: { archive: Archive; intact: boolean; isDated: boolean };
}
/** Thrown for an archived object that is missing or cannot be parsed. */
export class Unreadable extends Error {
  readonly fault: "object-missing" | "object-altered";
  readonly archive: Archive;
  constructor(fault: Unreadable["fault"], archive: Archive) {
    super(`${archive.key}: ${fault}`);
    this.fault = fault;
    this.archive = archive;
  }
}

/** The rows of an object as they were written. Throws Unreadable. */
export async function wholeRows(env: Pick<Env, "ARCHIVE">, archive: Archive): Promise<LinkedRow[]> {
  const object = await readObject(env, archive);
  if (object?.rows && object.intact) return object.rows;
  throw new Unreadable(object === null ? "object-missing" : "object-altered", archive);
}

/** For `catch`: an archive that cannot be read, as the problem `archive-broken`. */
export const asProblem = (error: unknown): never => {
  throw error instanceof Unreadable ? new Problem("archive-broken", error.message) : error;
};

/** For `catch`: notes the archive that could not be read, where that was the error. */
export const noteIn =
  (unread: Archive[]) =>
  (error: unknown): null => {
    if (!(error instanceof Unreadable)) throw error;
    unread.push(error.archive);
    return null;
  };

/** One row of the trail. Throws Unreadable. */
export async function rowAt(env: Env, seq: number): Promise<KeptRow | null> {
  for await (const { rows } of pages(env, seq - 1, 1)) return rows[0]?.seq === seq ? rows[0] : null;
  return null;
}

/**
 * Rows by their numbers, those that are near each other by one reading of their object; a run of the clock reads each once. What cannot be read
 * is left out.
 */
export async function rowsOnce(env: Env, wanted: readonly number[]): Promise<KeptRow[]> {
  const read = env.rowsRead ?? new Map<number, KeptRow>();
  for (const seq of wanted.toSorted((a, b) => a - b)) {
    if (read.has(seq)) continue;
    const page = await pages(env, seq - 1, 1)
      .next()
      .catch(noteIn([]));
    for (const row of page?.value?.rows ?? []) if (wanted.includes(row.seq)) read.set(row.seq, row);
  }
  return wanted.flatMap((seq) => read.get(seq) ?? []);
}

/** All rows after row `after`, oldest first, also while rows are being archived. Throws Unreadable. */
export async function* pages(env: Env, after: number, most = PAGE): AsyncGenerator<Page, void> {
  for (;;) {
    const { archive, rows } = await nextRows(env.DB, after, most);
    if (archive) {
      yield* objectPages(env, archive, after);
      after = archive.lastSeq;
    } else {
      if (rows.length === 0) return;
      yield { rows };
      after = rows[rows.length - 1]!.seq;
    }
  }
}

/** The archive with the next row, or the next rows in the database, read in one batch. */
async function nextRows(db: D1Database, after: number, most: number) {
  const holds = "first_seq <= ?1 + 1 AND last_seq > ?1";
  const [found, rows] = await db.batch([
    db
      .prepare(
        `SELECT ${archiveColumns}, first_at AS firstAt, last_at AS lastAt FROM audit_archives WHERE ${holds}`,
      )
      .bind(after),
    db
      .prepare(
        `SELECT ${columns} FROM audit a ${payloads}
         WHERE a.seq > ?1 AND NOT EXISTS (SELECT 1 FROM audit_archives WHERE ${holds})
         ORDER BY a.seq LIMIT ${most}`,
      )
      .bind(after),
  ]);
  return { archive: found!.results[0] as Timed | undefined, rows: rows!.results as KeptRow[] };
}

type Timed = Archive & { firstAt: string; lastAt: string };

async function* objectPages(env: Env, archive: Timed, after: number): AsyncGenerator<Page, void> {
  const object = await readObject(env, archive);
  if (object === null) throw new Unreadable("object-missing", archive);
  if (object.rows === null) throw new Unreadable("object-altered", archive);
  const times = object.rows.map(({ at }) => at).sort();
  const isDated = times[0] === archive.firstAt && times.at(-1) === archive.lastAt;
  const ends = { archive, intact: object.intact, isDated };
  const parts = [
    ...chunks(
      object.rows.filter((r) => r.seq > after),
      PAGE,
    ),
  ];
  // With its last rows: a step may end behind them, and the next begins with other rows.
  for (const [n, some] of parts.entries())
    yield { rows: await withPayloads(env, some), ...(n === parts.length - 1 && { ends }) };
  if (parts.length === 0) yield { rows: [], ends };
}

const SUM = /"hash":"[^"]*",?/;
/**
 * A row as people read it. In the event of a register's version an earlier release told a sum over its blocks, by which trying
 * finds a number of a block with few: it is left out, and so is the salt, which would tell as much.
 */
export const readable = (row: KeptRow): KeptRow =>
  row.code.startsWith("list.") && row.payload !== null && SUM.test(row.payload)
    ? { ...row, salt: null, payload: null, said: row.payload.replace(SUM, "") }
    : row;

/** The salts of rows whose payload is `null` and follows, with the salt, from what is kept anyway, by row number (certificates/apart.ts). */
export async function followingOf(db: D1Database, rows: readonly LinkedRow[]): Promise<Map<number, string>> {
  const salts = await saltsOfErasures(db, rows);
  for (const { seq, commitment } of rows) if (commitment === SAYS_NOTHING) salts.set(seq, "");
  return salts;
}

/**
 * Adds payloads of rows that have left: they stay in the database until their retention is over, or follow from what does; what dials
 * say may be in a file (dials/closed).
 */
export async function withPayloads(env: Pick<Env, "DB" | "ARCHIVE">, rows: LinkedRow[]): Promise<KeptRow[]> {
  const bySeq = new Map<number, Payload>();
  const following = await followingOf(env.DB, rows);
  const look = async (some: readonly LinkedRow[]) => {
    const { results } = await env.DB.prepare(
      `WITH a AS MATERIALIZED (SELECT value ->> 'seq' AS seq, value ->> 'code' AS code, value ->> 'subject' AS subject,
         value ->> 'commitment' AS "commitment", value ->> 'salt' AS follows FROM json_each(?)),
       p AS MATERIALIZED (SELECT a.seq, IIF(k.seq IS NULL, a.follows, k.salt) AS salt, IIF(k.seq IS NULL, 'null', k.payload) AS payload
         FROM a LEFT JOIN audit_payload k ON k.seq = a.seq WHERE k.seq IS NOT NULL OR a.follows IS NOT NULL)
       SELECT a.seq, ${kept} FROM a LEFT JOIN p ON p.seq = a.seq`,
    )
      .bind(
        JSON.stringify(
          some.map(({ seq, code, subject, commitment }) => ({
            ...{ seq, code, subject, commitment },
            salt: following.get(seq),
          })),
        ),
      )
      .all<Payload>();
    for (const one of results) bySeq.set(one.seq, one);
  };
  await look(rows);
  const dials = rows.filter(({ seq, code, subject }) => {
    const { payload, said } = bySeq.get(seq) ?? {};
    return code.startsWith("dial.") && (payload ?? said ?? null) === null && /^\d+$/.test(subject);
  });
  const closed = await closedSaid(
    env,
    dials.map(({ subject }) => Number(subject)),
  );
  // One that came back into the database meanwhile; others were erased.
  const left = dials.filter(({ subject }) => !closed.has(Number(subject)));
  if (left.length > 0) await look(left);
  return rows.map((r) => ({
    ...r,
    salt: bySeq.get(r.seq)?.salt ?? null,
    payload: bySeq.get(r.seq)?.payload ?? null,
    said: bySeq.get(r.seq)?.said ?? closed.get(Number(r.subject)) ?? null,
  }));
}
type Payload = Pick<KeptRow, "seq" | "salt" | "payload" | "said">;
