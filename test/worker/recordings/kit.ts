/** Shared by the tests of recordings: a sample, ways to register it, and a stand-in for the network. */
import { env } from "cloudflare:workers";
import { inject, vi } from "vitest";
import type { Recording, RecordingArrived, RecordingRequest } from "../../../shared/recordings/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { Env } from "../../../worker/env.ts";
import { callsOf } from "../../../worker/call-logs/recorded.ts";
import { record } from "../../../worker/core/commit.ts";
import { sql } from "../../../worker/core/sql.ts";
import { currentPolicy } from "../../../worker/policy/current.ts";
import { wantReport } from "../../../worker/recordings/arrival.ts";
import { insertRows, planRows } from "../../../worker/recordings/new-rows.ts";
import { storeOf } from "../../../worker/storage/index.ts";
import { DAY, integrationOfBefore, setPolicy, under } from "../helpers.ts";

/** A Worker whose store is the real S3-compatible server of test/s3-gate.ts, as if it were in London. */
export const withS3 = (): Env => {
  const { endpoint, bucket, region, keyId, secret } = inject("s3");
  return {
    ...env,
    S3_ENDPOINT: endpoint,
    S3_BUCKET: bucket,
    S3_FILES_BUCKET: "files",
    S3_COPIES_BUCKET: "copies",
    S3_REGION: region,
    S3_KEY_ID: keyId,
    S3_SECRET: secret,
    S3_COUNTRY: "GB",
  };
};

let samples = 0;
export const sample = (own: Partial<RecordingRequest> = {}): RecordingRequest => ({
  provider: "dialler",
  providerId: `call-${++samples}`,
  number: "+442079460958",
  agent: "ann@example.com",
  direction: "outbound",
  startedAt: new Date(Date.now() - 60_000).toISOString(),
  seconds: 252,
  storage: { kind: "r2" },
  announced: true,
  purpose: "quality",
  ...own,
});

const diallers = new Map<string, Promise<string>>();
/**
 * An integration's token, as only integrations may register recordings. One for each administrator; from before there were
 * prefixes, so that its keys may be any.
 */
export function diallerOf(admin: string): Promise<string> {
  const made =
    diallers.get(admin) ?? integrationOfBefore(admin, ["recordings:write", "calls:write"], "The dialler");
  diallers.set(admin, made);
  return made;
}

/** Stores a little audio where a report says that it is, and answers the report. */
export async function laid<R extends Pick<RecordingRequest, "storage" | "bytes">>(
  own: Env,
  report: R,
): Promise<R> {
  const { kind, key } = report.storage;
  if (key === undefined) return report;
  const bytes = new Uint8Array(report.bytes ?? 3);
  const body = new Blob([bytes]).stream().pipeThrough(new FixedLengthStream(bytes.length));
  await storeOf(own, kind)?.put?.(key, body, { size: bytes.length, type: "audio/mpeg", sha256: null });
  return report;
}

/** The Worker where objects are old: an import leaves new ones to their integration. */
export const aged = (own: Env): Env => {
  const head = async (key: string) => {
    const found = await own.RECORDINGS!.head(key);
    return found && { size: found.size, etag: found.etag, uploaded: new Date(0) };
  };
  return { ...own, RECORDINGS: { head } as unknown as R2Bucket };
};

/** Tries an import, and then does it, as one officer must. */
export async function imported(own: Env, token: string, rows: readonly unknown[]) {
  const send = (dryRun: boolean) =>
    under(own, "POST", "/v1/recordings/import", { token, body: { rows, dryRun } });
  await send(true);
  return send(false);
}

/**
 * Registers a recording by the administrator's integration, and answers its id. One of an older call without a key is
 * registered as an earlier release did it.
 */
export async function arrive(own: Env, admin: string, body: RecordingRequest): Promise<string> {
  const token = await diallerOf(admin);
  await laid(own, body);
  if (Date.parse(body.startedAt) < Date.now() - DAY) return arrivedLate(own, token, body);
  const { status, data } = await under(own, "POST", "/v1/recordings", { token, body });
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(data)}`);
  return (data as { id: string }).id;
}

async function arrivedLate(own: Env, token: string, body: RecordingRequest): Promise<string> {
  const now = Date.now();
  const { data } = await under(own, "GET", "/v1/me", { token });
  const { id: by } = (data as { person: { id: string } }).person;
  const { policy } = await currentPolicy(own.DB);
  const report = wantReport(own, body, policy, now);
  const [row] = await planRows(own, [{ ...report, integration: by }], now);
  await record(own, {
    actor: by,
    event: { code: "recording.added", subject: row!.id, payload: null },
    statements: [
      insertRows([row!], by, new Date(now).toISOString()),
      ...(await callsOf(own, [report], policy, by, now)),
    ],
  });
  return row!.id;
}

/** The recording that was registered, by the answer to its registration. */
export const recordingOf = async (own: Env, token: string, arrived: unknown): Promise<Recording> =>
  (await under(own, "GET", `/v1/recordings/${(arrived as RecordingArrived).id}`, { token }))
    .data as Recording;

/** Saves the policy with these clauses about recordings. */
export const saveRecording = (recording: Partial<Policy["recording"]>): Promise<number> =>
  setPolicy((policy) => ({ recording: { ...policy.recording, ...recording } }));

/** Answers the Worker's requests in place of the network; null lets one through. */
export function standIn(answer: (request: Request) => Promise<Response | null> | Response | null): void {
  const real = globalThis.fetch;
  vi.stubGlobal("fetch", async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init);
    return (await answer(request.clone())) ?? real(request);
  });
}

/** A recording whose day an officer brought forward, to any day, and more that its row is to say. */
export const broughtForward = (id: string, day: string, more = ""): Promise<void> =>
  record(env, {
    actor: "system",
    event: { code: "recording.erase-asked", subject: id, payload: null },
    statements: [
      sql(`UPDATE recordings SET erase_after = ?, rule = 'hand', due = NULL ${more} WHERE id = ?`, day, id),
    ],
  });
