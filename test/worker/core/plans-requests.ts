/** For plans.long.test.ts: each step of a data subject's request, and the public pages. */
import { env } from "cloudflare:workers";
import { stamp } from "../../../worker/privacy-requests/pages/form-guard.ts";
import { call } from "../helpers.ts";
import {
  ask,
  called,
  confirmAll,
  done,
  draft,
  easySolution,
  enter,
  fileOn,
  letter,
  linksTo,
  ORIGIN,
  today,
  verified,
  WHO,
} from "../privacy-requests/kit.ts";
import type { Case, Cases, Sent, World } from "./plans-kit.ts";

const PNG = { "content-type": "image/png", "content-length": "3" };
const image = () => new Uint8Array([1, 2, 3]);
const reasons = "We defend a claim that is before the court.";
const deny = { decision: "deny", ground: "protection", reasons };
/** Numbers of the filled tables, so that a request's search finds something; and one of which nothing is held. */
let n = 100;
const aNumber = (): string => `+44207946${String(++n).padStart(4, "0")}`;
const noNumber = (): string => `+44113496${String(++n).padStart(4, "0")}`;

type Id = string | Promise<string>;
const step =
  (path: string, id: (world: World) => Id, body: object = {}): Case =>
  async (world) => ({
    path: `/v1/requests/${await id(world)}/${path}`,
    token: world.tokens.compliance,
    body,
  });
const entered = ({ tokens }: World, own: Record<string, unknown> = {}) =>
  enter(tokens.compliance, { number: aNumber(), ...own });
const identified = ({ tokens }: World, own: Record<string, unknown> = {}) =>
  verified(tokens.compliance, aNumber(), own);
export const decided = async (
  world: World,
  decision: object = { decision: "comply" },
  own: Record<string, unknown> = {},
) => {
  const id = await verified(world.tokens.compliance, noNumber(), own);
  await confirmAll(world.tokens.compliance, id);
  await done(world.tokens.compliance, id, "decide", decision);
  return id;
};

const systemTask = () =>
  env.DB.prepare(
    "INSERT OR IGNORE INTO system_tasks (id, connector, name, kind, day, records, by, at) VALUES ('plans', 'c', 'Our CRM', 'hubspot', ?1, '[]', 'system', ?1)",
  )
    .bind(today())
    .run();

/** Decided, and each connected system has its answer. */
const settled = async (world: World, kind: "erasure" | "access") => {
  const { compliance: token } = world.tokens;
  const id = await decided(world, { decision: "comply" }, { kind });
  const { data } = await call("GET", `/v1/requests/${id}`, { token });
  for (const { id: system } of (data as { systems: { id: string }[] }).systems)
    await done(token, id, `systems/${system}`, { outcome: "nothing", how: "looked there" });
  return id;
};
/** The letter with the decision, which names each system. */
const decisionFor = async ({ tokens }: World, id: string) => ({
  ...{ kind: "decision", how: "post" },
  text: (await draft(tokens.compliance, id, "decision")).replace(/\[.*?\]/g, "-"),
});

export const requestCases: Cases = {
  "POST /v1/requests": async () => ({
    path: "/v1/requests",
    body: {
      ...{ kind: "access", ...WHO, number: aNumber(), formAt: await stamp(env.DB, Date.now() - 2000) },
      // The table is filled as a flood fills it.
      solution: await easySolution(),
    },
  }),
  "POST /v1/requests/entries": ({ tokens }) => ({
    path: "/v1/requests/entries",
    token: tokens.agent,
    body: { kind: "erasure", channel: "email", receivedOn: today(), ...WHO, number: aNumber() },
  }),
  "POST /v1/requests/objections": async ({ tokens }) => {
    const { id } = await ask({ kind: "objection", name: "Dora", number: aNumber() });
    return {
      path: "/v1/requests/objections",
      token: tokens.compliance,
      body: { requests: [id], action: "confirm-objection", reason: "theirs" },
    };
  },
  "PUT /v1/requests/templates/{kind}": ({ tokens }) => ({
    path: "/v1/requests/templates/decision",
    token: tokens.compliance,
    body: { text: "", version: 0 },
  }),
  "POST /v1/requests/{id}/address": step("address", (world) =>
    entered(world, { proved: false, email: "unproved@example.com" }),
  ),
  "POST /v1/requests/{id}/assign": step("assign", entered, { to: null }),
  "POST /v1/requests/{id}/clarify": [
    step("clarify", entered, { step: "ask", letter }),
    step(
      "clarify",
      async (world) => {
        const id = await entered(world);
        await done(world.tokens.compliance, id, "clarify", { step: "ask", letter });
        return id;
      },
      { step: "answered", said: "all of it" },
    ),
  ],
  "POST /v1/requests/{id}/close": step("close", async (world) => {
    const { compliance } = world.tokens;
    const id = await settled(world, "erasure");
    await done(compliance, id, "letters", await decisionFor(world, id));
    await done(compliance, id, "recipients", { none: true });
    return id;
  }),
  "POST /v1/requests/{id}/decide": [
    step("decide", identified, deny),
    step(
      "decide",
      async (world) => {
        const { number } = await called(world.tokens.admin);
        const id = await verified(world.tokens.compliance, number, { kind: "erasure" });
        await confirmAll(world.tokens.compliance, id);
        return id;
      },
      { decision: "comply" },
    ),
  ],
  "POST /v1/requests/{id}/export": step("export", (world) => settled(world, "access")),
  "POST /v1/requests/{id}/systems": step("systems", identified),
  "POST /v1/requests/{id}/systems/{system}": async (world) => {
    const id = await decided(world, { decision: "comply" }, { kind: "erasure" });
    await env.DB.prepare(
      "INSERT INTO request_systems (id, request, connector, name, kind, host, by, at) VALUES ('plans', ?1, 'plans', 'Our CRM', 'rest', 'crm.example.com', 'p', ?2)",
    )
      .bind(id, today())
      .run();
    const body = { outcome: "erased", how: "by hand" };
    return { path: `/v1/requests/${id}/systems/plans`, token: world.tokens.compliance, body };
  },
  "GET /v1/system-tasks/{id}": async ({ tokens }) => {
    await systemTask();
    return { path: "/v1/system-tasks/plans", token: tokens.compliance };
  },
  "POST /v1/system-tasks/{id}": async ({ tokens }) => {
    await systemTask();
    return { path: "/v1/system-tasks/plans", token: tokens.compliance, body: { how: "erased there" } };
  },
  "POST /v1/requests/{id}/extend": step("extend", entered, { reason: "many calls", letter }),
  "PUT /v1/requests/{id}/files": async (world) => ({
    path: `/v1/requests/${await entered(world)}/files?purpose=scan&name=scan.png`,
    token: world.tokens.compliance,
    raw: image(),
    headers: PNG,
  }),
  "GET /v1/requests/{id}/files/{file}": async (world) => {
    const id = await entered(world);
    await uploaded(world, id, "scan");
    return { path: `/v1/requests/${id}/files/${await fileOn(id, "scan")}`, token: world.tokens.compliance };
  },
  "POST /v1/requests/{id}/identity": [
    step("identity", entered, { step: "ask", letter }),
    step("identity", entered, { step: "clear", how: "wrote from the address on file" }),
  ],
  "POST /v1/requests/{id}/investigate": step("investigate", (world) => entered(world, { kind: "complaint" })),
  "POST /v1/requests/{id}/items": async (world) => {
    const { number } = await called(world.tokens.admin);
    const id = await verified(world.tokens.compliance, number);
    const { data } = await call("GET", `/v1/requests/${id}`, { token: world.tokens.compliance });
    const items = (data as { items: { id: string }[] }).items.map((item) => ({
      id: item.id,
      verdict: "confirmed",
    }));
    return { path: `/v1/requests/${id}/items`, token: world.tokens.compliance, body: { items } };
  },
  "GET /v1/requests/{id}/certificate": async (world) => ({
    path: `/v1/requests/${await settled(world, "erasure")}/certificate`,
    token: world.tokens.compliance,
  }),
  "POST /v1/requests/{id}/letters": async (world) => {
    const id = await decided(world, { decision: "comply" }, { kind: "erasure" });
    const body = await decisionFor(world, id);
    return { path: `/v1/requests/${id}/letters`, token: world.tokens.compliance, body };
  },
  "POST /v1/requests/{id}/link": step("link", identified),
  "POST /v1/requests/{id}/match": [
    step(
      "match",
      async (world) => {
        const id = await entered(world);
        await done(world.tokens.compliance, id, "identity", { step: "clear", how: "known" });
        return id;
      },
      { numbers: ["+442079460201"] },
    ),
    // A part of a recording's time, as somebody narrowed it.
    step("match", identified, { everything: true }),
  ],
  "POST /v1/requests/{id}/note": step("note", entered, { text: "rang", same: [], others: [] }),
  "POST /v1/requests/{id}/names": step("names", identified, { others: ["Johanna Doe"] }),
  "POST /v1/requests/{id}/recipients": [
    step("recipients", (world) => decided(world, { decision: "comply" }, { kind: "erasure" }), {
      ...{ name: "Mail House", toldOn: null },
    }),
    step(
      "recipients",
      async (world) => {
        const id = await decided(world, { decision: "comply" }, { kind: "erasure" });
        await done(world.tokens.compliance, id, "recipients", { name: "Mail House" });
        return id;
      },
      { name: "Mail House", mistake: "a slip" },
    ),
  ],
  "POST /v1/requests/{id}/withdraw": step(
    "withdraw",
    async (world) => {
      const id = await entered(world);
      await uploaded(world, id, "withdrawal");
      return id;
    },
    { reason: "changed her mind" },
  ),
  "POST /v1/requests/{id}/writing": step(
    "writing",
    (world) => entered(world, { kind: "erasure", channel: "telephone", proved: false }),
    { how: "oral", reason: "she said it clearly" },
  ),
};

const uploaded = async ({ tokens }: World, id: string, purpose: string) => {
  await call("PUT", `/v1/requests/${id}/files?purpose=${purpose}&name=a.png`, {
    token: tokens.compliance,
    raw: image(),
    headers: PNG,
  });
};

const FORM = { origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" };
const form = (path: string, fields: Record<string, string>): Sent => ({
  path,
  raw: new URLSearchParams(fields).toString(),
  headers: FORM,
});
/** The requester's page of a new request, by the link in the mail. */
async function ownPage(fields: object = {}): Promise<string> {
  const email = `page-${++n}@example.com`;
  await ask({ kind: "access", name: "Dora", email, number: aNumber(), ...fields });
  return (await linksTo(email)).at(-1)!.path;
}

/** What a requester who has lost the link says. */
async function statusOf(): Promise<Record<string, string>> {
  const path = await ownPage();
  await call("POST", path, form(path, { action: "confirm-address" }));
  const asked =
    "SELECT ref AS reference, email FROM requests WHERE email GLOB 'page-*' ORDER BY at DESC LIMIT 1";
  return (await env.DB.prepare(asked).first<Record<string, string>>())!;
}

/** Pages that are in no document, with what they answer to. */
export const pageCases: Cases = {
  "GET /join": () => ({ path: "/join" }),
  "GET /dial": () => ({ path: "/dial" }),
  "GET /dial/on": () => ({ path: "/dial/on" }),
  "GET /": () => ({ path: "/" }),
  "GET /policy": () => ({ path: "/policy" }),
  "GET /policy/{version}{[0-9]{1,9}}": () => ({ path: "/policy/1" }),
  "GET /docs": () => ({ path: "/docs" }),
  "GET /privacy-request": () => ({ path: "/privacy-request" }),
  "POST /privacy-request": async () =>
    form("/privacy-request", {
      ...{ at: await stamp(env.DB, Date.now() - 60_000), website: "", kind: "access" },
      ...{ name: WHO.name, email: "form@example.com", number: aNumber(), solution: await easySolution() },
    }),
  "GET /privacy-request/status": () => ({ path: "/privacy-request/status" }),
  "POST /privacy-request/status": async () => form("/privacy-request/status", await statusOf()),
  "GET /privacy-request/{token}": [
    async () => ({ path: await ownPage() }),
    async (world) => {
      const id = await identified(world);
      await confirmAll(world.tokens.compliance, id);
      return { path: await handedPath(world, id) };
    },
  ],
  "POST /privacy-request/{token}": [
    async () => form(await ownPage(), { action: "confirm-address" }),
    async () => {
      const path = await ownPage();
      return form(path, { action: "withdraw" });
    },
  ],
  "GET /privacy-request/{token}/copy": async (world) => ({ path: await copyPath(world) }),
  "GET /privacy-request/{token}/copy/{part}": async (world) => ({ path: `${await copyPath(world)}/1` }),
};

/** The address of a copy that was just made, by a link that was handed over. */
async function copyPath(world: World): Promise<string> {
  const { compliance } = world.tokens;
  const id = await settled(world, "access");
  await done(compliance, id, "export");
  return `${await handedPath(world, id)}/copy`;
}
/** The page of a request by a link that was handed over. */
async function handedPath({ tokens }: World, id: string): Promise<string> {
  const { data } = await call("POST", `/v1/requests/${id}/link`, { token: tokens.compliance });
  return new URL((data as { link: string }).link).pathname;
}
