/** From the schema before proposals (migration 0022): its policies, read as what they are worth now, and its Worker. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { PolicyAnswer, PolicySaved, PolicyVersions } from "../../../shared/policy/api.ts";
import { handling } from "../../../shared/check/override.ts";
import { decide } from "../../../shared/check/verdict.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import { currentPolicy, policiesSince, policyHistory } from "../../../worker/policy/current.ts";
import { asOwner, call, dump, newTeam, setPolicy } from "../helpers.ts";

/** Stores a policy as that Worker did. */
const insert = (version: number, doc: object) =>
  env.DB.prepare(
    "INSERT INTO policies (version, doc, at, by, why) VALUES (?, ?, ?, (SELECT id FROM people LIMIT 1), 'then')",
  )
    .bind(version, JSON.stringify(doc), new Date(Date.now() - 1000 + version).toISOString())
    .run();

/** Below the floor in every clause that could be, and without the clauses that came since. */
const { offlineMinutes: _, heldRegions: _____, ...screening } = defaultPolicy.screening;
const { grounds: __, consents: ___, parties: ____, ...then } = defaultPolicy;
const loose = {
  ...then,
  registers: { tps: "off", ctps: "warn", own: "warn" },
  unknown: "warn",
  screening: { ...screening, staleList: "warn" },
  overrides: "with-consent",
  campaigns: { runs: ["general", "claims-management"] },
  recording: { ...then.recording, retentionMonths: 6 },
};

/** They had no register: the TPS and CTPS are not relied on there until somebody chooses so. */
const ISLANDS = ["GG", "JE", "IM"];

let admin: string;
beforeAll(async () => {
  do await reset();
  while (await env.DB.prepare("SELECT 1 FROM sqlite_master WHERE name = 'people'").first());
  const before = env.TEST_MIGRATIONS.findIndex(({ name }) => name.startsWith("0022"));
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS.slice(0, before));
  await env.DB.batch([
    env.DB.prepare("INSERT INTO marks (name, value) VALUES ('setup', '2026-01-01T00:00:00.000Z')"),
    env.DB.prepare(
      "INSERT INTO people (id, name, email, role, created_at) VALUES ('one', 'One', 'one@example.com', 'agent', '2026-01-01')",
    ),
  ]);
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});

it("a deployment that never saved a policy keeps what it had by default", async () => {
  expect(await currentPolicy(env.DB)).toEqual({
    version: 0,
    policy: {
      ...defaultPolicy,
      screening: { ...screening, offlineMinutes: 2, heldRegions: ISLANDS },
      consents: { ...defaultPolicy.consents, amber: "dialog" },
      parties: { from: [] },
    },
  });
});

it("a stored policy counts as what it is worth now, and says what was raised; the row stays as it was", async () => {
  await insert(1, loose);
  await env.DB.exec("DELETE FROM marks WHERE name = 'setup'");
  ({ admin } = await newTeam());
  const stored = await dump("policies");
  const { policy, raised } = (await call("GET", "/v1/policy", { token: admin })).data as PolicyAnswer;
  expect(policy).toEqual({
    ...loose,
    registers: { tps: "hold", ctps: "hold", own: "warn" },
    grounds: {},
    unknown: "hold",
    screening: { ...screening, staleList: "hold", offlineMinutes: 2, heldRegions: ISLANDS },
    campaigns: { runs: ["general", "claims-management"], pensionsAuthorised: false, onRequest: false },
    consents: { ...defaultPolicy.consents, amber: "dialog" },
    parties: { from: [] },
    recording: { ...then.recording, retentionMonths: 12 },
    requests: { ...then.requests },
  });
  expect(raised.map(({ path, from, to }) => [path, from, to])).toEqual([
    ["unknown", "warn", "hold"],
    ["screening.staleList", "warn", "hold"],
    ["registers.tps", "off", "hold"],
    ["registers.ctps", "warn", "hold"],
    ["recording.retentionMonths", 6, 12],
  ]);
  expect((await policiesSince(env.DB, new Date().toISOString()))[0]).toEqual(policy);
  expect(await dump("policies")).toEqual(stored);
});

it("its next save has the raised values, and a choice of the new clauses counts", async () => {
  const { policy } = await currentPolicy(env.DB);
  const headers = { "if-match": '"1"' };
  const next = { ...policy, screening: { ...policy.screening, offlineMinutes: 1 } };
  const body = { policy: next, why: "shorter" };
  const { data } = await call("PUT", "/v1/policy", { token: admin, headers, body });
  expect(data).toMatchObject({ version: 2, raised: [], proposed: null });
  expect((data as PolicySaved).policy.screening.offlineMinutes).toBe(1);
  // A minute more than it had is a proposal, as everything that loosens.
  await setPolicy((p) => ({ screening: { ...p.screening, offlineMinutes: 60 } }));
  expect((await currentPolicy(env.DB)).policy.screening.offlineMinutes).toBe(60);
  const { versions } = (await call("GET", "/v1/policy/versions", { token: admin })).data as PolicyVersions;
  expect(versions.map(({ changes }) => changes.map(({ path }) => path))).toEqual([
    ["screening.offlineMinutes"],
    ["screening.offlineMinutes"],
    ["registers.own", "campaigns.runs"],
  ]);
});

it("a Worker of before goes on writing on the new tables", async () => {
  await insert(4, loose);
  expect((await currentPolicy(env.DB)).policy.registers["tps"]).toBe("hold");
  await env.DB.prepare(
    "UPDATE people SET role = 'manager', role_by = 'admin', active = COALESCE(?, active) WHERE id = ?",
  )
    .bind(null, "one")
    .run();
  expect(await dump("people_left")).toMatchObject([{ person: "one", role: "agent" }]);
});

it("where every register of a country was off, none is relied on until a second person lets it", async () => {
  const off = { tps: "off", ctps: "off", ndd: "off", "us-dnc": "off" };
  await env.DB.exec("DELETE FROM marks WHERE name = 'newest-clauses'");
  await env.DB.exec("UPDATE marks SET value = '2026-01-01T00:00:00.000Z' WHERE name = 'setup'");
  await insert(5, { ...loose, registers: off });
  const heads = ["tps", "ctps"].map((id) => ({
    ...{ id, name: id, regions: ["GB"], maxAgeDays: 27, version: 1, numbers: 9 },
    asOf: new Date().toISOString().slice(0, 10),
  }));
  const { policy } = await currentPolicy(env.DB);
  // One of the two that the law of the USA wants is not off.
  expect(policy.screening.heldRegions).toEqual(["GB", "IE", ...ISLANDS]);
  const judged = (now: Policy, region: string) =>
    decide(
      { e164: "+442079460001", region, lists: [], suppressions: [], consents: [] },
      { policy: now, lists: heads, now: Date.now() },
    );
  for (const region of ["GB", "JE"]) {
    const { verdict, reasons } = judged(policy, region);
    expect([verdict, reasons[0]]).toEqual(["unknown", { code: "no-register" }]);
    expect(handling(judged(policy, region), policy)).toBe("hold");
  }
  const headers = { "if-match": '"5"' };
  // A client of before the clause leaves it as it is, and whoever ends it proposes.
  const { heldRegions: ______, ...known } = policy.screening;
  const body = { policy: { ...policy, screening: known, maskBlocked: true }, why: "mask" };
  const saved = (await call("PUT", "/v1/policy", { token: admin, headers, body })).data as PolicySaved;
  expect([saved.policy.maskBlocked, saved.proposed]).toEqual([true, null]);
  expect(saved.policy.screening.heldRegions).toEqual(policy.screening.heldRegions);
  const freed = { ...saved.policy, screening: { ...saved.policy.screening, heldRegions: ISLANDS } };
  const asked = await call("PUT", "/v1/policy", {
    ...{ token: admin, headers: { "if-match": '"6"' }, body: { policy: freed, why: "we have both" } },
  });
  expect((asked.data as PolicySaved).policy.screening.heldRegions).toEqual(policy.screening.heldRegions);
  expect((asked.data as PolicySaved).proposed?.changes.map(({ path }) => path)).toEqual([
    "screening.heldRegions",
  ]);
  expect(judged(freed, "GB").verdict).toBe("clear");
});

it("a Worker of before the clause leaves what was chosen, whatever it saves", async () => {
  await setPolicy((p) => ({
    screening: { ...p.screening, heldRegions: [...p.screening.heldRegions, "FR"] },
  }));
  const { policy, version } = await currentPolicy(env.DB);
  const { heldRegions, ...known } = policy.screening;
  expect(heldRegions).toContain("FR");
  for (const later of [1, 2]) await insert(version + later, { ...policy, screening: known });
  expect((await currentPolicy(env.DB)).policy.screening.heldRegions).toEqual(heldRegions);
  // A past call is judged by the same.
  const [last] = (await policyHistory(env.DB, new Date().toISOString())).slice(-1);
  expect(last!.policy.screening.heldRegions).toEqual(heldRegions);
});

it("a new deployment has the new defaults", async () => {
  await env.DB.exec("DELETE FROM marks WHERE name IN ('legacy-defaults', 'newest-clauses')");
  await asOwner(["policies"], () => env.DB.exec("DELETE FROM policies"));
  const { policy } = await currentPolicy(env.DB);
  expect(policy).toEqual(defaultPolicy);
  expect([policy.screening.offlineMinutes, policy.consents.amber, policy.requests.pauses]).toEqual([
    60,
    "pass",
    "none",
  ]);
});
