/** What closed of a number comes back into the database before a proof reads it, and nothing of it closes meanwhile. */
import { HOUR } from "../../shared/core/time.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { dialsKind } from "../dials/closed/lines.ts";
import { recall } from "../dials/closed/read.ts";
import { dialFrom } from "../dials/row-number.ts";
import type { Env } from "../env.ts";
import { withKept } from "../recordings/closed/recalled.ts";
import { undisturbed } from "../storage/closed/read.ts";

/**
 * Reads dials and calls of a period (ISO 8601, the end is exclusive), and all recordings. Throws the Problems `archive-broken`, and `conflict`
 * where months go on closing.
 */
export function withNumber<T>(
  env: Env,
  e164: string,
  { start, end }: { start: string; end: string },
  read: () => Promise<T>,
): Promise<T> {
  // A logged call that began in time may be with a dial that came a little before, or after.
  const moved = (at: string, ms: number) => dialFrom(new Date(Date.parse(at) + ms).toISOString());
  const [lower, upper] = [moved(start, -HOUR), moved(end, HOUR)];
  return undisturbed(env.DB, dialsKind, { lower, upper }, async () => {
    await recall(env, [e164], [lower, upper]);
    return withKept(env, { numbers: [numberOf(e164)] }, read);
  });
}
