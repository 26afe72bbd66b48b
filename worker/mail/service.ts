/** The two mail services: Cloudflare's binding, or an HTTP API with Resend's request format. */
import type { Env } from "../env.ts";
import { wantRecipient } from "../policy/egress.ts";
import type { Rendered } from "./render.ts";

/** The configured service; null without MAIL_FROM, or with MAIL_URL but no MAIL_TOKEN. */
export function mailVia(env: Env): "binding" | "http" | null {
  if (!env.MAIL_FROM) return null;
  if (env.MAIL_URL) return env.MAIL_TOKEN ? "http" : null;
  return env.EMAIL ? "binding" : null;
}

/** The host that a mail goes to; empty for Cloudflare's own service. */
export const mailHost = (env: Env): string => (mailVia(env) === "http" ? new URL(env.MAIL_URL!).host : "");

/** Sends one mail. `id`, the same in every try, is the idempotency key. Throws an Error with the service's answer. */
export async function deliver(env: Env, id: string, to: string, mail: Rendered): Promise<void> {
  const from = env.MAIL_FROM ?? "";
  await wantRecipient(env.DB, "mail", mailHost(env));
  if (mailVia(env) === "binding") {
    const named = /^\s*(.*?)\s*<([^<>]+)>\s*$/.exec(from);
    const sender = named?.[2] === undefined ? from : { name: named[1] || "ClearDial", email: named[2] };
    await env.EMAIL!.send({ from: sender, to, ...mail });
    return;
  }
  const answer = await fetch(env.MAIL_URL!, {
    method: "POST",
    // A redirect would hand address and text to a host that is no recipient.
    redirect: "manual",
    headers: {
      authorization: `Bearer ${env.MAIL_TOKEN}`,
      "content-type": "application/json",
      "idempotency-key": id,
    },
    body: JSON.stringify({ from, to: [to], ...mail }),
    signal: AbortSignal.timeout(20_000),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${(await answer.text()).slice(0, 200)}`);
  await answer.body?.cancel();
}
