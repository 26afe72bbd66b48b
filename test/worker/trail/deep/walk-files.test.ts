/** Each run of the clock reads some archived objects, so that one that is lost or altered is told within days, by few calls. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { ledgerOf } from "../../../../worker/core/commit.ts";
import { sha256OfBytes } from "../../../../worker/core/hash.ts";
import { walkOn } from "../../../../worker/trail/deep/walk.ts";
import { further } from "../../../bench/worker/further.ts";
import { asOwner, aTeam, DAY, dump, MINUTE } from "../../helpers.ts";
import { run } from "../kit.ts";

aTeam();
/** No rows are compared. */
const BOUNDS = { chain: 5, most: 2, objects: 1, steps: 0, files: 20 };
const FILES = {
  closed_files: 30,
  closed_kept_files: 11,
  closed_certificates: 5,
  audit_archives: 9,
  closed_screened: 7,
};
const ALL = Object.values(FILES).reduce((sum, n) => sum + n, 0);
let now = Date.now();

const keyOf = (table: string, n: number) => `${table}/${n}.gz`;
beforeAll(async () => {
  for (const [table, files] of Object.entries(FILES))
    await asOwner(table === "audit_archives" ? [table] : [], async () => {
      for (let n = 1; n <= files; n++) {
        const bytes = new TextEncoder().encode(`${table} ${n}`);
        const [key, sha256] = [keyOf(table, n), await sha256OfBytes(new Uint8Array(bytes).buffer)];
        await env.ARCHIVE.put(key, bytes);
        const all = { key, bytes: bytes.length, sha256, at: "" };
        const closed = { ...all, first: n * 2, last: n * 2 + 1, rows: 1, members: "[]" };
        const archived = { first_seq: n * 2, last_seq: n * 2 + 1, last_hash: "x", month: "2020-01" };
        const row: Record<string, string | number> =
          table === "audit_archives"
            ? { ...all, ...archived, first_at: "", last_at: "" }
            : table === "closed_screened"
              ? // Their places are blocks, which each month has.
                { ...closed, first: 1, last: 2, month: 202_000 + n, lists: 0, bare: 0 }
              : closed;
        await run(
          `INSERT INTO ${table} (${Object.keys(row).join(", ")}) VALUES (${Object.keys(row)
            .map(() => "?")
            .join(", ")})`,
          ...Object.values(row),
        );
      }
    });
});

const told = async () =>
  ((await dump("outbox")) as { template: string; vals: string; recipient: string }[])
    .filter(({ template, recipient }) => template === "trail-found" && recipient.startsWith("compliance"))
    .map(({ vals }) => (JSON.parse(vals) as { rows: string }).rows);

/** A day of the clock's runs; what the longest of them asked for. `own`: parts of the environment. */
async function aDay(bucket: R2Bucket = env.ARCHIVE) {
  const most = { calls: 0, reads: 0, rounds: 0 };
  let [all, runs] = [0, 0];
  const texts: string[] = [];
  for (const until = now + DAY; now < until; now += 5 * MINUTE) {
    let calls = 0;
    const DB = {
      prepare: (text: string) => {
        if (/closed_kept_files/.test(text)) {
          calls++;
          texts.push(text);
        }
        return env.DB.prepare(text);
      },
      batch: env.DB.batch.bind(env.DB),
    } as unknown as D1Database;
    const { ARCHIVE, told: asked } = further(bucket, 1);
    await walkOn({ ...env, DB, ARCHIVE }, now, BOUNDS);
    for (const [name, n] of Object.entries({ calls, ...asked }))
      most[name as keyof typeof most] = Math.max(most[name as keyof typeof most], n);
    all += asked.reads;
    runs++;
    // The rest of the day asks for nothing.
    if ((await ledgerOf(env).walked())!.files!.isOver && asked.reads === 0) break;
  }
  now += DAY;
  return { ...most, all, runs };
}

it("each object is read once a day, twenty a run, by one call of the database; where all are whole, nothing is told", async () => {
  expect(await aDay()).toEqual({ calls: 1, reads: 20, rounds: 4, all: ALL, runs: 5 });
  expect(await told()).toEqual([]);
});

it("one that is gone, altered or shortened is named, once, of whatever kind; and again only once it was whole in between", async () => {
  const [gone, altered, short, last] = [
    keyOf("closed_files", 30),
    keyOf("audit_archives", 9),
    keyOf("closed_certificates", 1),
    keyOf("closed_screened", 7),
  ];
  const was = await env.ARCHIVE.get(gone).then((object) => object!.arrayBuffer());
  await env.ARCHIVE.delete(gone);
  await env.ARCHIVE.put(altered, "audit_archives x");
  await env.ARCHIVE.put(short, "closed");
  await env.ARCHIVE.delete(last);
  const { calls, all } = await aDay();
  expect([calls, all]).toEqual([2, ALL + 2]);
  const news = [
    `dials/${gone} (unreadable)`,
    `certificates/${short} (unreadable), audit/${altered} (unreadable)`,
    `screened/${last} (unreadable)`,
  ];
  expect(await told()).toEqual(news);
  await aDay();
  expect(await told()).toEqual(news);
  await env.ARCHIVE.put(gone, was);
  await aDay();
  await env.ARCHIVE.delete(gone);
  await aDay();
  expect(await told()).toEqual([...news, news[0]]);
});

it("one that its store does not give now, or that is another's by then, is no finding; nor does it keep the others", async () => {
  const before = await told();
  const [silent, away, again] = [1, 2, 3].map((n) => keyOf("closed_kept_files", n)) as [
    string,
    string,
    string,
  ];
  const bucket = {
    get: async (key: string) => {
      if (key === silent) throw new Error("timeout");
      if (key === away) return null;
      if (key !== again) return env.ARCHIVE.get(key);
      // Written once more meanwhile.
      await run("UPDATE closed_kept_files SET key = 'another' WHERE key = ?", again);
      await env.ARCHIVE.delete(again);
      return null;
    },
    head: (key: string) => env.ARCHIVE.head(key),
  } as unknown as R2Bucket;
  await aDay(bucket);
  expect(await told()).toEqual(before);
  expect((await ledgerOf(env).walked())!.files).toMatchObject({ isOver: true });
});

it("a store that gives nothing is asked for the same ones until it does", async () => {
  const silent = { get: () => Promise.reject(new Error("down")) } as unknown as R2Bucket;
  const walked = async () => {
    await walkOn({ ...env, ARCHIVE: silent }, now, BOUNDS);
    now += 5 * MINUTE;
    return (await ledgerOf(env).walked())!.files!;
  };
  const before = await told();
  const { began } = await walked();
  expect(await walked()).toMatchObject({ began, after: null, isOver: false, lost: [] });
  expect(await told()).toEqual(before);
});
