/** From where audio and files may be opened: policy's `recording.openedFrom`, by the country that Cloudflare says of a request. */
import type { Context } from "hono";
import type { Policy } from "../../shared/policy/policy.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { record } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import type { App } from "../env.ts";

/** ISO 3166-1; null where nobody knows (XX), and for Tor (T1). */
export function countryOf({ req }: Context<App>): string | null {
  const country = (req.raw.cf as { country?: unknown } | undefined)?.country;
  return typeof country === "string" && /^[A-Z]{2}$/.test(country) && country !== "XX" ? country : null;
}

/**
 * The country of an opening, for its event. Throws `country-not-allowed` where policy names countries and this is none of
 * them, or not known; the refusal is on the trail as `opened.refused`.
 */
export async function wantCountry(
  c: Context<App>,
  { recording: { openedFrom } }: Policy,
  what: "recording-audio" | "request-file",
  subject: string,
  payload: object,
): Promise<string | null> {
  const country = countryOf(c);
  if (openedFrom.length === 0 || (country !== null && openedFrom.includes(country))) return country;
  await record(c.env, {
    // As files/routes.ts of requests: without a token it is who has a request's link.
    actor: c.get("actor")?.id ?? "requester",
    event: { code: "opened.refused", subject, payload: { what, ...payload, country } },
    statements: [],
  });
  throw new Problem("country-not-allowed", country === null ? details.countryUnknown : undefined);
}
