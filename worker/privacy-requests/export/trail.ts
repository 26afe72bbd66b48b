/**
 * What the audit trail says of a requester: what was done with their data, when, and in which role (UK GDPR art 15(1); who of
 * the staff it was is that person's own data). Dials are not told twice: the copy has them as they are.
 */
import { exportEn as t } from "../../../shared/texts/privacy-requests/copy.en.ts";
import { trailEn } from "../../../shared/texts/trail/desk.en.ts";
import { chunks } from "../../../shared/core/chunks.ts";
import type { KeptRow } from "../../../shared/trail/chain.ts";
import { Problem } from "../../core/errors.ts";
import type { Env } from "../../env.ts";
import { withRecordings } from "../../recordings/closed/said.ts";
import { columns, payloads, withPayloads } from "../../trail/rows.ts";
import type { Without } from "./others.ts";
import { archivedRows, isTold, quotes, type Read, wordsOf } from "./read-archives.ts";
import { type Fields, READ } from "./sections.ts";
import type { About } from "./whose.ts";

const codes: Record<string, string> = trailEn.codes;

/** Ids in one parameter. */
const IDS = 5000;

/** `read`: what was read of the archives (reads.ts). */
export async function* trailOf(
  env: Env,
  request: string,
  about: About,
  without: Without,
  { after }: Read,
): AsyncGenerator<Fields[]> {
  const db = env.DB;
  const words = wordsOf(about);
  const told = (rows: readonly KeptRow[]) =>
    rows.map((row) => tell(row, about, words, without)).filter((row) => row !== null);
  for await (const rows of archivedRows(db, request))
    yield told(await withRecordings(env, await withPayloads(env, rows)));
  const last =
    (await db.prepare("SELECT MAX(seq) AS seq FROM audit_payload").first<number | null>("seq")) ?? 0;
  const quoting = await quotes(db, words, after, last);
  for (const some of chunks(await stored(db, about.subjects, quoting), READ)) {
    const { results } = await db
      .prepare(
        `SELECT ${columns} FROM json_each(?) j CROSS JOIN audit a ON a.seq = j.value ${payloads} ORDER BY j.key`,
      )
      .bind(JSON.stringify(some))
      .all<KeptRow>();
    yield told(await withRecordings(env, results));
  }
  // What was archived meanwhile is in neither.
  const moved = await db.prepare("SELECT 1 FROM audit_archives WHERE last_seq > ?").bind(after).first();
  if (moved) throw new Problem("conflict");
}

/** The numbers of the rows in the database, in order. */
async function stored(
  db: D1Database,
  subjects: ReadonlySet<string>,
  quoting: ReadonlySet<number>,
): Promise<number[]> {
  const seqs = new Set(quoting);
  for (const some of chunks([...subjects], IDS)) {
    const { results } = await db
      .prepare(
        `SELECT a.seq FROM json_each(?) j CROSS JOIN audit a ON a.subject = j.value AND a.subject <> ''
         WHERE a.code NOT LIKE 'dial.%' AND a.code <> 'audit.bound'`,
      )
      .bind(JSON.stringify(some))
      .all<{ seq: number }>();
    for (const { seq } of results) seqs.add(seq);
  }
  return [...seqs].sort((a, b) => a - b);
}

const OF_REQUESTS = /^(?:request|opened\.request(?:-page|-file)?|duty)(?:\.|$)/;

/** A row as its person may read it; null where it is about somebody else. */
function tell(
  row: KeptRow,
  { subjects, requests, others }: About,
  words: readonly string[],
  { theirs, roleOf }: Without,
): Fields | null {
  const { at, code, subject, actor } = row;
  const payload = row.said ?? row.payload;
  if (!isTold(row) || others.has(subject)) return null;
  if (OF_REQUESTS.test(code) && subject !== "" && !requests.has(subject)) return null;
  const detail = payload === null ? null : theirs(JSON.parse(payload));
  const text = JSON.stringify(detail).toLowerCase();
  const digits = text.replace(/[ ()-]/g, "");
  if (!subjects.has(subject) && !words.some((word) => text.includes(word) || digits.includes(word)))
    return null;
  return {
    at,
    by: roleOf(actor),
    what: codes[code] ?? code,
    ...(payload === null ? { detail: t.erased } : { detail }),
  };
}
