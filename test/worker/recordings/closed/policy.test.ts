/**
 * A policy that is changed reaches closed recordings as it reaches the others: kept for no longer than it says (UK GDPR art 5(1)(e)), and
 * in no region that it does not allow.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Recording } from "../../../../shared/recordings/api.ts";
import { dayOf, monthsLater } from "../../../../shared/core/calendar.ts";
import { compareDays } from "../../../../worker/recordings/erasing/counted.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { bringForward } from "../../../../worker/recordings/retention.ts";
import { currentPolicy } from "../../../../worker/policy/current.ts";
import { effectOf } from "../../../../worker/policy/effect.ts";
import { aTeam, call, DAY, dump } from "../../helpers.ts";
import { deepOf } from "../../trail/kit.ts";
import { saveRecording } from "../kit.ts";
import { begin, close, get, here, ids, LATER, listed, night, reports } from "./kit.ts";

const tokens = aTeam();
const N = 4;

beforeAll(async () => {
  await begin(tokens.admin, N);
  await close();
  expect(await here()).toEqual([]);
});

const one = async (n: number) => (await get(tokens.compliance, `/v1/recordings/${ids[n]}`)).data as Recording;
const dayAfter = (n: number, months: number) =>
  monthsLater(dayOf(reports[n]!.startedAt, "Europe/London"), months);
const question = async () => (await get(tokens.admin, "/v1/recordings/retention")).data;
const weeks = async () => {
  const { data } = await get(tokens.admin, "/v1/recordings/erasures");
  return (data as { weeks: { week: string; recordings: number }[] }).weeks;
};
/** All days, as the API says them: of each recording, and counted. */
async function expectMonths(months: number) {
  for (let n = 0; n < N; n++)
    expect(await one(n)).toMatchObject({ eraseAfter: dayAfter(n, months), months, rule: "retention" });
  const all = (await listed(tokens.compliance, "limit=2")) as Recording[];
  expect(all.map(({ eraseAfter }) => eraseAfter)).toEqual(
    Array.from({ length: N }, (_, n) => dayAfter(N - 1 - n, months)),
  );
  expect((await weeks()).reduce((sum, { recordings }) => sum + recordings, 0)).toBe(N);
  const [first] = await weeks();
  expect(first!.week <= dayAfter(0, months)).toBe(true);
  expect(Date.parse(dayAfter(0, months)) - Date.parse(first!.week)).toBeLessThan(7 * DAY);
}

it("what a longer or a shorter retention would change is counted as ever", async () => {
  const { policy } = await currentPolicy(env.DB);
  const figures = async (path: string, from: unknown, to: unknown, now: number) =>
    (await effectOf(env.DB, policy, [{ path, from, to }], now)).map(({ n }) => n);
  // By then the default's twelve months are over.
  const over = Date.now() + 400 * DAY;
  expect(await figures("recording.retentionMonths", 12, 24, over)).toEqual([N]);
  expect(await figures("recording.retentionMonths", 12, 13, LATER)).toEqual([0]);
  for (const clause of ["recording.purposes", "recording.openedFrom"])
    expect(await figures(clause, [], ["training"], LATER)).toEqual([N]);
});

describe("longer", () => {
  it("moves nothing by itself, and asks; with an administrator's word all move", async () => {
    await saveRecording({ retentionMonths: 24 });
    await bringForward(env, LATER + 8 * DAY);
    await expectMonths(12);
    expect(await question()).toMatchObject({ asks: true, later: N, sooner: 0 });
    expect((await get(tokens.admin, "/v1/recordings/state")).data).toMatchObject({ lengthened: N });
    const body = { dryRun: false, lengthen: true, months: 24, why: "We keep them longer" };
    const answer = await call("POST", "/v1/recordings/retention", { token: tokens.admin, body });
    expect(answer).toMatchObject({ status: 200, data: { changed: N, later: N } });
    await expectMonths(24);
    expect(await question()).toMatchObject({ asks: false, later: 0, sooner: 0 });
  });

  it("the counts of days are those of the recordings, in whatever place", async () => {
    const before = await dump("recording_days");
    const events = () =>
      env.DB.prepare("SELECT COUNT(*) AS n FROM audit WHERE code = 'recording.days-counted'").first("n");
    for (let n = 0; n < 3; n++) await compareDays(env);
    expect([await dump("recording_days"), await events()]).toEqual([before, 0]);
  });
});

describe("shorter", () => {
  it("counts a week after the save, and reaches each on its new day", async () => {
    await saveRecording({ retentionMonths: 7 });
    // Within the week the longest time counts.
    await bringForward(env, Date.now() + DAY);
    await expectMonths(24);
    expect(await question()).toMatchObject({ sooner: N, later: 0 });
    await bringForward(env, LATER + 8 * DAY);
    await expectMonths(7);
    expect(await question()).toMatchObject({ sooner: 0, later: 0 });
  });

  it("each is back in time, and is erased on that day", async () => {
    const due = Date.parse(`${dayAfter(0, 7)}T12:00:00Z`);
    for (const days of [9, 4, 1]) {
      await bringForward(env, due - days * DAY);
      await night(due - days * DAY);
    }
    expect(await here()).toContain(ids[0]);
    expect((await one(0)).state).toBe("kept");
    for (let n = 0; n < 3; n++) await eraseDue(env, due + DAY);
    for (let n = 0; n < N; n++) expect((await one(n)).state).toBe("erased");
    const { results } = await env.DB.prepare("SELECT rule FROM certificates").all();
    expect(results).toEqual(ids.map(() => ({ rule: "retention" })));
    expect((await deepOf(["recordings", "audio"], due + DAY)).found).toEqual([]);
  });
});
