/** One provider's webhooks: a file a provider, which checks the signature and says what was reported. */
import * as z from "zod";
import { purposeSchema } from "../../shared/policy/policy.ts";
import type { Recorded } from "../call-logs/recorded.ts";
import type { Env } from "../env.ts";
import { invalid } from "../core/errors.ts";
import type { RecordingReport } from "../../shared/recordings/api.ts";

/** A request as it came: the signature is over these very bytes. */
export interface Sent {
  url: string;
  headers: Headers;
  body: string;
}

/** Whose recording it is and where it lies, and all of it, which the provider may have to be asked for. */
export interface Report extends Pick<RecordingReport, "provider" | "providerId" | "storage"> {
  whole: () => Promise<Recorded>;
}

export interface Hook {
  /** Its secret is configured. */
  configured: (env: Env) => boolean;
  /** Whether the provider sent it. `now` is in milliseconds. */
  signed: (env: Env, sent: Sent, now: number) => Promise<boolean> | boolean;
  /** Null where it reports no recording. Throws a Problem where it cannot be read. */
  read: (env: Env, sent: Sent) => Report | null;
}

const set = z.object({ announced: z.literal("true").optional(), purpose: purposeSchema.default("quality") });

/** What a provider does not know stands in the webhook's address: `?announced=true&purpose=training`. */
export function addressSays(url: string): Pick<RecordingReport, "announced" | "purpose"> {
  const parsed = set.safeParse(Object.fromEntries(new URL(url).searchParams));
  if (!parsed.success) throw invalid(parsed.error);
  return { announced: parsed.data.announced === "true", purpose: parsed.data.purpose };
}

/** The body as JSON; null where it is none. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}
