import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Register } from "../../../shared/registers/api.ts";
import { blockDigest, e164Of, numberOf, pack } from "../../../shared/registers/blocks.ts";
import { push, pushChanges, stage } from "../../../shared/registers/push.ts";
import type { Send } from "../../../shared/core/send.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { aTeam, call, daysAgo, dump, today } from "../helpers.ts";
import { redated } from "./redated.ts";

const tokens = aTeam();

class Cut extends Error {}
/** Sends as the command line and the desk do, through the real routes; requests that `cut` selects are lost. */
let sent: string[] = [];
beforeEach(() => {
  sent = [];
});
const sender =
  (cut: (path: string) => "before" | "after" | false = () => false): Send =>
  async <T>(method: string, path: string, body?: unknown, key?: string) => {
    const how = cut(path);
    if (how === "before") throw new Cut(path);
    sent.push(`${method} ${path.replace(/\d+\/(parts|commit)/, "V/$1")}`);
    const { status, data } = await call(method, path, {
      token: tokens.admin,
      ...(body === undefined ? {} : { body }),
      ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
    });
    if (status >= 400) throw new Error((data as { code: string }).code);
    if (how === "after") throw new Cut(path);
    return data as T;
  };
/** Full blocks of pseudo-random offsets, so that a few hundred of them make several parts. */
const dense = (blocks: number, seed: number) => {
  const numbers = new Float64Array(blocks * 5000);
  for (let b = 0; b < blocks; b++)
    for (let i = 0; i < 5000; i++)
      numbers[b * 5000 + i] = 441_130_000_000 + b * 10_000 + i * 2 + ((i * seed) % 2);
  return numbers;
};
let pushes = 0;
const options = (list: string, more: { name?: string; asOf?: string; sha256?: string } = {}) => ({
  list,
  asOf: more.asOf ?? today(),
  source: { name: more.name ?? "file.txt", sha256: more.sha256 ?? "1".repeat(64) },
  allowShrink: true,
  pushId: `push-${++pushes}-of-the-test`,
});
const head = async (id: string) =>
  (await call("GET", `/v1/lists/${id}`, { token: tokens.admin })).data as Register;
const inForce = async (list: number) =>
  (await env.DB.prepare("SELECT id, n, data FROM blocks WHERE id % 64 = ? ORDER BY id").bind(list).all())
    .results;

describe("a push that was cut off goes on", () => {
  const numbers = dense(2400, 3);

  it("sends only the parts that are missing, whichever were lost", async () => {
    // The first part arrives and its answer is lost, the second never arrives; then the commit is lost.
    const first = (path: string) =>
      path.endsWith("/parts/1") ? "after" : path.endsWith("/parts/2") && ("before" as const);
    const second = (path: string) => path.endsWith("/commit") && ("before" as const);
    for (const cut of [first, second])
      await expect(push({ ...options("tps"), numbers, send: sender(cut) })).rejects.toThrow(Cut);
    const report = await push({ ...options("tps"), numbers, send: sender() });
    expect(report).toMatchObject({ version: 1, numbers: numbers.length, added: numbers.length, removed: 0 });
    expect([report.parts, report.sent]).toEqual([3, 0]);
    const parts = sent.filter((s) => s.includes("/parts/")).sort();
    expect(parts).toEqual([1, 2, 3].map((n) => `PUT /v1/lists/tps/uploads/V/parts/${n}`));
    expect(((await dump("versions")) as { state: string }[]).map((v) => v.state)).toEqual(["committed"]);
    expect(await dump("parts")).toEqual([]);
  });

  it("also where the commit went through and its answer was lost: then nothing is written", async () => {
    const other = numbers.slice(2);
    const cut = (path: string) => path.endsWith("/commit") && ("after" as const);
    await expect(
      push({ ...options("tps", { sha256: "2".repeat(64) }), numbers: other, send: sender(cut) }),
    ).rejects.toThrow(Cut);
    const report = await push({
      ...options("tps", { sha256: "2".repeat(64) }),
      numbers: other,
      send: sender(),
    });
    expect(report).toMatchObject({ unchanged: true, version: 2, sent: 0 });
  });

  it("another file, another date or a moved head begins anew", async () => {
    const cut = (path: string) => path.endsWith("/commit") && ("before" as const);
    const file = options("ctps", { sha256: "3".repeat(64) });
    const some = numbers.slice(0, 40_000);
    await expect(push({ ...file, numbers: some, send: sender(cut) })).rejects.toThrow(Cut);
    const begin = async (more: object) =>
      (
        await call("POST", "/v1/lists/ctps/uploads", {
          token: tokens.admin,
          body: { asOf: file.asOf, parent: 0, source: file.source, ...more },
        })
      ).data as { version: number; parts: unknown[] };
    const first = await begin({});
    expect(first).toMatchObject({ version: 1, parts: [{ part: 1 }] });
    expect(await begin({ source: { name: "x", sha256: "4".repeat(64) } })).toMatchObject({
      version: 2,
      parts: [],
    });
    expect(await begin({ asOf: daysAgo(1) })).toMatchObject({ version: 3, parts: [] });
    expect(await begin({ source: { name: "file.txt" } })).toMatchObject({ version: 4, parts: [] });
    await call("POST", "/v1/lists/ctps/changes", {
      token: tokens.admin,
      body: { add: ["+442079460000"], asOf: daysAgo(2) },
    });
    const report = await push({ ...file, pushId: "another-push", numbers: some, send: sender() });
    expect(report).toMatchObject({ version: 6, added: 40_000, removed: 1, parts: 1, sent: 1 });
  });

  it("what was cut in another way is given up, and all is sent again", async () => {
    const file = options("ctps", { sha256: "5".repeat(64) });
    const begun = await call("POST", "/v1/lists/ctps/uploads", {
      token: tokens.admin,
      body: { asOf: file.asOf, parent: 6, source: file.source },
    });
    const { version } = begun.data as { version: number };
    const data = pack([1, 2]);
    const stray = [44_999_999, 2, blockDigest(44_999_999, data), data];
    for (const part of [1, 2])
      await call("PUT", `/v1/lists/ctps/uploads/${version}/parts/${part}`, {
        token: tokens.admin,
        body: { blocks: [[44_999_999 + part, 2, blockDigest(44_999_999 + part, data), data]] },
      });
    const report = await push({ ...file, numbers: numbers.slice(0, 30_000), send: sender() });
    expect(report).toMatchObject({ version: version + 1, numbers: 30_000, parts: 1, sent: 1 });
    const strays = ((await dump("staged")) as { data: string }[]).filter((row) => row.data === data);
    expect(strays).toEqual([]);
    const states = (await dump("versions")) as { list: number; ver: number; state: string }[];
    expect(states.find((v) => v.list === 2 && v.ver === version)?.state).toBe("abandoned");
    const late = await call("PUT", `/v1/lists/ctps/uploads/${version}/parts/9`, {
      token: tokens.admin,
      body: { blocks: [stray] },
    });
    expect(late.data).toMatchObject({ code: "list-version-closed" });
  });

  it("a part that is on its way while its upload is given up leaves nothing behind", async () => {
    await expect(
      env.DB.prepare(
        "INSERT INTO parts (upload, part, sha256, blocks, added, removed) VALUES (2, 7, '', 1, 1, 0)",
      ).run(),
    ).rejects.toThrow("list_version_closed");
  });

  it("one whose day cannot be read any more is not made live: pushed again, the file is", async () => {
    const cut = (path: string) => path.endsWith("/commit") && ("before" as const);
    const file = options("ctps", { sha256: "6".repeat(64) });
    const some = numbers.slice(0, 20_000);
    await expect(push({ ...file, numbers: some, send: sender(cut) })).rejects.toThrow(Cut);
    const version = (await head("ctps")).version + 1;
    await env.DB.prepare("UPDATE versions SET as_of = '2026-1x' WHERE sha256 = ?").bind("6".repeat(64)).run();
    const data = pack([1, 2]);
    const { parts, ...sums } = { parts: 1, blocks: 4, numbers: 20_000, hash: "1-1" };
    for (const [method, rest, body] of [
      ["PUT", "parts/2", { blocks: [[44_999_999, 2, blockDigest(44_999_999, data), data]] }],
      ["POST", "commit", { parts, ...sums }],
    ] as const) {
      const path = `/v1/lists/ctps/uploads/${version}/${rest}`;
      const { data } = await call(method, path, { token: tokens.admin, body });
      expect(data).toMatchObject({
        ...{ status: 409, code: "list-version-closed" },
        detail: "The day of this upload, “2026-1x”, cannot be read. Push the file again: that replaces it.",
      });
    }
    const report = await push({ ...file, pushId: "again-push", numbers: some, send: sender() });
    expect(report).toMatchObject({ version: version + 1, numbers: 20_000 });
    expect((await head("ctps")).asOf).toBe(today());
  });
});

describe("changes as an upload", () => {
  const changes = (
    add: string[],
    remove: string[],
    more: { asOf?: string; sha256?: string } = {},
    list = "tps",
  ) =>
    pushChanges({
      ...options(list, { name: "changes.txt", sha256: "c".repeat(64), ...more }),
      allowShrink: false,
      add: Float64Array.from(add.map(numberOf)).sort(),
      remove: Float64Array.from(remove.map(numberOf)).sort(),
      send: sender(),
    });

  it("adds and removes, and counts what was there or gone already", async () => {
    const before = await head("tps");
    const report = await changes(
      ["+442079460001", "+442079460002", "+442079470003"],
      ["+441130000002", "+441139999999"],
    );
    expect(report).toMatchObject({ added: 3, removed: 1, parts: 1, sent: 1 });
    expect(
      await changes(["+442079460002", "+442079460004"], ["+442079460001"], { sha256: "d".repeat(64) }),
    ).toMatchObject({ added: 1, removed: 1, numbers: before.numbers + 2 });
    expect((await head("tps")).history[0]).toMatchObject({ added: 1, removed: 1, source: "changes.txt" });
  });

  it("are refused on a register that was never loaded, of an older date, and without any change", async () => {
    await call("PUT", "/v1/lists/empty", {
      token: tokens.admin,
      body: { name: "Empty", regions: ["GB"], maxAgeDays: 28 },
    });
    const before = JSON.stringify([await dump("blocks"), (await head("tps")).version]);
    await expect(changes(["+442079460001"], [], {}, "empty")).rejects.toThrow("list-never-loaded");
    await expect(changes(["+442079460009"], [], { asOf: daysAgo(3) })).rejects.toThrow("as-of-older");
    await redated("as_of = ?", "list = 1", daysAgo(2));
    await expect(changes(["+442079460002"], [], { sha256: "e".repeat(64) })).rejects.toThrow("same-file");
    expect(JSON.stringify([await dump("blocks"), (await head("tps")).version])).toBe(before);
  });

  it("a part of the other kind, and one that adds and removes a number, are refused", async () => {
    const { version: parent } = await head("tps");
    const open = async (kind: string) =>
      (
        (
          await call("POST", "/v1/lists/tps/uploads", {
            token: tokens.admin,
            body: { asOf: today(), parent, kind, source: { name: "x" } },
          })
        ).data as { version: number }
      ).version;
    const part = async (version: number, body: object) =>
      (await call("PUT", `/v1/lists/tps/uploads/${version}/parts/1`, { token: tokens.admin, body })).data;
    const [whole, some] = [await open("whole"), await open("changes")];
    const one = pack([7]);
    expect(await part(whole, { changes: [[44_207_946, one, ""]] })).toMatchObject({ code: "part-differs" });
    expect(await part(some, { blocks: [[44_207_946, 1, blockDigest(44_207_946, one), one]] })).toMatchObject({
      code: "part-differs",
    });
    expect(await part(some, { changes: [[44_207_946, one, one]] })).toMatchObject({ code: "block-broken" });
    expect(await part(some, { changes: [[44_207_946, "!", ""]] })).toMatchObject({ code: "block-broken" });
    // A whole register cannot be committed without its announced sums.
    await part(whole, { blocks: [[44_207_999, 1, blockDigest(44_207_999, one), one]] });
    const commit = await call("POST", `/v1/lists/tps/uploads/${whole}/commit`, {
      token: tokens.admin,
      body: { parts: 1 },
    });
    expect(commit.data).toMatchObject({ status: 422, code: "invalid" });
  });

  it("random changes over a random list agree with a plain set, in blocks, sums and the way back", async () => {
    const universe = [0, 1, 2, 9999, 10_000, 20_003, 3_000_000_000].map((n) => 442070000000 + n);
    const some = fc.subarray(universe);
    let seed = 0;
    await push({
      ...options("empty", { sha256: "f".repeat(64) }),
      numbers: Float64Array.from(universe),
      send: sender(),
    });
    let set = new Set(universe);
    await fc.assert(
      fc.asyncProperty(some, some, async (add, mayRemove) => {
        const remove = mayRemove.filter((n) => !add.includes(n));
        const next = new Set([...set, ...add].filter((n) => !remove.includes(n)));
        if (next.size === 0 || add.length + remove.length === 0) return;
        const sha256 = (++seed).toString(16).padStart(64, "0");
        const report = await pushChanges({
          ...options("empty", { sha256 }),
          add: Float64Array.from(add).sort(),
          remove: Float64Array.from(remove).sort(),
          send: sender(),
        });
        expect(report).toMatchObject({
          numbers: next.size,
          added: [...next].filter((n) => !set.has(n)).length,
          removed: [...set].filter((n) => !next.has(n)).length,
        });
        set = next;
        const { data } = await call("POST", "/v1/check", {
          token: tokens.agent,
          body: { numbers: universe.map(e164Of) },
        });
        const { results } = data as { results: { facts: { lists: { id: string }[] } }[] };
        expect(universe.filter((_, i) => results[i]!.facts.lists.some((l) => l.id === "empty"))).toEqual(
          universe.filter((n) => set.has(n)),
        );
      }),
      { numRuns: 25, seed: 20_261_125 },
    );
  });
});

it("what was never committed is never seen: not after another commit, and not after a rollback", async () => {
  const hidden = "+443000000007";
  const seen = async () => {
    const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [hidden] } });
    return (data as { results: { facts: { lists: { id: string }[] } }[] }).results[0]!.facts.lists.map(
      (l) => l.id,
    );
  };
  const asked = async () =>
    (
      (await call("GET", `/v1/lists/ctps/numbers/${hidden}`, { token: tokens.admin })).data as {
        listed: boolean;
      }
    ).listed;
  const cut = (path: string) => path.endsWith("/commit") && ("before" as const);
  const numbers = Float64Array.from([...dense(2, 3), numberOf(hidden)]);
  await expect(
    push({ ...options("ctps", { sha256: "9".repeat(64) }), numbers, send: sender(cut) }),
  ).rejects.toThrow(Cut);
  expect((await dump("staged")).length).toBeGreaterThan(0);
  expect([await seen(), await asked()]).toEqual([[], false]);

  const { version } = await head("ctps");
  await push({ ...options("ctps", { sha256: "8".repeat(64) }), numbers: dense(3, 5), send: sender() });
  expect([await seen(), await asked()]).toEqual([[], false]);
  const back = await call("POST", "/v1/lists/ctps/rollback", {
    token: tokens.admin,
    body: { to: version, parent: (await head("ctps")).version, why: "test" },
  });
  expect(back.status).toBe(201);
  expect([await seen(), await asked()]).toEqual([[], false]);
  const before = await inForce(2);
  await sweep(env, Date.now() + 8 * 86_400_000);
  expect(await dump("staged")).toEqual([]);
  expect(await inForce(2)).toEqual(before);
});

it("more blocks than come into force in one slice: each is as the file has it, there and back", async () => {
  const BLOCKS = 9000;
  const file = (last: (block: number) => number | null) =>
    Float64Array.from(
      Array.from({ length: BLOCKS }, (_, block) => block).flatMap((block) => {
        const offset = last(block);
        return offset === null ? [] : [442_000_000_000 + block * 10_000 + offset];
      }),
    );
  const inForceNow = async () => (await inForce(2)).map(({ id, data }) => [id, data] as [number, string]);
  const wanted = (numbers: Float64Array) =>
    [...numbers].map((n) => [Math.floor(n / 10_000) * 64 + 2, pack(Uint16Array.of(n % 10_000))]);
  /** The index of the first difference, or -1. `toEqual` takes seconds for tens of thousands. */
  const differing = async (numbers: Float64Array) => {
    const [now, then] = [await inForceNow(), wanted(numbers)];
    expect(now).toHaveLength(then.length);
    return now.findIndex(([id, data], i) => id !== then[i]![0] || data !== then[i]![1]);
  };
  const first = file(() => 7);
  const second = file((block) => (block % 7 === 0 ? null : block % 3 === 0 ? 8 : 9));

  await push({ ...options("ctps", { sha256: "a".repeat(64) }), numbers: first, send: sender() });
  const { version } = await head("ctps");
  expect(await differing(first)).toBe(-1);
  await push({ ...options("ctps", { sha256: "b".repeat(64) }), numbers: second, send: sender() });
  expect(await differing(second)).toBe(-1);
  expect(await dump("staged")).toEqual([]);
  await call("POST", "/v1/lists/ctps/rollback", {
    token: tokens.admin,
    body: { to: version, parent: (await head("ctps")).version, why: "test" },
  });
  expect(await differing(first)).toBe(-1);
});

describe("a push that waits for a person", () => {
  const base = dense(2, 2);
  // In the first block two go and three come; the second goes whole; a third comes.
  const odd = [1, 3, 5].map((n) => 441_130_000_000 + n);
  const numbers = Float64Array.from([...odd, ...base.slice(2, 5000), 441_130_050_001].sort((a, b) => a - b));

  it("says number by number what would change, with nothing of it in force, and is made live as it was counted", async () => {
    await push({ ...options("tps", { sha256: "7".repeat(64) }), numbers: base, send: sender() });
    const now = await inForce(1);
    const { version } = await head("tps");
    const progress: [number, number][] = [];
    const { compare, commit } = await stage({
      ...options("tps", { name: "new.txt", sha256: "8".repeat(64) }),
      numbers,
      send: sender(),
      onProgress: (done, total) => progress.push([done, total]),
    });
    expect(await compare()).toEqual({
      ...{ version, now: 10_000, then: 5002, added: 4, removed: 5002, unchanged: false },
    });
    expect(progress.at(-1)).toEqual([3, 3]);
    expect(progress.every(([done, total], i) => total === 3 && done >= (progress[i - 1]?.[0] ?? 0))).toBe(
      true,
    );
    expect(await inForce(1)).toEqual(now);
    expect(await head("tps")).toMatchObject({ version, numbers: 10_000 });
    // Refused for what it loses, it is asked again without sending a part again.
    await expect(commit({})).rejects.toThrow("list-shrinks");
    sent = [];
    expect(await commit({ allowShrink: true })).toMatchObject({
      version: version + 1,
      added: 4,
      removed: 5002,
    });
    expect(sent).toEqual(["POST /v1/lists/tps/uploads/V/commit"]);
    expect(await head("tps")).toMatchObject({ version: version + 1, numbers: 5002 });
  });

  it("is refused where another version came between, and compared with that one when it is staged again", async () => {
    const file = options("tps", { sha256: "9".repeat(64) });
    const numbers = dense(1, 2);
    const { commit } = await stage({ ...file, numbers, send: sender() });
    await call("POST", "/v1/lists/tps/changes", {
      token: tokens.admin,
      body: { add: ["+442079460000"], asOf: today() },
    });
    const { version } = await head("tps");
    await expect(commit({ allowShrink: true })).rejects.toThrow("list-head-moved");
    const again = await stage({ ...file, pushId: "staged-again", numbers, send: sender() });
    expect(await again.compare()).toMatchObject({ version, then: 5000 });
    // The same file and date as in force: nothing is written.
    await again.commit({ allowShrink: true });
    const same = await stage({ ...file, pushId: "staged-thrice", numbers, send: sender() });
    expect(await same.compare()).toMatchObject({ added: 0, removed: 0, unchanged: true });
    const { version: live } = await head("tps");
    expect(await same.commit({})).toMatchObject({ unchanged: true, version: live });
  });
});
