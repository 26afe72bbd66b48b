/**
 * Aircall's `call.ended`, sent half a minute after a call, with its recording. It has no signature: the `token` in its
 * body must equal the webhook's. Aircall disables a webhook after ten failures in a row.
 * https://developer.aircall.io/docs/webhooks-overview, https://developer.aircall.io/api-references/#call
 */
import * as z from "zod";
import { sameSecret } from "../../core/hmac.ts";
import type { Recorded } from "../../call-logs/recorded.ts";
import { invalid } from "../../core/errors.ts";
import { nameOf } from "../call-list.ts";
import { addressSays, type Hook, jsonOf } from "../hook.ts";

const signature = z.object({ token: z.string() });
const event = z.object({
  event: z.string(),
  data: z.object({
    id: z.int(),
    direction: z.enum(["inbound", "outbound"]),
    started_at: z.int(),
    duration: z.int().min(0),
    raw_digits: z.string().nullish(),
    recording: z.string().nullish(),
    user: z.object({ email: z.string().nullish(), name: z.string().nullish() }).nullish(),
  }),
});

export const aircall: Hook = {
  configured: (env) => Boolean(env.AIRCALL_HOOK_TOKEN),
  signed(env, { body }) {
    const { data } = signature.safeParse(jsonOf(body));
    return data !== undefined && sameSecret(data.token, env.AIRCALL_HOOK_TOKEN!);
  },
  read(_, { url, body }) {
    const sent = jsonOf(body);
    const kind = z.object({ event: z.string() }).safeParse(sent);
    if (kind.data?.event !== "call.ended") return null;
    const parsed = event.safeParse(sent);
    if (!parsed.success) throw invalid(parsed.error);
    const { data: call } = parsed.data;
    if (!call.recording) return null;
    const id = String(call.id);
    const agent = nameOf(call.user?.email ?? call.user?.name);
    const reported: Recorded = {
      provider: "aircall",
      providerId: id,
      number: call.raw_digits ?? null,
      ...(agent ? { agent } : {}),
      direction: call.direction,
      startedAt: new Date(call.started_at * 1000).toISOString(),
      seconds: call.duration,
      storage: { kind: "aircall", key: id },
      call: id,
      ...addressSays(url),
    };
    return { ...reported, whole: () => Promise.resolve(reported) };
  },
};
