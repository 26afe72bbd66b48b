/** A role above agent waits for a second administrator, by whatever route it is given. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { InviteAnswer, PeopleAnswer, PersonChanged, Role } from "../../../shared/people/api.ts";
import type { ProposalsAnswer } from "../../../shared/policy/api.ts";
import type { Problem } from "../../../shared/api.ts";
import { isGrant } from "../../../worker/people/grants.ts";
import { aTeam, call, DAY, join, roles } from "../helpers.ts";

const tokens = aTeam();
let second: string;
beforeAll(async () => {
  second = await join(tokens.admin, "admin", "second@example.com");
  await join(tokens.admin, "agent", "jo@example.com");
  // The first day is over, on which the first administrator gives roles alone.
  await env.DB.prepare("UPDATE marks SET value = ? WHERE name = 'setup'")
    .bind(new Date(Date.now() - DAY).toISOString())
    .run();
});

const people = async () =>
  ((await call("GET", "/v1/people", { token: tokens.admin })).data as PeopleAnswer).people;
const personOf = async (email: string) => (await people()).find((p) => p.email === email)!;
const patch = async (email: string, body: object, token = tokens.admin) =>
  call("PATCH", `/v1/people/${(await personOf(email)).id}`, { token, body });
const end = (id: string, how: string, token: string) => call("POST", `/v1/proposals/${id}/${how}`, { token });
const invite = async (email: string, role: Role) =>
  (await call("POST", "/v1/invites", { token: tokens.admin, body: { name: "Somebody", email, role } }))
    .data as InviteAnswer;
const use = (code: string) => call("POST", "/v1/join", { body: { code } });
beforeEach(async () => {
  await env.DB.prepare("UPDATE people SET role = 'agent', active = 1 WHERE email = 'jo@example.com'").run();
});

it("is any role but agent that a person does not have, or have more than", () => {
  const given = (from: Role | null) => roles.filter((to) => isGrant(from, to));
  expect(given(null)).toEqual(["manager", "compliance", "admin"]);
  expect(given("agent")).toEqual(["manager", "compliance", "admin"]);
  expect(given("manager")).toEqual(["compliance", "admin"]);
  expect(given("compliance")).toEqual(["manager", "admin"]);
  expect(given("admin")).toEqual([]);
});

describe("by a change of a person", () => {
  it.each(["manager", "compliance", "admin"] as const)("to %s: once another admin approves", async (role) => {
    const { data } = await patch("jo@example.com", { role, name: "Jo Bloggs" });
    const { proposed } = data as PersonChanged;
    expect(data).toMatchObject({ role: "agent", name: "Jo Bloggs", proposed: { role, countsAt: null } });
    expect(await personOf("jo@example.com")).toMatchObject({ role: "agent", name: "Jo Bloggs" });
    const { proposals } = (await call("GET", "/v1/proposals", { token: tokens.manager }))
      .data as ProposalsAnswer;
    expect(proposals[0]).toMatchObject({ kind: "role", roles: ["admin"], byName: "Ada Admin" });
    expect(proposals[0]!.changes[0]!.text).toMatch(/^Jo Bloggs: agent → /);
    for (const token of [tokens.manager, tokens.compliance, tokens.agent, tokens.admin])
      expect((await end(proposed!.id, "approve", token)).status).toBe(403);
    expect((await end(proposed!.id, "approve", second)).status).toBe(200);
    expect((await personOf("jo@example.com")).role).toBe(role);
  });

  it("access that ended comes back as an agent's, and its role by a proposal", async () => {
    await env.DB.prepare("UPDATE people SET role = 'admin', active = 0 WHERE email = 'jo@example.com'").run();
    const { data } = await patch("jo@example.com", { active: true });
    expect(data).toMatchObject({ role: "agent", active: true, proposed: { role: "admin" } });
    expect((await personOf("jo@example.com")).role).toBe("agent");
    // Changed while nobody could use it, it waits all the same.
    await patch("jo@example.com", { active: false });
    expect((await patch("jo@example.com", { role: "admin" })).data).toMatchObject({ proposed: null });
    expect((await patch("jo@example.com", { active: true })).data).toMatchObject({ role: "agent" });
  });

  it("less counts at once", async () => {
    await env.DB.prepare("UPDATE people SET role = 'admin' WHERE email = 'jo@example.com'").run();
    for (const role of ["manager", "agent"])
      expect((await patch("jo@example.com", { role })).data).toMatchObject({ role, proposed: null });
  });

  it("is refused where the person has another role by now, or no access", async () => {
    for (const now of ["role = 'manager'", "active = 0"]) {
      await env.DB.prepare(
        "UPDATE people SET role = 'agent', active = 1 WHERE email = 'jo@example.com'",
      ).run();
      const { proposed } = (await patch("jo@example.com", { role: "admin" })).data as PersonChanged;
      await env.DB.prepare(`UPDATE people SET ${now} WHERE email = 'jo@example.com'`).run();
      expect(((await end(proposed!.id, "approve", second)).data as Problem).code).toBe("proposal-moved");
      expect((await personOf("jo@example.com")).role).not.toBe("admin");
    }
  });
});

describe("by an invite", () => {
  it("used before the approval: an agent until then", async () => {
    const { code, proposed } = await invite("new@example.com", "admin");
    const { data } = await use(code);
    expect(data).toMatchObject({ person: { role: "agent" } });
    expect((await end(proposed!.id, "approve", second)).status).toBe(200);
    expect((await personOf("new@example.com")).role).toBe("admin");
  });

  it("approved before it is used: it has the role", async () => {
    const { code, proposed } = await invite("newer@example.com", "manager");
    expect((await end(proposed!.id, "approve", second)).status).toBe(200);
    expect((await use(code)).data).toMatchObject({ person: { role: "manager" } });
  });

  it("refused: it is an agent's", async () => {
    const { code, proposed } = await invite("newest@example.com", "compliance");
    expect((await end(proposed!.id, "refuse", tokens.manager)).status).toBe(200);
    expect((await use(code)).data).toMatchObject({ person: { role: "agent" } });
  });

  it("another browser of somebody who has the role needs nobody; one with more leaves what they have", async () => {
    expect((await invite("manager@example.com", "manager")).proposed).toBeNull();
    const { code, proposed } = await invite("manager@example.com", "admin");
    expect(proposed).toMatchObject({ role: "admin" });
    expect((await use(code)).data).toMatchObject({ person: { role: "manager" } });
  });
});

it("on the first day after set-up, at once", async () => {
  const setUp = (ago: number) =>
    env.DB.prepare("UPDATE marks SET value = ? WHERE name = 'setup'")
      .bind(new Date(Date.now() - ago).toISOString())
      .run();
  await setUp(DAY - 60_000);
  expect((await patch("jo@example.com", { role: "manager" })).data).toMatchObject({ proposed: null });
  expect((await personOf("jo@example.com")).role).toBe("manager");
  await setUp(DAY + 60_000);
  expect((await patch("jo@example.com", { role: "admin" })).data).toMatchObject({ role: "manager" });
});
