/** What recordings' rows leave out (migration 0165): folders of keys, the seed of audio, and an index of what arrives with its call. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Role } from "../../../../shared/people/api.ts";
import { arrivedIn, joinObject, rowsBelow } from "../../../../worker/recordings/erasing/by-index.ts";
import { DAY, dump, newTeam } from "../../helpers.ts";
import { deepOf, run } from "../../trail/kit.ts";
import { erased, gone, long } from "../certificates/kit.ts";
import { arrive, broughtForward, sample } from "../kit.ts";

let tokens: Record<Role, string>;
beforeAll(async () => {
  tokens = await newTeam();
});
const at = (key: string) => long({ storage: { kind: "r2", key } });
const keyOf = (id: string) =>
  env.DB.prepare("SELECT object FROM recordings WHERE id = ?").bind(id).first<string | null>("object");
const folders = async () =>
  ((await dump("recording_folders")) as { folder: string }[]).map(({ folder }) => folder).sort();
const idsIn = async (rows: string, ...params: string[]) =>
  (
    await env.DB.prepare(`SELECT id FROM recordings WHERE rowid IN (${rows}) ORDER BY rowid`)
      .bind(...params)
      .all<{ id: string }>()
  ).results.map(({ id }) => id);

it("a folder is written once, and goes with the last recording that lies there", async () => {
  const keys = ["a/2026-11/call-101.mp3", "a/2026-11/call-102.mp3", "a/she/audio.mp3", "0102.mp3"];
  const ids: string[] = [];
  for (const key of keys) ids.push(await arrive(env, tokens.admin, at(key)));
  expect(await Promise.all(ids.map(keyOf))).toEqual(keys);
  // One that tells its audio by the folder alone has it in its row.
  expect(await folders()).toEqual(["", "a/2026-11/"]);
  for (const [place, key] of keys.entries())
    expect(
      await idsIn(
        `SELECT x.num FROM json_each(?) j ${joinObject("j.value ->> 0", "j.value ->> 1")}`,
        JSON.stringify([
          ["r2", key],
          ["s3", key],
        ]),
      ),
    ).toEqual([ids[place]]);
  const below = (prefix: string) => idsIn(`SELECT num FROM (${rowsBelow("?1", "x.num")})`, prefix);
  expect(await below("a/")).toEqual(ids.slice(0, 3));
  expect(await below("a/2026-11/")).toEqual(ids.slice(0, 2));
  expect(await below("a/she/")).toEqual([ids[2]]);
  expect(await below("a/s/")).toEqual([]);
  // Moved, as nothing moves one but somebody in the database.
  await run("UPDATE recordings SET object = 'b/2027/call-101.mp3' WHERE id = ?", ids[0]!);
  expect(await keyOf(ids[0]!)).toBe("b/2027/call-101.mp3");
  await expect(run("UPDATE recordings SET object = ? WHERE id = ?", keys[1]!, ids[0]!)).rejects.toThrow(
    "UNIQUE",
  );
  await run("UPDATE recordings SET object = ? WHERE id = ?", keys[0]!, ids[0]!);
  expect(await folders()).toEqual(["", "a/2026-11/"]);
  const over = await erased(tokens.admin, at("told/44207946/call-103.mp3"));
  expect(await keyOf(over)).toBeNull();
  expect(await folders()).toEqual(["", "a/2026-11/"]);
});

it("the seed of audio that came with its row is no column, fits what is bound, and goes on its day", async () => {
  const seeds = (id: string) =>
    env.DB.prepare(
      `SELECT r.audio_high = ~r.salt_high AND r.audio_low = ~r.salt_low AS inverted, r.audio_high IS NULL AS none,
         x.audio_high IS NULL AND x.audio_low IS NULL AS bare, x.audio_code IS NOT NULL AS bound
       FROM recordings r JOIN recording_rows x ON x.num = r.rowid WHERE r.id = ?`,
    )
      .bind(id)
      .first();
  const id = await arrive(env, tokens.admin, sample({ storage: { kind: "r2", key: "audio/1.mp3" } }));
  expect(await seeds(id)).toEqual({ inverted: 1, none: 0, bare: 1, bound: 1 });
  expect((await deepOf(["recordings", "audio"])).found).toEqual([]);
  // Another is kept as it is, and is not as the trail has it.
  await run("UPDATE recordings SET audio_high = 7 WHERE id = ?", id);
  expect(await seeds(id)).toEqual({ inverted: 0, none: 0, bare: 0, bound: 1 });
  expect((await deepOf(["audio"])).found).toHaveLength(1);
  await run("UPDATE recordings SET audio_high = ~salt_high WHERE id = ?", id);
  expect(await seeds(id)).toEqual({ inverted: 1, none: 0, bare: 1, bound: 1 });
  // So does the seed of its row, of which nothing is left.
  const soon = (key: string) => sample({ storage: { kind: "r2", key } });
  const byHand = await erased(tokens.admin, soon("audio/2026/77.mp3"), tokens.compliance);
  const onItsDay = await arrive(env, tokens.admin, soon("audio/2026/78.mp3"));
  expect(await seeds(onItsDay)).toEqual({ inverted: 1, none: 0, bare: 1, bound: 1 });
  await broughtForward(onItsDay, "2020-01-01");
  for (const id of [byHand, await gone(onItsDay)])
    expect(await seeds(id)).toEqual({ inverted: null, none: 1, bare: 1, bound: 1 });
  expect((await deepOf(["recordings", "audio", "certificates"])).found).toEqual([]);
});

it("arrivals are counted by their calls, and late ones by themselves", async () => {
  const counted = (way: string, from: number, until: number) =>
    env.DB.prepare(`SELECT ${way} AS n`)
      .bind(...[from, until].map((ms) => new Date(Date.now() + ms * DAY).toISOString()))
      .first<number>("n");
  const plain = "(SELECT COUNT(*) FROM recordings WHERE at >= ?1 AND at < ?2)";
  await run(
    "UPDATE recordings SET at = strftime('%Y-%m-%dT%H:%M:%fZ', started_at, '+3 hours') WHERE object = 'a/she/audio.mp3'",
  );
  const late = "came NOT BETWEEN 0 AND 86400000";
  const { n, all } = (await env.DB.prepare(
    `SELECT COUNT(*) FILTER (WHERE ${late}) AS n, COUNT(*) AS "all" FROM recording_rows`,
  ).first<{ n: number; all: number }>())!;
  expect(n).toBeGreaterThan(2);
  expect(all - n).toBe(2);
  for (const [from, until] of [
    [-1000, 1],
    [-1, 1],
    [-501, -499],
    [-500, 0],
    [1, 2],
  ] as const)
    expect(await counted(arrivedIn("?1", "?2"), from, until), `${from} ${until}`).toBe(
      await counted(plain, from, until),
    );
});

const UUID = "0f1e2d3c-4b5a-4978-8675-a4b3c2d1e0ff";
const insert = (id: string, provider_id: string, object: string) =>
  run(
    `INSERT INTO recordings (id, provider, ref, provider_id, started_at, store, object, region, state, erase_after, rule, months, by, at)
     VALUES (?1, 'other', ?1, ?2, '2026-11-01T10:00:00.000Z', 's3', ?3, 'GB', 'kept', '2099-01-01', 'retention', 12, 'system', '2026-11-01')`,
    ...[id, provider_id, object],
  );

it.each([
  ["a UUID", `u/1/${UUID}`, "blob"],
  ["a UUID and an ending", `u/1/${UUID}.mp3`, "blob"],
  ["a UUID and letters beyond ASCII", `u/1/${UUID}-ä€😀`, "blob"],
  ["another ending", `u/1/${UUID}.MP3`, "blob"],
  ["capitals", `u/1/${UUID.toUpperCase()}.mp3`, "text"],
  ["dashes elsewhere", `u/1/0f1e2d3c4-b5a-4978-8675-a4b3c2d1e0ff.mp3`, "text"],
  ["a digit less", `u/1/${UUID.slice(0, -1)}`, "text"],
  ["something before it", `u/1/x${UUID}`, "text"],
  ["no folder", `${UUID}.wav`, "text"],
  ["a folder of that name", `${UUID}/07.mp3`, "text"],
])("a key that ends in %s comes back letter by letter, is found, and is one", async (name, key, type) => {
  const id = `key ${name}`;
  await insert(id, "1", key);
  expect(await keyOf(id)).toBe(key);
  const row = () =>
    env.DB.prepare("SELECT typeof(leaf) AS type FROM recording_rows WHERE id = ?").bind(id).first("type");
  expect(await row()).toBe(type);
  const by = (store: string) =>
    idsIn(
      `SELECT x.num FROM json_each(?) j ${joinObject("j.value ->> 0", "j.value ->> 1")}`,
      JSON.stringify([[store, key]]),
    );
  expect([await by("s3"), await by("r2")]).toEqual([[id], []]);
  const folder = key.slice(0, key.lastIndexOf("/") + 1);
  if (folder !== "")
    expect(await idsIn(`SELECT num FROM (${rowsBelow("?1", "x.num")})`, folder)).toContain(id);
  await expect(insert(`${id} again`, "2", key)).rejects.toThrow("UNIQUE");
  // A file of a request cannot be what a recording is, nor the other way round.
  const file = (object: string) =>
    run(
      "INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at) SELECT ?1, 'none', 'scan', 's3', ?1, 'n', 't', 1, 'system', '2026-11-01'",
      object,
    );
  await expect(file(key)).rejects.toThrow("object_taken");
  await run("UPDATE recordings SET object = ?2 WHERE id = ?1", id, `${key}.old`);
  expect(await keyOf(id)).toBe(`${key}.old`);
});

it.each([
  [`${UUID}`, "blob"],
  [`call-${UUID}`, "blob"],
  [`ä€${UUID}`, "blob"],
  [`CA${"0a".repeat(16)}`, "text"],
  [`-${"0a".repeat(16)}`, "text"],
  [UUID.toUpperCase(), "text"],
  [`0f1e2d3c4-b5a-4978-8675-a4b3c2d1e0ff`, "text"],
  [`\0${UUID}`, "text"],
  [`${UUID}.`, "text"],
  ["", "text"],
])("a provider's name for one, %j, comes back letter by letter", async (name, type) => {
  const id = `named ${name}`;
  await insert(id, name, `named/${name}/1`);
  const read = () =>
    env.DB.prepare(
      "SELECT r.provider_id AS name, typeof(x.sid) AS type FROM recordings r JOIN recording_rows x ON x.num = r.rowid WHERE r.id = ?",
    )
      .bind(id)
      .first();
  expect(await read()).toEqual({ name, type });
  await run("UPDATE recordings SET provider_id = ?2 WHERE id = ?1", id, UUID);
  expect(await read()).toEqual({ name: UUID, type: "blob" });
  await run("UPDATE recordings SET provider_id = ?2 WHERE id = ?1", id, name);
  expect(await read()).toEqual({ name, type });
});
