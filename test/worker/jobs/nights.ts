/** Shared by the tests of a night that leaves much: dials that close, and a database whose statements are counted. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, vi } from "vitest";
import type { Env } from "../../../worker/env.ts";
import { august, FIRST, there } from "../dials/closed/kit.ts";
import { dump } from "../helpers.ts";

/** As Cloudflare gives a run of D1's queries. */
export const MOST = 1000;

/** No dials, and nothing that a night left. */
export function nights(): void {
  august();
  beforeEach(async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    await env.DB.exec(
      "DELETE FROM marks WHERE name GLOB 'night*'; DELETE FROM clock_jobs; DELETE FROM dials",
    );
  });
  afterEach(() => vi.restoreAllMocks());
}

/** Plain dials at these times, of a number each. */
export const dialled = (times: readonly number[]) =>
  env.DB.prepare(
    `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons,
       state, salt_high, salt_low, code, written, layer, medium)
     SELECT value * 64, p.num, ?1 + key, 0, 0, 0, 0, 0, 1, 2, 1, 1, 3, 7, 8, 9, '', 0, 0
     FROM json_each(?2) CROSS JOIN people p WHERE p.role = 'agent'`,
  )
    .bind(FIRST, JSON.stringify(times))
    .run();

/** What an invocation asks of D1: statements, as a batch may count as so many. From `after` on each fails, as in a run that is killed. */
export function watched(after = Infinity) {
  let queries = 0;
  const ask = (n: number) => {
    queries += n;
    if (queries > after) throw new Error("killed");
  };
  const real = new WeakMap<object, D1PreparedStatement>();
  const wrap = (inner: D1PreparedStatement): D1PreparedStatement => {
    const asked =
      (how: "all" | "run" | "first" | "raw") =>
      async (...args: never[]): Promise<unknown> => {
        ask(1);
        return await (inner[how] as (...some: never[]) => unknown)(...args);
      };
    const outer = {
      bind: (...values: unknown[]) => wrap(inner.bind(...values)),
      ...{ all: asked("all"), run: asked("run"), first: asked("first"), raw: asked("raw") },
    } as unknown as D1PreparedStatement;
    real.set(outer, inner);
    return outer;
  };
  const DB = {
    prepare: (text: string) => wrap(env.DB.prepare(text)),
    batch: async (some: D1PreparedStatement[]) => {
      ask(some.length);
      return await env.DB.batch(some.map((one) => real.get(one) ?? one));
    },
  } as unknown as D1Database;
  return { own: { ...env, DB } as Env, queries: () => queries };
}

export const left = async () =>
  ((await dump("marks")) as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => name.startsWith("night "));
export const allClosed = async (n: number) => {
  expect(await there()).toEqual([]);
  const files = (await dump("closed_files")) as { rows: number }[];
  expect(files.reduce((sum, { rows }) => sum + rows, 0)).toBe(n);
  // What a killed run was writing is erased by a later night.
  const unnamed = ((await dump("closed_left")) as { key: string }[]).map(({ key }) => key);
  const objects = (await env.ARCHIVE.list({ prefix: "dials/" })).objects.map(({ key }) => key);
  expect(objects.filter((key) => !unnamed.includes(key)).length).toBe(files.length);
  expect((await dump("closed_numbers")).length + (await packed())).toBe(n);
};
const packed = async () =>
  ((await dump("closed_blocks")) as { kind: number; n: number }[])
    .filter(({ kind }) => kind === 1)
    .reduce((sum, { n }) => sum + n, 0);
