import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../shared/api.ts";
import type { Env } from "../../worker/env.ts";
import { stamp } from "../../worker/pages/form-guard.ts";
import { call, dump, newTeam } from "./helpers.ts";
import { under } from "./recordings-kit.ts";
import {
  act,
  done,
  draft,
  enter,
  fillIn,
  linksTo,
  NUMBER,
  open,
  read,
  sendForm,
  WHO,
} from "./requests-kit.ts";

let tokens: Record<Role, string>;
let officer: string;
beforeAll(async () => {
  tokens = await newTeam();
  officer = tokens.compliance;
});

const entriesOf = async (number: string) =>
  (
    (await call("GET", `/v1/suppressions?number=${encodeURIComponent(number)}`, { token: officer })).data as {
      suppressions: { unverified: boolean; endedAt: string | null }[];
    }
  ).suppressions;
const ask = async (body: Record<string, unknown>) => {
  const { status, data } = await call("POST", "/v1/requests", { body });
  expect(status, JSON.stringify(data)).toBe(201);
  const { reference, link } = data as { reference: string; link: string };
  const row = await env.DB.prepare("SELECT id FROM requests WHERE ref = ?")
    .bind(reference)
    .first<{ id: string }>();
  return { id: row!.id, reference, path: new URL(link).pathname };
};

describe("objections", () => {
  const verdict = async (number: string) =>
    (
      (await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } })).data as {
        results: { reasons: { code: string }[] }[];
      }
    ).results[0]!.reasons.map(({ code }) => code);

  it("hold the number at once, unverified, and are confirmed or taken back, many at a time", async () => {
    const [one, two, three] = ["+442079460101", "+442079460102", "+442079460103"] as const;
    const first = await ask({ kind: "objection", name: "A", number: one });
    // A second person objects to the same number, and may mean it.
    const again = await ask({ kind: "objection", name: "B", number: one });
    const other = await ask({ kind: "objection", name: "C", number: two });
    const real = await ask({ kind: "objection", name: "D", number: three });
    for (const number of [one, two, three]) {
      expect(await verdict(number)).toContain("objection");
      expect(await entriesOf(number)).toMatchObject([{ unverified: true, endedAt: null }]);
    }
    const bulk = async (requests: string[], action: string) =>
      (
        await call("POST", "/v1/requests/objections", {
          token: officer,
          body: { requests, action, reason: "one network, two hundred numbers" },
        })
      ).data;
    expect(await bulk([first.id, other.id], "take-back")).toEqual({ changed: 2 });
    expect(await bulk([first.id, other.id], "take-back")).toEqual({ changed: 0 });
    expect(await bulk([real.id], "confirm-objection")).toEqual({ changed: 1 });
    expect(await verdict(one)).toContain("objection");
    expect(await verdict(two)).not.toContain("objection");
    expect(await entriesOf(three)).toMatchObject([{ unverified: false, endedAt: null }]);
    expect(await bulk([again.id], "take-back")).toEqual({ changed: 1 });
    expect(await verdict(one)).not.toContain("objection");
    expect((await read(officer, first.id)).request).toMatchObject({ state: "closed", outcome: "taken-back" });
  });

  it("taking one back leaves an entry alone that staff had made, and one that staff enter is verified", async () => {
    const number = "+442079460104";
    await call("POST", "/v1/suppressions", { token: tokens.agent, body: { number, reason: "said so" } });
    const { id } = await ask({ kind: "objection", name: "A", number });
    await call("POST", "/v1/requests/objections", {
      token: officer,
      body: { requests: [id], action: "take-back", reason: "a joke" },
    });
    expect(await verdict(number)).toContain("objection");
    const entered = await enter(tokens.agent, { kind: "objection", number: "+442079460105" });
    expect((await read(officer, entered)).request).toMatchObject({ state: "closed", outcome: "confirmed" });
    expect(await entriesOf("+442079460105")).toMatchObject([{ unverified: false }]);
  });

  it("at the same moment for the same number: each is taken, one entry holds", async () => {
    const number = "+442079460106";
    await Promise.all(["A", "B", "C"].map((name) => ask({ kind: "objection", name, number })));
    expect(await entriesOf(number)).toHaveLength(1);
  });
});

describe("the public form", () => {
  const good = { kind: "access", ...WHO, callDate: "2026-11-20", callTime: "14:30" };
  it("is taken without a script; the page that follows shows the reference, and the address gets one mail", async () => {
    const email = "form@example.com";
    const { status, location } = await fillIn({ ...good, email });
    expect(status).toBe(303);
    const { html, headers } = await open(location!);
    expect(html).toMatch(/Your reference is \w{4}-\w{4}\./);
    expect(headers.get("content-security-policy")).toContain("script-src 'none'");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(await linksTo(email)).toMatchObject([{ template: "request-received" }]);
    expect((await dump("requests")).at(-1)).toMatchObject({ call_date: "2026-11-20", call_time: "14:30" });
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
    expect((await fillIn({ ...good, number: "12" })).html).toContain('id="number-wrong"');
    expect(await dump("requests")).toHaveLength(before);
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
    expect(await refused({}, { own: { ...env, DOOR } as Env })).toBe(429);
    expect(await dump("requests")).toHaveLength(before);
  });
});

describe("links", () => {
  it("open one request and no other; letters only by one that was sent to the address; they end", async () => {
    const [mine, theirs] = ["mine@example.com", "theirs@example.com"];
    const own = await ask({ ...WHO, kind: "access", email: mine });
    const other = await ask({ ...WHO, kind: "access", email: theirs });
    const [mailed] = await linksTo(mine);
    const [foreign] = await linksTo(theirs);
    // Before it proved itself the address gets nothing more.
    expect(
      await act(officer, own.id, "identity", { step: "ask", letter: { text: "Who?", how: "mail" } }),
    ).toMatchObject({
      status: 409,
      code: "address-unproved",
    });
    // The link of the form's own page proves nothing, nor does somebody else's.
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
    // Only hashes are kept.
    expect(JSON.stringify(await dump("request_links"))).not.toContain(mailed!.path.split("/")[2]);
  });
});

describe("an erasure by word of mouth", () => {
  it("waits for the requester's word in writing, with its time running, and is confirmed by the link", async () => {
    const email = "oral@example.com";
    const id = await enter(tokens.agent, {
      kind: "erasure",
      channel: "telephone",
      email,
      emailProved: false,
    });
    const { request } = await read(officer, id);
    expect(request).toMatchObject({ state: "unconfirmed", clocks: { paused: false } });
    expect(request.advice).toContain("word of mouth");
    expect(await act(officer, id, "identity", { step: "clear", how: "known" })).toMatchObject({
      code: "request-not-now",
    });
    const [{ path } = { path: "" }] = await linksTo(email);
    // Opening the link changes nothing: mail programs do that by themselves.
    await open(path);
    expect((await read(officer, id)).request.state).toBe("unconfirmed");
    await sendForm(path, { action: "confirm-writing" });
    expect((await read(officer, id)).request).toMatchObject({
      state: "open",
      writing: "link",
      emailProved: true,
    });
  });
  it("may be taken as it was said; access may be oral; a received day cannot lie ahead", async () => {
    const id = await enter(officer, { kind: "erasure", channel: "person" });
    await done(officer, id, "writing", { how: "oral", reason: "the law lets them" });
    const oral = await enter(officer, { channel: "telephone" });
    expect((await read(officer, oral)).request.state).toBe("open");
    const { data } = await call("POST", "/v1/requests/entries", {
      token: officer,
      body: { kind: "access", channel: "post", receivedOn: "2999-01-01", ...WHO },
    });
    expect(data).toMatchObject({ status: 422, errors: [{ path: "receivedOn" }] });
  });
});

describe("files", () => {
  const pdf = new TextEncoder().encode("%PDF-1.7 proof");
  const put = (token: string, id: string, query: string, type = "application/pdf") =>
    under(env, "PUT", `/v1/requests/${id}/files?${query}`, {
      token,
      raw: pdf,
      headers: { "content-type": type },
    });
  it("a proof is received with its file, is kept apart, and its name stands in no header", async () => {
    const id = await enter(officer);
    await done(officer, id, "identity", { step: "ask", letter: { text: "Please", how: "mail" } });
    const name = encodeURIComponent('x";a=b.pdf');
    expect((await put(officer, id, `purpose=proof&name=${name}`)).status).toBe(200);
    const { request, files } = await read(officer, id);
    expect(request.state).toBe("received");
    const file = await under(env, "GET", `/v1/requests/${id}/files/${files[0]!.id}`, { token: officer });
    expect([...file.bytes]).toEqual([...pdf]);
    expect(file.headers.get("content-disposition")).toBe('attachment; filename="proof.pdf"');
    // Another request's path does not open it.
    const other = await enter(officer);
    expect(
      (await under(env, "GET", `/v1/requests/${other}/files/${files[0]!.id}`, { token: officer })).status,
    ).toBe(404);
    await done(officer, id, "identity", { step: "verified", how: "a telephone bill" });
    expect((await read(officer, id)).files[0]).toMatchObject({ eraseAfter: expect.any(String) as string });
  });
  it("a scan comes from an officer, or from whoever entered the request; only paper and pictures", async () => {
    const id = await enter(tokens.agent, { channel: "post" });
    expect((await put(tokens.agent, id, "purpose=scan&name=letter.pdf")).status).toBe(200);
    expect((await put(tokens.manager, id, "purpose=scan&name=letter.pdf")).status).toBe(403);
    expect((await put(tokens.agent, id, "purpose=proof&name=p.pdf")).status).toBe(403);
    expect((await put(officer, id, "purpose=scan&name=x.html", "text/html")).status).toBe(415);
    expect((await put(officer, id, "purpose=scan&name=a%0D%0Ab", "image/png")).status).toBe(422);
  });
  it("without a store in policy's regions nothing is taken", async () => {
    const id = await enter(officer);
    const own = { ...env, LOCAL_REGION: "US" } as Env;
    const { status, data } = await under(own, "PUT", `/v1/requests/${id}/files?purpose=scan&name=a.pdf`, {
      token: officer,
      raw: pdf,
      headers: { "content-type": "application/pdf" },
    });
    expect([status, (data as { code: string }).code]).toEqual([422, "storage-region"]);
  });
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

it("complaints: acknowledged at once by the page, looked into, and closed with an outcome that is told", async () => {
  const email = "complaint@example.com";
  const { id } = await ask({ kind: "complaint", name: "C", email, text: "You called me at night." });
  const [{ path } = { path: "" }] = await linksTo(email);
  await sendForm(path, { action: "confirm-address" });
  expect((await read(officer, id)).request).toMatchObject({ state: "acknowledged", clocks: null });
  await done(officer, id, "investigate");
  expect(await act(officer, id, "close", { outcome: "upheld" })).toMatchObject({
    code: "request-wants",
    why: "told",
  });
  await done(officer, id, "letters", { kind: "outcome", text: "We will not.", how: "mail" });
  expect(await done(officer, id, "close", { outcome: "upheld" })).toMatchObject({ state: "closed" });
  expect((await open((await linksTo(email)).at(-1)!.path)).html).toContain("We will not.");
  // By post, without an address to write to: until its letter goes out it is not acknowledged.
  const lodged = await enter(tokens.agent, {
    kind: "complaint",
    channel: "post",
    email: undefined,
    address: "1 Road",
  });
  expect((await read(officer, lodged)).request).toMatchObject({ state: "lodged", clocks: { paused: false } });
  await done(officer, lodged, "letters", { kind: "acknowledgement", text: "We have it.", how: "post" });
  expect((await read(officer, lodged)).request.state).toBe("acknowledged");
});

it("of two changes at once one is refused, and the queue shows who has it", async () => {
  const id = await enter(officer, { number: "+442079460177" });
  const me = (await call("GET", "/v1/me", { token: officer })).data as { person: { id: string } };
  const both = await Promise.all([1, 2].map((n) => act(officer, id, "note", { text: `note ${n}` })));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  await done(officer, id, "assign", { to: me.person.id });
  const mine = await call("GET", "/v1/requests?show=mine", { token: officer });
  expect(mine.data).toMatchObject({ requests: [{ id, assignee: me.person.id }], next: null });
  const found = await call("GET", `/v1/requests?show=all&number=${encodeURIComponent("020 7946 0177")}`, {
    token: officer,
  });
  expect((found.data as { requests: unknown[] }).requests).toHaveLength(1);
  const queue = (await call("GET", "/v1/requests?limit=3", { token: officer })).data as {
    requests: { id: string }[];
    next: string;
  };
  const rest = (await call("GET", `/v1/requests?after=${encodeURIComponent(queue.next)}`, { token: officer }))
    .data as {
    requests: { id: string }[];
  };
  expect(rest.requests.map((r) => r.id)).not.toContain(queue.requests[0]!.id);
});
