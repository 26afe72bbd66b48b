/** The providers' incoming webhooks. To add one: its file, and a row here. */
import type { Env } from "../env.ts";
import { aircall } from "./aircall/hook.ts";
import { generic } from "./generic/hook.ts";
import type { Hook } from "./hook.ts";
import { twilio } from "./twilio/hook.ts";

const hooks: Readonly<Record<string, Hook>> = { generic, twilio, aircall };

/** A provider's webhook, or null for an unknown or unconfigured one. */
export function hookOf(env: Env, provider: string): Hook | null {
  const hook = Object.hasOwn(hooks, provider) ? hooks[provider]! : null;
  return hook?.configured(env) ? hook : null;
}
