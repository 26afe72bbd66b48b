/** Pages of recordings where there are many files, and many of one moment; and what closes and comes back while one is read. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import type { Recording, RecordingsAnswer } from "../../../../shared/recordings/api.ts";
import type { Env } from "../../../../worker/env.ts";
import { closeKept } from "../../../../worker/recordings/closed/close.ts";
import { recallKept } from "../../../../worker/recordings/closed/read.ts";
import { asOwner, aTeam, dump, under } from "../../helpers.ts";
import { named, objects } from "./kit.ts";

const tokens = aTeam();
const LATER = Date.UTC(2026, 11, 20);
const day = (month: number) => Date.UTC(2026, month, 5, 10);
const NUMBER = 442079460000;

/** Rows as reports leave them, by when their calls began, of ten agents and numbers in turn. */
const add = (times: readonly number[]) =>
  env.DB.prepare(
    `INSERT INTO recordings (id, provider, ref, provider_id, number, agent, direction, started_at, started_on, seconds, store, object, region,
       bytes, sha256, announced, purpose, state, erase_after, rule, months, why, failures, by, at, etag, salt_high, salt_low, code,
       audio_rev, audio_high, audio_low, audio_code)
     SELECT printf('r%05d', key), 'dialler', printf('%016x%048x', key + 1, key + 1), 'p' || key, ${NUMBER} + key % 10, 'a' || (key % 10), 'outbound',
       strftime('%Y-%m-%dT%H:%M:%fZ', value / 1000.0, 'unixepoch'), date(value / 1000, 'unixepoch'), 60, 'r2', 'recordings/x/' || key, 'GB',
       3, NULL, 1, 'quality', 'kept', date(value / 1000, 'unixepoch', '+36 months'), 'retention', 36, '', 0, 'x',
       strftime('%Y-%m-%dT%H:%M:%fZ', value / 1000.0, 'unixepoch'), 'e', 5, 6, 7, 1, 5, 6, 7 FROM json_each(?)`,
  )
    .bind(JSON.stringify(times))
    .run();
async function listed(query: string, own: Env = env): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  for (let after = "", pages = 1; ; pages++) {
    const { status, data } = await under(own, "GET", `/v1/recordings?${query}${after}`, {
      token: tokens.compliance,
    });
    expect(status, JSON.stringify(data)).toBe(200);
    const { recordings, next } = data as RecordingsAnswer;
    ids.push(...recordings.map(({ id }) => id));
    if (next === null) return { ids, pages };
    after = `&after=${encodeURIComponent(next)}`;
    expect(pages).toBeLessThan(500);
  }
}
/** As the table alone says. */
const newestFirst = async (where = "TRUE") =>
  (
    await env.DB.prepare(
      `SELECT id FROM recordings WHERE ${where} ORDER BY started_at DESC, id DESC`,
    ).all<Recording>()
  ).results.map(({ id }) => id);
const close = () => closeKept(env, LATER);

beforeEach(async () => {
  for (const key of await objects()) await env.ARCHIVE.delete(key);
  await asOwner(["recordings"], () => env.DB.exec("DELETE FROM recordings"));
  for (const table of ["files", "numbers", "out", "quarters", "days", "folders"])
    await env.DB.exec(`DELETE FROM closed_kept_${table}`);
  await env.DB.exec("DELETE FROM closed_kept");
  await env.DB.exec("DELETE FROM recording_days");
  await env.DB.exec("DELETE FROM marks WHERE name LIKE 'recordings-closed' OR name = 'dials-reopened'");
});

it("of more files than a page reads, with what stayed between them", async () => {
  await add([0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((month) => [day(month), day(month), day(month) + 1]));
  // Nothing binds these.
  await asOwner(["recordings"], () =>
    env.DB.exec("UPDATE recordings SET code = NULL WHERE id IN ('r00004', 'r00013')"),
  );
  const all = await newestFirst();
  const bys = await newestFirst("agent = 'a3'");
  await close();
  expect(await named()).toHaveLength(9);
  expect(await dump("recordings")).toHaveLength(2);
  for (const limit of [1, 2, 4, 7, 200]) {
    expect((await listed(`limit=${limit}`)).ids).toEqual(all);
    expect((await listed(`limit=${limit}&agent=a3`)).ids).toEqual(bys);
    expect((await listed(`limit=${limit}&number=%2B${NUMBER + 3}`)).ids).toEqual(bys);
    expect((await listed(`limit=${limit}&number=60003`)).ids).toEqual(bys);
  }
  // Half of them came back.
  await recallKept(env, { numbers: [1, 3, 5, 7, 9].map((n) => NUMBER + n) });
  expect((await dump("recordings")).length).toBeGreaterThan(10);
  for (const limit of [1, 3, 200]) expect((await listed(`limit=${limit}`)).ids).toEqual(all);
  // Whatever is asked for.
  for (const after of ["x", "|", "x|y", "2026-03-05T00:00:00.000Z", "9999-12-31T23:59:59.999Z|~"])
    expect(
      (
        await under(env, "GET", `/v1/recordings?after=${encodeURIComponent(after)}`, {
          token: tokens.compliance,
        })
      ).status,
    ).toBe(200);
});

it("of one moment no more close than it has numbers, and each is on one page", async () => {
  await add(Array.from({ length: 1030 }, () => day(3)));
  const all = await newestFirst();
  await close();
  expect(await dump("recordings")).toHaveLength(6);
  for (const limit of [7, 200]) expect((await listed(`limit=${limit}`)).ids).toEqual(all);
  expect((await listed("limit=200&agent=a4")).ids).toHaveLength(103);
});

it("by number reads the members of its own alone, however many there are", async () => {
  await add([0, 1, 2].flatMap((month) => Array.from({ length: 2000 }, (_, n) => day(month) + n)));
  await asOwner(["recordings"], () =>
    env.DB.exec("UPDATE recordings SET number = 442079469999, agent = 'one' WHERE id = 'r00017'"),
  );
  await close();
  let reads = 0;
  const get = (key: string, options: R2GetOptions) => {
    reads++;
    return env.ARCHIVE.get(key, options);
  };
  const own = { ...env, ARCHIVE: { get } as unknown as R2Bucket };
  expect(await listed("number=%2B442079469999", own)).toEqual({ ids: ["r00017"], pages: 1 });
  expect(reads).toBe(1);
  // Nothing of that day.
  expect(await listed("date=2026-02-07", own)).toEqual({ ids: [], pages: 1 });
  expect(reads).toBe(1);
  expect((await listed("agent=one", own)).ids).toEqual(["r00017"]);
});

it.each(["comes back", "closes"])("each once where one %s while a page is read", async (what) => {
  await add([0, 1, 2].flatMap((month) => Array.from({ length: 20 }, (_, n) => day(month) + n)));
  const all = await newestFirst();
  if (what === "comes back") await close();
  else await closeKept(env, Date.UTC(2026, 4, 10));
  expect((await dump("recordings")).length).toBe(what === "closes" ? 20 : 0);
  let isDue = true;
  const meanwhile = async () => {
    if (!isDue) return;
    isDue = false;
    await (what === "closes" ? close() : recallKept(env, { numbers: [NUMBER + 4, NUMBER + 7] }));
  };
  const get = async (key: string, options: R2GetOptions) => {
    await meanwhile();
    return env.ARCHIVE.get(key, options);
  };
  const own = { ...env, ARCHIVE: { get } as unknown as R2Bucket };
  expect((await listed("limit=50", own)).ids).toEqual(all);
  expect(isDue).toBe(false);
});
