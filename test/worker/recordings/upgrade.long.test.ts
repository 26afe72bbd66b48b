/** From the schema of the release before owners (migration 0028): what its recordings, certificates and webhooks become. */
import { monthsLater } from "../../../shared/core/calendar.ts";
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { PersonAnswer, Role } from "../../../shared/people/api.ts";
import type { RecordingArrived, RecordingRequest } from "../../../shared/recordings/api.ts";
import { record } from "../../../worker/core/commit.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { sql } from "../../../worker/core/sql.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { refOf } from "../../../worker/recordings/rows.ts";
import { verifyDeep } from "../../../worker/trail/deep.ts";
import { call, DAY, dump, newTeam, setPolicy } from "../helpers.ts";
import { laid, sample } from "./kit.ts";

let tokens: Record<Role, string>;
const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();
const tokenOf = (id: string) => `cdt_${id}`;

const integration = (id: string) =>
  env.DB.batch([
    env.DB.prepare(
      "INSERT INTO people (id, kind, name, email, role, created_at) VALUES (?1, 'integration', ?1, ?1 || '@x', 'agent', ?2)",
    ).bind(id, ago(400)),
    env.DB.prepare(
      "INSERT INTO tokens (id, person, hash, device, created_at, last_used_at) VALUES (?1, ?1, ?2, '', ?3, ?4)",
    ).bind(id, sha256Hex(tokenOf(id)), ago(400), ago(1)),
  ]);

/** As the release before wrote one: with a key, or with the one that the Worker made. */
const recordingBy = (by: string, object: string | null, days = 5) => {
  const id = `${by}-${object?.replaceAll("/", "-") ?? "own"}`;
  return env.DB.prepare(
    `INSERT INTO recordings (id, provider, ref, provider_id, number, direction, started_at, started_on, seconds, store, object,
       region, announced, purpose, erase_after, rule, months, by, at)
     VALUES (?1, 'dialler', ?2, ?1, 442079460958, 'outbound', ?3, substr(?3, 1, 10), 60, 'r2',
       COALESCE(?4, 'recordings/' || substr(?3, 1, 7) || '/' || ?1), 'GB', 1, 'quality', ?5, 'retention', 12, ?6, ?3)`,
  )
    .bind(id, refOf("dialler", id), ago(days), object, monthsLater(ago(days).slice(0, 10), 12), by)
    .run();
};

let before: object[];
beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  await reset();
  await applyD1Migrations(
    env.DB,
    // And the codes of the trail, which today's Worker writes.
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0029" || name.startsWith("0046_keyed")),
  );
  const named: Record<string, (string | null)[]> = {
    single: ["calls/ann/1.mp3", "calls/bob/2.mp3"],
    uploads: [null],
    both: ["both/1.mp3", null],
    dated: ["2026/11/1.mp3"],
    months: ["calls-2026-11/1.mp3"],
    mixed: ["east/1.mp3", "west/1.mp3"],
    root: ["1.mp3"],
    one: ["shared/1.mp3"],
    other: ["shared/2.mp3"],
    officers: ["legacy/1.mp3"],
  };
  for (const [id, keys] of Object.entries(named)) {
    await integration(id);
    for (const key of keys) await recordingBy(id, key);
  }
  await integration("fleet");
  await integration("paused");
  await recordingBy("an officer", "legacy/2.mp3");
  await recordingBy("an officer", "archive/1.mp3", 500);
  await recordingBy("public", "twilio/1.mp3");
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO recordings (id, provider, ref, store, region, state, erase_after, rule, months, by, at)
       VALUES ('gone', 'dialler', 'gone', 'r2', 'GB', 'erased', '2026-01-01', 'retention', 12, 'single', '2026-01-01')`,
    ),
    // All that these reported is erased, and which keys it had with it.
    ...["paused", "hook:generic"].map((by) =>
      env.DB.prepare(
        `INSERT INTO recordings (id, provider, ref, store, region, state, erase_after, rule, months, by, at)
         VALUES (?1, 'dialler', ?1, 'r2', 'GB', 'erased', '2026-01-01', 'retention', 12, ?2, ?3)`,
      ).bind(`was ${by}`, by, ago(40)),
    ),
    env.DB.prepare(
      `INSERT INTO webhooks (id, url, secret, by, at, since, told)
       VALUES ('hook', 'https://crm.example.com/', 'whsec_plain', 'single', '2026-01-01', 0, 0)`,
    ),
  ]);
  await record(env, {
    actor: "system",
    event: { code: "recording.erased", subject: "gone", payload: {} },
    statements: [
      sql(
        "INSERT INTO certificates VALUES ('gone', 'dialler', 'r2', 'GB', '2026-01-01', 'retention', 12, '', ?, 'x')",
        new Date().toISOString(),
      ),
    ],
  });
  before = (await dump("recordings")) as object[];
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  tokens = await newTeam();
  await setPolicy((policy) => ({ recording: { ...policy.recording, regions: ["GB"] } }));
});
afterAll(() => vi.restoreAllMocks());

const post = (by: string, body: RecordingRequest) =>
  call("POST", "/v1/recordings", { token: tokenOf(by), body });
const at = (key: string) => laid(env, sample({ storage: { kind: "r2", key } }));

it("old rows keep everything, their keys above all", async () => {
  // And what the view has besides (migration 0165).
  const number: unknown = expect.any(Number);
  expect(await dump("recordings")).toEqual(
    before.map((row) => ({
      ...{ ...row, etag: null, waits_until: null, storing_until: null, queued_until: null },
      ...{ salt_high: null, salt_low: null, code: null },
      ...{
        audio_rev: 0,
        audio_at: null,
        audio_past: null,
        audio_high: null,
        audio_low: null,
        audio_code: null,
      },
      ...{ certified: null, commit_a: null, commit_b: null, commit_c: null, commit_d: null, was: null },
      ...{ rowid: number, source: number, agent_num: (row as { agent: string | null }).agent && number },
    })),
  );
});

it("an integration gets the folder that is its own, or its id's; where neither is known it has none", async () => {
  const owners = (await dump("owners")) as { id: string; prefix: string }[];
  expect(Object.fromEntries(owners.map(({ id, prefix }) => [id, prefix]))).toEqual({
    single: "calls/",
    uploads: "uploads/",
    both: "both/",
    paused: "paused/",
    "hook:generic": "generic/",
  });
});

it("a guessed prefix is an administrator's to put right, once, while nothing is below it", async () => {
  const of = async (id: string) =>
    (await call("GET", `/v1/people/${id}`, { token: tokens.admin })).data as PersonAnswer;
  const patch = (id: string, prefix: string) =>
    call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body: { prefix } });
  expect([(await of("paused")).prefixGuessed, (await of("uploads")).prefixGuessed]).toEqual([true, false]);
  // As long as it is there, it is its owner's alone.
  expect(((await post("dated", await at("paused/1.mp3"))).data as Problem).code).toBe("key-not-yours");
  for (const taken of ["both/", "calls/more/", "2026/"])
    expect(((await patch("paused", taken)).data as Problem).code, taken).toBe("prefix-taken");
  expect(await of("paused")).toMatchObject({ prefix: "paused/", prefixGuessed: true });
  expect((await patch("paused", "campaign/")).status).toBe(200);
  expect(await of("paused")).toMatchObject({ prefix: "campaign/", prefixGuessed: false });
  expect((await post("paused", await at("campaign/1.mp3"))).status).toBe(201);
  for (const id of ["paused", "uploads"]) expect((await patch(id, "more/")).status, id).toBe(409);
  const hook = (provider: string, prefix: string, token = tokens.admin) =>
    call("PUT", `/v1/hooks/${provider}/prefix`, { token, body: { prefix } });
  expect((await hook("generic", "moved/", tokens.compliance)).status).toBe(403);
  expect([(await hook("generic", "moved/")).status, (await hook("generic", "again/")).status]).toEqual([
    200, 409,
  ]);
  expect([(await hook("twilio", "rooms/")).status, (await hook("aircall", "rings/")).status]).toEqual([
    200, 422,
  ]);
  expect(await dump("owners_guessed")).toEqual([]);
});

it("what they did yesterday they do today, and nobody names another's keys", async () => {
  for (const [by, key] of [
    ["single", "calls/cyd/3.mp3"],
    ["dated", "2027/01/1.mp3"],
    ["mixed", "north/1.mp3"],
    ["one", "shared/3.mp3"],
  ] as const)
    expect((await post(by, await at(key))).status, key).toBe(201);
  const upload = sample({ storage: { kind: "r2" } });
  expect((await post("uploads", upload)).status).toBe(201);
  for (const [by, key] of [
    ["dated", "calls/dan/1.mp3"],
    ["single", "2027/01/2.mp3"],
  ] as const)
    expect(((await post(by, await at(key))).data as Problem).code, key).toBe("key-not-yours");
  expect(((await post("fleet", upload)).data as Problem).code).toBe("scope-missing");
});

it("a report of before is known again by its own integration", async () => {
  const body = sample({
    providerId: "single-calls-ann-1.mp3",
    storage: { kind: "r2", key: "calls/ann/1.mp3" },
  });
  const { status, data } = await post("single", body);
  expect([status, (data as RecordingArrived).id]).toEqual([200, "single-calls-ann-1.mp3"]);
});

it("what nobody looked at is opened, and erased on its day with a bound certificate", async () => {
  await laid(env, sample({ storage: { kind: "r2", key: "calls/ann/1.mp3" } }));
  const path = "/v1/recordings/single-calls-ann-1.mp3/audio?purpose=quality";
  expect((await call("GET", path, { token: tokens.manager })).status).toBe(200);
  await eraseDue(env, Date.now() + 370 * DAY, { only: "single-calls-ann-1.mp3" });
  expect(await env.RECORDINGS!.head("calls/ann/1.mp3")).toBeNull();
  const rows = await verifyDeep(env, { table: "certificates", pass: "rows" });
  expect(rows).toMatchObject({ findings: [], bound: { every: 1, some: 0, none: 1 } });
  expect(await verifyDeep(env, { table: "certificates", pass: "events" })).toMatchObject({ findings: [] });
});

it("a webhook keeps its secret until the daily job seals it", async () => {
  expect(await dump("webhooks")).toMatchObject([{ id: "hook", secret: "whsec_plain", sealed: null }]);
});
