/**
 * What leaves goes to recipients alone: those that the policy names, and those that were there before it named any, until it
 * describes them (jobs/recipients.ts takes them over).
 */
import type { Recipient } from "../../shared/policy/policy.ts";
import { hostsOf, type RecipientKind, sayHost } from "../../shared/policy/recipients.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { Problem } from "../core/errors.ts";
import { isLocalhost, isPublic } from "../core/outbound.ts";
import { latestPolicy, type PolicyRow, readPolicy } from "./current.ts";
import { isBy, lastBound, MARK, rowOf, rowOfMark, saysTakenOver, type TakenOver } from "./taken-over.ts";
import { HostRefused, type Looked, nameIn, selectLooked, wantHostAt, wantPublicHost } from "./hosts.ts";
import { RESOLVER } from "./resolver.ts";

/**
 * In `marks`, beside MARK: for what Cloudflare sends for us, which has no host, and for what people take out. The trail says them, too
 * (taken-over.ts): a mark that somebody takes away changes nothing.
 */
export const OWN_MARK = "recipients-own";
export const EXPORTS_MARK = "recipients-exports";
/** The marks of further hosts of a recipient: where CRMs grant tokens, and what a sign-in provider's document names. */
export const FURTHER_MARKS = { connector: "recipients-tokens", "sign-in": "recipients-endpoints" } as const;
/** The mark that a host goes by. `vendor`: the host of its recipient. */
export const markOf = (kind: RecipientKind, host: string, vendor = host): string =>
  kind === "export"
    ? EXPORTS_MARK
    : host === vendor
      ? host === ""
        ? OWN_MARK
        : MARK
      : FURTHER_MARKS[kind as keyof typeof FURTHER_MARKS];

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
export const wantExport = (db: D1Database): Promise<void> =>
  wantRecipient(db, "export", "").catch((error: unknown) => {
    throw error instanceof NoRecipient ? new Problem("export-recipient") : error;
  });

/**
 * Throws unless something may be sent to this host, `name[:port]`, as a recipient of this kind: NoRecipient, or HostRefused where it
 * is not on the public internet. This machine may always be asked, as in development. No host: what Cloudflare sends for us. `vendor`:
 * the host that the recipient goes by, where this is a further one of it.
 */
export async function wantRecipient(
  db: D1Database,
  kind: RecipientKind,
  host: string,
  vendor = host,
): Promise<void> {
  const key = `${kind} ${host}`;
  const isOwn = host === "";
  if (!isOwn && isLocalhost(new URL(`http://${host}`))) return;
  if ((allowed.get(key) ?? 0) > Date.now()) return;
  const name = isOwn ? "" : nameIn(host);
  const asked = markOf(kind, host, vendor);
  const [mark, before, policies, looked] = await db.batch([
    db
      .prepare(`SELECT EXISTS (SELECT 1 FROM marks WHERE name = ?1) AS marked, ${lastBound("?2")} AS said`)
      .bind(asked, rowOfMark(asked)),
    db
      .prepare(
        `SELECT kind, host, vendor, at, ${lastBound("?3")} AS said FROM recipients_before
         WHERE kind = ?1 AND host = ?2 AND described_at IS NULL`,
      )
      .bind(kind, host, rowOf({ kind, host })),
    db.prepare(latestPolicy),
    db.prepare(selectLooked).bind(name),
  ]);
  const { marked, said } = mark!.results[0] as { marked: number; said: string | null };
  const [taken] = before!.results as unknown as (TakenOver & { said: string | null })[];
  const covered =
    (marked === 0 && said === null) ||
    // Rows of an earlier release are bound with their mark (jobs/recipients.ts).
    (taken !== undefined && (said === null || isBy(taken.said, saysTakenOver(taken)))) ||
    namesOf(readPolicy(policies!.results[0] as PolicyRow).policy.recipients).includes(key);
  if (!covered) throw new NoRecipient(kind, host);
  // The resolver's own host is fixed, and nobody could say where it is.
  if (kind !== "resolver" && !isOwn)
    await wantPublicHost(
      db,
      name,
      (looked!.results[0] as Looked | undefined) ?? null,
      mayAsk(db),
      Date.now(),
    );
  allowed.set(key, Date.now() + FRESH);
}

/** An address that an answer names, and that is sent nothing: throws HostRefused unless it is https on the public internet. */
export async function wantPublic(db: D1Database, address: string): Promise<void> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !isPublic(url)) throw new HostRefused(url?.host ?? "", details.private);
  const looked = await db.prepare(selectLooked).bind(url.hostname).first<Looked>();
  await wantPublicHost(db, url.hostname, looked, mayAsk(db), Date.now());
}

const mayAsk = (db: D1Database) => () => wantRecipient(db, "resolver", RESOLVER);

/** Where somebody enters a host, at `path`: throws `invalid` where it has no address, or one that is not public. */
export const wantReachable = (db: D1Database, path: string, host: string): Promise<void> =>
  wantHostAt(db, path, host, mayAsk(db), Date.now());
