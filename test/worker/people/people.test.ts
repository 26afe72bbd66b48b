import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Role } from "../../../shared/people/api.ts";
import { app } from "../../../worker/index.ts";
import { call, dump, join, newTeam, SETUP_CODE } from "../helpers.ts";

let tokens: Record<Role, string>;
beforeAll(async () => {
  expect((await call("GET", "/v1/health")).data).toMatchObject({ ok: true, api: 1, setup: true });
  tokens = await newTeam();
});

const invite = async (email: string, role: Role = "agent") =>
  (await call("POST", "/v1/invites", { token: tokens.admin, body: { name: "New", email, role } })).data as {
    code: string;
    link: string;
    expiresAt: string;
  };
const me = async (token: string) => call("GET", "/v1/me", { token });

it("is set up once", async () => {
  const again = await call("POST", "/v1/setup", {
    body: { code: SETUP_CODE, name: "Eve", email: "eve@example.com" },
  });
  expect(again.data).toMatchObject({ status: 409, code: "setup-done" });
  expect((await call("GET", "/v1/health")).data).toMatchObject({ setup: false });
  const names = ((await dump("marks")) as { name: string }[]).map(({ name }) => name);
  expect(names.filter((name) => name.startsWith("setup"))).toHaveLength(2);
});

it("says who is signed in, and when they were last seen", async () => {
  expect((await me(tokens.agent)).data).toMatchObject({
    person: { role: "agent", email: "agent@example.com", active: true },
  });
  await expect
    .poll(async () => (await me(tokens.agent)).data)
    .toMatchObject({
      person: { lastSeenAt: expect.stringMatching(/^\d{4}-/) as string },
    });
});

it("an invite works once, however often it is tried at once", async () => {
  const { code, link } = await invite("once@example.com");
  expect(link).toContain(`/join#code=${code}`);
  const tries = await Promise.all(
    Array.from({ length: 8 }, () => call("POST", "/v1/join", { body: { code } })),
  );
  expect(tries.filter((t) => t.status === 201)).toHaveLength(1);
  expect(
    new Set(tries.filter((t) => t.status !== 201).map((t) => (t.data as { code: string }).code)),
  ).toEqual(new Set(["invite-used"]));
});

it("an invite is mailed where mail can be sent; where not, its code lies in no outbox", async () => {
  const { mailed } = (
    await call("POST", "/v1/invites", {
      token: tokens.admin,
      body: { name: "New", email: "unmailed@example.com", role: "agent" },
    })
  ).data as { mailed: boolean };
  expect(mailed).toBe(false);
  expect(await dump("outbox")).toEqual([]);

  const sent: string[] = [];
  const send = (message: { text: string }) => Promise.resolve(void sent.push(message.text));
  const context = createExecutionContext();
  const answer = await app.fetch(
    new Request("https://cleardial.test/v1/invites", {
      method: "POST",
      headers: { authorization: `Bearer ${tokens.admin}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "Mel", email: "mailed@example.com", role: "agent" }),
    }),
    { ...env, MAIL_FROM: "ClearDial <cleardial@example.com>", EMAIL: { send } },
    context,
  );
  const { link, ...rest } = await answer.json<{ link: string; mailed: boolean }>();
  expect(rest.mailed).toBe(true);
  await waitOnExecutionContext(context);
  expect(sent).toHaveLength(1);
  // A code of its own, so that who comes in by it is known from whoever was shown the other.
  expect(sent[0]).toContain("https://cleardial.test/join#code=cdi_");
  expect(sent[0]).not.toContain(link);
});

it("an invite expires, and an unknown one is unknown", async () => {
  const { code, expiresAt } = await invite("late@example.com");
  const hours = (Date.parse(expiresAt) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
  expect(hours).toBeLessThanOrEqual(24);
  await env.DB.prepare("UPDATE invites SET expires_at = '2020-01-01' WHERE email = 'late@example.com'").run();
  expect((await call("POST", "/v1/join", { body: { code } })).data).toMatchObject({
    status: 410,
    code: "invite-expired",
  });
  expect((await call("POST", "/v1/join", { body: { code: "cdi_nothing" } })).data).toMatchObject({
    code: "invite-unknown",
  });
});

it("a new invite for the same e-mail gives the same person another device", async () => {
  const first = await join(tokens.admin, "agent", "two@example.com");
  const second = await join(tokens.admin, "agent", "TWO@example.com");
  const ids = await Promise.all(
    [first, second].map(async (t) => ((await me(t)).data as { person: { id: string } }).person.id),
  );
  expect(ids[0]).toBe(ids[1]);
  expect((await call("GET", "/v1/tokens", { token: first })).data).toMatchObject({
    tokens: [{ current: true }, { current: false }],
  });
});

it("taking access away works at once, for all devices", async () => {
  const token = await join(tokens.admin, "agent", "leaver@example.com");
  const id = ((await me(token)).data as { person: { id: string } }).person.id;
  const patched = await call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body: { active: false } });
  expect(patched.data).toMatchObject({ active: false, role: "agent" });
  expect((await me(token)).status).toBe(401);
  expect(
    (await call("PATCH", "/v1/people/nobody", { token: tokens.admin, body: { active: false } })).status,
  ).toBe(404);
});

it("an invite that is still out brings nobody back, nor one that they made", async () => {
  const boss = await join(tokens.admin, "admin", "boss@example.com");
  const { person } = (await me(boss)).data as { person: { id: string } };
  const again = await invite("BOSS@example.com", "admin");
  const made = await call("POST", "/v1/invites", {
    token: boss,
    body: { name: "Friend", email: "friend@example.com", role: "admin" },
  });
  expect(
    (await call("PATCH", `/v1/people/${person.id}`, { token: tokens.admin, body: { active: false } })).status,
  ).toBe(200);
  for (const { code } of [again, made.data as { code: string }])
    expect((await call("POST", "/v1/join", { body: { code } })).data).toMatchObject({
      code: "invite-expired",
    });
});

it("of two changes at once neither undoes the other", async () => {
  const token = await join(tokens.admin, "agent", "both@example.com");
  const { person } = (await me(token)).data as { person: { id: string } };
  const patch = (body: object) => call("PATCH", `/v1/people/${person.id}`, { token: tokens.admin, body });
  await Promise.all([patch({ role: "manager" }), patch({ name: "Both" })]);
  expect((await me(token)).data).toMatchObject({ person: { name: "Both", role: "manager" } });
});

it("the last admin stays", async () => {
  const { person } = (await me(tokens.admin)).data as { person: { id: string } };
  for (const body of [{ active: false }, { role: "agent" }])
    expect(
      (await call("PATCH", `/v1/people/${person.id}`, { token: tokens.admin, body })).data,
    ).toMatchObject({ status: 409, code: "last-admin" });
  expect((await me(tokens.admin)).data).toMatchObject({ person: { role: "admin", active: true } });
});

it("a role change counts on the next request", async () => {
  const token = await join(tokens.admin, "agent", "rise@example.com");
  const { person } = (await me(token)).data as { person: { id: string } };
  expect((await call("GET", "/v1/people", { token })).status).toBe(403);
  await call("PATCH", `/v1/people/${person.id}`, { token: tokens.admin, body: { role: "manager" } });
  expect((await call("GET", "/v1/people", { token })).status).toBe(200);
});

it("nobody revokes another's token, except an admin", async () => {
  const token = await join(tokens.admin, "agent", "victim@example.com");
  const { tokens: own } = (await call("GET", "/v1/tokens", { token })).data as { tokens: { id: string }[] };
  const path = `/v1/tokens/${own[0]!.id}`;
  expect((await call("DELETE", path, { token: tokens.manager })).status).toBe(404);
  expect((await call("DELETE", path, { token: tokens.admin })).status).toBe(200);
  expect((await me(token)).status).toBe(401);
});

it("an unused token expires, by policy", async () => {
  const token = await join(tokens.admin, "agent", "idle@example.com");
  const age = (days: number) =>
    env.DB.prepare(
      "UPDATE tokens SET created_at = ?1, last_used_at = NULL WHERE person = (SELECT id FROM people WHERE email = 'idle@example.com')",
    )
      .bind(new Date(Date.now() - days * 86_400_000).toISOString())
      .run();
  await age(91);
  expect((await me(token)).status).toBe(401);
  await age(89);
  expect((await me(token)).status).toBe(200);
});

it("no secret is stored: tokens and codes only as hashes", async () => {
  const { code } = await invite("hash@example.com");
  const everything = JSON.stringify(
    await Promise.all(["tokens", "invites", "audit", "audit_payload", "idempotency"].map(dump)),
  );
  for (const secret of [code, ...Object.values(tokens)]) {
    expect(secret.length).toBeGreaterThanOrEqual(43);
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(secret.slice(4));
  }
});
