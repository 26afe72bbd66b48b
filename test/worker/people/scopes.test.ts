/** Integrations have scopes and no role: what a scope does not open, whatever the role that was stored beside it. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { MeAnswer } from "../../../shared/people/api.ts";
import type { ScreeningsAnswer } from "../../../shared/screening/api.ts";
import { aTeam, call, dump, integration, scopes, setPolicy } from "../helpers.ts";
import { sample } from "../recordings/kit.ts";

const tokens = aTeam();
/** One with every scope, and a compliance officer's role from before there were scopes. */
let all: string;
beforeAll(async () => {
  await setPolicy((policy) => ({ holidays: [], recording: { ...policy.recording, regions: ["GB"] } }));
  all = await integration(tokens.admin, scopes);
  await env.DB.exec("UPDATE people SET role = 'compliance' WHERE kind = 'integration'");
});
const codeOf = ({ data }: { data: unknown }) => (data as Problem).code;
const me = async (token: string) => ((await call("GET", "/v1/me", { token })).data as MeAnswer).person;
const number = "+442079460958";

describe("a role that is stored beside the scopes", () => {
  it.each([
    ["POST", "/v1/requests/none/decide"],
    ["POST", "/v1/recordings/none/release"],
    ["GET", "/v1/audit/export"],
    ["GET", "/v1/proof?number=%2B442079460958"],
    ["GET", "/v1/recordings/none/audio?purpose=quality"],
    ["PUT", "/v1/policy"],
    ["DELETE", `/v1/suppressions/${number}`],
    ["POST", "/v1/consents"],
    ["POST", "/v1/consents/bulk"],
    ["GET", "/v1/dials?limit=500"],
    ["POST", "/v1/recordings/import"],
    ["DELETE", "/v1/tokens/current"],
  ])("does not open %s %s", async (method, path) => {
    expect(codeOf(await call(method, path, { token: all, ...(method === "GET" ? {} : { body: {} }) }))).toBe(
      "scope-missing",
    );
  });

  it("is not shown, and opens no past moment", async () => {
    expect(await me(all)).toMatchObject({ role: "agent", scopes });
    const at = new Date(Date.now() - 3_600_000).toISOString();
    expect(codeOf(await call("GET", `/v1/explain/${number}?at=${at}`, { token: all }))).toBe(
      "role-not-allowed",
    );
  });
});

it("none is none: also where an earlier release made the integration after this one", async () => {
  const token = await integration(tokens.admin, ["check"]);
  const { id } = await me(token);
  await env.DB.prepare("UPDATE people SET scopes = NULL WHERE id = ?").bind(id).run();
  expect(codeOf(await call("GET", "/v1/me", { token }))).toBe("scope-missing");
  await expect(env.DB.exec("UPDATE people SET scopes = '[]' WHERE kind = 'person'")).rejects.toThrow("CHECK");
});

describe("check", () => {
  it("puts objections on the list, and no other entry", async () => {
    const token = await integration(tokens.admin, ["check"]);
    const put = (kind: string) =>
      call("POST", "/v1/suppressions", { token, body: { number, kind, reason: "they asked" } });
    expect(codeOf(await put("house"))).toBe("scope-missing");
    expect((await put("objection")).status).toBe(201);
  });

  it("asks within an agent's hour, whatever role is stored", async () => {
    await setPolicy(({ access }) => ({ access: { ...access, numbersPerHour: 100 } }));
    const numbers = Array.from({ length: 101 }, (_, n) => `+4420794610${String(n).padStart(2, "0")}`);
    const ask = async (token: string) =>
      codeOf(await call("POST", "/v1/check", { token, body: { numbers } }));
    expect([await ask(tokens.compliance), await ask(all)]).toEqual([undefined, "too-many-numbers"]);
  });
});

it("screen: an integration sees and continues its own screenings only", async () => {
  const [one, two] = [
    await integration(tokens.admin, ["screen"]),
    await integration(tokens.admin, ["screen"]),
  ];
  const { data } = await call("POST", "/v1/screenings", {
    token: one,
    body: { source: "api", name: "contacts" },
  });
  const { id } = data as { id: string };
  const part = { numbers: [number] };
  expect((await call("GET", `/v1/screenings/${id}`, { token: two })).status).toBe(404);
  expect((await call("PUT", `/v1/screenings/${id}/parts/1`, { token: two, body: part })).status).toBe(404);
  expect((await call("POST", `/v1/screenings/${id}/finish`, { token: two, body: {} })).status).toBe(404);
  expect((await call("PUT", `/v1/screenings/${id}/parts/1`, { token: one, body: part })).status).toBe(200);
  const seen = async (token: string) =>
    ((await call("GET", "/v1/screenings", { token })).data as ScreeningsAnswer).screenings.map((s) => s.id);
  expect([await seen(one), await seen(two), await seen(tokens.manager)]).toEqual([[id], [], [id]]);
});

it("recordings:write alone makes no call of an agent's; calls:write beside it does", async () => {
  const body = () => sample({ agent: "agent@example.com" });
  const own = await integration(tokens.admin, ["recordings:write"]);
  expect((await call("POST", "/v1/recordings", { token: own, body: body() })).status).toBe(201);
  expect(await dump("calls")).toEqual([]);
  expect((await call("POST", "/v1/recordings", { token: all, body: body() })).status).toBe(201);
  expect(await dump("calls")).toHaveLength(1);
});
