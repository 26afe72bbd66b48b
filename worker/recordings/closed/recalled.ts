/** What is asked by number, or of a few: their closed recordings come back first, and nothing closes between that and the reading. */
import type { Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { refuseWhere } from "../../storage/closed/kind.ts";
import { undisturbed } from "../../storage/closed/read.ts";
import { keptKind } from "./lines.ts";
import { recallKept, type Wanted } from "./read.ts";

const ALL = { lower: 0, upper: Number.MAX_SAFE_INTEGER };

/** Reads once these are in the database. Throws the Problems `archive-broken`, and `conflict` where months go on closing. */
export const withKept = <T>(env: Env, wanted: Wanted, read: () => Promise<T>): Promise<T> =>
  undisturbed(env.DB, keptKind, ALL, async () => {
    await recallKept(env, wanted);
    return read();
  });

const NEWEST = "(SELECT COALESCE(MAX(first), -1) FROM closed_kept_files)";
/** Where the newest file begins; and refuses the batch (`conflict`) if another has closed since. */
export const newestKept = async (db: D1Database): Promise<number> =>
  (await db.prepare(`SELECT ${NEWEST} AS first`).first<number>("first"))!;
export const wantNewestKept = (newest: number): Statement => refuseWhere(`${NEWEST} <> ?`, newest);
