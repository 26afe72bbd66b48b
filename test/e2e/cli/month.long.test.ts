/** A month of dials that closed, taken out by the command line and asked by DuckDB: the counts are the database's own of before. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, expect, it } from "vitest";
import { monthsLater } from "../../../shared/core/calendar.ts";
import { databaseIn } from "../../bench/history/fill.ts";
import { duck } from "../../cli/duck.ts";
import { withWorker } from "./kit.ts";

const own = withWorker("month");
const MANY = 45_000;
const month = monthsLater(`${new Date().toISOString().slice(0, 7)}-01`, -4);
const from = Date.parse(month);
/** Over four weeks. */
const EACH = Math.floor((28 * 86_400_000) / MANY);

const database = <T>(work: (db: DatabaseSync) => T): T => {
  // A Worker that has just stopped may hold it for a moment longer.
  const db = new DatabaseSync(databaseIn(join(own.dir, "state")), { timeout: 30_000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
};
const byDay = `SELECT date(num / 64000, 'unixepoch') AS day, worker_verdict AS verdict, COUNT(*) AS n FROM dials GROUP BY 1, 2 ORDER BY 1, 2`;
const verdicts = ["clear", "caution", "blocked", "unknown"];
let before: { day: string; verdict: number; n: number }[];

beforeAll(async () => {
  await own.worker.stop();
  before = database((db) => {
    db.exec(`INSERT INTO dial_texts (num, month, text) VALUES (1, '${month.slice(0, 7)}', '[]'),
      (2, '${month.slice(0, 7)}', '{"host":"crm.example.com","purpose":"general"}'), (3, '${month.slice(0, 7)}', '{"policy":1,"lists":[]}')`);
    // One in thirty is blocked, and stays.
    db.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
       INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state,
         salt_high, salt_low, code, written, layer, medium)
       SELECT (?2 + i * ?3) * 64, 1, 447400000000 + i * 7919 % 90000000, 250, i % 30 = 0, 0, IIF(i % 30 = 0, 2, 0), IIF(i % 30 = 0, 2, 0),
         1, 2, 1, 1, 3, random(), random(), abs(random()), '', 0, 0 FROM n`,
    ).run(MANY, from, EACH);
    return db.prepare(byDay).all() as typeof before;
  });
  await own.start();
  // What the night leaves, runs of five minutes do.
  for (const cron of ["17 3 * * *", "*/5 * * * *", "*/5 * * * *"].map(encodeURIComponent))
    expect((await fetch(`${own.worker.url}/cdn-cgi/local/scheduled?cron=${cron}`)).ok).toBe(true);
});

it("has each dial once, by verdict and day, though most have left the database", async () => {
  const file = join(own.dir, "month.parquet");
  const { code, stderr, stdout } = await own.cli([
    "--json",
    "dials",
    "export",
    month.slice(0, 7),
    "-o",
    file,
  ]);
  expect([code, JSON.parse(stdout || "null")], stderr).toEqual([0, { file, dials: MANY }]);
  const rows = await duck(file);
  const after = await rows(
    "SELECT strftime(arrived_at, '%Y-%m-%d') AS day, verdict, COUNT(*)::INT AS n FROM rows GROUP BY ALL ORDER BY ALL",
  );
  expect(after).toEqual(
    before
      .map(({ verdict, ...its }) => ({ ...its, verdict: verdicts[verdict] }))
      .sort((a, b) => `${a.day} ${a.verdict}`.localeCompare(`${b.day} ${b.verdict}`)),
  );
  expect(await rows("SELECT COUNT(DISTINCT id)::INT AS n FROM rows")).toEqual([{ n: MANY }]);
  await own.worker.stop();
  expect(database((db) => db.prepare("SELECT COUNT(*) AS n FROM dials").get())).toEqual({ n: MANY / 30 });
  await own.start();
});
