/**
 * Webhooks' secrets: sealed for their own row, so that a copy of the database signs nothing; and with the address, so that who owns
 * the database leads no delivery elsewhere.
 */
import { sha256Hex } from "../../shared/core/sha256.ts";
import { DAY } from "../../shared/core/time.ts";
import { canSeal, seal, unseal } from "../core/seal.ts";
import type { Env } from "../env.ts";
import { isStillSaid, type Said } from "../trail/agreed.ts";

/** An older Worker reads the plain secret: it stays for so long after it was sealed, or where there is no key to seal it. */
export const WAY_BACK = 14 * DAY;
/** In `marks`: since when there are plain secrets and no key. */
export const PLAIN_SINCE = "plain-secrets";

export interface Kept {
  id: string;
  url: string;
  /** Plain, of a row that is not sealed yet or was sealed lately; else empty. */
  secret: string;
  sealed: string | null;
}
export const purposeOf = (id: string): string => `webhook:${id}`;

/** Throws connector-key where no valid key is configured. A Worker of before reads the secret alone. */
export const sealSecret = (
  env: Env,
  { id, url }: Pick<Kept, "id" | "url">,
  secret: string,
): Promise<string> => seal(env, purposeOf(id), { secret, url });

/** What the trail binds of an address, once: who kept what was sealed without it, or plain, puts that back for no other. */
export const saidOf = ({ id, url }: Pick<Kept, "id" | "url">): Said => ({
  row: `webhooks/${id}`,
  root: sha256Hex(`webhook v1 ${JSON.stringify([id, url])}`),
});
/** True also of one from before that was bound. */
export const isAsSaid = async (env: Env, hook: Kept): Promise<boolean> =>
  (await isStillSaid(env, saidOf(hook))) !== false;

/**
 * `unopened`: it was sealed under another key, is another row's, or has been plain for too long. `moved`: the address is not the one
 * that was added. `now` in milliseconds.
 */
export async function secretOf(
  env: Env,
  hook: Kept,
  now: number,
): Promise<{ secret: string } | { why: "unopened" | "moved" }> {
  const { id, url, sealed } = hook;
  const opened = sealed !== null && canSeal(env) ? await unseal(env, purposeOf(id), sealed) : null;
  const secret = opened ? opened["secret"] : (await plainRefused(env, now)) ? "" : hook.secret;
  if (!secret) return { why: "unopened" };
  const isTheirs = opened?.["url"] === undefined ? await isAsSaid(env, hook) : opened["url"] === url;
  return isTheirs ? { secret } : { why: "moved" };
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
