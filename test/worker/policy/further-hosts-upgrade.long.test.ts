/** From the schema before a recipient had further hosts (migration 0102): who received goes on, and an earlier Worker can still write. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { receiversOf } from "../../../worker/privacy-requests/export/about.ts";
import { defaultPolicy, type Recipient } from "../../../shared/policy/policy.ts";
import { NoRecipient, wantRecipient } from "../../../worker/policy/egress.ts";
import { verifyDeep } from "../../../worker/trail/deep.ts";
import { currentPolicy } from "../../../worker/policy/current.ts";
import { dump } from "../helpers.ts";

const exec = (...queries: string[]) => env.DB.batch(queries.map((query) => env.DB.prepare(query)));
const before = (kind: string, host: string) =>
  `INSERT OR IGNORE INTO recipients_before (kind, host, at) VALUES ('${kind}', '${host}', '2026-01-01')`;

it("takes over where a connected CRM grants tokens, and tells no requester that it receives their data", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0102"),
  );
  await exec(
    "INSERT INTO marks (name, value) VALUES ('recipients', '2026-01-01'), ('recipients-own', '2026-01-01')",
    before("connector", "www.zohoapis.eu"),
    `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at) VALUES ('c', 'zoho', 'CRM', '{"settings":{"region":"eu"},
       "objects":[{"name":"Contacts","numbers":["Phone"]}],"fields":{"verdict":"v","date":"d","reasons":"r"}}', 'oauth', '', 'x', '2026-01-01')`,
  );
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await exec(before("webhook", "of.an-earlier-worker.example"));
  await adoptRecipients(env);
  const rows = (await dump("recipients_before")) as unknown as Record<"kind" | "host" | "vendor", string>[];
  expect(rows.map(({ kind, host, vendor }) => [kind, host, vendor])).toEqual([
    ["connector", "accounts.zoho.eu", "www.zohoapis.eu"],
    ["connector", "www.zohoapis.eu", null],
    ["export", "", null],
    ["webhook", "of.an-earlier-worker.example", null],
  ]);
  // What was taken over by an earlier release is bound as it was found: a mark that goes lets nothing out.
  const deep = { table: "recipients_before", pass: "rows", after: undefined } as const;
  expect((await verifyDeep(env, deep)).findings).toEqual([]);
  expect(((await dump("audit")) as { code: string }[]).map(({ code }) => code)).toContain("recipients.bound");
  await exec("DELETE FROM marks WHERE name LIKE 'recipients%'");
  await wantRecipient(env, "connector", "www.zohoapis.eu").catch((error: unknown) =>
    expect(error).not.toBeInstanceOf(NoRecipient),
  );
  await expect(wantRecipient(env, "webhook", "new.example.com")).rejects.toThrow(NoRecipient);
  await adoptRecipients(env);
  const told = await receiversOf(env, { policy: defaultPolicy } as Parameters<typeof receiversOf>[1]);
  expect(told.map((one) => one["host"])).toEqual(["www.zohoapis.eu", "", "", "of.an-earlier-worker.example"]);
});

it("keeps the further hosts of a policy from before migration 0103, which an earlier Worker then drops", async () => {
  await reset();
  const kept = ({ name }: { name: string }) => name.startsWith("0103");
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter((one) => !kept(one)),
  );
  await exec(
    "INSERT INTO people (id, name, email, role, created_at) VALUES ('x', 'X', 'x@example.com', 'admin', '2026-01-01')",
  );
  const crm: Recipient = {
    ...{ kind: "connector", name: "CRM", host: "www.zohoapis.eu", role: "processor", country: "IE" },
    ...{ contract: "DPA", fields: ["number"] },
  };
  const also = ["accounts.zoho.eu"];
  const save = (version: number, recipient: Recipient) =>
    env.DB.prepare("INSERT INTO policies (version, doc, at, by, why) VALUES (?, ?, '2026-01-01', 'x', '')")
      .bind(version, JSON.stringify({ ...defaultPolicy, recipients: [recipient] }))
      .run();
  await save(1, { ...crm, also });
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS.filter(kept));
  for (const version of [2, 3]) await save(version, crm);
  expect((await currentPolicy(env.DB)).policy.recipients).toEqual([{ ...crm, also }]);
});
