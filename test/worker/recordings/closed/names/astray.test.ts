/** Packed names that somebody altered are named, and those that lead to a lost file hide nothing that is elsewhere by now. */
import { env } from "cloudflare:workers";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { beforeAll, expect, it } from "vitest";
import { closeCertificates } from "../../../../../worker/recordings/certificates/close.ts";
import { eraseDue } from "../../../../../worker/recordings/erasure.ts";
import { moveCertificates } from "../../../../../worker/recordings/certificates/written.ts";
import { recallKept } from "../../../../../worker/recordings/closed/read.ts";
import { astray } from "../../../../../worker/recordings/closed/names/astray.ts";
import { byName, hitsOf, keyOf, packedKept } from "../../../../../worker/recordings/closed/names/hits.ts";
import { nameOfId } from "../../../../../worker/recordings/closed/lines.ts";
import { ENDINGS } from "../../../../../worker/recordings/closed/names/numbers.ts";
import { pack, unpack } from "../../../../../worker/recordings/closed/names/packed.ts";
import { packNames } from "../../../../../worker/recordings/closed/names/pack.ts";
import { archiveMonths } from "../../../../../worker/trail/archive.ts";
import { aTeam, call, DAY, dump } from "../../../helpers.ts";
import { deepOf } from "../../../trail/kit.ts";
import { begin, close, dialler, FIRST, get, here, ids, LATER, listed, named, reports } from "../kit.ts";

const tokens = aTeam();
const deep = async () => (await deepOf(["recordings", "audio"], LATER)).found;
const blocks = async () =>
  (
    await env.DB.prepare(
      "SELECT rowid AS id, first, n, hex(entries) AS entries FROM closed_blocks WHERE kind = 21",
    ).all<{ id: number; entries: string; n: number }>()
  ).results;

beforeAll(async () => {
  await begin(tokens.admin, 6);
  await archiveMonths(env, LATER);
  await close(LATER, { rows: 2 });
  await packNames(env, LATER);
  expect([await here(), (await named()).length]).toEqual([[], 3]);
  expect(await deep()).toEqual([]);
});

it("a block whose entries lead elsewhere is named", async () => {
  const [block] = await blocks();
  const put = (entries: string) =>
    env.DB.prepare("UPDATE closed_blocks SET entries = unhex(?) WHERE rowid = ?")
      .bind(entries, block!.id)
      .run();
  const { entries, n } = block!;
  const last = n * 6;
  // All but the last bytes of names.
  const coded = entries.slice(8, -last);
  await put(entries.slice(0, 8) + "0".repeat(coded.length) + entries.slice(-last));
  expect(
    await hitsOf(
      env.DB,
      packedKept,
      ids.map((id) => byName(nameOfId(id))),
    ),
  ).not.toHaveLength(6);
  const found = await deep();
  await put(entries);
  expect(found).not.toEqual([]);
});

it("places that somebody ended are named", async () => {
  await env.DB.exec("UPDATE closed_places SET gone = 1");
  const one = await call("GET", `/v1/recordings/${ids[0]}`, { token: tokens.compliance });
  const found = await deep();
  await env.DB.exec("UPDATE closed_places SET gone = 0");
  expect(one.status).toBe(404);
  expect(found).not.toEqual([]);
});

it("last digits that somebody deleted, or altered, are named", async () => {
  const of = env.DB.prepare(
    "SELECT rowid AS id, first, hex(entries) AS entries FROM closed_blocks WHERE kind = ?",
  ).bind(ENDINGS);
  const blocksOf = (await of.all<{ id: number; first: number; entries: string }>()).results;
  expect(blocksOf).toHaveLength(1);
  const { id, first, entries } = blocksOf[0]!;
  const put = (bytes: string) =>
    env.DB.prepare("UPDATE closed_blocks SET entries = unhex(?) WHERE rowid = ?").bind(bytes, id).run();
  const search = `number=${String(FIRST + 2).slice(-5)}`;
  expect(await deep()).toEqual([]);
  // Each of them a hundred thousand further: another beginning of the same last digits.
  const [block, ...more] = pack(
    unpack(first, hexToBytes(entries)).map(({ key, place }) => ({ key: key + 100_000, place })),
  );
  expect(more).toEqual([]);
  await put(bytesToHex(block!.bytes));
  const altered = await deep();
  await put(entries);
  await env.DB.prepare("DELETE FROM closed_blocks WHERE kind = ?").bind(ENDINGS).run();
  const deleted = await deep();
  const without = await listed(tokens.compliance, search);
  await env.DB.prepare(
    "INSERT INTO closed_blocks (rowid, kind, month, first, n, entries) SELECT ?, ?, month, ?, 6, unhex(?) FROM closed_blocks LIMIT 1",
  )
    .bind(id, ENDINGS, first, entries)
    .run();
  expect(await deep()).toEqual([]);
  const all = ids.map((one) => `recordings ${one}: altered closed_kept`);
  for (const found of [altered, deleted]) expect(found.sort()).toEqual(all.sort());
  expect([without, await listed(tokens.compliance, search)]).toMatchObject([[], [{ id: ids[2] }]]);
});

it("verifying reads a block once, however many of the names are in it", async () => {
  let read = 0;
  const DB = new Proxy(env.DB, {
    get: (db, name) => {
      const value: unknown = Reflect.get(db, name, db);
      if (name !== "prepare") return typeof value === "function" ? (value.bind(db) as unknown) : value;
      return (text: string) => ({
        bind: (...params: unknown[]) => ({
          all: async () => {
            const answer = await db
              .prepare(text)
              .bind(...params)
              .all();
            read += answer.results.filter((row) => "entries" in row).length;
            return answer;
          },
        }),
      });
    },
  });
  const hits = await hitsOf(
    env.DB,
    packedKept,
    ids.map((id) => byName(nameOfId(id))),
  );
  expect(hits).toHaveLength(6);
  expect(
    await astray(
      DB,
      packedKept,
      hits.map(({ name, lo }) => [name, lo]),
    ),
  ).toEqual([]);
  expect(read).toBe(1);
});

it("a lost file hides no certificate of a recording that had come back from it", async () => {
  const { lo } = (await hitsOf(env.DB, packedKept, [byName(nameOfId(ids[5]!))]))[0]!;
  await recallKept(env, { ids: [ids[5]!] });
  const [file] = ((await dump("closed_kept_files")) as { first: number; last: number; key: string }[]).filter(
    ({ first, last }) => first <= lo && lo <= last,
  );
  const bytes = await (await env.ARCHIVE.get(file!.key))!.arrayBuffer();
  await env.ARCHIVE.delete(file!.key);
  // On its day; its certificate leaves the database some months later.
  const day = await env.DB.prepare("SELECT erase_after FROM recordings").first<string>("erase_after");
  const due = Date.parse(day!) + DAY;
  await eraseDue(env, due, { only: ids[5]! });
  await moveCertificates(env);
  await archiveMonths(env, due + 170 * DAY);
  await closeCertificates(env, due + 170 * DAY, { rows: 1 });
  expect([await here(), (await dump("closed_certificates")).length]).toEqual([[], 1]);
  const one = await get(tokens.compliance, `/v1/recordings/${ids[5]}`);
  const again = await call("POST", "/v1/recordings", { token: dialler, body: reports[5]! });
  const other = await get(tokens.compliance, `/v1/recordings/${ids[4]}`);
  await env.ARCHIVE.put(file!.key, bytes);
  expect([one.status, again.status, other.status]).toEqual([200, 200, 500]);
  expect([one.data, again.data]).toMatchObject([{ state: "erased" }, { id: ids[5] }]);
});

it("a block in which references and objects lead elsewhere, and ids do not, is named", async () => {
  const all = (
    await env.DB.prepare(
      "SELECT rowid AS id, first, hex(entries) AS entries FROM closed_blocks WHERE kind = 21",
    ).all<{
      id: number;
      first: number;
      entries: string;
    }>()
  ).results;
  expect(all).toHaveLength(1);
  const { id, first, entries } = all[0]!;
  const isId = new Set(ids.map((one) => keyOf(nameOfId(one))));
  const put = (bytes: Uint8Array | string) =>
    env.DB.prepare("UPDATE closed_blocks SET entries = unhex(?) WHERE rowid = ?")
      .bind(typeof bytes === "string" ? bytes : bytesToHex(bytes), id)
      .run();
  // 40: places that no file has.
  const [block, ...more] = pack(
    unpack(first, hexToBytes(entries)).map(({ key, place }) => ({
      key,
      place: isId.has(key) ? place : 640 + (place % 16),
    })),
  );
  expect(more).toEqual([]);
  await put(block!.bytes);
  const { status } = await call("POST", "/v1/recordings", { token: dialler, body: reports[0]! });
  const found = await deep();
  await put(entries);
  expect([status, found.length > 0]).toEqual([expect.any(Number), true]);
});
