/**
 * Twilio's recording status callback, signed by the account's token over the address and the sorted parameters. Number
 * and agent stand in the call, which is asked for.
 * https://www.twilio.com/docs/usage/webhooks/webhooks-security
 * https://www.twilio.com/docs/voice/api/recording#recordingstatuscallback
 * https://www.twilio.com/docs/voice/api/call-resource
 */
import { sameSecret } from "../auth.ts";
import type { Env } from "../env.ts";
import { Problem } from "../errors.ts";
import type { Arrival } from "../recordings-row.ts";
import { keyIn } from "../storage/s3.ts";
import { twilioApi } from "../storage/twilio.ts";
import { expectStatus } from "../storage/http.ts";
import { StoreError } from "../storage/store.ts";
import { addressSays, type Hook, hmac, type Sent } from "./hook.ts";

export const twilio: Hook = {
  configured: (env) => twilioApi(env) !== null,
  async signed(env, sent) {
    const theirs = sent.headers.get("x-twilio-signature") ?? "";
    for (const url of addresses(sent.url)) {
      const own = await hmac("SHA-1", env.TWILIO_AUTH_TOKEN!, url + parametersOf(sent));
      if (sameSecret(btoa(String.fromCharCode(...own)), theirs)) return true;
    }
    return false;
  },
  read(env, { url, body }) {
    const form = new URLSearchParams(body);
    const said = (name: string): string => form.get(name) ?? "";
    if (said("AccountSid") !== env.TWILIO_ACCOUNT_SID) throw new Problem("hook-refused");
    // `in-progress`, `absent` and `failed` leave no audio.
    if (said("RecordingStatus") !== "completed") return null;
    const [recording, call] = [said("RecordingSid"), said("CallSid")];
    if (!/^RE[0-9a-f]{32}$/.test(recording) || !/^(CA[0-9a-f]{32})?$/.test(call))
      throw new Problem("bad-request");
    const startedAt = Date.parse(said("RecordingStartTime"));
    const rest = {
      ...addressSays(url),
      provider: "twilio",
      providerId: recording,
      startedAt: new Date(Number.isNaN(startedAt) ? Date.now() : startedAt).toISOString(),
      seconds: Math.max(0, Math.trunc(Number(said("RecordingDuration")) || 0)),
      storage: placeOf(env, said("RecordingUrl"), recording),
    };
    return {
      ...rest,
      ...(call === "" ? {} : { call }),
      // A conference's recording names no call: it is registered all the same, or nobody would ever erase it.
      whole: async () => ({
        ...rest,
        ...(call === "" ? { number: null, direction: null } : await partiesOf(twilioApi(env)!, call)),
      }),
    };
  },
};

/** Twilio signs the address with or without the port that its scheme has anyway. */
function addresses(address: string): string[] {
  const [, scheme = "", host = "", rest = ""] = /^(https?:\/\/)([^/?#]+)(.*)$/.exec(address) ?? [];
  const bare = host.replace(/:(443|80)$/, "");
  return [address, `${scheme}${bare}:${scheme === "https://" ? 443 : 80}${rest}`];
}

/** Each name with its values, sorted; of a value that is sent twice, one. */
function parametersOf({ body }: Sent): string {
  const form = new URLSearchParams(body);
  return [...new Set(form.keys())]
    .sort()
    .map((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .flat()
    .join("");
}

/**
 * With it, or in a bucket that the account was told to upload to, of which Twilio keeps nothing:
 * https://www.twilio.com/docs/voice/recording-settings#voice-recording-external-storage
 * That must be the configured one: of any other bucket nobody could say whether the audio is gone.
 */
function placeOf(env: Env, url: string, recording: string): Arrival["storage"] {
  if (!URL.canParse(url)) throw new Problem("bad-request");
  if (/(^|\.)twilio\.com$/.test(new URL(url).hostname)) return { kind: "twilio", key: recording };
  const key = keyIn(env, url);
  if (key === null) throw new Problem("store-unknown");
  return { kind: "s3", key };
}

type Parties = Pick<Arrival, "number" | "agent" | "direction">;

/** Who called whom. What Twilio cannot say now it is asked again, when it sends the callback again. */
async function partiesOf(api: NonNullable<ReturnType<typeof twilioApi>>, sid: string): Promise<Parties> {
  try {
    const response = await api.send(`Calls/${sid}.json`);
    await expectStatus("twilio", response, [200]);
    const call = await response.json<{ to: string; from: string; direction: string }>();
    const inbound = call.direction === "inbound" || call.direction === "trunking-originating";
    const agent = inbound ? call.to : call.from;
    return {
      number: inbound ? call.from : call.to,
      // An agent's softphone; a number in its place is the company's own.
      ...(/^(client|sip):/.test(agent) ? { agent: agent.slice(0, 200) } : {}),
      direction: inbound ? "inbound" : "outbound",
    };
  } catch (error) {
    throw error instanceof StoreError ? new Problem("store-failed", error.message) : error;
  }
}
