/** The two ways a mail leaves: Cloudflare's binding, or an HTTP API that takes Resend's request. */
import type { Env } from "../env.ts";
import type { Rendered } from "./letter.ts";

/** How mail leaves this deployment; null where MAIL_FROM is not set, or an API's address without its token. */
export function mailVia(env: Env): "binding" | "http" | null {
  if (!env.MAIL_FROM) return null;
  if (env.MAIL_URL) return env.MAIL_TOKEN ? "http" : null;
  return env.EMAIL ? "binding" : null;
}

/** Hands one mail over. `id` is the same in every try: a service that knows idempotency keys sends it once. */
export async function hand(env: Env, id: string, to: string, mail: Rendered): Promise<void> {
  const from = env.MAIL_FROM ?? "";
  if (mailVia(env) === "binding") {
    const named = /^\s*(.*?)\s*<([^<>]+)>\s*$/.exec(from);
    const sender = named?.[2] === undefined ? from : { name: named[1] || "ClearDial", email: named[2] };
    await env.EMAIL!.send({ from: sender, to, ...mail });
    return;
  }
  const answer = await fetch(env.MAIL_URL!, {
    method: "POST",
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
