/**
 * What the end of retention left in connected CRMs: erased there by the queue, where the policy's recipient lets it, and looked for
 * afterwards; and looked for where an officer said that it is erased. What is not gone by the CRM's own word stays for the day's task.
 */
import { adviceFor } from "../../../shared/connectors/advice.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { daysLater, monthsLater } from "../../../shared/core/calendar.ts";
import { HOUR } from "../../../shared/core/time.ts";
import type { Holding, System } from "../../connectors/kinds/held/read.ts";
import { eraseIn, heldIn, systemsOf } from "../../connectors/kinds/held/read.ts";
import { record } from "../../core/commit.ts";
import { messagesOf, sendAll } from "../../core/queue.ts";
import { sql } from "../../core/sql.ts";
import { dialFrom } from "../../dials/row-number.ts";
import type { Env } from "../../env.ts";
import { type Moment, momentOf } from "../rows.ts";
import { keyOf } from "./records.ts";

/** Records of one look and erasure, and how many of these a message does: each record is some requests. */
const TAKEN = 10;
const ROUNDS = 5;
/** A record that was taken up is taken up again then; and so many days after its day it is a task, though its system may be back later. */
const AGAIN = HOUR;
const DAYS = 3;

/** Of a record that has a number with which something else is going on: a person decides. */
export const IN_USE = "in-use";
/** Of one that the system still has. */
const THERE = "there";

interface Left {
  object: string;
  record: string;
  name: string;
  kind: string;
  day: string;
  task: string | null;
}
interface Fate extends Left {
  /** Null: it is taken up again. */
  state: "gone" | "left" | null;
  why: string | null;
}

/** The connectors of which records are erased by themselves. */
export async function byItself(db: D1Database, { recipients }: Policy): Promise<System[]> {
  return (await systemsOf(db)).filter(({ host }) =>
    recipients.some(
      (one) => one.kind === "connector" && one.host === host && host !== "" && one.erasesExpired === true,
    ),
  );
}
/** SQL: whether a row `p` waits for that, or for a look. `?1` is today; `?2` has the ids of these connectors. What nothing came of is a task. */
export const pending = `p.state IS NULL AND (p.task IS NOT NULL
  OR (p.connector IN (SELECT value FROM json_each(?2)) AND p.day >= date(?1, '-7 days')))`;
export const idsOf = (systems: readonly System[]): string => JSON.stringify(systems.map(({ row }) => row.id));

const iso = (ms: number): string => new Date(ms).toISOString();

/** Scheduled: sends the connectors of which something is due to the queue. */
export async function sendLeft(env: Env, now: number): Promise<void> {
  const { policy, today } = await momentOf(env.DB, now);
  const { results } = await env.DB.prepare(
    `SELECT DISTINCT connector FROM system_left p WHERE day < ?1 AND ${pending} AND (taken IS NULL OR taken < ?3)`,
  )
    .bind(today, idsOf(await byItself(env.DB, policy)), iso(now - AGAIN))
    .all<{ connector: string }>();
  const ids = results.map(({ connector }) => connector);
  // Beside copies: both are of requests' officers, and neither is urgent.
  if (ids.length === 0 || (await sendAll(env.COPYING, messagesOf("systems", ids, 1)))) return;
  await eraseLeft(env, ids.slice(0, 1), () => now);
}

/** A message: does some of what is due of these connectors. The clock sends the rest. */
export async function eraseLeft(env: Env, ids: readonly string[], clock: () => number): Promise<void> {
  for (const id of ids)
    for (let n = 0; n < ROUNDS; n++) {
      const moment = await momentOf(env.DB, clock());
      const systems = await byItself(env.DB, moment.policy);
      const some = await take(env.DB, id, idsOf(systems), moment);
      if (some.length === 0) break;
      const system = (await systemsOf(env.DB)).find(({ row }) => row.id === id);
      const [looked, erased] = [
        some.filter(({ task }) => task !== null),
        some.filter(({ task }) => task === null),
      ];
      const fates = [
        ...(looked.length === 0 ? [] : await lookFor(env, system, looked, moment)),
        ...(erased.length === 0 ? [] : await erase(env, system, erased, moment)),
      ];
      await note(env, id, fates);
    }
}

/** Takes up some that are due, so that no other message does. */
async function take(db: D1Database, id: string, ids: string, { now, today }: Moment): Promise<Left[]> {
  const { results } = await db
    .prepare(
      `UPDATE system_left SET taken = ?4 WHERE connector = ?5 AND (object, record) IN (
         SELECT object, record FROM system_left p WHERE connector = ?5 AND day < ?1 AND ${pending}
           AND (taken IS NULL OR taken < ?3) ORDER BY day, object, record LIMIT ${TAKEN})
       RETURNING object, record, name, kind, day, task`,
    )
    .bind(today, ids, iso(now - AGAIN), iso(now), id)
    .all<Left>();
  return results;
}

const asHeld = ({ object, record: id }: Left) => ({ object, id, what: ["record" as const], link: null });
const lookAt = (env: Env, system: System, records: Parameters<typeof heldIn>[3]): Promise<Holding> =>
  heldIn(env, system, { numbers: [], email: null }, records);
const isIn = ({ records }: Holding, one: Left): boolean => {
  const key = keyOf({ object: one.object, id: one.record });
  return records.some((other) => keyOf(other) === key);
};
/** What becomes of a record that could not be seen, or erased: a system that is down is asked again, for some days. */
const failed = (one: Left, why: string, { today }: Moment): Fate => ({
  ...one,
  ...(adviceFor(why) === "later" && today <= daysLater(one.day, DAYS)
    ? { state: null, why }
    : { state: "left", why }),
});

async function lookFor(
  env: Env,
  system: System | undefined,
  some: readonly Left[],
  moment: Moment,
): Promise<Fate[]> {
  const holding = system && (await lookAt(env, system, some.map(asHeld)));
  // Nobody can look there: it stays as the officer said.
  if (!holding || holding.problem === "no-search")
    return some.map((one) => ({ ...one, state: "gone", why: "unseen" }));
  return some.map((one) =>
    holding.problem !== null
      ? failed(one, holding.problem, moment)
      : { ...one, ...(isIn(holding, one) ? { state: "left", why: THERE } : { state: "gone", why: null }) },
  );
}

/** Records of which a number has a recording, an open request, a consent in force, or a call since the months of retention began. */
async function usedOf(db: D1Database, { row }: System, some: readonly Left[], { policy, today }: Moment) {
  const since = monthsLater(today, -policy.recording.retentionMonths);
  const own = "n.connector = ?1 AND n.object = j.value ->> 0 AND n.record = j.value ->> 1";
  const { results } = await db
    .prepare(
      `SELECT j.value ->> 0 AS object, j.value ->> 1 AS record FROM json_each(?2) j
       WHERE NOT EXISTS (SELECT 1 FROM connector_numbers n WHERE ${own})
         OR EXISTS (SELECT 1 FROM connector_numbers n WHERE ${own} AND n.number <> 0 AND (
           EXISTS (SELECT 1 FROM recordings o WHERE o.number = n.number AND o.state <> 'erased')
           OR EXISTS (SELECT 1 FROM requests q WHERE q.number = n.number AND q.closed_at IS NULL)
           OR EXISTS (SELECT 1 FROM consents k WHERE k.number = n.number AND k.withdrawn_at IS NULL AND k.done_at IS NULL)
           OR EXISTS (SELECT 1 FROM calls a WHERE a.number = n.number AND a.started_at >= ?3)
           OR EXISTS (SELECT 1 FROM dials d WHERE d.number = n.number AND d.num >= ?4)))`,
    )
    .bind(row.num, JSON.stringify(some.map((one) => [one.object, one.record])), since, dialFrom(since))
    .all<{ object: string; record: string }>();
  return new Set(results.map((one) => keyOf({ object: one.object, id: one.record })));
}

/** Looks for them, with their calls; erases what is there; and looks again: gone is what the system then says is gone. */
async function erase(
  env: Env,
  system: System | undefined,
  some: readonly Left[],
  moment: Moment,
): Promise<Fate[]> {
  if (!system) return some.map((one) => ({ ...one, state: "left", why: null }));
  const used = await usedOf(env.DB, system, some, moment);
  const isUsed = (one: Left) => used.has(keyOf({ object: one.object, id: one.record }));
  const kept = some.filter(isUsed).map((one): Fate => ({ ...one, state: "left", why: IN_USE }));
  const own = some.filter((one) => !isUsed(one));
  if (own.length === 0) return kept;
  const before = await lookAt(env, system, own.map(asHeld));
  if (before.problem !== null) return [...kept, ...own.map((one) => failed(one, before.problem!, moment))];
  const calls = before.records
    .filter(({ object, id }) => !own.some((one) => one.object === object && one.record === id))
    .map(({ object, id }): Left => ({ ...own[0]!, object, record: id }));
  const all = [...own, ...calls];
  if (before.records.length === 0)
    return [...kept, ...own.map((one): Fate => ({ ...one, state: "gone", why: null }))];
  await record(env, {
    actor: "system",
    event: {
      code: "request.system-erasing",
      subject: system.row.id,
      payload: { records: before.records.map(({ object, id }) => [object, id]) },
    },
    statements: [],
  });
  const done = await eraseIn(env, system, before.records);
  const after = await lookAt(env, system, all.map(asHeld));
  const whyOf = new Map(done.refused.map((one) => [keyOf(one), one.why]));
  return [
    ...kept,
    ...all.map((one): Fate => {
      if (after.problem === null && !isIn(after, one)) return { ...one, state: "gone", why: null };
      const why =
        whyOf.get(keyOf({ object: one.object, id: one.record })) ?? done.stopped ?? after.problem ?? THERE;
      return failed(one, why, moment);
    }),
  ];
}

const note = (env: Env, connector: string, fates: readonly Fate[]) => {
  const count = (state: Fate["state"]) => fates.filter((one) => one.state === state).length;
  return record(env, {
    actor: "system",
    event: {
      code: "request.left-erased",
      subject: connector,
      payload: { gone: count("gone"), left: count("left"), again: count(null) },
    },
    statements: [
      sql(
        `INSERT INTO system_left (connector, object, record, name, kind, day, task, state, why)
         SELECT ?1, value ->> 'object', value ->> 'record', value ->> 'name', value ->> 'kind', value ->> 'day', value ->> 'task',
           value ->> 'state', value ->> 'why' FROM json_each(?2) WHERE TRUE
         ON CONFLICT DO UPDATE SET state = excluded.state, why = excluded.why`,
        ...[connector, JSON.stringify(fates)],
      ),
    ],
  });
};
