/**
 * Closed recordings whose names are packed: whoever asks gets the same answer, none arrives twice, a kill in any statement neither halves nor
 * doubles an entry, and all come back.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { ImportAnswer } from "../../../../../shared/recordings/api.ts";
import { reopen } from "../../../../../worker/jobs/reopen.ts";
import { returnDue } from "../../../../../worker/recordings/closed/due.ts";
import { keptObjects, keptRefs, recallKept } from "../../../../../worker/recordings/closed/read.ts";
import { byName, hitsOf, keyOf, packedKept } from "../../../../../worker/recordings/closed/names/hits.ts";
import { nameOfId, nameOfRef } from "../../../../../worker/recordings/closed/lines.ts";
import { packNames } from "../../../../../worker/recordings/closed/names/pack.ts";
import { refOf } from "../../../../../worker/recordings/rows.ts";
import { archiveMonths } from "../../../../../worker/trail/archive.ts";
import { aTeam, call, DAY, dump, under } from "../../../helpers.ts";
import { deepOf } from "../../../trail/kit.ts";
import { here as rowsHere, kept } from "../../certificates/kit.ts";
import { askedByNumber, askedWithout } from "../asked.ts";
import { begin, close, dialler, get, here, ids, isHere, LATER, named, reports } from "../kit.ts";

const tokens = aTeam();
const N = 9;
let rows: string[];
let before: Record<string, unknown>;
let unsteady: Set<string>;
let numbers: Record<string, unknown>;
const steady = (told: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(told).filter(([path]) => !unsteady.has(path)));
/** Since when disclosures are told of follows the trail's rows, which have left meanwhile. */
const byNumber = (told: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(told).filter(([path]) => !path.startsWith("/v1/disclosures")));
const deep = async () => (await deepOf(["recordings", "certificates", "audio"], LATER)).found;
const inIndex = async () => (await dump("closed_kept")).length;
const inBlocks = async (kind = 21) =>
  ((await dump("closed_blocks")) as { kind: number; n: number }[])
    .filter((row) => row.kind === kind)
    .reduce((sum, { n }) => sum + n, 0);
const waiting = async () =>
  ((await dump("marks")) as { name: string }[]).filter(({ name }) => name === "packing recordings").length;

beforeAll(async () => {
  await begin(tokens.admin, N);
  rows = await kept();
  await archiveMonths(env, LATER);
  numbers = await askedByNumber(tokens);
  await close(LATER, { rows: 4 });
  expect([await here(), (await named()).length]).toEqual([[], 3]);
  const first = await askedWithout(tokens);
  before = await askedWithout(tokens);
  unsteady = new Set(
    Object.keys(first).filter((path) => JSON.stringify(first[path]) !== JSON.stringify(before[path])),
  );
  expect(await inIndex()).toBe(3 * N);
});

/** A Worker whose batches that pack fail in a statement. */
function failing(at: number): typeof env {
  const DB = new Proxy(env.DB, {
    get: (db, name) => {
      const value: unknown = Reflect.get(db, name, db);
      if (name !== "batch") return typeof value === "function" ? (value.bind(db) as unknown) : value;
      const fault = db.prepare("INSERT INTO marks (name, value) VALUES ('x', NULL)");
      return (statements: D1PreparedStatement[]) =>
        db.batch(statements.length < STATEMENTS ? statements : statements.toSpliced(at, 0, fault));
    },
  });
  return { ...env, DB };
}
/** Of a batch that packs. */
const STATEMENTS = 7;

describe("packing", () => {
  it("waits until the month is over for as long as nothing looks back", async () => {
    const { first } = ((await dump("closed_kept_files")) as [{ first: number }])[0];
    const at = new Date(first / 1024);
    const end = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1);
    await packNames(env, end + 63 * DAY - 1);
    expect([await inIndex(), await inBlocks(), await waiting()]).toEqual([3 * N, 0, 0]);
  });

  it("a kill in any statement changes nothing", async () => {
    for (let at = 0; at <= STATEMENTS; at++) {
      const own = failing(at);
      await expect(packNames(own, LATER, { rows: 10 }), String(at)).rejects.toThrow("NOT NULL");
      expect([await inIndex(), await inBlocks()], String(at)).toEqual([3 * N, 0]);
    }
  });

  it("in slices: between two, some are in the index and some in blocks, and all is told as before", async () => {
    let reads = 0;
    await packNames(env, LATER, { rows: 10, clock: () => (++reads > 4 ? Infinity : 0) });
    expect(await waiting()).toBe(1);
    expect(await inIndex()).toBeGreaterThan(0);
    expect(await inIndex()).toBeLessThan(3 * N);
    expect((await inIndex()) + (await inBlocks())).toBe(3 * N);
    expect(await deep()).toEqual([]);
    for (const id of ids)
      expect((await get(tokens.manager, `/v1/recordings/${id}`)).data, id).toMatchObject({ id });
  });

  it("to its end, by two runs at once", async () => {
    await Promise.all([1, 2].map(() => packNames(env, LATER, { rows: 4 }).catch(() => undefined)));
    await packNames(env, LATER, { rows: 4 });
    expect([await inIndex(), await inBlocks(), await waiting()]).toEqual([0, 3 * N, 0]);
    expect([await dump("closed_kept_numbers"), await inBlocks(23), await inBlocks(24)]).toEqual([[], N, N]);
    expect(await dump("closed_places")).toHaveLength(6);
  });
});

describe("packed recordings", () => {
  it("are listed, counted and told of as before, and nothing comes back for that", async () => {
    expect(steady(await askedWithout(tokens))).toEqual(steady(before));
    expect(await here()).toEqual([]);
    expect(await deep()).toEqual([]);
  });

  it("none arrives a second time, and no other gets its object", async () => {
    for (const body of reports) {
      const { status, data } = await call("POST", "/v1/recordings", { token: dialler, body });
      expect([status, ids.includes((data as { id: string }).id)]).toEqual([200, true]);
    }
    const other = { ...reports[0]!, providerId: "another", startedAt: new Date().toISOString() };
    expect((await call("POST", "/v1/recordings", { token: dialler, body: other })).status).toBe(409);
    const objects = reports.map(({ storage }) => [storage.kind, storage.key!] as const);
    expect(await keptObjects(env, [...objects, ["r2", "dialler/free.mp3"]])).toEqual(objects);
    expect(await here()).toEqual([]);
  });

  it("an import that names them reads each member once, and finds them there", async () => {
    let reads = 0;
    const ARCHIVE = new Proxy(env.ARCHIVE, {
      get: (bucket, name) => {
        const value = Reflect.get(bucket, name, bucket) as (...params: unknown[]) => unknown;
        return (...params: unknown[]) => {
          if (name === "get" && String(params[0]).startsWith("recordings/")) reads++;
          return value.apply(bucket, params);
        };
      },
    });
    const own = { ...env, ARCHIVE };
    const body = { rows: reports, dryRun: true };
    const { status, data } = await under(own, "POST", "/v1/recordings/import", {
      ...{ token: tokens.compliance, body },
    });
    const found = (data as ImportAnswer).results.map((one) => one.status);
    expect([status, found]).toEqual([200, reports.map(() => "there")]);
    expect(reads).toBe(3);
  });

  it("one with the same beginning of a name is another: it is read, and comes in", async () => {
    const [hit] = await hitsOf(env.DB, packedKept, [byName(nameOfId(ids[0]!))]);
    const name = BigInt(hit!.name);
    // Of the last sixteen bits blocks have none.
    const alike = (BigInt.asIntN(64, name) ^ 1n).toString();
    expect(await hitsOf(env.DB, packedKept, [byName(alike)])).toMatchObject([{ lo: hit!.lo, hi: hit!.hi }]);
    const ref = (n: string) => `${"0".repeat(12)}${n.repeat(4)}${"0".repeat(48)}`;
    await env.DB.prepare(
      "INSERT INTO closed_blocks (kind, month, first, n, entries) SELECT kind, month, ?, 1, unhex(?) FROM closed_blocks WHERE kind = 21 LIMIT 1",
    )
      .bind(keyOf(nameOfRef(ref("1"))), "0000000001" + "000000")
      .run();
    expect(await hitsOf(env.DB, packedKept, [byName(nameOfRef(ref("2")))])).toHaveLength(1);
    expect(await keptRefs(env, [ref("2")])).toEqual([]);
    await env.DB.prepare("DELETE FROM closed_blocks WHERE kind = 21 AND first = ?")
      .bind(keyOf(nameOfRef(ref("1"))))
      .run();
  });

  it("of a lost file none arrives, and what asks for one is told so", async () => {
    const [key] = await named();
    const bytes = await (await env.ARCHIVE.get(key!))!.arrayBuffer();
    await env.ARCHIVE.delete(key!);
    const answers = [];
    for (const body of reports)
      answers.push((await call("POST", "/v1/recordings", { token: dialler, body })).status);
    expect(answers.toSorted()).toEqual([200, 200, 200, 200, 200, 500, 500, 500, 500].toSorted());
    await env.ARCHIVE.put(key!, bytes);
    expect(await rowsHere()).toEqual([]);
  });

  it("a block that somebody altered is named, and so is one that is gone", async () => {
    const all = (
      await env.DB.prepare(
        "SELECT rowid AS id, kind, month, first, n, hex(entries) AS entries FROM closed_blocks WHERE kind = 21",
      ).all<{ id: number; entries: string }>()
    ).results;
    const put = (entries: string) =>
      env.DB.prepare("UPDATE closed_blocks SET entries = unhex(?) WHERE rowid = ?")
        .bind(entries, all[0]!.id)
        .run();
    const { entries } = all[0]!;
    await put(entries.slice(0, -6) + (entries.endsWith("000000") ? "000001" : "000000"));
    const named = await deep();
    await put(entries);
    // Where chance has put an id last, both passes name its recording.
    const ofRecordings = named.filter((one) => one.startsWith("recordings"));
    expect(new Set(ofRecordings.map((one) => one.split(":")[0])).size).toBe(1);
    expect(await deep()).toEqual([]);
  });

  it("an entry of the index besides is named", async () => {
    const [{ first }] = (await dump("closed_kept_files")) as [{ first: number }];
    await env.DB.prepare("INSERT INTO closed_kept (name, num) VALUES (7, ?)").bind(first).run();
    expect(await deep()).toEqual(["recordings closed_kept: extra"]);
    await env.DB.exec("DELETE FROM closed_kept");
    expect(await deep()).toEqual([]);
  });
});

describe("coming back", () => {
  it("one that was asked for is in the database, is told as before, and is found in the block no more", async () => {
    await recallKept(env, { ids: [ids[0]!] });
    expect(await isHere(ids[0]!)).toBe(true);
    expect(steady(await askedWithout(tokens))).toEqual(steady(before));
    expect(await deep()).toEqual([]);
    const { provider, providerId, storage } = reports[0]!;
    const { by } = ((await dump("recordings")) as [{ by: string }])[0];
    expect(await keptRefs(env, [refOf(provider, providerId, by)])).toEqual([]);
    expect(await keptObjects(env, [[storage.kind, storage.key!]])).toEqual([]);
    const { status } = await call("POST", "/v1/recordings", { token: dialler, body: reports[0]! });
    expect(status).toBe(200);
  });

  it("its file comes back on its day, and leads nowhere from then on; the month's blocks go with the last", async () => {
    const day = await env.DB.prepare("SELECT MIN(day) AS day FROM closed_kept_days").first<string>("day");
    await returnDue(env, Date.parse(day!));
    expect([await named(), await here()]).toEqual([[], [...ids].sort()]);
    const names = ids.map((id) => byName(nameOfId(id)));
    expect(await hitsOf(env.DB, packedKept, names)).toEqual([]);
    expect(await inBlocks()).toBe(3 * N);
    await packNames(env, LATER);
    expect([await inBlocks(), await dump("closed_places")]).toEqual([0, []]);
    expect(await deep()).toEqual([]);
  });

  it("a file of the same rows gets another place, and all come back before an older Worker, letter by letter", async () => {
    await env.DB.exec("DELETE FROM marks WHERE name = 'recordings-closed'");
    await close(LATER, { rows: 4 });
    await packNames(env, LATER);
    const places = ((await dump("closed_places")) as { place: number }[]).map(({ place }) => place);
    expect([await inIndex(), places]).toEqual([0, [3, 4, 5, 3, 4, 5]]);
    expect(byNumber(await askedByNumber(tokens))).toEqual(byNumber(numbers));
    expect(await deep()).toEqual([]);
    for (let files = 1; files > 0;) ({ files } = await reopen(env, "system", LATER + 9 * DAY));
    expect(await kept()).toEqual(rows);
    expect([await named(), await inIndex()]).toEqual([[], 0]);
    expect(await deep()).toEqual([]);
  });
});
