/**
 * How many recordings each day of erasure has is counted as they come, change and go (migration 0133): counts that are read say what
 * all rows would, while those of before the upgrade are still being counted, too.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { ErasuresAnswer, RetentionQuestion } from "../../../../shared/recordings/api.ts";
import { monthsLater } from "../../../../shared/core/calendar.ts";
import { merged } from "../../../../worker/recordings/claims.ts";
import { compareDays, countDays } from "../../../../worker/recordings/erasing/counted.ts";
import { bringForward } from "../../../../worker/recordings/retention.ts";
import { call, daysAgo, newTeam, setPolicy } from "../../helpers.ts";
import { findingsIn } from "../../trail/kit.ts";

const run = (text: string, ...values: unknown[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run();
let token = "";

/** As the Worker of before stored it. `started`: days ago, with a part of a day. */
const stored = (id: string, started: number, state = "kept", rule = "retention") => {
  const at = new Date(Date.now() - started * 86_400_000).toISOString();
  const day = at.slice(0, 10);
  return run(
    `INSERT INTO recordings (id, provider, ref, provider_id, started_at, started_on, store, object, region, erase_after, rule, months, state, by, at)
     VALUES (?1, 'p', ?1, ?1, ?2, ?3, 'r2', ?1, 'GB', ?4, ?5, 6, ?6, 'one', ?2)`,
    ...[id, at, day, monthsLater(day, 6), rule, state],
  );
};
/** What both routes answer, and what all rows say. */
async function told(): Promise<void> {
  const get = async <T>(path: string) => (await call("GET", path, { token })).data as T;
  const { weeks } = await get<ErasuresAnswer>("/v1/recordings/erasures");
  const { results } = await env.DB.prepare(
    `SELECT date(erase_after, 'weekday 0', '-6 days') AS week, COUNT(*) AS recordings,
       SUM(id IN (SELECT recording FROM holds)) AS held
     FROM recordings WHERE state <> 'erased' GROUP BY 1 ORDER BY 1`,
  ).all<ErasuresAnswer["weeks"][number]>();
  expect(weeks).toEqual(results);
  const { later, sooner, months } = await get<RetentionQuestion>("/v1/recordings/retention");
  const rows = await env.DB.prepare(
    "SELECT started_at AS at, started_on AS day, erase_after AS eraseAfter FROM recordings WHERE state = 'kept' AND rule = 'retention'",
  ).all<{ at: string; day: string; eraseAfter: string }>();
  const days = rows.results.map(({ at, day, eraseAfter }) => [
    eraseAfter,
    monthsLater(day, Math.max(months, claims(at) ? 12 : 0)),
  ]);
  expect({ sooner, later }).toEqual({
    sooner: days.filter(([now, then]) => then! < now!).length,
    later: days.filter(([now, then]) => then! > now!).length,
  });
}
/** While claims-management calls were made. */
let times: [from: string, until: string];
const claims = (at: string): boolean => at >= times[0] && at < times[1];

beforeAll(async () => {
  do await reset();
  while (await env.DB.prepare("SELECT 1 FROM sqlite_master WHERE name = 'people'").first());
  const all = env.TEST_MIGRATIONS;
  const at = all.findIndex(({ name }) => name.startsWith("0133"));
  await applyD1Migrations(env.DB, all.slice(0, at));
  await run(
    "INSERT INTO people (id, name, email, role, created_at) VALUES ('one', 'One', 'one@example.com', 'agent', '2026-01-01')",
  );
  const policy = (version: number, days: number, ...runs: string[]) => {
    const moment = new Date(Date.now() - days * 86_400_000).toISOString();
    return run(
      "INSERT INTO policies (version, doc, at, by, why) VALUES (?, ?, ?, 'one', 'then')",
      ...[version, JSON.stringify({ campaigns: { runs }, recording: { retentionMonths: 6 } }), moment],
    ).then(() => moment);
  };
  await policy(1, 50, "general");
  const from = await policy(2, 40, "general", "claims-management");
  await policy(3, 35, "general", "claims-management");
  const end = await policy(4, 30, "general");
  times = [from, new Date(Date.parse(end) + 86_400_000).toISOString()];
  // Some seconds before and after each end of that time.
  for (const [n, days] of [45, 40.0003, 39.9997, 35, 29.0003, 28.9997, 10].entries())
    await stored(`before-${n}`, days);
  await stored("hand", 36, "kept", "hand");
  await stored("going", 36, "erasing");
  await applyD1Migrations(env.DB, all);
  await run("DELETE FROM marks WHERE name = 'setup'");
  ({ admin: token } = await newTeam());
});

it("what the routes tell is right before, while and after those of before are counted", async () => {
  await told();
  await countDays(env, { most: 3, slices: 1 });
  await told();
  // One that comes among those that are counted, and one behind them; some change meanwhile.
  for (const id of ["a-new", "zz-new"]) await stored(id, 36);
  await run("UPDATE recordings SET erase_after = ?, rule = 'hand' WHERE id = 'before-6'", daysAgo(-3));
  await run("UPDATE recordings SET erase_after = ? WHERE id IN ('a-new', 'before-0')", daysAgo(-4));
  await told();
  await countDays(env, { most: 4, slices: 1 });
  await told();
  await countDays(env);
  await told();
  const { results } = await env.DB.prepare("SELECT value FROM marks WHERE name = 'recordings-counted'").all();
  expect(results).toEqual([{ value: "~" }]);
  // Once more counts nothing twice.
  await countDays(env);
  await told();
});

it("what changes is counted as it does, and what no row has goes", async () => {
  await run("UPDATE recordings SET state = 'erasing' WHERE id IN ('before-1', 'a-new')");
  await told();
  await run("UPDATE recordings SET state = 'kept' WHERE id = 'a-new'");
  await told();
  await setPolicy((p) => ({ recording: { ...p.recording, retentionMonths: 3 } }));
  await told();
  await run("UPDATE recordings SET erase_after = '2099-01-01', rule = 'hand' WHERE state = 'kept'");
  await told();
  expect((await env.DB.prepare("SELECT SUM(n) AS n FROM recording_days").first())!["n"]).toBe(11);
  expect(
    await env.DB.prepare("SELECT COUNT(*) AS n FROM recording_days WHERE n < 1 OR started_on <> ''").first(),
  ).toEqual({ n: 0 });
});

it("a policy that is saved says from when on, and until when, recordings count as claims calls'", async () => {
  const at = () => env.DB.prepare("SELECT since, until FROM claims_times ORDER BY since").all<object>();
  const before = (await at()).results.length;
  const runs = (...some: ("general" | "claims-management")[]) =>
    setPolicy((p) => ({ campaigns: { ...p.campaigns, runs: some } }));
  await runs("general", "claims-management");
  await stored("claims", 0);
  times = ["0", "9"];
  expect((await at()).results.length).toBe(before + 1);
  expect(
    await env.DB.prepare("SELECT claims FROM recording_days WHERE started_on = ?").bind(daysAgo(0)).first(),
  ).toEqual({ claims: 1 });
  await runs("general");
  expect((await at()).results.filter((row) => (row as { until: string }).until === "9")).toEqual([]);
});

it("counts that somebody alters are found by the recordings, a day at a time, counted again and told on the trail", async () => {
  const rows = async () =>
    (await env.DB.prepare("SELECT * FROM recording_days ORDER BY 1, 2, 3").all<Record<string, unknown>>())
      .results;
  const told = async () =>
    (
      await env.DB.prepare(
        "SELECT a.subject, p.payload FROM audit a JOIN audit_payload p ON p.seq = a.seq WHERE a.code = 'recording.days-counted' ORDER BY a.seq",
      ).all<{ subject: string; payload: string }>()
    ).results.map(({ subject, payload }) => [subject, JSON.parse(payload) as unknown]);
  const right = await rows();
  const days = [...new Set(right.map((row) => row["erase_after"] as string))];
  expect(days.length).toBeGreaterThan(1);
  // All is right: nothing is written but how far it went.
  await compareDays(env);
  expect([await rows(), await told()]).toEqual([right, []]);
  // One count too high, one of a day that no recording has, and one that is gone.
  await run("UPDATE recording_days SET n = n + 7 WHERE erase_after = ?", days[0]);
  await run(
    "INSERT INTO recording_days (erase_after, started_on, claims, n) VALUES ('2090-01-01', '', 0, 5)",
  );
  await run("DELETE FROM recording_days WHERE erase_after = ?", days[1]);
  for (let n = 0; n < days.length + 2; n++) await compareDays(env, { days: 1, recordings: 9 });
  expect(await rows()).toEqual(right);
  const those = (day: string) =>
    right.filter((row) => row["erase_after"] === day).reduce((all, row) => all + Number(row["n"]), 0);
  expect(new Map((await told()) as [string, unknown][])).toEqual(
    new Map<string, unknown>([
      [
        days[0]!,
        {
          counted: those(days[0]!) + 7 * right.filter((row) => row["erase_after"] === days[0]).length,
          recordings: those(days[0]!),
        },
      ],
      ["2090-01-01", { counted: 5, recordings: 0 }],
      [days[1]!, { counted: 0, recordings: those(days[1]!) }],
    ]),
  );
  // Once more: it is right.
  await compareDays(env);
  expect(await told()).toHaveLength(3);
});

it("a day that cannot be compared stops none behind it", async () => {
  const counts = () => env.DB.prepare("SELECT * FROM recording_days ORDER BY 1, 2, 3").all();
  const right = (await counts()).results;
  const days = [...new Set(right.map((row) => row["erase_after"] as string))];
  await run("UPDATE marks SET value = '' WHERE name = 'recordings-compared'");
  await run("UPDATE recording_days SET n = n + 7 WHERE erase_after IN (?, ?)", days[0], days[1]);
  await env.DB.exec(
    `CREATE TRIGGER too_large BEFORE DELETE ON recording_days WHEN OLD.erase_after = '${days[0]}' BEGIN SELECT RAISE(ABORT, 'too large'); END`,
  );
  await expect(compareDays(env)).rejects.toThrow("too large");
  await compareDays(env);
  await env.DB.exec("DROP TRIGGER too_large");
  expect((await counts()).results.filter((row) => row["erase_after"] !== days[0])).toEqual(
    right.filter((row) => row["erase_after"] !== days[0]),
  );
  // Its turn comes again.
  await compareDays(env);
  expect((await counts()).results).toEqual(right);
});

it("days come forward by the recordings themselves, whatever somebody does to the counts", async () => {
  const kept = (months: number) =>
    env.DB.prepare(
      "SELECT COUNT(*) AS n FROM recordings WHERE id LIKE 'long-%' AND erase_after = date(started_on, ? || ' months')",
    )
      .bind(`+${months}`)
      .first<number>("n");
  // The tenth of a month has its like in every other.
  const [day] = monthsLater(daysAgo(0), -1).split("T");
  const started = `${day!.slice(0, 7)}-10`;
  for (const id of ["long-1", "long-2"]) {
    await stored(id, 20);
    await run(
      "UPDATE recordings SET started_on = ?1, erase_after = date(?1, '+12 months'), months = 12, rule = 'retention' WHERE id = ?2",
      ...[started, id],
    );
  }
  const retain = (retentionMonths: number) =>
    setPolicy((p) => ({ recording: { ...p.recording, retentionMonths } }));
  await retain(4);
  const { months } = (await call("GET", "/v1/recordings/retention", { token })).data as RetentionQuestion;
  await run("DELETE FROM recording_days");
  await run("UPDATE marks SET value = '~' WHERE name = 'recordings-counted'");
  const answer = await call("POST", "/v1/recordings/retention", {
    token,
    body: { dryRun: false, lengthen: false, months, why: "shorter" },
  });
  expect([answer.status, (answer.data as { sooner: number }).sooner > 1]).toEqual([200, true]);
  expect(await kept(4)).toBe(2);
  await retain(3);
  await run("DELETE FROM recording_days");
  await run("DELETE FROM marks WHERE name = 'recordings-counted'");
  await bringForward(env, Date.now() + 9 * 86_400_000);
  expect(await kept(3)).toBe(2);
});

it("times of claims calls that somebody alters are named by the newest policy, and set right by the policies, on the trail", async () => {
  const times = () =>
    env.DB.prepare("SELECT since, until FROM claims_times ORDER BY since").raw<[string, string]>();
  const right = merged(await times());
  expect(right.length).toBeGreaterThan(0);
  const version = await env.DB.prepare("SELECT MAX(version) AS n FROM policies").first<number>("n");
  const named = async () => (await findingsIn("policies")).filter((one) => one.includes("claims_times"));
  const told = async () =>
    (await env.DB.prepare("SELECT 1 FROM audit WHERE code = 'recording.claims-times'").all()).results.length;
  expect(await named()).toEqual([]);
  for (const [n, bent] of [
    "UPDATE claims_times SET since = '2001-01-01'",
    "UPDATE claims_times SET until = '2999-01-01'",
    "INSERT INTO claims_times VALUES ('2001-01-01', '2002-01-01')",
    "DELETE FROM claims_times",
  ].entries()) {
    await run(bent);
    expect(await named(), bent).toEqual([`altered ${version} claims_times`]);
    await compareDays(env);
    expect([await times(), await named(), await told()], bent).toEqual([right, [], n + 1]);
  }
});
