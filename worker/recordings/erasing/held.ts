/** Which recordings the trail has under a legal hold: by its events, so also where somebody took the hold's row away or altered it. */
import type { BoundTable } from "../../core/bound.ts";
import type { Env } from "../../env.ts";
import { itemsBound, requestsBound, statesBound } from "../../privacy-requests/bound.ts";
import { agreedOf, compared } from "../../trail/agreed.ts";
import { saidOf } from "../../trail/archived/last-said.ts";
import { recallSome } from "../closed/read.ts";
import { holdsBound } from "../bound.ts";
import { archivedHolds, HOLDS, RELEASED } from "./archived-holds.ts";
import { heldByGone } from "./items-gone.ts";
import { idIn } from "../../core/sql.ts";

/** Those of these recordings that are under a hold, and what the archives leave open. */
export async function heldOnTrail(env: Env, ids: readonly string[]) {
  // First, as months are archived meanwhile.
  const said = await saidOf(env, ids, HOLDS, 0);
  const { held, ...archives } = await archivedHolds(env);
  const isHeld = (id: string) => (said.has(id) ? said.get(id) !== RELEASED : held.has(id));
  return { held: new Set(ids.filter(isHeld)), ...archives };
}

/** What holds recordings, by the bound table of its rows: its key and the recording. `?1`: recordings, a JSON array. */
const holding: readonly (readonly [BoundTable, string])[] = [
  [
    holdsBound,
    "SELECT id AS key, recording FROM recording_holds WHERE recording IN (SELECT value FROM json_each(?1))",
  ],
  // Of an access request that is not closed.
  ...(
    [
      [itemsBound, itemsBound.keySql],
      [statesBound, "r.request"],
      [requestsBound, "r.request"],
    ] as const
  ).map(
    ([table, key]) =>
      [
        table,
        `SELECT ${key} AS key, r.ref AS recording FROM json_each(?1) j CROSS JOIN request_items r ON r.ref = j.value AND r.kind = 'recording'`,
      ] as const,
  ),
];

/**
 * Those of these recordings of which a row that holds them is not as the trail has it, or which takes further runs to tell, or of
 * whose time an archive cannot be read.
 */
export async function bentHolds(env: Env, recordings: readonly string[]) {
  const gone = await heldByGone(env, recordings);
  const bent = { not: new Set(gone.not), later: new Set(gone.later), unread: new Set(gone.unread) };
  for (const [table, select] of holding) {
    const { results } = await env.DB.prepare(select)
      .bind(JSON.stringify(recordings))
      .all<{ key: string; recording: string }>();
    if (results.length === 0) continue;
    const keys = Map.groupBy(results, ({ key }) => key);
    const { rows } = await compared(env, [{ table, keys: [...keys.keys()] }]);
    for (const { key, is, isUnread } of rows.values())
      if (is === "not" || is === "later")
        for (const { recording } of keys.get(key)!) bent[isUnread ? "unread" : is].add(recording);
  }
  return bent;
}

/** Rows a run: each is compared with the trail. */
const ROWS = 1000;
/** SQL: nobody was told of it yet. */
const untold = (row: string): string => `NOT EXISTS (SELECT 1 FROM kept_back k WHERE k.row = ${row})`;

/** Holds that apply and are not as the trail has them, and recordings whose hold is there no more: of which nobody was told yet. */
export async function holdsUnlike(env: Env): Promise<{ holds: string[]; recordings: string[] }> {
  // Where there are more, or their archives are many, each day begins elsewhere.
  const { results: live } = await env.DB.prepare(
    `SELECT id FROM recording_holds WHERE released_at IS NULL AND ${untold("'recording_holds/' || id")}
     ORDER BY id < ?, id LIMIT ${ROWS}`,
  )
    .bind(crypto.randomUUID())
    .all<{ id: string }>();
  const { not: holds } = await agreedOf(
    env,
    holdsBound,
    live.map(({ id }) => id),
  );
  const { results: said } = await env.DB.prepare(
    `SELECT DISTINCT subject FROM audit WHERE code IN (SELECT value FROM json_each(?))`,
  )
    .bind(JSON.stringify(HOLDS))
    .all<{ subject: string }>();
  const { held } = await archivedHolds(env);
  const ever = await heldOnTrail(env, [...new Set([...said.map(({ subject }) => subject), ...held])]);
  await recallSome(env, { ids: [...ever.held] });
  const { results: without } = await env.DB.prepare(
    `SELECT id FROM recordings WHERE ${idIn("id", "?1")} AND state <> 'erased'
       AND NOT EXISTS (SELECT 1 FROM recording_holds h WHERE h.recording = recordings.id AND h.released_at IS NULL)
       AND ${untold("'recordings/' || id")} LIMIT ${ROWS}`,
  )
    .bind(JSON.stringify([...ever.held]))
    .all<{ id: string }>();
  // One may have been released meanwhile.
  const missing = await heldOnTrail(
    env,
    without.map(({ id }) => id),
  );
  return { holds, recordings: [...missing.held] };
}
