/**
 * Whether an address is the one that was added. The trail says so of each from the first on, and nothing is sent where it does not:
 * whoever owns the database can put an address there, or alter one.
 */
import { sha256Hex } from "../../shared/core/sha256.ts";
import { commitmentOf } from "../../shared/trail/chain.ts";
import type { Env } from "../env.ts";
import { isSaid, type Said, stillSaid } from "../trail/agreed.ts";
import { lastSaid } from "../trail/archived/last-said.ts";
import { dueUntil } from "../trail/erased.ts";
import { withPayloads } from "../trail/rows.ts";

interface Address {
  id: string;
  url: string;
}
const ADDED = "webhook.added";

/** What the trail binds of an address, as the payload of `webhook.added` is erased by its time. */
export const saidOf = ({ id, url }: Address): Said => ({
  row: `webhooks/${id}`,
  root: sha256Hex(`webhook v1 ${JSON.stringify([id, url])}`),
});
/** The same of one that is removed: it is sent nothing, should it be there again. */
export const saidRemoved = (id: string): Said => saidOf({ id, url: "" });

/**
 * `isSealed`: its secret was sealed with this address. `unread` where an archive that may say it was not read yet, or cannot be now: it
 * waits, as nobody can tell.
 */
export async function isAsSaid(env: Env, hook: Address, isSealed: boolean): Promise<boolean | "unread"> {
  const is = (await isSaid(env, saidOf(hook), null)) ?? (isSealed ? true : null);
  if (is !== null) return is;
  const { urls, isUnread } = await addedUrls(env, [hook.id]);
  const url = urls.get(hook.id)?.url ?? null;
  if (url !== null) return url === hook.url;
  return isUnread || (await stillSaid(env, saidOf(hook))) === "unread" ? "unread" : false;
}

/**
 * Of these ids, the addresses that the trail says were added and not removed since, with the moment (ISO 8601); `url` is null where
 * the payload that says it is not there, or is altered.
 */
async function addedUrls(
  env: Env,
  ids: readonly string[],
  objects?: number,
): Promise<{ urls: Map<string, { at: string; url: string | null }>; isUnread: boolean }> {
  const { said, isUnread = false } = await lastSaid(env, ids, [ADDED, "webhook.removed"], objects);
  const added = [...said.values()].filter(({ code }) => code === ADDED);
  const rows = await withPayloads(env, added);
  const urls = new Map(
    rows.map(({ subject, at, salt, payload, commitment }) => {
      const isWhole = payload !== null && commitmentOf(salt ?? "", payload) === commitment;
      return [subject, { at, url: isWhole ? (JSON.parse(payload) as Address).url : null }];
    }),
  );
  return { urls, isUnread };
}

/**
 * For the adoption (trail/adopt.ts): addresses of before that the trail binds in no other way than by `webhook.added`. One whose payload
 * is gone, as its time is over, is taken as it is now. `now` in milliseconds.
 */
export async function addedBefore(env: Env, now: number): Promise<Said[]> {
  const { results } = await env.DB.prepare(
    "SELECT id, url FROM webhooks WHERE deleted_at IS NULL ORDER BY id",
  ).all<Address>();
  const due = await dueUntil(env.DB, now, "auditPayloadMonths");
  const ids = results.map(({ id }) => id);
  const { urls: added } = await addedUrls(env, ids, Infinity);
  const said: Said[] = [];
  for (const hook of results) {
    const one = added.get(hook.id);
    const isTheirs = one && (one.url === null ? Date.parse(one.at) < due : one.url === hook.url);
    if (isTheirs && (await isSaid(env, saidOf(hook), null)) === null) said.push(saidOf(hook));
  }
  return said;
}

/** For the adoption too: those that were removed before, as the trail binds nothing of that. None is there again by its sealed copy. */
export async function removedBefore(db: D1Database): Promise<Said[]> {
  const { results } = await db
    .prepare("SELECT id FROM webhooks WHERE deleted_at IS NOT NULL ORDER BY id")
    .all<{ id: string }>();
  return results.map(({ id }) => saidRemoved(id));
}
