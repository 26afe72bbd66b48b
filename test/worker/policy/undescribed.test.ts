/** What receives without a row of the policy: for all to see on /policy, exports and Cloudflare's own stores among it. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { RecipientsAnswer } from "../../../shared/policy/api-recipients.ts";
import type { Recipient } from "../../../shared/policy/policy.ts";
import type { Env } from "../../../worker/env.ts";
import { forgetRecipients, wantRecipient } from "../../../worker/policy/egress.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { aTeam, call, integration, setPolicy, today } from "../helpers.ts";
import { neverTakenOver } from "./never-taken-over.ts";

const tokens = aTeam();
const recipient = (own: Partial<Recipient>): Recipient => ({
  ...{ kind: "export", name: "Our counsel", host: "", role: "controller", country: "GB" },
  ...{ contract: "engagement of 1 March 2026", fields: ["the trail"] },
  ...own,
});
const describeThem = async (...them: Recipient[]) => {
  await setPolicy(() => ({ recipients: them }));
  forgetRecipients();
};
const status = async () =>
  (await call("GET", "/v1/recipients", { token: tokens.admin })).data as RecipientsAnswer;
const undescribed = async () => (await status()).undescribed.map(({ kind, host }) => `${kind} ${host}`);
const published = async () => (await call("GET", "/policy")).text;
let dialler: string;
const exports = async () => {
  const answers = [];
  for (const [path, token] of [
    [`/v1/proof?from=${today()}&to=${today()}`, tokens.admin],
    ["/v1/audit/export", tokens.admin],
    ["/v1/dials/months/2026-08", tokens.admin],
    ["/v1/callable?campaign=general", dialler],
  ] as const)
    answers.push(await call("GET", path, { token }));
  return answers.map(({ status: code, data }) => (code === 200 ? 200 : (data as { code: string }).code));
};
const deployed: Env = { ...env, TSA_URL: "https://tsa.example.com/" };

beforeAll(async () => {
  dialler = await integration(tokens.admin, ["callable"], "The dialler");
  await call("POST", "/v1/webhooks", { token: tokens.admin, body: { url: "https://dial.example.com/in" } });
});

it("before the take-over exports go out, as ever", async () => {
  expect(await exports()).toEqual([200, 200, 200, 200]);
  expect(await undescribed()).toEqual([]);
  expect(await published()).not.toContain("not described yet");
});

it("what the policy names by then is described: it is not taken over, and its removal counts", async () => {
  await call("POST", "/v1/webhooks", { token: tokens.admin, body: { url: "https://named.example.com/in" } });
  await describeThem(recipient({ kind: "webhook", host: "named.example.com", name: "Named" }));
  await adoptRecipients(deployed);
  expect(await undescribed()).not.toContain("webhook named.example.com");
  // As an earlier release took it over.
  await env.DB.exec(
    "INSERT OR IGNORE INTO recipients_before (kind, host, at) VALUES ('webhook', 'named.example.com', '2026-01-01')",
  );
  await neverTakenOver(
    "recipients",
    "recipients-own",
    "recipients-exports",
    "recipients-tokens",
    "recipients-endpoints",
  );
  await env.DB.exec("INSERT INTO marks (name, value) VALUES ('recipients', '2026-01-01T00:00:00.000Z')");
  expect(await undescribed()).not.toContain("webhook named.example.com");
  await describeThem();
  await expect(wantRecipient(env, "webhook", "named.example.com")).rejects.toThrow("not a recipient");
  await neverTakenOver("recipients");
  await env.DB.exec(
    "DELETE FROM recipients_before; UPDATE webhooks SET deleted_at = '2026-11-01' WHERE url LIKE '%named%'",
  );
});

it("a new deployment takes over what its first run finds; what comes later is sent nothing", async () => {
  await adoptRecipients(deployed);
  await adoptRecipients({ ...deployed, S3_ENDPOINT: "https://anybody.example.com" });
  expect(await undescribed()).toEqual([
    "export ",
    "resolver cloudflare-dns.com",
    "store ",
    "timestamp tsa.example.com",
    "webhook dial.example.com",
  ]);
  forgetRecipients();
  await expect(wantRecipient(env, "store", "anybody.example.com")).rejects.toThrow("not a recipient");
  expect(await exports()).toEqual([200, 200, 200, 200]);
});

it("/policy names each kind of those, without hosts, until somebody describes them", async () => {
  const before = await published();
  for (const words of [
    "Who receives data",
    "a webhook: not described yet",
    "a store (Cloudflare): not described yet",
  ])
    expect(before).toContain(words);
  expect(before).not.toContain("dial.example.com");
  await describeThem(recipient({ kind: "webhook", host: "dial.example.com", name: "Our dialler" }));
  expect(await published()).not.toContain("a webhook: not described yet");
});

it("Cloudflare's own stores are to be described as long as the policy has no row of them", async () => {
  await describeThem(recipient({ kind: "store", name: "Cloudflare (D1, R2)", role: "processor" }));
  expect(await undescribed()).not.toContain("store ");
  await describeThem();
  expect(await undescribed()).toContain("store ");
  expect((await status()).refused).not.toContainEqual({ kind: "store", host: "" });
  // It is no part of what a version said.
  const { version } = (await call("GET", "/v1/policy", { token: tokens.admin })).data as { version: number };
  expect((await call("GET", `/policy/${version - 1}`)).text).not.toContain("not described yet");
});

it("an export is refused once those that were described are no recipients any more, and the error says what to do", async () => {
  await describeThem(recipient({}));
  expect(await exports()).toEqual([200, 200, 200, 200]);
  await describeThem();
  expect(await exports()).toEqual(Array(4).fill("export-recipient"));
  expect((await status()).refused).toContainEqual({ kind: "export", host: "" });
  const { data } = await call("GET", "/v1/audit/export", { token: tokens.compliance });
  expect((data as { title: string }).title).toContain("Who receives");
  await describeThem(recipient({}));
  expect(await exports()).toEqual([200, 200, 200, 200]);
});
