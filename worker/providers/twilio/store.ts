/**
 * Recordings at Twilio, read and erased through its REST API.
 * https://www.twilio.com/docs/voice/api/recording, https://www.twilio.com/docs/global-infrastructure
 */
import * as z from "zod";
import type { Env } from "../../env.ts";
import { wantRecipient } from "../../policy/egress.ts";
import { ask, bytesOf, expectStatus, notYet, rangeHeader, sizeOf } from "../../storage/http.ts";
import { type Store, StoreError } from "../../storage/store.ts";

/** By TWILIO_REGION: the country of an account's data, and the API's host there. */
const regions: Readonly<Record<string, readonly [country: string, host: string]>> = {
  us1: ["US", "api.twilio.com"],
  ie1: ["IE", "api.dublin.ie1.twilio.com"],
  au1: ["AU", "api.sydney.au1.twilio.com"],
};

/** The account's country, and `send` for a path below the account. Null where Twilio is not configured. */
export function twilioApi(env: Env) {
  const { TWILIO_ACCOUNT_SID: account, TWILIO_AUTH_TOKEN: token } = env;
  const region = regions[env.TWILIO_REGION ?? "us1"];
  if (!account || !token || !region) return null;
  const [country, host] = region;
  return {
    country,
    host,
    send: (path: string, init: RequestInit = {}) =>
      ask(
        "twilio",
        wantRecipient(env, "provider", host).then(() =>
          fetch(`https://${host}/2010-04-01/Accounts/${account}/${path}`, {
            ...init,
            redirect: "manual",
            headers: { authorization: `Basic ${btoa(`${account}:${token}`)}`, ...init.headers },
          }),
        ),
      ),
  };
}

/** https://www.twilio.com/docs/voice/api/recording#recording-properties */
const resource = z.object({ status: z.string(), start_time: z.string(), duration: z.string() });

/** Keys are recording SIDs. */
export function twilioStore(env: Env): Store | null {
  const api = twilioApi(env);
  if (!api) return null;
  const audio = (key: string, range: string, signal?: AbortSignal) =>
    api.send(`Recordings/${key}.mp3`, { headers: { range }, signal: signal ?? null });
  return {
    region: api.country,
    async read(key, range) {
      const response = await audio(key, rangeHeader(range));
      await expectStatus("twilio", response, [200, 206]);
      return bytesOf("twilio", response, range);
    },
    async head(key, signal) {
      const response = await audio(key, "bytes=0-0", signal);
      await expectStatus("twilio", response, [200, 206, 404]);
      if (response.status !== 404) return sizeOf("twilio", response);
      await response.body?.cancel();
      return null;
    },
    async tells(key) {
      const response = await api.send(`Recordings/${key}.json`);
      await expectStatus("twilio", response, [200, 404]);
      const said: unknown = await response.json().catch(() => null);
      if (response.status === 404) return null;
      const { data } = resource.safeParse(said);
      const began = Date.parse(data?.start_time ?? "");
      if (!data || Number.isNaN(began)) throw new StoreError("twilio: unexpected answer");
      if (data.status !== "completed") return null;
      const seconds = Math.max(0, Math.trunc(Number(data.duration) || 0));
      return { startedAt: new Date(began).toISOString(), seconds };
    },
    async erase(key, signal) {
      const response = await api.send(`Recordings/${key}.json`, { method: "DELETE", signal: signal ?? null });
      const later = notYet(response, Date.now());
      if (!later) await expectStatus("twilio", response, [204, 404]);
      await response.body?.cancel();
      return later;
    },
  };
}
