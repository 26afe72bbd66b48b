/** Rows of the open month leave once they fill an object and are three days old; a small company's stay until it is closed. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { counted } from "../../../worker/storage/closed/calls.ts";
import { record } from "../../../worker/core/commit.ts";
import type { Statement } from "../../../worker/core/sql.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { erasedOf, sayErased } from "../../../worker/trail/erased.ts";
import { startOf } from "../../../worker/trail/start.ts";
import { dump } from "../helpers.ts";
import { newest, walk, writeAs } from "./kit.ts";

/** Days of March 2027; those behind it are of April. */
const at = (day: number) => vi.setSystemTime(Date.UTC(2027, 2, day, 10));
const write = (code: string, statements: Statement[] = []) =>
  record(env, { actor: "system", event: { code, subject: "", payload: null }, statements });
const objects = async () =>
  ((await dump("audit_archives")) as { first_seq: number; last_seq: number }[]).map((one) => [
    one.first_seq,
    one.last_seq,
  ]);
const archivedOn = async (day: number, most: number) => {
  at(day);
  await archiveMonths(env, Date.now(), most);
  return objects();
};
const here = async () => ((await dump("audit")) as { seq: number }[]).map(({ seq }) => seq);

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  // Row 1 is of the first day, and so on.
  for (let day = 1; day <= 10; day++) {
    at(day);
    await write("test");
  }
});
afterAll(() => void vi.useRealTimers());

it("those that fill no object stay, however old", async () => {
  expect(await archivedOn(30, 20)).toEqual([]);
});

it("those that fill one leave when the last of them is older than three days, and the chain verifies", async () => {
  expect(await archivedOn(6, 3)).toEqual([]);
  const { length } = await walk();
  expect(await archivedOn(7, 3)).toEqual([[1, 3]]);
  expect(await archivedOn(13, 3)).toEqual([
    [1, 3],
    [4, 6],
    [7, 9],
  ]);
  expect((await here()).slice(0, 2)).toEqual([0, 10]);
  expect(await walk()).toMatchObject({ ok: true, length: length + 3 });
});

it("the rest leaves with its month, as a Worker of before would have it leave", async () => {
  expect(await archivedOn(33, 20)).toHaveLength(3);
  // Behind row 10, one for each object that was made in March.
  expect((await archivedOn(35, 20)).slice(3)).toEqual([[10, 13]]);
  expect(await walk()).toMatchObject({ ok: true });
});

it("a change of which only the first row has left tells what it told", async () => {
  at(36);
  const since = new Date().toISOString();
  await write("request.comply", sayErased([{ row: "consents/x", since }]));
  const { seq } = await newest();
  const [, last] = (await objects()).at(-1)!;
  expect((await archivedOn(45, seq - 1 - last!)).at(-1)).toEqual([last! + 1, seq - 1]);
  expect(await here()).toContain(seq);
  const { found } = await erasedOf(env, await startOf(env), ["consents/x"], new Date().toISOString());
  expect(found.get("consents/x")).toMatchObject({ by: "request" });
  expect(await walk()).toMatchObject({ ok: true });
});

it("a row without a code, which an officer may yet account for, stays until its month is closed", async () => {
  at(46);
  const seq = await writeAs("test", false);
  await write("test");
  expect((await archivedOn(56, 2)).at(-1)).toEqual([seq - 2, seq - 1]);
  expect((await archivedOn(66, 20)).at(-1)![0]).toBe(seq);
});

it("a locked object of rows that left before the database was put back stays, and holds nothing up", async () => {
  const [, last] = (await objects()).at(-1)!;
  at(67);
  await write("test");
  const key = `audit/2027-05/${String(last! + 1).padStart(10, "0")}.ndjson.gz`;
  await env.ARCHIVE.put(key, "of before");
  let isKilled = true;
  const locked = {
    get: (of: string) => env.ARCHIVE.get(of),
    put: async (of: string, bytes: ArrayBuffer) => {
      if (await env.ARCHIVE.head(of)) throw new Error("locked");
      await env.ARCHIVE.put(of, bytes);
      if (isKilled) throw new Error("killed");
    },
  } as unknown as R2Bucket;
  at(100);
  const archived = () => archiveMonths({ ...env, ARCHIVE: locked }, Date.now());
  // Its own object is there, and locked as well, when the next run comes.
  await expect(archived()).rejects.toThrow("killed");
  isKilled = false;
  await archived();
  expect((await objects()).at(-1)![0]).toBe(last! + 1);
  expect(await (await env.ARCHIVE.get(key))!.text()).toBe("of before");
  expect(await walk()).toMatchObject({ ok: true });
});

it("a run makes so many objects that its calls suffice, and the next goes on", async () => {
  at(100);
  for (let n = 0; n < 40; n++) await write("test");
  const { length } = await objects();
  at(110);
  await archiveMonths(counted(env, { queries: 100, calls: 8000 }), Date.now(), 1);
  const made = (await objects()).length;
  expect(made).toBeGreaterThan(length);
  expect(made).toBeLessThan(length + 40);
  expect((await archivedOn(110, 1)).length).toBeGreaterThanOrEqual(length + 40);
  expect(await walk()).toMatchObject({ ok: true });
});
