/**
 * Twilio's recording status callback, signed with the account's token over the URL and the sorted parameters. The callback
 * names neither number nor agent: we ask for the call's legs.
 * https://www.twilio.com/docs/usage/webhooks/webhooks-security
 * https://www.twilio.com/docs/voice/api/recording#recordingstatuscallback
 * https://www.twilio.com/docs/voice/api/call-resource
 */
import type * as z from "zod";
import { sameSecret, hmac } from "../../core/hmac.ts";
import { isNumber, isUser, leg, type Leg, legsAnswer } from "./calls.ts";
import type { Recorded } from "../../call-logs/recorded.ts";
import type { Env } from "../../env.ts";
import { Problem } from "../../core/errors.ts";
import type { RecordingReport } from "../../../shared/recordings/api.ts";
import { keyIn } from "../../storage/s3.ts";
import { twilioApi } from "./store.ts";
import { expectStatus } from "../../storage/http.ts";
import { StoreError } from "../../storage/store.ts";
import { nameOf } from "../call-list.ts";
import { addressSays, type Hook, type Sent } from "../hook.ts";

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
    if (!RECORDING.test(recording) || !/^(CA[0-9a-f]{32})?$/.test(call)) throw new Problem("bad-request");
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
      // A conference's recording names no call. Register it regardless: otherwise it would never be erased.
      whole: async () => ({
        ...rest,
        ...(call === ""
          ? { number: null, direction: null }
          : await partiesOf(twilioApi(env)!, call, rest.startedAt)),
      }),
    };
  },
  uploaded: (key, id) => RECORDING.test(id) && key.includes(id),
};

const RECORDING = /^RE[0-9a-f]{32}$/;

/** Twilio signs the URL with or without the default port: both forms. */
function addresses(address: string): string[] {
  const [, scheme = "", host = "", rest = ""] = /^(https?:\/\/)([^/?#]+)(.*)$/.exec(address) ?? [];
  const bare = host.replace(/:(443|80)$/, "");
  return [address, `${scheme}${bare}:${scheme === "https://" ? 443 : 80}${rest}`];
}

/** The parameters as Twilio signs them: sorted names, each followed by its sorted, distinct values. */
function parametersOf({ body }: Sent): string {
  const form = new URLSearchParams(body);
  return [...new Set(form.keys())]
    .sort()
    .map((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .flat()
    .join("");
}

/**
 * Where the audio is: at Twilio, or in the account's external bucket, after which Twilio keeps nothing:
 * https://www.twilio.com/docs/voice/recording-settings#voice-recording-external-storage
 * Throws store-unknown unless that is the configured bucket: in another one, we could not erase the audio.
 */
function placeOf(env: Env, url: string, recording: string): RecordingReport["storage"] {
  if (!URL.canParse(url)) throw new Problem("bad-request");
  if (/(^|\.)twilio\.com$/.test(new URL(url).hostname)) return { kind: "twilio", key: recording };
  const key = keyIn(env, url);
  if (key === null) throw new Problem("store-unknown");
  return { kind: "s3", key };
}

type Parties = Pick<Recorded, "number" | "agent" | "direction" | "call">;

/** Who called whom. Throws store-failed if Twilio does not answer: it sends the callback again, and we ask again. */
async function partiesOf(
  api: NonNullable<ReturnType<typeof twilioApi>>,
  sid: string,
  startedAt: string,
): Promise<Parties> {
  const read = async <S extends z.ZodType>(path: string, schema: S) => {
    const response = await api.send(path);
    await expectStatus("twilio", response, [200]);
    const read = schema.safeParse(await response.json().catch(() => null));
    if (!read.success) throw new StoreError("twilio: unexpected answer");
    return read.data;
  };
  try {
    const call = await read(`Calls/${sid}.json`, leg);
    const inbound = call.direction === "inbound" || call.direction === "trunking-originating";
    const [agent, other] = inbound ? [call.to, call.from] : [call.from, call.to];
    if (isUser(other)) {
      const { calls } = await read(`Calls.json?ParentCallSid=${sid}`, legsAnswer);
      const second = secondLeg(calls, startedAt);
      if (second)
        return { call: second.sid, number: second.to!, agent: nameOf(other)!, direction: "outbound" };
    }
    return {
      call: sid,
      number: other ?? null,
      // Only a softphone identifies an agent: a number here is the company's own.
      ...(isUser(agent) ? { agent: nameOf(agent)! } : {}),
      direction: inbound ? "inbound" : "outbound",
    };
  } catch (error) {
    throw error instanceof StoreError ? new Problem("store-failed", error.message) : error;
  }
}

/**
 * A recording names the parent leg of its call. If that is a softphone's, the child leg names the other party: of several,
 * the answered one that began last before the recording.
 */
function secondLeg(legs: readonly Leg[], startedAt: string): Leg | undefined {
  const began = ({ start_time: at }: Leg) => Date.parse(at ?? "") || 0;
  const outside = legs.filter(({ to }) => isNumber(to)).sort((a, b) => began(a) - began(b));
  const answered = outside.filter(({ status }) => status === "completed");
  const among = answered.length > 0 ? answered : outside;
  return among.findLast((one) => began(one) <= Date.parse(startedAt)) ?? among[0];
}
