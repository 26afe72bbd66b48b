import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Env } from "../../../worker/env.ts";
import { meanwhile } from "../core/faults-kit.ts";
import { call, dump, under } from "../helpers.ts";
import {
  act,
  daysAgo,
  ask,
  done,
  enter,
  linksTo,
  open,
  read,
  sendForm,
  WHO,
  officer,
  tokens,
  withTeam,
} from "./kit.ts";

withTeam();

const entriesOf = async (number: string) =>
  (
    (await call("GET", `/v1/suppressions?number=${encodeURIComponent(number)}`, { token: officer })).data as {
      suppressions: { unverified: boolean; endedAt: string | null }[];
    }
  ).suppressions;
const liveOf = async (number: string) => (await entriesOf(number)).filter(({ endedAt }) => endedAt === null);

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
    expect(await dump("audit")).toContainEqual(
      expect.objectContaining({ code: "request.created", subject: first.id, actor: "public" }),
    );
    // A second objection to the same number may be genuine.
    const again = await ask({ kind: "objection", name: "B", number: one });
    const other = await ask({ kind: "objection", name: "C", number: two });
    const real = await ask({ kind: "objection", name: "D", number: three });
    for (const number of [one, two, three]) {
      expect(await verdict(number)).toContain("objection");
      expect(await liveOf(number)).toMatchObject([{ unverified: true, endedAt: null }]);
    }
    const bulk = async (requests: string[], action: string) =>
      (
        await call("POST", "/v1/requests/objections", {
          token: officer,
          body: { requests, action, reason: "one network, two hundred numbers" },
        })
      ).data;
    const mails = async () =>
      (
        await env.DB.prepare(
          "SELECT vals FROM outbox WHERE template = 'objections-taken-back' ORDER BY recipient",
        ).all<{ vals: string }>()
      ).results.map(({ vals }) => JSON.parse(vals) as unknown);
    expect(await bulk([first.id, other.id], "take-back")).toEqual({ changed: 2 });
    expect(await bulk([first.id, other.id], "take-back")).toEqual({ changed: 0 });
    expect(await bulk([real.id], "confirm-objection")).toEqual({ changed: 1 });
    // One mail to each officer, also to those who did nothing.
    const why = "one network, two hundred numbers";
    const officers = await env.DB.prepare(
      "SELECT COUNT(*) AS n, MAX(IIF(role = 'compliance', name, '')) AS by FROM people WHERE role IN ('compliance', 'admin')",
    ).first<{ n: number; by: string }>();
    expect(officers!.n).toBeGreaterThan(1);
    expect(await mails()).toEqual(
      Array.from({ length: officers!.n }, () => ({ n: 2, by: officers!.by, why })),
    );
    expect(await verdict(one)).toContain("objection");
    expect(await verdict(two)).not.toContain("objection");
    expect(await entriesOf(three)).toMatchObject([{ unverified: false, endedAt: null }]);
    expect(await bulk([again.id], "take-back")).toEqual({ changed: 1 });
    expect(await verdict(one)).not.toContain("objection");
    expect((await read(officer, first.id)).request).toMatchObject({ state: "closed", outcome: "taken-back" });
    // Who is refused hears why, and where to complain (UK GDPR art 12(4)); a reason that was written for officers alone stays theirs.
    for (const { html } of [await open(first.path), await open(again.path)]) {
      expect(html).toContain(`Our reason: “${why}”`);
      expect(html).toMatch(/ico\.org\.uk\/make-a-complaint.*go to court/s);
    }
    expect((await open(real.path)).html).not.toContain(why);
    await env.DB.prepare("UPDATE request_events SET detail = ? WHERE request = ? AND action = 'take-back'")
      .bind(JSON.stringify({ reason: why }), first.id)
      .run();
    expect((await open(first.path)).html).not.toContain(why);
  });

  it("hold the number also where another one to it is taken back at the same moment", async () => {
    const number = "+442079460108";
    const { id } = await ask({ kind: "objection", name: "A", number });
    const ledger = env.LEDGER.get(env.LEDGER.idFromName("ledger"));
    let before: Promise<unknown> | undefined;
    const late = {
      idFromName: () => null,
      get: () => ({
        async commit(change: Parameters<typeof ledger.commit>[0]) {
          await (before ??= call("POST", "/v1/requests/objections", {
            token: officer,
            body: { requests: [id], action: "take-back", reason: "a joke" },
          }));
          return ledger.commit(change);
        },
      }),
    };
    const own = { ...env, LEDGER: late as unknown as typeof env.LEDGER };
    const body = { kind: "objection", name: "B", number };
    expect((await under(own, "POST", "/v1/requests", { body })).status).toBe(201);
    expect(await verdict(number)).toContain("objection");
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
    // Nor does it end an entry that staff made after the page's.
    const later = "+442079460107";
    const unsure = await ask({ kind: "objection", name: "A", number: later });
    for (const [path, body] of [
      ["suppressions", { number: later, reason: "said so on the telephone" }],
      ["suppressions/bulk", { rows: [{ number: later, reason: "again" }] }],
    ] as const)
      await call("POST", `/v1/${path}`, { token: tokens.manager, body });
    await call("POST", "/v1/requests/objections", {
      token: officer,
      body: { requests: [unsure.id], action: "take-back", reason: "a joke" },
    });
    expect(await verdict(later)).toContain("objection");
    const entered = await enter(tokens.agent, { kind: "objection", number: "+442079460105" });
    expect((await read(officer, entered)).request).toMatchObject({ state: "decided", outcome: "confirmed" });
    expect(await entriesOf("+442079460105")).toMatchObject([{ unverified: false }]);
  });

  it("one that is confirmed holds its number, also where its entry was ended meanwhile", async () => {
    const number = "+442079460108";
    const end = () =>
      call("DELETE", `/v1/suppressions/${encodeURIComponent(number)}`, {
        token: officer,
        body: { reason: "a mistake" },
      });
    const first = await ask({ kind: "objection", name: "A", number });
    expect((await end()).status).toBe(200);
    const body = { requests: [first.id], action: "confirm-objection", reason: "they wrote again" };
    await call("POST", "/v1/requests/objections", { token: officer, body });
    expect(await verdict(number)).toContain("objection");
    expect((await entriesOf(number)).filter(({ endedAt }) => endedAt === null)).toMatchObject([
      { unverified: false },
    ]);
  });

  const settle = (id: string, action: string, own: Env = env) =>
    under(own, "POST", "/v1/requests/objections", {
      token: officer,
      body: { requests: [id], action, reason: "a joke" },
    });

  it("one that another officer takes back while it is being confirmed holds nothing", async () => {
    const number = "+442079460114";
    const { id } = await ask({ kind: "objection", name: "A", number });
    await call("DELETE", `/v1/suppressions/${encodeURIComponent(number)}`, {
      token: officer,
      body: { reason: "a mistake" },
    });
    const own = meanwhile("SELECT DISTINCT number FROM suppressions", () => settle(id, "take-back"));
    expect((await settle(id, "confirm-objection", own)).data).toEqual({ changed: 0 });
    expect((await read(officer, id)).request).toMatchObject({ outcome: "taken-back" });
    expect(await verdict(number)).not.toContain("objection");
  });

  it("one that arrives while the entry that holds its number is being taken back holds it all the same", async () => {
    const number = "+442079460109";
    const first = await ask({ kind: "objection", name: "A", number });
    const own = meanwhile("kind = ? AND ended_at IS NULL", async () => {
      await settle(first.id, "take-back");
      expect(await verdict(number)).not.toContain("objection");
    });
    const arrived = await under(own, "POST", "/v1/requests", {
      body: { kind: "objection", name: "B", number },
    });
    expect(arrived.status).toBe(201);
    expect(await verdict(number)).toContain("objection");
    const { reference } = arrived.data as { reference: string };
    const [second] = await env.DB.prepare("SELECT id FROM requests WHERE ref = ?")
      .bind(reference)
      .raw<[string]>();
    await settle(second![0], "take-back");
    expect(await verdict(number)).not.toContain("objection");
  });

  it("at the same moment for the same number: each is taken, one entry holds", async () => {
    const number = "+442079460106";
    await Promise.all(["A", "B", "C"].map((name) => ask({ kind: "objection", name, number })));
    expect(await liveOf(number)).toHaveLength(1);
    // Each says when it was said.
    expect(await entriesOf(number)).toHaveLength(3);
  });
});

describe("an erasure by orally", () => {
  it("waits for the requester's word in writing, with its time running, and is confirmed by the link", async () => {
    const email = "oral@example.com";
    const id = await enter(tokens.agent, {
      kind: "erasure",
      channel: "telephone",
      email,
      proved: false,
    });
    const { request } = await read(officer, id);
    expect(request).toMatchObject({ state: "unconfirmed", clocks: { paused: false } });
    expect(request.advice).toContain("orally");
    expect(await act(officer, id, "identity", { step: "clear", how: "known" })).toMatchObject({
      code: "request-not-now",
    });
    const [{ path } = { path: "" }] = await linksTo(email);
    // Opening the link changes nothing, as mail programs open links by themselves.
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
  it("cannot have been received long ago: nobody drowns the deadlines; officers say why", async () => {
    const add = async (token: string, own: object) =>
      call("POST", "/v1/requests/entries", {
        token,
        body: { kind: "access", channel: "post", ...WHO, ...own },
      });
    const wrong = (path: string) => ({ status: 422, errors: [{ path }] });
    const why = { receivedWhy: "it lay in the post room" };
    expect((await add(tokens.agent, { receivedOn: daysAgo(60) })).status).toBe(201);
    for (const own of [
      { receivedOn: "1990-01-01", ...why },
      { receivedOn: daysAgo(61), ...why },
    ])
      expect((await add(tokens.agent, own)).data).toMatchObject(wrong("receivedOn"));
    expect((await add(officer, { receivedOn: daysAgo(61) })).data).toMatchObject(wrong("receivedWhy"));
    expect((await add(officer, { receivedOn: daysAgo(731), ...why })).data).toMatchObject(
      wrong("receivedOn"),
    );
    expect((await add(officer, { receivedOn: daysAgo(61), ...why })).status).toBe(201);
    expect(JSON.stringify(await dump("audit_payload"))).toContain(why.receivedWhy);
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
  await done(officer, id, "letters", { kind: "outcome", text: "We will not.", how: "post" });
  expect(await done(officer, id, "close", { outcome: "upheld" })).toMatchObject({ state: "closed" });
  expect((await open((await linksTo(email)).at(-1)!.path)).html).toContain("We will not.");
  // By post, without an e-mail address: it is acknowledged by a letter.
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
  const inState = async (state: string) =>
    (
      (await call("GET", `/v1/requests?show=mine&state=${state}`, { token: officer })).data as {
        requests: unknown[];
      }
    ).requests.length;
  expect([await inState("open"), await inState("asked")]).toEqual([1, 0]);
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
