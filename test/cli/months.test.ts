/** Months of calls and of recordings as Parquet, opened by DuckDB as an analyst would. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Call } from "../../shared/call-logs/api.ts";
import type { Recording } from "../../shared/recordings/api.ts";
import { monthOfCalls } from "../../worker/cli/call-logs/month.ts";
import { exportMonth, type Rows } from "../../worker/cli/month.ts";
import { monthOfRecordings } from "../../worker/cli/recordings/month.ts";
import { duck } from "./duck.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-months-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Writes two pages, and answers what DuckDB says of the file, and which pages were asked for. */
async function written<T>(rows: Rows<T>, pages: readonly [T[], T[]]) {
  const file = join(dir, `${rows.name}.parquet`);
  const asked: string[] = [];
  const next = "2026-08-09T10:00:00.000Z|id+1";
  const ask = <A>(_: string, path: string): Promise<A> => {
    const n = asked.push(path);
    return Promise.resolve({ [rows.name]: pages[n - 1], next: n === 1 ? next : null } as A);
  };
  await exportMonth(rows, ask, "2026-08", file, () => undefined);
  const path = `/v1/${rows.name}/months/2026-08`;
  expect(asked).toEqual([path, `${path}?after=${encodeURIComponent(next)}`]);
  const query = await duck(file);
  return { query, one: async (columns: string) => (await query(`SELECT ${columns} FROM rows`))[0] };
}

it("calls: each field in its column, times as times, and numbers as text", async () => {
  const call: Call = {
    ...{ id: "c1", via: "import", provider: "3cx", providerId: "9007199254740993", number: "+442079460958" },
    ...{ agent: "ann@example.com", person: "p1", personName: "Ann", direction: "outbound" },
    ...{ startedAt: "2026-08-10T09:30:00.250Z", seconds: 61, verdict: "blocked", findings: ["blocked"] },
    ...{ judgedAs: "general", outcome: "answered", presentation: "withheld", campaignName: "Autumn" },
    ...{ reasons: [{ code: "listed", list: "tps" }], overridden: false },
    ...{ dial: { id: "64", action: "passed" }, layers: ["page"], missedBy: [], screened: "dial" },
    ...{ extension: "on", by: "p2", at: "2026-08-11T00:00:00.000Z" },
  };
  const inbound: Call = {
    ...{ ...call, id: "c2", direction: "inbound", verdict: null, findings: [], judgedAs: null },
    ...{ seconds: null, dial: null, layers: null, screened: null, extension: null, reasons: [] },
  };
  const { query, one } = await written(monthOfCalls, [[call], [inbound]]);
  expect(
    await one(
      "typeof(started_at) AS started_at, typeof(number) AS number, typeof(seconds) AS seconds, typeof(reasons) AS reasons, typeof(overridden) AS overridden",
    ),
  ).toEqual({
    ...{ started_at: "TIMESTAMP", number: "VARCHAR", seconds: "INTEGER", reasons: "JSON" },
    overridden: "BOOLEAN",
  });
  expect(
    await one(
      `strftime(started_at, '%Y-%m-%d %H:%M:%S.%g') AS began, strftime(arrived_at, '%Y-%m-%d') AS arrived, number, provider_id, agent,
       person_name, seconds, verdict, reasons ->> '$[0].list' AS list, findings ->> '$[0]' AS finding, judged_as, outcome, presentation,
       campaign_name, dial, dial_action, layers ->> '$[0]' AS layer, screened, extension`,
    ),
  ).toEqual({
    ...{ began: "2026-08-10 09:30:00.250", arrived: "2026-08-11", number: "+442079460958" },
    ...{ provider_id: "9007199254740993", agent: "ann@example.com", person_name: "Ann", seconds: 61 },
    ...{ verdict: "blocked", list: "tps", finding: "blocked", judged_as: "general", outcome: "answered" },
    ...{
      presentation: "withheld",
      campaign_name: "Autumn",
      dial: "64",
      dial_action: "passed",
      layer: "page",
    },
    ...{ screened: "dial", extension: "on" },
  });
  expect(
    await query("SELECT id FROM rows WHERE verdict IS NULL AND seconds IS NULL AND dial IS NULL"),
  ).toEqual([{ id: "c2" }]);
});

it("recordings: what is on record of each, and where its audio is", async () => {
  const recording: Recording = {
    ...{ id: "r1", provider: "dialler", providerId: "x1", number: null, agent: null, direction: "outbound" },
    ...{ startedAt: "2026-08-10T09:30:00.000Z", seconds: 61, storage: { kind: "s3", key: "2026/08/x1.mp3" } },
    ...{ region: "GB", bytes: 3_000_000_000, sha256: "ab".repeat(32), announced: true, purpose: "quality" },
    ...{
      flag: [{ code: "listed", list: "tps" }],
      quarantined: false,
      state: "kept",
      eraseAfter: "2029-08-10",
    },
    ...{ rule: "retention", months: 36, why: "", notBefore: null, failures: 0, due: null, waitsUntil: null },
    ...{ error: null, by: "p2", at: "2026-08-10T10:00:00.000Z" },
    hold: {
      ...{ id: "h", recording: "r1", reason: "A claim", reviewOn: "2027-01-01", by: "p", byName: "Cora" },
      ...{ at: "2026-08-12T10:00:00.000Z", request: null },
    },
  };
  const bare: Recording = { ...recording, id: "r2", bytes: null, startedAt: null, flag: null, hold: null };
  const { query, one } = await written(monthOfRecordings, [[recording], [bare]]);
  expect(
    await one(
      `strftime(started_at, '%H:%M') AS began, number, store, key, region, bytes::VARCHAR AS bytes, sha256, announced, purpose,
       flag ->> '$[0].code' AS flag, state, erase_after, rule, months, held, quarantined`,
    ),
  ).toEqual({
    ...{
      began: "09:30",
      number: null,
      store: "s3",
      key: "2026/08/x1.mp3",
      region: "GB",
      bytes: "3000000000",
    },
    ...{ sha256: "ab".repeat(32), announced: true, purpose: "quality", flag: "listed", state: "kept" },
    ...{ erase_after: "2029-08-10", rule: "retention", months: 36, held: true, quarantined: false },
  });
  expect(await query("SELECT id FROM rows WHERE NOT held AND bytes IS NULL AND started_at IS NULL")).toEqual([
    { id: "r2" },
  ]);
});
