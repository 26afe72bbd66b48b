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
