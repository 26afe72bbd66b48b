/** Pages of closed certificates where there are many files, and many of one moment; and what changes while one is read. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { CertificatesAnswer } from "../../../../shared/recordings/api.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import type { Env } from "../../../../worker/env.ts";
import { closeCertificates } from "../../../../worker/recordings/certificates/close.ts";
import { closedRefs } from "../../../../worker/recordings/certificates/read.ts";
import { packNames } from "../../../../worker/recordings/closed/names/pack.ts";
import { asOwner, aTeam, DAY, dump, under } from "../../helpers.ts";
import { named, objects, slow } from "./kit.ts";

const tokens = aTeam();
const LATER = Date.UTC(2026, 10, 20);
const day = (month: number) => Date.UTC(2025, month, 5);

/** Rows as erasures leave them, by when that was. */
const add = (times: readonly number[]) =>
  env.DB.prepare(
    `INSERT INTO recordings (id, provider, ref, store, region, state, erase_after, rule, months, by, at, certified, commit_a, commit_b,
       commit_c, commit_d, was, salt_high, salt_low, code)
     SELECT printf('r%05d', key), 'dialler', printf('%016x%048x', key + 1, key + 1), 'r2', 'GB', 'erased', '2025-09-05', 'retention', 12, 'x',
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
async function listed(limit: number, own: Env = env, lost = new Set<string>()): Promise<string[]> {
  const all: string[] = [];
  for (let after = ""; ;) {
    const { certificates, next, unread = [] } = await page(own, `limit=${limit}${after}`);
    for (const key of unread) lost.add(key);
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
  for (const table of ["closed_erasures", "closed_blocks", "closed_places", "closed_place_months"])
    await env.DB.exec(`DELETE FROM ${table}`);
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

it("of a moment whose later file has the first of it by its id", async () => {
  await add([day(1), day(1), day(1), day(1) + 1000]);
  const binding = (code: string) =>
    asOwner(["recordings"], () => env.DB.exec(`UPDATE recordings SET code = ${code} WHERE id = 'r00000'`));
  // Nothing binds it at first, so it leaves after the others.
  await binding("NULL");
  const all = await newestFirst();
  await closeCertificates(env, LATER, { rows: 2, clock: slow() });
  await binding("7");
  await closeCertificates(env, LATER, { rows: 2 });
  expect([(await named()).length, await dump("recordings")]).toEqual([2, []]);
  for (const limit of [1, 2, 3, 100]) expect(await listed(limit), String(limit)).toEqual(all);
});

/** Closes by files of two: how many there are then, and how many rows are left. */
async function closedBy(now: number): Promise<number[]> {
  await closeCertificates(env, now, { rows: 2 });
  return [(await named()).length, (await dump("recordings")).length];
}

it("of months of which what fills files left 3 days after its erasures, and the rest of one with a file 3 days after its end", async () => {
  const times = [1, 2, 3, 4, 5].map((n) => Date.UTC(2025, 4, n));
  await add([...times, Date.UTC(2025, 5, 1), Date.UTC(2025, 5, 2)]);
  const all = await newestFirst();
  const closed = async (now: number) => {
    const left = await closedBy(now);
    expect(await listed(2)).toEqual(all);
    return left;
  };
  const old = (n: number) => times[n]! + 3 * DAY + 1;
  const end = Date.UTC(2025, 5, 1) + 3 * DAY;
  expect(await closed(old(1) - 1)).toEqual([0, 7]);
  expect(await closed(old(2))).toEqual([1, 5]);
  expect(await closed(end - 1)).toEqual([2, 3]);
  // What is left of May keeps nothing of June.
  expect(await closed(end)).toEqual([3, 2]);
  expect(await closed(end + DAY + 1)).toEqual([4, 0]);
  // All back, and a day later the same leaves again.
  for (let files = 1; files > 0;) ({ files } = await reopen(env, "system", end + DAY + 1));
  expect(await closed(end + DAY + 1)).toEqual([0, 7]);
  expect(await closed(end + 2 * DAY + 1)).toEqual([4, 0]);
});

it("whose names are packed as soon as no file of their month comes any more", async () => {
  await add([...[1, 2, 3, 4].map((n) => Date.UTC(2025, 4, n)), Date.UTC(2025, 5, 1)]);
  // It stays, and keeps none of the others.
  await asOwner(["recordings"], () => env.DB.exec("UPDATE recordings SET why = 'x' WHERE id = 'r00001'"));
  const all = await newestFirst();
  const end = Date.UTC(2025, 5, 1) + 3 * DAY;
  const night = async (now: number) => {
    const left = await closedBy(now);
    await packNames(env, now);
    expect(await listed(2)).toEqual(all);
    return [...left, (await dump("closed_recordings")).length, (await dump("closed_places")).length];
  };
  expect(await night(end - 1)).toEqual([1, 3, 4, 0]);
  expect(await night(end)).toEqual([2, 2, 0, 2]);
  expect(
    await closedRefs(
      env,
      ["1", "2", "3"].map((n) => n.padStart(16, "0") + n.padStart(48, "0")),
    ),
  ).toEqual(["1", "3"].map((n) => n.padStart(16, "0") + n.padStart(48, "0")));
});

it("of a month that fills no file left 62 days after its end, so that a small company has one a month", async () => {
  await add([Date.UTC(2025, 4, 1), Date.UTC(2025, 5, 1)]);
  const end = Date.UTC(2025, 5, 1) + 62 * DAY;
  expect(await closedBy(end - 1)).toEqual([0, 2]);
  expect(await closedBy(end)).toEqual([1, 1]);
});

it("of a month that fills no file, and of the next, whose erasures fill some, left once they are 3 days old", async () => {
  await add([Date.UTC(2025, 4, 30), ...[1, 2, 3].map((n) => Date.UTC(2025, 5, n))]);
  expect(await closedBy(Date.UTC(2025, 5, 5))).toEqual([0, 4]);
  expect(await closedBy(Date.UTC(2025, 5, 5) + 1)).toEqual([2, 1]);
});

it("of a day without a statement none left", async () => {
  await add([1, 2].map((n) => Date.UTC(2025, 4, n)));
  await env.DB.exec(
    "INSERT INTO statements (day, ends_at, made_at, later, sha256, document) VALUES ('2025-05-01', '2025-05-02T00:00:00.000Z', 'x', 0, 'x', '{}')",
  );
  expect(await closedBy(Date.UTC(2025, 4, 20))).toEqual([0, 2]);
  await asOwner(["statements"], () => env.DB.exec("DELETE FROM statements"));
  expect(await closedBy(Date.UTC(2025, 4, 20))).toEqual([1, 0]);
});

it("a statement that somebody dated ahead is no day's: none left", async () => {
  const state = (day: string) =>
    env.DB.prepare(
      `INSERT INTO statements (day, ends_at, made_at, later, sha256, document)
       VALUES (?1, strftime('%Y-%m-%dT%H:%M:%fZ', ?1, '+1 day'), 'x', 0, ?1, '{}')`,
    )
      .bind(day)
      .run();
  await add([1, 2].map((n) => Date.UTC(2025, 4, n)));
  await state("2099-05-01");
  expect(await closedBy(Date.UTC(2025, 4, 20))).toEqual([0, 2]);
  await state("2025-04-30");
  expect(await closedBy(Date.UTC(2025, 4, 20))).toEqual([0, 2]);
  await asOwner(["statements"], () => env.DB.exec("DELETE FROM statements"));
});

it("asks the database for as many closed ones as it answers, of the thousands that are read with them", async () => {
  await add([0, 1, 2].flatMap((month) => Array.from({ length: 400 }, (_, n) => day(month) + n)));
  const all = await newestFirst();
  await closeCertificates(env, LATER);
  expect(await dump("recordings")).toEqual([]);
  let most = 0;
  const prepare = (text: string) => {
    const statement = env.DB.prepare(text);
    const real = statement.bind.bind(statement);
    const bind = (...values: unknown[]) => {
      for (const value of values)
        if (typeof value === "string" && value.startsWith("["))
          most = Math.max(most, (JSON.parse(value) as unknown[]).length);
      return real(...values);
    };
    return Object.assign(statement, { bind });
  };
  const batch: D1Database["batch"] = (statements) => env.DB.batch(statements);
  const own = { ...env, DB: { prepare, batch } as unknown as D1Database };
  for (const limit of [7, 50, 500]) {
    most = 0;
    expect(await listed(limit, own)).toEqual(all);
    expect(most).toBeLessThanOrEqual(limit);
  }
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
    if (!/FROM certificates WHERE .*LIMIT \?3$/s.test(text)) return statement;
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

describe("a file that is lost", () => {
  const take = async (n: number) => {
    const key = (await named())[n]!;
    await env.ARCHIVE.delete(key);
    return key;
  };

  it.each([0, 2, 4])("is named, and what is before and behind it is listed (%i)", async (n) => {
    await add([0, 1, 2, 3, 4].flatMap((month) => [day(month), day(month) + 1]));
    // Nothing binds it.
    await asOwner(["recordings"], () => env.DB.exec("UPDATE recordings SET code = NULL WHERE id = 'r00005'"));
    const all = await newestFirst();
    await closeCertificates(env, LATER);
    const key = await take(n);
    const its = [`r0000${2 * n}`, `r0000${2 * n + 1}`].filter((id) => id !== "r00005");
    for (const limit of [1, 2, 3, 100]) {
      const lost = new Set<string>();
      expect(await listed(limit, env, lost)).toEqual(all.filter((id) => !its.includes(id)));
      expect([...lost]).toEqual([key]);
    }
  });

  it("of which some can be read lacks the rest alone", async () => {
    await add(Array.from({ length: 1600 }, (_, n) => day(3) + n));
    const all = await newestFirst();
    await closeCertificates(env, LATER);
    const [key] = await named();
    const bytes = new Uint8Array(await (await env.ARCHIVE.get(key!))!.arrayBuffer());
    bytes[bytes.length - 30]! ^= 1;
    await env.ARCHIVE.put(key!, bytes);
    const lost = new Set<string>();
    expect(await listed(400, env, lost)).toEqual(all.slice(100));
    expect([...lost]).toEqual([key]);
  });

  it("beside which no other is left ends the list, and says so", async () => {
    await add([0, 1, 2, 3, 4, 5].map(day));
    await closeCertificates(env, LATER);
    const keys = await named();
    for (const key of keys) await env.ARCHIVE.delete(key);
    const lost = new Set<string>();
    expect(await listed(100, env, lost)).toEqual([]);
    expect([...lost].sort()).toEqual(keys);
  });

  it("is not one whose store does not answer", async () => {
    await add([0, 1].map(day));
    await closeCertificates(env, LATER);
    const fail = () => Promise.reject(new Error("no answer"));
    const ARCHIVE = { get: fail, head: fail } as unknown as R2Bucket;
    const { status, data } = await under({ ...env, ARCHIVE }, "GET", "/v1/recordings/certificates", {
      token: tokens.compliance,
    });
    expect([status, data]).toMatchObject([500, { code: "archive-broken" }]);
    await expect(reopen({ ...env, ARCHIVE }, "system", LATER)).rejects.toThrow();
  });

  it("keeps no other from coming back, of either kind, and its recordings do not come in", async () => {
    await add([0, 1, 2].map(day));
    await closeCertificates(env, LATER);
    const key = await take(2);
    await env.DB.exec(
      `INSERT INTO closed_files (first, last, key, rows, bytes, sha256, members, at) VALUES (1, 2, 'dials/2025-01/1-x.ndjson.gz', 1, 1, 'x', '[[1,2,0,1,"x"]]', '2026-01-01')`,
    );
    const lost = ["dials/2025-01/1-x.ndjson.gz", key];
    expect(await reopen(env, "system", LATER)).toEqual({
      files: 1,
      dials: 0,
      recordings: 0,
      certificates: 1,
      lost,
    });
    expect(await reopen(env, "system", LATER)).toEqual({
      files: 0,
      dials: 0,
      recordings: 0,
      certificates: 1,
      lost,
    });
    expect(await reopen(env, "system", LATER)).toEqual({
      files: 0,
      dials: 0,
      recordings: 0,
      certificates: 0,
      lost,
    });
    expect(await dump("recordings")).toHaveLength(2);
    expect([await named(), (await dump("closed_recordings")).length]).toEqual([[key], 2]);
    await env.DB.exec("DELETE FROM closed_files");
  });

  it("is what the index names, where no file is said to be", async () => {
    await add([day(1)]);
    await closeCertificates(env, LATER);
    await env.DB.exec("DELETE FROM closed_certificates");
    for (const path of ["/v1/recordings/r00000", "/v1/recordings/certificates?recording=r00000"])
      expect(await under(env, "GET", path, { token: tokens.compliance })).toMatchObject({
        status: 500,
        data: { code: "archive-broken", detail: "closed_certificates" },
      });
  });
});

it("a row leaves without a look at the files before its own", async () => {
  await add([day(8)]);
  await env.DB.prepare(
    `INSERT INTO closed_certificates (first, last, key, rows, bytes, sha256, members, at)
     SELECT value, value, 'k' || value, 1, 1, 'x', '[]', 'x' FROM json_each(?)`,
  )
    .bind(JSON.stringify(Array.from({ length: 300 }, (_, n) => n)))
    .run();
  const num = day(8) * 1024;
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO closed_certificates (first, last, key, rows, bytes, sha256, members, at) VALUES (?1, ?1, 'k', 1, 1, 'x', '[]', 'x')",
    ).bind(num),
    // The first 64 bits of its ref.
    env.DB.prepare("INSERT INTO closed_recordings (name, num) VALUES (1, ?)").bind(num),
  ]);
  const { meta } = await env.DB.prepare("DELETE FROM recordings WHERE id = 'r00000'").run();
  expect(await dump("recordings")).toEqual([]);
  expect(meta.rows_read).toBeLessThan(60);
});
