/** New rows of the register: planned from what was reported, inserted, and described for the trail. */
import type { Reason } from "../../shared/check/api.ts";
import type { RecordingArrived, RecordingReport } from "../../shared/recordings/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf, monthsLater } from "../../shared/core/calendar.ts";
import { blockedAt } from "../check/facts-at.ts";
import { Problem } from "../core/errors.ts";
import { sha256Hex } from "../core/hash.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { storeOf, UNKNOWN_REGION } from "../storage/index.ts";
import { claimsTimes, monthsFor } from "./claims.ts";
import { isAllowed, type Registered, type Row, selectRecordings, toRecording } from "./rows.ts";

/** Identifies a recording however often it is reported: SHA-256 of the provider and its id. Stays after the erasure. */
export const refOf = (provider: string, providerId: string): string =>
  sha256Hex(`${provider}\n${providerId}`);

/** A row for `insertRows`. */
export interface NewRow extends Omit<Registered, "flag" | "why"> {
  ref: string;
  /** The day of the call in the policy's zone. */
  startedOn: string;
  /** Why the number was blocked at the time of the call, where no override is on record. */
  flag: Reason[] | null;
  quarantined: boolean;
}

/** Plans a row for each report, by the current policy. Numbers are in E.164; `now` is in milliseconds. */
export async function planRows(
  env: Env,
  reports: readonly RecordingReport[],
  now: number,
): Promise<NewRow[]> {
  const { policy } = await currentPolicy(env.DB);
  const times = await claimsTimes(env.DB);
  const zone = zoneOfPolicy(policy);
  // Only calls that we made can break a rule about calling.
  const outbound = reports.filter((a) => a.direction === "outbound" && a.number !== null);
  const flags = await blockedAt(
    env.DB,
    outbound.map((a) => ({ number: a.number!, at: a.startedAt })),
  );
  return reports.map((a) => {
    const id = crypto.randomUUID();
    // The provider's clock may be ahead of ours.
    const startedAt = new Date(Math.min(Date.parse(a.startedAt), now)).toISOString();
    const startedOn = dayOf(startedAt, zone);
    const region = storeOf(env, a.storage.kind)?.region ?? UNKNOWN_REGION;
    const quarantined = !isAllowed(policy, region);
    const months = monthsFor(startedAt, policy.recording.retentionMonths, times);
    const claims = monthsFor(startedAt, 0, times) > 0;
    const atOnce = quarantined && !claims && policy.recording.outsideRegions === "erase";
    return {
      id,
      provider: a.provider,
      ref: refOf(a.provider, a.providerId),
      providerId: a.providerId,
      number: a.number === null ? null : numberOf(a.number),
      agent: a.agent ?? null,
      direction: a.direction,
      startedAt,
      startedOn,
      seconds: a.seconds,
      store: a.storage.kind,
      object: a.storage.key ?? `recordings/${startedOn.slice(0, 7)}/${id}`,
      region,
      bytes: a.bytes ?? null,
      sha256: a.sha256 ?? null,
      announced: Number(a.announced),
      purpose: a.purpose,
      flag: flags[outbound.indexOf(a)] ?? null,
      eraseAfter: atOnce ? dayOf(now, zone) : monthsLater(startedOn, months),
      rule: atOnce ? "outside-regions" : "retention",
      months,
      quarantined,
    };
  });
}

export const insertRows = (rows: readonly NewRow[], by: string, at: string): Statement =>
  sql(
    `INSERT INTO recordings (id, provider, ref, provider_id, number, agent, direction, started_at, started_on, seconds,
       store, object, region, bytes, sha256, announced, purpose, flag, erase_after, rule, months, by, at)
     SELECT value ->> 'id', value ->> 'provider', value ->> 'ref', value ->> 'providerId', value ->> 'number',
       value ->> 'agent', value ->> 'direction', value ->> 'startedAt', value ->> 'startedOn', value ->> 'seconds',
       value ->> 'store', value ->> 'object', value ->> 'region', value ->> 'bytes', value ->> 'sha256',
       value ->> 'announced', value ->> 'purpose', NULLIF(value -> 'flag', 'null'), value ->> 'eraseAfter', value ->> 'rule',
       value ->> 'months', ?2, ?3 FROM json_each(?1)`,
    JSON.stringify(rows),
    by,
    at,
  );

/** The payload of its audit row. It says nothing about the call, as the trail may outlive the recording. */
export const payloadOf = ({
  provider,
  store,
  region,
  eraseAfter,
  rule,
  months,
  flag,
  quarantined,
}: NewRow) => ({
  provider,
  store,
  region,
  eraseAfter,
  rule,
  months,
  flagged: flag !== null,
  quarantined,
});

/**
 * The answer for a recording that is registered already, erased or not; null for a new one. Throws the Problem
 * `recording-elsewhere` where it is now reported in another place: the audio in one of the two would never be erased.
 */
export async function arrivedBefore(
  db: D1Database,
  {
    provider,
    providerId,
    storage: { kind, key },
  }: Pick<RecordingReport, "provider" | "providerId" | "storage">,
  policy: Policy,
): Promise<RecordingArrived | null> {
  const row = await db
    .prepare(`${selectRecordings} WHERE r.ref = ?`)
    .bind(refOf(provider, providerId))
    .first<Row>();
  if (!row) return null;
  if (row.state !== "erased" && key !== undefined && (row.store !== kind || row.object !== key))
    throw new Problem("recording-elsewhere");
  const { id, eraseAfter, flag, quarantined } = toRecording(row, policy);
  return { id, eraseAfter, flag, quarantined };
}
