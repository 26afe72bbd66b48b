/**
 * Recordings lie in smaller rows behind a view of their name (migration 0165). From the state before: nothing of one changes; and by the
 * step of docs/deploy.md the table of before comes back as it was, so that a Worker of before finds it.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Role } from "../../../../shared/people/api.ts";
import type { RecordingsAnswer } from "../../../../shared/recordings/api.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { call, DAY, dump, migrationsSince, newTeam } from "../../helpers.ts";
import { deepOf, run } from "../../trail/kit.ts";
import { erased, kept, long } from "../certificates/kit.ts";
import { arrive, sample } from "../kit.ts";

const SLIM = "0165";
const AGES = { startedAt: new Date(Date.now() - 30 * DAY).toISOString() };
let tokens: Record<Role, string>;
let ids: string[];
let before: Awaited<ReturnType<typeof all>>;
let schema: unknown[];

const all = async () => ({
  rows: await kept(),
  order: (await env.DB.prepare("SELECT rowid AS place, id FROM recordings ORDER BY rowid").all()).results,
  certificates: (
    await env.DB.prepare(
      "SELECT recording, why, erased_at, commitment, was, CAST(code AS TEXT) AS code, moment FROM certificates ORDER BY recording",
    ).all()
  ).results,
  holds: await dump("holds"),
  days: await dump("recording_days"),
  looks: await dump("recording_looks"),
});
/** Of the tables that are rebuilt, and what reads and watches them, without how it is broken into lines. */
const schemaOf = async () =>
  (
    await env.DB.prepare(
      `SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB '_cf_*' ORDER BY type, name`,
    ).all<{ type: string; name: string; sql: string }>()
  ).results.map(({ sql, ...rest }) => ({ ...rest, sql: sql.replaceAll('"', "").replaceAll(/\s+/g, " ") }));
const list = async (query = "") =>
  (
    (await call("GET", `/v1/recordings?${query}`, { token: tokens.compliance })).data as RecordingsAnswer
  ).recordings.map(({ id }) => id);
const found = async () => (await deepOf(["recordings", "certificates", "audio", "recording_holds"])).found;

const columns = (own: Record<string, string | number | null>): Record<string, string | number | null> => ({
  ...{ id: "odd", provider: "other", ref: "no hash", provider_id: "7", number: null, agent: "007" },
  ...{ direction: null, started_at: "2026-11-01T10:00:00Z", started_on: "2026-11-02", seconds: 7 },
  ...{
    store: "twilio",
    object: "RE7",
    region: "US",
    bytes: 5,
    sha256: "zz",
    announced: null,
    purpose: "else",
  },
  ...{
    flag: '[{"code":"objected"}]',
    erase_after: "2099-01-01",
    rule: "hand",
    months: 0,
    why: 'She\'s "here"',
  },
  ...{ claim: "c", due: "2099-01-01T00:00:00.000Z", not_before: "2099-01-01", failures: 4, error: "e" },
  ...{ by: "hook:twilio", at: "2026-11-01", etag: 'W/"1"', waits_until: "2026-12-01T00:00:00.000Z" },
  ...{ storing_until: "x", queued_until: "y", audio_rev: 3, audio_at: "2026", audio_past: '[{"a":1}]' },
  ...own,
});
const put = (own: Record<string, string | number | null>) => {
  const row = columns(own);
  return run(
    `INSERT INTO recordings (${Object.keys(row).join(", ")}) VALUES (${Object.keys(row)
      .map(() => "?")
      .join(", ")})`,
    ...(Object.values(row) as string[]),
  );
};

beforeAll(async () => {
  await reset();
  // Later ones do not touch these tables, and the Worker of now needs theirs.
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => !/^(?:0165|0176)/.test(name)),
  );
  tokens = await newTeam();
  ids = [
    await arrive(env, tokens.admin, sample()),
    await arrive(env, tokens.admin, sample({ ...AGES, agent: "bob@example.com" })),
    await arrive(env, tokens.admin, sample({ ...AGES, storage: { kind: "r2", key: "held.mp3" } })),
  ];
  const hold = { token: tokens.compliance, body: { reason: "A claim", reviewOn: "2099-01-01" } };
  expect((await call("POST", `/v1/recordings/${ids[2]}/hold`, hold)).status).toBe(201);
  ids.push(await erased(tokens.admin, long({ agent: "gone@example.com" })));
  ids.push(await erased(tokens.admin, sample(), tokens.compliance));
  await put({});
  await put({
    ...{ id: "ODD-2", ref: "A".repeat(64), object: "RE8", failures: 0, why: "", agent: null },
    state: "erasing",
  });
  await run(
    "UPDATE recordings SET salt_high = -9223372036854775808, code = 9007199254740993 WHERE id = 'odd'",
  );
  [before, schema] = [await all(), await schemaOf()];
  expect(before.rows).toHaveLength(7);
  expect(before.certificates).toHaveLength(2);
  await applyD1Migrations(env.DB, migrationsSince(SLIM));
});

it("each column of each recording is as it was, in its place, and so is what follows from them", async () => {
  expect(await all()).toEqual(before);
  const named = await found();
  expect(named.filter((one) => !/odd/i.test(one))).toEqual([]);
  expect((await env.DB.prepare("PRAGMA foreign_key_check").all()).results).toEqual([]);
});

it("lies in bytes and numbers, and who brought it and its agent once", async () => {
  const { results } = await env.DB.prepare(
    `SELECT DISTINCT typeof(key) AS id, typeof(name) AS ref, typeof(came) AS at, typeof(until) AS day, began_on
     FROM recording_rows WHERE state = 'kept' AND id <> 'odd'`,
  ).all();
  expect(results).toEqual([{ id: "blob", ref: "blob", at: "integer", day: "integer", began_on: 0 }]);
  const agents = async () =>
    ((await dump("recording_agents")) as { agent: string }[]).map(({ agent }) => agent).sort();
  expect(await agents()).toEqual(["007", "ann@example.com", "bob@example.com"]);
});

it("is found by agent, provider, region and finding", async () => {
  expect(await list("agent=bob@example.com")).toEqual([ids[1]]);
  expect(await list("agent=nobody")).toEqual([]);
  expect(await list("provider=other")).toEqual(["odd", "ODD-2"].sort().reverse());
  expect(await list("provider=other&agent=007")).toEqual(["odd"]);
  expect((await list("provider=dialler")).sort()).toEqual([ids[0], ids[1], ids[2]].sort());
  expect((await list("show=quarantined")).sort()).toEqual(["ODD-2", "odd"]);
  expect(await list("show=quarantined&provider=dialler")).toEqual([]);
  expect((await list("show=flagged")).sort()).toEqual(["ODD-2", "odd"]);
  expect(await list("show=failing")).toEqual(["odd"]);
});

it("is one by its reference and object, and is refused with what it cannot be", async () => {
  const [first] = (await dump("recordings")) as { ref: string; object: string }[];
  for (const wrong of [
    ...[{ id: "odd" }, { id: ids[0]! }, { ref: first!.ref }, { ref: "no hash" }],
    ...[
      { store: "r2", object: first!.object },
      { store: "tape" },
      { direction: "sideways" },
      { rule: "none" },
    ],
    ...[{ state: "lost" }, { announced: 2 }, { provider_id: null }, { started_at: null }, { object: null }],
    ...[
      { provider: null },
      { by: null },
      { region: null },
      { at: null },
      { ref: null },
      { erase_after: null },
    ],
    ...[{ months: null }, { state: "erased" }],
  ])
    await expect(
      put({ id: "new", ref: "new", object: "new", ...wrong }),
      JSON.stringify(wrong),
    ).rejects.toThrow("constraint failed");
  await expect(put({ id: "new", ref: "new", store: "r2", object: "requests/x" })).rejects.toThrow(
    "object_taken",
  );
  await expect(run("DELETE FROM recordings WHERE id = ?", ids[0]!)).rejects.toThrow("recording_erased");
  await expect(run("UPDATE recordings SET state = 'erasing' WHERE id = ?", ids[2]!)).rejects.toThrow(
    "recording_held",
  );
  for (const change of [
    "state = 'kept'",
    "region = 'US'",
    "by = 'x'",
    "at = '2020-01-01'",
    "ref = 'x'",
    "why = 'x'",
    "months = 1",
  ])
    await expect(run(`UPDATE recordings SET ${change} WHERE id = ?`, ids[3]!), change).rejects.toThrow(
      "recording_erased",
    );
  await expect(run("UPDATE recordings SET audio_rev = NULL WHERE id = ?", ids[0]!)).rejects.toThrow(
    "NOT NULL constraint failed: recordings.audio_rev",
  );
  expect(await all()).toEqual(before);
});

it("a run that notes a try writes one row, and a day moved two more at most", async () => {
  const written = async (set: string) =>
    (await env.DB.prepare(`UPDATE recordings SET ${set} WHERE id = ?`).bind(ids[0]!).run()).meta.rows_written;
  expect(await written("queued_until = '2026-12-01T00:00:00.000Z'")).toBe(1);
  expect(await written("queued_until = NULL")).toBe(1);
  const [{ day }] = (
    await env.DB.prepare("SELECT erase_after AS day FROM recordings WHERE id = ?")
      .bind(ids[0]!)
      .all<{ day: string }>()
  ).results as [{ day: string }];
  // With the counts of both days.
  expect(await written("erase_after = '2098-01-01'")).toBeLessThan(8);
  await written(`erase_after = '${day}'`);
  expect(await all()).toEqual(before);
});

it("going back: the table of before is as it was, and comes into smaller rows again", async () => {
  const back = env.TEST_MIGRATIONS_BACK.find(({ name }) => name.startsWith(SLIM))!;
  await env.DB.batch(back.queries.map((query) => env.DB.prepare(query)));
  expect(await all()).toEqual(before);
  expect((await schemaOf()).filter(({ name }) => name !== "d1_migrations")).toEqual(
    (schema as { name: string }[]).filter(({ name }) => name !== "d1_migrations"),
  );
  // As that Worker names indexes, writes and claims.
  const count = (from: string) => env.DB.prepare(`SELECT COUNT(*) AS n FROM ${from}`).first<number>("n");
  expect(
    await count("recordings INDEXED BY recordings_erase WHERE state <> 'erased' AND erase_after <= '2100'"),
  ).toBe(5);
  expect(
    await count("recordings INDEXED BY recordings_failing WHERE failures > 0 AND state <> 'erased'"),
  ).toBe(1);
  expect(
    await count("recordings INDEXED BY recordings_flagged WHERE flag IS NOT NULL AND state <> 'erased'"),
  ).toBe(2);
  await run(
    "UPDATE recordings AS r SET due = NULL WHERE id = 'odd' AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.recording = r.id)",
  );
  await put({ id: "there", ref: "there", object: "there", agent: "Cy" });
  await applyD1Migrations(env.DB, migrationsSince(SLIM));
  const again = await all();
  expect(again.rows).toHaveLength(8);
  expect(again.order.slice(0, 7)).toEqual(before.order);
  expect(again.certificates).toEqual(before.certificates);
  expect(await list("agent=Cy")).toEqual(["there"]);
});

it("on its day nothing of the call stays, and its agent goes with the last that names them", async () => {
  await arrive(env, tokens.admin, sample({ agent: "last@example.com" }));
  const one = await erased(tokens.admin, long({ agent: "last@example.com" }));
  const agents = async () => JSON.stringify(await dump("recording_agents"));
  expect(await agents()).toContain("last@example.com");
  const two = await erased(tokens.admin, long({ agent: "late@example.com" }));
  expect(await agents()).not.toContain("late@example.com");
  for (const id of [one, two]) {
    const row = await env.DB.prepare(
      "SELECT sid, tail, number, agent_num, began, began_on, folder, leaf, sha, tag, aim, more, typeof(came) AS at FROM recording_rows WHERE id = ?",
    )
      .bind(id)
      .first();
    expect(row).toEqual({
      ...{ sid: null, tail: null, number: null, agent_num: null, began: null, began_on: null },
      ...{ folder: null, leaf: null, sha: null, tag: null, aim: null, more: null, at: "integer" },
    });
  }
  await eraseDue(env, Date.now());
  expect((await found()).filter((one) => !/odd|there/i.test(one))).toEqual([]);
});
