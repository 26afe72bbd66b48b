/**
 * What leaves goes to recipients alone: those that the policy names, and those that were there before it named any, until it
 * describes them (jobs/recipients.ts takes them over).
 */
import type { Recipient } from "../../shared/policy/policy.ts";
import { hostsOf, type RecipientKind, sayHost } from "../../shared/policy/recipients.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { Problem } from "../core/errors.ts";
import { isLocalhost, isPublic } from "../core/outbound.ts";
import type { Env } from "../env.ts";
import { latestPolicy, type PolicyRow, readPolicy } from "./current.ts";
import { goesOn } from "./taken-over.ts";
import { HostRefused, type Looked, nameIn, selectLooked, wantHostAt, wantPublicHost } from "./hosts.ts";
import { RESOLVER } from "./resolver.ts";

/** What recipients are asked by: their kind, with each of their hosts. */
export const namesOf = (recipients: readonly Pick<Recipient, "kind" | "host" | "also">[]): string[] =>
  recipients.flatMap((one) => hostsOf(one).map((host) => `${one.kind} ${host}`));
/** For so long an answer counts, as an erasure asks thousands of times: a removed recipient receives no longer than that. */
const FRESH = 10_000;

/** Until when what was allowed counts, by kind and host. A refusal is asked again each time. */
const allowed = new Map<string, number>();
/** For tests: what was allowed is asked again. */
export const forgetRecipients = (): void => allowed.clear();

/** Nothing was sent: no recipient covers the host. */
export class NoRecipient extends Error {
  constructor(kind: RecipientKind, host: string) {
    super(`${sayHost(host, kind)}: not a recipient (${kind}) of the policy`);
    this.name = "NoRecipient";
  }
}

/** Whether an error says that nothing may be sent. */
export const isUnsent = (error: unknown): error is Error =>
  error instanceof NoRecipient || error instanceof HostRefused;

/** Throws the Problem `export-recipient` where nothing may be taken out. */
export const wantExport = (env: Env): Promise<void> =>
  wantRecipient(env, "export", "").catch((error: unknown) => {
    throw error instanceof NoRecipient ? new Problem("export-recipient") : error;
  });

/**
 * Throws unless something may be sent to this host, `name[:port]`, as a recipient of this kind: NoRecipient, or HostRefused where it
 * is not on the public internet. This machine may always be asked, as in development. No host: what Cloudflare sends for us. `vendor`:
 * the host that the recipient goes by, where this is a further one of it.
 */
export async function wantRecipient(
  env: Env,
  kind: RecipientKind,
  host: string,
  vendor = host,
): Promise<void> {
  const key = `${kind} ${host}`;
  const isOwn = host === "";
  if (!isOwn && isLocalhost(new URL(`http://${host}`))) return;
  if ((allowed.get(key) ?? 0) > Date.now()) return;
  const name = isOwn ? "" : nameIn(host);
  const [policies, looked] = await env.DB.batch([
    env.DB.prepare(latestPolicy),
    env.DB.prepare(selectLooked).bind(name),
  ]);
  const isNamed = namesOf(readPolicy(policies!.results[0] as PolicyRow).policy.recipients).includes(key);
  if (!isNamed && !(await goesOn(env, { kind, host }, vendor))) throw new NoRecipient(kind, host);
  // The resolver's own host is fixed, and nobody could say where it is.
  if (kind !== "resolver" && !isOwn)
    await wantPublicHost(
      env.DB,
      name,
      (looked!.results[0] as Looked | undefined) ?? null,
      mayAsk(env),
      Date.now(),
    );
  allowed.set(key, Date.now() + FRESH);
}

/** An address that an answer names, and that is sent nothing: throws HostRefused unless it is https on the public internet. */
export async function wantPublic(env: Env, address: string): Promise<void> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !isPublic(url)) throw new HostRefused(url?.host ?? "", details.private);
  const looked = await env.DB.prepare(selectLooked).bind(url.hostname).first<Looked>();
  await wantPublicHost(env.DB, url.hostname, looked, mayAsk(env), Date.now());
}

const mayAsk = (env: Env) => () => wantRecipient(env, "resolver", RESOLVER);

/** Where somebody enters a host, at `path`: throws `invalid` where it has no address, or one that is not public. */
export const wantReachable = (env: Env, path: string, host: string): Promise<void> =>
  wantHostAt(env.DB, path, host, mayAsk(env), Date.now());
