/** Reads rows of the audit trail wherever they are: in archived objects first, then in the database. */
import { chunks } from "../../shared/core/chunks.ts";
import type { KeptRow, LinkedRow } from "../../shared/trail/chain.ts";
import { sha256OfBytes } from "../core/hash.ts";
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

/**
 * The rows of an object, oldest first; null if it is missing. `intact`: its bytes are those that were written. `rows` is
 * null if they cannot be parsed at all.
 */
export async function readObject(
  env: Env,
  archive: Archive,
): Promise<{ intact: boolean; rows: LinkedRow[] | null } | null> {
  const object = await env.ARCHIVE.get(archive.key);
  if (object === null) return null;
  const bytes = await object.arrayBuffer();
  const intact = bytes.byteLength === archive.bytes && (await sha256OfBytes(bytes)) === archive.sha256;
  try {
    const lines = (await gunzip(bytes)).trimEnd().split("\n");
    return { intact, rows: lines.map((line) => JSON.parse(line) as LinkedRow) };
  } catch {
    return { intact: false, rows: null };
  }
}

const gunzip = (bytes: ArrayBuffer): Promise<string> =>
  new Response(new Response(bytes).body!.pipeThrough(new DecompressionStream("gzip"))).text();

/** Most rows in memory at once, with their payloads. */
const PAGE = 2000;

/**
 * SQL: joins payloads and salts to rows `a` of the trail. A dial's payload is made from the dial's own row, which keeps
 * the salt and whose row number is the subject.
 */
export const payloads = `LEFT JOIN audit_payload p ON p.seq = a.seq
  LEFT JOIN dial_payloads d ON a.code LIKE 'dial.%' AND d.num = CAST(a.subject AS INTEGER)`;
const kept = "COALESCE(p.salt, d.salt) AS salt, COALESCE(p.payload, d.payload) AS payload";
/** SQL: the columns of a LinkedRow, and below those of a KeptRow. */
export const linked = "a.seq, a.at, a.actor, a.code, a.subject, a.commitment, a.prev, a.hash";
export const columns = `${linked}, ${kept}`;

/** Some rows, oldest first. `ends` is set behind the last row of an archived object. */
export interface Page {
  rows: KeptRow[];
  ends?: { archive: Archive; intact: boolean };
}
/** Thrown for an archived object that is missing or cannot be parsed. */
export class Unreadable extends Error {
  readonly fault: "object-missing" | "object-altered";
  constructor(fault: Unreadable["fault"], key: string) {
    super(`${key}: ${fault}`);
    this.fault = fault;
  }
}

/** All rows after row `after`, oldest first, also while rows are being archived. Throws Unreadable. */
export async function* pages(env: Env, after: number): AsyncGenerator<Page, void> {
  for (;;) {
    const { archive, rows } = await nextRows(env.DB, after);
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
async function nextRows(db: D1Database, after: number) {
  const holds = "first_seq <= ?1 + 1 AND last_seq > ?1";
  const [found, rows] = await db.batch([
    db.prepare(`SELECT ${archiveColumns} FROM audit_archives WHERE ${holds}`).bind(after),
    db
      .prepare(
        `SELECT ${columns} FROM audit a ${payloads}
         WHERE a.seq > ?1 AND NOT EXISTS (SELECT 1 FROM audit_archives WHERE ${holds})
         ORDER BY a.seq LIMIT ${PAGE}`,
      )
      .bind(after),
  ]);
  return { archive: found!.results[0] as Archive | undefined, rows: rows!.results as KeptRow[] };
}

async function* objectPages(env: Env, archive: Archive, after: number): AsyncGenerator<Page, void> {
  const object = await readObject(env, archive);
  if (object === null) throw new Unreadable("object-missing", archive.key);
  if (object.rows === null) throw new Unreadable("object-altered", archive.key);
  const rows = object.rows.filter((r) => r.seq > after);
  for (const some of chunks(rows, PAGE)) yield { rows: await withPayloads(env.DB, some) };
  yield { rows: [], ends: { archive, intact: object.intact } };
}

/** Adds payloads: they stay in the database until their retention is over. */
export async function withPayloads(db: D1Database, rows: LinkedRow[]): Promise<KeptRow[]> {
  const { results } = await db
    .prepare(
      `WITH a AS (SELECT value ->> 'seq' AS seq, value ->> 'code' AS code, value ->> 'subject' AS subject FROM json_each(?))
       SELECT a.seq, ${kept} FROM a ${payloads}`,
    )
    .bind(JSON.stringify(rows.map(({ seq, code, subject }) => ({ seq, code, subject }))))
    .all<{ seq: number; salt: string | null; payload: string | null }>();
  const bySeq = new Map(results.map((p) => [p.seq, p]));
  return rows.map((r) => ({
    ...r,
    salt: bySeq.get(r.seq)?.salt ?? null,
    payload: bySeq.get(r.seq)?.payload ?? null,
  }));
}
