/**
 * Webhooks' secrets: sealed for their own row, so that a copy of the database signs nothing; and with the address, so that who owns
 * the database leads no delivery elsewhere.
 */
import { DAY } from "../../shared/core/time.ts";
import { canSeal, seal, unseal } from "../core/seal.ts";
import type { Env } from "../env.ts";
import { isAsSaid } from "./added.ts";

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

/**
 * `unopened`: it was sealed under another key, is another row's, or has been plain for too long. `moved`: the address is not one
 * that was added. `unread`: nobody can tell before an archive of the trail is read. `now` in milliseconds.
 */
export async function secretOf(
  env: Env,
  hook: Kept,
  now: number,
): Promise<{ secret: string } | { why: "unopened" | "moved" | "unread" }> {
  const { id, sealed } = hook;
  const opened = sealed !== null && canSeal(env) ? await unseal(env, purposeOf(id), sealed) : null;
  const secret = opened ? opened["secret"] : (await plainRefused(env, now)) ? "" : hook.secret;
  if (!secret) return { why: "unopened" };
  const url = opened?.["url"];
  const is = (url ?? hook.url) === hook.url && (await isAsSaid(env, hook, url !== undefined));
  return is === true ? { secret } : { why: is === "unread" ? is : "moved" };
}

/** Of these ids, those of addresses that are still to be told and are not as the trail has them. */
export async function movedOf(env: Env, ids: readonly string[], now: number): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `SELECT id, url, secret, sealed FROM webhooks
     WHERE deleted_at IS NULL AND id IN (SELECT value FROM json_each(?))`,
  )
    .bind(JSON.stringify(ids))
    .all<Kept>();
  const moved: string[] = [];
  for (const hook of results) {
    const opened = await secretOf(env, hook, now);
    // Until an archive is read that may say it, it stays known as it was.
    if ("why" in opened && (opened.why === "moved" || opened.why === "unread")) moved.push(hook.id);
  }
  return moved;
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
