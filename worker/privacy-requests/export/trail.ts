/**
 * What the audit trail says of a requester: what was done with their data, when, and in which role (UK GDPR art 15(1); who of
 * the staff it was is that person's own data). Dials are not told twice: the copy has them as they are.
 */
import { exportEn as t } from "../../../shared/texts/privacy-requests/copy.en.ts";
import { trailEn } from "../../../shared/texts/trail/desk.en.ts";
import { chunks } from "../../../shared/core/chunks.ts";
import type { KeptRow, LinkedRow } from "../../../shared/trail/chain.ts";
import type { Env } from "../../env.ts";
import {
  type Archive,
  archiveColumns,
  columns,
  payloads,
  readObject,
  withPayloads,
} from "../../trail/rows.ts";
import { endOf, has, SLICE } from "../erase-words.ts";
import type { Without } from "./others.ts";
import { type Fields, READ } from "./sections.ts";

const codes: Record<string, string> = trailEn.codes;

/** Ids in one parameter. */
const IDS = 5000;

export interface About {
  /** Ids of what is theirs: findings, and requests. */
  subjects: ReadonlySet<string>;
  /** Their requests, among `subjects`. */
  requests: ReadonlySet<string>;
  /** Ids of what was found and is about somebody else. */
  others: ReadonlySet<string>;
  /** Their numbers (E.164) and their confirmed address: rows that quote one of them. */
  words: readonly string[];
  /** From when on there can be any (ISO 8601). */
  since: string;
}

/** Months whose archived rows could not be read: an object is missing, or was altered. */
export type Unread = Set<string>;

/** `unread`: it is told the months that it leaves out, as a copy without them is better than none. */
export async function* trailOf(
  env: Env,
  about: About,
  without: Without,
  unread: Unread,
): AsyncGenerator<Fields[]> {
  const words = about.words.map((word) => (word.startsWith("+") ? endOf(word) : word.toLowerCase()));
  const quoting = await quotes(env.DB, words);
  const told = (rows: readonly KeptRow[]) =>
    rows.map((row) => tell(row, about, words, without)).filter((row) => row !== null);
  for await (const rows of archived(env, about, quoting, unread)) yield told(rows);
  for (const some of chunks(await stored(env.DB, about.subjects, quoting), READ)) {
    const { results } = await env.DB.prepare(
      `SELECT ${columns} FROM json_each(?) j CROSS JOIN audit a ON a.seq = j.value ${payloads} ORDER BY j.key`,
    )
      .bind(JSON.stringify(some))
      .all<KeptRow>();
    yield told(results);
  }
}

/** The rows whose payloads quote one of the words. */
async function quotes(db: D1Database, words: readonly string[]): Promise<Set<number>> {
  const found = new Set<number>();
  if (words.length === 0) return found;
  const last =
    (await db.prepare("SELECT MAX(seq) AS seq FROM audit_payload").first<number | null>("seq")) ?? 0;
  for (let after = 0; after < last; after += SLICE) {
    const { results } = await db
      .prepare(`SELECT seq FROM audit_payload WHERE seq > ?2 AND seq <= ?3 AND ${has("payload")}`)
      .bind(JSON.stringify(words), after, after + SLICE)
      .all<{ seq: number }>();
    for (const { seq } of results) found.add(seq);
  }
  return found;
}

/** Dials are in the copy, and rows that bind say nothing by themselves. */
const isTold = ({ code }: Pick<LinkedRow, "code">): boolean =>
  !code.startsWith("dial.") && code !== "audit.bound";

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

/** Rows of closed months, one object in memory at a time. */
async function* archived(
  env: Env,
  { subjects, since }: About,
  quoting: ReadonlySet<number>,
  unread: Unread,
): AsyncGenerator<KeptRow[]> {
  const { results } = await env.DB.prepare(
    `SELECT ${archiveColumns} FROM audit_archives ORDER BY first_seq`,
  ).all<Archive & { at: string }>();
  const seqs = [...quoting];
  for (const archive of results) {
    const quoted = seqs.some((seq) => archive.firstSeq <= seq && seq <= archive.lastSeq);
    // By its own day: it was written after its last row.
    if (!quoted && archive.at < since) continue;
    const object = await readObject(env, archive);
    if (!object?.rows || !object.intact) {
      unread.add(archive.month);
      continue;
    }
    const rows = object.rows.filter(
      (row) => isTold(row) && (quoting.has(row.seq) || subjects.has(row.subject)),
    );
    for (const some of chunks(rows, READ)) yield await withPayloads(env.DB, some);
  }
}

const OF_REQUESTS = /^(?:request|opened\.request(?:-page|-file)?|duty)(?:\.|$)/;

/** A row as its person may read it; null where it is about somebody else. */
function tell(
  row: KeptRow,
  { subjects, requests, others }: About,
  words: readonly string[],
  { theirs, roleOf }: Without,
): Fields | null {
  const { at, code, subject, actor, payload } = row;
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
