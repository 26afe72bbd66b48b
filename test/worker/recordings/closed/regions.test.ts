/** Closed recordings whose region the policy allows no more: quarantined at once, and erased by its rule, whatever place their rows lie in. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Recording } from "../../../../shared/recordings/api.ts";
import { currentPolicy } from "../../../../worker/policy/current.ts";
import { effectOf } from "../../../../worker/policy/effect.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { bringForward } from "../../../../worker/recordings/retention.ts";
import { aTeam, call, DAY } from "../../helpers.ts";
import { saveRecording } from "../kit.ts";
import { begin, close, get, here, ids, LATER, listed, night } from "./kit.ts";

const tokens = aTeam();
const N = 3;

beforeAll(async () => {
  await begin(tokens.admin, N);
  await close();
  expect(await here()).toEqual([]);
});
const one = async (id: string) => (await get(tokens.compliance, `/v1/recordings/${id}`)).data as Recording;
const shown = async () =>
  ((await listed(tokens.compliance, "show=quarantined")) as Recording[]).map(({ id }) => id);
const quarantined = async () =>
  ((await get(tokens.admin, "/v1/recordings/state")).data as { quarantined: number }).quarantined;

it("within the policy's regions none is quarantined", async () => {
  expect([await shown(), await quarantined()]).toEqual([[], 0]);
});

it("outside they are at once: nobody opens them, and each is listed and counted", async () => {
  await saveRecording({ regions: ["US"], outsideRegions: "keep" });
  expect(await quarantined()).toBe(N);
  expect((await shown()).toSorted()).toEqual(ids.toSorted());
  expect(await one(ids[0]!)).toMatchObject({ quarantined: true, state: "kept" });
  const audio = await call("GET", `/v1/recordings/${ids[0]}/audio?purpose=quality`, {
    token: tokens.compliance,
  });
  expect(audio.data).toMatchObject({ code: "recording-quarantined" });
  const { policy } = await currentPolicy(env.DB);
  const change = { path: "recording.outsideRegions", from: "keep", to: "erase" };
  expect(await effectOf(env.DB, policy, [change], LATER)).toEqual([{ path: change.path, n: N }]);
});

it("by the rule that has them erased they go a week after the save, with certificates that say so", async () => {
  await saveRecording({ outsideRegions: "erase" });
  const soon = Date.now() + 2 * DAY;
  await night(soon);
  await bringForward(env, soon);
  expect((await one(ids[0]!)).eraseAfter > new Date(soon).toISOString().slice(0, 10)).toBe(true);
  for (const days of [8, 9, 10]) {
    const now = Date.now() + days * DAY;
    await bringForward(env, now);
    await night(now);
    await bringForward(env, now);
    await eraseDue(env, now);
  }
  for (const id of ids) expect(await one(id)).toMatchObject({ state: "erased", rule: "outside-regions" });
  expect(await quarantined()).toBe(0);
});
