/** A role above agent waits for a second administrator, by whatever route it is given. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { InviteAnswer, PeopleAnswer, PersonChanged, Role } from "../../../shared/people/api.ts";
import type { AnnouncedAnswer, ProposalsAnswer } from "../../../shared/policy/api.ts";
import type { Problem } from "../../../shared/api.ts";
import { isGrant } from "../../../worker/people/grants.ts";
import { aTeam, call, DAY, join, roles, under } from "../helpers.ts";

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
const codeOf = ({ data }: { data: unknown }) => (data as Problem).code;
const use = (code: string | null) => call("POST", "/v1/join", { body: { code } });
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

  it("another browser of one's own needs nobody", async () => {
    const { code, proposed } = await invite("ada@example.com", "admin");
    expect(proposed).toBeNull();
    expect((await use(code)).data).toMatchObject({ person: { role: "admin" } });
  });
});

describe("nobody holds a code by which they become a colleague", () => {
  const expired = { status: 410, code: "invite-expired" };

  it("an administrator does not approve an own proposal as the second one", async () => {
    const { proposed } = (await patch("jo@example.com", { role: "admin" })).data as PersonChanged;
    for (const email of ["second@example.com", "SECOND@example.com"]) {
      const taken = await invite(email, "admin");
      expect(taken).toMatchObject({ waits: true, proposed: { role: "admin" } });
      expect((await use(taken.code)).data).toMatchObject(expired);
      expect(codeOf(await end(taken.proposed!.id, "approve", tokens.admin))).toBe("own-proposal");
    }
    expect((await end(proposed!.id, "refuse", second)).status).toBe(200);
  });

  it.each(["agent", "manager", "compliance"] as const)("nor as any %s, with less or more", async (role) => {
    for (const to of roles) {
      const { code, waits } = await invite(`${role}@example.com`, to);
      expect(waits).toBe(true);
      expect((await use(code)).data).toMatchObject(expired);
    }
  });

  it("whose access has ended neither", async () => {
    await env.DB.prepare("UPDATE people SET active = 0 WHERE email = 'jo@example.com'").run();
    expect((await use((await invite("jo@example.com", "agent")).code)).data).toMatchObject(expired);
  });

  it("nor with a code from before they came", async () => {
    const [one, two] = [
      await invite("twice@example.com", "agent"),
      await invite("TWICE@example.com", "agent"),
    ];
    expect((await use(one.code)).status).toBe(201);
    expect((await use(two.code)).data).toMatchObject(expired);
  });

  it("who lost their browser comes back once another administrator approves it, and is told", async () => {
    const { code, proposed } = await invite("manager@example.com", "manager");
    const { announced } = (await call("GET", "/v1/proposals/announced", { token: tokens.manager }))
      .data as AnnouncedAnswer;
    expect(announced.filter(({ id }) => id === proposed!.id)).toMatchObject([
      { own: true, changes: [expect.stringContaining("another browser, as manager")] },
    ]);
    const others = await call("GET", "/v1/proposals/announced", { token: tokens.agent });
    expect(JSON.stringify(others.data)).not.toContain(proposed!.id);
    expect((await end(proposed!.id, "approve", second)).status).toBe(200);
    expect((await use(code)).data).toMatchObject({
      person: { role: "manager", email: "manager@example.com" },
    });
  });

  it("they may refuse it; nor does it count where they have changed since", async () => {
    const refused = await invite("manager@example.com", "manager");
    expect((await end(refused.proposed!.id, "refuse", tokens.manager)).status).toBe(200);
    expect((await use(refused.code)).data).toMatchObject(expired);
    const late = await invite("jo@example.com", "agent");
    await patch("jo@example.com", { active: false });
    expect(codeOf(await end(late.proposed!.id, "approve", second))).toBe("proposal-moved");
  });

  it("with a mail service, the code goes to their own address alone", async () => {
    await env.DB.prepare("DELETE FROM outbox").run();
    const sent: { to: string; text: string }[] = [];
    const send = (message: { to: string; text: string }) => Promise.resolve(void sent.push(message));
    const own = { ...env, MAIL_FROM: "ClearDial <c@example.com>", EMAIL: { send } } as unknown as typeof env;
    const body = { name: "Bob", email: "MANAGER@example.com", role: "manager" };
    const answer = await under(own, "POST", "/v1/invites", { token: tokens.admin, body });
    expect(answer.data).toMatchObject({ code: null, link: null, mailed: true, waits: false, proposed: null });
    await expect.poll(() => sent.filter(({ text }) => text.includes("/join#code="))).toHaveLength(1);
    const { to, text } = sent.find((one) => one.text.includes("/join#code="))!;
    expect(to).toBe("manager@example.com");
    expect((await use(/#code=(cdi_[\w-]+)/.exec(text)![1]!)).data).toMatchObject({
      person: { role: "manager" },
    });
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
