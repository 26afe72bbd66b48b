/**
 * The register of recipients, and the countries from which files are opened, where a Worker or a client of before the clauses
 * saves the policy: nothing gets looser, and what receives goes on receiving.
 */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { RecipientsAnswer } from "../../../shared/policy/api-recipients.ts";
import type { PolicyAnswer, PolicyVersions } from "../../../shared/policy/api.ts";
import { type Policy, policySchema, type Recipient } from "../../../shared/policy/policy.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { currentPolicy } from "../../../worker/policy/current.ts";
import { forgetRecipients, wantRecipient } from "../../../worker/policy/egress.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { aTeam, call, setPolicy } from "../helpers.ts";
import { neverTakenOver } from "./never-taken-over.ts";

const tokens = aTeam();
const described: Recipient = {
  ...{ kind: "webhook", name: "Our dialler", host: "dial.example.com", role: "processor", country: "GB" },
  ...{ contract: "DPA of 1 March 2026", fields: ["number", "verdict"] },
};
const allowed = (host: string) => {
  forgetRecipients();
  return wantRecipient(env, "webhook", host).then(
    () => true,
    () => false,
  );
};
const receives = async () =>
  Object.fromEntries(
    await Promise.all(
      ["dial.example.com", "before.example.com", "never.example.com"].map(async (host) => [
        host.split(".")[0],
        await allowed(host),
      ]),
    ),
  ) as Record<string, boolean>;
const policy = async () => (await call("GET", "/v1/policy", { token: tokens.admin })).data as PolicyAnswer;
const status = async () =>
  (await call("GET", "/v1/recipients", { token: tokens.admin })).data as RecipientsAnswer;

const TOKENS = "accounts.zoho.eu";
const crm: Recipient = {
  ...{ kind: "connector", name: "Our CRM", host: "www.zohoapis.eu", role: "processor", country: "IE" },
  ...{ contract: "DPA of 2 March 2026", fields: ["number"] },
};
const grants = () => {
  forgetRecipients();
  return wantRecipient(env, "connector", TOKENS, crm.host).then(
    () => true,
    () => false,
  );
};
/** As a Worker saves that knows recipients, and not their further hosts. */
const saveWithoutAlso = async (recipients: Recipient[]) => {
  const { version, policy: now } = await currentPolicy(env.DB);
  await env.DB.prepare(
    "INSERT INTO policies (version, doc, at, by, why) VALUES (?, ?, ?, (SELECT id FROM people LIMIT 1), 'then')",
  )
    .bind(version + 1, JSON.stringify({ ...now, recipients }), new Date().toISOString())
    .run();
};

/** The policy in force without what a Worker and a client of before know nothing of. */
const older = ({ recipients: _, recording: { openedFrom: __, ...recording }, ...rest }: Policy) => ({
  ...rest,
  recording,
});
/** Saves as the Worker of before did, whoever it was. */
async function saveBefore(change: Partial<Policy>): Promise<void> {
  const now = await currentPolicy(env.DB);
  await env.DB.prepare(
    "INSERT INTO policies (version, doc, at, by, why) VALUES (?, ?, ?, (SELECT id FROM people LIMIT 1), 'then')",
  )
    .bind(now.version + 1, JSON.stringify({ ...older(now.policy), ...change }), new Date().toISOString())
    .run();
}

beforeAll(async () => {
  const add = (host: string) =>
    call("POST", "/v1/webhooks", { token: tokens.admin, body: { url: `https://${host}/in` } });
  await add("before.example.com");
  await add("dial.example.com");
  await env.DB.exec("DELETE FROM marks WHERE name = 'recipients'");
  await adoptRecipients(env);
  await setPolicy((p) => ({ recipients: [described], recording: { ...p.recording, openedFrom: ["GB"] } }));
});
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));

it("a Worker of before drops what it does not know, and reads the rest", async () => {
  const stored = await env.DB.prepare("SELECT doc FROM policies ORDER BY version DESC LIMIT 1").first<{
    doc: string;
  }>();
  const read = policySchema.omit({ recipients: true }).safeParse(JSON.parse(stored!.doc));
  // It removes such keys and reads again (readStored).
  expect(read.error?.issues.map(({ code, path }) => [code, path])).toEqual([["unrecognized_keys", []]]);
});

it("what it saves takes nobody's place: whoever was named receives, whoever was not does not", async () => {
  const before = { dial: true, before: true, never: false };
  expect(await receives()).toEqual(before);
  await saveBefore({ maskBlocked: true });
  expect(await receives()).toEqual(before);
  const { policy: now, version } = await policy();
  expect([now.maskBlocked, now.recipients, now.recording.openedFrom]).toEqual([true, [described], ["GB"]]);

  // The next save writes them down again, and changes nothing else.
  const { data } = await call("PUT", "/v1/policy", {
    token: tokens.admin,
    headers: { "if-match": `"${version}"` },
    body: { policy: { ...now, maskBlocked: false }, why: "again" },
  });
  expect(data).toMatchObject({ proposed: null, policy: { recipients: [described] } });
  const saved = await env.DB.prepare("SELECT doc FROM policies ORDER BY version DESC LIMIT 1").first<{
    doc: string;
  }>();
  expect((JSON.parse(saved!.doc) as Policy).recipients).toEqual([{ ...described, also: [] }]);
  expect(await receives()).toEqual(before);
});

it("a client of before leaves both clauses as they are", async () => {
  const { policy: now, version } = await policy();
  const { data } = await call("PUT", "/v1/policy", {
    token: tokens.admin,
    headers: { "if-match": `"${version}"` },
    body: { policy: { ...older(now), maskBlocked: true }, why: "by a script" },
  });
  expect(data).toMatchObject({
    proposed: null,
    policy: { maskBlocked: true, recipients: [described], recording: { openedFrom: ["GB"] } },
  });
});

it("a policy that goes back to nobody counts at once, says what is sent nothing, and stays so on a Worker of before", async () => {
  const { policy: now, version } = await policy();
  await call("PUT", "/v1/policy", {
    token: tokens.admin,
    headers: { "if-match": `"${version}"` },
    body: { policy: { ...now, recipients: [] }, why: "as in the first version" },
  });
  const none = { dial: false, before: true, never: false };
  expect(await receives()).toEqual(none);
  expect(await status()).toMatchObject({
    undescribed: [
      { kind: "export" },
      { kind: "resolver" },
      { kind: "store", host: "" },
      { kind: "webhook", host: "before.example.com" },
    ],
    refused: [{ kind: "webhook", host: "dial.example.com" }],
  });
  await saveBefore({ maskBlocked: false });
  expect(await receives()).toEqual(none);
  expect((await policy()).policy.recipients).toEqual([]);

  // Approved again, it receives again.
  await setPolicy(() => ({ recipients: [described] }));
  expect(await receives()).toEqual({ ...none, dial: true });
  expect((await status()).refused).toEqual([]);
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("a Worker that knows recipients alone takes no further host away, and gives none", async () => {
  await env.DB.exec("INSERT OR IGNORE INTO marks (name, value) VALUES ('recipients-tokens', '2026-01-01')");
  expect(await grants()).toBe(false);
  await setPolicy(() => ({ recipients: [described, { ...crm, also: [TOKENS] }] }));
  expect(await grants()).toBe(true);
  for (const country of ["IE", "NL"]) await saveWithoutAlso([described, { ...crm, country }]);
  expect(await grants()).toBe(true);
  const { policy: now, version } = await policy();
  expect(now.recipients).toEqual([described, { ...crm, country: "NL", also: [TOKENS] }]);
  // Nothing changed by that: a save of what was read is one of the same.
  const put = (recipients: Recipient[], at: number) =>
    call("PUT", "/v1/policy", {
      token: tokens.admin,
      headers: { "if-match": `"${at}"` },
      body: { policy: { ...now, recipients }, why: "as it is" },
    });
  expect((await put(now.recipients, version)).data).toMatchObject({ code: "policy-same" });

  // Nor does the history tell of a change that nobody made; it tells each that somebody did, on each page.
  const history = async (query = "") => {
    const { data } = await call("GET", `/v1/policy/versions${query}`, { token: tokens.admin });
    return (data as PolicyVersions).versions.map(({ changes }) => changes.map(({ text }) => text).join());
  };
  const told = await history("?limit=3");
  expect(told).toEqual([expect.stringContaining("NL"), "", expect.stringContaining(TOKENS)]);
  expect(told[0]!.split(TOKENS)).toHaveLength(3);
  expect(await history("?limit=1")).toEqual(told.slice(0, 1));
  const whole = await call("GET", `/v1/policy/versions/${version - 1}`, { token: tokens.admin });
  expect((whole.data as PolicyAnswer).policy.recipients).toEqual([described, { ...crm, also: [TOKENS] }]);

  // Emptied, it stays so.
  await put([described, crm], version);
  expect((await history("?limit=1"))[0]).toContain(TOKENS);
  expect(await grants()).toBe(false);
  expect((await policy()).policy.recipients).toEqual([described, crm]);
  await saveWithoutAlso([described, crm]);
  expect(await grants()).toBe(false);

  // A recipient that was taken out takes its hosts along.
  await setPolicy(() => ({ recipients: [described, { ...crm, also: [TOKENS] }] }));
  await saveWithoutAlso([described]);
  await saveWithoutAlso([described, crm]);
  expect(await grants()).toBe(false);
  await setPolicy(() => ({ recipients: [described] }));
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("two recipients by one name, as those that are given data by hand, are kept once however often a policy is saved", async () => {
  const length = () =>
    env.DB.prepare("SELECT length(value) AS n FROM marks WHERE name = 'newest-clauses'").first<number>("n");
  const byHand = (name: string): Recipient => ({ ...described, kind: "export", host: "", name, also: [] });
  await setPolicy(() => ({ recipients: [byHand("An accountant"), byHand("An auditor")] }));
  const before = await length();
  for (let n = 0; n < 20; n++)
    await setPolicy(() => ({ recipients: [byHand(`An accountant ${n % 10}`), byHand("An auditor")] }));
  expect((await length())! - before!).toBeLessThan(10);
});

it("before the take-over nothing is refused", async () => {
  await neverTakenOver("recipients");
  expect(await status()).toMatchObject({ since: null, refused: [] });
  expect(await allowed("never.example.com")).toBe(true);
});
