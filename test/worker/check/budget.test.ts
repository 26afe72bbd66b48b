/** The hourly limit of an agent, so that nobody reads a register out. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Role } from "../../../shared/people/api.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { call, dump, join, newTeam, setPolicy } from "../helpers.ts";

let tokens: Record<Role, string>;
beforeAll(async () => {
  // A fixed clock: no test begins in one hour and ends in the next.
  vi.useFakeTimers({ toFake: ["Date"], now: new Date().setMinutes(30) });
  tokens = await newTeam();
  await setPolicy(({ access }) => ({ access: { ...access, numbersPerHour: 1000 } }));
});
afterAll(() => void vi.useRealTimers());
/** Moves all counts to an hour long ago. */
const hourPasses = () => env.DB.prepare("UPDATE asked SET hour = '2020-01-01T00'").run();

let next = 0;
const ask = (token: string, n: number) => {
  const numbers = Array.from({ length: n }, () => `+4420${String(70_000_000 + next++)}`);
  return call("POST", "/v1/check", { token, body: { numbers } });
};
const tooMany = { status: 429, code: "too-many-numbers" };
const alarms = async () =>
  ((await dump("audit")) as { code: string; subject: string }[]).filter(
    (r) => r.code === "check.over-budget",
  );

it("an agent's excess is refused, alarmed once, and does not spend what is left", async () => {
  expect((await ask(tokens.agent, 900)).status).toBe(200);
  const over = await ask(tokens.agent, 101);
  expect(over.data).toMatchObject(tooMany);
  expect(over.headers.get("retry-after")).toBe("60");
  expect((await ask(tokens.agent, 100)).status).toBe(200);
  expect((await ask(tokens.agent, 1)).data).toMatchObject(tooMany);
  expect(await alarms()).toHaveLength(1);
  const mails = (await dump("outbox")) as { template: string; recipient: string }[];
  expect(mails.filter((m) => m.template === "budget").map((m) => m.recipient)).toEqual(
    expect.arrayContaining(["ada@example.com", "compliance@example.com"]),
  );
  expect(mails).toHaveLength(2);
});

it("it is each person's own, each hour's anew, and a number that is written twice is one", async () => {
  const other = await join(tokens.admin, "agent", "other@example.com");
  expect((await ask(other, 1000)).status).toBe(200);
  expect((await ask(other, 1)).data).toMatchObject(tooMany);
  await hourPasses();
  expect((await ask(tokens.agent, 999)).status).toBe(200);
  const twice = Array<string>(5).fill("+442079460001");
  const { status } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: twice } });
  expect(status).toBe(200);
  expect((await ask(tokens.agent, 1)).data).toMatchObject(tooMany);
  expect(await alarms()).toHaveLength(3);
});

it("of many questions at once no more are answered", async () => {
  await env.DB.exec("DELETE FROM asked");
  const all = await Promise.all(Array.from({ length: 8 }, () => ask(tokens.agent, 300)));
  expect(all.filter((a) => a.status === 200)).toHaveLength(3);
});

it("other roles have none, and the count goes after two days", async () => {
  for (const role of ["manager", "compliance", "admin"] as const)
    for (let n = 0; n < 2; n++) expect((await ask(tokens[role], 1000)).status).toBe(200);
  await sweep(env, Date.now() + 86_400_000);
  expect(await dump("asked")).toHaveLength(1);
  await sweep(env, Date.now() + 3 * 86_400_000);
  expect(await dump("asked")).toHaveLength(0);
});

it("of many refusals at once one alarms", async () => {
  const beset = await join(tokens.admin, "agent", "beset@example.com");
  const before = (await alarms()).length;
  expect((await ask(beset, 1000)).status).toBe(200);
  const all = await Promise.all(Array.from({ length: 12 }, () => ask(beset, 1)));
  expect(all.map(({ data }) => (data as { code: string }).code)).toEqual(Array(12).fill("too-many-numbers"));
  expect(await alarms()).toHaveLength(before + 1);
});

it("as many dials as numbers spend the hour: a dial's answer says what a check's does", async () => {
  const dialler = await join(tokens.admin, "agent", "dialler@example.com");
  const dial = () => {
    const number = `+4420${String(70_000_000 + next++)}`;
    const seen = { verdict: "unknown", reasons: [{ code: "offline" }], seen: null };
    const body = { number, e164: number, action: "held", ...seen, host: "crm.example.com" };
    return call("POST", "/v1/dials", { token: dialler, body: { ...body, at: new Date().toISOString() } });
  };
  expect((await dial()).status).toBe(201);
  const columns = Object.keys((await dump("dials"))[0]!).filter(
    (name) => !["at", "device_at"].includes(name),
  );
  const copied = columns.map((name) => (name === "num" ? "num - 64 * n" : name)).join(", ");
  await env.DB.prepare(
    `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 999)
     INSERT INTO dials (${columns.join(", ")}) SELECT ${copied} FROM c, dials`,
  ).run();
  const before = (await alarms()).length;
  expect((await dial()).status).toBe(201);
  expect((await dial()).data).toMatchObject(tooMany);
  expect((await ask(dialler, 1)).data).toMatchObject(tooMany);
  expect(await alarms()).toHaveLength(before + 1);
});
