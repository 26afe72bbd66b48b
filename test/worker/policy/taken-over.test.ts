/** The register of recipients against who owns the database: a mark taken away, a row written, a host described that receives again. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Recipient } from "../../../shared/policy/policy.ts";
import { forgetRecipients, wantRecipient } from "../../../worker/policy/egress.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { verifyDeep } from "../../../worker/trail/deep.ts";
import { aTeam, call, dump, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const run = (sql: string) => env.DB.prepare(sql).run();
const allowed = (kind: Recipient["kind"], host: string) => {
  forgetRecipients();
  return wantRecipient(env, kind, host).then(
    () => true,
    () => false,
  );
};
const described = (host: string): Recipient => ({
  ...{
    kind: "webhook",
    name: "Ours",
    host,
    role: "processor",
    country: "GB",
    contract: "DPA",
    fields: ["number"],
  },
});
const deep = async () => {
  const findings = [];
  for (const pass of ["rows", "events"] as const)
    findings.push(...(await verifyDeep(env, { table: "recipients_before", pass } as never)).findings);
  return findings.map(({ key, what }) => `${what} ${key}`);
};
const mails = async () =>
  ((await dump("outbox")) as { template: string; vals: string }[]).filter(
    ({ template }) => template === "rows-unlike",
  );
const adoptions = async () =>
  ((await dump("audit")) as { code: string }[]).filter(({ code }) => code === "recipients.adopted").length;

beforeAll(async () => {
  for (const host of ["old.example.com", "kept.example.com"])
    await call("POST", "/v1/webhooks", { token: tokens.admin, body: { url: `https://${host}/in` } });
  await adoptRecipients(env);
});
beforeEach(() => env.DB.exec("DELETE FROM outbox; DELETE FROM kept_back"));
afterEach(() => adoptRecipients(env));

it("what was taken over receives, and is as the trail has it", async () => {
  expect([await allowed("webhook", "old.example.com"), await allowed("webhook", "new.example.com")]).toEqual([
    true,
    false,
  ]);
  expect(await deep()).toEqual([]);
  await adoptRecipients(env);
  expect(await mails()).toEqual([]);
});

it("a mark that is taken away lets nothing out, takes nobody over once more, alarms, and is found", async () => {
  const before = [await adoptions(), await dump("recipients_before")];
  await run("DELETE FROM marks WHERE name LIKE 'recipients%'");
  await call("POST", "/v1/webhooks", { token: tokens.admin, body: { url: "https://later.example.com/in" } });
  expect(await allowed("webhook", "later.example.com")).toBe(false);
  expect(await deep()).toContain("missing recipients");
  await adoptRecipients(env);
  expect(await allowed("webhook", "later.example.com")).toBe(false);
  expect([await adoptions(), await dump("recipients_before")]).toEqual(before);
  expect((await mails())[0]!.vals).toContain("recipients_marks/recipients");
  expect(await deep()).toEqual([]);
});

it("a row that nobody took over receives nothing, alarms, and is found", async () => {
  await run(
    "INSERT INTO recipients_before (kind, host, at) VALUES ('store', 'evil.example.com', '2026-01-01')",
  );
  expect(await allowed("store", "evil.example.com")).toBe(false);
  expect(await deep()).toEqual(["extra store evil.example.com"]);
  await adoptRecipients(env);
  expect((await mails())[0]!.vals).toContain("store evil.example.com");
  await run("DELETE FROM recipients_before WHERE kind = 'store'");
});

it("one that was described and removed does not receive again by its row", async () => {
  await setPolicy(() => ({ recipients: [described("old.example.com")] }));
  expect(await allowed("webhook", "old.example.com")).toBe(true);
  await setPolicy(() => ({ recipients: [] }));
  expect(await allowed("webhook", "old.example.com")).toBe(false);
  await run("UPDATE recipients_before SET described_at = NULL");
  expect(await allowed("webhook", "old.example.com")).toBe(false);
  expect(await allowed("webhook", "kept.example.com")).toBe(true);
  expect(await deep()).toEqual(["altered webhook old.example.com"]);
  await run("UPDATE recipients_before SET described_at = '2026-01-01' WHERE host = 'old.example.com'");
});

it("a row that is gone is found, and nobody receives by it", async () => {
  await run("DELETE FROM recipients_before WHERE host = 'kept.example.com'");
  expect(await allowed("webhook", "kept.example.com")).toBe(false);
  expect(await deep()).toEqual(["missing webhook kept.example.com"]);
});
