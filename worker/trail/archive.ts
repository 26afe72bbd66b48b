/**
 * Moves closed months of the audit trail from D1 to R2, as gzipped NDJSON without payloads. It writes an object and reads
 * it back; then one audited commit records the object and deletes its rows. A crash in between does no harm: the next run
 * writes the same rows under the same key.
 */
import { archivesAnswer } from "../../shared/trail/api.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { faultOf, type LinkedRow } from "../../shared/trail/chain.ts";
import type { Env } from "../env.ts";
import { json, room, route } from "../core/route.ts";
import { sha256OfBytes } from "../core/hash.ts";
import { type Archive, archiveColumns, readObject } from "./rows.ts";
import { DAY } from "../../shared/core/time.ts";

/** Most rows an object: about 10 MB before compression. */
const ROWS = 20_000;
/** A month is closed this long after its end: rows of `changes`, kept for two days, refer to it, and clocks may differ. */
const SETTLED = 3 * DAY;

/** Archives all rows of closed months. `now` in milliseconds; `most` for tests. Throws at a broken chain. */
export async function archiveMonths(env: Env, now: number, most = ROWS): Promise<void> {
  const closedBefore = `${new Date(now - SETTLED).toISOString().slice(0, 7)}-01`;
  // Rows written from now on, including this job's own, wait for the next run.
  const newest = (await env.DB.prepare("SELECT MAX(seq) AS seq FROM audit").first<{ seq: number }>())!.seq;
  for (;;) {
    const last = (await env.DB.prepare(
      "SELECT last_seq AS seq, last_hash AS hash FROM audit_archives ORDER BY first_seq DESC LIMIT 1",
    ).first<{ seq: number; hash: string }>()) ?? { seq: 0, hash: "genesis" };
    const { results } = await env.DB.prepare(
      `SELECT seq, at, actor, code, subject, commitment, prev, hash, mac FROM audit
       WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
    )
      .bind(last.seq, newest, most)
      .all<LinkedRow>();
    const month = results[0]?.at.slice(0, 7);
    const end = results.findIndex((r) => r.at >= closedBefore || r.at.slice(0, 7) !== month);
    const rows = end < 0 ? results : results.slice(0, end);
    if (month === undefined || rows.length === 0) return;
    await archiveRows(env, month, last, rows);
  }
}

async function archiveRows(
  env: Env,
  month: string,
  last: { seq: number; hash: string },
  rows: LinkedRow[],
): Promise<void> {
  let { seq, hash } = last;
  for (const row of rows) {
    const fault = faultOf(seq, hash, row);
    if (fault)
      throw new Error(`the audit trail is broken at row ${seq + 1} (${fault}), and was not archived`);
    ({ seq, hash } = row);
  }
  const bytes = await gzip(rows.map((r) => `${JSON.stringify(r)}\n`).join(""));
  const times = rows.map((r) => r.at).sort();
  const archive: Archive = {
    key: `audit/${month}/${String(last.seq + 1).padStart(10, "0")}.ndjson.gz`,
    month,
    firstSeq: last.seq + 1,
    lastSeq: seq,
    lastHash: hash,
    bytes: bytes.byteLength,
    sha256: await sha256OfBytes(bytes),
    at: new Date().toISOString(),
  };
  // After a crash it may be there already, and a bucket lock may forbid to overwrite it.
  if (!(await readObject(env, archive))?.intact)
    await env.ARCHIVE.put(archive.key, bytes, { sha256: archive.sha256 });
  const stored = await readObject(env, archive);
  if (stored === null || !stored.intact) throw new Error(`${archive.key} differs from what was written`);
  await record(env, {
    actor: "system",
    event: { code: "audit.archived", subject: archive.key, payload: archive },
    statements: [
      sql(
        `INSERT INTO audit_archives
           (first_seq, last_seq, last_hash, key, month, first_at, last_at, bytes, sha256, at, macs)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`,
        archive.firstSeq,
        archive.lastSeq,
        archive.lastHash,
        archive.key,
        month,
        times[0]!,
        times[times.length - 1]!,
        archive.bytes,
        archive.sha256,
        archive.at,
      ),
      sql("DELETE FROM audit WHERE seq BETWEEN ? AND ?", archive.firstSeq, archive.lastSeq),
    ],
  });
}

const gzip = (text: string): Promise<ArrayBuffer> =>
  new Response(new Response(text).body!.pipeThrough(new CompressionStream("gzip"))).arrayBuffer();

export const archives = room();

archives.openapi(
  route({
    method: "get",
    path: "/v1/audit/archives",
    roles: ["compliance", "admin"],
    summary: "The archived objects, oldest first",
    responses: { 200: json(archivesAnswer) },
  }),
  async (c) => {
    const { results } = await c.env.DB.prepare(
      `SELECT ${archiveColumns} FROM audit_archives ORDER BY first_seq`,
    ).all<Archive>();
    return c.json({ archives: results }, 200);
  },
);
