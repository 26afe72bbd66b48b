/**
 * The register of call recordings: how one arrives, and how it is found again. Audio is opened in audio.ts,
 * erased in erasure.ts; providers report by hooks.ts.
 */
import * as z from "zod";
import {
  recordingArrived,
  type RecordingArrived,
  recordingRequest,
  recordingsAnswer,
  recordingSchema,
  recordingsQuery,
  recordingsState,
  type RecordingsState,
  storeKind,
} from "../../shared/recordings/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { around, dayOf } from "../../shared/recordings/retention.ts";
import { fill } from "../../shared/texts/language.ts";
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { storeTexts } from "../../shared/texts/recordings/stores.en.ts";
import { commit, opened } from "../core/commit.ts";
import { callsOf } from "../call-logs/recorded.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { hookOf } from "../providers/hooks.ts";
import { wantNumber } from "../core/numbers.ts";
import { currentPolicy } from "../policy/current.ts";
import {
  allowedRegions,
  type Arrival,
  heldOnes,
  insertRows,
  isAllowed,
  outsideOf,
  payloadOf,
  planRows,
  refOf,
  type Row,
  selectRecordings,
  toRecording,
} from "./rows.ts";
import { lengthened } from "./retention.ts";
import { body, json, room, route } from "../core/route.ts";
import { storeOf } from "../storage/index.ts";
import { DAY } from "../../shared/time.ts";

/** Clocks differ; more than that is a mistake. */

/** What is reported, with its number in E.164. Throws where it cannot be so, or where its store is not configured. */
export function wantArrival(env: Env, report: Arrival, policy: Policy, now: number): Arrival {
  if (Date.parse(report.startedAt) > now + DAY)
    throw new Problem("invalid", undefined, [{ path: "startedAt", message: details.recordingLater }]);
  const { kind } = report.storage;
  if (!storeOf(env, kind)) throw new Problem("store-unknown", fill(details.noStore, { kind }));
  const { number } = report;
  return {
    ...report,
    number: number === null ? null : wantNumber(number, policy.numbers.defaultRegion),
  };
}

/** What an integration sends can be stored elsewhere yet: outside the regions it is refused. */
function wantRegion(env: Env, { storage: { kind } }: Arrival, policy: Policy): void {
  const region = storeOf(env, kind)?.region ?? null;
  if (isAllowed(policy, region)) return;
  const regions = policy.recording.regions.join(", ");
  const detail =
    region === null
      ? fill(details.regionUnknown, { kind, regions })
      : fill(details.regionIs, { kind, region, regions });
  throw new Problem("storage-region", detail);
}

export const recordings = room();

recordings.openapi(
  route({
    method: "post",
    path: "/v1/recordings",
    roles: ["agent", "manager", "compliance"],
    // A person who may name any object and any day could have evidence erased by the next retention run.
    only: "integration",
    summary:
      "Registers a recording, and says when it is erased; one that is registered already is answered as it is. A store " +
      "outside the policy's regions is refused (storage-region)",
    request: { body: body(recordingRequest) },
    responses: {
      200: json(recordingArrived, "It was registered already"),
      201: json(recordingArrived),
    },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    const now = Date.now();
    const { policy } = await currentPolicy(c.env.DB);
    // Its word is signed: nobody else takes the place of one of its recordings.
    if (hookOf(c.env, asked.provider))
      throw new Problem("invalid", undefined, [{ path: "provider", message: details.byWebhook }]);
    const known = await arrivedBefore(c.env.DB, asked, policy);
    if (known) return c.json(known, 200);
    const arrival = wantArrival(c.env, asked, policy, now);
    wantRegion(c.env, arrival, policy);
    const [row] = await planRows(c.env, [arrival], now);
    const { id, eraseAfter, flag, quarantined } = row!;
    const by = c.get("actor")!.id;
    return commit(
      c,
      { code: "recording.added", subject: id, payload: payloadOf(row!) },
      [
        insertRows([row!], by, new Date(now).toISOString()),
        ...(await callsOf(c.env, [arrival], policy, by, now)),
      ],
      { status: 201, body: { id, eraseAfter, flag, quarantined } },
    ).catch(async (error: unknown) => {
      // The same recording was reported at the same moment: that one's answer is the answer.
      const theirs = error instanceof Problem && (await arrivedBefore(c.env.DB, asked, policy));
      if (!theirs) throw error;
      return c.json(theirs, 200);
    });
  },
);

/**
 * The answer for one that is in the register, also where it was erased since. Throws where it lies somewhere else than is
 * said now: one of the two would never be erased.
 */
export async function arrivedBefore(
  db: D1Database,
  { provider, providerId, storage: { kind, key } }: Pick<Arrival, "provider" | "providerId" | "storage">,
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

recordings.openapi(
  route({
    method: "get",
    path: "/v1/recordings",
    roles: ["manager", "compliance", "admin"],
    summary:
      "Recordings that are kept, newest first: by number, agent, day and about what time. That they were looked at stands in the trail",
    request: { query: recordingsQuery },
    responses: { 200: json(recordingsAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    if (query.time !== undefined && query.date === undefined)
      throw new Problem("invalid", undefined, [{ path: "date", message: details.timeWantsDate }]);
    const { policy } = await currentPolicy(c.env.DB);
    const wanted = conditions(query, policy);
    await opened(c, "recordings", query);
    const { results } = await c.env.DB.prepare(
      `${selectRecordings} WHERE ${["r.state <> 'erased'", ...wanted.map(([condition]) => condition)].join(" AND ")}
       ORDER BY r.started_at DESC, r.id DESC LIMIT ?`,
    )
      .bind(...wanted.flatMap(([, ...params]) => params), query.limit)
      .all<Row>();
    const last = results[query.limit - 1];
    return c.json(
      {
        recordings: results.map((row) => toRecording(row, policy)),
        next: last ? `${last.startedAt}|${last.id}` : null,
      },
      200,
    );
  },
);

type Condition = [condition: string, ...params: string[]];

/** Only the filters that are asked for stand in the statement, so that each finds its index. */
function conditions(query: z.infer<typeof recordingsQuery>, policy: Policy): Condition[] {
  const { number, agent, date, time, provider, show, after } = query;
  const found: Condition[] = [];
  if (number !== undefined) {
    const e164 = wantNumber(number, policy.numbers.defaultRegion);
    found.push(["r.number = CAST(? AS INTEGER)", String(numberOf(e164))]);
  }
  if (agent !== undefined) found.push(["r.agent = ?", agent]);
  if (date !== undefined) {
    const { matchWindowMinutes } = policy.requests;
    const [from, to] = around(date, time, matchWindowMinutes, zoneOfPolicy(policy));
    found.push([`r.started_at >= ? AND r.started_at ${time === undefined ? "<" : "<="} ?`, from, to]);
  }
  if (provider !== undefined) found.push(["r.provider = ?", provider]);
  if (show === "flagged") found.push(["r.flag IS NOT NULL"]);
  if (show === "held") found.push(["hold IS NOT NULL"]);
  if (show === "failing") found.push(["r.failures > 0"]);
  if (show === "quarantined") found.push([outsideOf("?"), allowedRegions(policy)]);
  const [at, id] = after?.split("|") ?? [];
  if (at && id) found.push(["(r.started_at, r.id) < (?, ?)", at, id]);
  return found;
}

recordings.openapi(
  route({
    method: "get",
    path: "/v1/recordings/state",
    roles: ["manager", "compliance", "admin"],
    summary: "What of the recordings needs somebody's eye, and in which stores audio may be kept",
    responses: { 200: json(recordingsState) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const today = dayOf(Date.now(), zoneOfPolicy(policy));
    const counts = await c.env.DB.prepare(
      `SELECT COUNT(*) FILTER (WHERE ${outsideOf("?1")}) AS quarantined,
         COUNT(*) FILTER (WHERE r.flag IS NOT NULL) AS flagged,
         COUNT(*) FILTER (WHERE r.failures > 0) AS failing,
         COUNT(*) FILTER (WHERE r.erase_after < ?2 AND h.recording IS NULL) AS overdue,
         COUNT(h.recording) AS held, COUNT(*) FILTER (WHERE h.review_on <= ?2) AS holdsToReview
       FROM recordings r LEFT JOIN ${heldOnes} h ON h.recording = r.id
       WHERE r.state <> 'erased'`,
    )
      .bind(allowedRegions(policy), today)
      .first<Omit<RecordingsState, "lengthened" | "stores">>();
    const waiting = await lengthened(c.env.DB, policy);
    return c.json({ ...counts!, lengthened: waiting, stores: storesOf(c.env, policy) }, 200);
  },
);

/** What the set-up of the stores comes to under the policy, in words too. */
const storesOf = (env: Env, policy: Policy) =>
  storeKind.options.map((kind) => {
    const store = storeOf(env, kind);
    const region = store?.region ?? null;
    const allowed = isAllowed(policy, region);
    const text = !store
      ? storeTexts.none
      : region === null
        ? (storeTexts.unknown[kind] ?? "")
        : fill(allowed ? storeTexts.allowed : storeTexts.outside, {
            region,
            regions: policy.recording.regions.join(", "),
          });
    return { kind, configured: store !== null, region, allowed, text };
  });

const idParam = z.object({ id: z.string().max(60) });

/** A row by its id. Throws where there is none. */
export async function wantRecording(db: D1Database, id: string, policy: Policy) {
  const row = await db.prepare(`${selectRecordings} WHERE r.id = ?`).bind(id).first<Row>();
  if (!row) throw new Problem("not-found");
  return toRecording(row, policy);
}

recordings.openapi(
  route({
    method: "get",
    path: "/v1/recordings/{id}",
    roles: ["manager", "compliance", "admin"],
    summary: "One recording as it is registered, or what is left of its row; never its audio",
    request: { params: idParam },
    responses: { 200: json(recordingSchema) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const recording = await wantRecording(c.env.DB, c.req.valid("param").id, policy);
    await opened(c, "recording", null, recording.id);
    return c.json(recording, 200);
  },
);
