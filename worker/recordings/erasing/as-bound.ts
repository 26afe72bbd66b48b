/**
 * Whether a recording's whole row is as the trail binds it, its audio too; and an officer's own word on one that is not, which is over
 * the row as they saw it: what somebody alters afterwards, it does not cover.
 */
import { sha256Hex } from "../../../shared/core/sha256.ts";
import type { Env } from "../../env.ts";
import { compared, isSaid, type Said } from "../../trail/agreed.ts";
import { audioBound, recordingsBound } from "../bound.ts";
import { idIn } from "../../core/sql.ts";

/** `unread`: an archive of its time cannot be read. `later`: that takes further runs. */
type Whole = "agreed" | "unbound" | "not" | "unread" | "later";
export interface AsBound {
  is: Whole;
  /** The row of the trail with which it came; null where that is not known. */
  came: number | null;
  /** The columns that differ; none where nobody can tell which. */
  differs: string[];
}

export async function asBound(env: Env, ids: readonly string[]): Promise<Map<string, AsBound>> {
  if (ids.length === 0) return new Map();
  const { rows } = await compared(env, [
    { table: recordingsBound, keys: ids },
    { table: audioBound, keys: ids },
  ]);
  return new Map(
    ids.flatMap((id): [string, AsBound][] => {
      const row = rows.get(`${recordingsBound.name}/${id}`);
      const audio = rows.get(`${audioBound.name}/${id}`);
      if (!row || !audio) return [];
      const both = [row, audio];
      const bent = both.filter(({ is }) => is === "not");
      const isBent = bent.some(({ isUnread }) => !isUnread);
      const isLater = both.some(({ is }) => is === "later");
      const whole = row.is === "unbound" ? "unbound" : "agreed";
      const is = isBent ? "not" : isLater ? "later" : bent.length > 0 ? "unread" : whole;
      return [[id, { is, came: row.seq(), differs: bent.flatMap(({ columns }) => columns()) }]];
    }),
  );
}

/** What an officer's word says of each of these, as it is now. */
async function wordsOn(db: D1Database, ids: readonly string[]): Promise<Map<string, Said>> {
  const columns = [...new Set([...recordingsBound.columns, ...audioBound.columns])];
  const { results } = await db
    .prepare(`SELECT ${columns.join(", ")} FROM recordings WHERE ${idIn("id", "?1")}`)
    .bind(JSON.stringify(ids))
    .all<Record<string, string | number | null>>();
  return new Map(
    results.map((row) => {
      const root = sha256Hex(`erase v1 ${JSON.stringify(columns.map((column) => row[column]))}`);
      return [String(row["id"]), { row: `erase/${String(row["id"])}`, root }];
    }),
  );
}
export const wordOn = async (db: D1Database, id: string): Promise<Said> => (await wordsOn(db, [id])).get(id)!;

/** Those that an officer's word covers as they are, however long a store fails (trail/events.ts). */
export async function coveredOf(env: Env, ids: readonly string[]): Promise<Set<string>> {
  const covered = new Set<string>();
  if (ids.length === 0) return covered;
  for (const [id, said] of await wordsOn(env.DB, ids)) if (await isSaid(env, said, null)) covered.add(id);
  return covered;
}
