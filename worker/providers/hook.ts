/** An incoming webhook: checks the provider's signature and parses its report. One file a provider. Outgoing: worker/webhooks. */
import * as z from "zod";
import { purposeSchema } from "../../shared/policy/policy.ts";
import type { Recorded } from "../call-logs/recorded.ts";
import type { Env } from "../env.ts";
import { invalid } from "../core/errors.ts";
import type { RecordingReport } from "../../shared/recordings/api.ts";

/** The raw request, as the signature is over these very bytes. */
export interface Sent {
  url: string;
  headers: Headers;
  body: string;
}

/** A reported recording and where it is. `whole` completes it, by asking the provider if need be. */
export interface Report extends Pick<RecordingReport, "provider" | "providerId" | "startedAt" | "storage"> {
  whole: () => Promise<Recorded>;
}

export interface Hook {
  /** True if its secret is configured. */
  configured: (env: Env) => boolean;
  /** True if the provider's signature is valid. `now` in milliseconds. */
  signed: (env: Env, sent: Sent, now: number) => Promise<boolean> | boolean;
  /** Null if the request reports no recording. Throws a Problem if it is malformed. */
  read: (env: Env, sent: Sent) => Report | null;
  /** True where this key of the company's S3 is of the recording that the provider uploaded there under this id. Absent where it uploads none. */
  uploaded?: (key: string, id: string) => boolean;
}

const set = z.object({ announced: z.literal("true").optional(), purpose: purposeSchema.default("quality") });

/** Facts that the provider does not know, from the webhook's URL: `?announced=true&purpose=training`. Throws invalid. */
export function addressSays(url: string): Pick<RecordingReport, "announced" | "purpose"> {
  const parsed = set.safeParse(Object.fromEntries(new URL(url).searchParams));
  if (!parsed.success) throw invalid(parsed.error);
  return { announced: parsed.data.announced === "true", purpose: parsed.data.purpose };
}

/** The body as JSON, or null. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}
