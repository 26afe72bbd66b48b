import { beforeAll, describe, expect, it } from "vitest";
import type { Role, Scope } from "../../../shared/people/api.ts";
import { app } from "../../../worker/index.ts";
import { problemCodes } from "../../../worker/core/errors.ts";
import { aTeam, call, integration, join, roles, scopes } from "../helpers.ts";

const everyone: Role[] = ["agent", "manager", "compliance", "admin"];
const office: Role[] = ["manager", "compliance", "admin"];
const officers: Role[] = ["compliance", "admin"];
/**
 * The roles of every route, written out a second time: a route that is widened by mistake fails here, and so does a new
 * route until its roles are added.
 */
const admittedTo: Record<string, Role[] | "public"> = {
  "GET /v1/audit": ["compliance", "admin"],
  "GET /v1/audit/archives": ["compliance", "admin"],
  "GET /v1/audit/deep": ["compliance", "admin"],
  "POST /v1/audit/returned": ["compliance", "admin"],
  "POST /v1/audit/restored": ["compliance", "admin"],
  "POST /v1/dials/reopened": ["admin"],
  "GET /v1/dials/months/{month}": ["admin"],
  "GET /v1/calls/months/{month}": ["admin"],
  "GET /v1/recordings/months/{month}": ["admin"],
  "GET /v1/audit/export": ["compliance", "admin"],
  "GET /v1/audit/heads": ["compliance", "admin"],
  "GET /v1/audit/heads/{day}": ["compliance", "admin"],
  "GET /v1/audit/verify": ["compliance", "admin"],
  "GET /v1/announced": officers,
  "POST /v1/announced/draws": officers,
  "GET /v1/announced/{id}/audio": officers,
  "POST /v1/announced/{id}/heard": officers,
  "GET /v1/calls": office,
  "PUT /v1/calls/agents": office,
  "GET /v1/calls/days": office,
  "POST /v1/calls/import": office,
  "GET /v1/calls/state": office,
  "GET /v1/calls/unseen": office,
  "POST /v1/call-backs": everyone,
  "GET /v1/canary": officers,
  "GET /v1/canary/line": everyone,
  "POST /v1/canary": everyone,
  "GET /v1/changes": everyone,
  "POST /v1/check": everyone,
  "GET /v1/connectors": ["admin"],
  "POST /v1/connectors": ["admin"],
  "PUT /v1/connectors/{id}": ["admin"],
  "DELETE /v1/connectors/{id}": ["admin"],
  "POST /v1/connectors/{id}/fields": ["admin"],
  "GET /v1/connectors/{id}/runs": ["admin"],
  "POST /v1/connectors/{id}/runs": ["admin"],
  "POST /v1/connectors/{id}/sign-in": ["admin"],
  "POST /v1/connectors/{id}/sign-in/confirm": ["admin"],
  "POST /v1/connectors/{id}/stop": ["admin"],
  "POST /v1/connectors/{id}/switch": ["admin"],
  "POST /v1/connectors/{id}/test": ["admin"],
  "GET /v1/consents": office,
  "POST /v1/consents": everyone,
  "POST /v1/consents/bulk": office,
  "POST /v1/consents/{id}/done": everyone,
  // Policy restricts it further: consents.recordedBy.
  "POST /v1/consents/{id}/review": office,
  "POST /v1/consents/{id}/withdraw": office,
  "GET /v1/dials": everyone,
  "GET /v1/duties": officers,
  "POST /v1/dials": everyone,
  // An agent may not ask about the past: test/worker/check/explain.test.ts.
  "GET /v1/explain/{e164}": everyone,
  "GET /v1/figures": office,
  // A manager finds no requests: test/worker/check/find.test.ts.
  "GET /v1/find": office,
  // Only of telephone systems, by their scope; Twilio's is admitted by its signature: test/worker/providers/twilio-gate.test.ts.
  "POST /v1/gate": [],
  "GET /v1/callable": [],
  "POST /v1/gate/twilio/{integration}": "public",
  "GET /v1/requests/form": "public",
  "GET /v1/requests/waves": officers,
  "GET /v1/work": officers,
  // Of mails, webhooks and CRMs administrators only: test/worker/jobs/work.test.ts.
  "GET /v1/work/{kind}/failed": officers,
  "POST /v1/work/{kind}/again": officers,
  "POST /v1/work/{kind}/leave": ["admin"],
  "GET /v1/health": "public",
  // Admitted by its provider's signature: test/worker/recordings/provider-reports.test.ts.
  "POST /v1/hooks/{provider}": "public",
  "PUT /v1/hooks/{provider}/prefix": ["admin"],
  "GET /v1/invites": office,
  "POST /v1/invites": ["admin"],
  "POST /v1/join": "public",
  "GET /v1/lists": everyone,
  "GET /v1/lists/{id}": everyone,
  "PUT /v1/lists/{id}": ["admin"],
  "POST /v1/lists/{id}/changes": ["admin"],
  "GET /v1/lists/{id}/digests": ["admin"],
  "GET /v1/lists/{id}/numbers/{e164}": office,
  "POST /v1/lists/{id}/rollback": ["admin"],
  "POST /v1/lists/{id}/sync": ["admin"],
  "POST /v1/lists/{id}/uploads": ["admin"],
  "GET /v1/lists/{id}/uploads/{ver}": ["admin"],
  "POST /v1/lists/{id}/uploads/{ver}/commit": ["admin"],
  "PUT /v1/lists/{id}/uploads/{ver}/parts/{part}": ["admin"],
  "PUT /v1/lists/{id}/lookup": ["admin"],
  "GET /v1/lookups": office,
  "GET /v1/mail": ["compliance", "admin"],
  "PUT /v1/mail/service": ["admin"],
  "DELETE /v1/mail/service": ["admin"],
  "POST /v1/mail/trial": ["admin"],
  "POST /v1/mail/{id}/retry": ["admin"],
  "GET /v1/me": everyone,
  "GET /v1/numbers/{e164}/history": everyone,
  "GET /v1/parties": officers,
  "POST /v1/parties": officers,
  "POST /v1/parties/bulk": officers,
  "DELETE /v1/parties/{id}": officers,
  "GET /v1/people": office,
  "GET /v1/people/{id}": office,
  "PATCH /v1/people/{id}": ["admin"],
  "GET /v1/policy": everyone,
  "PUT /v1/policy": ["manager", "admin"],
  "POST /v1/policy/preview": ["manager", "admin"],
  "GET /v1/policy/versions": office,
  "GET /v1/policy/versions/{version}": office,
  "POST /v1/setup": "public",
  "GET /v1/proof": officers,
  "GET /v1/statements": officers,
  "GET /v1/statements/{day}": officers,
  "GET /v1/proposals": office,
  "GET /v1/recipients": office,
  "GET /v1/disclosures": officers,
  "GET /v1/proposals/announced": everyone,
  // The proposal itself names fewer: test/worker/policy/proposals.test.ts.
  "POST /v1/proposals/{id}/approve": officers,
  "POST /v1/proposals/{id}/refuse": office,
  "POST /v1/proposals/{id}/withdraw": everyone,
  "GET /v1/recordings": office,
  "POST /v1/recordings": [],
  "GET /v1/recordings/certificates": office,
  "GET /v1/recordings/erasures": office,
  "GET /v1/recordings/holds": office,
  "POST /v1/recordings/import": ["compliance", "admin"],
  "GET /v1/recordings/retention": office,
  "POST /v1/recordings/refused": ["compliance", "admin"],
  "POST /v1/recordings/retention": ["admin"],
  "POST /v1/recordings/retention/stay": ["admin"],
  "GET /v1/recordings/state": office,
  "GET /v1/recordings/{id}": office,
  // Policy restricts it further: recording.openedBy.
  "GET /v1/recordings/{id}/audio": everyone,
  "PUT /v1/recordings/{id}/audio": [],
  "POST /v1/recordings/{id}/erase": ["compliance", "admin"],
  "GET /v1/recordings/{id}/look": ["compliance", "admin"],
  "POST /v1/recordings/{id}/look": ["compliance", "admin"],
  "POST /v1/recordings/{id}/look/approve": ["compliance", "admin"],
  "POST /v1/recordings/{id}/hold": ["compliance", "admin"],
  "PUT /v1/recordings/{id}/hold": ["compliance", "admin"],
  "POST /v1/recordings/{id}/release": ["compliance", "admin"],
  "GET /v1/reports/{report}": office,
  "GET /v1/requests": officers,
  "POST /v1/requests": "public",
  "POST /v1/requests/entries": everyone,
  "GET /v1/requests/figures": office,
  "POST /v1/requests/objections": officers,
  "GET /v1/requests/templates": officers,
  "PUT /v1/requests/templates/{kind}": officers,
  "GET /v1/requests/templates/{kind}/versions": officers,
  "GET /v1/requests/{id}": officers,
  "GET /v1/requests/{id}/certificate": officers,
  "POST /v1/requests/{id}/address": officers,
  "POST /v1/requests/{id}/assign": officers,
  "POST /v1/requests/{id}/clarify": officers,
  "POST /v1/requests/{id}/close": officers,
  "POST /v1/requests/{id}/decide": officers,
  "POST /v1/requests/{id}/export": officers,
  "POST /v1/requests/{id}/extend": officers,
  // The person who entered a request may add its scan: requests.test.ts.
  "PUT /v1/requests/{id}/files": everyone,
  "GET /v1/requests/{id}/files/{file}": officers,
  "POST /v1/requests/{id}/identity": officers,
  "POST /v1/requests/{id}/investigate": officers,
  "POST /v1/requests/{id}/items": officers,
  "POST /v1/requests/{id}/letters": officers,
  "GET /v1/requests/{id}/letters/{kind}": officers,
  "POST /v1/requests/{id}/link": officers,
  "POST /v1/requests/{id}/match": officers,
  "POST /v1/requests/{id}/names": officers,
  "POST /v1/requests/{id}/note": officers,
  "POST /v1/requests/{id}/recipients": officers,
  "POST /v1/requests/{id}/systems": officers,
  "GET /v1/system-tasks": officers,
  "GET /v1/system-tasks/{id}": officers,
  "POST /v1/system-tasks/{id}": officers,
  "POST /v1/requests/{id}/systems/{system}": officers,
  "POST /v1/requests/{id}/systems/{system}/erase": officers,
  "POST /v1/requests/{id}/withdraw": officers,
  "POST /v1/requests/{id}/writing": officers,
  "GET /v1/screenings": office,
  "POST /v1/screenings": office,
  "GET /v1/screenings/{id}": office,
  "POST /v1/screenings/{id}/finish": office,
  "PUT /v1/screenings/{id}/parts/{part}": office,
  "GET /v1/sso": "public",
  "POST /v1/sso": "public",
  "GET /v1/suppressions": office,
  "POST /v1/suppressions": everyone,
  "POST /v1/suppressions/bulk": office,
  "DELETE /v1/suppressions/{e164}": office,
  "GET /v1/suppressions/{id}/scope": officers,
  "POST /v1/suppressions/{id}/scope": officers,
  "POST /v1/suppressions/{id}/undo": everyone,
  "GET /v1/tokens": everyone,
  "POST /v1/tokens": ["admin"],
  "POST /v1/tokens/rotate": everyone,
  "DELETE /v1/tokens/{id}": everyone,
  "GET /v1/waiting": office,
  "GET /v1/watch": office,
  "POST /v1/watch/seen": office,
  "GET /v1/watch/turned": office,
  "GET /v1/webhooks": officers,
  "POST /v1/webhooks": ["admin"],
  "DELETE /v1/webhooks/{id}": ["admin"],
  "POST /v1/webhooks/{id}/ping": ["admin"],
  "POST /v1/webhooks/{id}/resume": ["admin"],
};

/** The scopes of every route, written out a second time: a route that is not here admits no integration. */
const scopedTo: Record<string, Scope[]> = {
  "GET /v1/changes": ["check"],
  "POST /v1/check": ["check"],
  "POST /v1/dials": ["check"],
  "GET /v1/explain/{e164}": ["check"],
  "POST /v1/suppressions": ["check"],
  "GET /v1/lists": ["check", "screen"],
  "GET /v1/lists/{id}": ["check", "screen"],
  "GET /v1/policy": ["check", "screen"],
  "GET /v1/me": ["recordings:write", "calls:write", "check", "screen", "gate", "callable"],
  "GET /v1/screenings": ["screen"],
  "POST /v1/screenings": ["screen"],
  "GET /v1/screenings/{id}": ["screen"],
  "POST /v1/screenings/{id}/finish": ["screen"],
  "PUT /v1/screenings/{id}/parts/{part}": ["screen"],
  "POST /v1/calls/import": ["calls:write"],
  "POST /v1/gate": ["gate"],
  "GET /v1/callable": ["callable"],
  "GET /v1/canary/line": ["check"],
  "POST /v1/canary": ["check"],
  "POST /v1/recordings": ["recordings:write"],
  "PUT /v1/recordings/{id}/audio": ["recordings:write"],
};

interface Operation {
  "x-roles"?: Role[] | "public";
  "x-scopes"?: Scope[];
  summary?: string;
  description?: string;
  responses: Record<string, unknown>;
  requestBody?: unknown;
}

const document = await (
  await app.request("/openapi.json")
).json<{
  info: { description: string };
  paths: Record<string, Record<string, Operation>>;
}>();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    ...operation,
  })),
);
const url = (path: string) => path.replace(/\{(\w+)\}/g, (_, name: string) => (name === "id" ? "none" : "1"));

const tokens = aTeam();
const systems: [Scope, string][] = [];
beforeAll(async () => {
  for (const scope of scopes) systems.push([scope, await integration(tokens.admin, [scope])]);
});

describe("every route with every role and every scope", () => {
  it("is in the document, with its roles", () => {
    const served = app.routes
      .filter((r) => r.path.startsWith("/v1/") && !r.path.includes("*") && r.method !== "ALL")
      .map((r) => `${r.method} ${r.path.replace(/:(\w+)/g, "{$1}")}`);
    expect([...new Set(served)].sort()).toEqual(operations.map((o) => `${o.method} ${o.path}`).sort());
    for (const o of operations) {
      const roles = o["x-roles"];
      expect(o.summary, `${o.method} ${o.path}`).toBeTruthy();
      const says = [
        ...(Array.isArray(roles) && roles.length > 0 ? [`Roles: ${roles.join(", ")}.`] : []),
        ...(o["x-scopes"]!.length > 0 ? [`Scopes of integrations: ${o["x-scopes"]!.join(", ")}.`] : []),
      ].join(" ");
      // What it asks follows: test/worker/check/asks.test.ts.
      const [said] = (o.description ?? "").split(/ (?=Counts|Each number|The numbers|Its numbers)/);
      expect(said).toBe(roles === "public" ? "Without a sign-in." : says);
      expect(o.responses).toHaveProperty(["default", "content", "application/problem+json"]);
    }
    const told = <T>(of: (o: Operation) => T) =>
      Object.fromEntries(operations.map((o) => [`${o.method} ${o.path}`, of(o)]));
    expect(told((o) => o["x-roles"])).toEqual(admittedTo);
    const scoped = Object.entries(told((o) => o["x-scopes"]!)).filter(([, names]) => names.length > 0);
    expect(Object.fromEntries(scoped)).toEqual(scopedTo);
  });

  // A request without a body: an admitted role gets past the role check, to a 200 or an error about the request.
  for (const [name, admitted] of Object.entries(admittedTo)) {
    it(name, async () => {
      const [method = "", path = ""] = name.split(" ");
      const status = async (token?: string) => {
        const { status, data } = await call(method, url(path), token === undefined ? {} : { token });
        const code = (data as { code?: string }).code;
        if (status >= 400) expect(problemCodes).toContain(code);
        return { status, code };
      };
      if (admitted === "public") {
        expect((await status()).code).not.toBe("not-signed-in");
        return;
      }
      expect(await status()).toEqual({ status: 401, code: "not-signed-in" });
      expect(await status("cdt_unknown")).toEqual({ status: 401, code: "not-signed-in" });
      for (const [scope, token] of systems) {
        const answer = await status(token);
        if (scopedTo[name]?.includes(scope))
          expect([401, 403], `${scope}: ${answer.code}`).not.toContain(answer.status);
        else expect(answer, scope).toEqual({ status: 403, code: "scope-missing" });
      }
      for (const role of roles) {
        const fresh =
          method === "DELETE" ? await join(tokens.admin, role, `${role}-walk@example.com`) : tokens[role];
        const answer = await status(fresh);
        if (admitted.includes(role))
          expect([401, 403], `${role}: ${answer.code}`).not.toContain(answer.status);
        else expect(answer, role).toEqual({ status: 403, code: "role-not-allowed" });
      }
      const revoked = await join(tokens.admin, "agent", "gone@example.com");
      expect((await call("DELETE", "/v1/tokens/current", { token: revoked })).status).toBe(200);
      expect(await status(revoked)).toEqual({ status: 401, code: "not-signed-in" });
    });
  }
});

describe("problem documents", () => {
  it("are told of in the document: each code with its status", () => {
    const told = document.info.description.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \| \S.* \|$/gm);
    expect([...told].map(([, code]) => code)).toEqual(problemCodes);
  });

  const cases: [string, () => ReturnType<typeof call>, number, string][] = [
    ["an unknown route", () => call("GET", "/v1/nothing"), 404, "not-found"],
    ["an unknown page", () => call("GET", "/nothing"), 404, "not-found"],
    [
      "malformed JSON",
      () => call("POST", "/v1/check", { token: tokens.agent, raw: "{" }),
      400,
      "malformed-json",
    ],
    ["no body", () => call("POST", "/v1/check", { token: tokens.agent }), 422, "invalid"],
    [
      "another content type",
      () =>
        call("POST", "/v1/check", {
          token: tokens.agent,
          raw: "x",
          headers: { "content-type": "text/plain" },
        }),
      415,
      "not-json",
    ],
    [
      "invalid fields",
      () => call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [] } }),
      422,
      "invalid",
    ],
    [
      "too many numbers",
      () => call("POST", "/v1/check", { token: tokens.agent, body: { numbers: Array(1001).fill("1") } }),
      422,
      "invalid",
    ],
    [
      "a body too large",
      () =>
        call("POST", "/v1/check", { token: tokens.agent, raw: `{"numbers":["${"1".repeat(1_100_000)}"]}` }),
      413,
      "body-too-large",
    ],
    ["a bad query", () => call("GET", "/v1/changes?since=x", { token: tokens.agent }), 422, "invalid"],
    [
      "a wrong set-up code",
      () => call("POST", "/v1/setup", { body: { code: "no", name: "X", email: "x@example.com" } }),
      403,
      "wrong-setup-code",
    ],
    [
      "a short idempotency key",
      () =>
        call("POST", "/v1/invites", { token: tokens.admin, body: {}, headers: { "idempotency-key": "x" } }),
      400,
      "bad-request",
    ],
  ];
  for (const [name, send, status, code] of cases)
    it(name, async () => {
      const answer = await send();
      expect(answer.data).toMatchObject({ status, code, type: "about:blank" });
      expect(answer.status).toBe(status);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    });

  it("name the fields that are wrong", async () => {
    const { data } = await call("POST", "/v1/invites", {
      token: tokens.admin,
      body: { name: "", email: "x", role: "boss" },
    });
    expect((data as { errors: { path: string }[] }).errors.map((e) => e.path).sort()).toEqual([
      "email",
      "name",
      "role",
    ]);
  });
});

describe("browsers", () => {
  const ask = (origin: string) =>
    call("OPTIONS", "/v1/check", {
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
  it("only the extension's origin may call", async () => {
    const own = "chrome-extension://gjfncemgbmfcpbjhhncdmgalholdbemp";
    expect((await ask(own)).headers.get("access-control-allow-origin")).toBe(own);
    expect((await ask("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
  });
  it("nothing of the API is cached", async () => {
    expect((await call("GET", "/v1/me", { token: tokens.agent })).headers.get("cache-control")).toBe(
      "no-store",
    );
    expect((await call("GET", "/v1/me")).headers.get("cache-control")).toBe("no-store");
  });
  it("the pages carry a strict policy: no script, one sheet by its hash, in nobody's frame, sent nowhere else", async () => {
    for (const path of ["/join", "/policy", "/privacy-request", "/privacy-request/status"]) {
      const { status, headers, data } = await call("GET", path);
      expect(status).toBe(200);
      const [, style] = /<style>([^<]*)<\/style>/.exec(data as string)!;
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
      const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
      const said = (headers.get("content-security-policy") ?? "").split("; ");
      const policy = Object.fromEntries(
        said.map((part) => [part.split(" ", 1)[0]!, part.replace(/^\S+ /, "")]),
      );
      expect(policy, path).toEqual({
        ...{
          "default-src": "'none'",
          "style-src": `'sha256-${hash}'`,
          "img-src": "'self' data:",
        },
        ...{ "frame-ancestors": "'none'", "base-uri": "'none'" },
        "form-action": path.startsWith("/privacy-request") ? "'self'" : "'none'",
      });
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(data).not.toMatch(/<script|\son\w+=|style="|javascript:/i);
    }
  });
  it("and so does the reader of the API's document, which runs our own files alone", async () => {
    const { headers, data } = await call("GET", "/docs");
    const policy = headers.get("content-security-policy");
    expect(policy).toMatch(/^default-src 'none';.* script-src 'self';/);
    expect(policy).not.toMatch(/eval|https?:/);
    expect(data).not.toMatch(/<script>|\son\w+=/i);
  });
});
