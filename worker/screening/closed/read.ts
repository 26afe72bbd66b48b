/** Reading closed numbers: the rows of some blocks, of which each month has those of one in one file. */
import { chunks } from "../../../shared/core/chunks.ts";
import { Problem } from "../../core/errors.ts";
import type { Env } from "../../env.ts";
import { isNamed, lostFile, type Member, textsIn } from "../../storage/closed/files.ts";
import { blockIn, FILES, readRow, type Row } from "./lines.ts";

export type Reading = Pick<Env, "DB" | "ARCHIVE">;
/** Files that are read at once. */
const TOGETHER = 20;
/** Tries of what may leave, or come back, meanwhile. */
export const TRIES = 3;

/** A block, and the first month that counts: 202608. */
interface Asked {
  block: number;
  since: number;
}
/** The month of a moment (ISO 8601), as `closed_screenings` has it. */
export const monthIn = (at: string): number => Number(at.slice(0, 7).replace("-", ""));

/** A file that has one of the blocks, and its members that have it. */
export interface InFile {
  key: string;
  block: number;
  members: string;
}

/** SQL: which file of the kind has a number, `num`, of a month. */
export const holding = (month: string, lists: 0 | 1, num: string): string =>
  `f.month = ${month} AND f.lists = ${lists} AND f.last >= ${num} AND f.first = (SELECT MAX(w.first) FROM closed_screened w
     WHERE w.month = ${month} AND w.lists = ${lists} AND w.first <= ${num})`;
/** SQL: as JSON, the members of a file `f` that have a number. */
export const membersWith = (num: string): string =>
  `(SELECT json_group_array(json(e.value)) FROM json_each(f.members) e WHERE e.value ->> 0 <= ${num} AND e.value ->> 1 >= ${num})`;

/** In which files these blocks are. In one batch with what the database has of them: a row is in one of both at every moment. */
export const inFiles = (db: D1Database, asked: readonly Asked[]): D1PreparedStatement =>
  db
    .prepare(
      `SELECT f.key, j.value ->> 'block' AS block, ${membersWith("j.value ->> 'block'")} AS members
       FROM json_each(?) j CROSS JOIN closed_screenings m CROSS JOIN closed_screened f
         ON ${holding("m.month", 0, "j.value ->> 'block'")}
       WHERE m.month >= j.value ->> 'since'`,
    )
    .bind(JSON.stringify(asked));

/** Members by their places, each once; what is between the first and the last of a file is read with them. */
function spansOf(found: readonly InFile[]): { key: string; members: Member[] }[] {
  const by = Map.groupBy(found, ({ key }) => key);
  return [...by].map(([key, its]) => {
    const all = its.flatMap(({ members }) => JSON.parse(members) as Member[]);
    const members = [...new Map(all.map((member) => [member[2], member])).values()];
    return { key, members: members.sort((a, b) => a[2] - b[2]) };
  });
}

/** The rows of these blocks in these files; and the files that cannot be read. */
export async function rowsIn(
  env: Reading,
  found: readonly InFile[],
): Promise<{ rows: Row[]; unread: string[] }> {
  const wanted = new Set(found.map(({ block }) => block));
  const rows: Row[] = [];
  const unread: string[] = [];
  const take = async ({ key, members }: ReturnType<typeof spansOf>[number]) => {
    try {
      for await (const texts of textsIn(env, { key }, members))
        rows.push(...texts.filter((text) => wanted.has(blockIn(text))).map(readRow));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      unread.push(key);
    }
  };
  for (const some of chunks(spansOf(found), TOGETHER)) await Promise.all(some.map(take));
  return { rows, unread };
}

/**
 * What `read` finds, once each of its files was read, or is lost: its key is then in `lost`. Throws the Problem `archive-broken` where the
 * store does not answer.
 */
export async function wholly<T extends { unread: readonly string[] }>(
  env: Reading,
  lost: Set<string>,
  read: () => Promise<T>,
): Promise<T> {
  for (let n = 1; ; n++) {
    const found = await read();
    const { unread } = found;
    const named = await Promise.all(unread.map((key) => isNamed(env.DB, FILES, key)));
    // It came back into the database, or its time was over, after it was looked up.
    if (named.includes(false) && n < TRIES) continue;
    for (const key of unread)
      if (await lostFile(env, FILES, key)) lost.add(key);
      else throw new Problem("archive-broken", key);
    return found;
  }
}
/** For those whom a lost file does not stop: the Worker's log names it, as `cleardial verify --deep` does. */
export const sayLost = (lost: ReadonlySet<string>): void => {
  for (const key of lost) console.error(key, "is lost: its screenings are not told");
};
