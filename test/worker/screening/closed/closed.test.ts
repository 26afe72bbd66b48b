/**
 * Closed months of screenings: whom a company screened, when and with what result, is proved for as long as it is kept (PECR 2003 reg 21;
 * UK GDPR art 5(2)), wherever the rows lie.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { DAY, MINUTE } from "../../../../shared/core/time.ts";
import { closeMonths, packOn } from "../../../../worker/jobs/archive.ts";
import { closedLists, listsNamed } from "../../../../worker/screening/closed/lists.ts";
import { pastScreenings } from "../../../../worker/screening/past.ts";
import { keptOf, listLine, readList } from "../../../../worker/screening/closed/lines.ts";
import { screenedBound } from "../../../../worker/screening/bound.ts";
import { closeScreenings } from "../../../../worker/screening/closed/close.ts";
import { finishScreening, screenPart } from "../../../../worker/screening/record.ts";
import { verify } from "../../../../worker/trail/verify.ts";
import { aTeam, dump } from "../../helpers.ts";
import {
  close,
  deeply,
  files,
  here,
  isWhole,
  killedAt,
  laid,
  listsHere,
  monthNamed,
  MONTHS,
  NUMBERS,
  objects,
  opened,
  past,
  said,
  SMALL,
  years,
} from "./kit.ts";

const tokens = aTeam();
let before: Awaited<ReturnType<typeof said>>;
let rows: unknown[];
let left: { rows: number; lists: number };
const table = async () =>
  (await env.DB.prepare(`SELECT CAST(s.id AS TEXT) AS id, s.n, s.data FROM screened s ORDER BY s.id`).all())
    .results;
beforeAll(async () => {
  await years();
  before = await said(tokens.admin);
  rows = await table();
  const young = await env.DB.prepare(
    `SELECT COUNT(*) AS n FROM screened WHERE ((id >> 2) & 4194303) IN (SELECT num FROM screening_parts WHERE at >= ?)`,
  )
    .bind(new Date(MONTHS[2]).toISOString())
    .first<{ n: number }>();
  left = { rows: young!.n, lists: 2 };
});

it("what was laid is said, and is as the trail has it", () => {
  expect(before.past.map((all) => all.length)).toEqual([4, 5, 6, 6, 6, 6, 6, 6, 3, 3, 3, 3]);
  expect(before.evidence).toContain("screening");
  expect(before.evidence).toContain(null);
  expect(before.deep).toEqual({ found: [], bound: { every: expect.any(Number) as number, none: 8 } });
  expect(before.proofs.every(({ told, altered }) => told.length > 0 && altered?.length === 0)).toBe(true);
});

it("a line of a list is read as the table's own statement reads its row", async () => {
  const kept = await env.DB.prepare(`${screenedBound.select} ORDER BY r.rowid`).all<{ place: string }>();
  const lines = await env.DB.prepare(
    `SELECT ${listLine} AS line FROM screened_bound r JOIN screening_parts c USING (screening, part) ORDER BY r.rowid`,
  ).all<{ line: string }>();
  expect(lines.results.map(({ line }, n) => keptOf(readList(line), kept.results[n]!.place))).toEqual(
    kept.results,
  );
});

describe("closing", () => {
  it("an object that is not what was written closes nothing", async () => {
    const ARCHIVE = {
      put: (key: string) => env.ARCHIVE.put(key, "other"),
      get: (...params: Parameters<R2Bucket["get"]>) => env.ARCHIVE.get(...params),
      delete: (key: string) => env.ARCHIVE.delete(key),
    } as unknown as R2Bucket;
    await expect(close({ ...env, ARCHIVE })).rejects.toThrow("differs from what was written");
    expect([await table(), await files(), await objects()]).toEqual([rows, [], []]);
  });

  it("a kill at any call neither halves nor doubles, and each number is told as before", async () => {
    const young = left.rows;
    for (let n = 1; (await here()) > young || (await listsHere()) > left.lists; n++) {
      const { own, calls } = killedAt(n % 40 === 0 ? 1e9 : n % 40, n % 2 === 0);
      await close(own, { ...SMALL, files: 2 }).catch((error: unknown) => {
        // What cannot be read back is taken for another.
        if (!/killed|differs from what was written/.test(String(error))) throw error;
      });
      expect(calls()).toBeGreaterThan(0);
      const there = (await files())
        .filter(({ lists: its }) => its === 0)
        .reduce((sum, file) => sum + file.rows, 0);
      expect(there + (await here())).toBe(rows.length);
      expect(await past()).toEqual(before.past);
      if (n % 10 === 0) expect(await deeply()).toEqual(before.deep);
    }
    await close();
    expect([await here(), await listsHere()]).toEqual([left.rows, left.lists]);
    expect((await dump("closed_screenings")) as { over: number }[]).toMatchObject([{ over: 1 }, { over: 1 }]);
    // What a killed run wrote goes by a later run.
    await closeMonths(env, Date.now() + DAY);
    await isWhole();
  });

  it("the youngest month stays, and nothing closes twice", async () => {
    const named = await files();
    await close();
    expect(await files()).toEqual(named);
    expect(new Set(named.map(({ key }) => key.split("/").slice(0, 2).join("/")))).toEqual(
      new Set(MONTHS.slice(0, 2).map((month) => `screened/${monthNamed(month)}`)),
    );
  });

  it("a block is in one file of its month, and files follow each other", async () => {
    for (const kind of [0, 1])
      for (const month of new Set((await files()).map((file) => file.month))) {
        const its = (await files()).filter((file) => file.month === month && file.lists === kind);
        its.sort((a, b) => a.first - b.first);
        for (const [n, file] of its.entries()) expect(file.first).toBeGreaterThan(its[n - 1]?.last ?? -1);
      }
  });
});

it("all that is said is as before, also in the smallest steps; and the trail verifies", async () => {
  expect(await said(tokens.admin)).toEqual(before);
  expect(await deeply(Date.now(), 2)).toEqual(before.deep);
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("a number takes two calls of the database, and one read a month", async () => {
  const { own, calls } = killedAt(Infinity, false);
  await pastScreenings(own, NUMBERS[0]!);
  expect(calls()).toBe(2 + new Set((await files()).map(({ month }) => month)).size);
});

it("no reader walks through a table", async () => {
  const texts: string[] = [];
  const DB = {
    prepare: (text: string) => {
      texts.push(text);
      return env.DB.prepare(text);
    },
    batch: (all: D1PreparedStatement[]) => env.DB.batch(all),
  } as unknown as D1Database;
  const own = { ...env, DB };
  await past(own);
  await listsNamed(own, ["1/1", "1/11"]);
  await closedLists.after!(own, "~0/0", 5);
  expect(texts.length).toBeGreaterThan(3);
  for (const text of new Set(texts)) {
    const numbered = [...text.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n));
    const params = numbered.length > 0 ? Math.max(...numbered) : [...text.matchAll(/\?/g)].length;
    const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`)
      .bind(...Array.from({ length: params }, () => "[]"))
      .all<{ detail: string }>();
    const scans = plan.results.filter(({ detail }) => /^SCAN (?!\w+ VIRTUAL|CONSTANT|\()/.test(detail));
    expect(scans, text).toEqual([]);
  }
});

it("a month closes while a screening is recorded, and parts of one that is open stay, also once it has ended", async () => {
  const open = await opened();
  await laid(open, 1, MONTHS[1] + DAY, NUMBERS.slice(0, 3));
  const had = await past();
  // The other months are due then, too.
  const later = Date.now() + 100 * DAY;
  const parts = () =>
    env.DB.prepare(
      "SELECT COUNT(*) AS n FROM closed_parts c JOIN screening_parts p USING (num) WHERE p.screening = ?",
    )
      .bind(open.num)
      .first<number>("n");
  const run = () => closeScreenings(env, later, { ...SMALL, files: 2 });
  for (let n = 0; n < 4; n++) {
    await Promise.all([run(), screenPart(env, "system", open, n + 2, NUMBERS.slice(n, n + 4))]);
    for (const [of, all] of (await past()).entries()) expect(all).toEqual(expect.arrayContaining(had[of]!));
  }
  await close(env, SMALL);
  await closeScreenings(env, later, SMALL);
  expect([await parts(), (await deeply()).found]).toEqual([0, []]);
  const told = await past();
  expect(told[0]!.map(({ screening }) => screening)).toContain(open.id);
  await finishScreening(env, "system", open, {});
  // Nor do they leave with the next month that closes, in whose files they would lie for longer than is said.
  const next = await opened();
  await laid(next, 1, later, NUMBERS);
  await finishScreening(env, "system", next, {});
  const stay = await here();
  await closeScreenings(env, later + 100 * DAY, SMALL);
  expect((await files()).map(({ month }) => month)).toContain(Number(monthNamed(later).replace("-", "")));
  const its = (await env.DB.prepare(
    `SELECT COUNT(*) AS n FROM screened WHERE ((id >> 2) & 4194303) IN (SELECT num FROM screening_parts WHERE screening = ?)`,
  )
    .bind(open.num)
    .first<number>("n"))!;
  expect([await parts(), (await deeply(later)).found]).toEqual([0, []]);
  expect(its).toBeGreaterThan(0);
  expect(await here()).toBe(its);
  expect(stay).toBeGreaterThan(its);
  for (const [of, all] of (await past()).entries()) expect(all).toEqual(expect.arrayContaining(told[of]!));
});

it("goes on every five minutes while a month is under way, and only then", async () => {
  const named = (await files()).length;
  await packOn(env, Date.now() + 5 * MINUTE);
  expect((await files()).length).toBe(named);
});
