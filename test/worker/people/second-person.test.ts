/** A second person is one whose access nobody else may have: not whoever came in by a code that the first one held. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { PeopleAnswer, PersonChanged, Role, Device } from "../../../shared/people/api.ts";
import type { ProposalsAnswer } from "../../../shared/policy/api.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { keepLast } from "../../../worker/trail/events.ts";
import { asOwner, aTeam, call, DAY, join, MONTH } from "../helpers.ts";
import { enter, inviteBy, mailedCode, setUp, withMail } from "./second-kit.ts";
import { findingsIn } from "../trail/kit.ts";

const tokens = aTeam();
/** An administrator of the day of set-up. */
let second: string;
beforeAll(async () => {
  second = await join(tokens.admin, "admin", "second@example.com");
  await join(tokens.admin, "agent", "jo@example.com");
});
beforeEach(() => setUp(DAY));

const invite = (email: string, role: Role, token = tokens.admin, own = env) =>
  inviteBy(token, email, role, own);
const end = (id: string, how: string, token: string) => call("POST", `/v1/proposals/${id}/${how}`, { token });
/** Invites, has the second administrator approve the role, and comes in by the code. */
async function come(email: string, role: Role, token = tokens.admin): Promise<string> {
  const { code, proposed } = await invite(email, role, token);
  if (proposed) expect((await end(proposed.id, "approve", second)).status).toBe(200);
  return enter(code);
}
/** What this person proposes: that Jo becomes a manager. */
async function proposal(token: string): Promise<string> {
  await env.DB.prepare("UPDATE people SET role = 'agent' WHERE email = 'jo@example.com'").run();
  const { people } = (await call("GET", "/v1/people", { token })).data as PeopleAnswer;
  const { id } = people.find(({ email }) => email === "jo@example.com")!;
  const { data } = await call("PATCH", `/v1/people/${id}`, { token, body: { role: "manager" } });
  return (data as PersonChanged).proposed!.id;
}
const approve = async (by: string, token: string) => {
  const id = await proposal(by);
  const { status, data } = await end(id, "approve", token);
  if (status >= 400) await end(id, "withdraw", by);
  return status < 400 ? "approved" : (data as Problem).code;
};

describe("who came in by a code that another was shown", () => {
  it("is no second person for whoever held it, either way round, nor is another of theirs", async () => {
    const bob = await come("bob@example.com", "admin");
    const carol = await come("carol@example.com", "admin", bob);
    const dave = await come("dave@example.com", "admin");
    for (const [by, other] of [
      [tokens.admin, bob],
      [bob, tokens.admin],
      [tokens.admin, carol],
      [carol, dave],
    ] as const)
      expect(await approve(by, other)).toBe("proposal-held");
    for (const [by, other] of [
      [tokens.admin, second],
      [second, bob],
      [carol, second],
    ] as const)
      expect(await approve(by, other)).toBe("approved");
  });

  it("nor by the database, whoever writes to it", async () => {
    const id = await proposal(tokens.admin);
    const approved = env.DB.prepare(
      `UPDATE proposals SET state = 'approved', settled_at = ?2,
         settled_by = (SELECT id FROM people WHERE email = 'bob@example.com') WHERE id = ?1`,
    ).bind(id, new Date().toISOString());
    await expect(approved.run()).rejects.toThrow("proposal_held");
    for (const forget of ["DELETE FROM tokens_held", "UPDATE tokens_held SET by = ''"])
      await expect(env.DB.prepare(forget).run()).rejects.toThrow("tokens_held");
    await end(id, "withdraw", tokens.admin);
  });

  it("nor where the database's owner ended their tie, or took it away", async () => {
    const eve = await come("eve@example.com", "admin");
    expect([await findingsIn("people_held"), await findingsIn("tokens_held")]).toEqual([[], []]);
    const theirs = "person = (SELECT id FROM people WHERE email = 'eve@example.com')";
    const exec = (text: string) => env.DB.prepare(text).run();
    await exec(`CREATE TABLE aside AS SELECT * FROM people_held WHERE ${theirs}`);
    for (const bent of ["UPDATE people_held SET ended_at = at", "DELETE FROM people_held"]) {
      await asOwner(["people_held"], () => exec(`${bent} WHERE ${theirs}`));
      expect(await approve(tokens.admin, eve), bent).toBe("proposal-held");
      expect(await approve(eve, tokens.admin), bent).toBe("proposal-held");
      expect(await findingsIn("people_held"), bent).toHaveLength(1);
      await asOwner(["people_held"], () => exec("INSERT OR REPLACE INTO people_held SELECT * FROM aside"));
    }
    await exec("DROP TABLE aside");
    expect(await findingsIn("people_held")).toEqual([]);
    expect(await approve(second, eve)).toBe("approved");
  });

  it("nor where it was taken away once its month was archived", async () => {
    const ida = await come("ida@example.com", "admin");
    const theirs = "person = (SELECT id FROM people WHERE email = 'ida@example.com')";
    const exec = (text: string) => env.DB.prepare(text).run();
    await archiveMonths(env, Date.now() + 3 * MONTH);
    await keepLast(env);
    expect(await approve(second, ida)).toBe("approved");
    await exec(`CREATE TABLE aside AS SELECT * FROM people_held WHERE ${theirs}`);
    await asOwner(["people_held"], () => exec(`DELETE FROM people_held WHERE ${theirs}`));
    expect(await approve(tokens.admin, ida)).toBe("proposal-held");
    expect(await approve(ida, tokens.admin)).toBe("proposal-held");
    // Put back as it was, it counts as before.
    await exec("INSERT INTO people_held SELECT * FROM aside");
    await exec("DROP TABLE aside");
    expect(await approve(second, ida)).toBe("approved");
  });

  it("is one once they come in by the mail, which ends the browser of that code", async () => {
    const bob = await come("bob2@example.com", "admin");
    expect(await approve(tokens.admin, bob)).toBe("proposal-held");
    await env.DB.prepare("DELETE FROM outbox").run();
    const again = await invite("bob2@example.com", "admin", tokens.admin, withMail);
    expect(again.code).toBeNull();
    const mailed = await enter(await mailedCode("bob2@example.com"));
    expect((await call("GET", "/v1/me", { token: bob })).status).toBe(401);
    expect(await approve(tokens.admin, mailed)).toBe("approved");
  });

  it("whoever approves a role reads who has the code", async () => {
    const { proposed } = await invite("erin@example.com", "compliance");
    const { proposals } = (await call("GET", "/v1/proposals", { token: second })).data as ProposalsAnswer;
    expect(proposals.find(({ id }) => id === proposed!.id)!.changes[0]!.text).toContain(
      "Ada Admin has the code",
    );
  });

  it("a code once approved for another browser is still in another's hands", async () => {
    const { code, proposed } = await invite("second@example.com", "admin");
    const third = await come("third@example.com", "admin");
    expect(((await end(proposed!.id, "approve", third)).data as Problem).code).toBe("proposal-held");
    expect((await end(proposed!.id, "approve", second)).status).toBe(200);
    const browser = await enter(code);
    expect(await approve(tokens.admin, browser)).toBe("proposal-held");
    // Whoever holds it ends it: that shows nobody. They end it from their own browser, and are themselves alone again.
    const { tokens: devices } = (await call("GET", "/v1/tokens", { token: browser })).data as {
      tokens: Device[];
    };
    const { id } = devices.find(({ current }) => current)!;
    expect((await call("DELETE", `/v1/tokens/${id}`, { token: second })).status).toBe(200);
    expect(await approve(tokens.admin, second)).toBe("approved");
  });

  it("where an administrator ended that browser, its owner ends a further one of theirs from the one of before", async () => {
    const current = async (token: string) =>
      ((await call("GET", "/v1/tokens", { token })).data as { tokens: Device[] }).tokens.find(
        (one) => one.current,
      )!.id;
    const ends = async (token: string, by: string) =>
      expect((await call("DELETE", `/v1/tokens/${await current(token)}`, { token: by })).status).toBe(200);
    const third = await come("third2@example.com", "admin");
    const { code, proposed } = await invite("second@example.com", "admin");
    expect((await end(proposed!.id, "approve", second)).status).toBe(200);
    await ends(await enter(code), tokens.admin);
    // That shows nobody: whoever held it may have ended it.
    expect(await approve(tokens.admin, second)).toBe("proposal-held");
    // Nor does it from a browser that came by the code: that of a puppet is none of before.
    const puppets = await enter((await invite("third2@example.com", "admin", third)).code);
    await ends(puppets, third);
    expect(await approve(tokens.admin, third)).toBe("proposal-held");
    await ends(await enter((await invite("second@example.com", "admin", second)).code), second);
    expect(await approve(tokens.admin, second)).toBe("approved");
  });
});

describe("with a mail service", () => {
  it("who comes in by the mail is a second person; who comes in by the code on the screen is not", async () => {
    for (const [email, by, said] of [
      ["fay@example.com", "mail", "approved"],
      ["gil@example.com", "screen", "proposal-held"],
    ] as const) {
      await env.DB.prepare("DELETE FROM outbox").run();
      const { code, proposed } = await invite(email, "admin", tokens.admin, withMail);
      expect((await end(proposed!.id, "approve", second)).status).toBe(200);
      const mailed = await mailedCode(email);
      expect(mailed).not.toBe(code);
      const token = await enter(by === "mail" ? mailed : code);
      expect(await approve(tokens.admin, token)).toBe(said);
      const twice = await call("POST", "/v1/join", { body: { code: by === "mail" ? code : mailed } });
      expect(twice.data).toMatchObject({ code: "invite-used" });
    }
  });
});

describe("on the day of set-up", () => {
  it("the first administrator says who is there", async () => {
    await setUp(0);
    const token = await come("hal@example.com", "admin");
    await setUp(DAY);
    expect(await approve(tokens.admin, token)).toBe("approved");
  });

  it("a role above agent is on the trail as given on that day, by an invite or by a change", async () => {
    const last = async () => {
      const row = `SELECT payload FROM audit JOIN audit_payload USING (seq)
        WHERE code IN ('invite.made', 'person.changed') ORDER BY seq DESC LIMIT 1`;
      return JSON.parse((await env.DB.prepare(row).first<string>("payload"))!) as object;
    };
    const { people } = (await call("GET", "/v1/people", { token: tokens.admin })).data as PeopleAnswer;
    const { id } = people.find(({ email }) => email === "jo@example.com")!;
    const change = (role: Role) =>
      call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body: { role } }).then(last);
    await setUp(0);
    await invite("ida@example.com", "manager");
    expect(await last()).toMatchObject({ role: "manager", setUpDay: true });
    await invite("ike@example.com", "agent");
    expect(await last()).not.toHaveProperty("setUpDay");
    await change("agent");
    expect(await change("compliance")).toMatchObject({ role: "compliance", setUpDay: true });
    expect(await change("agent")).not.toHaveProperty("setUpDay");
    await setUp(DAY);
    await invite("ivy@example.com", "manager");
    expect(await last()).not.toHaveProperty("setUpDay");
    expect(await change("compliance")).not.toHaveProperty("setUpDay");
  });

  it("but as a colleague who came before, they approve nothing of their own", async () => {
    await setUp(0);
    const token = await come("hal@example.com", "admin");
    await setUp(DAY);
    expect(await approve(tokens.admin, token)).toBe("proposal-held");
  });
});
