/** Reading closed dials, and counting them, while they change, and where their file is lost. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { dialsBound } from "../../../../worker/dials/bound.ts";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import { effectOf } from "../../../../worker/policy/effect.ts";
import { recall } from "../../../../worker/dials/closed/read.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { rewriteFiles } from "../../../../worker/dials/closed/rewrite.ts";
import { closedRows } from "../../../../worker/dials/closed/verified.ts";
import type { Env } from "../../../../worker/env.ts";
import { Noting } from "../../core/noting.ts";
import { under } from "../../helpers.ts";
import {
  august,
  byDay,
  compliance,
  day,
  erase,
  EVERY,
  FIRST,
  LATER,
  named,
  SLICE,
  slow,
  there,
} from "./kit.ts";
import { closeDials } from "./closing.ts";

august();

/** Something else happens around the first reading of a file. */
function whileRead(when: "before" | "after", work: () => Promise<unknown>): Env {
  let isDue = true;
  const get = async (key: string, options: R2GetOptions) => {
    const once = async (now: typeof when) => {
      if (!isDue || now !== when) return;
      isDue = false;
      await work();
    };
    await once("before");
    const bytes = await (await env.ARCHIVE.get(key, options))?.arrayBuffer();
    await once("after");
    return bytes ? { arrayBuffer: () => Promise.resolve(bytes) } : null;
  };
  return { ...env, ARCHIVE: { get } } as unknown as Env;
}
const rewritten = () =>
  recall(env, [`+${FIRST}`])
    .then(() => erase(0))
    .then(() => rewriteFiles(env, 0, LATER));

it("a search finds each dial once while files are written once more, their dials come back, and others close", async () => {
  const one = () => closeDials(env, LATER, { ...SLICE, clock: slow() });
  await one();
  expect(await byDay(whileRead("before", one))).toEqual(EVERY);
  expect(await byDay(whileRead("after", one))).toEqual(EVERY);
  expect(await named()).toHaveLength(3);
  expect(await byDay(whileRead("after", () => recall(env, [`+${FIRST + 4}`])))).toEqual(EVERY);
  expect(await byDay(whileRead("before", () => recall(env, [`+${FIRST + 5}`])))).toEqual(EVERY);
  await recall(env, [`+${FIRST}`]);
  await erase(0);
  expect(await byDay(whileRead("before", () => rewriteFiles(env, 0, LATER)))).toEqual([1, 2, 3, 4, 5]);
  expect(await byDay(whileRead("before", () => reopen(env, "system", LATER)))).toEqual([1, 2, 3, 4, 5]);
});

it("a number is recalled from a file that is written once more, or comes back, meanwhile", async () => {
  await closeDials(env, LATER, SLICE);
  await recall(whileRead("before", rewritten), [`+${FIRST + 1}`]);
  expect(await there()).toEqual([String(day(1) * 64)]);
  await recall(
    whileRead("before", () => reopen(env, "system", LATER)),
    [`+${FIRST + 5}`],
  );
  expect(await there()).toContain(String(day(5) * 64));
});

it("verifying looks again before it says that a dial is lost, or its file", async () => {
  await closeDials(env, LATER, SLICE);
  const rows = closedRows(dialsBound.select);
  const none = { unread: [], unlisted: [] };
  expect(await rows.after!(whileRead("before", rewritten), "0", 50)).toMatchObject(none);
  expect(
    await rows.after!(
      whileRead("before", () => recall(env, [`+${FIRST + 2}`])),
      "0",
      50,
    ),
  ).toMatchObject(none);
});

it("a search during which files change without an end says so, rather than leave something out", async () => {
  await closeDials(env, LATER, SLICE);
  /** Each file has another key. */
  const renamed = async () => {
    for (const key of await named())
      await env.ARCHIVE.put(`${key}x`, await (await env.ARCHIVE.get(key))!.arrayBuffer());
    await env.DB.exec("UPDATE closed_files SET key = key || 'x'");
  };
  const prepare = (text: string) => {
    if (!text.includes("FROM closed_files f WHERE f.first <= ?2")) return env.DB.prepare(text);
    const bind = (...params: unknown[]) => ({
      all: async () => {
        await renamed();
        return env.DB.prepare(text)
          .bind(...params)
          .all();
      },
    });
    return { bind };
  };
  const batch: D1Database["batch"] = (statements) => env.DB.batch(statements);
  const own = { ...env, DB: { prepare, batch } } as unknown as Env;
  const { status, data } = await under(own, "GET", "/v1/dials?from=2026-08-01&to=2026-08-31", {
    token: compliance,
  });
  expect([status, data]).toMatchObject([409, { code: "conflict" }]);
});

it("a shorter retention, or a longer one, says how many closed dials it concerns", async () => {
  const effect = async (from: number, to: number) =>
    (await effectOf(env.DB, defaultPolicy, [{ path: "retention.dialMonths", from, to }], LATER))[0]!.n;
  const before = [await effect(24, 2), await effect(2, 24), await effect(24, 6)];
  expect(before).toEqual([6, 6, 0]);
  await closeDials(env, LATER, SLICE);
  expect([await effect(24, 2), await effect(2, 24), await effect(24, 6)]).toEqual(before);
});

it("the nightly look for erased dials reads none of those that came back", async () => {
  await closeDials(env, LATER, SLICE);
  await recall(env, [`+${FIRST}`]);
  // As three hundred more of that file would be.
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state,
         salt_high, salt_low, code, written, layer, medium)
       SELECT num + value, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state,
         salt_high, salt_low, code, written, layer, medium FROM dials CROSS JOIN json_each(?) WHERE num = ?`,
    ).bind(JSON.stringify(Array.from({ length: 300 }, (_, n) => n + 1)), day(0) * 64),
    env.DB.prepare(
      "INSERT INTO closed_out (num) SELECT num FROM dials WHERE num BETWEEN ?1 + 1 AND ?1 + 300",
    ).bind(day(0) * 64),
  ]);
  const noting = new Noting();
  const before = await named();
  await rewriteFiles({ ...env, DB: noting.db }, 0, LATER);
  expect(await named()).toEqual(before);
  expect(Math.max(...[...noting.asked.values()].map(({ read }) => read))).toBeLessThan(50);
  await erase(0);
  await rewriteFiles(env, 0, LATER);
  expect(await named()).not.toEqual(before);
});
