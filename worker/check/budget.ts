/**
 * How many numbers a person or an integration may ask about: policy's `access.numbersPerHour` for agents and
 * integrations, `access.officeNumbersPerHour` for everybody else, `access.screenedPerDay` for the numbers of screenings, and
 * `access.gateNumbersPerHour` for those of a telephone system's gate. An answer about a number says whether it is on a
 * register, and nobody should read a whole register out by asking about every number. Whoever asks about more is refused,
 * and the administrators and compliance officers get a mail.
 *
 * A route says so once, with `asks`: its middleware counts before the handler reads anything. The gate, which has little time, counts
 * in the call of the database that reads first.
 */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import type { Context } from "hono";
import type { Reason } from "../../shared/check/api.ts";
import { createMiddleware } from "hono/factory";
import { before } from "../../shared/policy/older.ts";
import { defaultPolicy } from "../../shared/policy/policy.ts";
import { DAY, HOUR } from "../../shared/core/time.ts";
import { type Query, query, type RowsOf, runBatch } from "../core/batch.ts";
import { record } from "../core/commit.ts";
import type { Asks } from "../core/route.ts";
import { sql } from "../core/sql.ts";
import type { Actor, App, Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { mailOfficers, sendSoon } from "../mail/outbox.ts";
import { countTold } from "./told.ts";

const USEFUL = 7 * DAY;

/** Whose hour or day something counts against: a person, an integration, or a webhook by the name under which it writes. */
export type Asker = Pick<Actor, "id" | "name" | "role">;

interface Budget {
  clause: "numbersPerHour" | "officeNumbersPerHour" | "screenedPerDay" | "gateNumbersPerHour";
  period: number;
  /** Behind the name of the hour, where it is counted apart. */
  apart?: string;
}
/** An integration counts as an agent does. */
const hourly = ({ role }: Asker): Budget => ({
  clause: role === "agent" ? "numbersPerHour" : "officeNumbersPerHour",
  period: HOUR,
});
const daily: Budget = { clause: "screenedPerDay", period: DAY };
/** A telephone system asks about every call, and its hour is no browser's. */
const gated: Budget = { clause: "gateNumbersPerHour", period: HOUR, apart: "+gate" };

/** A policy from before there was the clause allows what was allowed then, and no more than a new one. */
function most({ clause }: Budget): string {
  const now = defaultPolicy.access[clause];
  const then = Math.min(now, { ...defaultPolicy.access, ...before.access }[clause]);
  return `COALESCE((SELECT COALESCE(json_extract(doc, '$.access.${clause}'), ${then})
    FROM policies ORDER BY version DESC LIMIT 1), ${now})`;
}

/** The name of the hour or day in the table `asked`: 2026-11-25T14, 2026-11-25T14+gate, or 2026-11-25. */
const nameOf = (ms: number, { period, apart = "" }: Budget): string =>
  new Date(ms).toISOString().slice(0, period === HOUR ? 13 : 10) + apart;

/** Distinct strings, of which anything else is none: the handler refuses what is no string. */
const distinct = (values: unknown): number =>
  new Set(Array.isArray(values) ? values.filter((value) => typeof value === "string") : []).size;

/** The body as an object: empty where it is none, which the handler refuses. */
async function bodyOf(c: Context<App>): Promise<Record<string, unknown>> {
  if (!/^application\/(?:[\w.-]+\+)?json\b/.test(c.req.header("content-type") ?? "")) return {};
  return Object(await c.req.json<unknown>().catch(() => null)) as Record<string, unknown>;
}

/** A sum over any numbers tells less than as many answers about one number do. */
const SUM = 100;

const asking = (
  what: Asks["what"],
  count: (c: Context<App>) => number | Promise<number>,
  budgetOf: (actor: Actor) => Budget = hourly,
): Asks => ({
  what,
  charge: createMiddleware<App>(async (c, next) => {
    const actor = c.get("actor")!;
    await charge(c, actor, budgetOf(actor), await count(c));
    return next();
  }),
});

/** For `route({ asks })`: of how many numbers the answer tells. */
export const asks = {
  /** The number of the path, the query or the body. */
  one: asking("one number", () => 1),
  /** The number that a telephone system would call: `askGate` counts it. */
  gate: { what: "one number" },
  /** The number that the query names. A page without one shows what is on record. */
  filter: asking("one number", (c) => (c.req.query("number") === undefined ? 0 : 1)),
  /** The distinct `numbers` of the body. */
  numbers: asking("numbers", async (c) => distinct((await bodyOf(c))["numbers"])),
  /** A request's number, of which its requester is told and so whoever entered it, and further ones that the body names. */
  request: asking("a request's numbers", async (c) => 1 + distinct((await bodyOf(c))["numbers"])),
  /** The distinct `number` of the body's `rows`. */
  rows: asking("rows", async (c) => {
    const { rows } = await bodyOf(c);
    return distinct(
      Array.isArray(rows) ? rows.map((row) => (Object(row) as { number?: unknown }).number) : [],
    );
  }),
  /** The distinct numbers to `add` to a register and to `remove`: what changed is told in sums alone. */
  changed: asking("changed numbers", async (c) => {
    const { add, remove } = await bodyOf(c);
    return Math.min(distinct(add) + distinct(remove), SUM);
  }),
  /** How many numbers an upload adds and removes, or whether its commit is refused. */
  sum: asking("a sum", () => SUM),
  /** The distinct `numbers` of a screening's part, or those of a streamed table, which counts with `chargeScreened`. */
  screened: asking(
    "screened numbers",
    async (c) => distinct((await bodyOf(c))["numbers"]),
    () => daily,
  ),
} as const;

/**
 * Counts numbers that a telephone system asks the gate about, and runs these queries in the same call of the database, and of one moment:
 * where it throws, nothing of them is answered.
 */
export const chargeGate = <Queries extends Record<string, Query<unknown>>>(
  c: Context<App>,
  asker: Asker,
  numbers: number,
  queries: Queries,
): Promise<RowsOf<Queries>> => charge(c, asker, gated, numbers, queries);

/** Counts what turns out inside a route: further readings of a number whose country cannot be told, or what a register's digests tell. */
export const chargeReadings = async (c: Context<App>, more: number): Promise<void> => {
  const actor = c.get("actor")!;
  await charge(c, actor, hourly(actor), more);
};

/** Counts numbers of a table that is streamed through a screening, or of a CRM that is read. */
export const chargeScreened = async (env: Env, asker: Asker, numbers: number): Promise<void> => {
  await spend(env, asker, daily, numbers, Date.now(), {});
};

/** Why a number that somebody brought has no verdict: they brought more than their hour allows. */
export const NOT_JUDGED: Reason = { code: "not-judged" };

/**
 * Counts numbers that somebody brings, and that are judged for others to read, or whose change is named. False, with the mail,
 * where they are too many: the caller then says nothing of them.
 */
export async function mayTell(env: Env, asker: Asker, numbers: number, now: number): Promise<boolean> {
  try {
    await spend(env, asker, hourly(asker), numbers, now, {});
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === "too-many-numbers") return false;
    throw error;
  }
}

async function charge<Queries extends Record<string, Query<unknown>>>(
  c: Context<App>,
  asker: Asker,
  budget: Budget,
  numbers: number,
  queries: Queries = {} as Queries,
): Promise<RowsOf<Queries>> {
  try {
    return await spend(c.env, asker, budget, numbers, Date.now(), queries);
  } catch (error) {
    sendSoon(c);
    throw error;
  }
}

/**
 * Counts, in one statement, so that of many questions at once no more are answered. The hour slides: of the one before,
 * that share counts which is less than an hour ago. Throws `too-many-numbers`, and counts nothing: a smaller question
 * may still be answered. `queries` run in the same batch.
 */
async function spend<Queries extends Record<string, Query<unknown>>>(
  env: Env,
  actor: Asker,
  budget: Budget,
  numbers: number,
  now: number,
  queries: Queries,
): Promise<RowsOf<Queries>> {
  if (numbers <= 0) return runBatch(env.DB, queries);
  const [bucket, before] = [nameOf(now, budget), nameOf(now - budget.period, budget)];
  const share = 1 - (now % budget.period) / budget.period;
  const earlier = `?5 * COALESCE((SELECT numbers FROM asked WHERE person = ?1 AND hour = ?4), 0)`;
  const rows = await runBatch<Record<string, Query<unknown>>>(env.DB, {
    ...queries,
    counted: query(
      `INSERT INTO asked (person, hour, numbers) SELECT ?1, ?2, ?3 WHERE ?3 + ${earlier} <= ${most(budget)}
       ON CONFLICT (person, hour) DO UPDATE SET numbers = numbers + ?3
         WHERE numbers + ?3 + ${earlier} <= ${most(budget)}
       RETURNING numbers`,
      ...[actor.id, bucket, numbers, before, share],
    ),
    told: countTold(numbers, now),
  });
  if (rows["counted"]!.length > 0) return rows as RowsOf<Queries>;
  await tell(env, actor, budget, bucket);
  throw new Problem("too-many-numbers", details.moreNumbers);
}

/** Logs the excess and mails the officers, once for each asker and hour or day. */
async function tell(env: Env, { id, name }: Asker, budget: Budget, hour: string): Promise<void> {
  const db = env.DB;
  const row = (await db
    .prepare(
      `SELECT ${most(budget)} AS most, (SELECT told FROM asked WHERE person = ?1 AND hour = ?2) AS told,
         COALESCE((SELECT numbers FROM asked WHERE person = ?1 AND hour = ?2), 0) AS numbers`,
    )
    .bind(id, hour)
    .first<{ told: number | null; numbers: number; most: number }>())!;
  if (row.told === 1) return;
  const { numbers, most: allowed } = row;
  const mails = await mailOfficers(db, {
    template: "budget",
    values: { name, most: allowed },
    key: `budget:${id}:${hour}`,
    until: new Date(Date.now() + USEFUL).toISOString(),
  });
  const change = {
    actor: id,
    event: { code: "check.over-budget", subject: id, payload: { hour, numbers, most: allowed } },
    statements: [
      // Of two requests at once the second is refused: a constraint keeps `told` at 1.
      sql(
        `INSERT INTO asked (person, hour, numbers, told) VALUES (?, ?, 0, 1)
         ON CONFLICT (person, hour) DO UPDATE SET told = told + 1`,
        ...[id, hour],
      ),
      ...mails,
    ],
  };
  try {
    await record(env, change);
  } catch (error) {
    if (!String(error).includes("CHECK constraint failed: told")) throw error;
  }
}
