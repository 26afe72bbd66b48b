/** What the database's owner can do to what steps change of recordings, with the triggers dropped and put back: verify --deep names it. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { record } from "../../../worker/core/commit.ts";
import { sql } from "../../../worker/core/sql.ts";
import { stepsUnlike } from "../../../worker/recordings/erasing/steps.ts";
import { bringForward } from "../../../worker/recordings/retention.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, aTeam, call, DAY, daysAgo, setPolicy } from "../helpers.ts";
import { deep, findingsIn, lostArchives, noLostArchives, run } from "../trail/kit.ts";
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

  it("a longer wait than its store last asked for", async () => {
    const put = async (until: string | null) =>
      asOwner(["recordings"], () =>
        run("UPDATE recordings SET not_before = ?1, due = ?1 WHERE id = ?2", until, of.kept),
      );
    const until = new Date(Date.now() + 5 * DAY).toISOString();
    await record(env, {
      actor: "system",
      event: {
        code: "recording.erasure-deferred",
        subject: of.kept,
        payload: { notBefore: until, failures: 0 },
      },
      statements: [sql("UPDATE recordings SET not_before = ?1, due = ?1 WHERE id = ?2", until, of.kept)],
    });
    expect(await ofKept()).toEqual([]);
    await put("2099-01-01T00:00:00.000Z");
    expect(await ofKept()).toEqual([`altered ${of.kept} not_before`]);
    await put(null);
  });

  it("a run of long ago that is never over", async () => {
    const run_ = await env.DB.prepare("SELECT subject FROM audit WHERE code = 'recording.erasing'").first<{
      subject: string;
    }>();
    const set = (state: string, claim: string | null, due: string | null) =>
      asOwner(["recordings"], () =>
        run("UPDATE recordings SET state = ?, claim = ?, due = ? WHERE id = ?", state, claim, due, of.kept),
      );
    await set("erasing", run_!.subject, new Date(Date.now() + DAY / 4).toISOString());
    expect(await ofKept()).toEqual([]);
    await set("erasing", run_!.subject, new Date(Date.now() + DAY).toISOString());
    expect(await ofKept()).toEqual([`altered ${of.kept} due`]);
    await set("kept", null, null);
  });

  it("a day by a policy that was over an hour before it came", async () => {
    const id = await stored();
    const columns = async () => (await stepsUnlike(env, [id], Date.now())).flatMap((one) => one.columns);
    const set = (text: string) =>
      asOwner(["recordings"], () => run(`UPDATE recordings SET ${text} WHERE id = ?`, id));
    await set(`at = '${new Date(Date.now() + DAY / 24).toISOString()}'`);
    expect(await columns()).toEqual([]);
    await set("erase_after = date(started_on, '+6 months')");
    expect(await columns()).toEqual(["erase_after"]);
  });

  it("but not where an archive may say it that cannot be read", async () => {
    const set = "not_before = '2099-01-01T00:00:00.000Z', rule = 'hand'";
    await asOwner(["recordings"], () => run(`UPDATE recordings SET ${set} WHERE id = ?`, of.moved));
    const ofMoved = async () => (await found()).filter((one) => one.includes(of.moved));
    expect(await ofMoved()).toEqual([`altered ${of.moved} rule,not_before`]);
    await lostArchives([1_000_000], new Date().toISOString());
    expect(await ofMoved()).toEqual([]);
    await noLostArchives();
    expect(await ofMoved()).toHaveLength(1);
    // One that ended before it came says nothing of it, however many these are.
    await lostArchives(Array.from({ length: 21 }, (_, n) => -100 + 2 * n));
    expect(await ofMoved()).toEqual([`altered ${of.moved} rule,not_before`]);
    await noLostArchives();
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
