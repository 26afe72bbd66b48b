/**
 * Much at once: a policy that makes months of closed recordings due puts no more of them into the database than go, as one that is full takes
 * no write; and to read entries one by one brings none back.
 */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Recording } from "../../../../shared/recordings/api.ts";
import { returnDue, returnNear } from "../../../../worker/recordings/closed/due.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { bringForward } from "../../../../worker/recordings/retention.ts";
import { aTeam, DAY, dump } from "../../helpers.ts";
import { saveRecording } from "../kit.ts";
import { begin, close, get, here, ids, LATER, listed, named, slow } from "./kit.ts";

const tokens = aTeam();
const N = 6;
const states = async () => ((await dump("recordings")) as { state: string }[]).map(({ state }) => state);
const list = async () => (await listed(tokens.compliance, "limit=100")) as Recording[];

beforeAll(async () => {
  await begin(tokens.admin, N);
  await close(LATER, { rows: 2, clock: slow() });
  for (let n = 0; n < 4; n++) await close(LATER, { rows: 2 });
  expect([await here(), (await named()).length]).toEqual([[], 3]);
});

it("an entry is read where it lies", async () => {
  const entries = await Promise.all(
    ids.map(async (id) => (await get(tokens.manager, `/v1/recordings/${id}`)).data),
  );
  expect(entries).toEqual((await list()).toReversed());
  expect(await here()).toEqual([]);
});

it("what waits for its erasure goes before more comes back", async () => {
  const now = Date.now() + 200 * DAY;
  await saveRecording({ retentionMonths: 3 });
  await bringForward(env, now);
  const left: number[] = [];
  for (let n = 0; n < 5; n++) {
    // At night, too.
    await returnNear(env, now, Date.now, 2);
    await returnDue(env, now, Date.now, 2);
    left.push((await states()).filter((state) => state !== "erased").length);
    await eraseDue(env, now, { rows: 2, claims: 1 });
  }
  expect(left.slice(0, 3)).toEqual([2, 2, 2]);
  expect(await named()).toEqual([]);
  expect(await states()).toEqual(ids.map(() => "erased"));
});
