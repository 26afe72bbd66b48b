/**
 * Floods of the public form and its API, from however many networks. While one lasts, a request is taken only with the solution of
 * a challenge, which a person's browser works out by itself. An objection that is taken holds its number at once; but officers get a mail, and the requests are marked with their wave, so that officers take back
 * the wave and not what came before it. A network that sends more than one also waits: where most of a flood comes from such
 * networks, a request that is alone in its network is none of the wave.
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Context } from "hono";
import { DAY, MINUTE } from "../../../shared/core/time.ts";
import { networkOf } from "../../core/auth.ts";
import { Problem } from "../../core/errors.ts";
import { prepare, sql, type Statement } from "../../core/sql.ts";
import { changeRows, statesOf } from "../../core/states.ts";
import type { App, Env } from "../../env.ts";
import { mailOfficers, sendSoon } from "../../mail/outbox.ts";
import { statesBound, statesSaid } from "../bound.ts";
import { newChallenge, solvedBy } from "./challenge.ts";
import { formHmac } from "./form-guard.ts";

const SECOND = 1000;
/** So many within so long are a flood. */
const MANY = 30;
const WITHIN = 10 * MINUTE;
/** So many of one network count for the others, whether taken or refused: one that tries again and again keeps nobody out. */
const OF_EACH = 5;
/**
 * So many taken within as long are a wave. Thirty are free to as many networks, so as many again came with solutions: a flood that
 * solves nothing would mark nobody but the honest people behind it. More are free only to networks that send several.
 */
const WAVE = 2 * MANY;
/** So many within a day are told as well, however slowly they come. */
const MANY_A_DAY = 300;
/** The longest wait; more than this many waits no longer. */
const LONGEST = 10 * SECOND;
/** How many times as hard a challenge becomes as more requests are taken: an old telephone works it out within some seconds. */
const HARDEST = 4;
/** Most of the newest requests that are looked at. */
const LOOKED = 300;

/** In `marks`: when the last wave began. */
const MARK = "request-wave";

/** A request of the public on its way: the row that knows its network. */
export type Arriving = string;

/** Before the network of a request that was refused: only others count it, so that its sender's next one is not refused for it. */
const REFUSED = "-";
/** How many count for network ?1: of its own those that were taken, of each other one a few. */
const COUNTED = `(SELECT COUNT(*) FROM (SELECT 1 FROM form_networks WHERE network = ?1 LIMIT ${MANY + 1}))
  + (SELECT IFNULL(SUM(MIN(k, ${OF_EACH})), 0) FROM (
       SELECT COUNT(*) AS k FROM (
         SELECT LTRIM(network, '${REFUSED}') AS whose FROM form_networks ORDER BY at DESC LIMIT ${LOOKED})
       WHERE whose <> ?1 GROUP BY whose))`;

const since = (now: number): string => new Date(now - WITHIN).toISOString();

/**
 * Notes whence a request comes, and waits before anything of it is written, at least `least` milliseconds: in a flood a second
 * for each other request of its network. Those that came at once all see each other. `now` in milliseconds. Throws
 * `challenge-unsolved` in a flood for a request without a solution, and always for a solution that came before.
 */
export async function slowed(
  c: Context<App>,
  now: number,
  solution: string | undefined,
  least = 0,
): Promise<Arriving> {
  const db = c.env.DB;
  const at = new Date(now).toISOString();
  const solved = solution ? await solvedBy(db, solution) : null;
  // A solution counts once: it is the key of its row.
  const id = solved ?? crypto.randomUUID();
  const network = bytesToHex(await formHmac(db, networkOf(c)));
  const told = `request-slowed:${at.slice(0, 10)}`;
  const [, noted, counted, own, taken, mailed] = (await db.batch([
    prepare(db, sql("DELETE FROM form_networks WHERE at <= ?", since(now))),
    // One that is refused keeps the flood alive for others, and makes nobody of its network wait.
    prepare(
      db,
      sql(
        `INSERT OR IGNORE INTO form_networks (id, network, at)
         SELECT ?2, whose, ?3 FROM (SELECT IIF(?4 OR ${COUNTED} < ${MANY}, '', '${REFUSED}') || ?1 AS whose)
         WHERE whose = ?1 OR (SELECT COUNT(*) FROM form_networks WHERE network = whose) < ${OF_EACH}
         RETURNING network`,
        ...[network, id, at, Number(solved !== null)],
      ),
    ),
    db.prepare(`SELECT ${COUNTED} AS n`).bind(network),
    db
      .prepare(
        "SELECT COUNT(*) AS n FROM (SELECT 1 FROM form_networks WHERE network = ? AND id <> ? LIMIT ?)",
      )
      .bind(network, id, LONGEST / SECOND),
    db
      .prepare("SELECT COUNT(*) AS n FROM (SELECT 1 FROM form_networks WHERE network >= '0' LIMIT ?)")
      .bind(MANY * HARDEST),
    db.prepare("SELECT EXISTS (SELECT 1 FROM outbox WHERE key > ? AND key < ?) AS n").bind(told, `${told};`),
  ])) as [
    D1Result,
    D1Result<{ network: string }>,
    D1Result<{ n: number }>,
    D1Result<{ n: number }>,
    D1Result<{ n: number }>,
    D1Result<{ n: number }>,
  ];
  if (noted.results[0]?.network !== network) {
    if (counted.results[0]!.n >= MANY && mailed.results[0]!.n === 0) await tellSlowed(c, told);
    const times = Math.max(1, Math.floor(taken.results[0]!.n / MANY));
    throw new Problem("challenge-unsolved", undefined, undefined, await newChallenge(db, now, times));
  }
  const pause = Math.max(least, counted.results[0]!.n > MANY ? own.results[0]!.n * SECOND : 0);
  if (pause > 0) await new Promise((done) => setTimeout(done, pause));
  return id;
}

/** Once a day (UTC), as such a flood may leave nothing that `floodAt` would tell. */
async function tellSlowed(c: Context<App>, key: string): Promise<void> {
  const db = c.env.DB;
  const mails = await mailOfficers(db, { template: "request-slowed", values: { n: MANY }, key });
  if (mails.length > 0) await db.batch(mails.map((mail) => prepare(db, mail)));
  sendSoon(c);
}

export interface Flood {
  /** When the wave began; null where there is none, or where the request is none of it. */
  wave: string | null;
  statements: Statement[];
}

/** What request `id` of the public meets. `now` is in milliseconds. */
export async function floodAt(env: Env, arriving: Arriving, id: string, now: number): Promise<Flood> {
  const db = env.DB;
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
        ...[since(now), LOOKED, at, WAVE],
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
  if (n < WAVE) return { wave: null, statements: named };
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
    // What was searched is in an officer's hands, and changes by steps alone (`stepped`); what is not as the trail has it, by none.
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
        (await statesSaid(env, before)).map((row) => ({ before: row, to: { wave } })),
        new Date(now).toISOString(),
      ),
    ],
  };
}

/** Once a day (UTC). */
const tellMany = (db: D1Database, day: string): Promise<Statement[]> =>
  mailOfficers(db, { template: "request-many", values: { n: MANY_A_DAY }, key: `request-many:${day}` });
