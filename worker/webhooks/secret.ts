/** Webhooks' secrets: sealed for their own row, so that a copy of the database signs nothing. */
import { DAY } from "../../shared/core/time.ts";
import { canSeal, seal, unseal } from "../core/seal.ts";
import type { Env } from "../env.ts";

/** An older Worker reads the plain secret: it stays for so long after it was sealed, or where there is no key to seal it. */
export const WAY_BACK = 14 * DAY;
/** In `marks`: since when there are plain secrets and no key. */
export const PLAIN_SINCE = "plain-secrets";

export interface Kept {
  id: string;
  /** Plain, of a row that is not sealed yet or was sealed lately; else empty. */
  secret: string;
  sealed: string | null;
}
export const purposeOf = (id: string): string => `webhook:${id}`;

/** Throws connector-key where no valid key is configured. */
export const sealSecret = (env: Env, id: string, secret: string): Promise<string> =>
  seal(env, purposeOf(id), { secret });

/** Null where it was sealed under another key, is another row's, or has been plain for too long. `now` in milliseconds. */
export async function secretOf(env: Env, { id, secret, sealed }: Kept, now: number): Promise<string | null> {
  const opened = sealed !== null && canSeal(env) ? await unseal(env, purposeOf(id), sealed) : null;
  if (opened) return opened["secret"] ?? null;
  return secret === "" || (await plainRefused(env, now)) ? null : secret;
}

/** True where there is no key, and has been none for too long: a plain secret signs nothing then. */
export async function plainRefused(env: Env, now: number): Promise<boolean> {
  return !canSeal(env) && now >= ((await plainUntil(env.DB)) ?? Infinity);
}

/** Until when plain secrets sign, in milliseconds; null while nothing counts. */
export async function plainUntil(db: D1Database): Promise<number | null> {
  const since = await db
    .prepare("SELECT value FROM marks WHERE name = ?")
    .bind(PLAIN_SINCE)
    .first<string>("value");
  return since === null ? null : Date.parse(since) + WAY_BACK;
}
