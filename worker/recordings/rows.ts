/** A recording's row: its columns, how to select one, and how the API shows it. New rows are planned in new-rows.ts. */
import type { Reason } from "../../shared/check/api.ts";
import type { Recording, StoreKind } from "../../shared/recordings/api.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { whyColumn } from "./why.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { fill } from "../../shared/texts/language.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import { Problem } from "../core/errors.ts";
import { sha256Hex } from "../core/hash.ts";
import type { Env } from "../env.ts";
import { rowsOf } from "../storage/closed/verified.ts";
import { UNKNOWN_REGION } from "../storage/index.ts";
import { nameOfId } from "./certificates/lines.ts";
import { recordingIn } from "./certificates/read.ts";
import { FROM_LINES } from "./closed/lines.ts";
import { namedLines as keptLines, recallKept } from "./closed/read.ts";
import { idIs } from "../core/sql.ts";

/**
 * Identifies a recording however often it is reported: SHA-256 of the provider and its id, and of the integration that brought
 * it, as the ids that one names are its own: it takes none of a provider's or another's. Stays after the erasure.
 */
export const refOf = (provider: string, providerId: string, integration?: string): string =>
  sha256Hex([...(integration === undefined ? [] : [integration]), provider, providerId].join("\n"));

export type Hold = NonNullable<Recording["hold"]>;

/** True where policy lets recordings be stored in a region. */
export const isAllowed = (policy: Policy, region: string | null): boolean =>
  region !== null && region !== UNKNOWN_REGION && policy.recording.regions.includes(region);

/** The opposite, as a condition on a row `r`; bind `allowedRegions(policy)`, a JSON array, to `param`. */
export const outsideOf = (param: string): string => `r.region NOT IN (SELECT value FROM json_each(${param}))`;
export const allowedRegions = (policy: Policy): string =>
  JSON.stringify(policy.recording.regions.filter((region) => region !== UNKNOWN_REGION));

/** A row as `selectRecordings` answers it. */
export type Row = Omit<Recording, "number" | "storage" | "announced" | "flag" | "quarantined" | "hold"> & {
  number: number | null;
  store: StoreKind;
  object: string | null;
  announced: number | null;
  /** JSON: reasons. */
  flag: string | null;
  /** JSON: the first hold on it; a legal hold comes before an access request's. */
  hold: string | null;
};

type Filled<T, K extends keyof T> = Omit<T, K> & { [P in K]: NonNullable<T[P]> };
/** The register's entry for a recording that is not erased: what its certificate will commit to. */
export type Registered = Filled<
  Omit<Row, "state" | "notBefore" | "failures" | "due" | "waitsUntil" | "error" | "by" | "at" | "hold">,
  "providerId" | "startedAt" | "seconds" | "object" | "announced" | "purpose"
>;
/** Its columns. Certificates commit to them in this order: never reorder them. */
export const registeredColumns = `r.id, r.provider, r.provider_id AS providerId, r.number, r.agent, r.direction,
  r.started_at AS startedAt, r.seconds, r.store, r.object, r.region, r.bytes, r.sha256, r.announced, r.purpose, r.flag,
  r.erase_after AS eraseAfter, r.rule, r.months, r.why`;

export const selectRecordings = `SELECT ${registeredColumns.replace("r.why", whyColumn)}, r.state, r.not_before AS notBefore, r.failures, r.due,
  r.waits_until AS waitsUntil, r.error, r.by, r.at,
  (SELECT json_object('id', h.id, 'recording', h.recording, 'reason', h.reason, 'reviewOn', h.review_on, 'by', h.by,
      'byName', (SELECT name FROM people p WHERE p.id = h.by), 'at', h.at, 'request', h.request)
   FROM (SELECT * FROM holds WHERE recording = r.id ORDER BY request LIMIT 1) h) AS hold
  FROM recordings r`;

/** SQL: the second in which the call of a row `r` began, by which recordings are indexed (migration 0126). */
export const began = "unixepoch(r.started_at)";

export const PUT_OFF_DAYS = 31;
/** SQL: a store puts the erasure of a row off for more than a month after its day, as by an object lock of years. */
export const isPutOff = (r: string): string => `${r}.not_before IS NOT NULL AND ${r}.state <> 'erased'
  AND ${r}.not_before > date(MAX(${r}.erase_after, COALESCE(date(${r}.waits_until), '')), '+${PUT_OFF_DAYS} days')`;

/** SQL: how many recordings a store has failed to erase. Of the indexes on what is not erased SQLite would take any. */
export const countFailing = `(SELECT COUNT(*) FROM recording_rows INDEXED BY recording_rows_failing
  WHERE failures > 0 AND state <> 'erased')`;

/** The ids of recordings that may be held. Whether they are, the view `holds` says: it answers fast only of given ones. */
export const maybeHeld = `(SELECT recording AS value FROM recording_holds WHERE released_at IS NULL
  UNION SELECT ref FROM request_items WHERE kind = 'recording' AND request IN (
    SELECT id FROM requests WHERE closed_at IS NULL))`;
/** Each held recording once. `review_on` is a legal hold's; an access request's hold ends with the request. */
export const heldOnes = `(SELECT recording, MIN(review_on) FILTER (WHERE request IS NULL) AS review_on
  FROM holds WHERE recording IN ${maybeHeld} GROUP BY recording)`;

/** A hold as the API shows it. The view `holds` gives an access request's reference as its reason. */
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

/**
 * A recording by its id, erased or not, wherever its row is; one that is kept is in the database then. Throws the Problems `not-found` and
 * `archive-broken`.
 */
export const wantRecording = (env: Env, id: string, policy: Policy): Promise<Recording> =>
  recordingBy(env, id, policy, async (ask) => {
    await recallKept(env, { ids: [id] });
    return ask();
  });

/** The same, to be read alone: one that is closed is read where it lies. */
export const readRecording = (env: Env, id: string, policy: Policy): Promise<Recording> =>
  recordingBy(env, id, policy, async (ask) => {
    const { lines, unread } = await keptLines(env, { ids: [id] });
    const its = lines.filter((line) => line.id === id);
    const [row] = await rowsOf<Row>(env.DB, `${FROM_LINES} ${selectRecordings}`, its);
    // It may have come back meanwhile.
    const found = row ?? (await ask());
    const [key] = unread.keys();
    if (!found && key !== undefined) throw new Problem("archive-broken", key);
    return found;
  });

async function recordingBy(
  env: Env,
  id: string,
  policy: Policy,
  closed: (ask: () => Promise<Row | null>) => Promise<Row | null>,
): Promise<Recording> {
  const ask = () =>
    env.DB.prepare(`${selectRecordings} WHERE ${idIs("r.id", "?1")}`)
      .bind(id)
      .first<Row>();
  // What is packed leads to its lost file still where a recording came back from that, and was erased: then there is a certificate.
  const broken: Problem[] = [];
  const kept = () =>
    closed(ask).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      broken.push(error);
      return null;
    });
  const here = async () => (await ask()) ?? kept();
  const row = await recordingIn(env, here, [nameOfId(id)], (line) => line.id === id, selectRecordings);
  if (!row) throw broken[0] ?? new Problem("not-found");
  return toRecording(row, policy);
}
