/** A recording whose day the database's owner moved, or whose hold they took away, is not erased, and officers are told. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Recording } from "../../../shared/recordings/api.ts";
import { letGo } from "../../../worker/jobs/sweep-said.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { templateOf } from "../../../worker/privacy-requests/letters/templates.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { asOwner, aTeam, call, DAY, dump, MONTH, setPolicy } from "../helpers.ts";
import { confirmAll, done, verified } from "../privacy-requests/kit.ts";
import { run } from "../trail/kit.ts";
import { arrive, sample } from "./kit.ts";

const tokens = aTeam();
const now = Date.now();
const stored = async () => arrive(env, tokens.admin, sample());
const old = "2026-01-05T09:00:00.000Z";
/** Under an older Worker somebody asked for it, and the request was closed. */
let ofBefore: string;
beforeAll(async () => {
  ofBefore = await stored();
  await run(
    `INSERT INTO requests (id, ref, kind, channel, state, name, number, received_on, days, decide_by, closed_at, by, at)
     VALUES ('old', 'OLD1-OLD1', 'access', 'post', 'closed', 'Dora Data', 442079460958, '2026-01-05', 30, '2026-02-05', ?1, 'x', ?1)`,
    old,
  );
  await run(
    "INSERT INTO request_items (request, kind, ref, found_at, verdict) VALUES ('old', 'recording', ?, ?, 'confirmed')",
    ...[ofBefore, old],
  );
  await run(
    "INSERT INTO letter_templates (kind, version, text, by, at) VALUES ('identity', 1, 'Who?', 'x', ?)",
    old,
  );
  await adopt(env);
});

const post = (path: string, body: object) =>
  call("POST", `/v1/recordings/${path}`, { token: tokens.compliance, body });
const one = async (id: string) =>
  (await env.DB.prepare("SELECT * FROM recordings WHERE id = ?")
    .bind(id)
    .first<{ state: string; erase_after: string }>())!;
const stateOf = async (id: string) => (await one(id)).state;
const keptBack = async () => ((await dump("kept_back")) as { row: string }[]).map(({ row }) => row);
const bend = (id: string, set: string) =>
  asOwner(["recordings"], () => run(`UPDATE recordings SET ${set} WHERE id = ?`, id));

it("one that a request of before names goes on its day, though the adoption bound that; its template stays in use", async () => {
  const day = Date.parse((await one(ofBefore)).erase_after) + DAY;
  await archiveMonths(env, now + 3 * MONTH);
  expect(await templateOf(env, "identity")).toBe("Who?");
  await eraseDue(env, day);
  expect(await keptBack()).not.toContain(`recordings/${ofBefore}`);
  expect(await stateOf(ofBefore)).toBe("erased");
  await asOwner(["letter_templates"], () => run("UPDATE letter_templates SET text = 'You?'"));
  expect(await templateOf(env, "identity")).not.toBe("You?");
});

it.each([
  "erase_after = '2026-01-01'",
  "erase_after = '2026-01-01', rule = 'hand'",
  "erase_after = '2026-01-01', rule = 'outside-regions'",
  "erase_after = '2026-01-01', started_on = '2020-01-01', started_at = '2020-01-01T09:00:00.000Z'",
  "erase_after = '2026-01-01', code = NULL, salt_high = NULL, salt_low = NULL",
])("is not erased for %s", async (set) => {
  await run("DELETE FROM outbox");
  const id = await stored();
  await bend(id, set);
  await eraseDue(env, now);
  await eraseDue(env, now + DAY);
  expect(await stateOf(id)).toBe("kept");
  expect(await keptBack()).toContain(`recordings/${id}`);
  const mails = ((await dump("outbox")) as { template: string; vals: string }[]).filter(
    ({ template }) => template === "rows-kept-back",
  );
  expect(mails).toHaveLength(2);
  expect(mails[0]!.vals).toContain(`recordings/${id}`);
});

it("one that is as it was again, or that an officer asks to erase, is erased", async () => {
  const [id, other] = [await stored(), await stored()];
  const { erase_after } = await one(id);
  for (const each of [id, other]) await bend(each, "erase_after = '2026-01-01'");
  await eraseDue(env, now);
  await bend(id, `erase_after = '${erase_after}'`);
  expect((await post(`${other}/erase`, { why: "a mistake" })).status).toBe(202);
  await sweep(env, now);
  for (const each of [id, other]) expect(await keptBack()).not.toContain(`recordings/${each}`);
  await eraseDue(env, now + DAY);
  expect([await stateOf(id), await stateOf(other)]).toEqual(["kept", "erased"]);
});

it("under a hold that was taken out of the database it stays, and after its release it goes", async () => {
  const id = await stored();
  const day = Date.parse((await one(id)).erase_after) + DAY;
  expect((await post(`${id}/hold`, { reason: "a claim", reviewOn: "2099-01-01" })).status).toBe(201);
  await run("DROP TABLE IF EXISTS aside");
  await run("CREATE TABLE aside AS SELECT * FROM recording_holds WHERE recording = ?", id);
  await asOwner(["recording_holds"], () => run("DELETE FROM recording_holds WHERE recording = ?", id));
  await eraseDue(env, day);
  expect(await stateOf(id)).toBe("kept");
  await asOwner(["recording_holds"], () => run("INSERT INTO recording_holds SELECT * FROM aside"));
  const { status, data } = await post(`${id}/release`, { reason: "settled" });
  expect(status, JSON.stringify(data as Recording)).toBe(200);
  for (const due of await letGo(env, day))
    for (const { sql, params } of due.statements) await run(sql, ...params);
  await eraseDue(env, day);
  expect(await stateOf(id)).toBe("erased");
});

it("is not erased by a policy that was altered, or that somebody put there", async () => {
  await run("DELETE FROM outbox");
  const version = await setPolicy(({ recording }) => ({ recording: { ...recording, retentionMonths: 12 } }));
  const id = await stored();
  await bend(id, "erase_after = date(started_on, '+1 month')");
  const day = Date.parse((await one(id)).erase_after) + DAY;
  const shorter = "json_set(doc, '$.recording.retentionMonths', 1)";
  await run(
    `INSERT INTO policies (version, doc, at, by, why, salt_high, salt_low, code)
     SELECT version + 1, ${shorter}, at, by, why, salt_high, salt_low, code FROM policies WHERE version = ?`,
    version,
  );
  await eraseDue(env, day);
  expect(await stateOf(id)).toBe("kept");
  await asOwner(["policies"], () => run("DELETE FROM policies WHERE version > ?", version));
  await run("DELETE FROM kept_back");
  await run("DELETE FROM outbox");
  await asOwner(["policies"], () => run(`UPDATE policies SET doc = ${shorter} WHERE version = ?`, version));
  await eraseDue(env, day);
  expect(await stateOf(id)).toBe("kept");
  const told = ((await dump("outbox")) as { vals: string | null }[]).map(({ vals }) => vals ?? "");
  expect(told.some((vals) => vals.includes(`policies/${version}`))).toBe(true);
  await asOwner(["policies"], () =>
    run(
      "UPDATE policies SET doc = json_set(doc, '$.recording.retentionMonths', 12) WHERE version = ?",
      version,
    ),
  );
});

it("on its day it goes, also where its event has left the database", async () => {
  const id = await stored();
  const day = Date.parse((await one(id)).erase_after) + DAY;
  await archiveMonths(env, now + 3 * MONTH);
  await eraseDue(env, day);
  expect(await stateOf(id)).toBe("erased");
});

describe("what it is and what its audio was", () => {
  let n = 0;
  const withAudio = async () =>
    arrive(env, tokens.admin, sample({ storage: { kind: "r2", key: `whole/${++n}.mp3` } }));
  const nothingBinds =
    "audio_rev = 0, audio_past = NULL, audio_high = NULL, audio_low = NULL, audio_code = NULL";
  const asked = (id: string, body: object = {}) => post(`${id}/erase`, { why: "a mistake", ...body });
  const fieldsIn = ({ data }: { data: unknown }) =>
    (data as { errors?: { path: string }[] }).errors?.map(({ path }) => path).sort();
  const payloads = async (id: string) =>
    (
      await env.DB.prepare(
        `SELECT p.payload FROM audit a JOIN audit_payload p ON p.seq = a.seq
         WHERE a.subject = ? AND a.code = 'recording.erase-asked' ORDER BY a.seq`,
      )
        .bind(id)
        .all<{ payload: string }>()
    ).results.map(({ payload }) => JSON.parse(payload) as object);

  describe.each([
    ["this month", () => Promise.resolve()],
    ["in a month that was archived", () => archiveMonths(env, now + 3 * MONTH)],
  ])("registered %s", (_, archived) => {
    it.each([
      "etag = NULL",
      "bytes = NULL",
      "etag = NULL, bytes = NULL, sha256 = NULL",
      `etag = NULL, bytes = NULL, sha256 = NULL, ${nothingBinds}, audio_at = NULL`,
      `etag = NULL, bytes = NULL, sha256 = NULL, ${nothingBinds}, audio_at = '2020-01-01T00:00:00.000Z'`,
      `etag = NULL, ${nothingBinds}, audio_at = '2020-01-01T00:00:00.000Z'`,
      // As one from before rows were bound, where there was none.
      `object = 'whole/' || id, at = '2020-01-01T00:00:00.000Z', code = NULL, salt_high = NULL, salt_low = NULL, ${nothingBinds}, audio_at = NULL`,
    ])("is not erased by day with %s", async (set) => {
      const id = await withAudio();
      const day = Date.parse((await one(id)).erase_after) + DAY;
      await archived();
      await bend(id, set);
      await eraseDue(env, day);
      expect(await stateOf(id)).toBe("kept");
      expect(await keptBack()).toContain(`recordings/${id}`);
    });

    it("goes on its day as it is", async () => {
      const id = await withAudio();
      const day = Date.parse((await one(id)).erase_after) + DAY;
      await archived();
      await eraseDue(env, day);
      expect(await stateOf(id)).toBe("erased");
    });

    it("is named to the officer who erases it by hand, and goes by their own word alone", async () => {
      const id = await withAudio();
      await archived();
      await bend(id, "object = 'whole/none.mp3', etag = NULL");
      const refused = await asked(id);
      expect([refused.status, (refused.data as { code: string }).code]).toEqual([409, "recording-unlike"]);
      // By chance others are named beside them (codeOf of leaves.ts).
      expect(fieldsIn(refused)).toEqual(expect.arrayContaining(["etag", "object"]));
      expect([await stateOf(id), await payloads(id)]).toEqual(["kept", []]);
      expect((await asked(id, { anyway: true })).status).toBe(202);
      await vi.waitFor(async () => expect(await stateOf(id)).toBe("erased"));
      expect(await payloads(id)).toMatchObject([
        { why: "a mistake", unlike: expect.arrayContaining(["object", "etag"]) as string[] },
      ]);
    });
  });

  it("an officer's word covers what they saw: what is altered after it stays", async () => {
    const id = await withAudio();
    const later = new Date(now + DAY).toISOString();
    await bend(id, `object = 'whole/none.mp3', waits_until = '${later}'`);
    expect((await asked(id, { anyway: true })).status).toBe(202);
    await bend(id, "object = 'whole/another.mp3'");
    await eraseDue(env, now + 2 * DAY);
    expect(await stateOf(id)).toBe("kept");
    expect(await keptBack()).toContain(`recordings/${id}`);
    await bend(id, "object = 'whole/none.mp3'");
    await sweep(env, now);
    await eraseDue(env, now + 2 * DAY);
    expect(await stateOf(id)).toBe("erased");
  });

  it("nor does a word on one that was as it should be cover what is altered after it", async () => {
    const id = await withAudio();
    await bend(id, `waits_until = '${new Date(now + DAY).toISOString()}'`);
    expect((await asked(id, { anyway: true })).status).toBe(202);
    expect((await payloads(id))[0]).not.toHaveProperty("unlike");
    await bend(id, "etag = NULL");
    await eraseDue(env, now + 2 * DAY);
    expect(await stateOf(id)).toBe("kept");
  });

  it("stays where a requester's erasure was granted, until an officer says so", async () => {
    const number = "+442079460877";
    const storage = { kind: "r2", key: "whole/theirs.mp3" } as const;
    const id = await arrive(env, tokens.admin, sample({ number, storage }));
    const request = await verified(tokens.compliance, number, { kind: "erasure" });
    await confirmAll(tokens.compliance, request);
    await bend(id, "object = 'whole/none.mp3', etag = NULL, sha256 = NULL");
    await run("DELETE FROM outbox");
    await done(tokens.compliance, request, "decide", { decision: "comply" });
    await eraseDue(env, now + DAY);
    expect(await stateOf(id)).toBe("kept");
    expect(await keptBack()).toContain(`recordings/${id}`);
    const mails = ((await dump("outbox")) as { template: string; vals: string }[]).filter(
      ({ template }) => template === "rows-kept-back",
    );
    expect(mails[0]!.vals).toContain(id);
    expect(await env.RECORDINGS!.head(storage.key)).not.toBeNull();
    expect((await asked(id, { anyway: true })).status).toBe(202);
    await vi.waitFor(async () => expect(await stateOf(id)).toBe("erased"));
  });
});
