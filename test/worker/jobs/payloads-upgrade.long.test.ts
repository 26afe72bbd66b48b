/** From before the times of what the trail keeps apart had no index (migration 0160), and back: they are found by row numbers. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { effectOf } from "../../../worker/policy/effect.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { findRows } from "../../../worker/proof/trail.ts";
import { rowBehind, rowFrom } from "../../../worker/trail/rows.ts";
import { MINUTE, MONTH } from "../../../shared/core/time.ts";
import { dump, migrationsBefore, migrationsSince } from "../helpers.ts";
import { run } from "../trail/kit.ts";

const CODES = ["audit.bound", "suppression.imported", "dial.passed", "consent.imported"];
const now = Date.now();
const began = now - 30 * MONTH;
const ROWS = 400;
const STEP = (30 * MONTH) / (ROWS + 1);
/** Of each hundred some minutes early or late, as clocks differ. */
const timeOf = (n: number): string =>
  new Date(began + n * STEP + ((n * 37) % 100 < 50 ? -1 : 1) * 2 * MINUTE).toISOString();

/** A trail in which every second row has something apart, and 40 follow each other within minutes. */
beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0160"));
  await run("DELETE FROM audit_payload");
  const head = (await env.DB.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").first<{
    seq: number;
    hash: string;
  }>())!;
  const times = Array.from({ length: ROWS }, (_, n) =>
    n >= 200 && n < 240
      ? new Date(Date.parse(timeOf(200)) + (n - 200) * MINUTE - (n % 3) * 3 * MINUTE).toISOString()
      : timeOf(n),
  );
  await env.DB.batch(
    times.flatMap((at, n) => {
      const seq = head.seq + 1 + n;
      const prev = n === 0 ? head.hash : `h${seq - 1}`;
      const row = env.DB.prepare("INSERT INTO audit VALUES (?, ?, 'system', ?, ?, '', ?, ?, NULL)");
      const kept = env.DB.prepare("INSERT INTO audit_payload VALUES (?, ?, '', ?)");
      return [
        row.bind(seq, at, CODES[n % 4]!, `s${n}`, prev, `h${seq}`),
        ...(n % 2 === 1 ? [kept.bind(seq, at, `["s${n}"]`)] : []),
      ];
    }),
  );
});

/** Over all of it, and by the minute where they are close. */
const moments = [
  ...Array.from({ length: 120 }, (_, n) => began + (n - 10) * STEP * 4 + n * MINUTE),
  ...Array.from({ length: 60 }, (_, n) => began + 200 * STEP + (n - 10) * MINUTE),
]
  .sort((a, b) => a - b)
  .map((ms) => new Date(ms).toISOString());
const first = async <T>(query: string, ...values: unknown[]): Promise<T> =>
  (await env.DB.prepare(query)
    .bind(...values)
    .first<T>())!;

const old = {
  /** How a Worker of before counts, sweeps and finds. */
  count: "SELECT COUNT(*) AS n FROM audit_payload WHERE at < ?1",
  imports: `SELECT DISTINCT a.seq FROM json_each(?) w
    CROSS JOIN audit_payload p ON p.at BETWEEN w.value ->> 0 AND w.value ->> 1
    CROSS JOIN audit a ON a.seq = p.seq WHERE a.code LIKE '%.imported' ORDER BY 1`,
};

const figure = async (months: number) =>
  (
    await effectOf(
      env.DB,
      defaultPolicy,
      [{ path: "retention.auditPayloadMonths", from: 24, to: months }],
      now,
    )
  )[0]!.n;
const found = async () => {
  const claims = moments.slice(0, -1).map((from, n) => ({
    ...{ codes: ["suppression.imported", "consent.imported"], subjects: [], from, to: moments[n + 1]! },
  }));
  const { of } = await findRows(env, claims);
  const { results } = await env.DB.prepare(old.imports)
    .bind(JSON.stringify(claims.map(({ from, to }) => [from, to])))
    .all<{ seq: number }>();
  return { now: [...new Set(of.flat())].sort((a, b) => a - b), before: results.map(({ seq }) => seq) };
};

async function saysTheSame(): Promise<void> {
  for (const moment of moments) {
    for (const table of ["audit", "audit_payload"] as const) {
      const missed = await first(
        `SELECT (SELECT COUNT(*) FROM ${table} WHERE at <= ?1 AND seq >= ${rowBehind(table, "?1")}) AS later,
           (SELECT COUNT(*) FROM ${table} WHERE at >= ?1 AND seq < ${rowFrom(table, "?1")}) AS earlier`,
        moment,
      );
      expect(missed, `${table} ${moment}`).toEqual({ later: 0, earlier: 0 });
    }
  }
  for (const months of [1, 6, 12, 23]) {
    const until = new Date(now + 7 * 86_400_000 - months * MONTH).toISOString();
    const { n } = await first<{ n: number }>(old.count, until);
    expect(n).toBeGreaterThan(30);
    expect(await figure(months), `${months} months`).toBe(n);
  }
  const rows = await found();
  expect(rows.before.length).toBeGreaterThan(150);
  expect(rows.now).toEqual(rows.before);
}

it("finds what a Worker of before finds, before and after the upgrade", async () => {
  await saysTheSame();
  const was = [await dump("audit"), await dump("audit_payload")];
  await applyD1Migrations(env.DB, migrationsSince("0160"));
  expect([await dump("audit"), await dump("audit_payload")]).toEqual(was);
  const indexes =
    "SELECT COUNT(*) AS n FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'audit_payload'";
  expect(await first(indexes)).toEqual({ n: 0 });
  await saysTheSame();
});

it("sweeps the oldest, also behind some whose clock was years ahead, and no other", async () => {
  await run(
    "UPDATE audit_payload SET at = '2099-01-01T00:00:00.000Z' WHERE seq IN (SELECT seq FROM audit_payload ORDER BY seq LIMIT 3)",
  );
  const until = new Date(now - 24 * MONTH).toISOString();
  const { n } = await first<{ n: number }>(old.count, until);
  expect(n).toBeGreaterThan(20);
  const before = (await dump("audit_payload")) as { seq: number; at: string }[];
  await sweep(env, now, { rows: 5, steps: 2 });
  expect(await first(old.count, until)).toEqual({ n: n - 10 });
  await sweep(env, now);
  const left = (await dump("audit_payload")) as { seq: number; at: string; payload: string }[];
  expect(left.filter(({ payload }) => payload.startsWith('["s')).map(({ seq }) => seq)).toEqual(
    before.filter(({ at }) => at >= until).map(({ seq }) => seq),
  );
});

it("back at a Worker of before: it finds and sweeps without the index, and with it where it was made once more", async () => {
  const until = new Date(now - 12 * MONTH).toISOString();
  const { n } = await first<{ n: number }>(old.count, until);
  await run(
    "DELETE FROM audit_payload WHERE (seq) IN (SELECT seq FROM audit_payload WHERE at < ?1 LIMIT 5)",
    until,
  );
  expect(await first(old.count, until)).toEqual({ n: n - 5 });
  await run("CREATE INDEX audit_payload_at ON audit_payload (at)");
  const rows = await found();
  expect(rows.now.filter((seq) => rows.before.includes(seq))).toEqual(rows.before);
});
