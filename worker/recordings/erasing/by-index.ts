/** SQL by the indexes of `recording_rows` (migration 0165): of its view `recordings`, and of lines of closed months read as that. */
import { fewest } from "../../core/newest.ts";

/** A day as the number by which days of erasure are indexed; a column `erase_after` is that day or before. */
export const dayNumber = (day: string): string => `COALESCE(unixepoch(${day}) / 86400, 0)`;
export const dueBy = (column: string, day: string): string =>
  `${dayNumber(column)} <= ${dayNumber(day)} AND ${column} <= ${day}`;

/** The first and the last bytes of a reference, by which it is unique; a column `ref` is one, or is among those of a JSON array. */
const endsOf = (ref: string): string =>
  `COALESCE(unhex(substr(${ref}, 1, 10) || substr(${ref}, -6)), ${ref})`;
export const refIs = (column: string, ref: string): string =>
  `${endsOf(column)} = ${endsOf(ref)} AND ${column} = ${ref}`;
export const refIn = (column: string, refs: string): string =>
  `${endsOf(column)} IN (SELECT ${endsOf("value")} FROM json_each(${refs}))
    AND ${column} IN (SELECT value FROM json_each(${refs}))`;

/** What `recording_folders` has of an object's key. */
const folderOf = (object: string): string => {
  const folder = `rtrim(${object}, replace(${object}, '/', ''))`;
  return `IIF(substr(${object}, length(${folder}) + 1) GLOB '*[0-9][0-9]*', ${folder}, '')`;
};
/** What a row has of the rest of a key in its folder `f`: of one that begins with a UUID that as bytes. */
const leafOf = (rest: string): string => {
  const hex = `replace(substr(${rest}, 1, 36), '-', '')`;
  return `IIF(f.folder <> '' AND substr(${rest}, 1, 36) LIKE '________-____-____-____-____________' AND length(${hex}) = 32
    AND ${hex} NOT GLOB '*[^0-9a-f]*', unhex(${hex} || hex(substr(${rest}, 37))), ${rest})`;
};
/** What leads from a table with an object's store and key to the row `x` of `recording_rows`, not erased, that has it. */
export const joinObject = (store: string, object: string): string =>
  `CROSS JOIN recording_folders f ON f.folder = ${folderOf(object)}
   CROSS JOIN recording_rows x ON x.folder = f.num AND x.leaf = ${leafOf(`substr(${object}, length(f.folder) + 1)`)} AND x.state <> 'erased'
     AND x.store = ${store}`;
/** Rows `x` of `recording_rows`, not erased, the objects of which lie below a prefix, which ends in a slash: their columns. */
export const rowsBelow = (prefix: string, columns: string): string => {
  const isBelow = (column: string) =>
    `${column} >= ${prefix} AND ${column} < substr(${prefix}, 1, length(${prefix}) - 1) || '0'`;
  const rows = `SELECT ${columns} FROM recording_folders f CROSS JOIN recording_rows x ON x.folder = f.num AND x.state <> 'erased'`;
  return `${rows} WHERE ${isBelow("f.folder")} UNION ALL ${rows} AND ${isBelow("x.leaf")} WHERE f.folder = ''`;
};

/** A row came within a day of its call: it is in no index of when it came. */
const SOON = "came BETWEEN 0 AND 86400000";
/** How many recordings of the database arrived between two moments, erased ones too. */
export const arrivedIn = (from: string, until: string): string =>
  `((SELECT COUNT(*) FROM recording_rows INDEXED BY recording_rows_started WHERE ${SOON} AND state <> 'erased'
       AND unixepoch(started_at) BETWEEN unixepoch(${from}) - 86400 AND unixepoch(${until}) AND at >= ${from} AND at < ${until})
     + (SELECT COUNT(*) FROM recording_rows INDEXED BY recording_rows_late WHERE came NOT BETWEEN 0 AND 86400000
       AND unixepoch(at) BETWEEN unixepoch(${from}) AND unixepoch(${until}) AND at >= ${from} AND at < ${until}))`;

/** The numbers of sources `r` whose provider, region or `by` is as a condition says; rows of an agent (a parameter). */
export const sourcesOf = (condition: string): string =>
  `SELECT r.num FROM recording_sources r WHERE ${condition}`;
export const ofAgent = "agent_num = (SELECT num FROM recording_agents WHERE agent = ?)";

/** Whether a provider's recordings are fewer than an agent's, where both are asked for. */
export async function isBySource(
  db: D1Database,
  { agent, provider }: { agent?: string | undefined; provider?: string | undefined },
): Promise<boolean> {
  if (agent === undefined || provider === undefined) return provider !== undefined;
  const filters = [
    [ofAgent, agent],
    [`source IN (${sourcesOf("r.provider = ?")})`, provider],
  ] as const;
  const first = await fewest(
    filters,
    ([is, name]) => ({ from: `recording_rows WHERE ${is} AND state <> 'erased'`, params: [name] }),
    db,
  );
  return first === filters[1];
}
