/** The mail service that an administrator sets in the desk: sealed, bound, and only to a recipient of the policy. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { MailAnswer, MailServiceRequest, MailSettings } from "../../../shared/mail/api.ts";
import type { Env } from "../../../worker/env.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { scheduled } from "../../../worker/jobs/scheduled.ts";
import { flush } from "../../../worker/mail/outbox.ts";
import { mailVia, unlikeSettings } from "../../../worker/mail/settings.ts";
import { forgetRecipients } from "../../../worker/policy/egress.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { keepLast } from "../../../worker/trail/events.ts";
import { withoutArchive } from "../trail/kit.ts";
import { aTeam, call, DAY, dump, MONTH, setPolicy, under } from "../helpers.ts";

const tokens = aTeam();
const HOST = "mail.example.com";
const named = (...hosts: string[]) =>
  setPolicy(() => ({
    recipients: hosts.map((host) => ({
      ...{ kind: "mail", name: "Our mail", host, role: "processor", country: "GB" },
      ...{ contract: "DPA of 1 March 2026", fields: ["address"] },
    })),
  }));
/** What left, and with which token. */
let left: { host: string; token: string | null; from: unknown }[] = [];

beforeAll(async () => {
  await adoptRecipients(env);
  await named(HOST);
});
beforeEach(() => {
  left = [];
  forgetRecipients();
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const { host } = new URL(request.url);
    const { from } = await request.json<{ from: unknown }>().catch(() => ({ from: null }));
    left.push({ host, token: request.headers.get("authorization"), from });
    return Response.json({});
  });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await env.DB.exec("DELETE FROM outbox");
});

/** Without Cloudflare's mail. */
const { EMAIL: _, ...bare } = env;
const unbound = bare as Env;
const ours = { from: "Dial <dial@example.com>", url: `https://${HOST}/emails`, token: "re_secret" };
const set = (body: MailServiceRequest, own: Env = env, token = tokens.admin) =>
  under(own, "PUT", "/v1/mail/service", { token, body });
const shown = async () =>
  ((await call("GET", "/v1/mail", { token: tokens.admin })).data as MailAnswer).service;
const events = async () =>
  ((await dump("audit")) as { code: string }[]).filter(({ code }) => code === "mail.set").length;
const trial = () => under(env, "POST", "/v1/mail/trial", { token: tokens.admin });

it("sends what waits from then on, and no answer, table or row of the trail has its token", async () => {
  await trial();
  expect(left).toEqual([]);
  expect(await mailVia(env)).toBeNull();
  const answer = await set(ours);
  expect(answer.status, JSON.stringify(answer.data)).toBe(200);
  expect(left).toEqual([{ host: HOST, token: "Bearer re_secret", from: ours.from }]);
  expect(await shown()).toEqual(answer.data as MailSettings);
  expect(await shown()).toMatchObject({
    ...{ byDeployment: false, isUnlike: false, from: ours.from, url: ours.url },
    set: { by: "Ada Admin" },
  });
  const everything = JSON.stringify([
    answer.data,
    ...(await Promise.all(
      ["mail_service", "audit", "audit_payload", "idempotency"].map((table) => dump(table)),
    )),
  ]);
  expect(everything).toContain(HOST);
  expect(everything).not.toContain("re_secret");
});

it.each(["agent", "manager", "compliance"] as const)("is not set by %s, nor taken away", async (role) => {
  expect((await set(ours, env, tokens[role])).status).toBe(403);
  expect((await call("DELETE", "/v1/mail/service", { token: tokens[role] })).status).toBe(403);
});

it("is sent nothing where the policy does not name its host: nothing changes then", async () => {
  await set(ours);
  const before = [await shown(), await events()];
  const answer = await set({ ...ours, url: "https://elsewhere.example.com/emails" });
  expect([answer.status, (answer.data as { code: string }).code]).toEqual([409, "mail-recipient"]);
  expect([await shown(), await events()]).toEqual(before);
});

it("keeps its token for its own host alone", async () => {
  await named(HOST, "other.example.com");
  await set(ours);
  const { token: _token, ...again } = ours;
  expect((await set({ ...again, from: "new@example.com" })).status).toBe(200);
  await trial();
  expect(left.at(-1)).toEqual({ host: HOST, token: "Bearer re_secret", from: "new@example.com" });
  const moved = await set({ ...again, url: "https://other.example.com/emails" });
  expect(moved.status).toBe(422);
  expect(JSON.stringify(moved.data)).toContain("token");
  await named(HOST);
});

it.each([
  ["an address in a private network", { url: "https://10.0.0.7/emails" }],
  ["no https", { url: `http://${HOST}/emails` }],
  ["a password in the address", { url: `https://a:b@${HOST}/emails` }],
  ["Cloudflare's own, where it is not bound", { url: "" }],
  ["a sender without an address", { from: "Dial" }],
  ["two lines in the sender", { from: "Dial\r\nBcc: x@example.com <dial@example.com>" }],
])("is refused with %s", async (_, wrong) => {
  const before = await events();
  expect((await set({ ...ours, ...wrong }, unbound)).status).toBe(422);
  expect(await events()).toBe(before);
});

it("is Cloudflare's own where that is bound: the sender alone is set", async () => {
  const to: unknown[] = [];
  const EMAIL = { send: (one: { from: unknown }) => Promise.resolve(void to.push(one.from)) };
  const own = { ...env, EMAIL } as unknown as Env;
  await setPolicy(({ recipients }) => ({
    recipients: [...recipients, { ...recipients[0]!, host: "", name: "Cloudflare" }],
  }));
  expect((await set({ from: "dial@example.com", url: "" }, own)).status).toBe(200);
  expect(await mailVia(own)).toBe("binding");
  expect(await mailVia(unbound)).toBeNull();
  await under(own, "POST", "/v1/mail/trial", { token: tokens.admin });
  expect(to).toEqual(["dial@example.com"]);
});

it("does not count where the deployment's variables name one, and is not set there", async () => {
  await set(ours);
  const own = { ...env, MAIL_FROM: "ops@example.com", MAIL_URL: "https://ops.example.com/", MAIL_TOKEN: "t" };
  expect((await set(ours, own as Env)).data).toMatchObject({ code: "mail-deployed" });
  const { data } = await under(own, "GET", "/v1/mail", { token: tokens.admin });
  expect((data as MailAnswer).service).toMatchObject({
    byDeployment: true,
    from: "ops@example.com",
    set: null,
  });
});

it("an attacker with the database reads no token, and puts back no earlier service: mail waits, and officers are told", async () => {
  await set(ours);
  const [earlier] = (await dump("mail_service")) as { sealed: string; by: string; at: string }[];
  await set({ ...ours, from: "later@example.com" });
  await env.DB.prepare("UPDATE mail_service SET sealed = ?, by = ?, at = ?")
    .bind(earlier!.sealed, earlier!.by, earlier!.at)
    .run();
  expect(await mailVia(env)).toBeNull();
  expect(await shown()).toMatchObject({ isUnlike: true, from: null, url: null });
  expect(await unlikeSettings(env)).toEqual(["mail_service/1"]);
  left = [];
  await trial();
  await flush(env, () => Date.now() + DAY / 2);
  expect(left).toEqual([]);
  // Set again, it is as the trail has it.
  await set(ours);
  expect(left.map(({ host }) => host)).toEqual([HOST]);
});

it("counts on when the month that set it leaves for the archive, and is told as altered neither then nor while that is not read", async () => {
  await set(ours);
  await archiveMonths(env, Date.now() + 2 * MONTH);
  expect(await env.DB.prepare("SELECT COUNT(*) AS n FROM audit WHERE code = 'mail.set'").first("n")).toBe(0);
  expect([await mailVia(env), await unlikeSettings(env)]).toEqual(["http", []]);
  expect(await shown()).toMatchObject({ isUnlike: false, from: ours.from });
  left = [];
  await trial();
  expect(left.map(({ host }) => host)).toEqual([HOST]);

  // An earlier release archived it, and kept nothing: mail waits until the archive is read, and nobody is told.
  await env.DB.exec("DELETE FROM last_bound");
  expect([await mailVia(env), await unlikeSettings(env)]).toEqual([null, []]);
  // Who had been told that it is another goes on knowing it meanwhile.
  expect(await unlikeSettings(env, true)).toEqual(["mail_service/1"]);
  await keepLast(withoutArchive(env));
  expect([await mailVia(env), await unlikeSettings(env)]).toEqual([null, []]);
  await keepLast(env);
  expect([await mailVia(env), await unlikeSettings(env)]).toEqual(["http", []]);
  expect(await unlikeSettings(env, true)).toEqual([]);
  // What somebody alters is found as ever.
  await env.DB.exec("UPDATE mail_service SET at = '2026-01-01'");
  expect([await mailVia(env), await unlikeSettings(env)]).toEqual([null, ["mail_service/1"]]);
  await set(ours);
});

it("is told as altered by the daily run in which rows of the trail leave, too", async () => {
  await set(ours);
  await keepLast(env);
  await env.DB.exec("UPDATE mail_service SET at = '2026-01-01'; DELETE FROM kept_back");
  // Other jobs may fail so far ahead.
  await scheduled({ cron: "17 3 * * *", scheduledTime: Date.now() + 2 * MONTH }, env).catch(() => {});
  expect(await env.DB.prepare("SELECT COUNT(*) AS n FROM audit WHERE code = 'mail.set'").first("n")).toBe(0);
  expect(((await dump("kept_back")) as { row: string }[]).map(({ row }) => row)).toContain("mail_service/1");
  await set(ours);
});

it("taken away, its token is gone, and what was put back by hand does not count", async () => {
  await set(ours);
  const [row] = (await dump("mail_service")) as { sealed: string; by: string; at: string }[];
  const gone = await call("DELETE", "/v1/mail/service", { token: tokens.admin });
  expect(gone.data).toMatchObject({ from: null, url: null, set: null });
  expect(await dump("mail_service")).toEqual([]);
  expect((await call("DELETE", "/v1/mail/service", { token: tokens.admin })).status).toBe(404);
  await env.DB.prepare("INSERT INTO mail_service (id, sealed, by, at) VALUES (1, ?, ?, ?)")
    .bind(row!.sealed, row!.by, row!.at)
    .run();
  expect(await mailVia(env)).toBeNull();
  await env.DB.exec("DELETE FROM mail_service");
});

it("set again or taken away, officers are told at once by the service of before, but not the asker", async () => {
  await named(HOST, "other.example.com");
  await call("DELETE", "/v1/mail/service", { token: tokens.admin });
  left = [];
  // There was none.
  await set(ours);
  expect(left).toEqual([]);
  await set({ ...ours, url: "https://other.example.com/emails", token: "re_other" });
  expect(left.map(({ host, token }) => [host, token])).toEqual([[HOST, "Bearer re_secret"]]);
  await under(env, "DELETE", "/v1/mail/service", { token: tokens.admin });
  expect(left.map(({ host }) => host)).toEqual([HOST, "other.example.com"]);
  await named(HOST);
});

it("a proposal's mail that left by a service which was changed meanwhile counts as none, and is sent again", async () => {
  await set(ours);
  await env.DB.exec(
    `INSERT INTO outbox (id, key, template, recipient, vals, until, at, due)
     VALUES ('m', 'proposal:x:y', 'proposal-alone', 'ann@example.com', '{}', NULL, '', '')`.replaceAll(
      "\n",
      " ",
    ),
  );
  const state = () => env.DB.prepare("SELECT state FROM outbox WHERE id = 'm'").first("state");
  vi.stubGlobal("fetch", async () => {
    await env.DB.exec("UPDATE mail_service SET at = at || '0'");
    return Response.json({});
  });
  await flush(env, Date.now);
  expect(await state()).toBe("waiting");
  await set(ours);
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({})));
  await flush(env, () => Date.now() + DAY);
  expect(await state()).toBe("sent");
});

it("without the key that seals it, it is not set", async () => {
  const { CONNECTOR_KEY: _key, ...own } = env;
  expect((await set(ours, own as Env)).data).toMatchObject({ code: "connector-key" });
});
