/** What the database's owner can do to what steps change of recordings, with the triggers dropped and put back: verify --deep names it. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { bringForward } from "../../../worker/recordings/retention.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, aTeam, call, DAY, daysAgo, setPolicy } from "../helpers.ts";
import { deep, findingsIn, run } from "../trail/kit.ts";
import { arrive, sample } from "./kit.ts";

const tokens = aTeam();
let n = 0;
const stored = () => arrive(env, tokens.admin, sample({ storage: { kind: "r2", key: `steps/${++n}.mp3` } }));
const post = (path: string, body: object, token = tokens.compliance) =>
  call("POST", `/v1/recordings${path}`, { token, body });
const keep = (months: number, outsideRegions: "erase" | "keep" = "keep", regions = ["GB"]) =>
  setPolicy((policy) => ({
    recording: { ...policy.recording, regions, retentionMonths: months, outsideRegions },
  }));
const found = () => findingsIn("recordings");

const of = { kept: "", hand: "", erased: "", moved: "" };
beforeAll(async () => {
  await adopt(env);
  await keep(12);
  for (const which of ["kept", "hand", "erased", "moved"] as const) of[which] = await stored();
  // A store that does not answer: it stays, by hand.
  await env.RECORDINGS!.put(`steps/2.mp3`, "another");
  expect((await post(`/${of.hand}/erase`, { why: "a mistake" })).status).toBe(202);
  await eraseDue(env, Date.now() + 400 * DAY, { only: of.erased });
});

it("each step leaves what follows from the trail: policy's shorter and longer days, by hand, failures, erasure", async () => {
  expect(await found()).toEqual([]);
  await keep(6);
  await bringForward(env, Date.now() + 8 * DAY);
  expect(await found()).toEqual([]);
  await keep(24);
  const longer = await post(
    "/retention",
    { dryRun: false, lengthen: true, months: 24, why: "claims" },
    tokens.admin,
  );
  expect(longer.status).toBe(200);
  expect(await found()).toEqual([]);
  // Years later, while the store fails.
  await eraseDue(env, Date.now() + 800 * DAY, { only: of.hand });
  expect((await deep("recordings", Date.now() + 800 * DAY)).findings).toEqual([]);
});

describe("what no step can have left is named", () => {
  // The other one's next try was set by a clock of years later.
  const ofKept = async () => (await found()).filter((one) => one.includes(of.kept));
  it.each([
    ["a day that was moved far later", "erase_after = '2099-01-01'", "erase_after"],
    ["or nearer", `erase_after = '${daysAgo(-3)}'`, "erase_after"],
    ["an erasure that nobody asked for", `rule = 'hand', erase_after = '${daysAgo(0)}'`, "rule"],
    ["a region that policy never forbade", "rule = 'outside-regions'", "erase_after"],
    ["months that no policy had", "months = 120", "months"],
    ["a run that there never was", "state = 'erasing', claim = 'x'", "claim"],
    ["a wait that nothing sets", "waits_until = '2099-01-01T00:00:00.000Z'", "waits_until"],
    ["a provider's word that none gave", "not_before = '2099-01-01T00:00:00.000Z'", "not_before"],
    ["a next try in years", "due = '2099-01-01T00:00:00.000Z'", "due"],
    ["or that is no moment", "due = 'x'", "due"],
    ["a message that is never over", "queued_until = '2099-01-01T00:00:00.000Z'", "queued_until"],
    ["an upload that is never over", "storing_until = '2099-01-01T00:00:00.000Z'", "storing_until"],
  ])("%s", async (_, set, column) => {
    await run("DROP TABLE IF EXISTS aside");
    await run("CREATE TABLE aside AS SELECT * FROM recordings WHERE id = ?", of.kept);
    await asOwner(["recordings"], () => run(`UPDATE recordings SET ${set} WHERE id = ?`, of.kept));
    expect(await ofKept()).toEqual([`altered ${of.kept} ${column}`]);
    const columns =
      "state, erase_after, rule, months, claim, waits_until, not_before, due, queued_until, storing_until";
    await asOwner(["recordings"], () =>
      run(`UPDATE recordings SET (${columns}) = (SELECT ${columns} FROM aside) WHERE id = ?`, of.kept),
    );
    expect(await ofKept()).toEqual([]);
  });

  it("one that says that it is erased, without a certificate; and one that is there again, with it", async () => {
    const text =
      "state = 'erased', provider_id = NULL, number = NULL, agent = NULL, direction = NULL, started_at = NULL, started_on = NULL, seconds = NULL, object = NULL, bytes = NULL, sha256 = NULL, etag = NULL, announced = NULL, purpose = NULL, flag = NULL";
    await asOwner(["recordings"], () => run(`UPDATE recordings SET ${text} WHERE id = ?`, of.kept));
    expect(await found()).toContain(`altered ${of.kept} state`);
    await asOwner(["recordings"], () =>
      run(
        `UPDATE recordings SET state = 'kept', provider_id = 'x', started_at = '2026-01-01T00:00:00.000Z', started_on = '2026-01-01', object = 'x' WHERE id = ?`,
        of.erased,
      ),
    );
    expect((await found()).filter((one) => one.includes(of.erased)).join()).toContain("state");
  });
});
