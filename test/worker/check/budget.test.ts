/** How many numbers each person may ask about, so that nobody reads a register out. */
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

it("the office has a limit of its own, and the count goes after two days", async () => {
  await setPolicy(({ access }) => ({ access: { ...access, officeNumbersPerHour: 2000 } }));
  for (const role of ["manager", "compliance", "admin"] as const) {
    for (let n = 0; n < 2; n++) expect((await ask(tokens[role], 1000)).status).toBe(200);
    expect((await ask(tokens[role], 1)).data).toMatchObject(tooMany);
  }
  await sweep(env, Date.now() + 86_400_000);
  expect(await dump("asked")).toHaveLength(4);
  await sweep(env, Date.now() + 3 * 86_400_000);
  expect(await dump("asked")).toHaveLength(0);
});

it("the hour slides: nobody asks twice as much around the full hour", async () => {
  const at = (minute: number) => vi.setSystemTime(new Date().setUTCMinutes(minute, 0, 0));
  const began = Date.now();
  const slider = await join(tokens.admin, "agent", "slider@example.com");
  at(59);
  expect((await ask(slider, 1000)).status).toBe(200);
  at(60);
  expect((await ask(slider, 100)).data).toMatchObject(tooMany);
  expect(await alarms()).toContainEqual(expect.objectContaining({ code: "check.over-budget" }));
  at(30);
  expect((await ask(slider, 500)).status).toBe(200);
  expect((await ask(slider, 1)).data).toMatchObject(tooMany);
  vi.setSystemTime(began);
});

it("a number that may be several counts as so many", async () => {
  const reader = await join(tokens.admin, "agent", "reader@example.com");
  const body = { numbers: ["030 4000 1234"] };
  const { data } = await call("POST", "/v1/check", { token: reader, body });
  const [{ readings = [] }] = (data as { results: [{ readings?: string[] }] }).results;
  expect(readings.length).toBeGreaterThan(1);
  const counted = (await env.DB.prepare(
    "SELECT SUM(numbers) AS n FROM asked WHERE person = (SELECT id FROM people WHERE email = ?)",
  )
    .bind("reader@example.com")
    .first<{ n: number }>())!;
  expect(counted.n).toBe(readings.length);
});

it("a table that is streamed through a screening ends where the day's numbers are spent", async () => {
  await setPolicy(({ access }) => ({ access: { ...access, screenedPerDay: 10_000 } }));
  const table = (n: number) => {
    const rows = Array.from({ length: n }, () => `+4420${String(70_000_000 + next++)}`);
    const headers = { "content-type": "text/csv" };
    return call("POST", "/v1/screenings?name=x", {
      token: tokens.manager,
      raw: ["Phone", ...rows, ""].join("\n"),
      headers,
    });
  };
  expect((await table(9000)).text.trim().split("\n")).toHaveLength(9001);
  await expect(table(1001)).rejects.toThrow();
  expect((await table(1000)).text.trim().split("\n")).toHaveLength(1001);
});

it("of many refusals at once one alarms", async () => {
  const beset = await join(tokens.admin, "agent", "beset@example.com");
  const before = (await alarms()).length;
  expect((await ask(beset, 1000)).status).toBe(200);
  const all = await Promise.all(Array.from({ length: 12 }, () => ask(beset, 1)));
  expect(all.map(({ data }) => (data as { code: string }).code)).toEqual(Array(12).fill("too-many-numbers"));
  expect(await alarms()).toHaveLength(before + 1);
});

it("dials and checks spend one hour: a dial's answer says what a check's does", async () => {
  const dialler = await join(tokens.admin, "agent", "dialler@example.com");
  const dial = () => {
    const number = `+4420${String(70_000_000 + next++)}`;
    const seen = { verdict: "unknown", reasons: [{ code: "offline" }], seen: null };
    const body = { number, e164: number, action: "held", ...seen, host: "crm.example.com" };
    return call("POST", "/v1/dials", { token: dialler, body: { ...body, at: new Date().toISOString() } });
  };
  expect((await ask(dialler, 996)).status).toBe(200);
  const before = (await alarms()).length;
  const all = await Promise.all(Array.from({ length: 9 }, dial));
  expect(all.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 429, 429, 429, 429, 429]);
  expect((await ask(dialler, 1)).data).toMatchObject(tooMany);
  expect(await alarms()).toHaveLength(before + 1);
});
