/** What was sent to whom: counted where it is sent, without a copy of what it was; and of one number, from what is on record. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Disclosure, DisclosuresAnswer } from "../../../shared/policy/api-disclosures.ts";
import { disclosed as messages } from "../../../shared/policy/disclosed.ts";
import type { Recipient } from "../../../shared/policy/policy.ts";
import type { Env } from "../../../worker/env.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { flush } from "../../../worker/mail/outbox.ts";
import { disclosing } from "../../../worker/policy/disclosed.ts";
import { forgetRecipients } from "../../../worker/policy/egress.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { askAbout } from "../../../worker/lookups/ask.ts";
import { publishHead } from "../../../worker/trail/heads.ts";
import { flushHooks } from "../../../worker/webhooks/send.ts";
import { aTeam, call, DAY, dump, roles, setPolicy, today, under } from "../helpers.ts";
import { neverTakenOver } from "./never-taken-over.ts";

const tokens = aTeam();
const NUMBER = "+442079460958";
const report = async (query = "", token = tokens.compliance) =>
  (await call("GET", `/v1/disclosures${query}`, { token })).data as DisclosuresAnswer;
const rows = async (query = "") =>
  (await report(query)).disclosures.map(({ kind, host, what, times, items }) => ({
    kind,
    host,
    what,
    times,
    items,
  }));
const mailing: Env = {
  ...env,
  ...{ MAIL_FROM: "a@example.com", MAIL_URL: "https://mail.example.com/emails", MAIL_TOKEN: "secret" },
};
let answer: (url: URL) => Response = () => Response.json({});
beforeEach(async () => {
  forgetRecipients();
  answer = () => Response.json({});
  await env.DB.exec(
    "DELETE FROM disclosures; DELETE FROM outbox; DELETE FROM turned; DELETE FROM webhook_deliveries",
  );
  vi.stubGlobal("fetch", (input: RequestInfo | URL) =>
    Promise.resolve(answer(new URL(input instanceof Request ? input.url : input))),
  );
});
afterEach(() => void vi.unstubAllGlobals());

const post = (id: string, template: string, to: string, vals: object) =>
  env.DB.prepare(
    "INSERT INTO outbox (id, key, template, recipient, vals, at, due) VALUES (?1, ?1, ?2, ?3, ?4, '2026-01-01', '2026-01-01')",
  )
    .bind(id, template, to, JSON.stringify(vals))
    .run();
const turn = (num: number, number: number) =>
  env.DB.prepare(
    `INSERT INTO turned (num, number, from_verdict, to_verdict, reason, list, version, as_of, seq, at)
     VALUES (?, ?, 'clear', 'blocked', 'tps', NULL, NULL, NULL, 1, ?)`,
  )
    .bind(num, number, new Date().toISOString())
    .run();
const head = { day: "2026-11-01", seq: 1, document: "" };

describe("each egress counts", () => {
  it("mails, to the company's own and to requesters, once they are sent and not before", async () => {
    await post("m1", "head", "ann@example.com", head);
    await post("m2", "head", "bob@example.com", head);
    answer = () => new Response("no", { status: 500 });
    await flush(mailing, Date.now);
    expect(await rows()).toEqual([]);
    answer = () => Response.json({});
    await env.DB.exec("UPDATE outbox SET due = '2026-01-01'");
    await flush(mailing, Date.now);
    expect(await rows()).toEqual([
      { kind: "mail", host: "mail.example.com", what: "mail", times: 2, items: 2 },
    ]);
    // Nothing of what it was, nor of whom it was for.
    expect(JSON.stringify(await dump("disclosures"))).not.toMatch(/ann|bob|@/);
  });

  it("a webhook's numbers, each time that it had them, also where it refused them; not where nothing was sent", async () => {
    const { data } = await call("POST", "/v1/webhooks", {
      token: tokens.admin,
      body: { url: "https://dial.example.com/in" },
    });
    const { id } = data as { id: string };
    await turn(1, 442079460958);
    await turn(2, 442079460959);
    answer = () => new Response("busy", { status: 503 });
    let now = Date.now();
    await flushHooks(env, () => now);
    answer = () => new Response("ok");
    now += DAY / 2;
    await flushHooks(env, () => now);
    const sum = (await rows("?kind=webhook")).reduce((n, { items }) => n + items, 0);
    expect(sum).toBe(4);
    await call("POST", `/v1/webhooks/${id}/ping`, { token: tokens.admin });
    expect(await rows("?kind=webhook")).toContainEqual({
      ...{ kind: "webhook", host: "dial.example.com", what: "ping", times: 1, items: 0 },
    });
    const before = await dump("disclosures");
    vi.stubGlobal("fetch", () => Promise.reject(new Error("unreachable")));
    await call("POST", `/v1/webhooks/${id}/ping`, { token: tokens.admin });
    expect(await dump("disclosures")).toEqual(before);

    // Of one number: it was told, and whom.
    expect((await report(`?number=${encodeURIComponent(NUMBER)}`)).disclosures).toMatchObject([
      { kind: "webhook", host: "dial.example.com", what: "turned", times: 1, fields: messages.turned },
    ]);
    expect(await rows(`?number=${encodeURIComponent("+442079460999")}`)).toEqual([]);
  });

  it("a source's question, also where it gave no answer; not where the policy does not name it", async () => {
    const own: Env = { ...env, T2A_KEY: "k" };
    await under(own, "PUT", "/v1/lists/tps/lookup", { token: tokens.admin, body: { source: "t2a" } });
    answer = () => new Response("no", { status: 500 });
    await askAbout(own, "t2a", [NUMBER]);
    expect(await rows()).toEqual([
      { kind: "lookup", host: "api.t2a.io", what: "question", times: 1, items: 1 },
    ]);
    await env.DB.exec("DELETE FROM disclosures");
    forgetRecipients();
    await adoptRecipients(env);
    await askAbout(own, "t2a", [NUMBER]);
    expect(await rows()).toEqual([]);
    await neverTakenOver("recipients", "recipients-exports");
    await env.DB.exec("DELETE FROM recipients_before");
  });

  it("the head's hash to a timestamp service; a proof and an export of the trail by a person", async () => {
    answer = () => new Response("no", { status: 500 });
    await publishHead({ ...env, TSA_URL: "https://tsa.example.com/" }, Date.now()).catch(() => null);
    await call("GET", `/v1/proof?from=${today()}&to=${today()}`, { token: tokens.compliance });
    await call("GET", "/v1/audit/export", { token: tokens.compliance });
    expect((await rows()).map(({ kind, host, what }) => [kind, host, what])).toEqual([
      ["export", "", "proof"],
      ["export", "", "trail"],
      ["timestamp", "tsa.example.com", "hash"],
    ]);
  });
});

describe("the report", () => {
  const count = (day: string, host: string) =>
    disclosing(env.DB, "webhook", host, "turned", 3, Date.parse(`${day}T12:00:00Z`));

  it("goes by day, newest first, by pages, and by recipient with the policy's name for it", async () => {
    const recipient: Recipient = {
      ...{ kind: "webhook", name: "Our dialler", host: "c.example.com", role: "own", country: "GB" },
      ...{ contract: "own", fields: ["number"], also: ["b.example.com"] },
    };
    await setPolicy(() => ({ recipients: [recipient] }));
    for (const host of ["a.example.com", "b.example.com"])
      await env.DB.batch([count("2026-11-01", host), count("2026-11-02", host), count("2026-11-02", host)]);
    const all: Disclosure[] = [];
    for (let after = ""; ;) {
      const { disclosures, next, since } = await report(`?limit=1${after}`);
      all.push(...disclosures);
      expect(since).toBe("2026-11-01");
      if (next === null) break;
      after = `&after=${encodeURIComponent(next)}`;
    }
    expect(all.map(({ day, host, name, times, items }) => [day, host, name, times, items])).toEqual([
      ["2026-11-02", "a.example.com", null, 2, 6],
      ["2026-11-02", "b.example.com", "Our dialler", 2, 6],
      ["2026-11-01", "a.example.com", null, 1, 3],
      ["2026-11-01", "b.example.com", "Our dialler", 1, 3],
    ]);
    expect(await rows("?host=b.example.com")).toHaveLength(2);
    expect(await rows("?from=2026-11-02&to=2026-11-02")).toHaveLength(2);
    expect(await rows("?kind=mail")).toEqual([]);
    await setPolicy(() => ({ recipients: [] }));
  });

  it("is for compliance officers and administrators; each look is on the trail, and a number counts", async () => {
    for (const role of roles) {
      const { status } = await call("GET", "/v1/disclosures", { token: tokens[role] });
      expect(status).toBe(role === "compliance" || role === "admin" ? 200 : 403);
    }
    const asked = async () =>
      ((await dump("asked")) as { numbers: number }[]).reduce((n, { numbers }) => n + numbers, 0);
    const before = await asked();
    await report("?kind=mail");
    expect(await asked()).toBe(before);
    await report(`?number=${encodeURIComponent(NUMBER)}`);
    expect(await asked()).toBe(before + 1);
    expect(((await dump("audit")) as { code: string }[]).at(-1)).toMatchObject({
      code: "opened.disclosures",
    });
  });

  it("is kept as long as the trail's details", async () => {
    await env.DB.batch([count("2024-01-01", "old.example.com"), count("2026-11-01", "new.example.com")]);
    await sweep(env, Date.parse("2026-11-28T00:00:00Z"));
    expect(await dump("disclosures")).toMatchObject([{ host: "new.example.com" }]);
  });
});
