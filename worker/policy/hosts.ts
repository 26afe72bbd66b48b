/**
 * Hosts are looked up before they are sent to, and again each hour: a public name may lead into a private network. Where the
 * resolver does not answer, what it said last counts for a day, so that its failure stops nothing. What it never said to be public is
 * sent nothing.
 */
import { DAY, HOUR, MINUTE } from "../../shared/core/time.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { isPublicAddress } from "../core/addresses.ts";
import { Problem } from "../core/errors.ts";
import { isLocalhost } from "../core/outbound.ts";
import { resolver, type Whereabouts } from "./resolver.ts";

/** For so long no answer, and a bad one, is not asked for again. */
const AGAIN = 5 * MINUTE;

/** Nothing was sent. */
export class HostRefused extends Error {
  constructor(host: string, why: string) {
    super(`${host}: ${why}`);
    this.name = "HostRefused";
  }
}

export interface Looked {
  host: string;
  whereabouts: Whereabouts;
  /** When that was said. */
  at: string;
  /** When it was asked last. */
  tried_at: string;
}
export const selectLooked = "SELECT host, whereabouts, at, tried_at FROM hosts WHERE host = ?";

export const nameIn = (host: string): string => new URL(`http://${host}`).hostname;

/**
 * Throws HostRefused where a host is not on the public internet. `before` is its row; `may` throws where the resolver is sent
 * nothing. `now` in milliseconds.
 */
export async function wantPublicHost(
  db: D1Database,
  host: string,
  before: Looked | null,
  may: () => Promise<void>,
  now: number,
): Promise<void> {
  const ago = (time: string) => now - Date.parse(time);
  const settled = before?.whereabouts === "public" && before.at === before.tried_at;
  const due = !before || ago(before.tried_at) >= (settled ? HOUR : AGAIN);
  const { whereabouts, at } = due ? await look(db, host, before, may, now) : before;
  if (whereabouts === "private" || whereabouts === "none") throw new HostRefused(host, details[whereabouts]);
  if (whereabouts === "unknown") throw new HostRefused(host, details.neverLooked);
  if (ago(at) >= DAY) throw new HostRefused(host, details.unlooked);
}

async function look(
  db: D1Database,
  host: string,
  before: Looked | null,
  may: () => Promise<void>,
  now: number,
): Promise<Looked> {
  const found = await asked(host, may);
  const time = new Date(now).toISOString();
  const said = found === "unknown" && before ? before : { whereabouts: found, at: time };
  const row = { host, whereabouts: said.whereabouts, at: said.at, tried_at: time };
  await db
    .prepare(
      `INSERT INTO hosts (host, whereabouts, at, tried_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT DO UPDATE SET whereabouts = ?2, at = ?3, tried_at = ?4`,
    )
    .bind(row.host, row.whereabouts, row.at, row.tried_at)
    .run();
  return row;
}

async function asked(host: string, may: () => Promise<void>): Promise<Whereabouts> {
  if (/^[\d.]+$|^\[/.test(host)) return isPublicAddress(host.replace(/^\[|\]$/g, "")) ? "public" : "private";
  return (
    (await may().then(
      () => resolver.ask(host),
      () => null,
    )) ?? "unknown"
  );
}

/** Where somebody enters a host: throws `invalid` where it is known not to be on the public internet. Asks each time. */
export async function wantHostAt(
  db: D1Database,
  path: string,
  host: string,
  may: () => Promise<void>,
  now: number,
): Promise<void> {
  if (host === "" || isLocalhost(new URL(`http://${host}`))) return;
  const name = nameIn(host);
  const before = await db.prepare(selectLooked).bind(name).first<Looked>();
  const { whereabouts } = await look(db, name, before, may, now);
  if (whereabouts === "private" || whereabouts === "none")
    throw new Problem("invalid", undefined, [{ path, message: `${name}: ${details[whereabouts]}` }]);
}
