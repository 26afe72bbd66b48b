/**
 * Steps of a night that may take more calls than a run has. A night lists them and does what it can, and runs of five minutes go on until each came to
 * its end. One run at a time is at them: where it is killed, the next goes on once it would have ended.
 */
import { DAY, MINUTE } from "../../shared/core/time.ts";
import { workEn } from "../../shared/texts/jobs/desk.en.ts";
import { isSpent } from "../storage/closed/calls.ts";
import { prepare, sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { RUN } from "../storage/closed/close.ts";

/** In their order. What answers true came to its end, however long it took. */
export type Steps = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * In `marks`, by a step's name: since when some of it is left; how it failed in a run of five minutes. And until when the run that is at a step
 * holds others off, and which step that is.
 */
const [LEFT, FAILED, AT] = ["night left ", "night failed ", "night at"];
/** SQL: whether any step is left, or failed. */
export const isNightLeft = "EXISTS (SELECT 1 FROM marks WHERE name GLOB 'night *')";
/** In place of a step's name: runs of five minutes were left no calls. */
const CALLS = "calls";
/** Longer than Cloudflare lets a run last. */
const HELD = 16 * MINUTE;
/** A step at which so many runs in a row were killed waits for the next night. */
const KILLED = 3;
/** A step of which some is left for so long has more to do than runs get done. */
const LONG = 14 * DAY;

const iso = (ms: number): string => new Date(ms).toISOString();
const write = (db: D1Database, statements: readonly Statement[]) =>
  db.batch(statements.map((one) => prepare(db, one)));

interface Failure {
  words: string;
  /** Runs in a row that were killed at it. */
  killed: number;
}
interface Left {
  /** Steps that are left, in their order. */
  names: string[];
  /** The oldest of them. */
  since: string | null;
  failed: ReadonlyMap<string, Failure>;
  at: string | null;
}
interface Time {
  now: number;
  clock?: () => number;
}

/** A night's own run: lists these steps, whatever became of them before, and goes on. What fails is this run's failure, and waits for the next night. */
export async function beginNight(env: Env, steps: Steps, time: Time): Promise<void> {
  const names = JSON.stringify(Object.keys(steps));
  await write(env.DB, [
    sql(
      `INSERT OR IGNORE INTO marks (name, value) SELECT '${LEFT}' || value, ?2 FROM json_each(?1)`,
      ...[names, iso(time.now)],
    ),
    sql(`DELETE FROM marks WHERE name GLOB '${FAILED}*'`),
  ]);
  const failed: unknown[] = [];
  await goOn(env, steps, time, (_, error) => {
    failed.push(error);
    return [];
  });
  if (failed.length > 0)
    throw failed.length === 1 ? failed[0] : new AggregateError(failed, failed.join("; "));
}

/** A run of five minutes goes on. It fails while a step has failed since the night, while it can do nothing, and where there is no end. */
export async function goOnWithNight(env: Env, steps: Steps, time: Time): Promise<void> {
  if (isSpent(env)) {
    const error = new Error("other jobs left no calls of the database");
    if ((await leftOf(env.DB, steps)).names.length > 0) await write(env.DB, failedAs(CALLS, error));
    throw error;
  }
  await write(env.DB, [sql("DELETE FROM marks WHERE name = ?", FAILED + CALLS)]);
  await goOn(env, steps, time, (name, error) => {
    console.error(name, error);
    return failedAs(name, error);
  });
  await sayFailed(env, steps, time);
}

/** Throws as the runs of five minutes since the night do: else a night would say each day that they are well. */
export async function sayFailed({ DB }: Env, steps: Steps, { now }: Pick<Time, "now">): Promise<void> {
  const { failed, since } = await leftOf(DB, steps);
  if (failed.size > 0)
    throw new Error([...failed].map(([name, { words }]) => `${name}: ${words}`).join("; "));
  if (since !== null && Date.parse(since) < now - LONG)
    throw new Error("nights have more to do than runs get done");
}

const failedAs = (name: string, error: unknown, killed = 0): Statement[] => [
  sql(
    "INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)",
    ...[FAILED + name, JSON.stringify({ words: String(error).slice(0, 2000), killed } satisfies Failure)],
  ),
];

async function leftOf(db: D1Database, steps: Steps): Promise<Left> {
  const { results } = await db
    .prepare("SELECT name, value FROM marks WHERE name GLOB 'night *'")
    .all<{ name: string; value: string }>();
  const by = (prefix: string): Map<string, string> =>
    new Map(
      results.flatMap(({ name, value }) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
      ),
    );
  const left = by(LEFT);
  const names = Object.keys(steps).filter((name) => left.has(name));
  return {
    names,
    since: names.map((name) => left.get(name)!).sort()[0] ?? null,
    failed: new Map([...by(FAILED)].map(([name, value]) => [name, JSON.parse(value) as Failure])),
    at: by(AT).get("") ?? null,
  };
}

/** Holds others off; false: another run does. */
async function holds(db: D1Database, before: string | null, at: string): Promise<boolean> {
  const statement =
    before === null
      ? sql("INSERT OR IGNORE INTO marks (name, value) VALUES (?1, ?2)", AT, at)
      : sql("UPDATE marks SET value = ?2 WHERE name = ?1 AND value = ?3", AT, at, before);
  return (await prepare(db, statement).run()).meta.changes === 1;
}

async function goOn(
  env: Env,
  steps: Steps,
  { clock = Date.now }: Time,
  noted: (name: string, error: unknown) => Statement[],
): Promise<void> {
  const left = await leftOf(env.DB, steps);
  const atStep = (name: string | undefined) => `${iso(clock() + HELD)} ${name ?? ""}`;
  let at = atStep(left.names[0]);
  const isHeld = left.at !== null && Date.parse(left.at.slice(0, 24)) > clock();
  if (left.names.length === 0 || isHeld || !(await holds(env.DB, left.at, at))) return;
  const killedAt = left.at?.slice(25);
  const killed = (killedAt ? (left.failed.get(killedAt)?.killed ?? 0) : 0) + 1;
  if (killedAt)
    await write(env.DB, [
      ...failedAs(killedAt, workEn.amid, killed),
      ...(killed < KILLED ? [] : [sql("DELETE FROM marks WHERE name = ?", LEFT + killedAt)]),
    ]);
  const names = left.names.filter((name) => name !== killedAt || killed < KILLED);
  for (const [n, name] of names.entries()) {
    if (isSpent(env)) break;
    const began = clock();
    const { answer, failure } = await steps[name]!().then(
      (value) => ({ answer: value, failure: null }),
      (error: unknown) => ({ answer: null, failure: { error } }),
    );
    // What was cut short is left.
    const isOver = answer === true || (!isSpent(env) && clock() - began < RUN);
    const before = at;
    at = atStep(names[n + 1]);
    await write(env.DB, [
      sql("UPDATE marks SET value = ?2 WHERE name = ?1 AND value = ?3", AT, at, before),
      ...(isOver ? [sql("DELETE FROM marks WHERE name = ?", LEFT + name)] : []),
      ...(failure ? noted(name, failure.error) : [sql("DELETE FROM marks WHERE name = ?", FAILED + name)]),
    ]);
  }
  await write(env.DB, [sql("DELETE FROM marks WHERE name = ? AND value = ?", AT, at)]);
}
