/** New rows of the register: planned from what was reported, and inserted. */
import type { Reason } from "../../shared/check/api.ts";
import type { RecordingArrived, RecordingReport } from "../../shared/recordings/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { erasureDue } from "../../shared/recordings/retention.ts";
import { dayOf, monthsLater } from "../../shared/core/calendar.ts";
import { personsOf } from "../call-logs/persons.ts";
import { type Asker, mayTell, NOT_JUDGED } from "../check/budget.ts";
import { blockedAt } from "../check/decide-at.ts";
import { Problem } from "../core/errors.ts";
import { firstBound, insertBound } from "../core/bound.ts";
import { newSalt } from "../core/change.ts";
import type { Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { storeOf, UNKNOWN_REGION } from "../storage/index.ts";
import { audioBound, recordingsBound } from "./bound.ts";
import { nameOfRef } from "./certificates/lines.ts";
import { recordingIn } from "./certificates/read.ts";
import { nameOfObject } from "./closed/lines.ts";
import { keptObjects, keptRows, wantFree } from "./closed/read.ts";
import { packedKept, wantUnpacked } from "./closed/names/hits.ts";
import { claimsTimes, monthsFor } from "./claims.ts";
import type { Seen } from "./objects.ts";
import { refIs } from "./erasing/by-index.ts";
import { isAllowed, refOf, type Registered, type Row, selectRecordings, toRecording } from "./rows.ts";

/** Counts a report that is judged, as others read the verdict. True where it is one too many. */
export const isTooMany = async (
  env: Env,
  by: Asker,
  report: RecordingReport,
  now: number,
): Promise<boolean> =>
  report.direction === "outbound" && report.number !== null && !(await mayTell(env, by, 1, now));

/** A row for `insertRows`. */
export interface NewRow extends Omit<Registered, "flag" | "why"> {
  ref: string;
  /** The day of the call in the policy's zone. */
  startedOn: string;
  /** Why the number was blocked at the time of the call, where no override is on record. */
  flag: Reason[] | null;
  quarantined: boolean;
  /** Of the object that was looked at. */
  etag: string | null;
  /** The earliest erasure of one that is due already. */
  due: string | null;
  /** Nothing erases it before, whatever its day. */
  waitsUntil: string | null;
  /** Its owner, where somebody else brings it. */
  by: string | null;
}

/**
 * A report, with what was seen of its object, the integration whose it is, how long it waits at least, and its owner where
 * somebody else brings it.
 */
export interface Brought extends RecordingReport {
  seen?: Seen | undefined;
  integration?: string | undefined;
  waits?: number;
  by?: string | undefined;
  /** The number is not judged: whoever brought it asked about too many. */
  unjudged?: boolean;
}

/** Plans a row for each report, by the current policy. Numbers are in E.164; `now` is in milliseconds. */
export async function planRows(env: Env, reports: readonly Brought[], now: number): Promise<NewRow[]> {
  const { policy } = await currentPolicy(env.DB);
  const times = await claimsTimes(env.DB);
  const zone = zoneOfPolicy(policy);
  // Only calls that we made can break a rule about calling.
  const outbound = reports.filter((a) => a.direction === "outbound" && a.number !== null);
  const judged = outbound.filter((a) => a.unjudged !== true);
  const personOf = await personsOf(
    env.DB,
    judged.flatMap(({ agent }) => agent ?? []),
  );
  const flags = await blockedAt(
    env,
    judged.map(({ number, startedAt: at, campaign, agent = null }) => ({
      ...{ number: number!, at, campaign },
      person: personOf(agent),
    })),
  );
  const flagOf = (a: Brought) =>
    outbound.includes(a) && a.unjudged === true ? [NOT_JUDGED] : (flags[judged.indexOf(a)] ?? null);
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
    const eraseAfter = atOnce ? dayOf(now, zone) : monthsLater(startedOn, months);
    const waitsUntil = a.waits === undefined ? null : new Date(now + a.waits).toISOString();
    return {
      id,
      provider: a.provider,
      ref: refOf(a.provider, a.providerId, a.integration),
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
      bytes: a.seen?.bytes ?? a.bytes ?? null,
      etag: a.seen?.etag ?? null,
      due: erasureDue(eraseAfter, zone, now) ? waitsUntil : null,
      waitsUntil,
      by: a.by ?? null,
      sha256: a.seen ? a.seen.sha256 : (a.sha256 ?? null),
      announced: Number(a.announced),
      purpose: a.purpose,
      flag: flagOf(a),
      eraseAfter,
      rule: atOnce ? "outside-regions" : "retention",
      months,
      quarantined,
    };
  });
}

/** The seed of a row with each bit inverted: the audio's is not stored where it is that (migration 0165), and goes with the row's. */
const inverted = (seed: string): string =>
  seed.replaceAll(/./g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));

export function insertRows(rows: readonly NewRow[], by: string, at: string): Statement {
  const seeds = rows.map(newSalt);
  const audio = rows.map((r, i) => {
    const known = r.etag ?? r.bytes ?? r.sha256;
    const { id, bytes, sha256, etag } = r;
    return known === null
      ? null
      : firstBound(audioBound, { id, bytes, sha256, etag, ownSeed: inverted(seeds[i]!) });
  });
  const inserted = insertBound(
    recordingsBound,
    rows.map((r, i) => ({
      ...{ id: r.id, provider: r.provider, ref: r.ref, provider_id: r.providerId, number: r.number },
      ...{ agent: r.agent, direction: r.direction, started_at: r.startedAt, started_on: r.startedOn },
      ...{ seconds: r.seconds, store: r.store, object: r.object, region: r.region, bytes: r.bytes },
      ...{
        sha256: r.sha256,
        announced: r.announced,
        purpose: r.purpose,
        flag: r.flag && JSON.stringify(r.flag),
      },
      ...{ erase_after: r.eraseAfter, rule: r.rule, months: r.months, etag: r.etag, due: r.due },
      ...{ waits_until: r.waitsUntil, by: r.by ?? by, at },
      ...(audio[i]?.columns ?? noAudio),
      ownSeed: seeds[i]!,
    })),
  );
  return { ...inserted, binds: [...inserted.binds!, ...audio.flatMap((a) => (a ? [a.event] : []))] };
}
const { rev, changed, past, high, low, code } = audioBound.own;
const noAudio = { [rev]: 0, [changed]: null, [past]: null, [high]: null, [low]: null, [code]: null };

/**
 * Before anything is looked for: the statements that refuse the batch (`conflict`) if a closed recording has one of the rows' objects. Those that
 * are packed (closed/names) are looked for, and none of these may have been since.
 */
export async function ownObjects(
  { DB }: Pick<Env, "DB">,
  reports: readonly Pick<RecordingReport, "storage">[],
): Promise<(rows: readonly NewRow[]) => Statement[]> {
  const named = reports.flatMap(({ storage: { kind, key } }) =>
    key === undefined ? [] : [nameOfObject(kind, key)],
  );
  const since = await wantUnpacked(DB, packedKept, named);
  return (rows) => [since, wantFree(rows.map(({ store, object }) => [store, object]))];
}

/**
 * The answer for a recording that is registered already, erased or not, wherever its row is; null for a new one. Throws the Problem
 * `recording-elsewhere` where it is now reported in another place: the audio in one of the two would never be erased; and `archive-broken`.
 */
export async function arrivedBefore(
  env: Env,
  {
    provider,
    providerId,
    storage: { kind, key },
  }: Pick<RecordingReport, "provider" | "providerId" | "storage">,
  policy: Policy,
  integration?: string,
): Promise<RecordingArrived | null> {
  const ref = refOf(provider, providerId, integration);
  // An integration's rows from before it owned its ids have the other ref.
  const before = { ref: refOf(provider, providerId), by: integration ?? "" };
  const isIts = (line: { ref: string; by: string }) =>
    line.ref === ref || (line.ref === before.ref && line.by === before.by);
  const here = () =>
    env.DB.prepare(
      `${selectRecordings} WHERE (${refIs("r.ref", "?1")}) OR (${refIs("r.ref", "?2")} AND r.by = ?3)`,
    )
      .bind(ref, before.ref, before.by)
      .first<Row>();
  // A system may report all that it has once more: for that nothing comes back.
  const broken: Problem[] = [];
  const closed = async () => {
    const kept = keptRows<Row>(env, { refs: [ref, before.ref] }, isIts, selectRecordings);
    const rows = await kept.catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      // It may have come back from a lost file, and have a certificate by now.
      broken.push(error);
      return [];
    });
    return rows[0] ?? null;
  };
  const names = [ref, before.ref].map(nameOfRef);
  const row =
    (await here()) ?? (await closed()) ?? (await recordingIn(env, here, names, isIts, selectRecordings));
  if (!row) {
    if (broken[0]) throw broken[0];
    if (key !== undefined && (await keptObjects(env, [[kind, key]])).length > 0)
      throw new Problem("recording-object-taken");
    return null;
  }
  if (row.state !== "erased" && key !== undefined && (row.store !== kind || row.object !== key))
    throw new Problem("recording-elsewhere");
  const { id, eraseAfter, quarantined } = toRecording(row, policy);
  return { id, eraseAfter, flag: null, quarantined };
}
