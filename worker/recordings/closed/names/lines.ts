/** Lines of closed recordings that a name led to. */
import { chunks } from "../../../../shared/core/chunks.ts";
import { Problem } from "../../../core/errors.ts";
import { linesIn, type Member } from "../../../storage/closed/files.ts";
import type { Kind, Line } from "../../../storage/closed/kind.ts";
import type { Reading } from "../../../storage/closed/read.ts";
import type { Hit } from "./hits.ts";

/** Members that are read at once. */
const TOGETHER = 18;

export interface Found<L> {
  lines: L[];
  /** What led to files that cannot be read, by their keys. */
  unread: Map<string, Hit[]>;
}

interface Part {
  key: string;
  member: Member;
  its: Hit[];
}

/** The members in which these may be, each with what led there; and those row numbers of them that count no more. */
export async function partsOf(
  db: D1Database,
  { files, out }: Pick<Kind, "files" | "out">,
  hits: readonly Hit[],
): Promise<{ parts: Part[]; gone: Set<number> }> {
  const ranges = JSON.stringify(
    [...new Set(hits.map(({ lo, hi }) => `[${lo},${hi}]`))].map((range) => JSON.parse(range) as unknown),
  );
  const [found, left] = await db.batch([
    db
      .prepare(
        `SELECT f.key, f.members FROM ${files} f WHERE f.first IN (SELECT (
           SELECT MAX(w.first) FROM ${files} w WHERE w.first <= j.value ->> 0) FROM json_each(?) j)`,
      )
      .bind(ranges),
    ...(out === null
      ? []
      : [
          db
            .prepare(
              `SELECT DISTINCT o.num FROM json_each(?) j CROSS JOIN ${out} o ON o.num BETWEEN j.value ->> 0 AND j.value ->> 1`,
            )
            .bind(ranges),
        ]),
  ]);
  const gone = new Set(((left?.results ?? []) as { num: number }[]).map(({ num }) => num));
  const counting = hits.filter(({ lo, hi }) => lo !== hi || !gone.has(lo));
  const parts = (found!.results as { key: string; members: string }[]).flatMap(({ key, members }) =>
    (JSON.parse(members) as Member[]).flatMap((member) => {
      const its = counting.filter(({ lo, hi }) => hi >= member[0] && lo <= member[1]);
      return its.length === 0 ? [] : [{ key, member, its }];
    }),
  );
  return { parts, gone };
}

/** The lines: of an entry that is whole, its own; of a part of a file, those that are meant (`isIts`). */
export async function linesAt<L extends Line>(
  env: Reading,
  kind: Kind<L>,
  hits: readonly Hit[],
  isIts: (line: L) => boolean,
): Promise<Found<L>> {
  const found = await linesOnce(env, kind, hits, isIts);
  if (found.unread.size === 0) return found;
  // A file that was written once more meanwhile has another key.
  const again = await linesOnce(env, kind, [...found.unread.values()].flat(), isIts);
  const lines = [...new Map([...found.lines, ...again.lines].map((line) => [line.num, line])).values()];
  return { ...again, lines: lines.sort((a, b) => a.num - b.num) };
}

async function linesOnce<L extends Line>(
  env: Reading,
  kind: Kind<L>,
  hits: readonly Hit[],
  isIts: (line: L) => boolean,
): Promise<Found<L>> {
  const { parts, gone } = await partsOf(env.DB, kind, hits);
  const lines: L[] = [];
  const unread = new Map<string, Hit[]>();
  const take = async ({ key, member, its }: Part) => {
    const whole = new Set(its.flatMap(({ lo, isWhole }) => (isWhole ? [lo] : [])));
    const ranges = its.filter(({ isWhole }) => !isWhole);
    const isNamed = (line: L) =>
      whole.has(line.num) || (isIts(line) && ranges.some(({ lo, hi }) => line.num >= lo && line.num <= hi));
    try {
      lines.push(
        ...(await linesIn(env, kind, { key }, member)).filter((line) => !gone.has(line.num) && isNamed(line)),
      );
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      unread.set(key, [...new Set([...(unread.get(key) ?? []), ...its])]);
    }
  };
  for (const some of chunks(parts, TOGETHER)) await Promise.all(some.map(take));
  return { lines: lines.sort((a, b) => a.num - b.num), unread };
}
