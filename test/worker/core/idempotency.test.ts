/** With an Idempotency-Key, a repeated request makes one change. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { aTeam, call, dump } from "../helpers.ts";

const tokens = aTeam();
const suppress = (number: string, headers: Record<string, string>) =>
  call("POST", "/v1/suppressions", { token: tokens.agent, body: { number, reason: "asked" }, headers });

const headers = { "idempotency-key": "key-00000001" };
it("the same key gives the same answer, and one change", async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => suppress("+442079460992", headers)));
  const later = await suppress("+442079460992", headers);
  expect(new Set([...answers, later].map((a) => (a.data as { id: string }).id)).size).toBe(1);
  expect(later.headers.get("idempotency-replayed")).toBe("true");
  expect(new Set([...answers, later].map((a) => a.status))).toEqual(new Set([201]));
  const { results } = await env.DB.prepare("SELECT id FROM suppressions WHERE number = 442079460992").all();
  expect(results).toHaveLength(1);
});

it("is refused for another request, and is a person's own", async () => {
  expect((await suppress("+442079460993", headers)).data).toMatchObject({ code: "idempotency-mismatch" });
  const other = await call("POST", "/v1/suppressions", {
    token: tokens.manager,
    body: { number: "+442079460994", reason: "asked" },
    headers,
  });
  expect(other.status).toBe(201);
});

it("an answer that held a secret is not repeated: it says so", async () => {
  const ask = () =>
    call("POST", "/v1/invites", {
      token: tokens.admin,
      body: { name: "N", email: "n@example.com", role: "agent" },
      headers: { "idempotency-key": "key-secret-1" },
    });
  expect((await ask()).status).toBe(201);
  expect((await ask()).data).toMatchObject({ status: 409, code: "not-replayable" });
  expect(JSON.stringify(await dump("idempotency"))).not.toContain("cdi_");
});

describe("without a sign-in", () => {
  const ask = (name: string, key = "request-0001") =>
    call("POST", "/v1/requests", {
      // Said twice in the same words.
      body: { kind: "objection", name, number: "+442079460991", formAt: undefined },
      headers: { "idempotency-key": key },
    });
  it("a key is each request's own: nobody takes another's", async () => {
    expect((await ask("An Attacker")).status).toBe(201);
    expect((await ask("An honest one")).status).toBe(201);
    // Its answer held a link.
    expect((await ask("An honest one")).data).toMatchObject({ code: "not-replayable" });
  });

  it("a signed report has none: its signature is checked each time", async () => {
    const document = await (await call("GET", "/openapi.json")).data;
    expect(document).toHaveProperty(["paths", "/v1/hooks/{provider}"]);
    await env.DB.prepare(
      `INSERT INTO idempotency (person, key, fingerprint, status, answer, at)
       SELECT 'system', 'request-0001', fingerprint, 201, '{}', at FROM idempotency LIMIT 1`,
    ).run();
    const { status } = await call("POST", "/v1/hooks/generic", {
      body: {},
      headers: { "idempotency-key": "request-0001" },
    });
    expect(status).toBeGreaterThan(400);
  });
});
