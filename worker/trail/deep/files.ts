/**
 * Objects of the archive, some a run: each is read, and compared with the size and SHA-256 that its row has, so that one that is lost or altered
 * is told of within days, however many rows there are to compare. Two calls of the database a run, and a read an object.
 */
import { chunks } from "../../../shared/core/chunks.ts";
import { DAY } from "../../../shared/core/time.ts";
import type { WalkedFiles } from "../../core/change.ts";
import { sha256OfBytes } from "../../core/hash.ts";
import type { Env } from "../../env.ts";

/** Objects that are read at once: Cloudflare lets a Worker have six connections. */
const AT_ONCE = 6;
/** Lost ones that are remembered. */
const MOST = 500;

/** What has files, by the names of findings; and by which row number they follow each other. D1 takes five terms in a compound SELECT. */
const TABLES = [
  ["dials", "closed_files", "first"],
  ["recordings", "closed_kept_files", "first"],
  ["certificates", "closed_certificates", "first"],
  ["audit", "audit_archives", "first_seq"],
  // Their own places are blocks and parts, which each month has.
  ["screened", "closed_screened", "rowid"],
] as const;
const ofAll = (select: (place: number, table: string, first: string) => string): string =>
  TABLES.map(([, table, first], place) => select(place, table, first)).join(" UNION ALL ");

/** SQL: files behind a place (`?1`, `?2`), so many (`?3`). */
const BEHIND = `SELECT * FROM (${ofAll(
  (place, table, first) =>
    `SELECT * FROM (SELECT ${place} AS place, ${first} AS first, key, bytes, sha256 FROM ${table}
       WHERE ${first} > CASE WHEN ?1 < ${place} THEN -1 WHEN ?1 = ${place} THEN ?2 ELSE 9223372036854775807 END
       ORDER BY ${first} LIMIT ?3)`,
)}) ORDER BY place, first LIMIT ?3`;
/** SQL: which of some (`?1`: JSON) are still named, as they were. */
const NAMED = ofAll(
  (_, table) =>
    `SELECT f.key FROM json_each(?1) j CROSS JOIN ${table} f WHERE f.key = j.value ->> 0 AND f.sha256 = j.value ->> 1`,
);

interface File {
  place: number;
  first: number;
  key: string;
  bytes: number;
  sha256: string;
}

/** Whether an object is gone, or other than it was written; null where the store does not say. */
async function isLost({ ARCHIVE }: Env, { key, bytes, sha256 }: File): Promise<boolean | null> {
  try {
    const object = await ARCHIVE.get(key);
    if (object === null) return (await ARCHIVE.head(key)) === null || null;
    return object.size !== bytes || (await sha256OfBytes(await object.arrayBuffer())) !== sha256;
  } catch (error) {
    console.error(key, error);
    return null;
  }
}

/** Of the files behind a place, so many: those that are lost, and behind which the next ones are; null at the end. */
async function lostBehind(env: Env, after: string | null, most: number) {
  const [place, first] = after?.split(" ").map(Number) ?? [0, -1];
  const { results } = await env.DB.prepare(BEHIND).bind(place, first, most).all<File>();
  const lost: File[] = [];
  let answered = 0;
  for (const some of chunks(results, AT_ONCE)) {
    const said = await Promise.all(some.map((file) => isLost(env, file)));
    for (const [n, its] of said.entries()) {
      if (its !== null) answered++;
      if (its) lost.push(some[n]!);
    }
  }
  // Of one that its store only does not give now, the next round says more; where it gives none, these are asked for again.
  if (results.length > 0 && answered === 0) return { lost: [], next: after, isOver: false };
  const last = results.at(-1);
  const isOver = results.length < most;
  return {
    lost: await stillNamed(env, lost),
    next: isOver || !last ? null : `${last.place} ${last.first}`,
    isOver,
  };
}

/** A file that was written once more meanwhile has another key. */
async function stillNamed(env: Env, lost: readonly File[]): Promise<string[]> {
  if (lost.length === 0) return [];
  const { results } = await env.DB.prepare(NAMED)
    .bind(JSON.stringify(lost.map(({ key, sha256 }) => [key, sha256])))
    .all<{ key: string }>();
  const named = new Set(results.map(({ key }) => key));
  return lost.flatMap(({ place, key }) =>
    named.has(key) ? [`${TABLES[place]![0]}/${key} (unreadable)`] : [],
  );
}

/** Goes on through all files, and begins again a day after it began. */
export async function walkFiles(
  env: Env,
  walked: WalkedFiles | undefined,
  most: number,
  now: number,
): Promise<WalkedFiles> {
  const isRound = walked && !(walked.isOver && Date.parse(walked.began) <= now - DAY);
  const its = isRound
    ? walked
    : { began: new Date(now).toISOString(), after: null, isOver: false, lost: [], told: walked?.lost ?? [] };
  if (its.isOver) return its;
  const { lost, next, isOver } = await lostBehind(env, its.after, most);
  return { ...its, after: next, isOver, lost: [...new Set([...its.lost, ...lost])].slice(0, MOST) };
}
