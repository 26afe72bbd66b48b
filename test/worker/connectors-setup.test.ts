/** A connector's set-up and its credentials: what is refused, what is stored, and what nobody is told. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { ConnectorsAnswer } from "../../shared/api-connectors.ts";
import { add, ask, drive, driven, own, refusal, requestOf, run } from "./connectors-drive.ts";
import { doubleOf, fill } from "./connectors-kit.ts";
import { call, dump, under } from "./helpers.ts";

drive();

it("credentials are sealed, answered to nobody, renewed in their place, and open nowhere else", async () => {
  const crm = doubleOf("pipedrive");
  fill(crm, "pipedrive", ["020 7946 0555"]);
  const { id } = await add(crm, "pipedrive");
  await run(id, true);
  expect(crm.tokens()).toBe(1);
  await run(id, true);
  // The token that was granted is kept: Zoho grants only a few in ten minutes.
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

it("only administrators see connectors", async () => {
  const { status } = await call("GET", "/v1/connectors", { token: driven.tokens.compliance });
  expect(status).toBe(403);
});
