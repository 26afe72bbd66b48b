/** Objects of closed rows that no row of the database names: those that are being written, and those that are to be erased. */
import { HOUR } from "../../../shared/core/time.ts";
import { prepare, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { type Kind, refuseWhere } from "./kind.ts";

/** How long an object may arrive after its writing began: no run lasts as long, and the next night's finds it. */
const WRITING = 12 * HOUR;
const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * Writes an object under a key of this one try: nothing else has it, before or after. Recorded first, so that the object is erased in any
 * case: at once where `write` fails, and by a later run where this one is killed.
 */
export async function underNewKey(
  env: Env,
  { name, month, first }: { name: Kind["name"] | "screened"; month: string; first: number },
  now: number,
  write: (key: string) => Promise<void>,
): Promise<void> {
  const key = `${name}/${month}/${first}-${crypto.randomUUID()}.ndjson.gz`;
  const until = iso(now + WRITING);
  await prepare(env.DB, sql("INSERT INTO closed_left (key, until, over) VALUES (?, ?, 0)", key, until)).run();
  try {
    await write(key);
  } catch (error) {
    // Where a commit named it after all, its row is gone; one that is still on its way is refused from here on.
    await prepare(env.DB, sql("UPDATE closed_left SET over = 1 WHERE key = ?", key))
      .run()
      .then(() => eraseLeft(env, now))
      .catch((failed: unknown) => console.error(key, failed));
    throw error;
  }
}

/** In the commit that names an object; refuses it if the object is erased, or is to be. */
export const named = (key: string): Statement[] => [
  refuseWhere("NOT EXISTS (SELECT 1 FROM closed_left WHERE key = ? AND over = 0)", key),
  sql("DELETE FROM closed_left WHERE key = ?", key),
];
/** In the commit that names an object no more. */
export const unnamed = (key: string): Statement =>
  sql("INSERT INTO closed_left (key, until, over) VALUES (?, '', 1)", key);

/**
 * Erases what no commit can name any more: what is over, and, where `isAll`, what is still being written. That may arrive after it was
 * erased: it stays listed, and is erased again, until its time to arrive is over. Throws at the end where some could not be erased. `now` in
 * milliseconds.
 */
export async function eraseLeft({ DB, ARCHIVE }: Env, now: number, isAll = false): Promise<void> {
  const at = iso(now);
  const which = "over = 0 AND (until < ? OR ?)";
  await prepare(DB, sql(`UPDATE closed_left SET over = 1 WHERE ${which}`, at, Number(isAll))).run();
  const { results } = await DB.prepare(
    `SELECT key, until FROM closed_left l WHERE over = 1 AND NOT EXISTS (SELECT 1 FROM closed_files f WHERE f.key = l.key)
       AND NOT EXISTS (SELECT 1 FROM closed_certificates f WHERE f.key = l.key)
       AND NOT EXISTS (SELECT 1 FROM closed_kept_files f WHERE f.key = l.key)
       AND NOT EXISTS (SELECT 1 FROM closed_screened f WHERE f.key = l.key)`,
  ).all<{ key: string; until: string }>();
  const failed: string[] = [];
  const erased: string[] = [];
  for (const { key, until } of results)
    try {
      await ARCHIVE.delete(key);
      if (until < at) erased.push(key);
    } catch (error) {
      console.error(key, error);
      failed.push(key);
    }
  if (erased.length > 0)
    await prepare(
      DB,
      sql("DELETE FROM closed_left WHERE key IN (SELECT value FROM json_each(?))", JSON.stringify(erased)),
    ).run();
  if (failed.length > 0) throw new Error(`could not be erased: ${failed.join(", ")}`);
}
