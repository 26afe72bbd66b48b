/** Floods of the public form and its API: an address that is bombed, a company's file that is barred, alarms behind 20,000 mails. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { RequestsAnswer, RequestWaves } from "../../../shared/privacy-requests/api.ts";
import type { Env } from "../../../worker/env.ts";
import { sendMails } from "../../../worker/mail/outbox.ts";
import { bytesToHex } from "@noble/hashes/utils.js";
import { formHmac, stamp } from "../../../worker/privacy-requests/pages/form-guard.ts";
import { call, dump, MINUTE } from "../helpers.ts";
import { Queues } from "../jobs/work-queue.ts";
import { easySolution, enter, linksTo, officer, sendForm, tokens, withTeam } from "./kit.ts";

withTeam();
let waits: number[];
/** What is looked at while an answer waits. */
let meanwhile: () => Promise<unknown>;
beforeEach(async () => {
  await env.DB.exec(
    "DELETE FROM outbox; DELETE FROM form_networks; DELETE FROM marks WHERE name = 'request-wave'; DELETE FROM request_links; UPDATE requests SET at = '2020-01-01', wave = NULL, rev = rev + 1",
  );
  waits = [];
  meanwhile = () => Promise.resolve();
  // Answers wait for seconds: here they say how long, and come at once.
  const real = globalThis.setTimeout;
  vi.spyOn(globalThis, "setTimeout").mockImplementation((then: () => void, ms = 0) => {
    if (ms < 1000 || ms > 10_000) return real(then, ms);
    waits.push(ms);
    return real(() => void meanwhile().then(then), 0);
  });
});
afterEach(() => vi.restoreAllMocks());

let numbers = 0;
/** In a flood with the solution that it asks for. */
const objection = async (own: Record<string, unknown> = {}, network?: string) => {
  const body = {
    ...{ kind: "objection", name: "D", number: `+44207946${String(++numbers).padStart(4, "0")}` },
    ...own,
  };
  const headers = network === undefined ? {} : { "cf-connecting-ip": network };
  const answer = await call("POST", "/v1/requests", { headers, body });
  if (answer.status !== 428) return answer;
  return call("POST", "/v1/requests", { headers, body: { ...body, solution: await easySolution() } });
};
/** So many requests that came just now, each from a network of its own unless these sent them. */
const came = async (n: number, networks: readonly string[] = [], at = new Date().toISOString()) => {
  const rows = Array.from({ length: n }, (_, i) => `f${i}-${crypto.randomUUID()}`);
  await env.DB.prepare(
    `INSERT INTO requests (id, ref, kind, channel, state, name, received_on, days, decide_by, by, at)
     SELECT value, value, 'complaint', 'page', 'lodged', 'D', ?2, 30, ?2, 'public', ?3 FROM json_each(?1)`,
  )
    .bind(JSON.stringify(rows), at.slice(0, 10), at)
    .run();
  if (networks.length === 0)
    await env.DB.prepare(
      "INSERT INTO form_networks (id, network, at, request) SELECT value, value, ?2, value FROM json_each(?1)",
    )
      .bind(JSON.stringify(rows), at)
      .run();
  for (const [i, network] of networks.entries())
    await env.DB.prepare(
      `INSERT INTO form_networks (id, network, at, request)
       SELECT value, ?2, ?3, value FROM json_each(?1) WHERE key % ?4 = ?5`,
    )
      .bind(JSON.stringify(rows), bytesToHex(await formHmac(env.DB, network)), at, networks.length, i)
      .run();
};
/** To an administrator and an officer each. */
const mails = ["request-slowed", "request-slowed", "request-flood", "request-flood"];
const access = (email: string) => objection({ kind: "access", email });

it("an address that never answered gets three mails a day by the form, from however many networks; one that did, twenty", async () => {
  await Promise.all(Array.from({ length: 8 }, () => access("Victim@example.com")));
  expect(await linksTo("Victim@example.com")).toHaveLength(3);
  // What staff enter has mails of its own.
  await enter(tokens.agent, { email: "victim@EXAMPLE.com", proved: false });
  expect(await linksTo("victim@EXAMPLE.com")).toHaveLength(1);
  const { path } = (await linksTo("Victim@example.com")).at(-1)!;
  await sendForm(path, { action: "confirm-address" });
  await access("victim@example.com");
  expect(await linksTo("victim@example.com")).toHaveLength(1);
  await Promise.all(Array.from({ length: 15 }, () => access("victim@example.com")));
  expect((await linksTo("victim@example.com")).length).toBe(20 - 8);
});

it("a mailbox is one, whatever tags its address gets; another's that begins alike is not", async () => {
  for (const tag of ["", "+1", "+2", "+3", "+4"]) await access(`Box${tag}@example.com`);
  const mailed = ((await dump("outbox")) as { recipient: string }[]).map(({ recipient }) => recipient);
  expect(mailed).toEqual(["Box@example.com", "Box+1@example.com", "Box+2@example.com"]);
  for (const email of ["box@example.org", "box+1@mail.example.com", "box_1@example.com"]) {
    await access(email);
    expect(await linksTo(email)).toHaveLength(1);
  }
});

it("a flood from everywhere holds each number, is told once, and is taken back as one wave; nobody waits for it", async () => {
  const honest = (await objection()).data as { reference: string };
  await came(59);
  expect(await dump("outbox")).toEqual([]);
  for (let n = 0; n < 5; n++) expect((await objection()).status).toBe(201);
  expect(waits).toEqual([]);
  const told = (await dump("outbox")) as { template: string; vals: string }[];
  expect(told.map(({ template }) => template)).toEqual(mails);
  const { wave } = JSON.parse(told.at(-1)!.vals) as { wave: string };

  const waves = async () =>
    (await call("GET", "/v1/requests/waves", { token: officer })).data as RequestWaves;
  expect((await waves()).waves).toMatchObject([{ wave, held: 5 }]);
  expect((await call("GET", "/v1/requests/waves", { token: tokens.manager })).status).toBe(403);

  const held = `/v1/requests?state=held&limit=200&wave=${wave}`;
  const { requests } = (await call("GET", held, { token: officer })).data as RequestsAnswer;
  expect(requests).toHaveLength(5);
  expect(requests.map(({ reference }) => reference)).not.toContain(honest.reference);
  // Each number is held at once.
  expect(requests.every((request) => request.number !== null && request.wave === wave)).toBe(true);
  const live = (await dump("suppressions")) as { ended_at: string | null }[];
  expect(live.filter(({ ended_at }) => ended_at === null).length).toBeGreaterThanOrEqual(6);
  const body = { requests: requests.map(({ id }) => id), action: "take-back", reason: "A flood" };
  expect((await call("POST", "/v1/requests/objections", { token: officer, body })).data).toEqual({
    changed: 5,
  });
  expect(await waves()).toEqual({ waves: [] });
});

it("a flood from some networks waits before it is written, and whoever is alone in theirs neither waits nor is taken back", async () => {
  const networks = Array.from({ length: 5 }, (_, n) => `198.51.100.${n}`);
  await came(60, networks);
  const before = ((await dump("requests")) as object[]).length;
  let seen = 0;
  meanwhile = async () => {
    const { length } = await dump("requests");
    seen ||= length;
  };
  // At once: each sees those that came with it, and none is written before it has waited.
  const flood = await Promise.all(networks.map((network) => objection({}, network)));
  expect(flood.map(({ status }) => status)).toEqual(networks.map(() => 201));
  expect(waits).toEqual(networks.map(() => 10_000));
  expect(seen).toBe(before);
  waits = [];
  const honest = (await objection()).data as { reference: string };
  const one = (await objection({}, "203.0.113.1")).data as { reference: string };
  expect(waits).toEqual([]);
  const known = (await objection({ email: "known@example.com" }, networks[0])).data as { reference: string };
  await sendForm((await linksTo("known@example.com"))[0]!.path, { action: "confirm-address" });
  const ofWave = async () => {
    const { waves } = (await call("GET", "/v1/requests/waves", { token: officer })).data as RequestWaves;
    const path = `/v1/requests?state=held&limit=200&wave=${waves[0]!.wave}`;
    const { requests } = (await call("GET", path, { token: officer })).data as RequestsAnswer;
    expect(requests).toHaveLength(waves[0]!.held);
    return requests.map(({ reference }) => reference);
  };
  const wave = await ofWave();
  expect(wave).toHaveLength(5);
  for (const { reference } of [honest, one, known]) expect(wave).not.toContain(reference);
  // Not alone after all: the first one is of the wave, too.
  const two = (await objection({}, "203.0.113.1")).data as { reference: string };
  expect((await ofWave()).sort()).toEqual([...wave, one.reference, two.reference].sort());
});

it("a flood is told and is a wave, however many refused posts of one network come beside it", async () => {
  const network = bytesToHex(await formHmac(env.DB, "203.0.113.9"));
  const refused = Array.from({ length: 200 }, () =>
    env.DB.prepare("INSERT INTO form_networks (id, network, at) VALUES (?, ?, ?)").bind(
      crypto.randomUUID(),
      network,
      new Date().toISOString(),
    ),
  );
  await env.DB.batch(refused);
  await came(60);
  for (let n = 0; n < 3; n++) expect((await objection({}, `198.51.100.${n}`)).status).toBe(201);
  const told = (await dump("outbox")) as { template: string }[];
  expect(told.map(({ template }) => template)).toEqual(mails);
  const { waves } = (await call("GET", "/v1/requests/waves", { token: officer })).data as RequestWaves;
  expect(waves).toMatchObject([{ held: 3 }]);
});

it("a flood of two networks is told also by a request that is none of it, and asks that one for nothing", async () => {
  await came(60, ["198.51.100.1", "198.51.100.2"]);
  for (const network of ["203.0.113.1", "203.0.113.2"]) await objection({}, network);
  const told = (await dump("outbox")) as { template: string }[];
  expect(told.map(({ template }) => template)).toEqual(["request-flood", "request-flood"]);
  const { waves } = (await call("GET", "/v1/requests/waves", { token: officer })).data as RequestWaves;
  expect(waves).toEqual([]);
});

it("a flood that solves nothing marks none of the honest people who do", async () => {
  await came(30);
  const refused = Array.from({ length: 20 }, () =>
    call("POST", "/v1/requests", { body: { kind: "objection", name: "D", number: "+442079460999" } }),
  );
  for (const { status } of await Promise.all(refused)) expect(status).toBe(428);
  for (let n = 0; n < 5; n++) expect((await objection()).status).toBe(201);
  const { waves } = (await call("GET", "/v1/requests/waves", { token: officer })).data as RequestWaves;
  expect(waves).toEqual([]);
});

it("what is too slow to be a flood is told once a day, and slows nobody", async () => {
  const many = async () =>
    ((await dump("outbox")) as { template: string }[]).filter(({ template }) => template === "request-many");
  await came(100, [], new Date(Date.now() - 25 * 60 * MINUTE).toISOString());
  await came(299, [], new Date(Date.now() - 20 * 60 * MINUTE).toISOString());
  expect((await objection()).status).toBe(201);
  expect(await many()).toEqual([]);
  for (let n = 0; n < 3; n++) expect((await objection()).status).toBe(201);
  // An administrator and an officer.
  expect(await many()).toHaveLength(2);
  expect(waits).toEqual([]);
  const { waves } = (await call("GET", "/v1/requests/waves", { token: officer })).data as RequestWaves;
  expect(waves).toEqual([]);
});

it("from 1 June 2027 the JSON route wants to know when its form was opened", async () => {
  vi.useFakeTimers({ now: Date.parse("2027-05-31T23:59:59Z"), toFake: ["Date"] });
  expect((await objection({ formAt: undefined })).status).toBe(201);
  vi.setSystemTime(Date.parse("2027-06-01T00:00:00Z"));
  expect(await objection({ formAt: undefined })).toMatchObject({
    ...{ status: 422, data: { code: "invalid", errors: [{ path: "formAt" }] } },
  });
  expect((await objection()).status).toBe(201);
  vi.useRealTimers();
});

it("the JSON route has the form's defences: a trap, and a form's second", async () => {
  expect((await objection({ website: "https://spam.example" })).data).toMatchObject({
    code: "invalid",
    errors: [{ path: "website" }],
  });
  for (const formAt of [
    "1.abc",
    await stamp(env.DB, Date.now()),
    await stamp(env.DB, Date.now() - 90_000_000),
  ])
    expect((await objection({ formAt })).data).toMatchObject({
      code: "invalid",
      errors: [{ path: "formAt" }],
    });
  // Systems that do not know of it are slower, and heard.
  expect((await objection({ formAt: undefined })).status).toBe(201);
  expect(waits).toEqual([1000]);
  const { formAt } = (await call("GET", "/v1/requests/form", {})).data as { formAt: string };
  expect((await objection({ formAt })).status).toBe(422);
});

it("alarms do not wait behind a flood's mails, by the queue or without one", async () => {
  const add = (id: string, template: string, due: string) =>
    env.DB.prepare(
      "INSERT INTO outbox (id, key, template, recipient, vals, at, due) VALUES (?1, ?1, ?2, 'a@example.com', '{}', ?3, ?3)",
    )
      .bind(id, template, due)
      .run();
  for (let n = 0; n < 30; n++) await add(`flood-${n}`, "request-received", "2026-01-01");
  await add("alarm", "head", "2026-01-02");
  const queues = new Queues();
  await sendMails(queues.on({ ...env, MAIL_FROM: "a@example.com", EMAIL: {} } as unknown as Env), Date.now);
  expect(queues.sent[0]!.ids[0]).toBe("alarm");
  const { MAIL: _, ...own } = env;
  const sent: string[] = [];
  const EMAIL = { send: ({ to }: { to: string }) => Promise.resolve(sent.push(to)) };
  await env.DB.exec(
    "UPDATE outbox SET recipient = 'officer@example.com', queued_until = NULL WHERE id = 'alarm'",
  );
  await sendMails({ ...own, MAIL_FROM: "a@example.com", EMAIL } as unknown as Env, Date.now);
  expect(sent[0]).toBe("officer@example.com");
});
