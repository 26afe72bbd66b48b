/** The files of closed rows: independent gzip members in one object, so that a row is found by one range read. */
import { chunks } from "../../../shared/core/chunks.ts";
import { Problem } from "../../core/errors.ts";
import { sha256OfBytes } from "../../core/hash.ts";
import type { Env } from "../../env.ts";
import type { Kind, Line } from "./kind.ts";

/** Lines of a member: some 60 KB as gzip. */
export const MEMBER = 1500;

export type Member = readonly [first: number, last: number, offset: number, length: number, sha256: string];
/** A row of `closed_files`, and of its like of other kinds. */
export interface ClosedFile {
  first: number;
  last: number;
  key: string;
  rows: number;
  bytes: number;
  sha256: string;
  members: readonly Member[];
}
type Bucket = Pick<Env, "ARCHIVE">;
/** Numbers of screenings have files of their own order (screening/closed). */
type Files = { files: Kind["files"] | "closed_screened" };
type Reads<L extends Line> = Pick<Kind<L>, "readLine">;

/** SQL: where the file begins that may have a row number: files do not overlap. */
export const beginning = ({ files }: Files, num: string): string =>
  `COALESCE((SELECT MAX(w.first) FROM ${files} w WHERE w.first <= ${num}), 0)`;

/**
 * SQL: whether a row number, of a row that some file once had, counts: a file has its time still, is not written without it, and it is not
 * among those that count no more. What an index has of others leads nowhere.
 */
export const countsIn = ({ files, out }: Pick<Kind, "files" | "out">, num: string): string =>
  `(EXISTS (SELECT 1 FROM ${files} f WHERE f.first = (SELECT MAX(w.first) FROM ${files} w WHERE w.first <= ${num})
     AND f.last >= ${num} AND f.members ->> '$[0][0]' <= ${num})${
       out === null ? "" : ` AND NOT EXISTS (SELECT 1 FROM ${out} o WHERE o.num = ${num})`
     })`;

type Stored = Omit<ClosedFile, "members"> & { members: string };
export const fileColumns = "f.first, f.last, f.key, f.rows, f.bytes, f.sha256, f.members";
export const toFile = (row: Stored): ClosedFile => ({ ...row, members: JSON.parse(row.members) as Member[] });

/** SQL: files that have rows between two row numbers (`?1`, `?2`), inclusive, the newest first, `?3` at the most. */
const between = (kind: Files): string =>
  `FROM ${kind.files} f WHERE f.first <= ?2 AND f.first >= ${beginning(kind, "?1")} AND f.last >= ?1 ORDER BY f.first DESC LIMIT ?3`;
type Asked = readonly [db: D1Database, kind: Files, span: readonly [number, number], most: number];

export async function filesOf(...[db, kind, [from, to], most]: Asked): Promise<ClosedFile[]> {
  const { results } = await db
    .prepare(`SELECT ${fileColumns} ${between(kind)}`)
    .bind(from, to, most)
    .all<Stored>();
  return results.map(toFile);
}

export type Named = Pick<ClosedFile, "first" | "last" | "key">;
/** The same without their members, which are most of a row. */
export async function namesOf(...[db, kind, [from, to], most]: Asked): Promise<Named[]> {
  const { results } = await db
    .prepare(`SELECT f.first, f.last, f.key ${between(kind)}`)
    .bind(from, to, most)
    .all<Named>();
  return results;
}

/** Whether a file has this key still: one that was written once more meanwhile has another. */
export const isNamed = async (db: D1Database, { files }: Files, key: string): Promise<boolean> =>
  (await db.prepare(`SELECT 1 FROM ${files} WHERE key = ?`).bind(key).first()) !== null;

/** The lines of a member, oldest first. Throws the Problem `archive-broken` where they are not as they were written. */
export async function linesIn<L extends Line>(
  { ARCHIVE }: Bucket,
  { readLine }: Reads<L>,
  { key }: Pick<ClosedFile, "key">,
  [, , offset, length, sha256]: Member,
): Promise<L[]> {
  const bytes = await ARCHIVE.get(key, { range: { offset, length } })
    .then((object) => object?.arrayBuffer())
    .catch(() => undefined);
  return (await textsOf(key, bytes, sha256)).map(readLine);
}

/** The same of members that follow each other, by one read: as text, one by one. */
export async function* textsIn(
  { ARCHIVE }: Bucket,
  { key }: Pick<ClosedFile, "key">,
  members: readonly Member[],
): AsyncGenerator<string[]> {
  const from = members[0]![2];
  const [, , offset, length] = members.at(-1)!;
  const bytes = await ARCHIVE.get(key, { range: { offset: from, length: offset + length - from } })
    .then((object) => object?.arrayBuffer())
    .catch(() => undefined);
  for (const [, , at, size, sha256] of members)
    yield textsOf(key, bytes?.slice(at - from, at - from + size), sha256);
}

async function textsOf(key: string, bytes: ArrayBuffer | undefined, sha256: string): Promise<string[]> {
  if (bytes === undefined || (await sha256OfBytes(bytes)) !== sha256)
    throw new Problem("archive-broken", key);
  const text = await new Response(
    new Response(bytes).body!.pipeThrough(new DecompressionStream("gzip")),
  ).text();
  return text.trimEnd().split("\n");
}

/** All lines of a file, oldest first, by one call. Throws the Problem `archive-broken`. */
export async function allLinesIn<L extends Line>(
  { ARCHIVE }: Bucket,
  kind: Reads<L>,
  { key, members }: Pick<ClosedFile, "key" | "members">,
): Promise<L[]> {
  // Whatever somebody put there, no more of it is read.
  const length = members.reduce((end, [, , offset, bytes]) => Math.max(end, offset + bytes), 0);
  const all = await ARCHIVE.get(key, { range: { offset: 0, length } })
    .then((object) => object?.arrayBuffer())
    .catch(() => undefined);
  const lines: L[] = [];
  for (const member of members) {
    const [, , offset, bytes, sha256] = member;
    lines.push(...(await textsOf(key, all?.slice(offset, offset + bytes), sha256)).map(kind.readLine));
  }
  return lines;
}

/** The same of a file that is lost: of the members that can still be read. */
export async function linesLeftIn<L extends Line>(
  env: Bucket,
  kind: Reads<L>,
  file: Pick<ClosedFile, "key" | "members">,
): Promise<L[]> {
  const lines: L[] = [];
  for (const member of file.members)
    lines.push(
      ...(await linesIn(env, kind, file, member).catch((error: unknown) => {
        if (error instanceof Problem) return [];
        throw error;
      })),
    );
  return lines;
}

/** Whether the object is gone, or other than it was written. A store that does not answer says neither: then it throws. */
export async function isLost(
  { ARCHIVE }: Bucket,
  { key, bytes, sha256 }: Pick<ClosedFile, "key" | "bytes" | "sha256">,
): Promise<boolean> {
  const head = await ARCHIVE.head(key);
  if (head?.size !== bytes) return true;
  const object = await ARCHIVE.get(key);
  return object !== null && (await sha256OfBytes(await object.arrayBuffer())) !== sha256;
}

/** The file of a key, if it is lost; null where it is not, or cannot be read right now. */
export async function lostFile(
  env: Bucket & Pick<Env, "DB">,
  { files }: Files,
  key: string,
): Promise<ClosedFile | null> {
  const row = await env.DB.prepare(`SELECT ${fileColumns} FROM ${files} f WHERE f.key = ?`)
    .bind(key)
    .first<Stored>();
  return row && (await isLost(env, row).catch(() => false)) ? toFile(row) : null;
}

/** Writes lines, oldest first, and reads them back: what is stored is these. Throws where it differs. `cut`: into members. */
export async function writeFile<L extends Line>(
  env: Bucket,
  { first, last, key }: Pick<ClosedFile, "first" | "last" | "key">,
  lines: readonly L[],
  cut: Iterable<readonly L[]> = chunks(lines, MEMBER),
): Promise<{ file: ClosedFile; stored: readonly L[] }> {
  const parts: Uint8Array[] = [];
  const members: Member[] = [];
  let offset = 0;
  for (const some of cut) {
    const bytes = await gzip(some.map(({ text }) => `${text}\n`).join(""));
    members.push([some[0]!.num, some.at(-1)!.num, offset, bytes.byteLength, await sha256OfBytes(bytes)]);
    parts.push(new Uint8Array(bytes));
    offset += bytes.byteLength;
    // Between members the isolate does other work.
    await scheduler.wait(1);
  }
  const bytes = await new Blob(parts).arrayBuffer();
  const sha256 = await sha256OfBytes(bytes);
  const file = { first, last, key, rows: lines.length, bytes: bytes.byteLength, sha256, members };
  await env.ARCHIVE.put(key, bytes, { sha256 });
  if (!(await isStored(env, file, lines))) throw new Error(`${key} differs from what was written`);
  return { file, stored: lines };
}

/** By one read, a member at a time: all that was read beside all that was written would be too much for a Worker's memory. */
async function isStored(env: Bucket, file: ClosedFile, lines: readonly Line[]): Promise<boolean> {
  let n = 0;
  try {
    for await (const texts of textsIn(env, file, file.members))
      if (texts.some((text) => text !== lines[n++]?.text)) return false;
  } catch {
    return false;
  }
  return n === lines.length;
}

const gzip = (text: string): Promise<ArrayBuffer> =>
  new Response(new Response(text).body!.pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
