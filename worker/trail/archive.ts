/**
 * Moves closed months of the audit trail from D1 to R2, and of the open one what fills an object, as gzipped NDJSON without
 * payloads. It writes an object and reads it back; then one audited commit records the object and deletes its rows. A crash in
 * between does no harm: the next run writes the same rows under the same key.
 */
import { archivesAnswer } from "../../shared/trail/api.ts";
import { isSpent } from "../storage/closed/calls.ts";
import { ledgerOf, record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { faultOf, type LinkedRow } from "../../shared/trail/chain.ts";
import type { Env } from "../env.ts";
import { json, room, route } from "../core/route.ts";
import { sha256OfBytes } from "../core/hash.ts";
import { keepAtOnce } from "./events.ts";
import { type Archive, archiveColumns, bytesOf } from "./rows.ts";
import { DAY } from "../../shared/core/time.ts";
import { ROWS } from "../storage/closed/sizes.ts";

/** Rows that are read and hashed at a time: between them the isolate does other work, such as writing. */
const STEP = 2000;
/** A month is closed this long after its end: rows of `changes`, kept for two days, refer to it, and clocks may differ. */
const SETTLED = 3 * DAY;
/**
 * Of the open month, rows that fill an object leave this long after the last of them, as the same object that they would be at its
 * end: where all calls are recorded, a month of them would not fit. What people and jobs go by for longer is kept apart (events.ts).
 */
export const FULL = 3 * DAY;

interface End {
  seq: number;
  hash: string;
}

/** Archives the rows that are due, the oldest first. `now` in milliseconds; `most` and `step` for tests. Throws at a broken chain. */
export async function archiveMonths(env: Env, now: number, most = ROWS, step = STEP): Promise<void> {
  const closedBefore = `${new Date(now - SETTLED).toISOString().slice(0, 7)}-01`;
  const fullBefore = new Date(now - FULL).toISOString();
  // Rows written from now on, including this job's own, wait for the next run.
  const newest = (await env.DB.prepare("SELECT MAX(seq) AS seq FROM audit").first<{ seq: number }>())!.seq;
  while (!isSpent(env)) {
    const last = (await env.DB.prepare(
      "SELECT last_seq AS seq, last_hash AS hash FROM audit_archives ORDER BY first_seq DESC LIMIT 1",
    ).first<End>()) ?? { seq: 0, hash: "genesis" };
    // An officer accounts for rows without a code, as an older Worker writes them, while they are here: they wait for the month's end.
    const full = await env.DB.prepare(
      `SELECT 1 FROM audit a WHERE a.seq = ?2 AND a.at < ?3
         AND NOT EXISTS (SELECT 1 FROM audit b WHERE b.seq BETWEEN ?1 AND a.seq AND b.mac IS NULL)`,
    )
      .bind(last.seq + 1, last.seq + most, fullBefore)
      .first();
    const before = full && fullBefore > closedBefore ? fullBefore : closedBefore;
    const slice = await sliceAfter(env, last, { newest, before, most, step });
    if (slice === null) return;
    await archiveSlice(env, last, slice);
  }
}

interface Slice {
  month: string;
  /** Its last row. */
  end: End;
  /** The earliest and the latest time of its rows. */
  times: [string, string];
  bytes: ArrayBuffer;
}

/** The next rows that go into one object: of one month and from before a moment, each following the one before. Null where there is none. */
async function sliceAfter(
  env: Env,
  last: End,
  { newest, before, most, step }: { newest: number; before: string; most: number; step: number },
): Promise<Slice | null> {
  const zip = new CompressionStream("gzip");
  const writer = zip.writable.getWriter();
  const zipped = new Response(zip.readable).arrayBuffer();
  let slice = null as Omit<Slice, "bytes"> | null;
  for (let left = most; left > 0;) {
    const { seq, hash }: End = slice?.end ?? last;
    const { results } = await env.DB.prepare(
      `SELECT seq, at, actor, code, subject, commitment, prev, hash, mac FROM audit
       WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
    )
      .bind(seq, newest, Math.min(step, left))
      .all<LinkedRow>();
    const month: string | undefined = slice?.month ?? results[0]?.at.slice(0, 7);
    const until = results.findIndex((r) => r.at >= before || r.at.slice(0, 7) !== month);
    const rows = until < 0 ? results : results.slice(0, until);
    if (month === undefined || rows.length === 0) break;
    const end = endOf({ seq, hash }, rows);
    const times: string[] = [...(slice?.times ?? []), ...rows.map(({ at }) => at)].sort();
    slice = { month, end, times: [times[0]!, times.at(-1)!] };
    await writer.write(new TextEncoder().encode(rows.map((r) => `${JSON.stringify(r)}\n`).join("")));
    left -= rows.length;
    // Calls of the database are no pause where it is in the same process: a timer lets requests in.
    await scheduler.wait(1);
    if (rows.length < results.length) break;
  }
  await writer.close();
  const bytes = await zipped;
  return slice && { ...slice, bytes };
}

/** The last of rows that follow a row. Throws where one does not. */
function endOf({ seq, hash }: End, rows: readonly LinkedRow[]): End {
  for (const row of rows) {
    const fault = faultOf(seq, hash, row);
    if (fault)
      throw new Error(`the audit trail is broken at row ${seq + 1} (${fault}), and was not archived`);
    ({ seq, hash } = row);
  }
  return { seq, hash };
}

async function archiveSlice(env: Env, last: End, { month, end, times, bytes }: Slice): Promise<void> {
  const archive: Archive = {
    key: `audit/${month}/${String(last.seq + 1).padStart(10, "0")}.ndjson.gz`,
    month,
    firstSeq: last.seq + 1,
    lastSeq: end.seq,
    lastHash: end.hash,
    bytes: bytes.byteLength,
    sha256: await sha256OfBytes(bytes),
    at: new Date().toISOString(),
  };
  // After a crash it may be there already, and a bucket lock may forbid to overwrite it. Other rows are there where these left once
  // before the database was put back.
  const there = await bytesOf(env, archive);
  const put = () => env.ARCHIVE.put(archive.key, bytes, { sha256: archive.sha256 });
  if (!there?.intact)
    await put().catch(async (error: unknown) => {
      if (!there) throw error;
      archive.key = archive.key.replace(".ndjson", `-${end.hash.slice(0, 16)}$&`);
      // It is locked as well, where a crash came behind it.
      if (!(await bytesOf(env, archive))?.intact) await put();
    });
  const stored = await bytesOf(env, archive);
  if (!stored?.intact) throw new Error(`${archive.key} differs from what was written`);
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
        ...times,
        archive.bytes,
        archive.sha256,
        archive.at,
      ),
      keepAtOnce(archive.firstSeq, archive.lastSeq),
      sql("DELETE FROM audit WHERE seq BETWEEN ? AND ?", archive.firstSeq, archive.lastSeq),
    ],
  });
  // Whoever takes its record away takes nothing from there.
  await ledgerOf(env).archived(archive.lastSeq);
}

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
