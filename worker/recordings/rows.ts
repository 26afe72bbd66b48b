/** A recording's row: how it is planned when one arrives, written, and shown. */
import type * as z from "zod";
import type { Reason } from "../../shared/check/api.ts";
import type { Recording, recordingReport, StoreKind } from "../../shared/recordings/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf, eraseAfter } from "../../shared/recordings/retention.ts";
import { fill } from "../../shared/texts/language.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { sha256Hex } from "../core/hash.ts";
import { storeOf, UNKNOWN_REGION } from "../storage/index.ts";
import { blockedThen } from "../check/facts-at.ts";

export type Hold = NonNullable<Recording["hold"]>;
/** What is reported of a recording. Its number is in E.164 once it was read. */
export type Arrival = z.infer<typeof recordingReport>;

/** True where policy lets recordings lie in a region. */
export const isAllowed = (policy: Policy, region: string | null): boolean =>
  region !== null && region !== UNKNOWN_REGION && policy.recording.regions.includes(region);

/** The same for a statement; the parameter is a JSON array from `allowedRegions`. */
export const outsideOf = (param: string): string => `r.region NOT IN (SELECT value FROM json_each(${param}))`;
export const allowedRegions = (policy: Policy): string =>
  JSON.stringify(policy.recording.regions.filter((region) => region !== UNKNOWN_REGION));

/** One recording is one row, however often it is reported. */
export const refOf = (provider: string, providerId: string): string =>
  sha256Hex(`${provider}\n${providerId}`);

/** A new row, as a statement takes it. */
export interface NewRow {
  id: string;
  provider: string;
  ref: string;
  providerId: string;
  number: number | null;
  agent: string | null;
  direction: Arrival["direction"];
  startedAt: string;
  startedOn: string;
  seconds: number;
  store: StoreKind;
  object: string;
  region: string;
  bytes: number | null;
  sha256: string | null;
  announced: number;
  purpose: string;
  flag: Reason[] | null;
  eraseAfter: string;
  rule: Recording["rule"];
  months: number;
  quarantined: boolean;
}

/** Rows for what arrives, by the policy in force. `now` is in milliseconds. */
export async function planRows(env: Env, arrivals: readonly Arrival[], now: number): Promise<NewRow[]> {
  const { policy } = await currentPolicy(env.DB);
  const zone = zoneOfPolicy(policy);
  // Who calls us is not called by us.
  const outbound = arrivals.filter((a) => a.direction === "outbound" && a.number !== null);
  const flags = await blockedThen(
    env.DB,
    outbound.map((a) => ({ number: a.number!, at: a.startedAt })),
  );
  return arrivals.map((a) => {
    const id = crypto.randomUUID();
    // A call cannot have begun in the future, whatever its provider's clock says.
    const startedAt = new Date(Math.min(Date.parse(a.startedAt), now)).toISOString();
    const startedOn = dayOf(startedAt, zone);
    const region = storeOf(env, a.storage.kind)?.region ?? UNKNOWN_REGION;
    const quarantined = !isAllowed(policy, region);
    const atOnce = quarantined && policy.recording.outsideRegions === "erase";
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
      eraseAfter: atOnce ? dayOf(now, zone) : eraseAfter(startedOn, policy),
      rule: atOnce ? "outside-regions" : "retention",
      months: policy.recording.retentionMonths,
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

/** What the trail says of it: nothing that is about the call, as the trail may be kept longer than the recording. */
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

/** A row as stored, with what holds it: a legal hold before a request's. */
export type Row = Omit<Recording, "number" | "storage" | "announced" | "flag" | "quarantined" | "hold"> & {
  number: number | null;
  store: StoreKind;
  object: string | null;
  announced: number | null;
  flag: string | null;
  hold: string | null;
};

export const selectRecordings = `SELECT r.id, r.provider, r.provider_id AS providerId, r.number, r.agent, r.direction,
  r.started_at AS startedAt, r.seconds, r.store, r.object, r.region, r.bytes, r.sha256, r.announced, r.purpose, r.flag,
  r.state, r.erase_after AS eraseAfter, r.rule, r.months, r.why, r.not_before AS notBefore, r.failures, r.due, r.error,
  r.by, r.at,
  (SELECT json_object('id', h.id, 'recording', h.recording, 'reason', h.reason, 'reviewOn', h.review_on, 'by', h.by,
      'byName', (SELECT name FROM people p WHERE p.id = h.by), 'at', h.at, 'request', h.request)
   FROM holds h WHERE h.recording = r.id ORDER BY h.request LIMIT 1) AS hold
  FROM recordings r`;

/** Each held recording once. Only legal holds are looked at again: a request's ends with the request. */
export const heldOnes = `(SELECT recording, MIN(review_on) FILTER (WHERE request IS NULL) AS review_on
  FROM holds GROUP BY recording)`;

/** A hold as stored; what an access request keeps has that for its reason. */
export const toHold = (hold: Hold): Hold =>
  hold.request === null ? hold : { ...hold, reason: fill(t.reason.access, { reference: hold.reason }) };

export function toRecording({ store, object, hold, flag, ...row }: Row, policy: Policy): Recording {
  return {
    ...row,
    number: row.number === null ? null : e164Of(row.number),
    storage: { kind: store, key: object },
    announced: row.announced === null ? null : row.announced === 1,
    flag: flag === null ? null : (JSON.parse(flag) as Reason[]),
    quarantined: !isAllowed(policy, row.region),
    hold: hold === null ? null : toHold(JSON.parse(hold) as Hold),
  };
}
