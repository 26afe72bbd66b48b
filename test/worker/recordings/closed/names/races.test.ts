/** What changes while names are packed: an object is no other's, and each entry is in one place or in none. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { returnDue, rewriteKept } from "../../../../../worker/recordings/closed/due.ts";
import { recallKept } from "../../../../../worker/recordings/closed/read.ts";
import { reopen } from "../../../../../worker/jobs/reopen.ts";
import { packNames } from "../../../../../worker/recordings/closed/names/pack.ts";
import { siftNumbers } from "../../../../../worker/recordings/closed/names/sift.ts";
import { archiveMonths } from "../../../../../worker/trail/archive.ts";
import { aTeam, call, DAY, dump, racing, under } from "../../../helpers.ts";
import { deepOf } from "../../../trail/kit.ts";
import { gone } from "../../certificates/kit.ts";
import { laid } from "../../kit.ts";
import { begin, close, closingBefore, dialler, here, ids, LATER, named, reports } from "../kit.ts";

const tokens = aTeam();
const pack = (own = env) => packNames(own, LATER);
const inIndex = async () => (await dump("closed_kept")).length;
const inBlocks = async () =>
  ((await dump("closed_blocks")) as { kind: number; n: number }[])
    .filter(({ kind }) => kind === 21)
    .reduce((sum, { n }) => sum + n, 0);
const deep = async () => (await deepOf(["recordings", "audio"], LATER)).found;
const dueDay = async () =>
  Date.parse((await env.DB.prepare("SELECT MIN(day) AS day FROM closed_kept_days").first<string>("day"))!);

/** A Worker before whose first batch that packs something happens. */
function packingAfter(first: () => Promise<unknown>): { own: typeof env; isOver: () => boolean } {
  let isDue = true;
  const DB = new Proxy(env.DB, {
    get: (db, name) => {
      const value: unknown = Reflect.get(db, name, db);
      if (name !== "batch") return typeof value === "function" ? (value.bind(db) as unknown) : value;
      return async (statements: D1PreparedStatement[]) => {
        if (isDue && statements.length > 6) {
          isDue = false;
          await first();
        }
        return db.batch(statements);
      };
    },
  });
  return { own: { ...env, DB }, isOver: () => !isDue };
}

beforeAll(async () => {
  await begin(tokens.admin, 6);
  await archiveMonths(env, LATER);
});

/** All are closed, three in a file, and nothing is packed. */
beforeEach(async () => {
  if ((await named()).length > 0) await returnDue(env, await dueDay());
  expect(await named()).toEqual([]);
  await pack();
  await env.DB.exec("DELETE FROM marks WHERE name = 'dials-reopened'");
  await close(LATER, { rows: 3 });
  expect([await here(), (await named()).length, await inIndex(), await inBlocks()]).toEqual([[], 2, 18, 0]);
});

it("an object that is packed with its recording, as another names it, is not the other's", async () => {
  await returnDue(env, await dueDay());
  expect((await here()).length).toBe(6);
  const raced = closingBefore("recording.added", LATER, () => pack());
  const body = { ...reports[0]!, providerId: "another", startedAt: new Date().toISOString() };
  const { status, data } = await under(raced.own, "POST", "/v1/recordings", { token: dialler, body });
  expect(raced.isOver()).toBe(true);
  expect([status, (data as { code: string }).code]).toEqual([409, "recording-object-taken"]);
  expect([await here(), await inBlocks()]).toEqual([[], 18]);
});

it("one that is packed while it comes back is there once", async () => {
  const raced = racing(pack);
  await recallKept(raced.env, { ids: [ids[0]!] });
  expect(raced.isOver()).toBe(true);
  expect([await here(), await inIndex(), await inBlocks()]).toEqual([[ids[0]], 0, 18]);
  expect(await deep()).toEqual([]);
});

it("one that comes back while it is packed is packed no more", async () => {
  const { own, isOver } = packingAfter(() => recallKept(env, { ids: [ids[0]!] }));
  await pack(own);
  expect(isOver()).toBe(true);
  expect([await here(), await inIndex(), await inBlocks()]).toEqual([[ids[0]], 0, 15]);
  expect(await deep()).toEqual([]);
});

it("files that come back while they are packed lead nowhere", async () => {
  const day = await dueDay();
  const { own, isOver } = packingAfter(() => returnDue(env, day));
  await pack(own);
  expect(isOver()).toBe(true);
  expect([(await here()).length, await inIndex(), await inBlocks()]).toEqual([6, 0, 0]);
  expect(await deep()).toEqual([]);
});

it("what closes later in a month is packed beside the others", async () => {
  await pack();
  await reopen(env, "system", LATER);
  expect([(await here()).length, (await named()).length]).toEqual([3, 1]);
  await close(LATER + 2 * DAY, { rows: 2 });
  await pack();
  expect([await here(), (await named()).length, await inIndex()]).toEqual([[], 3, 0]);
  // Those of the file that went stay until the month goes.
  expect(await inBlocks()).toBe(27);
  expect(await deep()).toEqual([]);
  for (const body of reports)
    expect((await call("POST", "/v1/recordings", { token: dialler, body })).status).toBe(200);
});

it("one that was erased leaves its file, and arrives no second time", async () => {
  await pack();
  await recallKept(env, { ids: [ids[5]!] });
  const erase = { token: tokens.compliance, body: { why: "She rang us" } };
  expect((await call("POST", `/v1/recordings/${ids[5]}/erase`, erase)).status).toBe(202);
  await gone(ids[5]!);
  // Its line stays for as long as a block has its number.
  await rewriteKept(env, LATER + DAY);
  expect(await dump("closed_kept_out")).toHaveLength(1);
  await siftNumbers(env);
  await rewriteKept(env, LATER + DAY);
  expect(await dump("closed_kept_out")).toEqual([]);
  expect(await deep()).toEqual([]);
  const { status, data } = await call("POST", "/v1/recordings", { token: dialler, body: reports[5]! });
  expect([status, (data as { id: string }).id]).toEqual([200, ids[5]]);
  // Its object is free again.
  const body = await laid(env, { ...reports[5]!, providerId: "another" });
  expect((await call("POST", "/v1/recordings", { token: dialler, body })).status).toBe(201);
});
