/** Whoever owns the bucket and the database replaces an object and what its row says of it: verify --deep names it. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { RecordingArrived } from "../../../shared/recordings/api.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { aTeam, asOwner, call, DAY, integration, setPolicy } from "../helpers.ts";
import { deepOf, run } from "../trail/kit.ts";
import { laid, sample } from "./kit.ts";

const tokens = aTeam();
let dialler: string;
beforeAll(async () => {
  await setPolicy((policy) => ({ recording: { ...policy.recording, regions: ["GB"] } }));
  dialler = await integration(tokens.admin, ["recordings:write"], "Dialler", "dialler/");
  await run(
    `INSERT INTO recordings (id, provider, ref, provider_id, started_at, store, object, region, bytes, etag, erase_after, rule, months, by, at)
     VALUES ('old', 'x', 'old', 'old', '2026-01-01', 'r2', 'old.mp3', 'GB', 3, 'e', '2099-01-01', 'retention', 12, 'x', '2026-01-01')`,
  );
  await adopt(env);
});

const deep = () => deepOf(["recordings", "audio"]);
const found = async () => (await deep()).found;
const registered = async (key?: string) => {
  const body = await laid(env, sample({ storage: { kind: "r2", ...(key && { key }) } }));
  return ((await call("POST", "/v1/recordings", { token: dialler, body })).data as RecordingArrived).id;
};
const columns = "bytes, sha256, etag, audio_rev, audio_at, audio_past, audio_high, audio_low, audio_code";
/** Does something, and puts the row back as it was. */
async function during(id: string, work: () => Promise<unknown>): Promise<void> {
  await run("CREATE TABLE aside AS SELECT * FROM recordings WHERE id = ?", id);
  await work();
  await asOwner(["recordings"], () =>
    run(`UPDATE recordings SET (${columns}) = (SELECT ${columns} FROM aside) WHERE id = ?`, id),
  );
  await run("DROP TABLE aside");
}
/** Puts other audio in the object's place, and has the row say that it was so all along. */
async function replace(id: string, key: string): Promise<void> {
  const { size, etag } = (await env.RECORDINGS!.put(key, "other words"))!;
  await run(
    "UPDATE recordings SET bytes = ?, etag = ?, sha256 = IIF(sha256 IS NULL, NULL, 'ab') WHERE id = ?",
    ...[size, etag, id],
  );
  // It is opened, as its row fits.
  expect(
    (await call("GET", `/v1/recordings/${id}/audio?purpose=quality`, { token: tokens.manager })).status,
  ).toBe(200);
}

it("an object that was registered with its key", async () => {
  const id = await registered("dialler/one.mp3");
  expect(await deep()).toEqual({ found: [], bound: { every: 2, none: 2 } });
  await during(id, async () => {
    await replace(id, "dialler/one.mp3");
    expect((await found())[0]).toMatch(`audio ${id}: altered`);
    // Nor does it help to say that nothing was known of it, or that it is of before.
    await run("UPDATE recordings SET audio_code = NULL, audio_high = NULL WHERE id = ?", id);
    expect(await found()).toEqual([`audio ${id}: altered`, `audio ${id}: extra`]);
    await run("UPDATE recordings SET bytes = NULL, sha256 = NULL, etag = NULL WHERE id = ?", id);
    expect(await found()).toEqual([`audio ${id}: altered`]);
  });
  expect(await found()).toEqual([]);
});

it("one that was stored through the Worker, and the state before", async () => {
  const id = await registered();
  expect((await deep()).bound).toEqual({ every: 3, none: 2 });
  const { object } = (await env.DB.prepare("SELECT object FROM recordings WHERE id = ?")
    .bind(id)
    .first<{ object: string }>())!;
  const stored = await call("PUT", `/v1/recordings/${id}/audio`, {
    ...{
      token: dialler,
      raw: "their words",
      headers: { "content-type": "audio/mpeg", "content-length": "11" },
    },
  });
  expect(stored.status, stored.text).toBe(200);
  expect(await deep()).toEqual({ found: [], bound: { every: 4, none: 2 } });
  await during(id, async () => {
    await replace(id, object);
    expect((await found())[0]).toMatch(`audio ${id}: altered`);
    await run(
      "UPDATE recordings SET audio_rev = 0, bytes = NULL, sha256 = NULL, etag = NULL, audio_code = NULL WHERE id = ?",
      id,
    );
    expect((await found())[0]).toMatch(`audio ${id}: altered`);
  });
  expect(await found()).toEqual([]);
});

it("one that two people looked at: the last state counts, and none before it", async () => {
  const key = "dialler/copied.mp3";
  const id = await registered(key);
  await during(id, async () => {
    await run("CREATE TABLE first AS SELECT * FROM recordings WHERE id = ?", id);
    await env.RECORDINGS!.put(key, "copied");
    await call("POST", `/v1/recordings/${id}/look`, {
      token: tokens.compliance,
      body: { why: "The bucket was copied." },
    });
    expect((await call("POST", `/v1/recordings/${id}/look/approve`, { token: tokens.admin })).status).toBe(
      200,
    );
    expect(await found()).toEqual([]);
    await run(`UPDATE recordings SET (${columns}) = (SELECT ${columns} FROM first) WHERE id = ?`, id);
    expect(await found()).toEqual([`audio ${id}: altered`]);
  });
  // As it was before, it is not as it was last.
  await run("DELETE FROM recordings WHERE id = ?", id).catch(() => null);
  await asOwner(["recordings"], () => run("DELETE FROM recordings WHERE id = ?", id));
  expect(await found()).toEqual([
    `recordings ${id}: missing`,
    `audio ${id}: missing`,
    `audio ${id}: missing`,
  ]);
});

it("what is erased is not missed, and a row of before is said to be bound by nothing", async () => {
  const id = await registered("dialler/erased.mp3");
  const before = await deep();
  await eraseDue(env, Date.now() + 400 * DAY, { only: id });
  const after = await deep();
  expect(after.found).toEqual(before.found);
  await run("UPDATE recordings SET etag = 'other' WHERE id = 'old'");
  expect(await deep()).toEqual(after);
});
