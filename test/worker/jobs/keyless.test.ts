/** A Worker without AUDIT_KEY keeps no record of where the trail's bindings begin: a run looks that up from the trail itself, each time it is asked. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../../worker/env.ts";
import { OFTEN_CRON, scheduled } from "../../../worker/jobs/scheduled.ts";
import { counted } from "../../../worker/storage/closed/calls.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { adoptions, startOf } from "../../../worker/trail/start.ts";
import { there } from "../dials/closed/kit.ts";
import { MONTH } from "../helpers.ts";
import { dialled, left, MOST, nights, watched } from "./nights.ts";

nights();

const keyless = (own: Env): Env => ({ ...own, AUDIT_KEY: "" });
const run = async (cron: string) => {
  const { own, queries } = watched();
  await scheduled({ cron, scheduledTime: Date.now() }, keyless(own));
  return queries();
};

it("a night closes months itself, and runs of five minutes the rest", async () => {
  // What an upgrade leaves to do once.
  for (let n = 0; n < 2; n++) await run(OFTEN_CRON);
  const months = Array.from({ length: 20 }, (_, n) => Date.now() - Math.round((n + 3.5) * MONTH));
  await dialled(months);
  const before = (await there()).length;
  const asked = [await run("17 3 * * *")];
  expect((await there()).length).toBeLessThan(before);
  while ((await left()).length > 0 && asked.length < 10) asked.push(await run(OFTEN_CRON));
  expect(await there()).toEqual([]);
  expect(Math.max(...asked)).toBeLessThan(MOST);
});

it("once its events are archived, a run reads their object once, however often it asks", async () => {
  await archiveMonths(env, Date.now() + 3 * MONTH);
  const whole = await startOf(keyless(env));
  // But for tokens' codes, which want a key.
  expect(adoptions.filter((which) => whole[which] === null)).toEqual(["coded"]);
  let reads = 0;
  const ARCHIVE = new Proxy(env.ARCHIVE, {
    get: (bucket, key) => {
      if (key === "get") reads++;
      const value: unknown = Reflect.get(bucket, key);
      return typeof value === "function" ? (value.bind(bucket) as unknown) : value;
    },
  });
  const own = counted({ ...keyless(env), ARCHIVE });
  for (let n = 0; n < 3; n++) {
    const { originOf: _, ...start } = await startOf(own);
    expect(whole).toMatchObject(start);
  }
  expect(reads).toBe(1);
});
