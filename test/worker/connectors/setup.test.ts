/** A connector's set-up and credentials: what is refused, what is stored, and what is never answered. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { ConnectorsAnswer } from "../../../shared/connectors/api.ts";
import { record } from "../../../worker/core/commit.ts";
import { app } from "../../../worker/index.ts";
import { rowOf } from "../../../worker/connectors/rows.ts";
import { beginning } from "../../../worker/connectors/run.ts";
import { add, ask, drive, driven, own, refusal, requestOf, run } from "./drive.ts";
import { doubleOf, fill, marked } from "./kit.ts";
import { call, dump, under } from "../helpers.ts";

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
