/** Closed recordings where somebody altered what the database has of them, and what brings none back. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { compareKept, returnDue } from "../../../../worker/recordings/closed/due.ts";
import { bringForward } from "../../../../worker/recordings/retention.ts";
import { aTeam, call, DAY, under } from "../../helpers.ts";

import { aged, saveRecording } from "../kit.ts";
import { begin, close, dialler, here, ids, LATER, named, reports } from "./kit.ts";

const tokens = aTeam();
beforeAll(async () => {
  await begin(tokens.admin, 6);
  await close(LATER, { rows: 1 });
  expect([await here(), (await named()).length]).toEqual([[], 6]);
});
const day = async () =>
  (await env.DB.prepare("SELECT MIN(day) AS day FROM closed_kept_days").first<string>("day"))!;

it("a report that comes once more, and a trial of an import, bring none back", async () => {
  const again = await call("POST", "/v1/recordings", { token: dialler, body: reports[2] });
  expect([again.status, again.data]).toMatchObject([200, { id: ids[2] }]);
  const trial = { token: tokens.admin, body: { rows: [reports[4]], dryRun: true } };
  expect((await under(aged(env), "POST", "/v1/recordings/import", trial)).status).toBe(200);
  expect(await here()).toEqual([]);
});

it("a bucket that does not answer is asked of few files in a run", async () => {
  let tries = 0;
  const get = () => {
    tries++;
    return Promise.reject(new Error("down"));
  };
  const ARCHIVE = { get, head: () => Promise.reject(new Error("down")) } as unknown as R2Bucket;
  await expect(returnDue({ ...env, ARCHIVE }, Date.parse(await day()))).rejects.toThrow();
  expect(tries).toBe(3);
});

it("days that an administrator lengthened stay so where they are counted again", async () => {
  const was = await day();
  await saveRecording({ retentionMonths: 24 });
  await bringForward(env, LATER + 8 * DAY);
  const body = { dryRun: false, lengthen: true, months: 24, why: "We keep them longer" };
  expect((await call("POST", "/v1/recordings/retention", { token: tokens.admin, body })).status).toBe(200);
  const longer = await day();
  expect(longer > was).toBe(true);
  await env.DB.exec("UPDATE closed_kept_days SET n = n + 1");
  await compareKept(env);
  expect(await day()).toBe(longer);
});
