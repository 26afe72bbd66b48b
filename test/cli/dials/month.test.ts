/** A month as Parquet, opened by DuckDB as an analyst would. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { MonthAnswer, MonthDial } from "../../../shared/dials/api.ts";
import { monthOfDials } from "../../../worker/cli/dials/month.ts";
import { exportMonth as exportRows } from "../../../worker/cli/month.ts";
import { type Ask, Refusal } from "../../../worker/cli/client.ts";
import { exits } from "../../../worker/cli/exits.ts";
import { duck } from "../duck.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-month-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Beyond what a double holds. */
const dial = (n: number): MonthDial => ({
  ...{ id: String(2 ** 53 - 100_000 + n), at: new Date(Date.UTC(2026, 7, 1) + n * 60_000).toISOString() },
  ...{ deviceAt: new Date(Date.UTC(2026, 7, 1) + n * 60_000 - 90).toISOString() },
  ...{ number: n % 100 === 0 ? null : `+44207946${String(n % 10_000).padStart(4, "0")}`, recordNumber: null },
  ...{ written: "020 7946 “0958”", layer: "page", sighting: null, medium: "call", via: null },
  ...{ action: n % 20 === 0 ? "held" : "passed", refused: false, verdict: "clear", agrees: n % 20 !== 0 },
  ...{ workerVerdict: n % 20 === 0 ? "blocked" : "clear", reasons: [] },
  ...{ workerReasons: n % 20 === 0 ? [{ code: "listed", list: "tps" }] : [] },
  ...{
    basis: null,
    reason: n === 7 ? "she rang, and said: Żółć" : null,
    purpose: "general",
    host: "crm.example.com",
  },
  ...{ by: "ann", byName: "Ann" },
});
/** Pages of a month. `fails`: after so many. */
const month =
  (dials: readonly MonthDial[], page: number, fails = Infinity) =>
  <T>(_: string, path: string): Promise<T> => {
    const from = Number(/after=(\d+)/.exec(path)?.[1] ?? 0);
    if (from / page >= fails) return Promise.reject(new Refusal("no-answer", "gone"));
    const some = dials.slice(from, from + page);
    const next = from + page < dials.length ? String(from + page) : null;
    return Promise.resolve({ dials: some, next } satisfies MonthAnswer as T);
  };
const quiet = () => undefined;
const exportMonth = (ask: Ask, which: string, file: string, say: (n: number) => unknown, pauseMs?: number) =>
  exportRows(monthOfDials, ask, which, file, say, pauseMs);

it("has each dial, in row groups, its times as times, and its numbers as text", async () => {
  const file = join(dir, "august.parquet");
  const said: number[] = [];
  const dials = Array.from({ length: 44_000 }, (_, n) => dial(n));
  expect(await exportMonth(month(dials, 5000), "2026-08", file, (n) => said.push(n))).toBe(44_000);
  expect(said).toEqual([20_000, 40_000, 44_000]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const rows = await duck(file);
  expect(
    await rows(
      "SELECT typeof(arrived_at) AS arrived_at, typeof(made_at) AS made_at, typeof(number) AS number, typeof(id) AS id, typeof(refused) AS refused, typeof(reasons) AS reasons FROM rows LIMIT 1",
    ),
  ).toEqual([
    {
      arrived_at: "TIMESTAMP",
      made_at: "TIMESTAMP",
      number: "VARCHAR",
      id: "VARCHAR",
      refused: "BOOLEAN",
      reasons: "JSON",
    },
  ]);
  expect(await rows("SELECT verdict, COUNT(*)::INT AS n FROM rows GROUP BY 1 ORDER BY 1")).toEqual([
    { verdict: "blocked", n: 2200 },
    { verdict: "clear", n: 41_800 },
  ]);
  expect(
    await rows(
      "SELECT strftime(arrived_at, '%Y-%m-%d') AS day, COUNT(*)::INT AS n FROM rows GROUP BY 1 ORDER BY 1 LIMIT 2",
    ),
  ).toEqual([
    { day: "2026-08-01", n: 1440 },
    { day: "2026-08-02", n: 1440 },
  ]);
  expect(
    await rows(
      "SELECT reasons ->> '$[0].list' AS list, number, override_reason FROM rows WHERE id = '9007199254640992'",
    ),
  ).toEqual([{ list: "tps", number: null, override_reason: null }]);
  expect(
    await rows("SELECT override_reason AS why, written FROM rows WHERE override_reason IS NOT NULL"),
  ).toEqual([{ why: "she rang, and said: Żółć", written: "020 7946 “0958”" }]);
});

it("an old dial that lacks something ends no export", async () => {
  const file = join(dir, "old.parquet");
  const old = { ...dial(1), written: null, host: null, purpose: null, reasons: null } as unknown as MonthDial;
  expect(await exportMonth(month([old], 10), "2026-08", file, quiet)).toBe(1);
  expect(await (await duck(file))("SELECT host, page_reasons, number FROM rows")).toEqual([
    { host: null, page_reasons: null, number: "+442079460001" },
  ]);
});

it("a month without dials is a file without rows", async () => {
  const file = join(dir, "none.parquet");
  expect(await exportMonth(month([], 10), "2026-07", file, quiet)).toBe(0);
  expect(await (await duck(file))("SELECT COUNT(*)::INT AS n FROM rows WHERE verdict = 'clear'")).toEqual([
    { n: 0 },
  ]);
});

it("one that breaks off leaves no file, and one that was there stays", async () => {
  const file = join(dir, "kept.parquet");
  writeFileSync(file, "of yesterday");
  const broken = month(
    Array.from({ length: 30_000 }, (_, n) => dial(n)),
    5000,
    5,
  );
  await expect(exportMonth(broken, "2026-08", file, quiet)).rejects.toThrow("gone");
  expect([statSync(file).size, readdirSync(dir).filter((name) => name.includes("part"))]).toEqual([12, []]);
  await expect(exportMonth(month([], 1), "2026-08", join(dir, "no", "folder"), quiet)).rejects.toThrow(
    "cannot be written",
  );
});

it("several at once for one file do not meet: one that fails takes nothing from those that end well", async () => {
  const file = join(dir, "twice.parquet");
  const dials = Array.from({ length: 100_000 }, (_, n) => dial(n));
  const others: Promise<unknown>[] = [];
  const first = exportMonth(month(dials, 5000), "2026-08", file, (n) => {
    // Behind the first megabyte.
    if (n === 80_000)
      for (const fails of [0, Infinity])
        others.push(exportMonth(month(dials, 5000, fails), "2026-08", file, quiet).catch(String));
  });
  expect(await first).toBe(100_000);
  const isWhole = async () => {
    const rows = await (await duck(file))("SELECT COUNT(DISTINCT id)::INT AS n FROM rows");
    expect([statSync(file).mode & 0o777, rows]).toEqual([0o600, [{ n: 100_000 }]]);
  };
  await isWhole();
  expect(await Promise.all(others)).toEqual([expect.stringContaining("gone"), 100_000]);
  await isWhole();
});

it("what is beside the file under a name like its own stays", async () => {
  const [file, folder] = [join(dir, "beside.parquet"), join(dir, "in-the-way.parquet")];
  writeFileSync(`${file}.part`, "a person's own");
  expect(await exportMonth(month([dial(1)], 10), "2026-08", file, quiet)).toBe(1);
  expect(readFileSync(`${file}.part`, "utf8")).toBe("a person's own");
  mkdirSync(`${folder}.part`);
  expect(await exportMonth(month([dial(1)], 10), "2026-08", folder, quiet)).toBe(1);
  // A folder of the file's very name, and how Node names the fault of it.
  mkdirSync(join(dir, "folder.parquet"));
  await expect(
    exportMonth(month([dial(1)], 10), "2026-08", join(dir, "folder.parquet"), quiet),
  ).rejects.toThrow("cannot be written");
});

it("a page that meets a change is asked for again; where it meets one each time, the month ends without a file", async () => {
  const dials = Array.from({ length: 30 }, (_, n) => dial(n));
  const busy = (times: number) => {
    const asked: string[] = [];
    const whole = month(dials, 10);
    const ask = <T>(method: string, path: string): Promise<T> => {
      asked.push(path);
      return path.endsWith("after=10") && times-- > 0
        ? Promise.reject(new Refusal("conflict", "changes"))
        : whole<T>(method, path);
    };
    return { ask, asked };
  };
  const [twice, always] = [busy(2), busy(Infinity)];
  const file = join(dir, "busy.parquet");
  expect(await exportMonth(twice.ask, "2026-08", file, quiet, 1)).toBe(30);
  const [first, second, third] = ["", "?after=10", "?after=20"].map(
    (end) => `/v1/dials/months/2026-08${end}`,
  );
  expect(twice.asked).toEqual([first, second, second, second, third]);
  await expect(
    exportMonth(always.ask, "2026-08", join(dir, "changes.parquet"), quiet, 1),
  ).rejects.toMatchObject({ code: "conflict", exit: exits.away });
  expect(readdirSync(dir).filter((name) => name.startsWith("changes"))).toEqual([]);
});
