/**
 * Floods of the public form and its API, from however many networks. Each request still arrives, and an objection still holds its
 * number at once; but officers get a mail, and the requests are marked with their wave, so that officers take back the wave and
 * not what came before it. A network that sends more than one is slowed down, and nobody else: where most of a flood comes from
 * such networks, a request that is alone in its network is none of the wave.
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Context } from "hono";
import { DAY, MINUTE } from "../../../shared/core/time.ts";
import { networkOf } from "../../core/auth.ts";
import { prepare, sql, type Statement } from "../../core/sql.ts";
import { changeRows, statesOf } from "../../core/states.ts";
import type { App } from "../../env.ts";
import { mailOfficers } from "../../mail/outbox.ts";
import { statesBound } from "../bound.ts";
import { formHmac } from "./form-guard.ts";

const SECOND = 1000;
/** So many within so long are a flood. */
const MANY = 30;
const WITHIN = 10 * MINUTE;
/** So many within a day are told as well, however slowly they come. */
const MANY_A_DAY = 300;
/** The longest wait; more than this many waits no longer. */
const LONGEST = 10 * SECOND;
/** Most of the newest requests that are looked at. */
const LOOKED = 300;

/** In `marks`: when the last wave began. */
const MARK = "request-wave";

/** A request of the public on its way: the row that knows its network. */
export type Arriving = string;

const since = (now: number): string => new Date(now - WITHIN).toISOString();

/**
 * Notes whence a request comes, and waits before anything of it is written, at least `least` milliseconds: in a flood a second
 * for each other request of its network. Those that came at once all see each other. `now` in milliseconds.
 */
export async function slowed(c: Context<App>, now: number, least = 0): Promise<Arriving> {
  const db = c.env.DB;
  const id = crypto.randomUUID();
  const network = bytesToHex(await formHmac(db, networkOf(c)));
  const [, , all, own] = await db.batch<{ n: number }>([
    prepare(db, sql("DELETE FROM form_networks WHERE at <= ?", since(now))),
    prepare(
      db,
      sql(
        "INSERT INTO form_networks (id, network, at) VALUES (?, ?, ?)",
        ...[id, network, new Date(now).toISOString()],
      ),
    ),
    db.prepare("SELECT COUNT(*) AS n FROM (SELECT 1 FROM form_networks LIMIT ?)").bind(MANY + 1),
    db
      .prepare(
        "SELECT COUNT(*) AS n FROM (SELECT 1 FROM form_networks WHERE network = ? AND id <> ? LIMIT ?)",
      )
      .bind(network, id, LONGEST / SECOND),
  ]);
  const pause = Math.max(least, all!.results[0]!.n > MANY ? own!.results[0]!.n * SECOND : 0);
  if (pause > 0) await new Promise((done) => setTimeout(done, pause));
  return id;
}

export interface Flood {
  /** When the wave began; null where there is none, or where the request is none of it. */
  wave: string | null;
  statements: Statement[];
}

/** What request `id` of the public meets. `now` is in milliseconds. */
export async function floodAt(db: D1Database, arriving: Arriving, id: string, now: number): Promise<Flood> {
  const at = new Date(now).toISOString();
  const lately = "SELECT wave FROM requests WHERE by = 'public' AND at > ?1 ORDER BY at DESC LIMIT ?2";
  const [, waves, networks, today] = (await db.batch([
    // One wave, however many begin it at once. It lasts while any of it is of the last minutes.
    prepare(
      db,
      sql(
        `INSERT INTO marks (name, value) SELECT '${MARK}', ?3 WHERE (SELECT COUNT(*) FROM (${lately})) >= ?4
         ON CONFLICT (name) DO UPDATE SET value = excluded.value
         WHERE value <= ?1 AND NOT EXISTS (SELECT 1 FROM (${lately}) WHERE wave IS NOT NULL)`,
        ...[since(now), LOOKED, at, MANY],
      ),
    ),
    db
      .prepare(
        `SELECT COUNT(*) AS n, COUNT(wave) AS marked, (SELECT value FROM marks WHERE name = '${MARK}') AS wave FROM (${lately})`,
      )
      .bind(since(now), LOOKED),
    db
      .prepare(
        `SELECT COUNT(*) FILTER (WHERE k = 1) AS alone, SUM(k) AS sent, MAX(IIF(own, k, 0)) AS own FROM (
           SELECT COUNT(*) AS k, network = (SELECT network FROM form_networks WHERE id = ?1) AS own FROM (
             SELECT network FROM form_networks WHERE request IS NOT NULL OR id = ?1 ORDER BY at DESC LIMIT ?2)
           GROUP BY network)`,
      )
      .bind(arriving, LOOKED),
    db
      .prepare("SELECT COUNT(*) AS n FROM (SELECT 1 FROM requests WHERE by = 'public' AND at > ? LIMIT ?)")
      .bind(new Date(now - DAY).toISOString(), MANY_A_DAY),
  ])) as [
    D1Result,
    D1Result<{ n: number; marked: number; wave: string }>,
    D1Result<{ alone: number; sent: number; own: number }>,
    D1Result<{ n: number }>,
  ];
  const { n, marked, wave } = waves.results[0]!;
  const { alone, sent, own } = networks.results[0]!;
  const named = [
    sql("UPDATE form_networks SET request = ? WHERE id = ?", id, arriving),
    ...(today.results[0]!.n < MANY_A_DAY ? [] : await tellMany(db, at.slice(0, 10))),
  ];
  if (n < MANY) return { wave: null, statements: named };
  if (marked === 0) {
    const key = `request-flood:${wave}`;
    named.push(...(await mailOfficers(db, { template: "request-flood", values: { n, wave }, key })));
  }
  // Where nearly each comes from a network of its own, nothing tells the honest ones apart. Posts that were refused count for nothing:
  // whoever sends them from one network would have the rest pass for honest.
  if (own <= 1 && alone * 2 <= sent) return { wave: null, statements: named };
  // The first one of a network that sends more of them is one of the wave as well.
  const before = await statesOf(
    db,
    statesBound,
    // What was searched is in an officer's hands, and changes by steps alone (`stepped`).
    `wave IS NULL AND searched_at IS NULL AND at >= ?1 AND id IN (
       SELECT o.request FROM form_networks f JOIN form_networks o ON o.network = f.network WHERE f.id = ?2)`,
    ...[wave, arriving],
  );
  return {
    wave,
    statements: [
      ...named,
      ...changeRows(
        statesBound,
        before.map((row) => ({ before: row, to: { wave } })),
        new Date(now).toISOString(),
      ),
    ],
  };
}

/** Once a day (UTC). */
const tellMany = (db: D1Database, day: string): Promise<Statement[]> =>
  mailOfficers(db, { template: "request-many", values: { n: MANY_A_DAY }, key: `request-many:${day}` });
