/**
 * The Worker's clock is set a day forth and a day back amid work, while the database's goes on: nothing is erased, published or
 * counted early, no day is lost or comes twice, nothing is clear that is barred, and the trail says when its times may be wrong.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChangesAnswer, CheckAnswer } from "../../../shared/check/api.ts";
import { daysLater } from "../../../shared/core/calendar.ts";
import type { Problem } from "../../../shared/api.ts";
import { OFTEN_CRON, scheduled } from "../../../worker/jobs/scheduled.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { aTeam, call, DAY, daysAgo, dump, integration, MINUTE, push, today } from "../helpers.ts";
import { deepOf } from "../trail/kit.ts";
import { arrive, sample } from "../recordings/kit.ts";

const DAILY = "17 3 * * *";
const LISTED = "+442079460958";
const tokens = aTeam();
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, [LISTED]);
  await adopt(env);
});

/** Sets the Worker's clock so many days from the right time. */
const set = (days: number): void => {
  vi.useRealTimers();
  if (days !== 0) vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + days * DAY });
};
const clocks = [1, -1, 0];
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(() => set(0));

const run = (cron = DAILY) => scheduled({ cron, scheduledTime: Date.now() }, env);
const as = (who: keyof typeof tokens, method: string, path: string, body?: object, headers = {}) =>
  call(method, path, { token: tokens[who], headers, ...(body && { body }) });
const checked = async (number: string) =>
  ((await as("manager", "POST", "/v1/check", { numbers: [number] })).data as CheckAnswer).results[0]!;
const codes = async () =>
  ((await dump("audit")) as { code: string }[]).map(({ code }) => code).filter((code) => /^clock/.test(code));
const daysOf = async (table: string) =>
  ((await dump(table)) as { day: string }[]).map(({ day }) => day).sort();

let n = 0;
const fresh = (): string => `+44113496${String(++n).padStart(4, "0")}`;
const dial = (number: string) => ({
  ...{ number, e164: number, action: "held", verdict: "blocked", seen: null, reasons: [] },
  ...{ host: "crm.example", at: new Date().toISOString() },
});

describe("the clock's jobs", () => {
  it("a day early erase nothing, publish nothing, and say so once; at the right time they do all of it once", async () => {
    const id = await arrive(env, tokens.admin, sample({ storage: { kind: "r2", key: "clock/one" } }));
    await env.DB.prepare("UPDATE recordings SET erase_after = ? WHERE id = ?").bind(daysAgo(-1), id).run();
    await as(
      "agent",
      "POST",
      "/v1/suppressions",
      { number: fresh(), reason: "x" },
      { "idempotency-key": "of-today-1" },
    );
    await env.DB.prepare("UPDATE idempotency SET at = ?")
      .bind(new Date(Date.now() - 1.5 * DAY).toISOString())
      .run();
    const kept = async () => [
      (await dump("recordings")).length,
      (await dump("certificates")).length,
      (await dump("idempotency")).length,
      (await dump("audit_payload")).length - (await codes()).length,
    ];
    const before = await kept();

    set(1);
    for (const cron of [OFTEN_CRON, DAILY, OFTEN_CRON])
      await expect(run(cron)).rejects.toThrow("no job runs");
    expect(await codes()).toEqual(["clock.apart"]);
    expect([await daysOf("heads"), await daysOf("statements")]).toEqual([[], []]);
    expect(await kept()).toEqual(before);

    set(0);
    await run(OFTEN_CRON);
    expect(await codes()).toEqual(["clock.apart", "clock.together"]);
    await run();
    await run();
    expect(await daysOf("heads")).toEqual([today()]);
    expect(await dump("certificates")).toEqual([]);
    expect((await dump("idempotency")).length).toBe(before[2]);
  });

  it("a day late neither: no head of a day comes twice, and none is dated back", async () => {
    set(-1);
    await expect(run()).rejects.toThrow("no job runs");
    set(0);
    await run();
    expect(await daysOf("heads")).toEqual([today()]);
    expect(new Set(await daysOf("statements")).size).toBe((await dump("statements")).length);
    expect(await codes()).toEqual(["clock.apart", "clock.together", "clock.apart", "clock.together"]);
  });

  it("run where the clocks differ by some minutes, as two machines' may", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 9 * MINUTE });
    await run(OFTEN_CRON);
    vi.setSystemTime(Date.now() + 2 * MINUTE);
    await expect(run(OFTEN_CRON)).rejects.toThrow("no job runs");
    set(0);
    await run(OFTEN_CRON);
  });
});

describe("what is barred", () => {
  it("stays barred by every clock, whichever it was entered by", async () => {
    const entered: string[] = [];
    const ways: ((number: string) => Promise<{ status: number }>)[] = [
      (number) => as("agent", "POST", "/v1/suppressions", { number, kind: "objection", reason: "asked" }),
      (number) => as("manager", "POST", "/v1/suppressions/bulk", { rows: [{ number, reason: "asked" }] }),
      (number) => call("POST", "/v1/requests", { body: { kind: "objection", name: "Dora", number } }),
    ];
    for (const days of clocks)
      for (const way of ways) {
        const number = fresh();
        // A consent of just before, by the right clock, does not come after it.
        set(0);
        const given = await as("manager", "POST", "/v1/consents", {
          ...{
            number,
            kind: "notification",
            giver: "subscriber",
            givenBy: "J. Doe",
            givenAt: new Date().toISOString(),
          },
          ...{ words: "yes", how: "web", proof: "form" },
        });
        expect(given.status).toBe(201);
        set(days);
        expect((await way(number)).status).toBeLessThan(300);
        entered.push(number);
      }
    for (const days of clocks) {
      set(days);
      for (const number of [...entered, LISTED])
        expect([days, number, (await checked(number)).verdict]).toEqual([days, number, "blocked"]);
    }
  });

  it("is told to pages that asked before the clock was set", async () => {
    const { seq } = (await env.DB.prepare("SELECT MAX(seq) AS seq FROM audit").first<{ seq: number }>())!;
    const numbers: string[] = [];
    for (const days of clocks) {
      set(days);
      numbers.push(fresh());
      await as("agent", "POST", "/v1/suppressions", { number: numbers.at(-1), reason: "asked" });
    }
    for (const days of clocks) {
      set(days);
      const { data } = await as("manager", "GET", `/v1/changes?since=${seq}`);
      expect((data as ChangesAnswer).numbers, `${days}`).toEqual(expect.arrayContaining(numbers));
    }
  });
});

describe("who asks", () => {
  it("a token works on after the clock was set, and one that was revoked meanwhile never does", async () => {
    const system = await integration(tokens.admin, ["check"], "Of the clock");
    for (const days of [...clocks, 1, 0]) {
      set(days);
      expect((await call("GET", "/v1/me", { token: system })).status, `${days}`).toBe(200);
    }
    set(1);
    const ended = await integration(tokens.admin, ["check"], "Ended ahead");
    expect((await call("DELETE", "/v1/tokens/current", { token: tokens.agent })).status).toBe(200);
    for (const days of clocks) {
      set(days);
      expect((await call("GET", "/v1/me", { token: tokens.agent })).status, `${days}`).toBe(401);
      expect((await call("GET", "/v1/me", { token: ended })).status).toBe(200);
    }
  });

  it("a request that comes again is the same, by whatever clock", async () => {
    const number = fresh();
    const answers: unknown[] = [];
    for (const days of [...clocks, 1]) {
      set(days);
      const body = { number, kind: "house", reason: "x" };
      const headers = { "idempotency-key": "set-forth-and-back" };
      answers.push((await as("manager", "POST", "/v1/suppressions", body, headers)).data);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const { results } = await env.DB.prepare("SELECT 1 FROM suppressions WHERE number = ?")
      .bind(Number(number.slice(1)))
      .all();
    expect(results).toHaveLength(1);
  });

  it("an hour's numbers that are used up are used up when the clock comes back", async () => {
    const token = await integration(tokens.admin, ["check"], "Much asked");
    vi.useFakeTimers({ toFake: ["Date"], now: new Date().setMinutes(30) });
    const hour = Date.now();
    const some = (count: number) => Array.from({ length: count }, (_, i) => `+44${1_632_960_000 + i}`);
    const ask = (count: number) => call("POST", "/v1/check", { token, body: { numbers: some(count) } });
    while ((await ask(1000)).status === 200);
    const spent = async () => ((await ask(1)).data as Problem).code;
    expect(await spent()).toBe("too-many-numbers");
    for (const days of [1, -1]) vi.setSystemTime(hour + days * DAY);
    vi.setSystemTime(hour);
    expect(await spent()).toBe("too-many-numbers");
  });
});

it("evidence that was written by wrong clocks is whole, each once, and the trail verifies", async () => {
  const numbers: string[] = [];
  for (const days of [...clocks, -1, 1, 0]) {
    set(days);
    numbers.push(fresh());
    expect((await as("manager", "POST", "/v1/dials", dial(numbers.at(-1)!))).status, `${days}`).toBe(201);
  }
  const { results } = await env.DB.prepare("SELECT number FROM dials ORDER BY num").all<{ number: number }>();
  for (const number of numbers)
    expect(results.filter((row) => row.number === Number(number.slice(1)))).toHaveLength(1);
  expect(await verify(env)).toMatchObject({ ok: true });
  const { found } = await deepOf(["dials", "suppressions", "consents", "tokens", "people"]);
  expect(found).toEqual([]);
  // What the clock of a day ahead dated is not missed by the statement of its day, nor by the next.
  const days = await daysOf("statements");
  expect(days).toEqual([...new Set(days)]);
  for (const [i, day] of days.entries()) if (i > 0) expect(day).toBe(daysLater(days[i - 1]!, 1));
});
