/**
 * Which recordings the trail has under a legal hold: by its events, so also where somebody took the hold's row away or altered it. A
 * hold may be older than many archives, so what these say is kept together, under the Worker's key.
 */
import * as z from "zod";
import { canonical } from "../../../shared/trail/canonical.ts";
import type { LinkedRow } from "../../../shared/trail/chain.ts";
import type { BoundTable } from "../../core/bound.ts";
import { prepare, sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { itemsBound, requestsBound, statesBound } from "../../privacy-requests/bound.ts";
import { agreedOf, saidOf } from "../../trail/agreed.ts";
import { type Archive, archivesOf, readObject } from "../../trail/rows.ts";
import { type Known, startOf } from "../../trail/start.ts";
import { holdsBound } from "../bound.ts";
import { heldByGone } from "./items-gone.ts";

const RELEASED = "recording.released";
const HOLDS = ["recording.held", "recording.held-on", RELEASED];
const MARK = "holds-archived";
/** Most archived objects that are read at once. */
const OBJECTS = 20;

/** Up to which row of the trail the archives were read, and the recordings that are then under a hold. `mac` is by the key in force. */
const archivedSchema = z.object({ until: z.int(), held: z.array(z.string()), mac: z.string().nullable() });

/** Whether all archives were read, or further runs read the others, or one is missing or was altered. */
type Archives = "read" | "later" | "unread";

/** Those of these recordings that are under a hold. */
export async function heldOnTrail(
  env: Env,
  ids: readonly string[],
): Promise<{ held: Set<string>; archives: Archives }> {
  // First, as months are archived meanwhile.
  const said = await saidOf(env, ids, HOLDS, 0);
  const { held, archives } = await heldInArchives(env);
  const isHeld = (id: string) => (said.has(id) ? said.get(id) !== RELEASED : held.has(id));
  return { held: new Set(ids.filter(isHeld)), archives };
}

async function heldInArchives(env: Env): Promise<{ held: Set<string>; archives: Archives }> {
  const known = await startOf(env);
  // Before the archives, too. The first row of all never leaves.
  const here = await env.DB.prepare("SELECT MIN(seq) AS first FROM audit WHERE seq > 0").first<{
    first: number | null;
  }>();
  const kept = await keptOf(env.DB, known);
  const held = new Set(kept.held);
  let { until } = kept;
  let archives: Archives = "read";
  const further = (await archivesOf(env.DB)).filter(({ lastSeq }) => lastSeq > until);
  for (const [n, archive] of further.entries()) {
    const object = n < OBJECTS ? await readObject(env, archive) : null;
    const isNext = archive.firstSeq === until + 1 && object?.intact === true && isWhole(archive, object.rows);
    archives = n >= OBJECTS ? "later" : isNext ? "read" : "unread";
    if (archives !== "read") break;
    for (const row of object!.rows!) noteIn(held, row, known);
    until = archive.lastSeq;
  }
  if (until > kept.until) await keep(env.DB, known, { until, held: [...held].sort() });
  const isGap = archives === "read" && (here?.first ?? 0) > until + 1;
  return { held, archives: isGap ? "unread" : archives };
}

/** Whether these are the rows that the archive's record names: it may name another object. */
const isWhole = ({ firstSeq, lastSeq }: Archive, rows: readonly LinkedRow[] | null): boolean =>
  rows?.[0]?.seq === firstSeq && rows.length === lastSeq - firstSeq + 1;

function noteIn(held: Set<string>, row: LinkedRow, { originOf }: Known): void {
  if (!HOLDS.includes(row.code) || originOf(row) === "forged") return;
  if (row.code === RELEASED) held.delete(row.subject);
  else held.add(row.subject);
}

/** Without a key, nothing shows that it is the Worker's own. */
const macOf = ({ own }: Known, said: { until: number; held: readonly string[] }): string | null =>
  own?.mac(`${MARK} ${canonical(said)}`) ?? null;

/** What was kept; nothing where it is not under the key, so that all is read again. */
async function keptOf(db: D1Database, known: Known) {
  const mark = await db
    .prepare("SELECT IIF(json_valid(value), value, NULL) AS value FROM marks WHERE name = ?")
    .bind(MARK)
    .first<{ value: string | null }>();
  const read = archivedSchema.safeParse(JSON.parse(mark?.value ?? "null"));
  if (!read.success) return { until: 0, held: [] };
  const { mac, ...said } = read.data;
  return mac === macOf(known, said) ? said : { until: 0, held: [] };
}

async function keep(db: D1Database, known: Known, said: { until: number; held: string[] }): Promise<void> {
  const value = JSON.stringify({ ...said, mac: macOf(known, said) });
  await prepare(db, sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", MARK, value)).run();
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

/** Those of these recordings of which a row that holds them is not as the trail has it, or which takes further runs to tell. */
export async function bentHolds(env: Env, recordings: readonly string[]) {
  const gone = await heldByGone(env, recordings);
  const bent = { not: new Set(gone.not), later: new Set(gone.later) };
  for (const [table, select] of holding) {
    const { results } = await env.DB.prepare(select)
      .bind(JSON.stringify(recordings))
      .all<{ key: string; recording: string }>();
    const keys = Map.groupBy(results, ({ key }) => key);
    const agreed = await agreedOf(env, table, [...keys.keys()]);
    for (const how of ["not", "later"] as const)
      for (const key of agreed[how]) for (const { recording } of keys.get(key)!) bent[how].add(recording);
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
  const { held } = await heldInArchives(env);
  const ever = await heldOnTrail(env, [...new Set([...said.map(({ subject }) => subject), ...held])]);
  const { results: without } = await env.DB.prepare(
    `SELECT id FROM recordings WHERE id IN (SELECT value FROM json_each(?)) AND state <> 'erased'
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
