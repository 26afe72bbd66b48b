/**
 * Where a host is, by DNS over HTTPS: the platform has no resolver, and its fetch tells no address.
 * https://developers.cloudflare.com/1.1.1.1/encryption/dns-over-https/make-api-requests/dns-json/
 */
import { env } from "cloudflare:workers";
import * as z from "zod";
import { isPublicAddress } from "../core/addresses.ts";
import { textWithin } from "../core/outbound.ts";
import type { Env } from "../env.ts";

/** A recipient as any other: it gets hosts' names. */
export const RESOLVER = "cloudflare-dns.com";
const PATIENCE = 3000;
const MOST = 100_000;

/** `none`: there is no such host, or it has no address. `unknown`: the resolver did not say. */
export type Whereabouts = "public" | "private" | "none" | "unknown";

const [A, AAAA] = [1, 28];
const NO_ERROR = 0;
const NO_NAME = 3;
const said = z.object({
  Status: z.int(),
  Answer: z.array(z.object({ type: z.int(), data: z.string() })).default([]),
});

/** Its addresses of a kind; null where the resolver does not say. */
async function addressesOf(host: string, type: number): Promise<string[] | null> {
  try {
    const query = new URLSearchParams({ name: host, type: String(type) });
    const answer = await fetch(`https://${RESOLVER}/dns-query?${query.toString()}`, {
      headers: { accept: "application/dns-json" },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const text = await textWithin(answer, MOST);
    const read = said.safeParse(answer.ok && text !== null ? JSON.parse(text) : null);
    if (!read.success || ![NO_ERROR, NO_NAME].includes(read.data.Status)) return null;
    return read.data.Answer.filter((one) => one.type === type).map(({ data }) => data);
  } catch {
    return null;
  }
}

export async function overHttps(host: string): Promise<Whereabouts> {
  const kinds = await Promise.all([A, AAAA].map((type) => addressesOf(host, type)));
  const all = kinds.flatMap((some) => some ?? []);
  if (all.some((address) => !isPublicAddress(address))) return "private";
  if (kinds.includes(null)) return "unknown";
  return all.length === 0 ? "none" : "public";
}

/** In development hosts are fictional, and nobody is asked. Replaced in tests. */
export const resolver = {
  ask: (host: string): Promise<Whereabouts> =>
    (env as Partial<Env>).LOCAL_REGION ? Promise.resolve("public") : overHttps(host),
};
