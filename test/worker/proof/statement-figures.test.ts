/** The figures of a daily statement, by rows that were counted by hand. Its definitions are in docs/statement.md. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Dial } from "../../../shared/dials/api.ts";
import { statementFigures } from "../../../shared/proof/statement.ts";
import { newSalt } from "../../../worker/core/change.ts";
import { prepare } from "../../../worker/core/sql.ts";
import { dialFrom } from "../../../worker/dials/row-number.ts";
import { insertDial } from "../../../worker/dials/rows.ts";
import { figuresOfDay } from "../../../worker/proof/statement-figures.ts";
import { aTeam } from "../helpers.ts";

aTeam();
// In London a day of 25 hours.
const [start, end] = ["2026-10-24T23:00:00.000Z", "2026-10-26T00:00:00.000Z"];
let by = "";

type Own = Partial<
  Pick<Dial, "action" | "refused" | "workerVerdict" | "workerReasons" | "basis" | "deviceAt">
>;
/** A dial of number +4420794600NN; without `n` of what is no number. */
function dial(at: string, n: number | null, own: Own = {}) {
  const row: Dial = {
    ...{ id: String(dialFrom(at)), number: n === null ? null : `+44207946${String(n).padStart(4, "0")}` },
    ...{ written: n === null ? "front desk" : null, action: "passed", refused: false, agrees: true },
    ...{ recordNumber: null, layer: "page", sighting: null, medium: "call", via: null },
    // What the page thought counts for nothing.
    ...{ verdict: "blocked", reasons: [{ code: "tps", list: "tps" }], seen: null, policy: 0, lists: [] },
    ...{
      workerVerdict: "clear",
      workerReasons: [{ code: "not-listed", list: "tps" }],
      basis: null,
      reason: null,
    },
    ...{ purpose: "general", host: "x", by, byName: null, deviceAt: at, at, ...own },
  };
  return insertDial(row, newSalt(), null).statements.map((s) => prepare(env.DB, s));
}
const day = (time: string) => `2026-10-25T${time}Z`;
const stale = (asOf: string): Own => ({
  workerVerdict: "unknown",
  workerReasons: [{ code: "stale-list", list: "tps", asOf }],
});
const barred = (...codes: string[]): Own => ({
  workerVerdict: "blocked",
  workerReasons: codes.map((code) => ({ code })),
});
const part = (num: number, at: string, ...counts: number[]) =>
  env.DB.prepare(
    `INSERT INTO screening_parts (screening, part, at, seq, policy, lists, sha256, numbers, clear, caution, blocked,
       unknown, reasons) VALUES (1, ?, ?, 1, 0, '[]', 'x', ?, ?, ?, ?, ?, '{}')`,
  ).bind(num, at, ...counts);

beforeAll(async () => {
  by = (await env.DB.prepare("SELECT id FROM people LIMIT 1").first<{ id: string }>())!.id;
  await env.DB.batch([
    // Not of this day: the last moment before it, and the first after it.
    ...dial("2026-10-24T22:59:59.999Z", 1, barred("tps")),
    ...dial(end, 1, barred("tps")),
    // Held: three dials, one of them of what is no number, and a refused override.
    ...dial(day("10:00:00.000"), 2, { action: "held", ...barred("tps") }),
    ...dial(day("10:05:00.000"), 2, { action: "held", ...barred("tps") }),
    ...dial(day("10:06:00.000"), null, { action: "held", ...barred("not-a-number") }),
    ...dial(day("11:00:00.000"), 3, {
      action: "overridden",
      refused: true,
      basis: "service",
      ...barred("objection"),
    }),
    // Let through, with nothing to say: at the first moment, and at the last, an hour after midnight of the device.
    ...dial(start, 1),
    ...dial(day("23:59:59.999"), 1, { deviceAt: "2026-10-24T22:59:59.999Z" }),
    // With a bar: one without a ground, and two service calls, of which one was to a number that no register was asked about.
    ...dial(day("12:10:00.000"), 5, barred("tps")),
    ...dial(day("12:00:00.000"), 4, { action: "overridden", basis: "service", ...barred("tps", "house") }),
    ...dial(day("12:01:00.000"), 8, {
      action: "overridden",
      basis: "service",
      ...barred("house", "not-screened"),
    }),
    // The bar was gone when the override arrived.
    ...dial(day("12:02:00.000"), 9, { action: "overridden", basis: "service" }),
    // A bar that a declared ground lifts, and one that a consent lifts in two registers.
    ...dial(day("13:00:00.000"), 6, {
      workerVerdict: "caution",
      workerReasons: [{ code: "ground", list: "tps" }, { code: "out-of-hours" }],
    }),
    ...dial(day("13:01:00.000"), 6, {
      workerVerdict: "caution",
      workerReasons: [
        { code: "agreed", list: "tps" },
        { code: "agreed", list: "ctps" },
      ],
    }),
    // By a copy of 29 days, one of 28, and no answer at all.
    ...dial(day("14:00:00.000"), 7, stale("2026-09-26")),
    ...dial(day("14:01:00.000"), 7, stale("2026-09-27")),
    ...dial(day("14:02:00.000"), 8, {
      workerVerdict: "unknown",
      workerReasons: [{ code: "not-asked", list: "tps" }],
    }),
    env.DB.prepare(
      "INSERT INTO screenings (num, id, source, name, by, at) VALUES (1, 's', 'api', 'file', 'x', '2026-10-24T00:00:00.000Z')",
    ),
    part(1, "2026-10-24T22:59:59.999Z", 7, 7, 0, 0, 0),
    part(2, start, 100, 80, 5, 10, 5),
    part(3, day("09:00:00.000"), 10, 9, 0, 1, 0),
    part(4, end, 7, 7, 0, 0, 0),
  ]);
});

it("are what the rows of the day say, each by its definition", async () => {
  const figures = await figuresOfDay(env.DB, start, end);
  expect(statementFigures.parse(figures)).toEqual(figures);
  expect(figures).toEqual({
    held: { numbers: 2, dials: 4 },
    screened: { screenings: 1, numbers: 110, clear: 89, caution: 5, blocked: 11, unknown: 5 },
    letThrough: { numbers: 7, dials: 11 },
    over28Days: { dials: 2, byGround: [{ name: "service", count: 1 }] },
    barred: {
      dials: 1,
      byGround: [
        { name: "service", count: 2 },
        { name: "agreed", count: 1 },
        { name: "ground", count: 1 },
      ],
    },
    late: 1,
  });
});

it("of a day without rows are nothing", async () => {
  expect(await figuresOfDay(env.DB, "2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z")).toEqual({
    held: { numbers: 0, dials: 0 },
    screened: { screenings: 0, numbers: 0, clear: 0, caution: 0, blocked: 0, unknown: 0 },
    letThrough: { numbers: 0, dials: 0 },
    over28Days: { dials: 0, byGround: [] },
    barred: { dials: 0, byGround: [] },
    late: 0,
  });
});
