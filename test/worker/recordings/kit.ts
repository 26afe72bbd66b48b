/** Shared by the tests of recordings: a sample, ways to register it, and a stand-in for the network. */
import { env } from "cloudflare:workers";
import { inject, vi } from "vitest";
import type { Recording, RecordingArrived, RecordingRequest } from "../../../shared/recordings/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { Env } from "../../../worker/env.ts";
import { call, setPolicy, under } from "../helpers.ts";

/** A Worker whose store is the real S3-compatible server of test/s3-gate.ts, as if it were in London. */
export const withS3 = (): Env => {
  const { endpoint, bucket, region, keyId, secret } = inject("s3");
  return {
    ...env,
    S3_ENDPOINT: endpoint,
    S3_BUCKET: bucket,
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
/** An integration's token, as only integrations may register recordings. One for each administrator. */
export function diallerOf(admin: string): Promise<string> {
  const made =
    diallers.get(admin) ??
    call("POST", "/v1/tokens", {
      token: admin,
      body: { name: "The dialler", role: "agent", until: "2099-12-31" },
    }).then(({ status, data }) => {
      if (status !== 201) throw new Error(`${status} ${JSON.stringify(data)}`);
      return (data as { token: string }).token;
    });
  diallers.set(admin, made);
  return made;
}

/** Registers a recording by the administrator's integration, and answers its id. */
export async function arrive(own: Env, admin: string, body: RecordingRequest): Promise<string> {
  const token = await diallerOf(admin);
  const { status, data } = await under(own, "POST", "/v1/recordings", { token, body });
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(data)}`);
  return (data as { id: string }).id;
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
