/** Sends one mail: by Cloudflare's binding, or an HTTP API with Resend's request format. */
import type { Env } from "../env.ts";
import { wantRecipient } from "../policy/egress.ts";
import type { Rendered } from "./render.ts";
import type { Service } from "./settings.ts";

/** The host that a mail goes to; empty for Cloudflare's own service. */
export const hostOf = (service: Service): string => (service.via === "http" ? new URL(service.url).host : "");

/** Sends one mail. `id`, the same in every try, is the idempotency key. Throws an Error with the service's answer. */
export async function deliver(
  env: Env,
  service: Service,
  id: string,
  to: string,
  mail: Rendered,
): Promise<void> {
  const { from } = service;
  await wantRecipient(env, "mail", hostOf(service));
  if (service.via === "binding") {
    const named = /^\s*(.*?)\s*<([^<>]+)>\s*$/.exec(from);
    const sender = named?.[2] === undefined ? from : { name: named[1] || "ClearDial", email: named[2] };
    await env.EMAIL!.send({ from: sender, to, ...mail });
    return;
  }
  const answer = await fetch(service.url, {
    method: "POST",
    // A redirect would hand address and text to a host that is no recipient.
    redirect: "manual",
    headers: {
      authorization: `Bearer ${service.token}`,
      "content-type": "application/json",
      "idempotency-key": id,
    },
    body: JSON.stringify({ from, to: [to], ...mail }),
    signal: AbortSignal.timeout(20_000),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${(await answer.text()).slice(0, 200)}`);
  await answer.body?.cancel();
}
