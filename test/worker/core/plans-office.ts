/** For plans.long.test.ts: policy, people, what goes out, screenings, recordings. */
import { env } from "cloudflare:workers";
import type { Drawn, DrawsAnswer } from "../../../shared/overview/api-announced.ts";
import { reportName } from "../../../shared/overview/api-reports.ts";
import type { Role } from "../../../shared/people/api.ts";
import type { PolicyAnswer, PolicySaved } from "../../../shared/policy/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { publishHead } from "../../../worker/trail/heads.ts";
import { call, DAY, daysAgo, join, today } from "../helpers.ts";
import { aged, laid, sample } from "../recordings/kit.ts";
import { memory, newest, remember } from "../trail/kit.ts";
import {
  type Case,
  type Cases,
  failedMail,
  idOf,
  json,
  now,
  number,
  type Sent,
  sql,
  type World,
} from "./plans-kit.ts";

let n = 0;
/** Saves a policy with one more number an hour, which loosens it and is a proposal. */
async function loosened({ tokens }: World, more = ++n): Promise<Sent> {
  const { data } = await call("GET", "/v1/policy", { token: tokens.manager });
  const { policy, version } = data as PolicyAnswer;
  const access: Policy["access"] = {
    ...policy.access,
    numbersPerHour: policy.access.numbersPerHour + 1000 + more,
  };
  return {
    path: "/v1/policy",
    token: tokens.manager,
    body: { policy: { ...policy, access }, why: "a busy week" },
    headers: { "if-match": `"${version}"` },
  };
}
const settled =
  (how: "approve" | "refuse" | "withdraw", by: Role): Case =>
  async (world) => {
    const { path, ...sent } = await loosened(world);
    const { data } = await call("PUT", path, sent);
    const { proposed } = data as PolicySaved;
    return { path: `/v1/proposals/${proposed!.id}/${how}`, token: world.tokens[by] };
  };
const invite = (email: string, role: Role = "agent"): object => ({ name: "New", email, role });

const people: Cases = {
  "PUT /v1/policy": loosened,
  "POST /v1/policy/preview": async (world) => {
    const { token, body } = await loosened(world);
    return { path: "/v1/policy/preview", ...(token && { token }), body: body! };
  },
  "POST /v1/proposals/{id}/approve": settled("approve", "admin"),
  "POST /v1/proposals/{id}/refuse": settled("refuse", "admin"),
  "POST /v1/proposals/{id}/withdraw": settled("withdraw", "manager"),
  "POST /v1/invites": ["agent", "manager"].map((role) =>
    json("/v1/invites", invite(`new-${role}@example.com`, role as Role)),
  ),
  "POST /v1/join": async ({ tokens }) => {
    const body = invite("joins@example.com");
    const { data } = await call("POST", "/v1/invites", { token: tokens.admin, body });
    return { path: "/v1/join", body: { code: (data as { code: string }).code } };
  },
  "PATCH /v1/people/{id}": [
    { name: "Another" },
    { active: false },
    { active: true, role: "manager" as const },
  ].map((body): Case => {
    return (world) => ({
      path: `/v1/people/${world.made<{ person: { id: string } }>("POST /v1/join").person.id}`,
      token: world.tokens.admin,
      body,
    });
  }),
  "POST /v1/tokens": json("/v1/tokens", {
    ...{ name: "Another system", scopes: ["check"], until: daysAgo(-300) },
  }),
  "POST /v1/tokens/rotate": async ({ tokens }) => ({
    path: "/v1/tokens/rotate",
    token: await join(tokens.admin, "agent", "rotates@example.com"),
  }),
  "DELETE /v1/tokens/{id}": async ({ tokens }) => ({
    path: "/v1/tokens/current",
    token: await join(tokens.admin, "agent", "leaves@example.com"),
  }),
  "GET /v1/audit/heads/{day}": async ({ tokens }) => {
    await publishHead(env, Date.now() - 30 * DAY);
    return { path: `/v1/audit/heads/${daysAgo(30)}`, token: tokens.admin };
  },
  "GET /v1/statements/{day}": async ({ tokens }) => {
    // So that the daily job makes those of two days.
    const [day, end] = [daysAgo(3), `${daysAgo(2)}T00:00:00.000Z`];
    await sql(
      "INSERT INTO statements (day, ends_at, made_at, later, sha256, document) VALUES (?, ?, ?, 0, 'x', '{}')",
      day,
      end,
      end,
    );
    return { path: `/v1/statements/${day}`, token: tokens.admin };
  },
};

const outward: Cases = {
  "POST /v1/webhooks": json("/v1/webhooks", { url: "https://dial.example.com/hook" }),
  "POST /v1/webhooks/{id}/ping": (world) => ({
    path: `/v1/webhooks/${idOf(world, "POST /v1/webhooks")}/ping`,
    token: world.tokens.admin,
  }),
  "POST /v1/webhooks/{id}/resume": async (world) => {
    const id = idOf(world, "POST /v1/webhooks");
    await sql("UPDATE webhooks SET off_at = ?, off_why = 'gone' WHERE id = ?", now(), id);
    return { path: `/v1/webhooks/${id}/resume`, token: world.tokens.admin };
  },
  "DELETE /v1/webhooks/{id}": (world) => ({
    path: `/v1/webhooks/${idOf(world, "POST /v1/webhooks")}`,
    token: world.tokens.admin,
  }),
  "PUT /v1/mail/service": ({ tokens }) => ({
    path: "/v1/mail/service",
    token: tokens.admin,
    body: { from: "dial@example.com", url: "https://mail.example.com/emails", token: "secret" },
  }),
  "DELETE /v1/mail/service": ({ tokens }) => ({ path: "/v1/mail/service", token: tokens.admin }),
  "POST /v1/mail/trial": ({ tokens }) => ({ path: "/v1/mail/trial", token: tokens.admin }),
  "POST /v1/mail/{id}/retry": async ({ tokens }) => {
    await failedMail("retried");
    return { path: "/v1/mail/retried/retry", token: tokens.admin };
  },
  "POST /v1/watch/seen": json("/v1/watch/seen", { upTo: 1 }),
};

const screening: Cases = {
  "POST /v1/screenings": [
    json("/v1/screenings", { name: "contacts.csv" }),
    ({ tokens }) => ({
      path: "/v1/screenings?name=contacts.csv",
      token: tokens.admin,
      raw: `name,phone\nJ,${number}\n`,
      headers: { "content-type": "text/csv" },
    }),
    json("/v1/screenings", { name: "again.csv" }),
  ],
  "PUT /v1/screenings/{id}/parts/{part}": (world) => ({
    path: `/v1/screenings/${idOf(world, "POST /v1/screenings")}/parts/1`,
    token: world.tokens.admin,
    body: { numbers: [number, "+442079460002"] },
  }),
  "POST /v1/screenings/{id}/finish": (world) => ({
    path: `/v1/screenings/${idOf(world, "POST /v1/screenings")}/finish`,
    token: world.tokens.admin,
    body: {},
  }),
};

/** A frame of 36 ms. */
const MP3 = new Uint8Array(108);
MP3.set([0xff, 0xf3, 0x38, 0xc4]);
const withAudio = { "content-type": "audio/mpeg", "content-length": String(MP3.length) };
const recording = (world: World): string => idOf(world, "POST /v1/recordings");
const drawnOf = (world: World): Drawn =>
  world
    .made<DrawsAnswer>("POST /v1/announced/draws")
    .drawn.find((one) => one.recording === recording(world))!;
const imports = (dryRun: boolean): Case => {
  return async ({ tokens }) => ({
    path: "/v1/recordings/import",
    token: tokens.admin,
    body: { rows: [await laid(env, imported)], dryRun },
    vars: { RECORDINGS: aged(env).RECORDINGS! },
  });
};
const imported = sample({ storage: { kind: "r2", key: "dialler/plans-import.mp3" } });

const recordings: Cases = {
  "POST /v1/recordings": ({ systems }) => ({
    path: "/v1/recordings",
    token: systems["recordings:write"],
    body: sample(),
  }),
  "PUT /v1/recordings/{id}/audio": (world) => ({
    path: `/v1/recordings/${recording(world)}/audio`,
    token: world.systems["recordings:write"],
    raw: MP3,
    headers: withAudio,
  }),
  "POST /v1/recordings/import": [imports(true), imports(false)],
  "POST /v1/recordings/refused": async ({ tokens }) => {
    await env.DB.exec(
      "INSERT OR REPLACE INTO keys_refused VALUES ('hook:generic', 'old', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 1)",
    );
    const body = { system: "hook:generic", until: "2026-01-01T00:00:00.000Z", why: "imported" };
    return { path: "/v1/recordings/refused", body, token: tokens.admin };
  },
  "POST /v1/recordings/retention": [true, false].map((dryRun) =>
    json("/v1/recordings/retention", { why: "shorter", dryRun }),
  ),
  "POST /v1/recordings/retention/stay": json("/v1/recordings/retention/stay", { why: "no need" }),
  "POST /v1/recordings/{id}/look": async (world) => {
    const { storage } = (
      await call("GET", `/v1/recordings/${recording(world)}`, { token: world.tokens.admin })
    ).data as { storage: { key: string } };
    await env.RECORDINGS!.put(storage.key, new Uint8Array([...MP3, ...MP3]));
    return {
      path: `/v1/recordings/${recording(world)}/look`,
      token: world.tokens.compliance,
      body: { why: "The bucket was copied." },
    };
  },
  "GET /v1/recordings/{id}/look": (world) => ({
    path: `/v1/recordings/${recording(world)}/look`,
    token: world.tokens.compliance,
  }),
  "POST /v1/recordings/{id}/look/approve": (world) => ({
    path: `/v1/recordings/${recording(world)}/look/approve`,
    token: world.tokens.admin,
  }),
  "POST /v1/recordings/{id}/hold": (world) => ({
    path: `/v1/recordings/${recording(world)}/hold`,
    token: world.tokens.compliance,
    body: { reason: "a claim", reviewOn: daysAgo(-30) },
  }),
  "PUT /v1/recordings/{id}/hold": (world) => ({
    path: `/v1/recordings/${recording(world)}/hold`,
    token: world.tokens.compliance,
    body: { reason: "a claim", reviewOn: daysAgo(-60) },
  }),
  "POST /v1/recordings/{id}/release": (world) => ({
    path: `/v1/recordings/${recording(world)}/release`,
    token: world.tokens.compliance,
    body: { reason: "over" },
  }),
  "GET /v1/recordings/{id}/audio": (world) => ({
    path: `/v1/recordings/${recording(world)}/audio?purpose=quality`,
    token: world.tokens.compliance,
  }),
  // Of all others the draws are filled in.
  "POST /v1/announced/draws": json("/v1/announced/draws", { from: daysAgo(2), to: today(), count: 20 }),
  "GET /v1/announced/{id}/audio": (world) => ({
    path: `/v1/announced/${drawnOf(world).id}/audio?purpose=quality`,
    token: world.tokens.compliance,
  }),
  "POST /v1/announced/{id}/heard": (world) => ({
    path: `/v1/announced/${drawnOf(world).id}/heard`,
    token: world.tokens.compliance,
    body: { heard: "yes" },
  }),
  "POST /v1/recordings/{id}/erase": (world) => ({
    path: `/v1/recordings/${recording(world)}/erase`,
    token: world.tokens.compliance,
    body: { why: "a mistake" },
  }),
};

const reports: Cases = {
  "GET /v1/reports/{report}": reportName.options.map((name): Case => ({ tokens }) => ({
    path: `/v1/reports/${name}?from=${daysAgo(2)}&to=${today()}`,
    token: tokens.manager,
  })),
};

export const officeCases: Cases = { ...people, ...outward, ...screening, ...recordings, ...reports };

/** After the jobs, as they need what those do once. */
export const lateCases: Cases = {
  "POST /v1/audit/restored": async ({ tokens }) => {
    // As if a row behind the newest had been cut off.
    const [{ seq }, written] = [await newest(), await memory()];
    const lost = [{ first: seq + 9, last: seq + 9, hash: "gone" }];
    await remember(written && { ...written, lost });
    return { path: "/v1/audit/restored", token: tokens.admin, body: { why: "put back" } };
  },
  // Whatever there is of closed months, one row says which file is next.
  "POST /v1/dials/reopened": ({ tokens }) =>
    Promise.resolve({ path: "/v1/dials/reopened", token: tokens.admin, body: {} }),
  "POST /v1/audit/returned": async ({ tokens }) => {
    // A filled database takes more runs of the clock than these.
    for (let run = 0; run < 4; run++) await adopt(env);
    const [from, to] = [20, 19].map((days) => new Date(Date.now() - days * DAY).toISOString());
    return { path: "/v1/audit/returned", token: tokens.admin, body: { from, to, why: "rolled back" } };
  },
};
