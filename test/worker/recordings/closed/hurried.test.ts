/** Many files whose day is there at once: a run puts back what it has time for, and asks a store that is silent of few. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import { OFTEN_CRON, scheduled } from "../../../../worker/jobs/scheduled.ts";
import { returnDue } from "../../../../worker/recordings/closed/due.ts";
import { recallKept } from "../../../../worker/recordings/closed/read.ts";
import type { Env } from "../../../../worker/env.ts";
import { aTeam, DAY, MINUTE } from "../../helpers.ts";
import { begin, close, here, ids, LATER, named } from "./kit.ts";

const tokens = aTeam();
let due: number;
beforeAll(async () => {
  await begin(tokens.admin, 6);
  await close(LATER, { rows: 1 });
  expect([await here(), (await named()).length]).toEqual([[], 6]);
  const day = await env.DB.prepare("SELECT MIN(day) AS day FROM closed_kept_days").first<string>("day");
  due = Date.parse(day!);
});

it("a store that does not answer is asked of few", async () => {
  const get = vi.fn(() => Promise.reject(new Error("down")));
  const own = { ...env, ARCHIVE: { get, head: get } } as unknown as Env;
  await expect(returnDue(own, due)).rejects.toThrow("could not be put back");
  expect(get.mock.calls.length).toBeLessThan(7);
  expect(await here()).toEqual([]);
});

it("what is in the database goes before a store is asked", async () => {
  const [id] = ids;
  await recallKept(env, { ids: [id!] });
  const isOnItsWay = () =>
    env.DB.prepare("SELECT state <> 'kept' OR queued_until IS NOT NULL AS yes FROM recordings WHERE id = ?")
      .bind(id)
      .first("yes");
  const states: unknown[] = [];
  const asked = async (key: string) => {
    if (key.startsWith("recordings/")) states.push(await isOnItsWay());
    throw new Error("down");
  };
  const ERASURE = { sendBatch: () => Promise.resolve() };
  const own = {
    ...env,
    ERASURE,
    ARCHIVE: { get: asked, head: asked, list: env.ARCHIVE.list.bind(env.ARCHIVE) },
  };
  await scheduled({ cron: OFTEN_CRON, scheduledTime: due + DAY }, own as unknown as Env).catch(
    () => undefined,
  );
  expect(states[0]).toBe(1);
});

it("files come back for as long as a run has time", async () => {
  let at = due;
  const clock = () => (at += MINUTE / 5);
  await returnDue(env, due, clock);
  expect(await here()).toHaveLength(5);
  await returnDue(env, due, clock);
  expect(await here()).toHaveLength(6);
});
