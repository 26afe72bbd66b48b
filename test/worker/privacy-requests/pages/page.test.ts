import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import { stamp } from "../../../../worker/privacy-requests/pages/form-guard.ts";
import { asOwner, call, dump, under } from "../../helpers.ts";
import {
  NUMBER,
  act,
  ask,
  confirmAll,
  done,
  draft,
  enter,
  fillIn,
  linksTo,
  open,
  read,
  sendForm,
  WHO,
  officer,
  withTeam,
} from "../kit.ts";

withTeam();

describe("the public form", () => {
  const good = { kind: "access", ...WHO, callDate: "2026-11-20", callTime: "14:30" };
  it("is taken without a script; the page that follows shows the reference, and the address gets one mail", async () => {
    const email = "form@example.com";
    const { status, location } = await fillIn({ ...good, email });
    expect(status).toBe(303);
    const { html, headers } = await open(location!);
    expect(html).toMatch(/Your reference is \w{4}-\w{4}\./);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(await linksTo(email)).toMatchObject([{ template: "request-received" }]);
    expect((await dump("requests")).at(-1)).toMatchObject({ call_date: "2026-11-20", call_time: "14:30" });
  });
  it("says of the mail what came of it, and without one how to show that the request is theirs", async () => {
    const { location } = await fillIn({ ...good, email: "nomail@example.com" });
    const service = { ...env, MAIL_FROM: "a@example.com", MAIL_URL: "https://m.example", MAIL_TOKEN: "t" };
    const read = async (own = env as typeof service) =>
      new TextDecoder().decode((await under(own, "GET", location!)).bytes);
    const sent = "We have sent a mail";
    // This Worker has no mail service.
    const bare = await read();
    expect(bare).toContain("We have sent no mail to the address that you gave.");
    expect(bare).toMatch(/Your reference is \w{4}-\w{4}\./);
    expect(bare).toContain("write to us with the reference");
    expect(bare).not.toContain(sent);
    expect((await open("/privacy-request")).html).toContain("We cannot send mails just now.");
    // With one it is on its way, until it was handed over.
    expect(await read(service)).toContain("is on its way");
    expect(await read(service)).not.toContain(sent);
    await env.DB.exec("UPDATE outbox SET state = 'sent' WHERE recipient = 'nomail@example.com'");
    expect(await read(service)).toContain(sent);
    await env.DB.exec("UPDATE outbox SET state = 'failed' WHERE recipient = 'nomail@example.com'");
    expect(await read(service)).not.toContain(sent);
  });
  it("says what is missing, beside each field, and keeps what was written", async () => {
    const before = (await dump("requests")).length;
    const { status, html } = await fillIn({
      kind: "access",
      name: 'Dora "D"',
      number: "12",
      callTime: "25:00",
    });
    expect(status).toBe(422);
    expect(html).toContain("<title>Error: ");
    expect(html).toContain('value="Dora &quot;D&quot;"');
    for (const field of ["email", "callTime"]) expect(html).toContain(`id="${field}-wrong"`);
    const empty = (await fillIn({})).html;
    for (const field of ["kind", "name", "email", "number"]) expect(empty).toContain(`id="${field}-wrong"`);
    expect((await fillIn({ ...good, number: "12" })).html).toContain('id="number-wrong"');
    expect(await dump("requests")).toHaveLength(before);
  });
  it("reads the day of the call as people write it, and keeps one that is none to be put right", async () => {
    for (const written of ["20/11/2026", "20 Nov 2026", "2026-11-20"]) {
      expect((await fillIn({ ...good, callDate: written })).status).toBe(303);
      expect((await dump("requests")).at(-1)).toMatchObject({ call_date: "2026-11-20" });
    }
    const { html } = await open("/privacy-request");
    expect(html).not.toContain('type="date"');
    for (const written of ["11/20/2026", "31/02/2026", "tomorrow"]) {
      const { status, html } = await fillIn({ ...good, callDate: written });
      expect(status).toBe(422);
      expect(html).toContain(`value="${written}"`);
      expect(html).toContain('id="callDate-wrong"');
      expect(html).toContain("Write the day of the call, such as 26/11/2026.");
    }
  });
  it("takes one call alone only where the requester says so, of a copy and with its day", async () => {
    const narrowedOf = async (own: Record<string, string>) => {
      const { status, html, location } = await fillIn({ ...good, ...own });
      if (status !== 303) return html;
      const { html: page } = await open(location!);
      const ref = /Your reference is (\w{4}-\w{4})/.exec(page)![1]!;
      return (await env.DB.prepare("SELECT narrowed FROM requests WHERE ref = ?").bind(ref).first())![
        "narrowed"
      ];
    };
    expect(await narrowedOf({})).toBeNull();
    expect(await narrowedOf({ narrowed: "yes" })).toBe("form");
    const { callDate: _, callTime: __, ...dayless } = good;
    const wrong = await fillIn({ ...dayless, narrowed: "yes" });
    expect([wrong.status, wrong.html.includes('id="narrowed-wrong"')]).toEqual([422, true]);
    // What was ticked stays ticked.
    expect(wrong.html).toMatch(/id="narrowed"[^>]*checked/);
    expect((await fillIn({ ...good, kind: "erasure", narrowed: "yes" })).status).toBe(422);
  });
  it("speaks the reader's language where we have it, and English elsewhere", async () => {
    const read = async (language: string) => {
      const answer = await under(env, "GET", "/privacy-request", {
        headers: { "accept-language": language },
      });
      expect(answer.headers.get("vary")).toContain("Accept-Language");
      return new TextDecoder().decode(answer.bytes);
    };
    const polish = await read("pl-PL,pl;q=0.9,en;q=0.8");
    expect(polish).toContain('<html lang="pl-PL">');
    expect(polish).toContain("Numer telefonu, na który dzwoniono");
    expect(polish).toContain("w ciągu 30 dni");
    for (const language of ["en-GB", "xx"]) expect(await read(language)).toContain('<html lang="en-GB">');
    const { html } = await fillIn({ kind: "access" }, { headers: { "accept-language": "pl" } });
    expect(html).toContain("<title>Błąd: ");
    const { location } = await fillIn({ ...good, email: "jan@example.com" });
    const page = await under(env, "GET", location!, { headers: { "accept-language": "pl" } });
    const status = new TextDecoder().decode(page.bytes);
    expect(status).toMatch(/Twój numer sprawy to \w{4}-\w{4}\./);
    expect(status).toContain("Zdecydujemy do");
  });
  it("takes nothing that a machine sends, or another site, or too many from one network", async () => {
    const before = (await dump("requests")).length;
    const refused = async (fields: Record<string, string>, more: Parameters<typeof fillIn>[1] = {}) =>
      (await fillIn({ ...good, ...fields }, more)).status;
    expect(await refused({ website: "https://spam.example" })).toBe(422);
    expect(await refused({ at: await stamp(env.DB, Date.now()) })).toBe(422);
    expect(await refused({ at: await stamp(env.DB, Date.now() - 90_000_000) })).toBe(422);
    expect(await refused({ at: `${Date.now() - 60_000}.00` })).toBe(422);
    expect(
      await refused({}, { headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" } }),
    ).toBe(400);
    const DOOR = { limit: () => Promise.resolve({ success: false }) } as unknown as RateLimit;
    expect(await refused({}, { own: { ...env, DOOR } })).toBe(429);
    expect(await dump("requests")).toHaveLength(before);
  });
});

describe("what the public pages promise", () => {
  const pages = async () => ({
    form: (await open("/privacy-request")).html,
    policy: (await open("/policy")).html.replace(/\s+/g, " "),
  });
  it("a decision within the policy's days, without pauses, and a complaint's three days", async () => {
    const { form, policy } = await pages();
    for (const html of [form, policy]) expect(html).toContain("We decide within 30 days.");
    expect(form).not.toContain("paused");
    expect(policy).toContain("That time is not paused while we wait for you.");
    expect(policy).toContain(
      "We acknowledge a complaint within 30 days, counted with the day on which it reaches us",
    );
    expect(policy).toMatch(/how it is going within 30 days, and the outcome within 90 days/);
  });
  it("the law's pauses where the policy has them, from then on and for new requests alone", async () => {
    const before = await ask({ ...WHO, kind: "access", email: "before@example.com" });
    const requests = { ...defaultPolicy.requests, pauses: "law", decideDays: 21, outcomeDays: 60 };
    await env.DB.prepare(
      `INSERT INTO policies (version, doc, at, by, why)
       SELECT 1, ?, '2026-01-01T00:00:00.000Z', id, 'x' FROM people LIMIT 1`,
    )
      .bind(JSON.stringify({ ...defaultPolicy, requests }))
      .run();
    const { form, policy } = await pages();
    expect(form).toMatch(/We decide within 21 days\..*that time is paused/s);
    expect(policy).toMatch(/We decide within 21 days\. It is paused while we wait.*art 12A/);
    expect(policy).toContain("the outcome within 60 days");
    const after = await ask({ ...WHO, kind: "access", email: "after@example.com" });
    expect((await dump("requests")) as object[]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: before.id, pauses: "none", days: 30 }),
        expect.objectContaining({ id: after.id, pauses: "law", days: 21 }),
      ]),
    );
    await asOwner(["policies"], () => env.DB.exec("DELETE FROM policies"));
  });
});

describe("links", () => {
  it("open one request and no other; letters only by one that was sent to the address; they end", async () => {
    const [mine, theirs] = ["mine@example.com", "theirs@example.com"];
    const own = await ask({ ...WHO, kind: "access", email: mine });
    const other = await ask({ ...WHO, kind: "access", email: theirs });
    const [mailed] = await linksTo(mine);
    const [foreign] = await linksTo(theirs);
    // An unverified address gets no further mail.
    expect(
      await act(officer, own.id, "identity", { step: "ask", letter: { text: "Who?", how: "mail" } }),
    ).toMatchObject({
      status: 409,
      code: "address-unproved",
    });
    // Neither the form's own link nor another person's verifies the address.
    await sendForm(own.path, { action: "confirm-address" });
    await sendForm(foreign!.path, { action: "confirm-address" });
    expect((await read(officer, own.id)).request.emailProved).toBe(false);
    expect((await sendForm(mailed!.path, { action: "confirm-address" })).status).toBe(303);
    expect((await read(officer, own.id)).request.emailProved).toBe(true);
    await done(officer, own.id, "identity", { step: "ask", letter: { text: "SECRET LETTER", how: "mail" } });
    const news = (await linksTo(mine)).at(-1)!;
    for (const { path } of [mailed!, news]) expect((await open(path)).html).toContain("SECRET LETTER");
    for (const path of [own.path, other.path, foreign!.path])
      expect((await open(path)).html).not.toContain("SECRET LETTER");
    expect((await open(foreign!.path)).html).not.toContain(own.reference);
    expect((await open("/privacy-request/cdr_none")).status).toBe(404);
    expect((await open(`${own.path}/copy`)).status).toBe(404);
    await env.DB.exec("UPDATE request_links SET until = '2026-01-01T00:00:00.000Z'");
    for (const { path } of [mailed!, news]) expect((await open(path)).status).toBe(404);
    // Only hashes are stored.
    expect(JSON.stringify(await dump("request_links"))).not.toContain(mailed!.path.split("/")[2]);
  });
});

it("an address that has not confirmed itself reads no letter and has no copy, also where the requester has shown who they are", async () => {
  const email = "mistyped@example.com";
  const id = await enter(officer, { channel: "person", email, proved: false });
  await done(officer, id, "identity", { step: "clear", how: "came in person" });
  await done(officer, id, "match");
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  await done(officer, id, "export");
  await done(officer, id, "letters", { kind: "decision", text: "SECRET LETTER", how: "post" });
  const [{ path } = { path: "" }] = await linksTo(email);
  expect((await open(path)).html).not.toMatch(/SECRET LETTER|Download your copy/);
  expect((await open(`${path}/copy`)).status).toBe(404);
  await sendForm(path, { action: "confirm-address" });
  expect((await open(path)).html).toContain("SECRET LETTER");
  expect((await open(`${path}/copy`)).status).toBe(200);
});

describe("what is written into a field is text", () => {
  const nasty = "<img src=x onerror=alert(1)>\"'{company}${1}";
  it("on pages, in letters and in mails", async () => {
    const email = "nasty@example.com";
    const fields = { kind: "access", name: nasty, email, address: nasty, number: NUMBER, text: nasty };
    const { location } = await fillIn(fields);
    const again = await fillIn({ ...fields, number: nasty, callDate: nasty, callTime: nasty });
    expect(again.status).toBe(422);
    const { results } = await env.DB.prepare("SELECT id FROM requests WHERE email = ?")
      .bind(email)
      .all<{ id: string }>();
    const { id } = results[0]!;
    const [{ path } = { path: "" }] = await linksTo(email);
    await sendForm(path, { action: "confirm-address" });
    const letter = await draft(officer, id, "identity");
    expect(letter).toContain(nasty);
    await done(officer, id, "identity", { step: "ask", letter: { text: letter, how: "mail" } });
    for (const html of [again.html, (await open(path)).html, (await open(location!)).html])
      expect(html).not.toMatch(/<img|onerror=alert\(1\)>/);
    for (const { vals } of (await dump("outbox")) as { vals: string | null }[])
      expect(vals).not.toContain("<img");
  });
  it("a line cannot begin another", async () => {
    const bad = async (own: Record<string, string>) =>
      (await call("POST", "/v1/requests", { body: { kind: "access", ...WHO, ...own } })).status;
    for (const ends of ["\r\nBcc: x@example.com", "\n", "\u0000"]) {
      expect(await bad({ name: `A${ends}B` })).toBe(422);
      expect(await bad({ email: `a@example.com${ends}b` })).toBe(422);
      expect(await bad({ callDate: `2026-11-20${ends}x` })).toBe(422);
    }
    expect(await bad({ name: "x".repeat(201) })).toBe(422);
  });
});
