/** Rows of the indexes whose file is gone. */
import { beginning } from "../../storage/closed/files.ts";
import { type Index, unlisted as unlistedIn, unlistIn } from "../../storage/closed/unlist.ts";
import type { Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { dialsKind } from "./lines.ts";

/** A row whose file is there always stays. */
const goneOf = (table: string) => `NOT EXISTS (
  SELECT 1 FROM closed_files f WHERE f.first = ${beginning(dialsKind, `${table}.num`)} AND f.last >= ${table}.num)`;
const INDEXES: Index[] = [
  {
    ...{ mark: "dials-unlisted", table: "closed_numbers", column: "number", first: "-1" },
    gone: goneOf("closed_numbers"),
  },
  {
    ...{ mark: "calls-unlisted", table: "closed_logged", column: "name", first: "-9223372036854775808" },
    gone: goneOf("closed_logged"),
  },
];

/** In the commit that drops a lost file whose dials are below a row number: rows of the indexes are left of it, that only `unlist` finds. */
export const unlisted = (below: number): Statement[] => INDEXES.map((index) => unlistedIn(index, below));

/** Deletes the rows of the indexes that lost files left, while `isTime`. The next run goes on. */
export async function unlist(env: Env, isTime: () => boolean, slice?: number): Promise<void> {
  for (const index of INDEXES) await unlistIn(env, index, isTime, slice);
}
