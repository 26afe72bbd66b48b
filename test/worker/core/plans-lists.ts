/** For plans.long.test.ts: checks and their evidence, the do-not-call list, consents, registers. */
import { call, daysAgo, push, rowsOf, today } from "../helpers.ts";
import { type Case, type Cases, fresh, idOf, json, now, number, type World } from "./plans-kit.ts";

const dial = (): object => ({
  ...{ number, e164: number, action: "passed", verdict: "clear", seen: null, reasons: [] },
  ...{ host: "crm.example", at: now() },
});
const consent = (to: string, kind = "notification"): object => ({
  ...{
    number: to,
    kind,
    giver: "subscriber",
    givenBy: "J. Doe",
    givenAt: `${today()}T00:00:00Z`,
    words: "yes",
  },
  ...{ how: "web", proof: "form" },
});
/** A consent that an agent entered, to be reviewed. */
const reviewed = async ({ tokens }: World): Promise<string> => {
  const { data } = await call("POST", "/v1/consents", {
    token: tokens.agent,
    body: { number: fresh(), basis: "solicited", givenBy: "J. Doe", givenAt: now(), evidence: "rang" },
  });
  return (data as { id: string }).id;
};

const evidence: Cases = {
  "POST /v1/check": json("/v1/check", { numbers: [number, "+442079460002"] }),
  "POST /v1/dials": ({ tokens }) => ({ path: "/v1/dials", token: tokens.agent, body: dial() }),
  "POST /v1/gate": [
    ({ systems }) => ({
      path: "/v1/gate",
      token: systems.gate,
      body: { to: number, agent: "ann@example.com", callId: "f1" },
    }),
    ({ systems }) => ({
      path: "/v1/gate",
      token: systems.gate,
      body: { to: number, agent: "ann@example.com", callId: "new" },
    }),
  ],
  "POST /v1/canary": ({ tokens }) => ({
    path: "/v1/canary",
    token: tokens.agent,
    body: {
      ...{ browser: "0".repeat(32), version: "0.1.0" },
      results: [{ layer: "link", held: false }],
    },
  }),
  "POST /v1/calls/import": [false, true].map((dryRun): Case => {
    return ({ systems }) => ({
      path: "/v1/calls/import",
      token: systems["calls:write"],
      body: { rows: [{ provider: "log", number, direction: "outbound", startedAt: now() }], dryRun },
    });
  }),
  "PUT /v1/calls/agents": async ({ tokens }) => {
    const { data } = await call("GET", "/v1/me", { token: tokens.agent });
    const person = (data as { person: { id: string } }).person.id;
    return { path: "/v1/calls/agents", token: tokens.admin, body: { agent: "bob@example.com", person } };
  },
};

const doNotCall: Cases = {
  "POST /v1/suppressions": ["objection", "house"].map((kind): Case => {
    return ({ tokens }) => ({
      path: "/v1/suppressions",
      token: tokens.agent,
      body: { number: kind === "house" ? number : fresh(), kind, reason: "asked" },
    });
  }),
  "POST /v1/suppressions/bulk": json("/v1/suppressions/bulk", {
    rows: [
      { number: fresh(), reason: "asked" },
      { number: fresh(), reason: "asked" },
    ],
  }),
  "POST /v1/suppressions/{id}/scope": async ({ tokens }) => {
    const body = { number: fresh(), reason: "asked", scope: "unsaid" };
    const { data } = await call("POST", "/v1/suppressions", { token: tokens.agent, body });
    const { id } = data as { id: string };
    return {
      path: `/v1/suppressions/${id}/scope`,
      token: tokens.compliance,
      body: { scope: "person", reason: "she said so", numbers: [fresh()] },
    };
  },
  "POST /v1/suppressions/{id}/undo": async ({ tokens }) => {
    const body = { number: fresh(), reason: "asked" };
    const { data } = await call("POST", "/v1/suppressions", { token: tokens.agent, body });
    return { path: `/v1/suppressions/${(data as { id: string }).id}/undo`, token: tokens.agent };
  },
  "DELETE /v1/suppressions/{e164}": async ({ tokens }) => {
    const to = fresh();
    await call("POST", "/v1/suppressions", {
      token: tokens.agent,
      body: { number: to, kind: "house", reason: "asked" },
    });
    return { path: `/v1/suppressions/${encodeURIComponent(to)}`, token: tokens.admin, body: { reason: "x" } };
  },
  "POST /v1/parties": json("/v1/parties", { number: fresh(), party: "company", detail: "their page" }),
  "POST /v1/parties/bulk": json("/v1/parties/bulk", {
    rows: [{ number: fresh(), party: "company", detail: "their page" }],
  }),
  "DELETE /v1/parties/{id}": (world) => ({
    path: `/v1/parties/${idOf(world, "POST /v1/parties")}`,
    token: world.tokens.admin,
  }),
  "POST /v1/consents": json("/v1/consents", consent(number), "manager"),
  "POST /v1/consents/bulk": json("/v1/consents/bulk", { rows: [consent(fresh())] }, "manager"),
  "POST /v1/consents/{id}/review": async (world) => ({
    path: `/v1/consents/${await reviewed(world)}/review`,
    token: world.tokens.manager,
    body: {
      verdict: "good",
      review: "heard the call",
      giver: "subscriber",
      how: "telephone",
      proof: "call 12",
    },
  }),
  "POST /v1/consents/{id}/done": async (world) => ({
    path: `/v1/consents/${await reviewed(world)}/done`,
    token: world.tokens.agent,
  }),
  "POST /v1/consents/{id}/withdraw": async (world) => ({
    path: `/v1/consents/${await reviewed(world)}/withdraw`,
    token: world.tokens.manager,
    body: { reason: "rang" },
  }),
  "POST /v1/call-backs": ({ tokens }) => ({
    path: "/v1/call-backs",
    token: tokens.agent,
    body: { number: fresh(), on: daysAgo(-21), givenBy: "J. Doe", words: "ring me then" },
  }),
};

/** The list as an upload has it, compared with what is in force. */
async function upload({ tokens: { admin } }: World) {
  const { rows, sums, hash } = rowsOf(["+442079460958", "+442079460959", fresh()]);
  const now = await call("GET", "/v1/lists/ctps/digests", { token: admin });
  const { version: parent, blocks } = now.data as { version: number; blocks: [number, number, number][] };
  const had = new Map(blocks.map(([block, , digest]) => [block, digest]));
  const kept = new Set(rows.map(([block]) => block));
  const gone = [...had.keys()].filter((block) => !kept.has(block)).map((block) => [block, 0, 0, ""]);
  return {
    parent,
    blocks: [...rows.filter(([block, , digest]) => had.get(block) !== digest), ...gone],
    sums: { blocks: sums.blocks, numbers: sums.numbers, hash },
  };
}
let planned: Awaited<ReturnType<typeof upload>>;
const uploadPath = ({ made }: World) =>
  `/v1/lists/ctps/uploads/${made<{ version: number }>("POST /v1/lists/{id}/uploads").version}`;

const registers: Cases = {
  "PUT /v1/lists/{id}": json("/v1/lists/own", { name: "Our own", regions: ["GB"], maxAgeDays: 30 }),
  // The filled register's blocks are no numbers.
  "POST /v1/lists/{id}/changes": async ({ tokens }) => {
    await push(tokens.admin, "ctps", ["+442079460958", "+442079460959"]);
    const body = { add: [fresh()], remove: [], asOf: today(), attestSameFile: true };
    return { path: "/v1/lists/ctps/changes", token: tokens.admin, body };
  },
  "POST /v1/lists/{id}/rollback": async ({ tokens }) => {
    const { data } = await call("GET", "/v1/lists/ctps", { token: tokens.admin });
    const { version: parent } = data as { version: number };
    return {
      path: "/v1/lists/ctps/rollback",
      token: tokens.admin,
      body: { to: 1, parent, why: "a wrong file" },
    };
  },
  "POST /v1/lists/{id}/sync": json("/v1/lists/tps/sync", { state: "failed", detail: "no file" }),
  "POST /v1/lists/{id}/uploads": async (world) => {
    planned = await upload(world);
    const { parent } = planned;
    const body = { asOf: today(), parent, source: { name: "test.txt" } };
    return { path: "/v1/lists/ctps/uploads", token: world.tokens.admin, body };
  },
  "PUT /v1/lists/{id}/uploads/{ver}/parts/{part}": (world) => ({
    path: `${uploadPath(world)}/parts/1`,
    token: world.tokens.admin,
    body: { blocks: planned.blocks },
  }),
  "GET /v1/lists/{id}/uploads/{ver}": (world) => ({ path: uploadPath(world), token: world.tokens.admin }),
  "POST /v1/lists/{id}/uploads/{ver}/commit": (world) => ({
    path: `${uploadPath(world)}/commit`,
    token: world.tokens.admin,
    body: { parts: 1, ...planned.sums, allowShrink: true },
  }),
  "PUT /v1/lists/{id}/lookup": ({ tokens }) => ({
    path: "/v1/lists/ctps/lookup",
    token: tokens.admin,
    body: { source: "t2a" },
    vars: { T2A_KEY: "key-t" },
  }),
};

export const listCases: Cases = { ...evidence, ...doNotCall, ...registers };
