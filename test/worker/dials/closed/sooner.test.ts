/** What fills an object leaves once it is old enough, though its month is not; what fills none waits for its month. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { MonthAnswer } from "../../../../shared/dials/api.ts";
import { countsCalls } from "../../../../worker/check/contacts.ts";
import { record } from "../../../../worker/core/commit.ts";
import { closeDials } from "../../../../worker/dials/closed/close.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { rewriteFiles } from "../../../../worker/dials/closed/rewrite.ts";
import type { Env } from "../../../../worker/env.ts";
import { dialsByDay } from "../../../../worker/overview/figures.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { asOwner, call, DAY, dump, under } from "../../helpers.ts";
import {
  admin,
  august,
  byDay,
  compliance,
  day,
  EVERY,
  FIRST,
  named,
  objects,
  SLICE,
  slow,
  there,
} from "./kit.ts";

august();
const numOf = (n: number) => String(day(n) * 64);
/** Those that are in the database. */
const here = async () => (await there()).map((num) => EVERY.findIndex((n) => numOf(n) === num));
/** When a dial is old enough, and those before it. */
const old = (n: number) => day(n) + 62 * DAY + 1;
const monthClosed = async () =>
  ((await dump("marks")) as { name: string; value: string }[]).find(({ name }) => name === "dials-closed")
    ?.value;

it("full objects leave once each dial of them is 62 days old, and not before", async () => {
  await closeDials(env, old(1) - 1, SLICE);
  expect([await here(), await named()]).toEqual([EVERY, []]);
  await closeDials(env, old(1), SLICE);
  expect([await here(), await named()]).toEqual([[2, 3, 4, 5], [expect.stringContaining("dials/2026-08/")]]);
  await closeDials(env, old(2), SLICE);
  expect(await here()).toEqual([2, 3, 4, 5]);
  await closeDials(env, old(4), SLICE);
  expect([await here(), (await named()).length]).toEqual([[4, 5], 2]);
  expect([await byDay(), await monthClosed()]).toEqual([EVERY, undefined]);
});

it("what fills none waits until its month is as old", async () => {
  const end = Date.UTC(2026, 8, 1) + 62 * DAY;
  for (const now of [old(5), end - 1]) await closeDials(env, now, { rows: 4 });
  expect([await here(), (await named()).length, await monthClosed()]).toEqual([[4, 5], 1, undefined]);
  await closeDials(env, end, { rows: 4 });
  expect([await here(), (await named()).length]).toEqual([[], 2]);
  expect(await byDay()).toEqual(EVERY);
});

it("a small company has one small file a month", async () => {
  for (let n = 0; n < 6; n++) await closeDials(env, old(n));
  expect(await objects()).toEqual([]);
  await closeDials(env, Date.UTC(2026, 10, 2));
  expect([await here(), (await objects()).length]).toEqual([[], 1]);
});

it("what stays as its object leaves keeps nothing else, and stays", async () => {
  await env.DB.prepare(
    "INSERT INTO restricted (kind, ref, request, until, id) VALUES ('dial', ?, 'r', '9999', 'x')",
  )
    .bind(numOf(1))
    .run();
  await closeDials(env, old(2), SLICE);
  expect(await here()).toEqual([1, 3, 4, 5]);
  await env.DB.exec("DELETE FROM restricted");
  await closeDials(env, old(4), SLICE);
  expect([await here(), await byDay()]).toEqual([[1, 5], EVERY]);
  // As what stays when a month closes.
  await closeDials(env, Date.UTC(2026, 10, 2), SLICE);
  expect([await here(), await byDay(), await monthClosed()]).toEqual([[1], EVERY, "2026-08"]);
});

it("an object is also full by its characters", async () => {
  await asOwner(["dials"], () =>
    env.DB.prepare(
      `UPDATE dials SET written = hex(zeroblob(IIF(number = ?1, 300000, 950000))) WHERE number BETWEEN ?1 - 4 AND ?1`,
    )
      .bind(FIRST + 4)
      .run(),
  );
  await closeDials(env, old(3));
  expect(await here()).toEqual(EVERY);
  await closeDials(env, old(4));
  expect(await here()).toEqual([5]);
});

it("what stays between them fills no object", async () => {
  const french = 33142278186;
  expect(countsCalls(`+${french}`)).toBe(true);
  await asOwner(["dials"], async () => {
    await env.DB.prepare("UPDATE dials SET written = hex(zeroblob(900000)) WHERE number > ?")
      .bind(FIRST)
      .run();
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
       INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state,
         salt_high, salt_low, code, written, layer, medium)
       SELECT num + i, by, ?, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state,
         salt_high, salt_low, code, hex(zeroblob(3000)), layer, medium FROM n, dials WHERE num = ?`,
    )
      .bind(french, day(0) * 64)
      .run();
  });
  await closeDials(env, old(5));
  const left = (await dump("dials")) as { number: number }[];
  expect(new Set(left.map(({ number }) => number))).toEqual(new Set([french]));
});

it("its days have their statements, and the trail's rows of it have left", async () => {
  const subject = numOf(3);
  await record(env, {
    actor: "system",
    event: { code: "dial.passed", subject, payload: null },
    statements: [],
  });
  await closeDials(env, old(5), SLICE);
  expect(await here()).toEqual([2, 3, 4, 5]);
  await archiveMonths(env, Date.now() + 70 * DAY);
  // Rows of this table never go: after the last one all of the month is stated.
  const stated = (until: number) =>
    env.DB.prepare(
      "INSERT INTO statements (day, ends_at, made_at, later, sha256, document) VALUES (?1, ?2, ?2, 0, 'x', '{}')",
    )
      .bind(new Date(until - DAY).toISOString().slice(0, 10), new Date(until).toISOString())
      .run();
  await stated(day(3));
  await closeDials(env, old(5), SLICE);
  expect(await here()).toEqual([2, 3, 4, 5]);
  await stated(day(3) + DAY);
  await closeDials(env, old(5), SLICE);
  expect(await here()).toEqual([4, 5]);
  await stated(Date.UTC(2026, 9, 1));
  await closeDials(env, old(5), SLICE);
  expect(await here()).toEqual([]);
});

it("a kill at any moment halves and doubles nothing, and the next run goes on", async () => {
  const before = await dump("dials");
  const LEDGER = {
    idFromName: () => "x",
    get: () => ({ commit: () => Promise.reject(new Error("killed")) }),
  } as unknown as Env["LEDGER"];
  const full = {
    ...{ get: () => Promise.resolve(null), put: () => Promise.reject(new Error("full")) },
    delete: (key: string) => env.ARCHIVE.delete(key),
  };
  for (const own of [{ LEDGER }, { ARCHIVE: full as unknown as R2Bucket }])
    await expect(closeDials({ ...env, ...own }, old(4), SLICE)).rejects.toThrow();
  expect([await dump("dials"), await named()]).toEqual([before, []]);
  await closeDials(env, old(4), { ...SLICE, clock: slow() });
  expect(await here()).toEqual([2, 3, 4, 5]);
  await rewriteFiles(env, 0, old(5));
  expect(await objects()).toEqual(await named());
  await closeDials(env, old(4), SLICE);
  expect([await here(), await byDay()]).toEqual([[4, 5], EVERY]);
});

const figures = () => dialsByDay(env.DB, "2026-08-01", "2026-08-31", "UTC");
async function month(): Promise<string[]> {
  const { status, data } = await under(env, "GET", "/v1/dials/months/2026-08?limit=3", { token: admin });
  expect(status, JSON.stringify(data)).toBe(200);
  const { dials, next } = data as MonthAnswer;
  const rest = await under(env, "GET", `/v1/dials/months/2026-08?after=${next}`, { token: admin });
  return [...dials, ...(rest.data as MonthAnswer).dials].map(({ id }) => id);
}

it("a month of which some has left is found, counted and taken out as it was, and goes back as it was", async () => {
  const before = { rows: await dump("dials"), figures: await figures(), month: await month() };
  await closeDials(env, old(4), SLICE);
  expect(await here()).toEqual([4, 5]);
  expect([await byDay(), await figures(), await month()]).toEqual([EVERY, before.figures, before.month]);
  expect(await reopen(env, "system", old(4))).toMatchObject({ files: 1, dials: 2 });
  expect([await byDay(), await figures(), await month()]).toEqual([EVERY, before.figures, before.month]);
  expect(await reopen(env, "system", old(4))).toMatchObject({ files: 0, dials: 2 });
  expect(await dump("dials")).toEqual(before.rows);
  await closeDials(env, old(5) - 1, SLICE);
  expect(await named()).toEqual([]);
  await closeDials(env, old(5), SLICE);
  expect([await here(), await byDay()]).toEqual([[], EVERY]);
});

it("a call that is logged late, in a month of which some has left, is with its dial", async () => {
  await closeDials(env, old(4), SLICE);
  const rows = [0, 4].map((n) => ({
    ...{ provider: "3cx", providerId: `late-${n}`, number: `+${FIRST + n}`, agent: "agent@example.com" },
    ...{ startedAt: new Date(day(n)).toISOString(), seconds: 9 },
  }));
  const { data } = await call("POST", "/v1/calls/import", {
    token: compliance,
    body: { rows, dryRun: false },
  });
  expect(data).toMatchObject({ results: [{ status: "added" }, { status: "added" }] });
  expect(((await dump("calls")) as { dial: string }[]).map(({ dial }) => dial)).toEqual([numOf(0), numOf(4)]);
  expect(await here()).toEqual([0, 4, 5]);
  expect(await byDay()).toEqual(EVERY);
});
