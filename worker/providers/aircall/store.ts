/**
 * Recordings at Aircall. A call's audio is at a URL that expires soon, so it is asked for each time.
 * https://developer.aircall.io/api-references/#retrieve-a-call and #delete-call-recording
 */
import * as z from "zod";
import type { Env } from "../../env.ts";
import { wantPublic, wantRecipient } from "../../policy/egress.ts";
import { ask, bytesOf, expectStatus, notYet, rangeHeader, sizeOf } from "../../storage/http.ts";
import { type Store, StoreError } from "../../storage/store.ts";

/**
 * Aircall answers 60 requests a minute. An erasure takes three, and the call list needs some as well.
 * https://developer.aircall.io/api-references/#rate-limiting
 */
const PER_RUN = 16;

export const AIRCALL_HOST = "api.aircall.io";

/** Sends a request to the API's calls; `rest` follows `/v1/calls`. Null where Aircall is not configured. */
export function aircallApi(env: Env) {
  const { AIRCALL_ID: id, AIRCALL_TOKEN: token } = env;
  if (!id || !token) return null;
  return (rest: string, init: RequestInit = {}) =>
    ask(
      "aircall",
      wantRecipient(env, "provider", AIRCALL_HOST).then(() =>
        fetch(`https://${AIRCALL_HOST}/v1/calls${rest}`, {
          ...init,
          redirect: "manual",
          headers: { authorization: `Basic ${btoa(`${id}:${token}`)}` },
        }),
      ),
    );
}

const resource = z.object({
  recording: z.string().nullish(),
  started_at: z.int().optional(),
  duration: z.int().min(0).optional(),
});
const answer = z.object({ call: resource });

/** Keys are Aircall's call ids. */
export function aircallStore(env: Env): Store | null {
  const api = aircallApi(env);
  if (!api) return null;
  /** The call as Aircall has it; null where it has none. */
  const callOf = async (key: string, signal?: AbortSignal): Promise<z.infer<typeof resource> | null> => {
    const response = await api(`/${key}`, { signal: signal ?? null });
    await expectStatus("aircall", response, [200, 404]);
    const said: unknown = await response.json().catch(() => null);
    if (response.status === 404) return null;
    const { data } = answer.safeParse(said);
    if (!data) throw new StoreError("aircall: unexpected answer");
    return data.call;
  };
  /** The audio's URL; null if the call has none, or is gone. */
  const address = async (key: string, signal?: AbortSignal): Promise<string | null> =>
    (await callOf(key, signal))?.recording ?? null;
  // At a host that Aircall's answer names; it is sent nothing.
  const audio = (url: string, range: string) =>
    ask(
      "aircall",
      wantPublic(env, url).then(() => fetch(url, { headers: { range }, redirect: "manual" })),
    );
  return {
    region: env.AIRCALL_COUNTRY ?? null,
    perRun: PER_RUN,
    async read(key, range) {
      const url = await address(key);
      if (url === null) throw new StoreError("aircall: gone");
      const response = await audio(url, rangeHeader(range));
      await expectStatus("aircall", response, [200, 206]);
      return bytesOf("aircall", response, range);
    },
    async head(key, signal) {
      const url = await address(key, signal);
      if (url === null) return null;
      const response = await audio(url, "bytes=0-0");
      await expectStatus("aircall", response, [200, 206]);
      return sizeOf("aircall", response);
    },
    async tells(key) {
      const call = await callOf(key);
      if (!call?.recording) return null;
      if (call.started_at === undefined || call.duration === undefined)
        throw new StoreError("aircall: unexpected answer");
      return { startedAt: new Date(call.started_at * 1000).toISOString(), seconds: call.duration };
    },
    async erase(key, signal) {
      const response = await api(`/${key}/recording`, { method: "DELETE", signal: signal ?? null });
      const later = notYet(response, Date.now());
      if (!later) await expectStatus("aircall", response, [200, 204, 404]);
      await response.body?.cancel();
      return later;
    },
  };
}
