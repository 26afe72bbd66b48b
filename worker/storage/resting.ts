/**
 * Stores that fail everything they are asked to erase rest: only a few objects are tried there every five minutes, nothing else counts as
 * failed meanwhile, and no other store waits. All of it goes on with the first object that the store erases again.
 */
import { MINUTE } from "../../shared/core/time.ts";
import { sql, type Statement } from "../core/sql.ts";

/** A store rests after this many failures in a row, until the next run of the clock, which tries so many there. */
const FAILED = 5;
const REST = 4 * MINUTE;
const PROBE = 10;
/** People get a mail where it has rested for so long. */
const TELL = 30 * MINUTE;

const iso = (ms: number): string => new Date(ms).toISOString();

/** How many objects of a store the clock has erased at a moment in milliseconds: none while it rests, few to try it, null: all. */
export async function triesOf(db: D1Database, now: number): Promise<(store: string) => number | null> {
  const { results } = await db
    .prepare("SELECT store, until FROM stores_resting")
    .all<{ store: string; until: string }>();
  const resting = new Map(results.map(({ store, until }) => [store, until]));
  return (store) => {
    const until = resting.get(store);
    return until === undefined ? null : until > iso(now) ? 0 : PROBE;
  };
}

interface Turned<T> {
  done: number;
  /** The store fails everything, with these words; the others were not tried. */
  rests: { error: string; untried: T[] } | null;
}
/** Has `erase` take each, some at once, all in one store. It answers null for one that the store erased, empty for a failure that is not its store's, else the store's words. */
export async function inTurn<T>(
  all: readonly T[],
  together: number,
  erase: (one: T) => Promise<string | null>,
): Promise<Turned<T>> {
  let [done, failed, error] = [0, 0, ""];
  for (let i = 0; i < all.length; i += together) {
    const said = await Promise.all(all.slice(i, i + together).map(erase));
    for (const words of said)
      if (words === null) done++;
      else if (words !== "") [failed, error] = [failed + 1, words];
    if (done === 0 && failed >= FAILED) return { done, rests: { error, untried: all.slice(i + together) } };
  }
  return { done, rests: null };
}

/** The statement by which a store rests, and whether people are to be told. */
export async function restNow(
  db: D1Database,
  store: string,
  error: string,
  now: number,
): Promise<{ statement: Statement; isLong: boolean }> {
  const before = await db
    .prepare("SELECT since FROM stores_resting WHERE store = ?")
    .bind(store)
    .first<{ since: string }>();
  return {
    statement: sql(
      `INSERT INTO stores_resting (store, since, until, error) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT DO UPDATE SET until = excluded.until, error = excluded.error`,
      ...[store, iso(now), iso(now + REST), error],
    ),
    isLong: before !== null && now - Date.parse(before.since) >= TELL,
  };
}

/** It has erased something again. */
export const restsNoMore = (db: D1Database, store: string): Promise<unknown> =>
  db.prepare("DELETE FROM stores_resting WHERE store = ?").bind(store).run();
