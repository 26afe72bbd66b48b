/**
 * The end of a closed month's time: letters and copies say a month more than policy (`retention.screeningMonths`), as files go as a whole; so
 * nothing may lie anywhere longer than that (UK GDPR art 5(1)(e), 13(2)(a) and 15(1)(d)), nor go sooner than policy says.
 */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { DAY, MONTH } from "../../../../shared/core/time.ts";
import { sweep } from "../../../../worker/jobs/housekeeping.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { closeScreenings } from "../../../../worker/screening/closed/close.ts";
import { closedOver } from "../../../../worker/screening/closed/over.ts";
import { finishScreening } from "../../../../worker/screening/record.ts";
import { eraseLeft } from "../../../../worker/storage/closed/left.ts";
import { dump } from "../../helpers.ts";
import { files, here, laid, MONTHS, NUMBERS, opened, SMALL } from "./kit.ts";

/** The policy's default. */
const KEPT = 24 * MONTH;
const KEY = "screened/2026-08/1-x.ndjson.gz";

/** Parts with rows, wherever they lie. */
async function partsThere(): Promise<number[]> {
  const { objects } = await env.ARCHIVE.list({ prefix: "screened/" });
  const texts = await Promise.all(
    objects
      .filter(({ key }) => !key.includes("/lists/"))
      .map(async ({ key }) =>
        new Response((await env.ARCHIVE.get(key))!.body.pipeThrough(new DecompressionStream("gzip"))).text(),
      ),
  );
  const lines = texts.flatMap((text) => text.trimEnd().split("\n"));
  const { results } = await env.DB.prepare("SELECT DISTINCT (id >> 2) & 4194303 AS part FROM screened").all<{
    part: number;
  }>();
  const closed = lines.map((line) => (JSON.parse(line) as [number, number])[1]);
  return [...new Set([...closed, ...results.map(({ part }) => part)])].sort((a, b) => a - b);
}
const partsOf = async (until: number) =>
  (
    await env.DB.prepare("SELECT num FROM screening_parts WHERE at < ? ORDER BY num")
      .bind(new Date(until).toISOString())
      .all<{ num: number }>()
  ).results.map(({ num }) => num);
const night = async (now: number) => {
  await sweep(env, now);
  await eraseLeft(env, now);
};

it("a file goes a month behind its first day's time at the most, and not before its last day's, in months of each length", async () => {
  for (let n = 0; n < 24; n++) {
    const [first, next] = [Date.UTC(2026, n, 1), Date.UTC(2026, n + 1, 1)];
    const at = new Date(first).toISOString();
    const month = Number(at.slice(0, 7).replace("-", ""));
    await env.DB.batch([
      env.DB.prepare("INSERT INTO closed_screenings (month, over, at) VALUES (?, 1, ?)").bind(month, at),
      env.DB.prepare(
        "INSERT INTO closed_screened (month, lists, first, last, key, rows, bytes, sha256, bare, members, at) VALUES (?, 0, 1, 1, ?, 1, 1, '', 0, '[]', ?)",
      ).bind(month, KEY, at),
    ]);
    const until = (ms: number) => closedOver(env.DB, new Date(ms).toISOString());
    expect(await until(next - 1)).toEqual([]);
    // The sweep is a night's.
    expect(await until(first + MONTH + DAY)).toMatchObject([{ kind: "closed_screened", n: 1 }]);
    await env.DB.exec("DELETE FROM closed_screenings; DELETE FROM closed_screened");
  }
});

it("numbers of a screening that was open as its month closed stay in the database, until the day their time is over", async () => {
  const [long, other] = [await opened(), await opened()];
  await laid(long, 1, MONTHS[0], NUMBERS.slice(0, 6));
  for (const [n, month] of MONTHS.entries()) await laid(other, n + 1, month, NUMBERS);
  await finishScreening(env, "system", other, {});
  await closeScreenings(env, Date.now(), SMALL);
  await finishScreening(env, "system", long, {});
  // The month behind closes, too.
  await closeScreenings(env, MONTHS[2] + 100 * DAY, SMALL);
  expect(new Set((await files()).map(({ month }) => month)).size).toBe(3);
  const first = await partsOf(MONTHS[0] + 1);
  expect(first).toHaveLength(2);
  expect(await partsThere()).toEqual(expect.arrayContaining(first));
  expect(await here()).toBeGreaterThan(0);
  await night(MONTHS[0] + KEPT + DAY);
  expect(await here()).toBe(0);
  await night(MONTHS[0] + KEPT + MONTH + DAY);
  const there = await partsThere();
  expect(there.length).toBeGreaterThan(0);
  expect(first.filter((num) => there.includes(num))).toEqual([]);
});

it("so do months that came back from before a month whose file is lost", async () => {
  for (const table of ["screened", "screened_bound", "closed_screened", "closed_parts", "closed_screenings"])
    await env.DB.exec(`DELETE FROM ${table}`);
  const screening = await opened();
  for (const [n, month] of MONTHS.entries()) await laid(screening, n + 1, month, NUMBERS);
  await finishScreening(env, "system", screening, {});
  await closeScreenings(env, Date.now());
  const rows = (await files()).filter(({ lists }) => lists === 0).sort((a, b) => a.month - b.month);
  await env.ARCHIVE.delete(rows[1]!.key);
  const answers = [];
  do answers.push(await reopen(env, "x", Date.now()));
  while (answers.at(-1)!.files > 0);
  expect((await files()).map(({ key }) => key)).toEqual([rows[1]!.key]);
  await env.DB.exec("DELETE FROM marks WHERE name = 'dials-reopened'");
  await closeScreenings(env, MONTHS[2] + 100 * DAY);
  const first = await partsOf(MONTHS[0] + 1);
  const closed = (await dump("closed_parts")) as { num: number; month: number }[];
  expect(closed.filter(({ num }) => first.includes(num))).toEqual([]);
  await night(MONTHS[0] + KEPT + DAY);
  const there = await partsThere();
  expect(first.filter((num) => there.includes(num))).toEqual([]);
});
