/** Reading rows of the audit trail across the seam: archived objects first, then what is still in the database. */
import type { KeptRow, LinkedRow } from "../../shared/trail/chain.ts";
import { sha256OfBytes } from "../core/hash.ts";
import type { Env } from "../env.ts";

/** A row of `audit_archives`: an object in R2 that holds rows which have left the database. */
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
 * The rows of an object, oldest first; null where it is not there. `intact` is false where its bytes are not those that
 * were written; `rows` is null where they cannot be read as rows at all.
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

/** Rows that are held in memory with their payloads. */
const PAGE = 2000;

/**
 * What the rows `a` of the trail are about, with the salts. Of a dial that is the dial's own row, where it bears a salt; its
 * number is the subject.
 */
export const payloads = `LEFT JOIN audit_payload p ON p.seq = a.seq
  LEFT JOIN dial_payloads d ON a.code LIKE 'dial.%' AND d.num = CAST(a.subject AS INTEGER)`;
const kept = "COALESCE(p.salt, d.salt) AS salt, COALESCE(p.payload, d.payload) AS payload";
/** Of a LinkedRow, and of a KeptRow. */
export const linked = "a.seq, a.at, a.actor, a.code, a.subject, a.commitment, a.prev, a.hash";
export const columns = `${linked}, ${kept}`;

/** Some rows, oldest first; at the end of an archived object, that object. */
export interface Page {
  rows: KeptRow[];
  ends?: { archive: Archive; intact: boolean };
}
/** An archived object that is not there, or holds no rows. */
export class Unreadable extends Error {
  readonly fault: "object-missing" | "object-altered";
  constructor(fault: Unreadable["fault"], key: string) {
    super(`${key}: ${fault}`);
    this.fault = fault;
  }
}

/** All rows behind `after`, oldest first. Throws Unreadable. Rows that are archived meanwhile are read there. */
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

/** The archive that holds the next row, or the next rows in the database: both of one moment. */
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
  for (let i = 0; i < rows.length; i += PAGE)
    yield { rows: await withPayloads(env.DB, rows.slice(i, i + PAGE)) };
  yield { rows: [], ends: { archive, intact: object.intact } };
}

/** Payloads stay in the database until their time is over. */
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
