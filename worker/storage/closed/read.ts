/** Reading closed rows: by their row numbers, and a page of them. */
import { chunks } from "../../../shared/core/chunks.ts";
import { Problem } from "../../core/errors.ts";
import type { Env } from "../../env.ts";
import {
  beginning,
  type ClosedFile,
  filesOf,
  isNamed,
  linesIn,
  linesLeftIn,
  lostFile,
  type Member,
  type Named,
  namesOf,
} from "./files.ts";
import type { Kind, Line } from "./kind.ts";

export type Reading = Pick<Env, "DB" | "ARCHIVE">;
/** Members that are read at once. */
const TOGETHER = 18;

interface Found<L> {
  lines: L[];
  /** The keys of their files. */
  files: Set<string>;
  unread: Map<string, number[]>;
}

/** The closed rows with these numbers, as far as there are any; and those whose file cannot be read, by its key. */
export async function closedLinesIn<L extends Line>(
  env: Reading,
  kind: Kind<L>,
  nums: readonly number[],
): Promise<Found<L>> {
  const found = await linesOnce(env, kind, nums);
  if (found.unread.size === 0) return found;
  // A file that was written once more meanwhile has another key.
  const again = await linesOnce(env, kind, [...found.unread.values()].flat());
  return {
    lines: [...found.lines, ...again.lines].sort((a, b) => a.num - b.num),
    files: new Set([...found.files, ...again.files]),
    unread: again.unread,
  };
}

/** The members in which these closed rows lie, each with those that it has. */
export async function membersOf(
  db: D1Database,
  kind: Pick<Kind, "files" | "out">,
  nums: readonly number[],
): Promise<{ key: string; member: Member; its: number[] }[]> {
  const asked = JSON.stringify(nums);
  const [found, out] = await db.batch([
    db
      .prepare(
        `SELECT f.key, f.members FROM ${kind.files} f WHERE f.first IN (SELECT (
           SELECT MAX(w.first) FROM ${kind.files} w WHERE w.first <= j.value) FROM json_each(?) j)`,
      )
      .bind(asked),
    ...(kind.out === null
      ? []
      : [
          db.prepare(`SELECT num FROM ${kind.out} WHERE num IN (SELECT value FROM json_each(?))`).bind(asked),
        ]),
  ]);
  const wanted = new Set(nums);
  for (const { num } of (out?.results ?? []) as { num: number }[]) wanted.delete(num);
  return (found!.results as { key: string; members: string }[]).flatMap(({ key, members: all }) =>
    (JSON.parse(all) as Member[]).flatMap((member) => {
      const its = [...wanted].filter((num) => num >= member[0] && num <= member[1]);
      return its.length === 0 ? [] : [{ key, member, its }];
    }),
  );
}

/** Row numbers, inclusive. */
export type Within = readonly [from: number, to: number];

interface Matching<L> {
  lines: L[];
  /** Those that count no more. */
  out: L[];
  /** Files that cannot be read, each with those spans of which it may have rows. */
  unread: Map<string, Within[]>;
}

/** The closed rows within some spans that match. */
export async function closedLinesWithin<L extends Line>(
  env: Reading,
  kind: Kind<L>,
  spans: readonly Within[],
  matches: (line: L) => boolean,
): Promise<Matching<L>> {
  const found = await withinOnce(env, kind, spans, matches);
  if (found.unread.size === 0) return found;
  // A file that was written once more meanwhile has another key.
  const again = await withinOnce(env, kind, [...found.unread.values()].flat(), matches);
  const both = (some: readonly L[], more: readonly L[]) => [
    ...new Map([...some, ...more].map((line) => [line.num, line])).values(),
  ];
  return {
    ...{ lines: both(found.lines, again.lines), out: both(found.out, again.out) },
    unread: again.unread,
  };
}

/** The members that have rows within spans, each with these. */
export async function membersWithin(
  db: D1Database,
  kind: Pick<Kind, "files">,
  spans: readonly Within[],
): Promise<{ key: string; member: Member; its: Within[] }[]> {
  if (spans.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT f.key, f.members FROM ${kind.files} f WHERE f.first IN (SELECT w.first FROM json_each(?) j CROSS JOIN ${kind.files} w
         ON w.first <= j.value ->> 1 AND w.first >= ${beginning(kind, "j.value ->> 0")} AND w.last >= j.value ->> 0)`,
    )
    .bind(JSON.stringify(spans))
    .all<{ key: string; members: string }>();
  return results.flatMap(({ key, members }) =>
    (JSON.parse(members) as Member[]).flatMap((member) => {
      const its = spans.filter(([from, to]) => from <= member[1] && to >= member[0]);
      return its.length === 0 ? [] : [{ key, member, its }];
    }),
  );
}

async function withinOnce<L extends Line>(
  env: Reading,
  kind: Kind<L>,
  spans: readonly Within[],
  matches: (line: L) => boolean,
): Promise<Matching<L>> {
  const members = await membersWithin(env.DB, kind, spans);
  const lines: L[] = [];
  const unread = new Map<string, Within[]>();
  const take = async ({ key, member, its }: (typeof members)[number]) => {
    try {
      lines.push(
        ...(await linesIn(env, kind, { key }, member)).filter(
          (line) => its.some(([from, to]) => line.num >= from && line.num <= to) && matches(line),
        ),
      );
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      unread.set(key, [...(unread.get(key) ?? []), ...its]);
    }
  };
  for (const some of chunks(members, TOGETHER)) await Promise.all(some.map(take));
  const out = await outAmong(
    env.DB,
    kind,
    lines.map(({ num }) => num),
  );
  const [some, more] = [true, false].map((counts) => lines.filter(({ num }) => out.has(num) !== counts)) as [
    L[],
    L[],
  ];
  return { lines: some, out: more, unread };
}

/** Of these rows, those that count no more. */
async function outAmong(
  db: D1Database,
  { out }: Pick<Kind, "out">,
  nums: readonly number[],
): Promise<Set<number>> {
  if (out === null || nums.length === 0) return new Set();
  const { results } = await db
    .prepare(`SELECT num FROM ${out} WHERE num IN (SELECT value FROM json_each(?))`)
    .bind(JSON.stringify(nums))
    .all<{ num: number }>();
  return new Set(results.map(({ num }) => num));
}

async function linesOnce<L extends Line>(
  env: Reading,
  kind: Kind<L>,
  nums: readonly number[],
): Promise<Found<L>> {
  const members = await membersOf(env.DB, kind, nums);
  const wanted = new Set(members.flatMap(({ its }) => its));
  const lines: L[] = [];
  const files = new Set<string>();
  const unread = new Map<string, number[]>();
  const take = async ({ key, member, its }: (typeof members)[number]) => {
    try {
      lines.push(...(await linesIn(env, kind, { key }, member)).filter(({ num }) => wanted.has(num)));
      files.add(key);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      unread.set(key, [...(unread.get(key) ?? []), ...its]);
    }
  };
  for (const some of chunks(members, TOGETHER)) await Promise.all(some.map(take));
  return { lines: lines.sort((a, b) => a.num - b.num), files, unread };
}

/** Tries of what others may change meanwhile. */
export const TRIES = 3;
/** Members and files that one page reads at the most. */
const PAGE = { members: 32, files: 4 };
/** Members that a page reads at once: Cloudflare lets a Worker have six connections; and at first, as most pages are full by then. */
const AT_ONCE = 6;
const FIRST = 2;

/** What of closed rows a page has: row numbers from `lower` up to below `upper`, and a condition. */
export interface Span<L extends Line = Line> {
  lower: number;
  upper: number;
  matches: (line: L) => boolean;
}

export interface Page<L> {
  lines: L[];
  reached: number;
}

/**
 * Closed rows, newest first, at least `limit` where there are, and the row number down to which they were read: what is below is for
 * the next page. Throws the Problem `archive-broken`; where `lost` is there, it gets the keys of files that are lost, and of these what can
 * still be read is taken.
 */
export async function closedPage<L extends Line>(
  env: Reading,
  kind: Kind<L>,
  span: Span<L>,
  limit: number,
  lost?: Set<string>,
): Promise<Page<L>> {
  for (let n = 1; ;)
    try {
      return await pageOnce(env, kind, span, limit, lost);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const key = error.detail ?? "";
      if (lost && (await lostFile(env, kind, key))) lost.add(key);
      // A file that was written once more meanwhile has another key.
      else if (n++ === TRIES || (await isNamed(env.DB, kind, key))) throw error;
    }
}

/**
 * Members are read some at a time, as a page whose rows are few in each would wait for one after another; of those that are read ahead, only
 * what matches stays in memory.
 */
async function pageOnce<L extends Line>(
  env: Reading,
  kind: Kind<L>,
  { lower, upper, matches }: Span<L>,
  limit: number,
  lost?: ReadonlySet<string>,
): Promise<Page<L>> {
  const files = await filesOf(env.DB, kind, [lower, upper - 1], PAGE.files);
  const wanted = files.flatMap((file) =>
    file.members
      .toReversed()
      .flatMap((member) => (member[0] < upper && member[1] >= lower ? [{ file, member }] : [])),
  );
  const take = async ({ file, member }: (typeof wanted)[number]): Promise<L[]> => {
    const all = lost?.has(file.key)
      ? await linesLeftIn(env, kind, { ...file, members: [member] })
      : await linesIn(env, kind, file, member);
    return all.filter((line) => line.num >= lower && line.num < upper && matches(line)).reverse();
  };
  const lines: L[] = [];
  const outs = new Map<string, Set<number>>();
  for (let n = 0; n < wanted.length;) {
    const some = wanted.slice(n, Math.min(PAGE.members, n + (n === 0 ? FIRST : AT_ONCE)));
    // Before its lines: one that comes back meanwhile is in both.
    for (const { file } of some) if (!outs.has(file.key)) outs.set(file.key, await outOf(env.DB, kind, file));
    const read = await Promise.allSettled(some.map(take));
    for (const [place, { file, member }] of some.entries()) {
      if (lines.length >= limit) return { lines, reached: member[1] + 1 };
      const found = read[place]!;
      // Of one behind the page's end it is no matter.
      if (found.status === "rejected") throw found.reason;
      lines.push(...found.value.filter(({ num }) => !outs.get(file.key)!.has(num)));
    }
    n += some.length;
    if (n < wanted.length && (n === PAGE.members || lines.length >= limit))
      return { lines, reached: wanted[n]!.member[1] + 1 };
  }
  const end = files.length < PAGE.files ? lower : Math.max(lower, files.at(-1)!.first);
  return { lines, reached: end };
}

/**
 * Reads a page where rows lie both in the database and in files, which are named by the files before: what closed, or came back, meanwhile
 * may be in none of what was read. Then it is read again, and throws the Problem `conflict` in the end. What closes is newer than what was
 * closed: then the newest files of the span, of which `read` gets those of one page, are others.
 */
export async function undisturbed<T>(
  db: D1Database,
  kind: Pick<Kind, "files">,
  { lower, upper }: Readonly<Pick<Span, "lower" | "upper">>,
  read: (files: readonly Named[]) => Promise<T>,
): Promise<T> {
  const files = () => namesOf(db, kind, [lower, upper - 1], PAGE.files);
  const keysOf = (some: readonly Named[]): string => some.map(({ key }) => key).join();
  for (let n = 0; n < TRIES; n++) {
    const before = await files();
    const page = await read(before);
    if (keysOf(before) === keysOf(await files())) return page;
  }
  throw new Problem("conflict");
}

/** Of a file, the rows that count no more. */
export async function outOf(
  db: D1Database,
  kind: Pick<Kind, "out">,
  { first, last }: Pick<ClosedFile, "first" | "last">,
): Promise<Set<number>> {
  if (kind.out === null) return new Set();
  const { results } = await db
    .prepare(`SELECT num FROM ${kind.out} WHERE num BETWEEN ? AND ?`)
    .bind(first, last)
    .all<{ num: number }>();
  return new Set(results.map(({ num }) => num));
}
