/** Pages of closed certificates where there are many files, and many of one moment; and what changes while one is read. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import type { CertificatesAnswer } from "../../../../shared/recordings/api.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import type { Env } from "../../../../worker/env.ts";
import { closeCertificates } from "../../../../worker/recordings/certificates/close.ts";
import { asOwner, aTeam, DAY, dump, under } from "../../helpers.ts";
import { named, objects } from "./kit.ts";

const tokens = aTeam();
const LATER = Date.UTC(2026, 10, 20);
const day = (month: number) => Date.UTC(2025, month, 5);

/** Rows as erasures leave them, by when that was. */
const add = (times: readonly number[]) =>
  env.DB.prepare(
    `INSERT INTO recordings (id, provider, ref, store, region, state, erase_after, rule, months, by, at, certified, commit_a, commit_b,
       commit_c, commit_d, was, salt_high, salt_low, code)
     SELECT printf('r%05d', key), 'dialler', printf('%016x%048x', key + 1, 0), 'r2', 'GB', 'erased', '2025-09-05', 'retention', 12, 'x',
       '2024-09-05T10:00:00.000Z', value, 1, 2, 3, 4, 1, 5, 6, 7 FROM json_each(?)`,
  )
    .bind(JSON.stringify(times))
    .run();
const page = async (own: Env, query: string) => {
  const { status, data } = await under(own, "GET", `/v1/recordings/certificates?${query}`, {
    token: tokens.compliance,
  });
  expect(status, JSON.stringify(data)).toBe(200);
  return data as CertificatesAnswer;
};
async function listed(limit: number, own: Env = env): Promise<string[]> {
  const all: string[] = [];
  for (let after = ""; ;) {
    const { certificates, next } = await page(own, `limit=${limit}${after}`);
    all.push(...certificates.map(({ recording }) => recording));
    if (next === null) return all;
    expect(certificates).not.toEqual([]);
    after = `&after=${encodeURIComponent(next)}`;
  }
}
const newestFirst = async () =>
  (
    await env.DB.prepare("SELECT recording FROM certificates ORDER BY erased_at DESC, recording DESC").all<{
      recording: string;
    }>()
  ).results.map(({ recording }) => recording);

beforeEach(async () => {
  for (const key of await objects()) await env.ARCHIVE.delete(key);
  await asOwner(["recordings"], () => env.DB.exec("DELETE FROM recordings"));
  await env.DB.exec("DELETE FROM closed_certificates");
  await env.DB.exec("DELETE FROM closed_recordings");
  await env.DB.exec("DELETE FROM closed_erasures");
  await env.DB.exec("DELETE FROM marks WHERE name LIKE 'certificates-%' OR name = 'dials-reopened'");
});

it("of more files than a page reads, and with what stayed between them", async () => {
  await add([0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((month) => [day(month), day(month), day(month) + 1]));
  // Nothing binds these.
  await asOwner(["recordings"], () =>
    env.DB.exec("UPDATE recordings SET code = NULL WHERE id IN ('r00004', 'r00013')"),
  );
  const all = await newestFirst();
  await closeCertificates(env, LATER);
  expect(await named()).toHaveLength(9);
  expect(await dump("recordings")).toHaveLength(2);
  for (const limit of [1, 2, 4, 7, 100]) expect(await listed(limit)).toEqual(all);
  // Whatever is asked for.
  for (const after of ["x", "|", "2025-03-05T00:00:00.000Z", "9999-12-31T23:59:59.999Z|~"])
    await page(env, `after=${encodeURIComponent(after)}`);
});

it("of one moment no more close than it has numbers, and each is found", async () => {
  await add(Array.from({ length: 1030 }, () => day(3)));
  const all = await newestFirst();
  await closeCertificates(env, LATER, { rows: 600 });
  expect(await dump("recordings")).toHaveLength(6);
  expect(await named()).toHaveLength(2);
  expect(await listed(500)).toEqual(all);
});

/** Something else happens once a page was read from the database, and not yet from files. */
function onceRead(work: () => Promise<unknown>): Env {
  let isDone = false;
  const prepare = (text: string) => {
    const statement = env.DB.prepare(text);
    if (!text.includes("FROM certificates WHERE recording IN")) return statement;
    const all = async (bound: D1PreparedStatement) => {
      const found = await bound.all();
      if (!isDone) {
        isDone = true;
        await work();
      }
      return found;
    };
    return { bind: (...params: unknown[]) => ({ all: () => all(statement.bind(...params)) }) };
  };
  const batch: D1Database["batch"] = (statements) => env.DB.batch(statements);
  return { ...env, DB: { prepare, batch } as unknown as D1Database };
}

it("each once, and all, while files close and come back", async () => {
  await add([1, 2, 3].map(day));
  const all = await newestFirst();
  expect(
    await listed(
      100,
      onceRead(() => closeCertificates(env, LATER)),
    ),
  ).toEqual(all);
  expect(await named()).toHaveLength(3);
  expect(
    await listed(
      100,
      onceRead(() => reopen(env, "system", LATER)),
    ),
  ).toEqual(all);
  expect(await named()).toHaveLength(2);
  await closeCertificates(env, LATER + 2 * DAY);
  expect(await listed(100)).toEqual(all);
});

it("a row that went meanwhile, or that something comes to name, keeps its file from closing", async () => {
  await add([day(1), day(1) + 1]);
  const ARCHIVE = {
    put: async (...params: Parameters<R2Bucket["put"]>) => {
      await env.ARCHIVE.put(...params);
      await env.DB.exec(
        "INSERT INTO kept_back (row, at) VALUES ('recordings/r00001', '2026-01-01T00:00:00.000Z')",
      );
    },
    get: (...params: Parameters<R2Bucket["get"]>) => env.ARCHIVE.get(...params),
    delete: (key: string) => env.ARCHIVE.delete(key),
  } as unknown as R2Bucket;
  await expect(closeCertificates({ ...env, ARCHIVE }, LATER)).rejects.toThrow();
  expect([(await dump("recordings")).length, await named(), await objects()]).toEqual([2, [], []]);
  await closeCertificates(env, LATER);
  expect(((await dump("recordings")) as { id: string }[]).map(({ id }) => id)).toEqual(["r00001"]);
  await env.DB.exec("DELETE FROM kept_back");
});
