/**
 * FCA CMCOB 2.3: recordings of claims-management calls are kept for a year at least, also once the company makes no such
 * calls any more, and those of before it was so here.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { monthsLater } from "../../../shared/core/calendar.ts";
import { bringForward } from "../../../worker/recordings/retention.ts";
import { call, DAY, dump, newTeam, setPolicy } from "../helpers.ts";
import { aged, arrive, imported, laid, sample } from "./kit.ts";

interface Row {
  id: string;
  started_on: string;
  erase_after: string;
  rule: string;
  months: number;
}
const rows = async () =>
  Object.fromEntries(((await dump("recordings")) as Row[]).map((row) => [row.id, row]));
const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();
const migrated = (to?: string) => {
  const all = env.TEST_MIGRATIONS;
  const at = to === undefined ? all.length : all.findIndex(({ name }) => name.startsWith(to));
  return applyD1Migrations(env.DB, all.slice(0, at));
};

/** As the Worker of before stored it: by a policy's months, whatever kind of call it was. */
const before = (id: string, days: number, months: number, rule = "retention") => {
  const day = ago(days).slice(0, 10);
  return env.DB.prepare(
    `INSERT INTO recordings (id, provider, ref, provider_id, started_at, started_on, store, object, region, erase_after, rule,
       months, by, at) VALUES (?1, 'p', ?1, ?1, ?2, ?3, 'r2', ?1, 'GB', ?4, ?5, ?6, 'one', ?2)`,
  ).bind(id, ago(days), day, rule === "retention" ? monthsLater(day, months) : day, rule, months);
};

beforeAll(async () => {
  do await reset();
  while (await env.DB.prepare("SELECT 1 FROM sqlite_master WHERE name = 'people'").first());
  await migrated("0025");
  const doc = (...runs: string[]) =>
    JSON.stringify({ campaigns: { runs }, recording: { retentionMonths: 6 } });
  const policy = (version: number, days: number, ...runs: string[]) =>
    env.DB.prepare("INSERT INTO policies (version, doc, at, by, why) VALUES (?, ?, ?, 'one', 'then')").bind(
      version,
      doc(...runs),
      ago(days),
    );
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO people (id, name, email, role, created_at) VALUES ('one', 'One', 'one@example.com', 'agent', '2026-01-01')",
    ),
    policy(1, 300, "general"),
    policy(2, 200, "general", "claims-management"),
    policy(3, 100, "general"),
    ...[before("early", 250, 6), before("late", 50, 6), before("claims", 150, 6), before("long", 150, 24)],
    ...[before("abroad", 150, 6, "outside-regions"), before("hand", 150, 6, "hand"), before("end", 99.5, 6)],
  ]);
  await migrated();
});

it("the upgrade gives those that would go earlier their year, and the trail says how many", async () => {
  const all = await rows();
  const kept = (id: string) => [all[id]!.rule, all[id]!.months, all[id]!.erase_after];
  const year = (id: string, months = 12) => ["retention", months, monthsLater(all[id]!.started_on, months)];
  for (const id of ["claims", "abroad", "end"]) expect(kept(id), id).toEqual(year(id));
  for (const id of ["early", "late"]) expect(kept(id), id).toEqual(year(id, 6));
  expect(kept("long")).toEqual(year("long", 24));
  expect(kept("hand")).toEqual(["hand", 6, all["hand"]!.started_on]);
  for (let n = 0; n < 2; n++) await bringForward(env, Date.now());
  const { results } = await env.DB.prepare(
    "SELECT payload FROM audit_payload JOIN audit USING (seq) WHERE code = 'recording.days-moved'",
  ).all<{ payload: string }>();
  expect(results.map(({ payload }) => JSON.parse(payload) as object)).toContainEqual({
    months: 12,
    sooner: 0,
    later: 3,
  });
});

it("whoever stops such calls and keeps recordings for a month keeps these for the year", async () => {
  await env.DB.exec("DELETE FROM marks WHERE name = 'setup'");
  const { admin } = await newTeam();
  const recording = { regions: ["GB"], outsideRegions: "erase" as const };
  await setPolicy((p) => ({ campaigns: { ...p.campaigns, runs: ["claims-management"] } }));
  const during = await arrive(env, admin, sample({ startedAt: new Date().toISOString() }));
  await setPolicy((p) => ({
    campaigns: { ...p.campaigns, runs: ["general"] },
    recording: { ...p.recording, ...recording, retentionMonths: 1 },
  }));
  // One that the provider reports only now.
  const told = await arrive(env, admin, sample({ startedAt: ago(150) }));
  const plain = await arrive(env, admin, sample({ startedAt: ago(50) }));
  await bringForward(env, Date.now() + 8 * DAY);
  const again = { dryRun: false, lengthen: true, why: "test" };
  await call("POST", "/v1/recordings/retention", { token: admin, body: again });
  const all = await rows();
  for (const id of [during, told, "claims", "end"])
    expect([all[id]!.months, all[id]!.erase_after], id).toEqual([12, monthsLater(all[id]!.started_on, 12)]);
  for (const id of [plain, "late"])
    expect([all[id]!.months, all[id]!.erase_after], id).toEqual([1, monthsLater(all[id]!.started_on, 1)]);

  // Nor do they go because they lie elsewhere: nobody opens them there.
  await setPolicy((p) => ({ recording: { ...p.recording, regions: ["IE"] } }));
  const rowsSent = [
    sample({ providerId: "elsewhere", startedAt: ago(150), storage: { kind: "r2", key: "calls/elsewhere" } }),
  ];
  await laid(env, rowsSent[0]!);
  await imported(aged(env), admin, rowsSent);
  const elsewhere = ((await dump("recordings")) as { id: string; provider_id: string }[]).find(
    (row) => row.provider_id === "elsewhere",
  )!.id;
  await bringForward(env, Date.now() + 16 * DAY);
  const then = await rows();
  for (const id of [during, elsewhere, "claims"])
    expect([then[id]!.rule, then[id]!.months], id).toEqual(["retention", 12]);
  expect(then[plain]!.rule).toBe("outside-regions");
});
