/** Packed names that somebody altered are named, and those that lead to a lost file hide nothing that is elsewhere by now. */
import { env } from "cloudflare:workers";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { beforeAll, expect, it } from "vitest";
import { closeCertificates } from "../../../../../worker/recordings/certificates/close.ts";
import { eraseDue } from "../../../../../worker/recordings/erasure.ts";
import { moveCertificates } from "../../../../../worker/recordings/certificates/written.ts";
import { recallKept } from "../../../../../worker/recordings/closed/read.ts";
import { byName, hitsOf, keyOf, packedKept } from "../../../../../worker/recordings/closed/names/hits.ts";
import { nameOfId } from "../../../../../worker/recordings/closed/lines.ts";
import { pack, unpack } from "../../../../../worker/recordings/closed/names/packed.ts";
import { packNames } from "../../../../../worker/recordings/closed/names/pack.ts";
import { archiveMonths } from "../../../../../worker/trail/archive.ts";
import { aTeam, call, DAY, dump } from "../../../helpers.ts";
import { deepOf } from "../../../trail/kit.ts";
import { begin, close, dialler, get, here, ids, LATER, named, reports } from "../kit.ts";

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
