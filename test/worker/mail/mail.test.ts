import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { MailAnswer } from "../../../shared/mail/api.ts";
import { mailEn, type MailValues, someCompany, type Template } from "../../../shared/texts/mail/mail.en.ts";
import { record } from "../../../worker/core/commit.ts";
import type { Env } from "../../../worker/env.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import worker from "../../../worker/index.ts";
import { flush, mail, mailVia } from "../../../worker/mail/outbox.ts";
import { render } from "../../../worker/mail/render.ts";
import { aTeam, call, dump, MINUTE } from "../helpers.ts";

const tokens = aTeam();
beforeEach(async () => {
  await env.DB.exec("DELETE FROM outbox");
});

interface Row {
  id: string;
  key: string;
  state: string;
  tries: number;
  vals: string | null;
  error: string | null;
  due: string;
}
const rows = async () => (await dump("outbox")) as Row[];
const invite = { name: "Ann <b>Bold</b>", company: "Example & Sons", link: "https://x.test/join#code=cdi_s" };
const put = (key: string, more: { until?: string } = {}) =>
  record(env, {
    actor: "system",
    event: { code: "test", subject: "", payload: null },
    statements: [mail({ template: "invite", to: `${key}@example.com`, values: invite, key, ...more })],
  });

/** A deployment with a mail binding that keeps what is sent, and refuses or waits on demand. */
function posted(how: () => Promise<void> = () => Promise.resolve()) {
  const sent: { from: unknown; to: string; subject: string; text: string; html: string }[] = [];
  const EMAIL = {
    send: async (m: (typeof sent)[number]) => {
      await how();
      sent.push(m);
    },
  } as unknown as SendEmail;
  return { sent, env: { ...env, MAIL_FROM: "ClearDial <dial@example.com>", EMAIL } as Env };
}

describe("the outbox", () => {
  it("a mail is sent once, its secret is wiped, and a second one of its key is not written", async () => {
    await put("a");
    await put("a");
    const post = posted();
    await flush(post.env, Date.now);
    await flush(post.env, Date.now);
    expect(post.sent).toHaveLength(1);
    expect(post.sent[0]).toMatchObject({
      from: { name: "ClearDial", email: "dial@example.com" },
      to: "a@example.com",
      subject: "Your invitation to ClearDial",
    });
    expect(await rows()).toMatchObject([{ state: "sent", vals: null, tries: 1, error: null }]);
  });

  it("two flushes at once do not send the same mail", async () => {
    for (const key of ["a", "b", "c"]) await put(key);
    const post = posted();
    await Promise.all([flush(post.env, Date.now), flush(post.env, Date.now), flush(post.env, Date.now)]);
    expect(post.sent.map((m) => m.to).sort()).toEqual(["a@example.com", "b@example.com", "c@example.com"]);
  });

  it("what a sender took and never sent is sent after its lease", async () => {
    await put("a");
    let hangs: () => void = () => undefined;
    const lost = posted(() => new Promise((_, no) => (hangs = () => no(new Error("gone")))));
    const now = Date.now();
    const never = flush(lost.env, () => now);
    await expect.poll(async () => (await rows())[0]?.tries).toBe(1);
    const post = posted();
    await flush(post.env, () => now + 4 * MINUTE);
    expect(post.sent).toHaveLength(0);
    await flush(post.env, () => now + 6 * MINUTE);
    expect(post.sent).toHaveLength(1);
    hangs(); // too late: a sent mail does not change
    await never;
    expect(await rows()).toMatchObject([{ state: "sent", error: null }]);
  });

  it("a lease is counted from when its own mail was taken, however long the ones before it took", async () => {
    for (const key of ["a", "b"]) await put(key);
    let now = Date.now();
    const other = posted();
    const slow = posted(async () => {
      now += 4 * MINUTE;
      // More than a lease after the flush began, but less than one after it took the second mail.
      if (slow.sent.length === 1) await flush(other.env, () => now);
    });
    await flush(slow.env, () => now);
    expect(slow.sent.map((m) => m.to).sort()).toEqual(["a@example.com", "b@example.com"]);
    expect(other.sent).toEqual([]);
  });

  it("a refusal is tried again, later each time, and has failed after twelve tries in two days", async () => {
    await put("a");
    const post = posted(() => Promise.reject(new Error("mailbox unavailable")));
    const start = Date.now();
    let now = start;
    for (let n = 1; n < 12; n++) {
      await flush(post.env, () => now);
      const [row] = await rows();
      expect(row).toMatchObject({ state: "waiting", tries: n, error: "mailbox unavailable" });
      await flush(post.env, () => Date.parse(row!.due) - 1); // not before its time
      expect((await rows())[0]!.tries).toBe(n);
      now = Date.parse(row!.due);
    }
    await flush(post.env, () => now);
    expect(await rows()).toMatchObject([{ state: "failed", tries: 12 }]);
    expect((now - start) / 3_600_000).toBeGreaterThan(40);
    expect((now - start) / 3_600_000).toBeLessThan(50);
  });

  it("past its end a mail is not sent, and its secret is gone, with a service or without one", async () => {
    await put("a", { until: new Date(Date.now() + 60 * MINUTE).toISOString() });
    await flush(env, () => Date.now() + 61 * MINUTE);
    const post = posted();
    await flush(post.env, () => Date.now() + 62 * MINUTE);
    expect(post.sent).toHaveLength(0);
    expect(await rows()).toMatchObject([{ state: "expired", vals: null }]);
  });

  it("without a service all of it waits, and nothing counts as a try", async () => {
    await put("a");
    for (const off of [{}, { MAIL_FROM: "" }, { MAIL_FROM: "a@b.test", MAIL_URL: "https://mail.test" }]) {
      const without = { ...env, ...off } as Env;
      expect(await mailVia(without)).toBeNull();
      await flush(without, Date.now);
    }
    expect(await rows()).toMatchObject([{ state: "waiting", tries: 0 }]);
  });

  it("is swept 30 days after a mail was sent; what waits stays", async () => {
    await put("a");
    await flush(posted().env, Date.now);
    await put("b");
    await sweep(env, Date.now() + 29 * 1440 * MINUTE);
    expect(await rows()).toHaveLength(2);
    await sweep(env, Date.now() + 31 * 1440 * MINUTE);
    expect(await rows()).toMatchObject([{ key: "b" }]);
  });
});

it("by an HTTP service: Resend's request, under a key that is the same in every try", async () => {
  await put("a");
  const asked: { headers: Headers; body: unknown }[] = [];
  let status = 500;
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    asked.push({ headers: request.headers, body: await request.json() });
    return new Response("no quota", { status });
  };
  try {
    const http = {
      ...env,
      MAIL_FROM: "ClearDial <dial@example.com>",
      MAIL_URL: "https://mail.test/emails",
      MAIL_TOKEN: "secret",
    } as Env;
    expect(await mailVia(http)).toBe("http");
    await flush(http, Date.now);
    expect(await rows()).toMatchObject([{ state: "waiting", error: "500 no quota" }]);
    status = 200;
    await flush(http, () => Date.now() + 5 * MINUTE);
  } finally {
    globalThis.fetch = real;
  }
  const [row] = await rows();
  expect(row).toMatchObject({ state: "sent", tries: 2 });
  expect(asked.map((a) => a.headers.get("idempotency-key"))).toEqual([row!.id, row!.id]);
  expect(asked[0]!.headers.get("authorization")).toBe("Bearer secret");
  expect(asked[0]!.body).toMatchObject({
    from: "ClearDial <dial@example.com>",
    to: ["a@example.com"],
    subject: "Your invitation to ClearDial",
  });
});

describe("the letters", () => {
  const values: { [T in Template]: MailValues[T] } = {
    invite,
    "list-age": { stage: "soon", list: "TPS", date: "1 Nov 2026", days: 22, max: 28 },
    "review-due": { stage: "due", date: "1 Nov 2026" },
    sync: { stage: "failed", list: "TPS", detail: "The file has no telephone numbers." },
    lookup: { stage: "failed", source: "data8", most: 5000, error: "data8: 503" },
    "much-told": { n: 10_000_000, days: 28, most: 9_000_000 },
    budget: { name: "Ann", most: 20_000 },
    "calls-blocked": { calls: "2 calls were", agents: "Ann: 2 calls." },
    "recording-outside": { provider: "twilio", region: "US" },
    "erasure-failed": { store: "s3", error: "s3: 503" },
    "recording-missing": { store: "s3" },
    "erasures-unread": {},
    "recordings-lost": { file: "recordings/2026-08/1-2.ndjson.gz" },
    "rows-kept-back": { n: 2, rows: "consents/7312, suppressions/7313" },
    "rows-unlike": { n: 1, rows: "parties/7314" },
    "hold-review": { reviewOn: "1 Nov 2026" },
    "request-received": { reference: "K7PM-2QXR", company: "Example & Sons", link: invite.link },
    "request-code": { reference: "K7PM-2QXR", code: "8QRT-3WXZ" },
    "request-news": { reference: "K7PM-2QXR", link: invite.link },
    "request-withdrawn": { reference: "K7PM-2QXR", by: "Ann" },
    "register-freed": {
      ...{ stage: "lost", list: "TPS", n: 4_000_000, version: 7, date: "1 Nov 2026", by: "Ann" },
    },
    "request-due": { reference: "K7PM-2QXR", duty: "decide", date: "1 Nov 2026", days: 7 },
    "duties-due": { count: "2 duties", document: "K7PM-2QXR: decide" },
    "request-flood": { n: 30, wave: "2026-11-01T03:17:00.000Z" },
    "request-many": { n: 300 },
    "request-slowed": { n: 30 },
    "canary-passed": { layer: "a link", name: "Ada Admin", device: "Chrome on Linux", version: "0.1.0" },
    "canary-probed": { name: "Ann", device: "Chrome on Linux", host: "crm.example.com", n: 5 },
    "canary-missing": { day: "2026-11-01", browsers: 12, n: 2 },
    trial: { name: "Ada" },
    "mail-service": { stage: "set", by: "Ann", host: "mail.example.com" },
    "set-up-again": { name: "Ada Admin", email: "ada@example.com" },
    "trail-cut": { first: 41, last: 57 },
    "trail-found": { n: 1, rows: "consents/7314 (altered)" },
    "clock-jobs": { stage: "late", what: "the archive of the audit trail", error: "r2: 500" },
    "work-late": { what: "recordings to be erased", n: 3, since: "2026-11-01 03:17" },
    "files-left": { references: "K7PM-2QXR" },
    "free-keys": { n: 2, date: "1 Nov 2026" },
    "recordings-refused": { stage: "old", name: "Dialler" },
    "database-size": { percent: 82, size: "8.2" },
    "connector-failed": { stage: "again", name: "Our CRM", error: "hubspot: 503" },
    turned: { what: "2 numbers …", why: "TPS, version 3: 2." },
    "webhook-off": { host: "dial.example.com", why: "it answered 410" },
    proposal: { what: "TPS: hold → warn", why: "A trial", by: "Ann", date: "1 Nov 2026" },
    "proposal-alone": { what: "TPS: hold → warn", why: "A trial", by: "Ann", date: "1 Nov 2026" },
    "proposal-settled": { what: "TPS: hold → warn", how: "Bob approved it." },
    "set-up-day": { what: "TPS: hold → warn", why: "A trial", by: "Ann" },
    "consents-review": { n: 2 },
    "objections-scope": { n: 2 },
    "objection-ended": { by: "Ada", why: "a prank" },
    "objections-taken-back": { n: 2, by: "Ada", why: "a prank" },
    "objection-scoped": { by: "Ada", what: "the person", why: "rang them" },
    head: { day: "2026-11-20", seq: 7, document: '{"a": "<&>"}' },
    statement: {
      day: "2026-11-20",
      barred: 0,
      over28Days: 0,
      unerased: 0,
      lost: "none",
      document: '{"a": "<&>"}',
    },
  };
  it("each wording is filled, and its subject holds nothing personal", () => {
    for (const template of Object.keys(mailEn) as Template[]) {
      const wording = mailEn[template];
      for (const stage of "subject" in wording ? [""] : Object.keys(wording)) {
        const own = { ...values[template], ...(stage && { stage }) } as MailValues[Template];
        const { subject, text, html } = render(template, own);
        expect(`${subject}${text.replace(values.head.document, "")}`).not.toMatch(/[{}]|undefined/);
        expect(html).toMatch(/^<!doctype html><html lang="en-GB">/);
        expect(subject).not.toMatch(/@|Ann|Example|\+\d|https?:/);
        expect(subject).not.toMatch(/[\r\n]/);
      }
    }
  });
  it("values are text: in HTML they are escaped, and only the link is one", () => {
    const { text, html } = render("invite", invite);
    expect(text).toContain("Hello Ann <b>Bold</b>,");
    expect(html).toContain("Hello Ann &lt;b&gt;Bold&lt;/b&gt;,");
    expect(html).toContain("Example &amp; Sons invites you");
    expect(html.match(/<a [^>]*>/g)).toEqual([`<a href="${invite.link}">`]);
    expect(render("head", values.head).html).toContain(
      "<pre>{&quot;a&quot;: &quot;&lt;&amp;&gt;&quot;}</pre>",
    );
    expect(render("invite", { ...invite, company: "" }).text).toContain(`${someCompany} invites you`);
  });
});

describe("by the API", () => {
  const list = async (query = "") =>
    (await call("GET", `/v1/mail${query}`, { token: tokens.compliance })).data as MailAnswer;
  it("shows what waits and failed, page by page, without what is in it, and the opening is on record", async () => {
    for (const key of ["a", "b", "c"]) await put(key);
    await env.DB.exec("UPDATE outbox SET state = 'failed' WHERE key = 'b'");
    const first = await list("?limit=2");
    expect(first).toMatchObject({ via: null, waiting: 2, failed: 1 });
    const rest = await list(`?limit=2&after=${encodeURIComponent(first.next!)}`);
    expect([...first.mails, ...rest.mails].map((m) => m.to).sort()).toEqual(
      ["a", "b", "c"].map((k) => `${k}@example.com`),
    );
    expect(rest.next).toBeNull();
    // Failed mails need attention: they come first, whatever their age.
    expect(first.mails.map((m) => m.state)).toEqual(["failed", "waiting"]);
    expect(JSON.stringify(first)).not.toContain("cdi_");
    expect((await list("?state=failed")).mails).toMatchObject([{ to: "b@example.com", state: "failed" }]);
    const opened = await env.DB.prepare("SELECT COUNT(*) AS n FROM audit WHERE code = 'opened.mail'").first();
    expect(opened).toEqual({ n: 3 });
  });

  it("an admin tries a failed one again, which is on record; one whose time is over stays as it is", async () => {
    await put("a");
    await put("b", { until: "2026-01-01T00:00:00.000Z" });
    await env.DB.exec("UPDATE outbox SET state = 'failed', tries = 12, error = 'x'");
    await flush(env, Date.now);
    const [a, b] = (await rows()).sort((x, y) => x.key.localeCompare(y.key));
    const retry = (id: string) => call("POST", `/v1/mail/${id}/retry`, { token: tokens.admin });
    expect((await retry(a!.id)).data).toMatchObject({ state: "waiting", tries: 0, error: null });
    expect((await retry(a!.id)).data).toMatchObject({ status: 409, code: "mail-not-failed" });
    expect((await retry(b!.id)).data).toMatchObject({ status: 409, code: "mail-not-failed" });
    const post = posted();
    await flush(post.env, Date.now);
    expect(post.sent).toMatchObject([{ to: "a@example.com" }]);
    const last = await env.DB.prepare("SELECT code, subject FROM audit ORDER BY seq DESC LIMIT 1").first();
    expect(last).toEqual({ code: "mail.retried", subject: a!.id });
  });

  it("an admin mails themselves a test, once a minute at most, which is on record; others may not", async () => {
    const trial = (token: string) => call("POST", "/v1/mail/trial", { token });
    expect((await trial(tokens.compliance)).status).toBe(403);
    const { status, data } = await trial(tokens.admin);
    expect(status).toBe(201);
    const { to } = data as { to: string };
    // Within the same minute there is one, and whoever asks again is told; the minute may turn between two of them.
    const more = await Promise.all([1, 2, 3].map(() => trial(tokens.admin)));
    const refused = more.filter((answer) => answer.status !== 201);
    expect(refused.length).toBeGreaterThanOrEqual(2);
    for (const answer of refused) expect(answer.data).toMatchObject({ status: 409, code: "mail-tried" });
    const made = 1 + more.length - refused.length;
    expect(await rows()).toHaveLength(made);
    const tried = (await dump("audit")) as { code: string }[];
    expect(tried.filter(({ code }) => code === "mail.tried")).toHaveLength(made);
    const post = posted();
    await flush(post.env, Date.now);
    expect(post.sent[0]).toMatchObject({ to, subject: "ClearDial's mail arrives" });
    const last = await env.DB.prepare("SELECT code FROM audit ORDER BY seq DESC LIMIT 1").first("code");
    expect(last).toBe("mail.tried");
  });

  it("is sent at once, behind the answer", async () => {
    await put("a");
    await env.DB.exec("UPDATE outbox SET state = 'failed'");
    const [a] = await rows();
    const post = posted();
    const ctx = createExecutionContext();
    const answer = await worker.fetch(
      new Request(`https://cleardial.test/v1/mail/${a!.id}/retry`, {
        method: "POST",
        headers: { authorization: `Bearer ${tokens.admin}` },
      }),
      post.env,
      ctx,
    );
    expect(answer.status).toBe(200);
    await waitOnExecutionContext(ctx);
    expect(post.sent).toMatchObject([{ to: "a@example.com" }]);
  });
});
