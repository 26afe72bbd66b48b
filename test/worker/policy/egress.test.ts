/** Who receives: what leaves goes to recipients that the policy names, and to what was there before the register. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { defaultPolicy, type Policy, policySchema, type Recipient } from "../../../shared/policy/policy.ts";
import { loosened } from "../../../shared/policy/loosened.ts";
import { completed } from "../../../shared/policy/older.ts";
import type { RecipientsAnswer } from "../../../shared/policy/api-recipients.ts";
import type { Env } from "../../../worker/env.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { realTime } from "../../../worker/connectors/http.ts";
import { crmOf } from "../../../worker/connectors/crm.ts";
import { type ConnectorRow, purposeOf } from "../../../worker/connectors/rows.ts";
import { seal } from "../../../worker/core/seal.ts";
import { sourceOf } from "../../../worker/lookups/sources/index.ts";
import { aircallStore } from "../../../worker/providers/aircall/store.ts";
import { twilioStore } from "../../../worker/providers/twilio/store.ts";
import { publishHead } from "../../../worker/trail/heads.ts";
import { deliver } from "../../../worker/mail/service.ts";
import { serviceOf } from "../../../worker/mail/settings.ts";
import { forgetRecipients, wantRecipient } from "../../../worker/policy/egress.ts";
import { storeOf } from "../../../worker/storage/index.ts";
import { aTeam, call, roles, setPolicy, under } from "../helpers.ts";
import { neverTakenOver } from "./never-taken-over.ts";

const tokens = aTeam();
const recipient = (own: Partial<Recipient>): Recipient => ({
  ...{ kind: "webhook", name: "Our dialler", host: "dial.example.com", role: "processor", country: "GB" },
  ...{ contract: "DPA of 1 March 2026", fields: ["number", "verdict"] },
  ...own,
});
const allowed = (kind: Recipient["kind"], host: string) =>
  wantRecipient(env, kind, host).then(
    () => true,
    () => false,
  );
const describeThem = (...them: Recipient[]) => setPolicy(() => ({ recipients: them }));
const webhook = (host: string) =>
  call("POST", "/v1/webhooks", { token: tokens.admin, body: { url: `https://${host}/in` } });
const mailing = (): Env => ({
  ...env,
  ...{ MAIL_FROM: "a@example.com", MAIL_URL: "https://mail.example.com/emails", MAIL_TOKEN: "secret" },
});
/** Mails Ann by the service that this deployment has. */
const post = async (own: Env, id: string) =>
  deliver(own, (await serviceOf(own))!, id, "ann@example.com", { subject: "s", text: "t", html: "h" });
/** A Worker with Cloudflare's own mail, and whom it wrote to. */
function bound() {
  const to: string[] = [];
  const EMAIL = { send: (one: { to: string }) => Promise.resolve(void to.push(one.to)) };
  return { to, env: { ...env, MAIL_FROM: "a@example.com", EMAIL } as unknown as Env };
}
/** Everything that left, by host. */
let left: string[] = [];
beforeEach(() => {
  left = [];
  forgetRecipients();
  vi.stubGlobal("fetch", (input: RequestInfo | URL) => {
    left.push(new URL(input instanceof Request ? input.url : input).host);
    return Promise.resolve(Response.json({}));
  });
});
afterEach(() => void vi.unstubAllGlobals());
const status = async (role: keyof typeof tokens = "admin") =>
  (await call("GET", "/v1/recipients", { token: tokens[role] })).data as RecipientsAnswer;

let hook = "";
beforeAll(async () => {
  const { status: made, data } = await webhook("dial.example.com");
  expect(made, JSON.stringify(data)).toBe(201);
  hook = (data as { id: string }).id;
});
const ping = (own: Env = env) => under(own, "POST", `/v1/webhooks/${hook}/ping`, { token: tokens.admin });

describe("the upgrade", () => {
  it("stops nothing: until what is there was taken over, everything leaves as before", async () => {
    expect(await status()).toMatchObject({ since: null, undescribed: [] });
    expect(await allowed("lookup", "anything.example.com")).toBe(true);
  });

  it("takes over what is configured and connected, once, to be described", async () => {
    const own = {
      ...mailing(),
      TSA_URL: "https://tsa.example.com/",
      T2A_KEY: "k",
      OIDC_ISSUER: "https://id.example.com",
    };
    await env.DB.prepare(
      `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at) VALUES
         ('c1', 'zoho', 'CRM', ?, 'oauth', '', 'x', '2026-01-01'), ('c2', 'zoho', 'of no use', '{}', 'oauth', '', 'x', '2026-01-01')`,
    )
      .bind(
        JSON.stringify({
          ...{ settings: { region: "eu" }, objects: [{ name: "Contacts", numbers: ["Phone"] }] },
          fields: { verdict: "v", date: "d", reasons: "r" },
        }),
      )
      .run();
    await adoptRecipients(own);
    const { since, undescribed } = await status();
    expect(since).not.toBeNull();
    expect(undescribed.map(({ kind, host }) => `${kind} ${host}`)).toEqual([
      "connector accounts.zoho.eu",
      "connector www.zohoapis.eu",
      "export ",
      "lookup api.t2a.io",
      "mail mail.example.com",
      "resolver cloudflare-dns.com",
      "sign-in id.example.com",
      "store ",
      "timestamp tsa.example.com",
      "webhook dial.example.com",
    ]);
    await webhook("later.example.com");
    await adoptRecipients(own);
    expect((await status()).undescribed).toEqual(undescribed);
    const events = await env.DB.prepare(
      "SELECT COUNT(*) AS n FROM audit WHERE code = 'recipients.adopted'",
    ).first();
    expect(events).toEqual({ n: 1 });
  });

  it("takes over Cloudflare's own mail by itself, as an earlier release asked nobody for it", async () => {
    expect((await status()).refused).not.toContainEqual({ kind: "mail", host: "" });
    await neverTakenOver("recipients-own");
    const sent = bound();
    await post(sent.env, "1");
    await adoptRecipients(sent.env);
    expect((await status()).undescribed).toContainEqual(expect.objectContaining({ kind: "mail", host: "" }));
    expect((await status()).undescribed).toHaveLength(11);
    await post(sent.env, "2");
    expect(sent.to).toEqual(["ann@example.com", "ann@example.com"]);
    await adoptRecipients(sent.env);
    const events = await env.DB.prepare(
      "SELECT COUNT(*) AS n FROM audit WHERE code = 'recipients.adopted'",
    ).first();
    expect(events).toEqual({ n: 2 });
  });

  it("what was taken over goes on receiving; nothing else does, nor the same host as another kind", async () => {
    expect(await allowed("webhook", "dial.example.com")).toBe(true);
    expect(await allowed("lookup", "api.t2a.io")).toBe(true);
    expect(await allowed("webhook", "later.example.com")).toBe(false);
    expect(await allowed("lookup", "dial.example.com")).toBe(false);
    expect(await allowed("webhook", "dial.example.com.evil.example")).toBe(false);
    expect(await allowed("webhook", "sub.dial.example.com")).toBe(false);
  });
});

describe("egress", () => {
  it("a webhook that no recipient covers is sent nothing, and says why", async () => {
    expect((await ping()).data).toMatchObject({ state: "delivered", status: 200 });
    expect(left).toEqual(["dial.example.com"]);
    const other = (
      (await call("GET", "/v1/webhooks", { token: tokens.admin })).data as {
        webhooks: { id: string; url: string }[];
      }
    ).webhooks.find(({ url }) => url.includes("later"))!;
    const told = await call("POST", `/v1/webhooks/${other.id}/ping`, { token: tokens.admin });
    expect(told.data).toMatchObject({ state: "failed", status: null });
    expect((told.data as { answer: string }).answer).toContain("later.example.com");
    expect(left).toEqual(["dial.example.com"]);
  });

  it("a mail service that was changed behind the policy's back gets no mail", async () => {
    await post(mailing(), "1");
    const moved = { ...mailing(), MAIL_URL: "https://elsewhere.example.com/emails" };
    await expect(post(moved, "2")).rejects.toThrow("elsewhere.example.com");
    expect(left).toEqual(["mail.example.com"]);
  });

  it("no store, provider, source, CRM or sign-in that the policy does not name is asked anything", async () => {
    const own: Env = {
      ...env,
      ...{ S3_ENDPOINT: "https://s3.eu-west-2.amazonaws.com", S3_BUCKET: "b", S3_REGION: "eu-west-2" },
      ...{ S3_KEY_ID: "k", S3_SECRET: "s", TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "t" },
      ...{ AIRCALL_ID: "a", AIRCALL_TOKEN: "t", DATA8_KEY: "k", CONNECTOR_KEY: btoa("k".repeat(32)) },
      ...{
        OIDC_ISSUER: "https://other.example.com",
        OIDC_CLIENT_ID: "c",
        TSA_URL: "https://other.example.com/",
      },
    };
    const secret = await seal(own, purposeOf("c"), { token: "x" });
    const fields = { verdict: "v", date: "d", reasons: "r" };
    const objects = [{ name: "contacts", numbers: ["phone"] }];
    const setup = JSON.stringify({ settings: {}, objects, fields });
    const crm = { id: "c", kind: "hubspot", setup, secret } as unknown as ConnectorRow;
    const refused: Record<string, () => Promise<unknown>> = {
      "s3.eu-west-2.amazonaws.com": () => storeOf(own, "s3")!.head("a.wav"),
      "api.twilio.com": () => twilioStore(own)!.head("RE1"),
      "api.aircall.io": () => aircallStore(own)!.head("1"),
      "webservices.data-8.co.uk": () =>
        sourceOf(own, "data8")!.ask(["+442079460958"], ["tps"], AbortSignal.timeout(1000)),
      "api.hubapi.com": () => crmOf(own, crm, realTime),
    };
    for (const [host, send] of Object.entries(refused)) await expect(send(), host).rejects.toThrow(host);
    expect((await under(own, "GET", "/v1/sso")).data).toMatchObject({ code: "sso-provider" });
    await expect(publishHead(own, Date.now())).rejects.toThrow("other.example.com");
    expect(left).toEqual([]);
  });

  it("one that the policy names receives at once; once described, only as long as it is named", async () => {
    await describeThem(recipient({ host: "later.example.com" }), recipient({}));
    expect(await allowed("webhook", "later.example.com")).toBe(true);
    expect((await status()).undescribed.map(({ host }) => host)).not.toContain("dial.example.com");
    await describeThem();
    forgetRecipients();
    expect(await allowed("webhook", "later.example.com")).toBe(false);
    // It was there before, and was described: its removal counts.
    expect(await allowed("webhook", "dial.example.com")).toBe(false);
    expect(await allowed("mail", "mail.example.com")).toBe(true);
  });

  it("Cloudflare's own mail is sent nothing once it is no recipient", async () => {
    const sent = bound();
    await describeThem(recipient({ kind: "mail", host: "" }));
    await post(sent.env, "1");
    await describeThem();
    forgetRecipients();
    await expect(post(sent.env, "2")).rejects.toThrow("Cloudflare: not a recipient");
    expect(sent.to).toEqual(["ann@example.com"]);
    const { data } = await under(sent.env, "GET", "/v1/recipients", { token: tokens.admin });
    expect((data as RecipientsAnswer).refused).toContainEqual({ kind: "mail", host: "" });
  });

  it("an approval is not waited for longer than ten seconds after a removal", async () => {
    await describeThem(recipient({}));
    expect(await allowed("webhook", "dial.example.com")).toBe(true);
    await describeThem();
    vi.useFakeTimers({ now: Date.now() + 10_001, toFake: ["Date"] });
    expect(await allowed("webhook", "dial.example.com")).toBe(false);
    vi.useRealTimers();
  });
});

describe("the clause", () => {
  const withThem = (recipients: Recipient[]): Policy => policySchema.parse({ ...defaultPolicy, recipients });
  const waits = (before: Recipient[], after: Recipient[]) =>
    loosened(withThem(before), withThem(after), "admin").map(({ path }) => path);

  it("a recipient more, or another one, is a proposal; one less counts at once", () => {
    const [one, two] = [recipient({}), recipient({ host: "b.example.com" })];
    expect(waits([], [one])).toEqual(["recipients"]);
    expect(waits([one], [two])).toEqual(["recipients"]);
    expect(waits([one], [recipient({ fields: ["number", "name"] })])).toEqual(["recipients"]);
    expect(waits([one, two], [two])).toEqual([]);
  });

  it("names a host alone, no address, no wildcard; and an older policy names nobody", () => {
    for (const host of ["https://a.example", "a.example/x", "*.example.com", "a example", "A.example"])
      expect(policySchema.safeParse({ recipients: [recipient({ host })] }).success, host).toBe(false);
    expect(policySchema.safeParse({ recipients: [recipient({ host: "" })] }).success).toBe(true);
    const { recipients: _, ...older } = defaultPolicy;
    expect(completed(older as Policy).recipients).toEqual([]);
  });

  it("is public: /policy says who receives what, where, and by which contract", async () => {
    await describeThem(recipient({ name: "Dial & Sons" }));
    const { text } = await call("GET", "/policy");
    for (const words of ["Dial &amp; Sons", "United Kingdom", "DPA of 1 March 2026", "number, verdict"])
      expect(text).toContain(words);
    await describeThem();
    expect((await call("GET", "/policy")).text).not.toContain("DPA of 1 March 2026");
  });

  it("what is to be described is for the office to see", async () => {
    for (const role of roles)
      expect((await call("GET", "/v1/recipients", { token: tokens[role] })).status).toBe(
        role === "agent" ? 403 : 200,
      );
  });
});
