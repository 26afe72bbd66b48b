/** What the trail says last of subjects: by rows in the database, kept from archives, or in the newest archives. */
import type { LinkedRow } from "../../../shared/trail/chain.ts";
import type { Env } from "../../env.ts";
import { archivesOf, linked, readObject } from "../rows.ts";
import { startOf } from "../start.ts";
import { sifted } from "./sieves.ts";

/** Most archived objects that are read at once; and among how many for each of them, as sieves tell which may have such an event. */
const OBJECTS = 20;
const SIFTED = 25;

/**
 * The last of these events about each subject that the Ledger wrote: in the database, or else in the newest `objects` archives that may
 * have one.
 */
export async function lastSaid(
  env: Env,
  subjects: readonly string[],
  codes: readonly string[],
  objects = OBJECTS,
): Promise<{
  /** By the subject. */
  said: Map<string, LinkedRow>;
  /**
   * Of those that are not among them an archive may say it that is older, or cannot be read: the moment where the last such ends, in
   * milliseconds; minus infinity where there is none.
   */
  unreadTo: number;
  /** One of the archives that were asked cannot be read. */
  isUnread?: boolean;
}> {
  const said = new Map<string, LinkedRow>();
  if (subjects.length === 0) return { said, unreadTo: -Infinity };
  const { results } = await env.DB.prepare(
    `SELECT ${linked} FROM json_each(?1) j CROSS JOIN audit a ON a.subject = j.value
     WHERE a.subject <> '' AND +a.code IN (SELECT value FROM json_each(?2))
     UNION ALL SELECT ${linked} FROM json_each(?1) j CROSS JOIN last_bound a
       ON a.row >= 'asked/' || j.value AND a.row < 'asked/' || j.value || 'A'
     WHERE +a.code IN (SELECT value FROM json_each(?2)) ORDER BY seq`,
  )
    .bind(JSON.stringify(subjects), JSON.stringify(codes))
    .all<LinkedRow>();
  const { originOf } = await startOf(env);
  const note = (row: LinkedRow) => {
    if (originOf(row) !== "forged") said.set(row.subject, row);
  };
  results.forEach(note);
  const wanted = (row: LinkedRow) => codes.includes(row.code) && open.has(row.subject);
  const open = new Set(subjects.filter((subject) => !said.has(subject)));
  if (open.size === 0) return { said, unreadTo: -Infinity };
  const archives = await archivesOf(env.DB);
  const near = archives.slice(Math.max(0, archives.length - objects * SIFTED));
  const may = await sifted(env, near.toReversed(), { codes, subjects: [...open] });
  const asked = may.slice(0, objects);
  const left = [...may.slice(objects), ...archives.slice(0, archives.length - near.length)];
  let unreadTo = Math.max(...left.map(({ to }) => to));
  let isUnread = false;
  for (const archive of asked) {
    const object = await readObject(env, archive);
    if (!object?.intact) [unreadTo, isUnread] = [Math.max(unreadTo, archive.to), true];
    const rows = object?.rows?.filter(wanted) ?? [];
    rows.forEach(note);
    for (const { subject } of rows) if (said.has(subject)) open.delete(subject);
    if (open.size === 0) return { said, unreadTo: -Infinity };
  }
  return { said, unreadTo, isUnread };
}

/** Their codes, by the subject. */
export async function saidOf(...asked: Parameters<typeof lastSaid>): Promise<Map<string, string>> {
  const { said } = await lastSaid(...asked);
  return new Map([...said].map(([subject, { code }]) => [subject, code]));
}
