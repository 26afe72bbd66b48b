/** A month that closes while its calls are asked for hides none, and has none come in twice. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { callsQuery } from "../../../../shared/call-logs/api.ts";
import { pageOfCalls } from "../../../../worker/call-logs/find.ts";
import { planCalls } from "../../../../worker/call-logs/plan.ts";
import { insertCalls, type LoggedCall } from "../../../../worker/call-logs/rows.ts";
import type { Env } from "../../../../worker/env.ts";
import { currentPolicy } from "../../../../worker/policy/current.ts";
import { eventsOfNumber } from "../../../../worker/proof/number.ts";
import { aTeam, DAY } from "../../helpers.ts";
import { allBack, both, callOf, closeAgain, here, made, numberOf, registers, write } from "./calls-kit.ts";

const tokens = aTeam();
/** The number of the test's own call. */
let mine = -1;
let number: string;

beforeAll(() => registers(tokens));
beforeEach(async () => {
  number = numberOf(++mine);
  await both(tokens, mine);
  await allBack();
  expect(await here()).toContain(mine);
});

/** Where the month closes just before a statement is read. */
function closingBefore(part: RegExp): Env {
  let isOver = false;
  const shut = async (statement: string) => {
    if (isOver || !part.test(statement)) return;
    isOver = true;
    await closeAgain();
  };
  const texts = new WeakMap<object, string>();
  const watched = (statement: D1PreparedStatement, its: string): D1PreparedStatement => {
    texts.set(statement, its);
    return Object.assign(Object.create(statement) as D1PreparedStatement, {
      real: statement,
      bind: (...params: unknown[]) => watched(statement.bind(...params), its),
      all: async () => {
        await shut(its);
        return statement.all();
      },
      first: async (column: string) => {
        await shut(its);
        return column === undefined ? statement.first() : statement.first(column);
      },
    });
  };
  const batch = async (statements: (D1PreparedStatement & { real: D1PreparedStatement })[]) => {
    const real = statements.map((one) => one.real);
    await shut(real.map((one) => texts.get(one)).join(";"));
    return env.DB.batch(real);
  };
  const DB = { prepare: (its: string) => watched(env.DB.prepare(its), its), batch };
  return { ...env, DB: DB as unknown as D1Database };
}
const logged = (own: Partial<LoggedCall> = {}): LoggedCall => ({
  ...{ via: "import", provider: "dialler", providerId: null, number, agent: "agent@example.com" },
  ...{ direction: "outbound", startedAt: made.at, seconds: 9, owner: "other" },
  ...own,
});

it("hides none from a list", async () => {
  const { policy } = await currentPolicy(env.DB);
  const own = closingBefore(/FROM calls c LEFT JOIN call_said s/);
  const { rows } = await pageOfCalls(own, callsQuery.parse({ number }), policy);
  expect(rows).toHaveLength(1);
});

it("hides none from a proof", async () => {
  const [start, end] = [-DAY, DAY].map((ms) => new Date(Date.parse(made.at) + ms).toISOString()) as [
    string,
    string,
  ];
  const told = async (own: Env) => eventsOfNumber(own, number, start, end, []);
  const before = await told(env);
  expect(before.length).toBeGreaterThan(1);
  expect(await told(closingBefore(/FROM calls c LEFT JOIN people/))).toEqual(before);
});

it("has no other log bring one a second time", async () => {
  const { policy } = await currentPolicy(env.DB);
  const own = closingBefore(/SELECT c.id, c.via, c.number, c.provider/);
  expect((await planCalls(own, [logged()], policy)).rows).toEqual([null]);
});

it("has none counted beside the one that takes its place", async () => {
  const { policy } = await currentPolicy(env.DB);
  const { id } = await callOf(number);
  const { rows } = await planCalls(env, [logged({ via: "fetch", providerId: "listed" })], policy);
  expect(rows[0]!.replaces).toBe(id);
  await closeAgain();
  const statements = await insertCalls(env.DB, [{ ...rows[0]!, dial: null }], "list:dialler", made.at);
  await expect(write(statements)).rejects.toThrow("audit_payload");
});
