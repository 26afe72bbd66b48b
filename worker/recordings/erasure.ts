/**
 * Erases recordings that are due. The clock sends their ids to a queue (erasure-queue.ts), or works off some itself where the
 * Worker has none. A run claims some recordings in one audited step and erases each (erasure-one.ts). If the Worker dies in
 * between, another run repeats the work without harm: erasing what is gone does nothing, and each recording has one
 * certificate.
 */
import { type ErasuresAnswer, type StoreKind, storeKind } from "../../shared/recordings/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf, monthsLater } from "../../shared/core/calendar.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { currentPolicy, policiesSince } from "../policy/current.ts";
import { agreedOf, saidOf } from "../trail/agreed.ts";
import { recordingsBound } from "./bound.ts";
import { claimsTimes, monthsFor } from "./claims.ts";
import { storeOf } from "../storage/index.ts";
import { type Claimed, eraseOne } from "./erasure-one.ts";
import { keptBack } from "./alarms.ts";
import { heldOnes, isAllowed, type Registered, registeredColumns } from "./rows.ts";

/** Recordings a claim, claims a run, recordings at once, and the milliseconds that a store may take for one. */
export const BOUNDS = { rows: 50, claims: 4, together: 10, patience: 20_000 };
/** Longer than a run can take: afterwards another run may take over what it has claimed. */
const LEASE = 15 * MINUTE;

/** Due: the day has come, no other run has claimed it, no retry or wait is set for later, no hold keeps it, and the trail does not say otherwise. */
export const isDue = (today: string, now: string): string => `state <> 'erased' AND erase_after <= ${today}
  AND (due IS NULL OR due <= ${now}) AND (waits_until IS NULL OR waits_until <= ${now})
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
    const claimed = await claim(env, today, now, due);
    if (claimed.length === 0) return;
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
         AND store NOT IN (SELECT value FROM json_each(?4)) ORDER BY erase_after, id LIMIT ?3`,
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
    `SELECT id, state FROM recordings r WHERE id IN (SELECT value FROM json_each(?3)) AND ${isDue("?1", "?2")}`,
  )
    .bind(today, at, JSON.stringify(ids))
    .all<{ id: string; state: string }>();
  const {
    good: claimed,
    unbound,
    not,
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
  if (claimed.length === 0) return [];
  const run = crypto.randomUUID();
  await record(env, {
    actor: "system",
    event: {
      code: "recording.erasing",
      subject: run,
      payload: { recordings: claimed, ...(unbound > 0 && { unbound }) },
    },
    statements: [
      sql(
        `UPDATE recordings AS r SET state = 'erasing', claim = ?3, due = ?4
         WHERE id IN (SELECT value FROM json_each(?5)) AND ${isDue("?1", "?2")}`,
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
     WHERE r.id IN (SELECT value FROM json_each(?)) AND r.claim = ?`,
  )
    .bind(JSON.stringify(claimed), run)
    .all<Registered & Pick<Claimed, "etag" | "failures" | "notBefore">>();
  const interrupted = new Set(due.flatMap(({ id, state }) => (state === "erasing" ? [id] : [])));
  return results.map(({ etag, failures, notBefore, ...entry }) => ({
    ...{ entry, etag, run, failures, notBefore },
    tried: failures > 0 || interrupted.has(entry.id),
  }));
}

/** Counts the recordings to be erased in each week (its Monday, YYYY-MM-DD), and how many of them are under a hold and stay. */
export async function erasureWeeks(db: D1Database): Promise<ErasuresAnswer["weeks"]> {
  const { results } = await db
    .prepare(
      `SELECT date(r.erase_after, 'weekday 0', '-6 days') AS week, COUNT(*) AS recordings, COUNT(h.recording) AS held
       FROM recordings r LEFT JOIN ${heldOnes} h ON h.recording = r.id
       WHERE r.state <> 'erased' GROUP BY 1 ORDER BY 1 LIMIT 400`,
    )
    .all<ErasuresAnswer["weeks"][number]>();
  return results;
}

/**
 * Whether a recording's day has come by what the trail binds: its day moves, so that no event binds it, but it follows from the day
 * of the call and the policies since, or somebody asked for it. And no hold on the trail may be missing. Ids: those that may be erased, of which some were never bound; and those of which the trail
 * says otherwise.
 */
export interface BorneOut {
  good: string[];
  unbound: number;
  not: string[];
}

interface DueRow {
  id: string;
  startedOn: string;
  startedAt: string;
  eraseAfter: string;
  rule: string;
  region: string | null;
  at: string;
}

const ASKED = ["recording.erase-asked"];
const DECIDED = ["request.comply", "request.partial"];
const HOLDS = ["recording.held", "recording.held-on", "recording.released"];

export async function borneOut(env: Env, ids: readonly string[]): Promise<BorneOut> {
  if (ids.length === 0) return { good: [], unbound: 0, not: [] };
  const { results: rows } = await env.DB.prepare(
    `SELECT id, started_on AS startedOn, started_at AS startedAt, erase_after AS eraseAfter, rule, region, at
     FROM recordings WHERE state <> 'erased' AND id IN (SELECT value FROM json_each(?))`,
  )
    .bind(JSON.stringify(ids))
    .all<DueRow>();
  const held = await heldOnTrail(env, ids);
  const [byHand, byDay] = [rows.filter(isByHand), rows.filter((row) => !isByHand(row))];
  const asked = await askedFor(
    env,
    byHand.map(({ id }) => id),
  );
  const { agreed, unbound, later } = await agreedOf(
    env,
    recordingsBound,
    byDay.map(({ id }) => id),
  );
  const hasCome = await dueBy(env.DB, byDay);
  const without = new Set(unbound);
  const good = [
    ...byHand.filter(({ id }) => asked.has(id)),
    ...byDay.filter((row) => (agreed.has(row.id) || without.has(row.id)) && hasCome(row)),
  ].flatMap(({ id }) => (held.has(id) ? [] : [id]));
  const left = new Set([...good, ...later]);
  return {
    good,
    unbound: good.filter((id) => without.has(id)).length,
    not: rows.flatMap(({ id }) => (left.has(id) ? [] : [id])),
  };
}

const isByHand = ({ rule }: DueRow): boolean => rule === "hand";

/** Not before the shortest time that a policy had since it arrived; at once where a policy since did not allow its region. */
async function dueBy(db: D1Database, rows: readonly DueRow[]): Promise<(row: DueRow) => boolean> {
  if (rows.length === 0) return () => false;
  const since = rows.map(({ at }) => at).sort()[0]!;
  const [policies, times] = await Promise.all([policiesSince(db, since), claimsTimes(db)]);
  const months = Math.min(...policies.map(({ recording }) => recording.retentionMonths));
  return ({ rule, region, startedOn, startedAt, eraseAfter }) =>
    rule === "outside-regions"
      ? policies.some((policy) => !isAllowed(policy, region))
      : eraseAfter >= monthsLater(startedOn, monthsFor(startedAt, months, times));
}

/** Those that an officer asked to erase, or a request's decision. */
async function askedFor(env: Env, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { results } = await env.DB.prepare(
    `SELECT j.value AS id, i.request FROM json_each(?) j CROSS JOIN request_items i
     ON i.ref = j.value AND i.kind = 'recording' AND i.decision = 'comply'`,
  )
    .bind(JSON.stringify(ids))
    .all<{ id: string; request: string }>();
  const requests = [...new Set(results.map(({ request }) => request))];
  const [asked, decided] = [await saidOf(env, ids, ASKED), await saidOf(env, requests, DECIDED)];
  return new Set([
    ...ids.filter((id) => asked.has(id)),
    ...results.flatMap(({ id, request }) => (decided.has(request) ? [id] : [])),
  ]);
}

/** Those whose last event in the database about a hold is none of a release. */
async function heldOnTrail(env: Env, ids: readonly string[]): Promise<Set<string>> {
  const said = await saidOf(env, ids, HOLDS, 0);
  return new Set([...said].flatMap(([id, code]) => (code === "recording.released" ? [] : [id])));
}
