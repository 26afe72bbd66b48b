/**
 * The salts of certificates without words follow from a key of their hour and the recording's id: what the trail keeps apart of an erasure
 * need not stay once its event has left the database (apart.ts). With the key they all go, on the day on which those rows would. With words,
 * a salt is random: a request may have its payload erased before, and it with that.
 */
import { commitmentOf, type LinkedRow } from "../../../shared/trail/chain.ts";
import type { DeepAnswer } from "../../../shared/trail/api.ts";
import { saltsOf } from "../../../shared/trail/leaves.ts";
import { HOUR } from "../../../shared/core/time.ts";
import { newSalt } from "../../core/change.ts";

const hourOf = (ms: number): number => Math.floor(ms / HOUR);
/** One that somebody wrote in its place salts nothing, and no event fits it. */
const KEY = /^[0-9a-f]{32}$/;

/** The salts of erasures at a moment (milliseconds), by the recording's id. */
export async function saltsAt(db: D1Database, now: number): Promise<(id: string) => string> {
  const hour = hourOf(now);
  const [, kept] = await db.batch<{ key: string }>([
    db.prepare("INSERT OR IGNORE INTO erasure_salts (hour, key) VALUES (?, ?)").bind(hour, newSalt()),
    db.prepare("SELECT key FROM erasure_salts WHERE hour = ?").bind(hour),
  ]);
  const key = kept!.results[0]?.key ?? "";
  return KEY.test(key) ? saltsOf(key) : newSalt;
}

/** SQL: a condition on `erasure_salts`. Whoever wrote a key of an hour that has not come would know salts before there are any. */
const isAhead = "hour > unixepoch() / 3600 + 1";

/**
 * SQL: a condition on `erasure_salts`, with the moment before which payloads are over as `?1`: so are all events of that hour. Keys of later
 * hours go, too: nothing can have been salted with them.
 */
export const saltsOver = `(hour < unixepoch(?1) / 3600 - 1 OR ${isAhead})`;

/** Most findings: where somebody wrote keys of years, the first say it. */
const SAID = 1000;

/** Names keys of later hours, until they are swept. */
export async function verifySalts(db: D1Database): Promise<DeepAnswer> {
  const [all, ahead] = await db.batch<{ n: number; hour: number }>([
    db.prepare("SELECT COUNT(*) AS n FROM erasure_salts"),
    db.prepare(`SELECT hour FROM erasure_salts WHERE ${isAhead} ORDER BY hour LIMIT ${SAID}`),
  ]);
  const findings = ahead!.results.map(({ hour }) => ({
    ...{ table: "erasure_salts", key: String(hour), seq: null, what: "extra" as const, columns: [] },
  }));
  const excused = { request: 0, retention: 0, returned: 0 };
  return { checked: all!.results[0]!.n, findings, next: null, excused };
}

/** An event is written within an hour of its salt, as a run is over by then; clocks differ a little. */
const hoursOf = ({ at }: Pick<LinkedRow, "at">): number[] => {
  const hour = hourOf(Date.parse(at));
  return [hour, hour - 1, hour + 1];
};

/** Of these rows of the trail, the salts of erasures that say nothing else, by row number: those that follow from keys that are kept. */
export async function saltsOfErasures(
  db: D1Database,
  rows: readonly LinkedRow[],
): Promise<Map<number, string>> {
  const salts = new Map<number, string>();
  const erasures = rows.filter(({ code }) => code === "recording.erased");
  if (erasures.length === 0) return salts;
  const { results } = await db
    .prepare("SELECT hour, key FROM erasure_salts WHERE hour IN (SELECT value FROM json_each(?))")
    .bind(JSON.stringify([...new Set(erasures.flatMap(hoursOf))]))
    .all<{ hour: number; key: string }>();
  const of = new Map(results.flatMap(({ hour, key }) => (KEY.test(key) ? [[hour, saltsOf(key)]] : [])));
  for (const row of erasures) {
    const salt = hoursOf(row)
      .map((hour) => of.get(hour)?.(row.subject))
      .find((one) => one !== undefined && commitmentOf(one, "null") === row.commitment);
    if (salt !== undefined) salts.set(row.seq, salt);
  }
  return salts;
}
