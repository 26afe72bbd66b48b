/** Files of closed screenings that a store lost or altered, what somebody put beside them, the end of their time, and the way back. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { DAY, MONTH } from "../../../../shared/core/time.ts";
import { sweep } from "../../../../worker/jobs/housekeeping.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { closeScreenings } from "../../../../worker/screening/closed/close.ts";
import { eraseLeft } from "../../../../worker/storage/closed/left.ts";
import { aTeam, dump } from "../../helpers.ts";
import {
  close,
  deeply,
  evidence,
  files,
  here,
  inProof,
  isWhole,
  killedAt,
  listsHere,
  MONTHS,
  NUMBERS,
  objects,
  past,
  proofOf,
  said,
  years,
} from "./kit.ts";

const tokens = aTeam();
let before: Awaited<ReturnType<typeof said>>;
let had: [number, number];
const error = vi.spyOn(console, "error").mockReturnValue();
afterAll(() => error.mockRestore());

beforeAll(async () => {
  await years();
  before = await said(tokens.admin);
  had = [await here(), await listsHere()];
  await close();
});

const bytesOf = async (key: string) => new Uint8Array(await (await env.ARCHIVE.get(key))!.arrayBuffer());
/** While an object is another, or none; then it is as it was. */
async function without(key: string, isAltered: boolean, work: () => Promise<void>): Promise<void> {
  const bytes = await bytesOf(key);
  const other = bytes.slice();
  other[other.length - 9]! ^= 1;
  await (isAltered ? env.ARCHIVE.put(key, other) : env.ARCHIVE.delete(key));
  try {
    await work();
  } finally {
    await env.ARCHIVE.put(key, bytes);
  }
}
const fileOf = async (kind: number, month: number) =>
  (await files())
    .filter(({ lists }) => lists === kind)
    .sort((a, b) => a.month - b.month || a.first - b.first)[month]!;

it("a file of numbers that is lost or altered is named, and all else goes on", async () => {
  const { key } = await fileOf(0, 0);
  for (const isAltered of [false, true])
    await without(key, isAltered, async () => {
      expect((await deeply()).found).toEqual([`screened ${key}: unreadable`]);
      const told = await past();
      expect(told.map((all) => all.length)).not.toEqual(before.past.map((all) => all.length));
      expect(told.at(-1)).toEqual(before.past.at(-1));
      const first = await inProof(NUMBERS[0]!);
      expect(first.altered).toMatchObject([{ table: "screened", ref: key, how: "unknown", told: false }]);
      expect(first.told.length).toBeLessThan(before.proofs[0]!.told.length);
      expect(await inProof(NUMBERS.at(-1)!)).toEqual(before.proofs.at(-1));
      expect((await evidence()).length).toBe(before.evidence.length);
      expect(error.mock.calls.map(([said]) => String(said))).toContain(key);
    });
  expect((await said(tokens.admin)).deep).toEqual(before.deep);
});

it("a file of lists that is lost or altered is named, and a proof tells nothing that it cannot compare", async () => {
  const { key } = await fileOf(1, 0);
  for (const isAltered of [false, true])
    await without(key, isAltered, async () => {
      const { found } = await deeply();
      expect(new Set(found)).toEqual(new Set([`screened_bound ${key}: unreadable`]));
      expect(await past()).toEqual(before.past);
      const { told, altered } = await inProof(NUMBERS[0]!);
      expect(told.length).toBe(before.proofs[0]!.told.length - 1);
      expect(altered).toMatchObject([{ table: "screened_bound", how: "unknown", told: false }]);
    });
});

it("a store that does not answer is no lost file: who needs it is told so, and tries again", async () => {
  const fails = () => Promise.reject(new Error("503"));
  const list = (options?: R2ListOptions) => env.ARCHIVE.list(options);
  const own = { ...env, ARCHIVE: { get: fails, head: fails, list } as unknown as R2Bucket };
  for (const work of [() => past(own), () => evidence(own), () => proofOf(NUMBERS[0]!, own)])
    await expect(work()).rejects.toMatchObject({ code: "archive-broken" });
});

it("a row that somebody puts beside the files is found", async () => {
  const { results } = await env.DB.prepare(
    "SELECT num FROM closed_parts WHERE month = (SELECT MIN(month) FROM closed_screenings) ORDER BY num LIMIT 1",
  ).all<{ num: number }>();
  const { num } = results[0]!;
  const put = (block: string) =>
    env.DB.prepare(
      "INSERT INTO screened (id, n, data) VALUES ((CAST(?1 AS INTEGER) << 24) | (?2 << 2), 1, 'AA==')",
    )
      .bind(block, num)
      .run();
  const gone = () => env.DB.prepare("DELETE FROM screened WHERE data = 'AA=='").run();
  // Between those of a file, and where no file is.
  for (const block of ["44207940", "447700900"]) {
    await put(block);
    expect((await deeply()).found).toEqual([expect.stringMatching(/^screened \d+\/1: extra$/)]);
    await gone();
  }
  expect(await deeply()).toEqual(before.deep);
});

it("rows that somebody altered before they closed are found behind it as before it", async () => {
  const id = await env.DB.prepare(
    "SELECT CAST(MIN(id) AS TEXT) AS id FROM screened WHERE ((id >> 2) & 4194303) IN (SELECT num FROM screening_parts p JOIN screened_bound b USING (screening, part))",
  ).first<string>("id");
  await env.DB.prepare("UPDATE screened SET data = 'ZZ==' WHERE id = CAST(? AS INTEGER)").bind(id).run();
  const { found } = await deeply();
  expect(found).toEqual([expect.stringMatching(/^screened \d+\/\d+: altered clear$/)]);
  const there = (await files()).length;
  const { own, calls } = killedAt(Infinity, false);
  await closeScreenings(own, Date.now() + 100 * DAY, { rows: 5, lists: 24 });
  expect([await here(), await listsHere()]).toEqual([0, 0]);
  // Cloudflare gives a run a thousand.
  const made = (await files()).length - there;
  expect(made).toBeGreaterThan(3);
  expect(calls() / made).toBeLessThan(16);
  expect((await deeply()).found).toEqual(found);
});

it("comes back, file by file, into the tables as they were, but for a lost file, which is named", async () => {
  const { key, rows } = (await files()).find(({ lists, month }) => lists === 0 && month % 100 !== 0)!;
  await without(key, false, async () => {
    for (let left = 1, n = 0; left > 0 && n < 100; n++) {
      const answer = await reopen(env, "x", Date.now());
      left = answer.files;
      if (left === 0) expect(answer.lost).toEqual([key]);
      if (n === 1) expect((await deeply()).found.length).toBeLessThan(4);
    }
    expect([await here(), await listsHere()]).toEqual([had[0] - rows, had[1]]);
    // Nothing closes for a day.
    await close();
    expect((await files()).map((file) => file.key)).toEqual([key]);
  });
  expect((await reopen(env, "x", Date.now())).screened).toBe(rows);
  expect([await here(), await listsHere(), await files()]).toEqual([...had, []]);
  expect([await dump("closed_parts"), await dump("closed_screenings")]).toEqual([[], []]);
  await eraseLeft(env, Date.now(), true);
  expect(await objects()).toEqual([]);
});

it("closes again should this Worker stay; and at the end of its time a month goes as a whole, with its objects", async () => {
  await env.DB.exec("DELETE FROM marks WHERE name = 'dials-reopened'");
  await close();
  expect((await files()).length).toBeGreaterThan(4);
  const months = [...new Set((await files()).map(({ month }) => month))].sort();
  // The first parts of the first month are over: they are told no more, and its file stays for the others.
  const day = MONTHS[0] + 24 * MONTH;
  await sweep(env, day + 5 * DAY);
  expect([...new Set((await files()).map(({ month }) => month))].sort()).toEqual(months);
  const keys = (await files()).filter(({ month }) => month === months[0]).map(({ key }) => key);
  await sweep(env, day + 35 * DAY);
  expect([...new Set((await files()).map(({ month }) => month))].sort()).toEqual(months.slice(1));
  const swept = await env.DB.prepare(
    "SELECT payload FROM audit_payload p JOIN audit a USING (seq) WHERE a.code = 'retention.swept' ORDER BY seq DESC LIMIT 1",
  ).first<string>("payload");
  expect(JSON.parse(swept!)).toMatchObject({ closed_screened: expect.any(Number) as number });
  await eraseLeft(env, day + 36 * DAY);
  expect((await objects()).filter((key) => keys.includes(key))).toEqual([]);
  await isWhole();
  // Lists that were swept are excused by the day of their event, which is today's here.
  const { found } = await deeply(day + 36 * DAY);
  expect(found.filter((one) => !/^screened_bound .*: missing$/.test(one))).toEqual([
    expect.stringMatching(/altered clear$/),
  ]);
});
