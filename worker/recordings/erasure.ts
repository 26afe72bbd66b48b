/**
 * Erases recordings that are due. The clock sends their ids to a queue (erasure-queue.ts), or works off some itself where the
 * Worker has none. A run claims some recordings in one audited step and erases each (erasing/one.ts). If the Worker dies in
 * between, another run repeats the work without harm: erasing what is gone does nothing, and each recording has one
 * certificate.
 */
import { type StoreKind, storeKind } from "../../shared/recordings/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { HOUR, MINUTE } from "../../shared/core/time.ts";
import { record } from "../core/commit.ts";
import { idIn, sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { saltsAt } from "./certificates/salts.ts";
import { borneOut } from "./erasing/borne-out.ts";
import { storeOf } from "../storage/index.ts";
import { type Claimed, eraseOne } from "./erasing/one.ts";
import { alarmUnread } from "./alarms.ts";
import { keptBack } from "../trail/kept-back.ts";
import { dayNumber, dueBy } from "./erasing/by-index.ts";
import { type Registered, registeredColumns } from "./rows.ts";

/** Recordings a claim, claims a run, recordings at once, and the milliseconds that a store may take for one. */
export const BOUNDS = { rows: 50, claims: 4, together: 10, patience: 20_000 };
/** What waits for an archive is looked at again then, so that it is in the way of nothing else. */
const ASIDE = 6 * HOUR;
/** Longer than a run can take: afterwards another run may take over what it has claimed. */
const LEASE = 15 * MINUTE;

/**
 * Due: the day has come, no other run has claimed it, no retry or wait is set for later, no upload of its audio is under way, which would
 * arrive after it was erased, no hold keeps it, and the trail does not say otherwise.
 */
export const isDue = (
  today: string,
  now: string,
): string => `state <> 'erased' AND ${dueBy("erase_after", today)}
  AND (due IS NULL OR due <= ${now}) AND (waits_until IS NULL OR waits_until <= ${now})
  AND (storing_until IS NULL OR storing_until <= ${now})
  AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.recording = r.id)
  AND NOT EXISTS (SELECT 1 FROM kept_back k WHERE k.row = 'recordings/' || r.id)`;

/** The day of a moment where the policy is. */
export const todayAt = async (db: D1Database, now: number): Promise<string> =>
  dayOf(now, zoneOfPolicy((await currentPolicy(db)).policy));

/**
 * One run of the clock, as much as a Worker does at once; with `only`, called for one recording by its id. `now` is in
 * milliseconds. Writes nothing where nothing is due.
 */
export async function eraseDue(
  env: Env,
  now: number,
  { only, ...bounds }: Partial<typeof BOUNDS> & { only?: string } = {},
): Promise<void> {
  const { rows, claims, together, patience } = { ...BOUNDS, ...bounds };
  const today = await todayAt(env.DB, now);
  const left = quotas(env);
  for (let n = 0; n < claims; n++) {
    const due = only === undefined ? await someDue(env.DB, today, now, rows, left) : [only];
    if (due.length === 0) return;
    const claimed = await claim(env, today, now, due);
    if (claimed.length === 0 && only !== undefined) return;
    for (let i = 0; i < claimed.length; i += together)
      await Promise.all(
        claimed.slice(i, i + together).map((one) => eraseOne(env, one, { today, now, patience })),
      );
  }
}

/** How many more recordings this run may erase in the stores that limit it (`Store.perRun`). */
export type Quotas = Map<StoreKind, number>;
export const quotas = (env: Env): Quotas =>
  new Map(
    storeKind.options.flatMap((kind) => {
      const most = storeOf(env, kind)?.perRun;
      return most === undefined ? [] : [[kind, most] as const];
    }),
  );

async function someDue(
  db: D1Database,
  today: string,
  now: number,
  most: number,
  left: Quotas,
): Promise<string[]> {
  const full = [...left].flatMap(([kind, n]) => (n > 0 ? [] : [kind]));
  const { results } = await db
    .prepare(
      `SELECT id, store FROM recordings r WHERE ${isDue("?1", "?2")}
         AND store NOT IN (SELECT value FROM json_each(?4)) ORDER BY ${dayNumber("erase_after")}, rowid LIMIT ?3`,
    )
    .bind(today, new Date(now).toISOString(), most, JSON.stringify(full))
    .all<{ id: string; store: StoreKind }>();
  return results.flatMap(({ id, store }) => {
    const n = left.get(store) ?? Infinity;
    left.set(store, n - 1);
    return n > 0 ? [id] : [];
  });
}

/** Claims those of the recordings that are due, for a run of its own. */
export async function claim(
  env: Env,
  today: string,
  now: number,
  ids: readonly string[],
): Promise<Claimed[]> {
  const at = new Date(now).toISOString();
  const { results: due } = await env.DB.prepare(
    `SELECT id, state FROM recordings r WHERE ${idIn("r.id", "?3")} AND ${isDue("?1", "?2")}`,
  )
    .bind(today, at, JSON.stringify(ids))
    .all<{ id: string; state: string }>();
  const {
    good: claimed,
    unbound,
    not,
    waits,
  } = await borneOut(
    env,
    due.map(({ id }) => id),
  );
  if (not.length > 0)
    await record(env, {
      actor: "system",
      event: { code: "recording.kept-back", subject: "", payload: { recordings: not } },
      statements: await keptBack(
        env.DB,
        not.map((id) => `recordings/${id}`),
        now,
      ),
    });
  if (waits.length > 0) await setAside(env, waits, now);
  if (claimed.length === 0) return [];
  const saltOf = await saltsAt(env.DB, now);
  const interrupted = new Set(due.flatMap(({ id, state }) => (state === "erasing" ? [id] : [])));
  const again = claimed.filter((id) => interrupted.has(id));
  const run = crypto.randomUUID();
  await record(env, {
    actor: "system",
    event: {
      code: "recording.erasing",
      subject: run,
      // How many it sets out to erase: of two runs that meet, both may count one that one of them claims. Of each, its own event says which
      // it is. Of one that an earlier run had claimed, its certificate cannot tell whether audio was there.
      payload: {
        recordings: claimed.length,
        ...(unbound > 0 && { unbound }),
        ...(again.length > 0 && { again }),
      },
    },
    statements: [
      sql(
        `UPDATE recordings SET state = 'erasing', claim = ?3, due = ?4
         WHERE rowid IN (SELECT r.rowid FROM recordings r WHERE ${idIn("r.id", "?5")} AND ${isDue("?1", "?2")})`,
        today,
        at,
        run,
        new Date(now + LEASE).toISOString(),
        JSON.stringify(claimed),
      ),
    ],
  });
  // Another run may have claimed some of them first.
  const { results } = await env.DB.prepare(
    `SELECT ${registeredColumns}, r.etag, r.failures, r.not_before AS notBefore FROM recordings r
     WHERE ${idIn("r.id", "?1")} AND r.claim = ?2`,
  )
    .bind(JSON.stringify(claimed), run)
    .all<Registered & Pick<Claimed, "etag" | "failures" | "notBefore">>();
  return results.map(({ etag, failures, notBefore, ...entry }) => ({
    ...{ entry, etag, run, failures, notBefore },
    tried: failures > 0 || interrupted.has(entry.id),
    salt: saltOf(entry.id),
  }));
}

/** These stay until an archive of the trail can be read; people get a mail, and the trail a row, once a day. */
async function setAside(env: Env, ids: readonly string[], now: number): Promise<void> {
  await env.DB.prepare(`UPDATE recordings SET due = ?1 WHERE ${idIn("id", "?2")} AND state <> 'erased'`)
    .bind(new Date(now + ASIDE).toISOString(), JSON.stringify(ids))
    .run();
  const day = new Date(now).toISOString().slice(0, 10);
  const told = await env.DB.prepare("SELECT value FROM marks WHERE name = ?").bind(WAITING).first("value");
  if (told === day) return;
  await record(env, {
    actor: "system",
    event: { code: "recording.erasure-waits", subject: "", payload: { recordings: ids } },
    statements: [
      sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", WAITING, day),
      ...(await alarmUnread(env.DB, now)),
    ],
  });
}
const WAITING = "erasures-waiting";
