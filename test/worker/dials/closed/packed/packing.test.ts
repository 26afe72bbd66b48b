/**
 * Packing the index of closed dials and calls: whoever asks gets the same answer before and after, each entry is in its table or in a block at
 * every moment, and no call comes in a second time across it.
 */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  LATER as SOON,
  both,
  close,
  closeAgain,
  files,
  here,
  imported,
  made,
  numberOf,
  read,
  registers,
  row,
  write,
} from "../calls-kit.ts";
import { closeDials } from "../../../../../worker/dials/closed/close.ts";
import { prepare } from "../../../../../worker/core/sql.ts";
import { sha256Hex } from "../../../../../shared/core/sha256.ts";
import {
  begunPacking,
  IDS,
  LAST_DIGITS,
  listedIn,
  NUMBERS,
  REFS,
  wantPacked,
} from "../../../../../worker/dials/closed/packed/entries.ts";
import { packDials } from "../../../../../worker/dials/closed/packed/packing.ts";
import { recall } from "../../../../../worker/dials/closed/read.ts";
import { rewriteFiles } from "../../../../../worker/dials/closed/rewrite.ts";
import type { Env } from "../../../../../worker/env.ts";
import {
  type BlockKind,
  blocksBehind,
  changed,
  monthsWith,
} from "../../../../../worker/storage/closed/blocks.ts";
import { aTeam, DAY, dump, under } from "../../../helpers.ts";
import { dial } from "../../../proof/kit.ts";
import { deepOf } from "../../../trail/kit.ts";
import { unpackAll } from "../closing.ts";

const LATER = SOON + 40 * DAY;
const tokens = aTeam();
/** With calls; and dialled alone. */
const [CALLED, DIALLED] = [
  [0, 1, 2, 3, 4],
  [20, 21, 22],
];

beforeAll(async () => {
  await registers(tokens);
  for (const n of CALLED) await both(tokens, n);
  for (const n of DIALLED)
    await dial(tokens.agent, { number: numberOf(n), e164: numberOf(n), seen: null, at: made.at });
  // One a second time.
  await dial(tokens.agent, { number: numberOf(20), e164: numberOf(20), seen: null, at: made.at });
  await close();
});

const rows = async (table: string) => (await dump(table)).map((one) => JSON.stringify(one)).sort();
const entries = async (kind: BlockKind) => {
  const all = [];
  for (const month of await monthsWith(env.DB, kind))
    for (const entry of (await blocksBehind(env.DB, kind, month, -1, 1000)).entries)
      all.push({ month, ...entry });
  return all;
};
const sizes = async () => [
  (await dump("closed_numbers")).length,
  (await dump("closed_logged")).length,
  ...(await Promise.all([NUMBERS, LAST_DIGITS, REFS, IDS].map(async (kind) => (await entries(kind)).length))),
];
const PACKED = [0, 0, 9, 8, 5, 5];
const UNPACKED = [9, 10, 0, 0, 0, 0];

/** What is asked without bringing anything back. */
const told = async () => ({
  find: await Promise.all(
    [numberOf(0), "+44207946", "2079460950", "60971", "946095", "+4420794609999"].map((number) =>
      read(tokens.compliance, `/v1/find?number=${encodeURIComponent(number)}`),
    ),
  ),
  dials: await read(tokens.compliance, "/v1/dials?limit=500"),
  calls: await read(tokens.compliance, "/v1/calls?limit=100"),
  days: await read(tokens.manager, "/v1/calls/days"),
  month: await read(tokens.admin, `/v1/dials/months/${made.at.slice(0, 7)}?limit=500`),
  deep: (await deepOf(["dials", "calls"], LATER)).found,
});

/** Back in the tables, and as if nothing was packed before. */
beforeEach(async () => {
  await unpackAll();
  await env.DB.exec("DELETE FROM marks WHERE name = 'dials-reopened'");
});

it("every answer is the same before and after, and each entry is as it was once it is back", async () => {
  const tables = ["closed_numbers", "closed_logged"];
  const before = [await told(), await Promise.all(tables.map(rows))];
  expect(await sizes()).toEqual(UNPACKED);
  await packDials(env, LATER);
  expect(await sizes()).toEqual(PACKED);
  expect([await told()]).toEqual(before.slice(0, 1));
  await packDials(env, LATER);
  expect(await sizes()).toEqual(PACKED);
  await unpackAll();
  expect(await sizes()).toEqual(UNPACKED);
  expect([await told(), await Promise.all(tables.map(rows))]).toEqual(before);
});

it("a month that is not over stays in its tables, and so does all while closed months come back", async () => {
  await packDials(env, Date.parse(made.at) + 62 * DAY);
  expect(await sizes()).toEqual(UNPACKED);
  await unpackAll(LATER);
  await packDials(env, LATER + DAY / 2);
  expect(await sizes()).toEqual(UNPACKED);
});

/** A database in which something happens before the calls of a log are looked for. */
function meanwhile(work: () => Promise<void>): D1Database {
  const prepareOwn = (text: string) => {
    const statement = env.DB.prepare(text);
    if (!text.includes("closed_logged l ON l.name")) return statement;
    return {
      bind: (...params: unknown[]) => ({
        all: async () => {
          await work();
          return statement.bind(...params).all();
        },
      }),
    };
  };
  const batch: D1Database["batch"] = (statements) => env.DB.batch(statements);
  return { prepare: prepareOwn, batch } as unknown as D1Database;
}

/** A database that is gone from its `n`th batch on, before that or once it is written. */
function failing(n: number, isLate: boolean): { own: Env; batches: () => number } {
  let [batches, isOver] = [0, false];
  const batch: D1Database["batch"] = async (statements) => {
    isOver ||= ++batches === n;
    if (isOver && !isLate) throw new Error("killed");
    const results = await env.DB.batch(statements);
    if (isOver) throw new Error("killed");
    return results as never;
  };
  const prepareOwn = (text: string) => {
    if (isOver) throw new Error("killed");
    return env.DB.prepare(text);
  };
  const DB = { prepare: prepareOwn, batch } as unknown as D1Database;
  return { own: { ...env, DB }, batches: () => batches };
}

it("a kill at any batch loses and doubles nothing, and the next run goes on", async () => {
  const before = await told();
  const slices = { behind: 4, between: 3 };
  const counting = failing(0, false);
  await packDials(counting.own, LATER, { rows: slices });
  expect(await sizes()).toEqual(PACKED);
  expect(counting.batches()).toBeGreaterThan(12);
  for (let n = 1; n <= counting.batches(); n++)
    for (const isLate of [false, true]) {
      await unpackAll();
      await env.DB.exec("DELETE FROM marks WHERE name = 'dials-reopened'");
      await expect(packDials(failing(n, isLate).own, LATER, { rows: slices })).rejects.toThrow("killed");
      const there = new Set([
        ...((await dump("closed_numbers")) as { num: number }[]).map(({ num }) => num),
        ...(await entries(NUMBERS)).map((entry) => listedIn(entry).num),
      ]);
      expect([there.size, (await dump("closed_numbers")).length + (await entries(NUMBERS)).length]).toEqual([
        9, 9,
      ]);
      expect(await read(tokens.compliance, "/v1/find?number=2079460950")).toEqual(before.find[2]);
      await packDials(env, LATER, { rows: slices });
      expect(await sizes()).toEqual(PACKED);
    }
  expect(await told()).toEqual(before);
});

it("two runs at once pack each entry once", async () => {
  const before = await told();
  await Promise.allSettled([1, 2].map(() => packDials(env, LATER, { rows: { behind: 3, between: 3 } })));
  await packDials(env, LATER);
  expect(await sizes()).toEqual(PACKED);
  expect(await told()).toEqual(before);
});

it("a dial that is recalled between the look and the batch refuses the slice, and is in one place", async () => {
  let isDone = false;
  const batch: D1Database["batch"] = async (statements) => {
    if (!isDone && statements.length > 8) {
      isDone = true;
      await recall(env, [numberOf(1)]);
    }
    return env.DB.batch(statements);
  };
  const own = {
    ...env,
    DB: { prepare: (text: string) => env.DB.prepare(text), batch } as unknown as D1Database,
  };
  await packDials(own, LATER);
  expect([isDone, await here()]).toEqual([true, [1]]);
  expect((await sizes()).slice(0, 2)).toEqual([0, 0]);
  const one = await read(tokens.compliance, `/v1/find?number=${encodeURIComponent(numberOf(1))}`);
  expect(one).toMatchObject({ numbers: [{ dials: 1, calls: 1 }] });
  expect((await deepOf(["dials", "calls"], LATER)).found).toEqual([]);
});

it("names of an earlier Worker, which says not which they are, are packed as both", async () => {
  await env.DB.exec("UPDATE closed_logged SET id = NULL");
  const was = (await dump("closed_logged")).length;
  await night();
  const [, names, , , refs, ids] = await sizes();
  expect([names, refs, ids]).toEqual([0, was, was]);
  expect((await deepOf(["dials", "calls"], LATER)).found).toEqual([]);
});

/** As each night does it: months close first, though rows that came back lie in them. */
async function night(): Promise<void> {
  await closeDials(env, LATER);
  await packDials(env, LATER);
}

describe("once it is packed", () => {
  beforeEach(night);

  it("a log that is read again brings no call twice, whatever it names", async () => {
    expect(await imported(tokens, row(0))).toEqual(["there"]);
    const { providerId: _, ...other } = row(2, { provider: "dialler" });
    expect(await imported(tokens, other)).toEqual(["there"]);
    expect(await imported(tokens, row(3, { number: "+442079460999" }))).toEqual(["there"]);
    expect((await here()).sort()).toEqual(expect.arrayContaining([0, 2, 3]));
    expect(await imported(tokens, row(0), row(2), row(3))).toEqual(["there", "there", "there"]);
  });

  it("a new call whose reference begins like a closed one's comes in", async () => {
    const before = await here();
    const { month, value } = (await entries(REFS))[0]!;
    // Of another call, by chance: its first 48 bits are those of the new one.
    const ref = sha256Hex(["3cx", "call-40"].join("\n"));
    const add = [{ key: Number.parseInt(ref.slice(0, 12), 16), value }];
    await env.DB.batch(
      (await changed(env.DB, REFS, month, { add })).map((statement) => prepare(env.DB, statement)),
    );
    expect(await imported(tokens, row(40))).toEqual(["added"]);
    expect(await here()).toEqual([...before, 40].sort((a, b) => a - b));
  });

  it("a log that was planned before another month began to be packed is planned again", async () => {
    const guard = wantPacked(await begunPacking(env.DB));
    await write([guard]);
    await env.DB.exec("UPDATE marks SET value = '2099-01' WHERE name = 'dials-packing'");
    await expect(write([guard])).rejects.toThrow();
    let isDone = false;
    const own = {
      ...env,
      DB: meanwhile(async () => {
        if (isDone) return;
        isDone = true;
        await env.DB.exec("UPDATE marks SET value = '2099-02' WHERE name = 'dials-packing'");
      }),
    };
    const { status, data } = await under(own, "POST", "/v1/calls/import", {
      token: tokens.manager,
      body: { rows: [row(41)], dryRun: false },
    });
    expect([status, data]).toMatchObject([200, { results: [{ status: "added" }] }]);
    expect(isDone).toBe(true);
  });

  it("a lost file's calls are there by their reference, its dials by number and time", async () => {
    const [{ key }] = (await files()).slice(-1) as [{ key: string }];
    const file = await (await env.ARCHIVE.get(key))!.arrayBuffer();
    await env.ARCHIVE.delete(key);
    expect(await imported(tokens, row(4))).toEqual(["there"]);
    const one = await read(tokens.compliance, `/v1/find?number=${encodeURIComponent(numberOf(4))}`);
    expect(one).toMatchObject({ numbers: [{ dials: 1, calls: 1 }] });
    await env.ARCHIVE.put(key, file);
  });

  it.each([
    ["numbers", NUMBERS, "closed_numbers", "dials"],
    ["last digits", LAST_DIGITS, "closed_numbers", "dials"],
    ["references", REFS, "closed_logged", "calls"],
    ["ids", IDS, "closed_logged", "calls"],
  ] as const)("verifying names dials of an altered block of %s", async (_, { kind }, column, table) => {
    expect((await deepOf(["dials", "calls"], LATER)).found).toEqual([]);
    const was = await env.DB.prepare(
      "SELECT first, hex(entries) AS entries FROM closed_blocks WHERE kind = ?",
    )
      .bind(kind)
      .first<{ first: number; entries: string }>();
    await env.DB.prepare("UPDATE closed_blocks SET entries = zeroblob(length(entries)) WHERE kind = ?")
      .bind(kind)
      .run();
    const found = JSON.stringify((await deepOf(["dials", "calls"], LATER)).found);
    expect(found).toContain(column);
    expect(found).toContain(table);
    await env.DB.prepare("UPDATE closed_blocks SET entries = unhex(?) WHERE kind = ?")
      .bind(was!.entries, kind)
      .run();
    expect((await deepOf(["dials", "calls"], LATER)).found).toEqual([]);
  });

  it("a number that was erased leaves the blocks with its line", async () => {
    const number = Number(numberOf(21).slice(1));
    const has = async () => (await entries(NUMBERS)).some(({ key }) => key === number);
    expect(await has()).toBe(true);
    await recall(env, [numberOf(21)]);
    expect(await has()).toBe(true);
    const ends = (await entries(LAST_DIGITS)).length;
    await env.DB.prepare("DELETE FROM dials WHERE number = ?").bind(number).run();
    await rewriteFiles(env, 0, LATER);
    expect([await has(), (await entries(LAST_DIGITS)).length]).toEqual([false, ends - 1]);
    expect(await read(tokens.compliance, "/v1/find?number=60971")).toMatchObject({ numbers: [] });
    // Of two dials of a number, one.
    const twice = Number(numberOf(20).slice(1));
    await recall(env, [numberOf(20)]);
    const { num } = ((await dump("dials")) as { number: number; num: number }[]).find(
      (one) => one.number === twice,
    )!;
    await env.DB.prepare("DELETE FROM dials WHERE num = ?").bind(num).run();
    await rewriteFiles(env, 0, LATER);
    expect((await entries(NUMBERS)).filter(({ key }) => key === twice)).toHaveLength(1);
    expect((await entries(LAST_DIGITS)).length).toBe(ends - 1);
  });
});

it("what is over goes from the blocks: numbers day by day, all of a month with its last file", async () => {
  for (const n of [30, 31, 32, 33])
    await dial(tokens.agent, { number: numberOf(n), e164: numberOf(n), seen: null });
  await closeAgain();
  await night();
  const before = await entries(NUMBERS);
  expect(before.length).toBeGreaterThan(3);
  const nums = before.map((entry) => listedIn(entry).num).sort((a, b) => a - b);
  const due = nums[2]!;
  await rewriteFiles(env, due, LATER);
  await packDials(env, LATER);
  const left = (await entries(NUMBERS)).map((entry) => listedIn(entry).num);
  expect(left.length).toBeLessThan(before.length);
  expect(Math.min(...left)).toBeGreaterThanOrEqual(due);
  await rewriteFiles(env, Number.MAX_SAFE_INTEGER, LATER);
  expect(await files()).toEqual([]);
  await packDials(env, LATER);
  expect(await dump("closed_blocks")).toEqual([]);
});
