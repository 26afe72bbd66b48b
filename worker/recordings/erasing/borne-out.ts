/**
 * Whether a recording may be erased by what the trail binds. Its day moves, so that no event binds it, but it follows from the day of
 * the call and the policies since, or somebody asked for it; and no hold that the trail has is missing or altered.
 */
import { monthsLater } from "../../../shared/core/calendar.ts";
import type { Env } from "../../env.ts";
import { policyHistory } from "../../policy/current.ts";
import { unlikeOf } from "../../policy/in-force.ts";
import { agreedOf, saidOf } from "../../trail/agreed.ts";
import { recordingsBound } from "../bound.ts";
import { claimsTimes, monthsFor } from "../claims.ts";
import { bentHolds, heldOnTrail } from "./held.ts";
import { isAllowed } from "../rows.ts";

/** Ids: those that may be erased, of which some were never bound; and those of which the trail says otherwise. */
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

export async function borneOut(env: Env, ids: readonly string[]): Promise<BorneOut> {
  if (ids.length === 0) return { good: [], unbound: 0, not: [] };
  const { results: rows } = await env.DB.prepare(
    `SELECT id, started_on AS startedOn, started_at AS startedAt, erase_after AS eraseAfter, rule, region, at
     FROM recordings WHERE state <> 'erased' AND id IN (SELECT value FROM json_each(?))`,
  )
    .bind(JSON.stringify(ids))
    .all<DueRow>();
  const { held, archives } = await heldOnTrail(env, ids);
  // The archives are read in several runs.
  if (archives === "later") return { good: [], unbound: 0, not: [...held] };
  const bent = await bentHolds(env, ids);
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
  const hasCome = await dueBy(env, byDay);
  const without = new Set(unbound);
  const isBound = ({ id }: DueRow): boolean => agreed.has(id) || without.has(id);
  const good = [
    ...byHand.filter(({ id }) => asked.has(id)),
    // What cannot be read may say that it is held: then an officer asks for it.
    ...byDay.filter((row) => isBound(row) && hasCome(row) && archives === "read"),
  ].flatMap(({ id }) => (held.has(id) || bent.not.has(id) || bent.later.has(id) ? [] : [id]));
  const left = new Set([...good, ...[...later, ...bent.later].filter((id) => !held.has(id))]);
  return {
    good,
    unbound: good.filter((id) => without.has(id)).length,
    not: rows.flatMap(({ id }) => (left.has(id) ? [] : [id])),
  };
}

const isByHand = ({ rule }: DueRow): boolean => rule === "hand";

/**
 * Not before the shortest time that a policy had since it arrived; at once where a policy since did not allow its region. No policy
 * counts that is not as the trail has it.
 */
async function dueBy(env: Env, rows: readonly DueRow[]): Promise<(row: DueRow) => boolean> {
  if (rows.length === 0) return () => false;
  const since = rows.map(({ at }) => at).sort()[0]!;
  const [history, times] = await Promise.all([policyHistory(env.DB, since), claimsTimes(env.DB)]);
  const unlike = await unlikeOf(
    env,
    history.map(({ version, from }) => ({ version, at: from })),
    Date.now(),
  );
  const policies = history.filter(({ version }) => !unlike.has(version)).map(({ policy }) => policy);
  if (policies.length === 0) return () => false;
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
