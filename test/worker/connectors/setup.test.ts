/** A connector's set-up and credentials: what is refused, what is stored, and what is never answered. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { ConnectorsAnswer, ConnectorTest } from "../../../shared/connectors/api.ts";
import type { Change } from "../../../worker/core/change.ts";
import { ledgerOf, record } from "../../../worker/core/commit.ts";
import { seal } from "../../../worker/core/seal.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { keepLast } from "../../../worker/trail/events.ts";
import type { Env } from "../../../worker/env.ts";
import { app } from "../../../worker/index.ts";
import { bindSetups } from "../../../worker/connectors/checks/bound.ts";
import { purposeOf, rowOf } from "../../../worker/connectors/rows.ts";
import { beginning } from "../../../worker/connectors/run.ts";
import { add, ask, drive, driven, own, refusal, requestOf, run } from "./drive.ts";
import { doubleOf, fill, marked } from "./kit.ts";
import { call, dump, MONTH, under } from "../helpers.ts";

drive();

it("credentials are sealed, answered to nobody, renewed in their place, and open nowhere else", async () => {
  const crm = doubleOf("pipedrive");
  fill(crm, "pipedrive", ["020 7946 0555"]);
  const { id } = await add(crm, "pipedrive");
  await run(id, true);
  expect(crm.tokens()).toBe(1);
  await run(id, true);
  // The granted token is stored: Zoho grants only a few in ten minutes.
  expect(crm.tokens()).toBe(1);
  crm.expire();
  expect(await run(id, true)).toMatchObject({ state: "done" });
  const everything = JSON.stringify([
    await dump("connectors"),
    await dump("audit_payload"),
    await dump("idempotency"),
    await ask("GET", ""),
  ]);
  expect(everything).not.toMatch(/refresh-\d|access-\d|"secret":"secret"/);
  await add(crm, "pipedrive");
  await env.DB.prepare("UPDATE connectors SET secret = (SELECT secret FROM connectors WHERE id = ?)")
    .bind(id)
    .run();
  const [, other] = (await ask<ConnectorsAnswer>("GET", "")).connectors;
  expect(await ask("POST", `/${other!.id}/test`)).toMatchObject({
    ok: false,
    error: "pipedrive: sealed under another key",
  });
  const keyless = { ...own, CONNECTOR_KEY: "short" };
  const refused = await under(keyless, "POST", "/v1/connectors", {
    token: driven.tokens.admin,
    body: requestOf(crm, "pipedrive"),
  });
  expect(refused.data).toMatchObject({ code: "connector-key" });
});

it("a token that is renewed twice at one sitting leaves the newest behind", async () => {
  const crm = doubleOf("pipedrive");
  const [one] = fill(crm, "pipedrive", ["020 7946 0555"]);
  const { id } = await add(crm, "pipedrive");
  await run(id, true);
  crm.expire();
  crm.instead = ({ method }) => {
    if (method !== "GET") {
      crm.instead = () => null;
      crm.expire();
    }
    return null;
  };
  expect(await run(id, false)).toMatchObject({ written: 1 });
  expect(marked(crm, one!)[0]).toBe("unknown");
  // A replaced refresh token is no longer valid.
  crm.expire();
  expect(await run(id, false)).toMatchObject({ state: "done", failures: 0 });
});

it("credentials stay where they are only with the host that they were given for", async () => {
  const crm = doubleOf("espocrm");
  const { id } = await add(crm, "espocrm");
  const { secret: _, ...kept } = requestOf(crm, "espocrm");
  expect(await ask("PUT", `/${id}`, { ...kept, name: "Renamed" })).toMatchObject({ name: "Renamed" });
  kept.setup.settings["host"] = "https://evil.example";
  expect(await refusal("PUT", `/${id}`, kept)).toMatchObject({
    code: "invalid",
    errors: [{ path: "secret.apiKey" }, { path: "secret.secretKey" }],
  });
});

it("a run that was begun by another set-up than the one that was tried is refused", async () => {
  const crm = doubleOf("hubspot");
  fill(crm, "hubspot", ["020 7946 0555"]);
  const { id } = await add(crm);
  await run(id, true);
  const tried = await rowOf(env.DB, id);
  crm.setup.fields.reasons = "another_field";
  await ask("PUT", `/${id}`, requestOf(crm));
  // As when the two requests come at once.
  const { event, statements } = beginning("system", tried, "run", driven.now);
  await expect(record(own, { actor: "system", event, statements })).rejects.toThrow("connector_runs");
  expect(await refusal("POST", `/${id}/runs`, { trial: false })).toMatchObject({
    code: "connector-not-tried",
  });
});

it("a set-up that somebody altered in the database is neither read nor written by, and officers are told", async () => {
  const crm = doubleOf("hubspot");
  fill(crm, "hubspot", ["020 7946 0555"]);
  const { id } = await add(crm);
  await run(id, true);
  await run(id, false);
  const before = [crm.requests.length, crm.writes.length];
  // As who has something else written, or an objector's flag read no more.
  await env.DB.prepare(
    "UPDATE connectors SET setup = json_set(setup, '$.fields.reasons', 'theirs') WHERE id = ?",
  )
    .bind(id)
    .run();
  const refused = /not as the audit trail has it/;
  expect(await run(id, false)).toMatchObject({
    state: "failed",
    error: expect.stringMatching(refused) as string,
  });
  expect(await ask("POST", `/${id}/test`)).toMatchObject({
    ok: false,
    error: expect.stringMatching(refused) as string,
  });
  expect([crm.requests.length, crm.writes.length]).toEqual(before);
  const told = ((await dump("outbox")) as { template: string; vals: string }[]).filter(
    ({ template }) => template === "rows-unlike",
  );
  expect(told[0]!.vals).toContain(`connectors/${id}`);
  // Nor once its month has left the database; an administrator who saves it answers for it.
  await archiveMonths(env, Date.now() + 3 * MONTH);
  const error = async () => (await ask<ConnectorTest>("POST", `/${id}/test`)).error;
  expect(await error()).toMatch(/cannot be told before an archive of the trail is read/);
  await bindSetups(env);
  await keepLast(env);
  await bindSetups(env);
  expect(await error()).toMatch(refused);
  expect([crm.requests.length, crm.writes.length]).toEqual(before);
  // The credentials were entered for what it was.
  const { secret: _, ...kept } = requestOf(crm);
  expect(await refusal("PUT", `/${id}`, kept)).toMatchObject({
    ...{ code: "invalid", errors: [{ path: "secret.token" }] },
  });
  await ask("PUT", `/${id}`, requestOf(crm));
  expect(await run(id, true)).toMatchObject({ state: "done" });
});

it("a set-up of before the upgrade counts as it is, and is bound by the daily job", async () => {
  const crm = doubleOf("hubspot");
  fill(crm, "hubspot", ["020 7946 0555"]);
  const { id } = await add(crm);
  const row = await rowOf(env.DB, id);
  const other = crypto.randomUUID();
  const secret = await seal(env, purposeOf(other), crm.secret);
  await env.DB.prepare(
    "INSERT INTO connectors (id, kind, name, setup, way, secret, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  )
    .bind(other, row.kind, row.name, row.setup, row.way, secret, row.by, row.at)
    .run();
  const runs = async () => (await run(other, true)).state;
  expect(await runs()).toBe("done");
  await bindSetups(env);
  expect(await runs()).toBe("done");
  await env.DB.prepare("UPDATE connectors SET name = 'Theirs' WHERE id = ?").bind(other).run();
  expect(await runs()).toBe("failed");
  const bound = async () =>
    ((await dump("audit")) as { code: string }[]).filter(({ code }) => code === "connector.bound").length;
  const n = await bound();
  await bindSetups(env);
  expect(await bound()).toBe(n);
});

it("a set-up of before that an administrator changes while the daily job binds it is bound by the change alone", async () => {
  const crm = doubleOf("hubspot");
  const { id } = await add(crm);
  const row = await rowOf(env.DB, id);
  const other = crypto.randomUUID();
  const secret = await seal(env, purposeOf(other), crm.secret);
  await env.DB.prepare(
    "INSERT INTO connectors (id, kind, name, setup, way, secret, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  )
    .bind(other, row.kind, row.name, row.setup, row.way, secret, row.by, row.at)
    .run();
  // The change comes between what the job reads and what it writes.
  const ledger = ledgerOf(env);
  const commit = async (change: Change) => {
    await ask("PUT", `/${other}`, { ...requestOf(crm), name: "Renamed" });
    return ledger.commit(change);
  };
  const between = {
    written: () => ledger.written(),
    archived: (upTo: number) => ledger.archived(upTo),
    commit,
  };
  const LEDGER = { idFromName: () => null, get: () => between };
  await bindSetups({ ...env, LEDGER } as unknown as Env);
  fill(crm, "hubspot", ["020 7946 0555"]);
  expect(await ask("POST", `/${other}/test`)).toMatchObject({ error: null });
});

it("a set-up that its kind cannot have is refused, with what it should look like", async () => {
  const crm = doubleOf("salesforce");
  crm.setup.settings = { host: "https://my.salesforce.com.evil.example", other: "x" };
  crm.setup.objects[0]!.numbers = ["Phone FROM Contact"];
  crm.setup.fields.date = crm.setup.fields.verdict;
  const wrong = { ...requestOf(crm, "salesforce"), way: "none", secret: {} };
  expect(await refusal("POST", "", wrong)).toMatchObject({
    errors: ["setup.settings.host", "setup.settings.other", "setup.objects.0", "setup.fields", "way"].map(
      (path) => ({ path }),
    ),
  });
});

it.each([
  "https://10.0.0.1",
  "https://0x7f.1",
  "https://crm.local",
  "http://127.0.0.1:8080",
  "https://localhost",
])("%s is no CRM's address, unless the Worker runs on the same machine", async (host) => {
  const crm = doubleOf("espocrm");
  crm.setup.settings["host"] = host;
  const body = requestOf(crm, "espocrm");
  expect(await refusal("POST", "", body)).toMatchObject({ errors: [{ path: "setup.settings.host" }] });
});

it("in development a CRM may stand on the Worker's own machine", async () => {
  const crm = doubleOf("espocrm");
  crm.setup.settings["host"] = "http://127.0.0.1:8080";
  const context = createExecutionContext();
  const request = new Request("http://127.0.0.1:8787/v1/connectors", {
    method: "POST",
    headers: { authorization: `Bearer ${driven.tokens.admin}`, "content-type": "application/json" },
    body: JSON.stringify(requestOf(crm, "espocrm")),
  });
  expect((await app.fetch(request, own, context)).status).toBe(201);
  await waitOnExecutionContext(context);
});

it("only administrators see connectors", async () => {
  const { status } = await call("GET", "/v1/connectors", { token: driven.tokens.compliance });
  expect(status).toBe(403);
});
