/** `POST /v1/recordings`: an integration registers a recording. Providers report theirs by provider-reports.ts. */
import {
  isOwnStore,
  recordingArrived,
  type RecordingReport,
  recordingRequest,
} from "../../shared/recordings/api.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { fill } from "../../shared/texts/language.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { DAY } from "../../shared/core/time.ts";
import { callsOf } from "../call-logs/recorded.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { parseNumber } from "../core/numbers.ts";
import { body, json, room, route } from "../core/route.ts";
import type { Env } from "../env.ts";
import { sendSoon } from "../mail/outbox.ts";
import { currentPolicy } from "../policy/current.ts";
import { hookOf } from "../providers/hooks.ts";
import { storeOf } from "../storage/index.ts";
import { arrivedBefore, insertRows, isTooMany, planRows, ownObjects } from "./new-rows.ts";
import { lookAt, oldProblem, wantOwnKey } from "./objects.ts";
import { isAllowed } from "./rows.ts";

/** A provider's clock may be ahead of ours by so much; a later start is a mistake. */
const AHEAD = DAY;

/** The report with its number in E.164. Throws where it cannot be read, or the store is not configured. */
export function wantReport(env: Env, report: RecordingReport, policy: Policy, now: number): RecordingReport {
  if (Date.parse(report.startedAt) > now + AHEAD)
    throw new Problem("invalid", undefined, [{ path: "startedAt", message: details.recordingLater }]);
  const { kind } = report.storage;
  if (!storeOf(env, kind)) throw new Problem("store-unknown", fill(details.noStore, { kind }));
  const { number } = report;
  return {
    ...report,
    number: number === null ? null : parseNumber(number, policy.numbers.defaultRegion),
  };
}

/** Throws where policy allows no recordings in the store's region: an integration can still store it elsewhere. */
function wantRegion(env: Env, { storage: { kind } }: RecordingReport, policy: Policy): void {
  const region = storeOf(env, kind)?.region ?? null;
  if (isAllowed(policy, region)) return;
  const regions = policy.recording.regions.join(", ");
  const detail =
    region === null
      ? fill(details.regionUnknown, { kind, regions })
      : fill(details.regionIs, { kind, region, regions });
  throw new Problem("storage-region", detail);
}

export const recordingArrival = room();

recordingArrival.openapi(
  route({
    method: "post",
    path: "/v1/recordings",
    // People import recordings, which is tried first (import.ts).
    roles: [],
    scopes: ["recordings:write"],
    summary:
      "Registers a recording and answers the day on which it is erased. One that the integration registered already gets the " +
      "same answer. With a key, the object must be there, below the integration's prefix. A call of more than a day ago is imported " +
      "instead (recording-old). A store outside the policy's regions is refused (storage-region). " +
      "An outbound call's number counts against the integration's hour; beyond it, it is not judged (flag not-judged)",
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
    // Recordings of a provider with a webhook come by that signed webhook only: nothing else may claim their ids.
    if (hookOf(c.env, asked.provider))
      throw new Problem("invalid", undefined, [{ path: "provider", message: details.byWebhook }]);
    if (!isOwnStore(asked.storage.kind))
      throw new Problem("invalid", undefined, [{ path: "storage.kind", message: details.ownStores }]);
    const { id: by, scopes } = c.get("actor")!;
    const wantOwn = await ownObjects(c.env, [asked]);
    const known = await arrivedBefore(c.env, asked, policy, by);
    if (known) return c.json(known, 200);
    const report = wantReport(c.env, asked, policy, now);
    wantRegion(c.env, report, policy);
    const { key } = report.storage;
    const old = await oldProblem(c.env, by, report, now);
    if (old) throw old;
    if (key !== undefined) await wantOwnKey(c.env, by, report, now);
    const seen = key === undefined ? undefined : await lookAt(c.env, report);
    const unjudged = await isTooMany(c.env, c.get("actor")!, report, now);
    if (unjudged) sendSoon(c);
    const brought = { ...report, unjudged };
    const [row] = await planRows(c.env, [{ ...brought, seen, integration: by }], now);
    const { id, eraseAfter, quarantined } = row!;
    // Another request may enter the same call at the same moment.
    return retryOnConflict(async () => {
      const calls = scopes.includes("calls:write") ? await callsOf(c.env, [brought], policy, by, now) : [];
      return commit(
        c,
        { code: "recording.added", subject: id, payload: null },
        [...wantOwn([row!]), insertRows([row!], by, new Date(now).toISOString()), ...calls],
        { status: 201, body: { id, eraseAfter, flag: null, quarantined } },
      );
    }).catch(async (error: unknown) => {
      // The same recording was reported at the same moment: answer what was written for that request.
      const theirs = error instanceof Problem && (await arrivedBefore(c.env, asked, policy, by));
      if (!theirs) throw error;
      return c.json(theirs, 200);
    });
  },
);
