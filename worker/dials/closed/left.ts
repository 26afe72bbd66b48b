/** Objects that no row of `closed_files` names: one that is being written, and those that are to be erased. */
import { HOUR } from "../../../shared/core/time.ts";
import { prepare, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { refuseWhere } from "./lines.ts";

/** What was written for so long and is not named will not be: no run lasts as long, and the next night's finds it. */
const WRITING = 12 * HOUR;

/** A key for one try to write an object: nothing else has it, before or after. Recorded first, so that the object is erased in any case. */
export async function newKey({ DB }: Env, month: string, first: number, now: number): Promise<string> {
  const key = `dials/${month}/${first}-${crypto.randomUUID()}.ndjson.gz`;
  const at = new Date(now).toISOString();
  await prepare(DB, sql("INSERT INTO closed_left (key, at) VALUES (?, ?)", key, at)).run();
  return key;
}

/** In the commit that names an object; refuses it if the object is erased, or is to be. */
export const named = (key: string): Statement[] => [
  refuseWhere("NOT EXISTS (SELECT 1 FROM closed_left WHERE key = ? AND at IS NOT NULL)", key),
  sql("DELETE FROM closed_left WHERE key = ?", key),
];
/** In the commit that names an object no more. */
export const unnamed = (key: string): Statement =>
  sql("INSERT INTO closed_left (key, at) VALUES (?, NULL)", key);

/** Erases them. What is still being written stays: only what no commit can name any more is deleted. `now` in milliseconds. */
export async function eraseLeft({ DB, ARCHIVE }: Env, now: number): Promise<void> {
  const since = new Date(now - WRITING).toISOString();
  await prepare(DB, sql("UPDATE closed_left SET at = NULL WHERE at < ?", since)).run();
  const { results } = await DB.prepare(
    `SELECT key FROM closed_left l WHERE at IS NULL AND NOT EXISTS (SELECT 1 FROM closed_files f WHERE f.key = l.key)`,
  ).all<{ key: string }>();
  for (const { key } of results) {
    await ARCHIVE.delete(key);
    await prepare(DB, sql("DELETE FROM closed_left WHERE key = ?", key)).run();
  }
}
