/**
 * Floods of the public form and its API, from however many networks. Each request still arrives, and an objection still holds its
 * number at once; but the answers wait some seconds, which a person does not notice, officers get a mail, and the requests are
 * marked with their wave, so that officers take back the wave and not what came before it.
 */
import { MINUTE } from "../../shared/core/time.ts";
import type { Statement } from "../core/sql.ts";
import { mailOfficers } from "../mail/outbox.ts";

const SECOND = 1000;
/** So many within so long are a flood. */
const MANY = 30;
const WITHIN = 10 * MINUTE;
/** The longest wait; more than this many waits no longer. */
const LONGEST = 10 * SECOND;

export interface Flood {
  /** When the wave began; null where there is none. */
  wave: string | null;
  /** How long the answer waits, in milliseconds. */
  pause: number;
  statements: Statement[];
}

/** What a request of the public meets. `now` is in milliseconds. */
export async function floodAt(db: D1Database, now: number): Promise<Flood> {
  const since = new Date(now - WITHIN).toISOString();
  const most = (MANY * LONGEST) / SECOND;
  const found = await db
    .prepare(
      `SELECT COUNT(*) AS n, MAX(wave) AS wave FROM (
         SELECT wave FROM requests WHERE by = 'public' AND at > ?1 ORDER BY at DESC LIMIT ?2)`,
    )
    .bind(since, most)
    .first<{ n: number; wave: string | null }>();
  const { n, wave: before } = found!;
  if (n < MANY) return { wave: null, pause: 0, statements: [] };
  const wave = before ?? new Date(now).toISOString();
  const key = `request-flood:${wave}`;
  return {
    wave,
    pause: Math.floor(n / MANY) * SECOND,
    statements:
      before === null ? await mailOfficers(db, { template: "request-flood", values: { n, wave }, key }) : [],
  };
}

/** Waits before the answer. */
export const slowed = (pause: number): Promise<void> =>
  pause === 0 ? Promise.resolve() : new Promise((done) => setTimeout(done, pause));
