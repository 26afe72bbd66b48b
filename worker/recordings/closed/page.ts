/** A page of recordings, newest first, wherever their rows lie: closed ones are read where they are. */
import { wholeMoments } from "../../storage/closed/moments.ts";
import { closedPage, type Page, type Reading, type Span, undisturbed } from "../../storage/closed/read.ts";
import { rowsOf } from "../../storage/closed/verified.ts";
import { FROM_LINES, keptKind, type Line } from "./lines.ts";
import { whole } from "./names/hits.ts";
import { linesAt } from "./names/lines.ts";
import { hitsFor, type Part } from "./names/numbers.ts";
import { wantLost } from "./read.ts";

type Place = readonly [startedAt: string, id: string];
interface Placed {
  id: string;
  startedAt: string | null;
}
const placeOf = ({ startedAt, id }: Placed): Place => [startedAt ?? "", id];
const isBefore = ([at, id]: Place, [otherAt, otherId]: Place): boolean =>
  at < otherAt || (at === otherAt && id < otherId);
const newestFirst = (a: Placed, b: Placed): number => (isBefore(placeOf(a), placeOf(b)) ? 1 : -1);

/** Which closed recordings may be on a page. */
export interface Sought {
  /** Their calls' beginnings (ISO 8601): from one on, and before one; and the place behind which the page begins. */
  from: string;
  until: string;
  after: Place | null;
  /** A condition on `closed_kept_numbers`, where they are found by their number; and the same of packed ones, and of any. */
  number: {
    condition: readonly [condition: string, ...params: (string | number)[]];
    part: Part;
    test: (number: number) => boolean;
  } | null;
  matches: (line: Line) => boolean;
}

const LAST = Number.MAX_SAFE_INTEGER;
/** Before all moments, or behind them. */
const numOf = (at: string, more: number): number => {
  const num = keptKind.numAt(Date.parse(at.replace("~", "")) + more);
  return Number.isNaN(num) ? (more === 0 ? 0 : LAST) : Math.min(Math.max(0, num), LAST);
};

function spanOf({ from, until, after, matches }: Sought): Span<Line> {
  const ends = [until, ...(after ? [after[0]] : [])].map((at) => numOf(at, 1));
  return {
    ...{ lower: numOf(from, 0), upper: Math.min(...ends) },
    matches: (line) =>
      line.startedAt >= from &&
      line.startedAt < until &&
      (after === null || isBefore(placeOf(line), after)) &&
      matches(line),
  };
}

/**
 * A page, and the place behind which the next goes on: it may be short. `unread`: the lost files whose recordings are not on it. `here` asks
 * the database for so many rows. Throws the Problems `archive-broken`, and `conflict` where what closes and comes back meanwhile does not end.
 */
export async function pageOf<Row extends Placed>(
  env: Reading,
  select: string,
  here: () => Promise<Row[]>,
  sought: Sought | null,
  limit: number,
): Promise<{ rows: Row[]; next: string | null; unread?: string[] }> {
  const lost = new Set<string>();
  const nextOf = (rows: Row[], reached: Place | null) => {
    const last = rows[limit - 1];
    const unread = lost.size > 0 ? { unread: [...lost] } : {};
    return { rows, next: (last ? placeOf(last) : reached)?.join("|") ?? null, ...unread };
  };
  if (sought === null) return nextOf(await here(), null);
  const span = spanOf(sought);
  return undisturbed(env.DB, keptKind, span, async ([file]) => {
    const first = await here();
    const oldest = first.length === limit ? numOf(first.at(-1)!.startedAt!, 0) : 0;
    const within = { ...span, lower: Math.max(span.lower, oldest) };
    // The newest pages are of the database alone.
    if (file === undefined || file.last < within.lower) return nextOf(first, null);
    const page = await wholeMoments(keptKind, within, limit, (its, most) =>
      sought.number
        ? byNumber(env, sought.number, its, most, lost)
        : closedPage(env, keptKind, its, most, lost),
    );
    const lines = page.lines.sort(newestFirst).slice(0, limit);
    const isCut = lines.length < page.lines.length;
    const closed = await rowsOf<Row>(env.DB, `${FROM_LINES} ${select}`, lines);
    // Read once more, as one may have come back meanwhile; and each once.
    const all = [...new Map([...closed, ...(await here())].map((row) => [row.id, row])).values()];
    const end = lines.at(-1);
    const isThrough = page.reached <= within.lower && !isCut;
    // Closed ones before the oldest of the database were not read: rows that it has left meanwhile are not made up for by older ones.
    const reached: Place | null =
      isThrough && within.lower === span.lower
        ? null
        : end && !isThrough
          ? placeOf(end)
          : [new Date(keptKind.timeAt(page.reached - 1)).toISOString(), "~"];
    const rows = all
      .filter((row) => reached === null || !isBefore(placeOf(row), reached))
      .sort(newestFirst)
      .slice(0, limit);
    return nextOf(rows, reached);
  });
}

/** By the index of numbers and its blocks, which have each of theirs: no file is read but theirs, unless these are very many. */
async function byNumber(
  env: Reading,
  { condition: [condition, ...params], part, test }: NonNullable<Sought["number"]>,
  span: Span<Line>,
  limit: number,
  lost: Set<string>,
): Promise<Page<Line>> {
  const { lower, upper } = span;
  const isIts = (line: Line) => line.number !== null && test(line.number) && span.matches(line);
  const { results } = await env.DB.prepare(
    `SELECT num FROM closed_kept_numbers WHERE ${condition} AND num >= ? AND num < ? ORDER BY num DESC LIMIT ?`,
  )
    .bind(...params, lower, upper, limit)
    .all<{ num: number }>();
  // Behind the table, out of which entries are packed.
  const packed = await hitsFor(env.DB, part);
  if (packed === null) return closedPage(env, keptKind, { ...span, matches: isIts }, limit, lost);
  const rows = results.map(({ num }) => whole("", num));
  const hits = [...rows, ...packed.filter(({ lo, hi }) => hi >= lower && lo < upper)].sort(
    (a, b) => b.hi - a.hi,
  );
  // All that begin in the part of a file that the last is in: so the next page goes on before it.
  let n = Math.min(limit, hits.length);
  while (n > 0 && n < hits.length && hits[n]!.hi === hits[n - 1]!.hi) n++;
  const ofTable = rows.length < limit ? lower : rows.at(-1)!.lo;
  const reached = Math.max(lower, ofTable, n < hits.length ? hits[n]!.hi + 1 : lower);
  const { lines, unread } = await linesAt(env, keptKind, hits.slice(0, n), isIts);
  await wantLost(env, [...unread.keys()]);
  for (const key of unread.keys()) lost.add(key);
  return { lines: lines.filter((line) => line.num >= reached && line.num < upper && isIts(line)), reached };
}
