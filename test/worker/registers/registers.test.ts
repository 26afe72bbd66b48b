import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { blockDigest, difference, numberOf, pack, unpack } from "../../../shared/registers/blocks.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { aTeam, call, daysAgo, dump, push, rowsOf, today } from "../helpers.ts";
import { redated } from "./redated.ts";

const tokens = aTeam();

const admin = () => ({ token: tokens.admin });
const head = async (list: string) =>
  (await call("GET", `/v1/lists/${list}`, admin())).data as {
    version: number;
    numbers: number;
    asOf: string;
    history: object[];
  };
const listed = async (numbers: string[], list = "tps") => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers } });
  const { results } = data as { results: { facts: { lists: { id: string }[] } }[] };
  return results.map((r) => r.facts.lists.some((l) => l.id === list));
};
const changes = (body: object, list = "tps") =>
  call("POST", `/v1/lists/${list}/changes`, { ...admin(), body: { asOf: today(), ...body } });
const begin = async (list: string, parent: number, asOf = today()) =>
  call("POST", `/v1/lists/${list}/uploads`, { ...admin(), body: { asOf, parent, source: { name: "x" } } });
const part = (list: string, ver: number, n: number, blocks: unknown[]) =>
  call("PUT", `/v1/lists/${list}/uploads/${ver}/parts/${n}`, { ...admin(), body: { blocks } });
const commit = (list: string, ver: number, body: object) =>
  call("POST", `/v1/lists/${list}/uploads/${ver}/commit`, { ...admin(), body });

/** Numbers spread over several blocks: `n` of them, without `skip`. */
const numbers = (n: number, skip = 0) =>
  Array.from({ length: n }, (_, i) => `+44${2079460000 + (i + skip) * 2500}`);

describe("a push", () => {
  it("makes the first version, then a second with what changed only", async () => {
    expect((await call("GET", "/v1/lists", admin())).data).toMatchObject({
      lists: [{ id: "tps", version: 0, asOf: null }, { id: "ctps" }],
    });
    const first = await push(tokens.admin, "tps", numbers(40), { asOf: daysAgo(2) });
    expect(first.data).toMatchObject({ version: 1, numbers: 40, added: 40, removed: 0, blocks: 10 });
    const second = await push(tokens.admin, "tps", numbers(40, 4), { asOf: daysAgo(1) });
    expect(second.data).toMatchObject({ version: 2, numbers: 40, added: 4, removed: 4, blocks: 10 });
    expect(await listed(["+442079460000", "+442079470000", `+44${2079460000 + 43 * 2500}`])).toEqual([
      false,
      true,
      true,
    ]);
    expect(await head("tps")).toMatchObject({
      version: 2,
      numbers: 40,
      asOf: daysAgo(1),
      history: [
        { version: 2, added: 4, removed: 4, source: "test.txt" },
        { version: 1, added: 40 },
      ],
    });
    expect(await dump("staged")).toEqual([]);
    expect(await dump("parts")).toEqual([]);
  });

  it("keeps undo rows that lead back to the version before, and none for the first", async () => {
    const undo = (
      await env.DB.prepare(
        "SELECT id >> 26 AS block, (id >> 20) & 63 AS list, id & 1048575 AS ver, data FROM block_undo ORDER BY id",
      ).all()
    ).results;
    expect(undo).toEqual([
      { block: numberOf("+442079460000") / 10_000, list: 1, ver: 2, data: pack([0, 2500, 5000, 7500]) },
      { block: numberOf("+442079560000") / 10_000, list: 1, ver: 2, data: pack([0, 2500, 5000, 7500]) },
    ]);
  });

  it("the same file under a later date wants an attestation", async () => {
    const sha256 = "a".repeat(64);
    expect((await push(tokens.admin, "ctps", numbers(3), { asOf: daysAgo(3), sha256 })).status).toBe(200);
    expect((await push(tokens.admin, "ctps", numbers(3), { asOf: daysAgo(1), sha256 })).data).toMatchObject({
      status: 409,
      code: "same-file",
    });
    expect(await head("ctps")).toMatchObject({ version: 1, asOf: daysAgo(3) });
    const open = ((await dump("versions")) as { list: number; ver: number; state: string }[]).find(
      (v) => v.list === 2 && v.state === "open",
    )!;
    const { sums, hash } = rowsOf(numbers(3));
    expect(
      (
        await commit("ctps", open.ver, {
          parts: 0,
          blocks: sums.blocks,
          numbers: 3,
          hash,
          attestSameFile: true,
        })
      ).status,
    ).toBe(200);
    expect(await head("ctps")).toMatchObject({ asOf: daysAgo(1), numbers: 3 });
  });

  it("a loss beyond policy's share is refused unless it is meant", async () => {
    expect((await push(tokens.admin, "tps", numbers(30, 4))).data).toMatchObject({
      status: 409,
      code: "list-shrinks",
    });
    expect(await head("tps")).toMatchObject({ version: 2, numbers: 40 });
    expect((await push(tokens.admin, "tps", numbers(30, 4), { allowShrink: true })).data).toMatchObject({
      numbers: 30,
      removed: 10,
    });
  });

  it("of two at once one wins and the other says so", async () => {
    const { version } = await head("tps");
    const [a, b] = await Promise.all([
      push(tokens.admin, "tps", numbers(35)),
      push(tokens.admin, "tps", numbers(36)),
    ]);
    expect([a.status, b.status].sort()).toEqual([200, 409]);
    expect([a, b].find((r) => r.status === 409)?.data).toMatchObject({ code: "list-head-moved" });
    const winner = a.status === 200 ? 35 : 36;
    expect(await head("tps")).toMatchObject({ numbers: winner });
    expect((await head("tps")).version).toBeGreaterThan(version);
    expect(await listed(numbers(36))).toEqual(numbers(36).map((_, i) => i < winner));
  });
});

describe("bad uploads get a clear error and change nothing", () => {
  const row = (offsets: number[], block = 44207946): [number, number, number, string] => {
    const data = pack(offsets);
    return [block, offsets.length, blockDigest(block, data), data];
  };
  const before = async () => JSON.stringify([await dump("blocks"), await dump("lists")]);

  it("dates: the future, and older than the list in force", async () => {
    const { version } = await head("tps");
    expect((await begin("tps", version, "2999-01-01")).data).toMatchObject({ code: "as-of-future" });
    expect((await begin("tps", version, "2001-01-01")).data).toMatchObject({ code: "as-of-older" });
    expect((await begin("tps", version, "20011-01")).data).toMatchObject({ code: "invalid" });
    expect((await begin("nothing", 0)).data).toMatchObject({ code: "not-found" });
    expect((await begin("tps", version - 1)).data).toMatchObject({ code: "list-head-moved" });
  });

  it("parts: broken, twice, different, for another list, for a closed version", async () => {
    const state = await before();
    const { version: parent } = await head("tps");
    const { version } = (await begin("tps", parent)).data as { version: number };
    const send = (n: number, blocks: unknown[], ver = version, list = "tps") => part(list, ver, n, blocks);
    const [block, n, digest, data] = row([1, 2, 3]);
    expect((await send(1, [[block, n + 1, digest, data]])).data).toMatchObject({
      status: 422,
      code: "block-broken",
    });
    expect((await send(1, [[block, n, digest + 1, data]])).data).toMatchObject({ code: "block-broken" });
    expect((await send(1, [[block + 1, n, digest, data]])).data).toMatchObject({ code: "block-broken" });
    expect((await send(1, [[block, n, digest, "!!"]])).data).toMatchObject({ code: "block-broken" });
    expect((await send(1, [])).data).toMatchObject({ code: "invalid" });
    const sent = await send(1, [row([1, 2, 3])]);
    expect(sent.status).toBe(200);
    expect((await send(1, [row([1, 2, 3])])).data).toEqual(sent.data);
    expect((await send(1, [row([1, 2])])).data).toMatchObject({ code: "part-differs" });
    expect((await send(2, [row([1, 2])])).data).toMatchObject({ code: "block-twice" });
    expect((await send(2, [row([1])], version, "ctps")).status).toBe(404);
    expect((await send(2, [row([1])], parent)).data).toMatchObject({ code: "list-version-closed" });
    expect(await before()).toBe(state);
  });

  it("parts: a body that breaks off, and one over the limit", async () => {
    const state = await before();
    const { version: parent } = await head("tps");
    const { version } = (await begin("tps", parent)).data as { version: number };
    const raw = (text: string) =>
      call("PUT", `/v1/lists/tps/uploads/${version}/parts/1`, { ...admin(), raw: text });
    const whole = JSON.stringify({ blocks: [row([1, 2, 3])] });
    for (const length of [1, 20, whole.length - 1])
      expect((await raw(whole.slice(0, length))).data).toMatchObject({ status: 400, code: "malformed-json" });
    // D1 takes 2 MB a parameter: a body that cannot be stored is refused before it is read.
    const long = `${whole.slice(0, -1)}${" ".repeat(1_800_000)}}`;
    expect((await raw(long)).data).toMatchObject({ status: 413, code: "body-too-large" });
    expect((await raw(`${whole.slice(0, -1)}${" ".repeat(1_700_000)}}`)).status).toBe(200);
    expect(await before()).toBe(state);
  });

  it("commits: without parts, with a wrong count, a wrong hash, twice", async () => {
    const state = await before();
    const { version: parent, numbers: had } = await head("tps");
    const { version } = (await begin("tps", parent)).data as { version: number };
    const fresh = row([5], 44_300_000);
    expect(
      (await commit("tps", version, { parts: 1, blocks: 1, numbers: 1, hash: "0-0" })).data,
    ).toMatchObject({ code: "list-parts-missing" });
    await part("tps", version, 1, [fresh]);
    expect(
      (await commit("tps", version, { parts: 2, blocks: 1, numbers: 1, hash: "0-0" })).data,
    ).toMatchObject({ code: "list-parts-missing" });
    expect(
      (await commit("tps", version, { parts: 1, blocks: 1, numbers: 1, hash: "zz" })).data,
    ).toMatchObject({ code: "invalid" });
    expect((await part("tps", version, 2, [row([1], 2 ** 38)])).data).toMatchObject({ code: "invalid" });
    expect(
      (await commit("tps", version, { parts: 1, blocks: 1, numbers: had, hash: "0-0" })).data,
    ).toMatchObject({ code: "list-mismatch" });
    expect(
      (await commit("tps", version, { parts: 1, blocks: 1, numbers: had + 1, hash: "0-0" })).data,
    ).toMatchObject({ code: "list-mismatch" });
    expect(await before()).toBe(state);
    expect(await listed(["+443000000005"])).toEqual([false]);
  });

  it("what was never committed is never seen, also after another commit", async () => {
    const { version: parent } = await head("tps");
    const { version } = (await begin("tps", parent)).data as { version: number };
    await part("tps", version, 1, [row([7], 44_310_000)]);
    expect(await listed(["+443100000007"])).toEqual([false]);
    expect((await changes({ add: ["+443200000001"] })).status).toBe(200);
    expect(await listed(["+443100000007", "+443200000001"])).toEqual([false, true]);
    expect((await part("tps", version, 2, [row([8], 44_330_000)])).data).toMatchObject({
      code: "list-head-moved",
    });
    expect(
      (await commit("tps", version, { parts: 1, blocks: 1, numbers: 1, hash: "0-0" })).data,
    ).toMatchObject({ code: "list-head-moved" });
  });

  it("uploads that nobody finished are swept after a week, and only those", async () => {
    const now = Date.now();
    await sweep(env, now);
    expect((await dump("staged")).length).toBeGreaterThan(0);
    await sweep(env, now + 8 * 86_400_000);
    expect(await dump("staged")).toEqual([]);
    expect(await dump("parts")).toEqual([]);
    expect(((await dump("versions")) as { state: string }[]).filter((v) => v.state === "open")).toEqual([]);
    const rows = await dump("audit");
    await sweep(env, now + 8 * 86_400_000);
    expect((await dump("audit")).length).toBe(rows.length); // nothing is due twice
  });
});

describe("small changes", () => {
  it("are counted, and what is there or gone already is ignored", async () => {
    const { numbers: had } = await head("tps");
    const answer = await changes({
      add: ["020 7946 0001", "+442079460002", "020 7946 0001"],
      remove: ["+442079460900"],
    });
    expect(answer.data).toMatchObject({ added: 2, removed: 0, ignored: 2 });
    expect((await changes({ add: ["+442079460001"], remove: ["+442079460002"] })).data).toMatchObject({
      added: 0,
      removed: 1,
      ignored: 1,
    });
    expect(await listed(["+442079460001", "+442079460002"])).toEqual([true, false]);
    expect(await head("tps")).toMatchObject({ numbers: had + 1 });
  });

  it("a whole push over them still agrees with what is in force", async () => {
    expect((await push(tokens.admin, "tps", numbers(40))).status).toBe(200);
    expect(await listed(["+442079460001", ...numbers(40)])).toEqual([false, ...numbers(40).map(() => true)]);
  });

  it("every step back by the undo rows is the version before", async () => {
    const { version } = await head("tps");
    const { data } = (await env.DB.prepare("SELECT data FROM blocks WHERE id = 44207946 * 64 + 1").first<{
      data: string;
    }>())!;
    const { data: undo } = (await env.DB.prepare(
      "SELECT data FROM block_undo WHERE id = (44207946 << 26) | (1 << 20) | ?",
    )
      .bind(version)
      .first<{ data: string }>())!;
    expect([...difference(unpack(data), unpack(undo))]).toContain(1);
  });

  it("empty a block, and refuse bad numbers, both sides at once, and an older date", async () => {
    expect((await changes({ remove: ["+443200000001"] })).status).toBe(200);
    expect(
      (
        await env.DB.prepare("SELECT COUNT(*) AS n FROM blocks WHERE id / 64 = 44320000").first<{
          n: number;
        }>()
      )?.n,
    ).toBe(0);
    const state = JSON.stringify(await dump("blocks"));
    expect((await changes({ add: ["x", "+442079460005"] })).data).toMatchObject({
      code: "invalid",
      errors: [{ path: "add.0" }],
    });
    expect((await changes({ add: ["+442079460005"], remove: ["02079460005"] })).data).toMatchObject({
      code: "invalid",
      errors: [{ path: "remove.0" }],
    });
    expect((await changes({ add: ["+442079460005"], asOf: daysAgo(9) })).data).toMatchObject({
      code: "as-of-older",
    });
    expect((await changes({ add: ["+442079460005"], asOf: "2999-01-01" })).data).toMatchObject({
      code: "as-of-future",
    });
    expect(JSON.stringify(await dump("blocks"))).toBe(state);
  });

  it("an empty change is refused: it would make an old list look fresh, or an unloaded one screened", async () => {
    await redated("as_of = ?", "list = 1", daysAgo(5));
    expect((await changes({})).data).toMatchObject({ status: 409, code: "same-file" });
    expect((await changes({ add: ["+442079460001"], attestSameFile: true })).status).toBe(200);
    expect((await changes({}, "ctps")).status).not.toBe(500);
  });

  it("removing more than policy allows wants to be meant", async () => {
    const { numbers: had } = await head("tps");
    const many = numbers(40).slice(0, Math.ceil(had * 0.3));
    expect((await changes({ remove: many })).data).toMatchObject({ status: 409, code: "list-shrinks" });
    expect(await head("tps")).toMatchObject({ numbers: had });
    expect((await changes({ remove: many, allowShrink: true })).status).toBe(200);
    expect((await changes({ add: many })).status).toBe(200);
  });

  it("tell open pages which list moved", async () => {
    const { seq } = (await call("GET", "/v1/changes?since=0", admin())).data as { seq: number };
    await changes({ add: ["+442079460700"] });
    expect((await call("GET", `/v1/changes?since=${seq}`, admin())).data).toMatchObject({
      lists: ["tps"],
      numbers: [],
      reset: false,
    });
  });
});
