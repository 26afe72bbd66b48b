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
import { aTeam, DAY, under } from "../../helpers.ts";
import {
  allBack,
  both,
  callOf,
  closeAgain,
  closingBefore,
  here,
  made,
  numberOf,
  registers,
  write,
} from "./calls-kit.ts";

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

it("hides none from a number's history", async () => {
  const path = `/v1/numbers/${encodeURIComponent(number)}/history`;
  const own = closingBefore(/FROM dials d LEFT JOIN people/);
  const { data } = await under(own, "GET", path, { token: tokens.compliance });
  expect(data).toMatchObject({ called: { by: expect.any(String) as string } });
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
