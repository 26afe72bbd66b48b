/** Months of recordings for analysts, attacked: the edges of a month, ties, and what goes, closes or comes back while a page is read. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import type { Env } from "../../../../worker/env.ts";
import { closeKept } from "../../../../worker/recordings/closed/close.ts";
import { recallKept } from "../../../../worker/recordings/closed/read.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { asOwner, aTeam, dump, under } from "../../helpers.ts";
import { meanwhileBefore } from "../../dials/closed/calls-kit.ts";
import { objects, slow } from "./kit.ts";

const tokens = aTeam();
const LATER = Date.UTC(2026, 11, 20);
const NUMBER = 442079460000;
const add = (times: readonly number[]) =>
  env.DB.prepare(
    `INSERT INTO recordings (id, provider, ref, provider_id, number, agent, direction, started_at, started_on, seconds, store, object, region,
       bytes, sha256, announced, purpose, state, erase_after, rule, months, why, failures, by, at, etag, salt_high, salt_low, code,
       audio_rev, audio_high, audio_low, audio_code)
     SELECT printf('r%05d', key), 'dialler', printf('%016x%048x', key + 1, key + 1), 'p' || key, ${NUMBER} + key % 10, 'a' || (key % 10), 'outbound',
       strftime('%Y-%m-%dT%H:%M:%fZ', value / 1000.0, 'unixepoch'), date(value / 1000, 'unixepoch'), 60, 'r2', 'recordings/x/' || key, 'GB',
       3, NULL, 1, 'quality', 'kept', date(value / 1000, 'unixepoch', '+36 months'), 'retention', 36, '', 0, 'x',
       strftime('%Y-%m-%dT%H:%M:%fZ', value / 1000.0, 'unixepoch'), 'e', 5, 6, 7, 1, 5, 6, 7 FROM json_each(?1)`,
  )
    .bind(JSON.stringify(times))
    .run();
async function month(which: string, limit = 2000, own: Env = env, from = ""): Promise<string[]> {
  const ids: string[] = [];
  for (let after = from, n = 0; n < 50; n++) {
    const { status, data } = await under(
      own,
      "GET",
      `/v1/recordings/months/${which}?limit=${limit}${after}`,
      { token: tokens.admin },
    );
    expect(status, JSON.stringify(data)).toBe(200);
    const page = data as { recordings: { id: string }[]; next: string | null };
    ids.push(...page.recordings.map(({ id }) => id));
    if (page.next === null) return ids;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
  throw new Error("no end");
}
const newestFirst = async (where = "TRUE") =>
  (
    await env.DB.prepare(`SELECT id FROM recordings WHERE ${where} ORDER BY started_at DESC, id DESC`).all<{
      id: string;
    }>()
  ).results.map(({ id }) => id);
const here = async () => ((await dump("recordings")) as { id: string }[]).map(({ id }) => id).sort();
const close = async (rows?: number) => {
  await env.DB.exec("DELETE FROM marks WHERE name = 'recordings-closed' OR name = 'dials-reopened'");
  await closeKept(env, LATER, rows ? { rows } : {});
};
/** Nothing binds these, so they stay; and until `free`. */
const coded = (code: string, ids: readonly string[]) =>
  asOwner(["recordings"], () =>
    env.DB.exec(`UPDATE recordings SET code = ${code} WHERE id IN (${ids.map((id) => `'${id}'`).join()})`),
  );
const stays = (...ids: string[]) => coded("NULL", ids);
const free = (...ids: string[]) => coded("7", ids);
const reopenAll = async () => {
  for (let left = 1; left > 0;) left = (await reopen(env, "system", LATER)).files;
};

beforeEach(async () => {
  for (const key of await objects()) await env.ARCHIVE.delete(key);
  await asOwner(["recordings"], () => env.DB.exec("DELETE FROM recordings"));
  for (const table of ["files", "numbers", "out", "quarters", "days", "folders"])
    await env.DB.exec(`DELETE FROM closed_kept_${table}`);
  await env.DB.exec("DELETE FROM closed_kept");
  await env.DB.exec("DELETE FROM recording_days");
  await env.DB.exec("DELETE FROM marks WHERE name LIKE 'recordings-closed' OR name = 'dials-reopened'");
});

it("a month has its first and its last millisecond, closed or not, and its time is UTC", async () => {
  const [first, next] = [Date.UTC(2026, 7, 1), Date.UTC(2026, 8, 1)];
  await add([first - 1, first, first, first + 1, next - 1, next]);
  const all = [["r00000"], ["r00004", "r00003", "r00002", "r00001"], ["r00005"]];
  const read = async (limit: number) => {
    const months = [];
    for (const which of ["2026-07", "2026-08", "2026-09"]) months.push(await month(which, limit));
    return months;
  };
  for (const limit of [1, 2, 2000]) expect(await read(limit), `${limit}`).toEqual(all);
  await stays("r00002");
  await close();
  expect(await here()).toEqual(["r00002"]);
  for (const limit of [1, 2, 2000]) expect(await read(limit), `${limit}, closed`).toEqual(all);
});

it("one that closes in a second file, of the millisecond with which the first ended, hides none", async () => {
  const at = Date.UTC(2026, 7, 5, 10);
  await add([at, at, at, at + 1000]);
  await stays("r00000");
  const all = await newestFirst();
  await closeKept(env, LATER, { rows: 2, clock: slow() });
  expect(await here()).toEqual(["r00000", "r00003"]);
  await free("r00000");
  await close();
  for (const limit of [1, 2, 3, 2000]) expect(await month("2026-08", limit), `${limit}`).toEqual(all);
});

it("one that is erased while a page is read takes no other one away", async () => {
  const at = (n: number) => Date.UTC(2026, 7, 5, 10) + n * 1000;
  await add([0, 1, 2, 3, 4, 5].map(at));
  await stays("r00001", "r00003", "r00004");
  await close();
  expect(await here()).toEqual(["r00001", "r00003", "r00004"]);
  let reads = 0;
  const get = async (key: string, options: R2GetOptions) => {
    if (reads++ === 0)
      await asOwner(["recordings"], () => env.DB.exec("DELETE FROM recordings WHERE id = 'r00004'"));
    return env.ARCHIVE.get(key, options);
  };
  const list = (...params: Parameters<R2Bucket["list"]>) => env.ARCHIVE.list(...params);
  const own = { ...env, ARCHIVE: { get, list } as unknown as R2Bucket };
  const ids = await month(
    "2026-08",
    2,
    own,
    `&after=${encodeURIComponent(`${new Date(at(5)).toISOString()}|r00005`)}`,
  );
  expect(reads).toBeGreaterThan(0);
  expect(ids.filter((id) => id !== "r00004")).toEqual(["r00003", "r00002", "r00001", "r00000"]);
});

it.each(["closes", "comes back", "comes back in part"])(
  "each once where it %s before any statement",
  async (what) => {
    await add(Array.from({ length: 7 }, (_, n) => Date.UTC(2026, 7, 1 + (n >> 1), 10)));
    await stays("r00003");
    const all = await newestFirst();
    for (let n = 0, isOver = false; !isOver; n++) {
      if (what !== "closes") await close(3);
      let seen = 0;
      isOver = true;
      const own = meanwhileBefore({ test: () => seen++ === n }, async () => {
        isOver = false;
        await (what === "closes"
          ? close(3)
          : what === "comes back"
            ? reopenAll()
            : recallKept(env, { numbers: [NUMBER + 1, NUMBER + 4] }));
      });
      expect(await month("2026-08", 3, own), `${n}`).toEqual(all);
      await reopenAll();
      if (isOver) expect(n).toBeGreaterThan(8);
    }
  },
  120_000,
);
