/** What is counted again of closed recordings keeps the days that policy and an administrator gave them. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { compareKept } from "../../../../worker/recordings/closed/due.ts";
import { compareDays } from "../../../../worker/recordings/erasing/counted.ts";
import { bringForward } from "../../../../worker/recordings/retention.ts";
import { aTeam, call, DAY, dump } from "../../helpers.ts";
import { deepOf } from "../../trail/kit.ts";
import { saveRecording } from "../kit.ts";
import { begin, close, here, LATER } from "./kit.ts";

const tokens = aTeam();
interface Count {
  was: string;
  day: string;
  months: number | null;
}
const counts = () => dump("closed_kept_days") as Promise<Count[]>;
let longer: Count[];

beforeAll(async () => {
  await begin(tokens.admin, 6);
  await close(LATER, { rows: 3 });
  expect(await here()).toEqual([]);
  await saveRecording({ retentionMonths: 24 });
  await bringForward(env, LATER + 8 * DAY);
  const body = { dryRun: false, lengthen: true, months: 24, why: "We keep them longer" };
  expect((await call("POST", "/v1/recordings/retention", { token: tokens.admin, body })).status).toBe(200);
  longer = await counts();
  for (const { was, day, months } of longer) expect([day > was, months]).toEqual([true, 24]);
});

it("one count of several is given back as the others are", async () => {
  // As where one of a file's two systems is missing.
  const [{ first }] = (await dump("closed_kept_days")) as [{ first: number }];
  await env.DB.exec("UPDATE marks SET value = 1 WHERE name = 'retention-lengthened'");
  await env.DB.prepare(
    "INSERT INTO closed_kept_days SELECT first, 'other', provider, store, region, started_on, claims, was, day, months, rule, 0 FROM closed_kept_days WHERE first = ?",
  )
    .bind(first)
    .run();
  await env.DB.prepare("DELETE FROM closed_kept_days WHERE first = ? AND by <> 'other'").bind(first).run();
  await compareKept(env);
  await env.DB.exec("UPDATE marks SET value = 24 WHERE name = 'retention-lengthened'");
  expect(await counts()).toEqual(longer);
});

it.each([
  "UPDATE closed_kept_days SET n = n + 1",
  "UPDATE closed_kept_days SET n = 0",
  "DELETE FROM closed_kept_days",
])("an administrator lengthened them, and then: %s", async (tampered) => {
  const days = await dump("recording_days");
  await env.DB.exec(tampered);
  await compareKept(env);
  await bringForward(env, LATER + 9 * DAY);
  expect(await counts()).toEqual(longer);
  expect(await dump("recording_days")).toEqual(days);
});

it("what a shorter retention gave stays, too, also where it came after", async () => {
  await saveRecording({ retentionMonths: 18 });
  await bringForward(env, LATER + 40 * DAY);
  const shorter = await counts();
  for (const { months } of shorter) expect(months).toBe(18);
  for (const tampered of ["UPDATE closed_kept_days SET n = n + 1", "DELETE FROM closed_kept_days"]) {
    await env.DB.exec(tampered);
    await compareKept(env);
    expect(await counts()).toEqual(shorter);
  }
  await compareDays(env);
  expect((await deepOf(["recordings"], LATER)).found).toEqual([]);
});
