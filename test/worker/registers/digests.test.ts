/**
 * The digests by which a file is compared with what is in force tell nobody whether a number is listed: each is over sixteen
 * numbers or more that would have to be guessed together, cut where the reading cannot move it. A register with fewer counts
 * against the asker's hour.
 */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DigestsAnswer } from "../../../shared/registers/api-upload.ts";
import {
  addBlock,
  blockDigest,
  blockOf,
  blocksHash,
  type BlockSums,
  e164Of,
  pack,
  packAll,
} from "../../../shared/registers/blocks.ts";
import { versionFaults } from "../../../shared/proof/bound-version.ts";
import { commitmentOf, type KeptRow } from "../../../shared/trail/chain.ts";
import { record } from "../../../worker/core/commit.ts";
import { groupDigest } from "../../../shared/registers/groups.ts";
import { push, pushChanges } from "../../../shared/registers/push.ts";
import type { Send } from "../../../shared/core/send.ts";
import { proofOf } from "../proof/kit.ts";
import { deep } from "./kit.ts";
import { aTeam, call, daysAgo, dump, push as pushAsBefore, setPolicy, today } from "../helpers.ts";

const tokens = aTeam();
const FIRST = 44_113_000;
/** So many blocks from this one on, each with these offsets. */
const filled = (blocks: number, offsets: readonly number[], from = 0): number[] =>
  Array.from({ length: blocks }, (_, b) =>
    offsets.map((offset) => (FIRST + from + b) * 10_000 + offset),
  ).flat();
const all = Array.from({ length: 10_000 }, (_, i) => i);
const sorted = (numbers: number[]) => Float64Array.from(numbers).sort();

let sent: { path: string; body?: unknown }[] = [];
const send: Send = async <T>(method: string, path: string, body?: unknown, key?: string) => {
  sent.push({ path, body });
  const { status, data } = await call(method, path, {
    token: tokens.admin,
    ...(body === undefined ? {} : { body }),
    ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
  });
  if (status >= 400) throw new Error((data as { code: string }).code);
  return data as T;
};
let pushes = 0;
const load = (list: string, numbers: number[], asOf = today()) => {
  sent = [];
  const source = { name: "file.txt", sha256: String(++pushes).padStart(64, "0") };
  const meant = { allowShrink: true, attestSameFile: true };
  const pushId = `push-${pushes}-of-the-test`;
  return push({ list, numbers: sorted(numbers), asOf, source, pushId, send, ...meant });
};
const page = async (list: string, after = -1) =>
  (await call("GET", `/v1/lists/${list}/digests?after=${after}`, { token: tokens.admin }))
    .data as DigestsAnswer;
const asked = async (): Promise<number> =>
  (await env.DB.prepare(
    "SELECT COALESCE(SUM(numbers), 0) AS n FROM asked JOIN people ON id = person WHERE role = 'admin'",
  ).first<{ n: number }>())!.n;
/** What trying finds: blocks of which a filling with one number, with all but one, or with all has the digest that was told. */
const found = ({ blocks }: DigestsAnswer): number[] =>
  blocks.flatMap(([block, , digest]) => {
    const isIt = (offsets: number[]) => blockDigest(block, pack(offsets)) === digest;
    const some = all.filter((i) => i % 7 === 0);
    const tried = isIt(all) || some.some((i) => isIt([i]) || (i < 700 && isIt(all.filter((n) => n !== i))));
    return tried ? [block] : [];
  });
const inForce = async (num: number) =>
  ((await dump("blocks")) as { id: number; n: number; data: string }[])
    .filter(({ id }) => id % 64 === num)
    .map(({ id, n, data }) => [Math.floor(id / 64), n, data]);
const numOf = async (list: string) =>
  (await env.DB.prepare("SELECT num FROM lists WHERE id = ?").bind(list).first<{ num: number }>())!.num;

describe("what the digests tell", () => {
  const mixed = [
    ...filled(20, [7]),
    ...filled(1, all, 20),
    ...filled(1, all.slice(1), 21),
    ...filled(1, all.slice(0, 3000), 22),
    ...filled(20, [14], 23),
    // Ranges of their own, with too few to hide one among the others.
    ...filled(15, [3], 1000),
    ...filled(1, [4], 2000),
    ...filled(3, all, 3000),
  ];

  it("nothing of a block with few numbers, with all, or with all but one, and no counts", async () => {
    await load("tps", mixed);
    const before = await asked();
    const answer = await page("tps");
    expect(answer.blocks.map(([block]) => block)).toEqual([...new Set(mixed.map(blockOf))]);
    expect(found(answer)).toEqual([]);
    expect(new Set(answer.blocks.map(([, n]) => n))).toEqual(new Set([0]));
    expect(answer.blocks.filter(([, , digest]) => digest === 0).map(([block]) => block)).toEqual(
      [...new Set(mixed.map(blockOf))].slice(43),
    );
    expect(await asked()).toBe(before);
  });

  it("nothing to whoever knows all but one block of a group, wherever the reading begins", async () => {
    const sparse = [...filled(50, [7], 970), ...filled(15, [3], 2000)];
    await load("tps", sparse);
    const told: number[][] = [];
    const starts = sparse.map(blockOf).flatMap((block) => [block - 1, block]);
    for (const after of new Set([-1, 0, ...starts, FIRST - 1, FIRST + 999, FIRST + 1999])) {
      const { status, data } = await call("GET", `/v1/lists/tps/digests?after=${after}`, {
        token: tokens.admin,
      });
      expect([200, 422]).toContain(status);
      if (status !== 200) continue;
      let last = 0;
      for (const [block, , digest] of (data as DigestsAnswer).blocks) {
        if (digest === 0) continue;
        if (digest === last) told.at(-1)!.push(block);
        else told.push([block]);
        last = digest;
      }
    }
    expect(told.length).toBeGreaterThan(1);
    const known = new Set<number>();
    for (let more = true; more;) {
      const next = told.filter((group) => group.filter((block) => !known.has(block)).length === 1);
      const fresh = next.flat().filter((block) => !known.has(block));
      for (const block of fresh) known.add(block);
      more = fresh.length > 0;
    }
    expect([...known]).toEqual([]);
  });

  it("each block once, in pages that end between groups", async () => {
    await env.DB.prepare(
      `INSERT INTO blocks (id, n, digest, data) WITH RECURSIVE some(b) AS (SELECT 0 UNION ALL SELECT b + 1 FROM some WHERE b < 20499)
       SELECT (${FIRST + 5000} + b) * 64 + ?, 1, b + 1, '' FROM some`,
    )
      .bind(await numOf("tps"))
      .run();
    const first = await page("tps");
    expect((first.next! + 1) % 1000).toBe(0);
    const second = await page("tps", first.next!);
    expect(second.next).toBe(null);
    const rows = [...first.blocks, ...second.blocks];
    const blocks = rows.map(([block]) => block);
    expect(new Set(blocks).size).toBe(20_565);
    expect(blocks.length).toBe(20_565);
    expect(first.blocks.at(-1)![2]).not.toBe(second.blocks[0]![2]);
    await env.DB.exec(`DELETE FROM blocks WHERE id >= ${(FIRST + 5000) * 64}`);
  });

  it("a register with fewer than sixteen numbers, counted against the hour, and refused beyond it", async () => {
    await load("tps", filled(15, [7]));
    const before = await asked();
    const last = await page("tps");
    expect(last.blocks).toHaveLength(15);
    expect(found(last)).toHaveLength(15);
    expect(await asked()).toBe(before + 15);
    await setPolicy((policy) => ({ access: { ...policy.access, officeNumbersPerHour: 1000 } }));
    await env.DB.exec("UPDATE asked SET numbers = 999");
    const { status, data } = await call("GET", "/v1/lists/tps/digests", { token: tokens.admin });
    expect([status, (data as { code: string }).code]).toEqual([429, "too-many-numbers"]);
    await env.DB.exec("UPDATE asked SET numbers = 0");
    await load("tps", filled(16, [7]));
    await env.DB.exec("UPDATE asked SET numbers = 999");
    expect((await page("tps")).blocks).toHaveLength(16);
    await env.DB.exec("UPDATE asked SET numbers = 0");
    await setPolicy(({ access }) => ({ access: { ...access, officeNumbersPerHour: 200_000 } }));
  });

  it("nothing of blocks that are full, where there is nothing to hide them among", async () => {
    await load("ctps", filled(3, all));
    const before = await asked();
    expect((await page("ctps")).blocks).toEqual([0, 1, 2].map((b) => [FIRST + b, 0, 0]));
    expect(await asked()).toBe(before);
  });
});

describe("whoever adds numbers that they know, as decoys, and then tries each number of a block", () => {
  /** The one number of this block that the asker does not know. */
  const SECRET = 4711;
  const place = FIRST + 3001;
  const secret = filled(1, [SECRET], 3001);
  const numbers = (offsets: readonly number[], from = 3001) => filled(1, offsets, from).map((n) => e164Of(n));
  const decoys = Array.from({ length: 15 }, (_, i) => 100 + i);
  const byHand = async (add: string[], remove: string[] = []) => {
    const body = { asOf: today(), add, remove, allowShrink: true };
    const { status, text } = await call("POST", "/v1/lists/tps/changes", { token: tokens.admin, body });
    expect(status, text).toBe(200);
  };
  /** What trying finds, with what the asker put there: a digest of the block, or of a group with the one before it. */
  const tried = async (offsetsOf: (offset: number) => number[], before: number[] = [], some = all) => {
    const { blocks } = await page("tps");
    const digest = blocks.find(([block]) => block === place)![2];
    const own = before.map((b): [number, number] => [FIRST + b, blockDigest(FIRST + b, pack(decoys))]);
    const isIt = (offset: number) =>
      groupDigest([...own, [place, blockDigest(place, pack(offsetsOf(offset)))]]) === digest;
    return { digest, found: some.filter(isIt) };
  };
  const withDecoys = (offset: number) => [...new Set([...decoys, offset])].sort((a, b) => a - b);
  const nothing = { digest: 0, found: [] };

  it("finds nothing in the block of the decoys, by hand or by a file of changes", async () => {
    await load("tps", [...filled(20, [7]), ...secret]);
    await byHand(numbers(decoys));
    expect(await tried(withDecoys)).toEqual(nothing);
    await load("tps", [...filled(20, [7]), ...secret]);
    const add = sorted(filled(1, decoys, 3001));
    await pushChanges({
      ...{ list: "tps", add, remove: sorted([]), asOf: today(), send, allowShrink: false },
      ...{ source: { name: "changes.txt", sha256: "cd".repeat(32) }, pushId: "changes-of-the-test" },
    });
    expect(await tried(withDecoys)).toEqual(nothing);
  });

  it("nor in the block behind them, nor where they took numbers out of a full block", async () => {
    await load("tps", [...filled(20, [7]), ...secret]);
    await byHand(numbers(decoys, 3000));
    expect(await tried((offset) => [offset], [3000])).toEqual(nothing);
    await load("tps", [
      ...filled(20, [7]),
      ...filled(
        1,
        all.filter((n) => n !== SECRET),
        3001,
      ),
    ]);
    await byHand([], numbers(decoys));
    expect(
      await tried(
        (offset) => all.filter((n) => n !== offset && !decoys.includes(n)),
        [],
        [4710, SECRET, 4712],
      ),
    ).toEqual(nothing);
  });

  it("and a file that is loaded whole is compared by groups as before", async () => {
    await load("tps", [...filled(20, [7]), ...secret]);
    await byHand(numbers(decoys));
    await load("tps", [...filled(20, [7]), ...filled(1, [...decoys, SECRET, SECRET + 1], 3001)]);
    const { blocks } = await page("tps");
    expect(blocks.filter(([, , digest]) => digest === 0)).toEqual([]);
  });
});

describe("a push that goes by them", () => {
  const few = filled(64, [5]);
  const sentBlocks = () =>
    sent
      .filter(({ path }) => path.includes("/parts/"))
      .flatMap(({ body }) => (body as { blocks: [number][] }).blocks.map(([block]) => block));

  it("finds that nothing changed, and sends nothing", async () => {
    await load("ctps", few);
    expect(await load("ctps", few)).toMatchObject({ unchanged: true, changedBlocks: 0, parts: 0 });
    expect(sent.map(({ path }) => path)).toEqual(["/v1/lists/ctps", "/v1/lists/ctps/digests?after=-1"]);
  });

  it("makes no version where nothing changed, but a block was not told", async () => {
    for (const numbers of [filled(1, all), [...filled(1, all), ...filled(3, [4], 2000)]]) {
      const { version } = await load("ctps", numbers);
      const before = await dump("versions");
      const again = await load("ctps", numbers);
      expect(again).toMatchObject({
        version,
        numbers: numbers.length,
        added: 0,
        removed: 0,
        unchanged: true,
      });
      expect(sentBlocks()).not.toEqual([]);
      const after = (await dump("versions")) as { state: string }[];
      expect(after.map(({ state }) => state)).toEqual([
        ...(before as { state: string }[]).map(({ state }) => state),
        "abandoned",
      ]);
      expect(await dump("staged")).toEqual([]);
      expect(await dump("parts")).toEqual([]);
    }
    const later = await load("ctps", [...filled(1, all.slice(1)), ...filled(3, [4], 2000)]);
    expect(later).toMatchObject({ added: 0, removed: 1, unchanged: false });
    await load("ctps", few);
  });

  it("sends the blocks of a group of which one changed, came or went, and no others", async () => {
    const changed = few.map((n) => (n === few[20] ? n + 1 : n));
    expect(await load("ctps", changed)).toMatchObject({ unchanged: false, added: 1, removed: 1 });
    expect(sentBlocks()).toEqual(Array.from({ length: 16 }, (_, i) => FIRST + 16 + i));
    expect(
      await load(
        "ctps",
        few.filter((n) => n !== few[40]),
      ),
    ).toMatchObject({ added: 1, removed: 2 });
    expect(sentBlocks().sort()).toEqual(Array.from({ length: 32 }, (_, i) => FIRST + 16 + i));
    expect(await load("ctps", [...few, ...filled(1, [9], 500)])).toMatchObject({ added: 2, removed: 0 });
    expect(sentBlocks()).toContain(FIRST + 500);
  });

  it("ends with what the file has, whatever was in force", async () => {
    const registers = fc.uniqueArray(
      fc
        .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 40 }))
        .map(([b, o]) => (FIRST + b) * 10_000 + o),
      { minLength: 1, maxLength: 150 },
    );
    const num = await numOf("ctps");
    await fc.assert(
      fc.asyncProperty(registers, async (numbers) => {
        await load("ctps", numbers);
        const rows = [...packAll(sorted(numbers))].map(({ block, n, data }) => [block, n, data]);
        expect(await inForce(num)).toEqual(rows);
        expect(await load("ctps", numbers)).toMatchObject({ unchanged: true });
      }),
      { numRuns: 12 },
    );
  });

  it("of an earlier release sends more blocks, and ends with the same", async () => {
    await load("ctps", few);
    const numbers = [...few.slice(0, 30), ...filled(1, [1, 2, 3], 70)];
    const asBefore = { asOf: daysAgo(0).slice(0, 10), allowShrink: true, size: 100 };
    const { status } = await pushAsBefore(tokens.admin, "ctps", numbers.map(e164Of), asBefore);
    expect(status).toBe(200);
    expect((await inForce(await numOf("ctps"))).map(([block]) => block)).toEqual([
      ...new Set(numbers.map(blockOf)),
    ]);
    const { version } = await page("ctps");
    const again = await pushAsBefore(tokens.admin, "ctps", numbers.map(e164Of), asBefore);
    expect(again.data).toMatchObject({ version, numbers: numbers.length, added: 0, removed: 0 });
    expect((await page("ctps")).version).toBe(version);
  });
});

it("a group's digest depends on each of its blocks, in their order", () => {
  const digests = new Set(
    [
      [
        [1, 5],
        [2, 6],
      ],
      [
        [1, 6],
        [2, 5],
      ],
      [
        [1, 5],
        [3, 6],
      ],
      [
        [1, 5],
        [2, 6],
        [3, 7],
      ],
      [
        [15, 2],
        [6, 6],
      ],
    ].map((blocks) => groupDigest(blocks as [number, number][])),
  );
  expect(digests.size).toBe(5);
  expect(groupDigest([[1, 5]])).toBe(5);
});

describe("whoever knows a register and reads on the trail that a number was added", () => {
  const OFFSET = 42;
  const changesOf = async (text: string) => (await call("GET", text, { token: tokens.admin })).text;

  it("finds it by no try of the ten thousand, also where an earlier release wrote the event", async () => {
    const num = await numOf("tps");
    const before = (await env.DB.prepare(
      `SELECT COUNT(*) AS blocks, TOTAL(n) AS numbers, TOTAL(digest >> 24) AS high, TOTAL(digest & 16777215) AS low
       FROM blocks WHERE id % 64 = ?`,
    )
      .bind(num)
      .first<BlockSums>())!;
    const block = FIRST + 9000;
    const sumsWith = (offset: number): BlockSums => {
      const sums = { ...before };
      addBlock(sums, 1, blockDigest(block, pack([offset])));
      return sums;
    };
    const add = [e164Of(block * 10_000 + OFFSET)];
    const body = { asOf: today(), add, remove: [], attestSameFile: true };
    const changed = await call("POST", "/v1/lists/tps/changes", { token: tokens.admin, body });
    const { version } = changed.data as { version: number };
    const payload = (offset: number) => ({
      ...{
        asOf: today(),
        numbers: before.numbers + 1,
        blocks: before.blocks + 1,
        hash: blocksHash(sumsWith(offset)),
      },
      ...{ sha256: null, added: 1, removed: 0 },
    });
    const of = { code: "list.changed", subject: `tps/${version}` };
    await record(env, { actor: "system", event: { ...of, payload: payload(OFFSET) }, statements: [] });

    const { document, text } = await proofOf(env, tokens.compliance, e164Of(block * 10_000));
    const [trail, exported] = [await changesOf("/v1/audit"), await changesOf("/v1/audit/export")];
    const rows = [
      ...exported
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as KeptRow),
      ...document.proof.trail.rows,
    ].filter(({ code, subject }) => code === of.code && subject === of.subject);
    expect(rows).toHaveLength(4);
    const told = new Set([trail, exported, text].flatMap((all) => all.match(/[\w-]+/g) ?? []));
    const isIt = (offset: number): boolean => {
      const sums = sumsWith(offset);
      const whole = JSON.stringify({ ...payload(OFFSET), hash: blocksHash(sums) });
      return (
        told.has(blocksHash(sums)) ||
        told.has(`i${sums.low}`) ||
        rows.some(({ salt, commitment }) => salt !== null && commitmentOf(salt, whole) === commitment)
      );
    };
    expect(all.filter(isIt)).toEqual([]);

    // What else it says is read, and everything verifies.
    expect(trail.split(`"numbers":${before.numbers + 1},"blocks"`)).toHaveLength(3);
    expect(document.proof.trail.rows.filter((row) => row.withheld).map(({ code }) => code)).toEqual([
      of.code,
    ]);
    expect(versionFaults(document.proof)).toEqual([]);
    expect(await changesOf("/v1/audit/verify")).toContain('"ok":true');
    expect((await deep()).found).toEqual([]);
  });
});
