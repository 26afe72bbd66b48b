/** From the version before the gate: dials stay as they are and verify, and what was read of a provider's list is not overstated. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { CallsUnseen } from "../../../shared/call-logs/api.ts";
import type { Dial, DialsAnswer } from "../../../shared/dials/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import { newSalt } from "../../../worker/core/change.ts";
import { record } from "../../../worker/core/commit.ts";
import { dialNow } from "../../../worker/dials/row-number.ts";
import { insertDial } from "../../../worker/dials/rows.ts";
import type { Env } from "../../../worker/env.ts";
import { verifyDeep } from "../../../worker/trail/deep.ts";
import { call, daysAgo, migrationsBefore, migrationsSince, newTeam, today, under } from "../helpers.ts";

let tokens: Record<Role, string>;
let before: Dial;
beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0044"));
  tokens = await newTeam();
  const by = (await env.DB.prepare("SELECT id, name FROM people WHERE role = 'agent'").first<{
    id: string;
    name: string;
  }>())!;
  const at = new Date().toISOString();
  before = {
    ...{ id: String(dialNow(Date.parse(at))), number: "+442079460958", written: "020 7946 0958" },
    ...{ recordNumber: null, layer: "page", sighting: null, medium: "call", via: "tel:", action: "passed" },
    ...{ verdict: "clear", reasons: [], seen: null, workerVerdict: "clear", workerReasons: [], agrees: true },
    ...{ refused: false, policy: 0, lists: [], basis: null, reason: null, purpose: "general" },
    ...{ host: "crm.example.com", by: by.id, byName: by.name, deviceAt: at, at },
  };
  const { statements, root } = insertDial(before, newSalt(), null);
  const event = { code: "dial.passed", subject: before.id, payload: null, binds: [root] };
  await record(env, { actor: by.id, event, statements });
  await env.DB.prepare(
    "INSERT INTO call_lists (provider, since, failures, ran_at) VALUES ('twilio', ?1, 0, ?1)",
  )
    .bind(`${daysAgo(1)}T00:00:00.000Z`)
    .run();
  await applyD1Migrations(env.DB, migrationsSince("0044"));
});

it("a dial of before is the same, and nothing of it counts as altered", async () => {
  const { data } = await call("GET", "/v1/dials", { token: tokens.admin });
  expect((data as DialsAnswer).dials).toEqual([before]);
  for (const pass of ["events", "rows"] as const)
    expect(await verifyDeep(env, { table: "dials", pass })).toMatchObject({ checked: 1, findings: [] });
});

it("days of before are not known, as nobody noted from when on the list was read", async () => {
  const own = { ...env, TWILIO_ACCOUNT_SID: "AC0", TWILIO_AUTH_TOKEN: "x" } as Env;
  const path = `/v1/calls/unseen?from=${daysAgo(3)}&to=${today()}`;
  const { data } = await under(own, "GET", path, { token: tokens.manager });
  const logs = (data as CallsUnseen).days.map(({ logs: [log] }) => [log!.log, log!.calls]);
  expect(new Set(logs.map(String))).toEqual(new Set(["missing,"]));
});

it("an older Worker, which is put back, goes on making integrations and reading lists", async () => {
  await env.DB.prepare(
    "INSERT INTO people (id, kind, name, email, role, scopes, created_at) VALUES ('i', 'integration', 'x', 'x', 'agent', '[]', '2026')",
  ).run();
  await env.DB.prepare(
    "INSERT INTO call_lists (provider, since, failures, ran_at) VALUES ('aircall', '2026', 0, '2026')",
  ).run();
  const row = await env.DB.prepare("SELECT began FROM call_lists WHERE provider = 'aircall'").first();
  expect(row).toEqual({ began: null });
});
