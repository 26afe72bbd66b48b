/** The heads of the trail as they lie in the archive bucket, where the database's owner cannot write. */
import type { Head } from "../../shared/trail/api.ts";
import type { Env } from "../env.ts";

/** A head as published: with the public key, so that it can be checked offline, and with the record of start.ts. */
export type HeadDocument = Head & {
  publicKey: { kty: string; crv: string; x: string } | null;
  start?: unknown;
};
export const headKey = (day: string): string => `heads/${day}.json`;

/** A day's head; null where there is none, or nothing that can be read. */
export const headIn = async (env: Pick<Env, "ARCHIVE">, day: string): Promise<HeadDocument | null> =>
  (await env.ARCHIVE.get(headKey(day)))?.json<HeadDocument>().catch(() => null) ?? null;

/** The days that have a head, the oldest first. */
export async function daysInBucket(env: Pick<Env, "ARCHIVE">): Promise<string[]> {
  const days: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await env.ARCHIVE.list({ prefix: "heads/", ...(cursor && { cursor }) });
    days.push(...page.objects.map(({ key }) => key.slice("heads/".length, -".json".length)));
    if (!page.truncated) return days;
    cursor = page.cursor;
  }
}

export async function newestHead(env: Pick<Env, "ARCHIVE">): Promise<HeadDocument | null> {
  const day = (await daysInBucket(env)).at(-1);
  return day === undefined ? null : headIn(env, day);
}
