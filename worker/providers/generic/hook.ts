/**
 * The company's own system, such as its dialler or a script that moves audio into the store. The body is as for
 * POST /v1/recordings, with the audio's key; `number` is null where it was withheld. `X-ClearDial-Signature: sha256=HEX`
 * is HMAC-SHA256 by HOOK_SECRET over `X-ClearDial-Timestamp` (seconds since the epoch), a full stop, and the raw body.
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { isOwnStore, recordingReport } from "../../../shared/recordings/api.ts";
import { sameSecret, hmac } from "../../core/hmac.ts";
import { problemDetails as details } from "../../../shared/texts/core/problems.en.ts";
import { invalid, Problem } from "../../core/errors.ts";
import { type Hook, jsonOf } from "../hook.ts";

/** These report theirs by their own signature. */
const own = ["twilio", "aircall"];

/** Seconds that a timestamp may be off, against replays. */
const WINDOW = 300;

export const generic: Hook = {
  configured: (env) => Boolean(env.HOOK_SECRET),
  async signed(env, { headers, body }, now) {
    const at = headers.get("x-cleardial-timestamp") ?? "";
    if (!/^\d{1,12}$/.test(at) || Math.abs(now / 1000 - Number(at)) > WINDOW) return false;
    const own = `sha256=${bytesToHex(await hmac("SHA-256", env.HOOK_SECRET!, `${at}.${body}`))}`;
    return sameSecret(own, headers.get("x-cleardial-signature") ?? "");
  },
  read(_, { body }) {
    const parsed = recordingReport.safeParse(jsonOf(body));
    if (!parsed.success) throw invalid(parsed.error);
    const { provider, storage } = parsed.data;
    const wrong = (path: string, message: string) => new Problem("invalid", undefined, [{ path, message }]);
    if (own.includes(provider)) throw wrong("provider", details.byWebhook);
    if (!isOwnStore(storage.kind)) throw wrong("storage.kind", details.ownStores);
    return { ...parsed.data, whole: () => Promise.resolve(parsed.data) };
  },
};
