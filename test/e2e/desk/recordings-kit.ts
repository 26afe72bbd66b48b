/** For the tests of recordings: a Worker of their own with stores, an integration that registers recordings, and recordings. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll } from "vitest";
import {
  addIntegration,
  addPerson,
  call,
  hoursAgo,
  type Identity,
  type Role,
} from "../../../scripts/lib/seed.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { Recording, RecordingArrived, RecordingRequest } from "../../../shared/recordings/api.ts";
import { changePolicy } from "../kit/policy.ts";
import { get, own, withOwnWorker } from "./own-worker.ts";

/** The integration's token: only integrations register recordings. */
export let dialler: string;
/** The token of a manager, who saves policies that Ada approves. */
let saver: string;

/** An S3 store that says what lies below old/, and otherwise does not answer. */
const store = createServer(({ method, url }, response) => {
  if (method !== "HEAD" || !url?.includes("/old/")) return void response.destroy();
  response.writeHead(200, { "content-type": "audio/mpeg", "content-length": 3, etag: '"one"' }).end();
});
await new Promise<void>((listening) => store.listen(0, "127.0.0.1", listening));
// The files of a lane share this module: one that closed it would close it for the next.
store.unref();
const { port } = store.address() as AddressInfo;

const HOOK_TOKEN = "hook-token";

/** Called once in a file. */
export function withStores(who: Identity & { role: Role }): void {
  // And a provider that stores its recordings abroad.
  const s3 = { ENDPOINT: `http://127.0.0.1:${port}`, BUCKET: "b", REGION: "r", KEY_ID: "k", SECRET: "s" };
  withOwnWorker(who, {
    ...Object.fromEntries(Object.entries(s3).map(([name, value]) => [`S3_${name}`, value])),
    ...{ S3_COUNTRY: "GB", AIRCALL_ID: "id", AIRCALL_TOKEN: "token", AIRCALL_COUNTRY: "IE" },
    AIRCALL_HOOK_TOKEN: HOOK_TOKEN,
  });
  beforeAll(async () => {
    dialler = await addIntegration(own.worker.url, own.admin);
    const mo = { name: "Mo Manager", email: "mo@example.com", role: "manager" } as const;
    saver = await addPerson(own.worker.url, own.admin, mo);
  });
}

export const one = (id: string) => get<Recording>(`/v1/recordings/${id}`);
export const savePolicy = (recording: Partial<Policy["recording"]>): Promise<number> =>
  changePolicy(own.worker.url, { saves: saver, approves: own.admin }, (policy) => ({
    ...policy,
    recording: { ...policy.recording, ...recording },
  }));

let calls = 0;
export const recording = (given: Partial<RecordingRequest> = {}): RecordingRequest => ({
  provider: "dialler",
  providerId: `call-${++calls}`,
  number: "+442079460958",
  agent: "ann@example.com",
  direction: "outbound",
  startedAt: hoursAgo(3),
  seconds: 60,
  storage: { kind: "r2" },
  announced: true,
  purpose: "quality",
  ...given,
});
/** Aircall reports one that it keeps. */
export const aircallReports = (raw_digits: string): Promise<RecordingArrived> =>
  call<RecordingArrived>(own.worker.url, null, "POST", "/v1/hooks/aircall", {
    ...{ event: "call.ended", token: HOOK_TOKEN },
    data: {
      ...{ id: 42, direction: "outbound", duration: 60, raw_digits, recording: "https://audio.example/42" },
      started_at: Math.floor(Date.parse(hoursAgo(3)) / 1000),
      user: { email: "ann@example.com" },
    },
  });
/** Tries an import, and then does it. */
export async function importAll(rows: readonly RecordingRequest[]): Promise<void> {
  for (const dryRun of [true, false])
    await call(own.worker.url, own.admin, "POST", "/v1/recordings/import", { dryRun, rows });
}
/** Registers one, and returns its id. */
export const arrive = async (given?: Partial<RecordingRequest>): Promise<string> =>
  (await call<RecordingArrived>(own.worker.url, dialler, "POST", "/v1/recordings", recording(given))).id;
