/** A backlog of closed months is worked off over runs of the clock, also where some are killed or fail. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { counted, within } from "../../../worker/storage/closed/calls.ts";
import type { Env } from "../../../worker/env.ts";
import { closeMonths, packOn, sayHowPacking } from "../../../worker/jobs/archive.ts";
import { beginNight, goOnWithNight } from "../../../worker/jobs/night.ts";
import { day, LATER, there } from "../dials/closed/kit.ts";
import { DAY, MINUTE } from "../helpers.ts";
import { allClosed, dialled, left, MOST, nights, watched } from "./nights.ts";

nights();

const SMALL = { rows: 2 };
/** However long a run takes, its calls end it. */
const TIMELESS = { ...SMALL, clock: () => LATER };

const NOW = LATER;
/** Of one day, whose month is over for longer than 62 days by then. */
const many = (n: number) => dialled(Array.from({ length: n }, (_, at) => day(0) + at * MINUTE));

it("of many files each run closes some, the oldest first, and all are closed once", async () => {
  const DIALS = 600;
  await many(DIALS);
  const asked: number[] = [];
  for (let runs = 0; runs < 20 && (await there()).length > 0; runs++) {
    const { own, queries } = watched();
    const before = (await there()).length;
    await (runs === 0 ? closeMonths(counted(own), NOW, SMALL) : packOn(counted(own), NOW, TIMELESS));
    asked.push(queries());
    const after = await there();
    expect(after.length).toBeLessThan(before);
    const { last } = (await env.DB.prepare("SELECT MAX(last) AS last FROM closed_files").first<{
      last: number;
    }>())!;
    expect(after.every((num) => Number(num) > last)).toBe(true);
  }
  expect(Math.max(...asked)).toBeLessThan(MOST);
  expect(asked.length).toBeGreaterThan(2);
  while ((await left()).length > 0) await packOn(counted(env), NOW, TIMELESS);
  await allClosed(DIALS);
  const idle = watched();
  await packOn(counted(idle.own), NOW, SMALL);
  expect(idle.queries()).toBe(1);
});

describe("a run that is killed", () => {
  const DIALS = 40;
  const OVER = 30 * MINUTE;
  let at = Date.now();
  const clock = () => at;
  beforeEach(async () => {
    at = Date.now();
    await many(DIALS);
  });
  const on = (own: Env = env) => packOn(own, NOW, { ...SMALL, clock });

  it("holds others off until it would have ended; then the next goes on, and nothing is halved or doubled", async () => {
    await expect(closeMonths(watched(100).own, NOW, SMALL)).rejects.toThrow("killed");
    const before = await there();
    expect(before.length).toBeLessThan(DIALS);
    expect(before.length).toBeGreaterThan(0);
    // It may be at it still.
    await on();
    expect(await there()).toEqual(before);
    at += OVER;
    await on();
    expect(await left()).toEqual([]);
    await allClosed(DIALS);
  });

  it("at the same step each time: that waits for the next night, the steps behind it go on, and the job says so", async () => {
    await expect(closeMonths(watched(100).own, NOW, SMALL)).rejects.toThrow("killed");
    for (let n = 0; n < 2; n++) {
      at += OVER;
      await expect(on(watched(40).own)).rejects.toThrow("killed");
    }
    at += OVER;
    const before = await there();
    expect(before.length).toBeGreaterThan(0);
    for (let n = 0; n < 2; n++) await expect(on()).rejects.toThrow("dials: ");
    expect(await there()).toEqual(before);
    expect(await left()).toEqual(["night failed dials"]);
    await closeMonths(env, NOW, SMALL);
    await on();
    await allClosed(DIALS);
  });
});

it("what cannot be cut short has ended however long it took, and the steps behind it go on in the next run", async () => {
  let at = NOW;
  const done: string[] = [];
  const step = (name: string, answer?: boolean) => async () => {
    done.push(name);
    at += MINUTE;
    return await Promise.resolve(answer);
  };
  const steps = { whole: step("whole", true), cut: step("cut", false), last: step("last") };
  await beginNight(counted(env, { queries: 0, calls: 0 }), steps, { now: NOW });
  const run = async () => {
    const until = at + MINUTE;
    await goOnWithNight(
      within(env, () => at < until),
      steps,
      { now: NOW, clock: () => at },
    );
  };
  await run();
  expect(await left()).toEqual(["night left cut", "night left last"]);
  for (let n = 0; n < 2; n++) await run();
  expect(done).toEqual(["whole", "cut", "cut"]);
});

describe("what a night left", () => {
  const DIALS = 8;
  const none = { queries: 0, calls: 0 };
  beforeEach(() => many(DIALS));
  const night = (now = NOW) => closeMonths(counted(env, none), now, SMALL);

  it("fails the job while other jobs leave it no calls, and the night's run says so, too", async () => {
    await night();
    expect((await there()).length).toBe(DIALS);
    await sayHowPacking(env, NOW);
    await expect(packOn(counted(env, none), NOW, TIMELESS)).rejects.toThrow("other jobs left no calls");
    await expect(sayHowPacking(env, NOW)).rejects.toThrow("other jobs left no calls");
    await packOn(env, NOW, TIMELESS);
    await allClosed(DIALS);
    await sayHowPacking(env, NOW);
    // Where nothing is left, none are wanted.
    expect(await left()).toEqual([]);
    await packOn(counted(env, none), NOW, TIMELESS);
  });

  it("fails the job for as long as a step of it failed, until a night tries that again", async () => {
    await night();
    let puts = 0;
    const ARCHIVE = {
      put: () => Promise.reject(new Error(`full ${++puts}`)),
      delete: () => Promise.resolve(),
    };
    const own = { ...env, ARCHIVE } as unknown as Env;
    for (let n = 0; n < 2; n++)
      await expect(packOn(own, NOW, TIMELESS)).rejects.toThrow("dials: Error: full 1");
    expect(puts).toBe(1);
    // The night's run says it, too, before it tries again; and fails itself where that fails.
    await expect(sayHowPacking(env, NOW)).rejects.toThrow("full 1");
    await expect(closeMonths(own, NOW, SMALL)).rejects.toThrow("full 2");
    await packOn(own, NOW, TIMELESS);
    await closeMonths(env, NOW, SMALL);
    await allClosed(DIALS);
  });

  it("fails the job where a step of it has not ended for two weeks, over all nights between", async () => {
    const few = () => counted(env, { queries: 30, calls: 8000 });
    await night();
    await packOn(few(), NOW + 13 * DAY, TIMELESS);
    await night(NOW + 14 * DAY);
    await expect(packOn(few(), NOW + 15 * DAY, TIMELESS)).rejects.toThrow("than runs get done");
    await expect(sayHowPacking(env, NOW + 15 * DAY)).rejects.toThrow("than runs get done");
    expect((await there()).length).toBeGreaterThan(0);
    // What came to its end, and begins again, is of the later night.
    await packOn(env, NOW + 15 * DAY, TIMELESS);
    await night(NOW + 16 * DAY);
    await packOn(few(), NOW + 17 * DAY, TIMELESS);
    await allClosed(DIALS);
  });
});
