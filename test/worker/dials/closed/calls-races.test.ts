/** A month that closes while its calls are asked for hides none, and has none come in twice. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { callsQuery } from "../../../../shared/call-logs/api.ts";
import { pageOfCalls } from "../../../../worker/call-logs/find.ts";
import { planCalls } from "../../../../worker/call-logs/plan.ts";
import { insertCalls, type LoggedCall } from "../../../../worker/call-logs/rows.ts";
import { blockedAt } from "../../../../worker/check/decide-at.ts";
import type { Env } from "../../../../worker/env.ts";
import { currentPolicy } from "../../../../worker/policy/current.ts";
import { recall } from "../../../../worker/dials/closed/read.ts";
import { eventsOfNumber } from "../../../../worker/proof/number.ts";
import { aTeam, DAY, dump, under } from "../../helpers.ts";
import { dial } from "../../proof/kit.ts";
import {
  allBack,
  both,
  callOf,
  closeAgain,
  closingBefore,
  here,
  imported,
  made,
  meanwhileBefore,
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

it("hides none from a list by agent, where somebody asks for the number meanwhile", async () => {
  const { policy } = await currentPolicy(env.DB);
  const query = callsQuery.parse({ agent: "agent@example.com" });
  const ofNumber = async (own: Env) =>
    (await pageOfCalls(own, query, policy)).rows.filter((row) => `+${row.number}` === number);
  await closeAgain();
  // Between the rows of the database and those of the files.
  const asked = meanwhileBefore(/FROM closed_out WHERE num BETWEEN/, () => recall(env, [number]));
  expect(await ofNumber(asked)).toHaveLength(1);
  expect(await ofNumber(env)).toHaveLength(1);
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

it.each([
  ["the dial that its call was made by", /n\.device_at BETWEEN/],
  ["what screened it", /d\.device_at BETWEEN c\.since_ms/],
])("hides from a log no dial: %s", async (_, part) => {
  const { policy } = await currentPolicy(env.DB);
  const other = numberOf(mine + 30);
  await dial(tokens.agent, { number: other, e164: other, seen: null, at: made.at });
  const its = [logged({ number: other, providerId: other })];
  const evidence = async (own: Env) => {
    const { rows } = await planCalls(own, its, policy);
    return rows.map((one) => [one?.dial, one?.screened, one?.extension]);
  };
  const [then] = await evidence(env);
  expect(then).toEqual([expect.stringMatching(/^\d+$/), "dial", "on"]);
  expect(await evidence(closingBefore(part))).toEqual([then]);
});

it("looks for closed dials of a call only where some of its days have closed", async () => {
  const asked = vi.fn(() => Promise.resolve());
  const judge = () =>
    blockedAt(meanwhileBefore(/FROM closed_numbers|CROSS JOIN closed_numbers/, asked), [
      { number, at: made.at, campaign: "general" },
    ]);
  expect(await judge()).toEqual([null]);
  expect(asked).not.toHaveBeenCalled();
  await closeAgain();
  expect(await judge()).toEqual([null]);
  expect(asked).toHaveBeenCalledOnce();
});

it("hides none from who says whose an agent's calls are", async () => {
  const other = numberOf(mine + 30);
  await dial(tokens.agent, { number: other, e164: other, seen: null, at: made.at });
  // Of another person, who made no such dial.
  const row = { number: other, agent: "ext 7", startedAt: made.at, providerId: other };
  const people = (await dump("people")) as { id: string; role: string }[];
  const idOf = (role: string) => people.find((one) => one.role === role)!.id;
  const say = async (own: Env, person: string) =>
    under(own, "PUT", "/v1/calls/agents", { token: tokens.manager, body: { agent: row.agent, person } });
  await say(env, idOf("manager"));
  expect(await imported(tokens, { provider: "3cx", seconds: 9, ...row })).toEqual(["added"]);
  const stored = async () =>
    ((await dump("calls")) as { number: number; dial: string | null }[]).find(
      (one) => `+${one.number}` === other,
    )!.dial;
  expect(await stored()).toBeNull();
  const { status } = await say(closingBefore(/n\.device_at BETWEEN/), idOf("agent"));
  expect([status, await stored()]).toEqual([200, expect.stringMatching(/^\d+$/)]);
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
