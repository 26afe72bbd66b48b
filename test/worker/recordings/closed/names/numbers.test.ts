/** Telephone numbers of closed recordings once they are packed: found whole, by their beginning and their end, and gone in time. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { FindAnswer } from "../../../../../shared/check/api-find.ts";
import { systemLeft } from "../../../../../worker/privacy-requests/systems/expired.ts";
import { lostOf } from "../../../../../worker/privacy-requests/export/lost-recordings.ts";
import { prepare } from "../../../../../worker/core/sql.ts";
import { returnDue } from "../../../../../worker/recordings/closed/due.ts";
import { numberHits, packedOf } from "../../../../../worker/recordings/closed/names/numbers.ts";
import { packNames } from "../../../../../worker/recordings/closed/names/pack.ts";
import { siftNumbers } from "../../../../../worker/recordings/closed/names/sift.ts";
import { forgetOver } from "../../../../../worker/recordings/closed/over.ts";
import { recallKept } from "../../../../../worker/recordings/closed/read.ts";
import { reopen } from "../../../../../worker/jobs/reopen.ts";
import { archiveMonths } from "../../../../../worker/trail/archive.ts";
import { aTeam, DAY, dump } from "../../../helpers.ts";
import { deepOf } from "../../../trail/kit.ts";
import { begin, close, FIRST, get, here, ids, LATER, listed, named, registered } from "../kit.ts";

const tokens = aTeam();
/** Many recordings are of one number. */
const MANY = FIRST + 400;
const numbers = [...[0, 1, 2, 3].map((n) => FIRST + n), ...[0, 1, 2, 3].map(() => MANY)];
const searches = [
  ...[0, 1, 400, 999].map((n) => `number=${encodeURIComponent(`+${FIRST + n}`)}`),
  ...["number=60950", "number=6095", "number=02079460953", "number=461350"],
  ...["+442079", "+44207946095", "+442079461"].map((part) => `number=${encodeURIComponent(part)}`),
];
const finds = ["60950", "61350", "+4420794609", "+442079461350", "+442079469999"].map(
  (part) => `/v1/find?number=${encodeURIComponent(part)}`,
);
const told = async () => {
  const all: unknown[] = [];
  for (const search of searches)
    for (const limit of [1, 2, 200])
      all.push([search, limit, await listed(tokens.compliance, `${search}&limit=${limit}`).catch(String)]);
  for (const path of finds) all.push([path, await get(tokens.compliance, path)]);
  return all;
};
const inBlocks = async (kind: number) =>
  ((await dump("closed_blocks")) as { kind: number; n: number }[])
    .filter((row) => row.kind === kind)
    .reduce((sum, { n }) => sum + n, 0);
const deep = async () => (await deepOf(["recordings", "audio"], LATER)).found;
const countOf = async (number: number) => {
  const path = `/v1/find?number=${encodeURIComponent(`+${number}`)}`;
  return ((await get(tokens.compliance, path)).data as FindAnswer).numbers[0]!.recordings;
};
let before: unknown[];

beforeAll(async () => {
  await begin(tokens.admin, 4);
  await registered(4, { number: `+${MANY}` });
  await archiveMonths(env, LATER);
  await close(LATER, { rows: 4 });
  expect([(await named()).length, (await dump("closed_kept_numbers")).length]).toEqual([2, numbers.length]);
  before = await told();
});

it("each search says something, so that the comparison does", () => {
  const found = (before as [string, number, unknown[]][]).filter(([path]) => path.startsWith("number="));
  expect(found.filter(([, limit, all]) => limit === 1 && all.length > 0).length).toBeGreaterThan(6);
  expect(found.find(([path, limit]) => path.includes("461350") && limit === 2)![2]).toHaveLength(4);
});

describe("packed numbers", () => {
  it("are found and listed as before, by slices and at the end", async () => {
    const left = async () => (await dump("closed_kept_numbers")).length;
    let rounds = 0;
    while ((await left()) === numbers.length) {
      let reads = 0;
      await packNames(env, LATER, { rows: 3, clock: () => (++reads > 9 ? Infinity : 0) });
      expect(++rounds).toBeLessThan(7);
    }
    expect(await left()).toBeGreaterThan(0);
    expect(await told()).toEqual(before);
    expect(await deep()).toEqual([]);
    await packNames(env, LATER, { rows: 3 });
    expect(await dump("closed_kept_numbers")).toEqual([]);
    expect([await inBlocks(23), await inBlocks(24)]).toEqual([numbers.length, 5]);
    expect(await told()).toEqual(before);
    expect(await here()).toEqual([]);
    expect(await deep()).toEqual([]);
  });

  it("one that is missing is named", async () => {
    const block = (await env.DB.prepare(
      "SELECT rowid AS id, hex(entries) AS entries FROM closed_blocks WHERE kind = 23",
    ).first<{ id: number; entries: string }>())!;
    const put = (entries: string) =>
      env.DB.prepare("UPDATE closed_blocks SET entries = unhex(?) WHERE rowid = ?")
        .bind(entries, block.id)
        .run();
    await put("0000000000");
    expect((await deep()).filter((one) => one.endsWith("altered closed_kept")).length).toBe(numbers.length);
    await put(block.entries);
    expect(await deep()).toEqual([]);
  });

  it("of a lost file, as many are lacking as there are", async () => {
    const [, key] = await named();
    const bytes = await (await env.ARCHIVE.get(key!))!.arrayBuffer();
    await env.ARCHIVE.delete(key!);
    expect(await lostOf(env, [MANY], ["2000", "2100"])).toMatchObject({ n: 4, file: key });
    expect(await lostOf(env, [MANY], ["2000", "2001"])).toMatchObject({ n: 0 });
    await env.ARCHIVE.put(key!, bytes);
  });

  it("one that came back counts once, and no block has its number after the night", async () => {
    await recallKept(env, { ids: [ids[0]!, ids[4]!] });
    expect(await here()).toEqual([ids[0], ids[4]].sort());
    expect([await countOf(FIRST), await countOf(MANY)]).toEqual([1, 4]);
    expect(await told()).toEqual(before);
    expect((await numberHits(env.DB, [FIRST, MANY])).length).toBe(3);
    expect(await inBlocks(23)).toBe(numbers.length);
    await siftNumbers(env, { some: 1 });
    expect([await inBlocks(23), await inBlocks(24)]).toEqual([numbers.length - 2, 4]);
    expect((await dump("closed_kept_out")) as object[]).toMatchObject([{ number: null }, { number: null }]);
    expect((await numberHits(env.DB, [FIRST, MANY])).length).toBe(3);
    expect(await told()).toEqual(before);
    expect(await deep()).toEqual([]);
  });

  it("a CRM's record waits for no task while a packed recording of its number is there", async () => {
    expect(await packedOf(env.DB, MANY)).toBe(0);
    await env.DB.batch([
      env.DB.prepare(
        "INSERT INTO connectors (id, num, kind, name, setup, way, secret, by, at) VALUES ('crm', 1, 'hubspot', 'CRM', '{}', 'off', '', 'x', '2026-01-01')",
      ),
      env.DB.prepare(
        "INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run) VALUES (1, 'contact', '7', 'phone', 0, ?, 'clear', '2026-01-01', 1)",
      ).bind(MANY),
    ]);
    expect(await packedOf(env.DB, MANY)).toBe(3);
    const wait = async (closed: number) => {
      await prepare(env.DB, systemLeft(ids[4]!, "2026-12-01", closed)).run();
      return (await dump("system_left")).length;
    };
    expect([await wait(3), await wait(0)]).toEqual([0, 1]);
  });
});

describe("files", () => {
  it("that came back have no number in a block after the night; those beside them have theirs", async () => {
    // The newest of the two.
    await reopen(env, "system", LATER);
    expect((await named()).length).toBe(1);
    expect((await numberHits(env.DB, numbers)).map(({ name }) => Number(name)).sort()).toEqual(
      [1, 2, 3].map((n) => FIRST + n),
    );
    expect(await inBlocks(23)).toBe(numbers.length - 2);
    await siftNumbers(env, { blocks: 1 });
    expect([await inBlocks(23), await inBlocks(24)]).toEqual([3, 3]);
    expect(await told()).toEqual(before);
    expect(await deep()).toEqual([]);
  });

  it("whose time is over, and that are lost, lose theirs", async () => {
    const [key] = await named();
    const bytes = await (await env.ARCHIVE.get(key!))!.arrayBuffer();
    await env.ARCHIVE.delete(key!);
    const day = await env.DB.prepare("SELECT MAX(day) AS day FROM closed_kept_days").first<string>("day");
    await forgetOver(env, Date.parse(day!) + 37 * DAY);
    expect(await numberHits(env.DB, numbers)).toEqual([]);
    expect(await countOf(FIRST + 1)).toBe(0);
    await packNames(env, LATER);
    await siftNumbers(env);
    expect([await inBlocks(23), await inBlocks(24)]).toEqual([0, 0]);
    await packNames(env, LATER);
    expect([await inBlocks(23), await inBlocks(21)]).toEqual([0, 24]);
    await env.ARCHIVE.put(key!, bytes);
    await returnDue(env, Date.parse(day!));
    expect(await here()).toEqual([...ids].sort());
    await packNames(env, LATER);
    expect(await dump("closed_blocks")).toEqual([]);
  });
});
