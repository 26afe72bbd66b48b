/** What the tests of recordings share: a call under other bindings, a sample, and stores that can be told to misbehave. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject, vi } from "vitest";
import type { RecordingRequest } from "../../shared/api-recordings.ts";
import type { Policy } from "../../shared/policy.ts";
import type { Env } from "../../worker/env.ts";
import { app } from "../../worker/index.ts";
import { anAddress, call, type Call } from "./helpers.ts";

/** The real S3-compatible server of test/s3-gate.ts, as if it stood in London. */
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

type Sent = Omit<Call, "raw"> & { raw?: BodyInit };

/** One request under bindings of its own, and all that it leaves to be done after the answer. */
export async function under(
  own: Env,
  method: string,
  path: string,
  { token, body, raw, headers = {} }: Sent = {},
) {
  const context = createExecutionContext();
  const sent = raw ?? (body === undefined ? null : JSON.stringify(body));
  const response = await app.fetch(
    new Request(`https://cleardial.test${path}`, {
      method,
      headers: {
        ...anAddress(),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: sent,
    }),
    own,
    context,
  );
  const bytes = new Uint8Array(await response.arrayBuffer());
  await waitOnExecutionContext(context);
  const isJson = /[/+]json/.test(response.headers.get("content-type") ?? "");
  const data: unknown = isJson ? JSON.parse(new TextDecoder().decode(bytes)) : null;
  return { status: response.status, headers: response.headers, data, bytes };
}

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

/** Registers one and answers its id. */
export async function arrive(own: Env, token: string, body: RecordingRequest): Promise<string> {
  const { status, data } = await under(own, "POST", "/v1/recordings", { token, body });
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(data)}`);
  return (data as { id: string }).id;
}

/** Saves the policy with other clauses about recordings. */
export async function saveRecording(token: string, recording: Partial<Policy["recording"]>): Promise<void> {
  const { data } = await call("GET", "/v1/policy", { token });
  const { policy, version } = data as { policy: Policy; version: number };
  const saved = await call("PUT", "/v1/policy", {
    token,
    body: { policy: { ...policy, recording: { ...policy.recording, ...recording } }, why: "test" },
    headers: { "if-match": `"${version}"` },
  });
  if (saved.status !== 200) throw new Error(JSON.stringify(saved.data));
}

/** Answers some of the Worker's requests instead of the network: null lets one through. */
export function standIn(answer: (request: Request) => Promise<Response | null> | Response | null): void {
  const real = globalThis.fetch;
  vi.stubGlobal("fetch", async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init);
    return (await answer(request.clone())) ?? real(request);
  });
}
