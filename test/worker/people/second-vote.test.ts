/** A lone administrator who wants a second vote: each way of making one, and that none of it locks out honest people. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import type { PersonChanged, Role, Device } from "../../../shared/people/api.ts";
import type { PolicyAnswer, PolicySaved, ProposalsAnswer } from "../../../shared/policy/api.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { settleDue } from "../../../worker/policy/settle.ts";
import { asOwner, aTeam, call, DAY, join, setPolicy } from "../helpers.ts";
import { enter, inviteBy, mailedCode, sent, setUp, withMail } from "./second-kit.ts";

/** Ada is the only administrator; the manager, the compliance officer and the agent are of the day of set-up. */
const tokens = aTeam();
const exec = (text: string, ...params: string[]) =>
  env.DB.prepare(text)
    .bind(...params)
    .run();
beforeAll(async () => {
  await join(tokens.admin, "agent", "jo@example.com");
});
beforeEach(async () => {
  await setUp(2 * DAY);
  await exec("UPDATE proposals SET state = 'expired', settled_at = '' WHERE state = 'open'");
  await exec("UPDATE people SET role = 'agent', active = 1 WHERE email = 'jo@example.com'");
});

const invite = (email: string, role: Role = "agent", token = tokens.admin, own = env) =>
  inviteBy(token, email, role, own);
const idOf = async (token: string) =>
  ((await call("GET", "/v1/me", { token })).data as { person: { id: string } }).person.id;
/** The role as it counts in the end, a day after everybody was told. */
const grant = (email: string, role: Role) => exec("UPDATE people SET role = ? WHERE email = ?", role, email);
/** A puppet with the role, by the code on the screen. */
async function puppet(email: string, role: Role = "admin", token = tokens.admin) {
  const entered = await enter((await invite(email, "agent", token)).code);
  await grant(email, role);
  return entered;
}
async function byMail(
  email: string,
  role: Role = "agent",
  token = tokens.admin,
  meanwhile = () => Promise.resolve(),
) {
  await exec("DELETE FROM outbox");
  sent.length = 0;
  await invite(email, role, token, withMail);
  const code = await mailedCode(email);
  await meanwhile();
  return enter(code);
}
/** This person proposes that Jo becomes a manager. */
async function proposal(token: string): Promise<string> {
  await exec("UPDATE people SET role = 'agent' WHERE email = 'jo@example.com'");
  const { id } = (await env.DB.prepare("SELECT id FROM people WHERE email = 'jo@example.com'").first<{
    id: string;
  }>())!;
  const { data } = await call("PATCH", `/v1/people/${id}`, { token, body: { role: "manager" } });
  return (data as PersonChanged).proposed!.id;
}
const approved = async (id: string, token: string) => {
  const { status, data } = await call("POST", `/v1/proposals/${id}/approve`, { token });
  return status < 400 ? "approved" : (data as Problem).code;
};
const approves = async (by: string, token: string) => approved(await proposal(by), token);
const seen = (token: string) => call("GET", "/v1/proposals/announced", { token });
const stateOf = async (id: string) =>
  (await env.DB.prepare("SELECT state FROM proposals WHERE id = ?").bind(id).first<{ state: string }>())!
    .state;
/** What became of it some days after now, if nobody does anything. */
const after = async (id: string, days: number) => {
  await settleDue(env, Date.now() + days * DAY);
  return stateOf(id);
};

describe("is refused", () => {
  it("a vote of a browser that the puppet invited for itself", async () => {
    const first = await puppet("own@example.com");
    const second = await enter((await invite("own@example.com", "admin", first)).code);
    const third = await enter((await invite("own@example.com", "admin", second)).code);
    expect((await call("DELETE", "/v1/tokens/current", { token: first })).status).toBe(200);
    expect((await call("DELETE", "/v1/tokens/current", { token: second })).status).toBe(200);
    expect(await approves(tokens.admin, third)).toBe("proposal-held");
    expect(await approves(third, tokens.admin)).toBe("proposal-held");
  });

  it("who came by mail to a role that no second person approved, whatever the database says", async () => {
    const email = "vouched@example.com";
    const token = await byMail(email, "agent", tokens.admin, () =>
      asOwner(["proposals"], async () => {
        await exec(
          `INSERT INTO proposals (id, kind, base, changes, effect, why, by, roles, at, expires_at, state, settled_by, settled_at)
           SELECT 'forged', 'role', 0, json_array(json_object('path', 'invite.' || i.id, 'from', 'agent', 'to', 'admin')), '[]', '',
             i.by, '["admin"]', i.created_at, i.expires_at, 'approved', p.id, i.created_at
           FROM invites i JOIN people p ON p.role = 'compliance' WHERE i.email = ?`,
          email,
        );
      }),
    );
    await grant(email, "admin");
    expect(await stateOf("forged")).toBe("approved");
    expect(await approves(tokens.admin, token)).toBe("proposal-held");
  });

  it("of what the puppet proposed before its browser, or its access, was ended", async () => {
    const token = await puppet("gone@example.com");
    const id = await proposal(token);
    expect((await call("DELETE", "/v1/tokens/current", { token })).status).toBe(200);
    expect(await approved(id, tokens.admin)).toBe("proposal-held");
    const other = await puppet("gone2@example.com");
    const person = await idOf(other);
    const further = await proposal(other);
    await call("PATCH", `/v1/people/${person}`, { token: tokens.admin, body: { active: false } });
    expect(await approved(further, tokens.admin)).toBe("proposal-held");
  });

  it("once the tokens' rows are swept", async () => {
    const token = await puppet("swept@example.com");
    const id = await proposal(token);
    await exec("DELETE FROM tokens WHERE person = ?", await idOf(token));
    expect(await approved(id, tokens.admin)).toBe("proposal-held");
  });

  it("by a mail to an address that she alone chose, also after a code, and of a browser from there", async () => {
    const mailed = await byMail("mailbox@example.net");
    await grant("mailbox@example.net", "admin");
    expect(await approves(tokens.admin, mailed)).toBe("proposal-held");
    const coded = await puppet("mailbox2@example.net");
    const later = await byMail("mailbox2@example.net", "admin");
    expect((await call("GET", "/v1/me", { token: coded })).status).toBe(401);
    expect(await approves(tokens.admin, later)).toBe("proposal-held");
    const own = await enter((await invite("mailbox2@example.net", "admin", later)).code);
    expect(await approves(own, tokens.admin)).toBe("proposal-held");
  });

  it("by a puppet's puppet, by code or by mail, and between two of one hand", async () => {
    const first = await puppet("one@example.com");
    const second = await puppet("two@example.com", "admin", first);
    const mailed = await byMail("three@example.net", "agent", second);
    await grant("three@example.net", "admin");
    for (const [by, other] of [
      [tokens.admin, second],
      [tokens.admin, mailed],
      [first, mailed],
      [mailed, second],
    ] as const)
      expect(await approves(by, other)).toBe("proposal-held");
  });

  it("where the tie between two others of the chain is taken out of the database", async () => {
    const chosen = await byMail("chosen@example.net");
    await grant("chosen@example.net", "admin");
    const further = await puppet("further@example.net", "admin", chosen);
    const person = await idOf(chosen);
    await asOwner(["people_held"], () =>
      exec("DELETE FROM people_held WHERE person = ? AND how = 'address'", person),
    );
    expect(await approves(tokens.admin, further)).toBe("proposal-held");
    expect(await approves(further, tokens.admin)).toBe("proposal-held");
  });

  it("where its own code was made before it showed anything, and is used later", async () => {
    const first = await puppet("saved@example.com");
    const { code } = await invite("saved@example.com", "admin", first);
    await exec(
      "UPDATE people_held SET ended_at = ? WHERE person = ?",
      new Date().toISOString(),
      await idOf(first),
    );
    expect(await approves(tokens.admin, await enter(code))).toBe("proposal-held");
  });

  it("where an administrator ends a colleague's browser that she came in by, of what it proposed", async () => {
    await setUp(0);
    const real = await join(tokens.admin, "admin", "real@example.com");
    await setUp(2 * DAY);
    const { code, proposed } = await invite("real@example.com", "admin");
    expect(await approved(proposed!.id, real)).toBe("approved");
    const browser = await enter(code);
    const id = await proposal(browser);
    const { tokens: devices } = (await call("GET", "/v1/tokens", { token: browser })).data as {
      tokens: Device[];
    };
    const held = devices.find(({ current }) => current)!.id;
    expect((await call("DELETE", `/v1/tokens/${held}`, { token: tokens.admin })).status).toBe(200);
    expect(await approved(id, tokens.admin)).toBe("proposal-held");
    expect(await approves(tokens.admin, real)).toBe("proposal-held");
    await exec("UPDATE people SET active = 0, role = 'agent' WHERE email = 'real@example.com'");
    await exec("DELETE FROM people_left");
  });

  it("of a former colleague, whose mailbox may be hers by now, by an invite or by access given back", async () => {
    const patch = (person: string, active: boolean) =>
      call("PATCH", `/v1/people/${person}`, { token: tokens.admin, body: { active } });
    for (const back of [false, true]) {
      const email = `former${back}@example.com`;
      await setUp(0);
      const person = await idOf(await join(tokens.admin, "agent", email));
      await setUp(2 * DAY);
      expect((await patch(person, false)).status).toBe(200);
      if (back) expect((await patch(person, true)).status).toBe(200);
      const later = await byMail(email);
      await grant(email, "admin");
      expect(await approves(tokens.admin, later), email).toBe("proposal-held");
      const { results } = await env.DB.prepare("SELECT by, how, ended_at FROM people_held WHERE person = ?")
        .bind(person)
        .all();
      expect(results).toEqual([{ by: await idOf(tokens.admin), how: "address", ended_at: null }]);
    }
  });

  it("by the database, whoever writes to it", async () => {
    await puppet("base@example.com");
    for (const text of [
      "DELETE FROM people_held",
      "UPDATE people_held SET by = 'x'",
      "UPDATE people_held SET how = 'address', ended_at = '2026'",
    ])
      await expect(exec(text)).rejects.toThrow("people_held");
    const id = await proposal(tokens.admin);
    const vote = `UPDATE proposals SET state = 'approved', settled_at = ?2,
      settled_by = (SELECT id FROM people WHERE email = 'base@example.com') WHERE id = ?1`;
    await expect(exec(vote, id, new Date().toISOString())).rejects.toThrow("proposal_held");
  });
});

describe("who hears of what counts by itself", () => {
  /** Ada, alone as administrator, proposes further countries for recordings. */
  const loosened = async () => {
    await setPolicy(() => defaultPolicy);
    const { version } = (await call("GET", "/v1/policy", { token: tokens.admin })).data as PolicyAnswer;
    const recording = { ...defaultPolicy.recording, regions: ["GB", "US"] };
    const { data } = await call("PUT", "/v1/policy", {
      ...{ token: tokens.admin, headers: { "if-match": `"${version}"` } },
      body: { policy: { ...defaultPolicy, recording }, why: "moving" },
    });
    return (data as PolicySaved).proposed!.id;
  };
  /** These people alone have access, none of whom left lately. */
  const staff = async (...names: string[]) => {
    await exec("UPDATE people SET active = 1");
    const emails = ["ada", ...names].map((name) => `${name}@example.com`);
    await exec(
      "UPDATE people SET active = 0 WHERE email NOT IN (SELECT value FROM json_each(?))",
      JSON.stringify(emails),
    );
    await exec("DELETE FROM people_left");
  };

  it("is no puppet, that is shown it or gets the mail, while there is somebody else", async () => {
    const ear = await puppet("ear@example.com", "agent");
    await staff("ear", "agent");
    const id = await loosened();
    await seen(ear);
    await exec(
      "UPDATE outbox SET state = 'sent', sent_at = ? WHERE recipient = 'ear@example.com'",
      new Date().toISOString(),
    );
    expect(await after(id, 3)).toBe("open");
    const counts = "UPDATE proposals SET state = 'counted', settled_at = ? WHERE id = ?";
    await expect(exec(counts, new Date(Date.now() + 3 * DAY).toISOString(), id)).rejects.toThrow(
      "proposal_alone",
    );
    await seen(tokens.agent);
    expect(await after(id, 3)).toBe("counted");
  });

  it("a puppet with the role is nobody to wait for, but has heard, as they may be a real colleague", async () => {
    const holder = await puppet("holder@example.com");
    await staff("holder", "agent", "manager");
    const id = await loosened();
    await seen(tokens.agent);
    expect(await after(id, 3)).toBe("open");
    await seen(holder);
    expect(await after(id, 3)).toBe("counted");
  });

  it("a puppet with a role stands for no officer who has just lost theirs", async () => {
    await puppet("stands@example.com", "manager");
    await staff("stands", "agent", "manager");
    const id = await loosened();
    await seen(tokens.agent);
    await exec("UPDATE people SET role = 'agent' WHERE email = 'manager@example.com'");
    expect(await after(id, 3)).toBe("open");
    await exec("UPDATE people SET role = 'manager' WHERE email = 'manager@example.com'");
  });

  it("where all others joined by her codes, each of them; so she is not locked out", async () => {
    const [one, two] = [await puppet("all1@example.com", "admin"), await puppet("all2@example.com", "agent")];
    await staff("all1", "all2");
    const id = await loosened();
    await seen(one);
    expect(await after(id, 3)).toBe("open");
    await seen(two);
    expect(await after(id, 3)).toBe("counted");
    // Agents leave every week; who is left hears.
    await exec("UPDATE people SET active = 0 WHERE email = 'all2@example.com'");
    const next = await loosened();
    await seen(one);
    expect(await after(next, 3)).toBe("counted");
    await staff();
    expect(await after(await loosened(), 1.1)).toBe("counted");
  });
});

describe("honest people", () => {
  beforeEach(() => exec("UPDATE people SET active = 1"));
  /** A second administrator, of the day of set-up. */
  let second: string;
  beforeAll(async () => {
    await setUp(0);
    second = await join(tokens.admin, "admin", "second@example.com");
  });
  const idByEmail = async (email: string) =>
    (await env.DB.prepare("SELECT id FROM people WHERE email = ?").bind(email).first<{ id: string }>())!.id;

  it("are second persons once two have given them a role at their address, and the mail brought them in", async () => {
    const token = await byMail("cora@example.com");
    const id = await idByEmail("cora@example.com");
    const { data } = await call("PATCH", `/v1/people/${id}`, {
      token: tokens.admin,
      body: { role: "admin" },
    });
    const { proposed } = data as PersonChanged;
    const { proposals } = (await call("GET", "/v1/proposals", { token: second })).data as ProposalsAnswer;
    expect(proposals.find((one) => one.id === proposed!.id)!.changes[0]!.text).toMatch(
      /Their address: cora@example\.com$/,
    );
    expect(await approved(proposed!.id, second)).toBe("approved");
    expect(await approves(tokens.admin, token)).toBe("approved");
  });

  it("not where only the code on the screen did, until the mail does", async () => {
    const { code, proposed } = await invite("carl@example.com", "admin");
    expect(await approved(proposed!.id, second)).toBe("approved");
    expect(await approves(tokens.admin, await enter(code))).toBe("proposal-held");
    expect(await approves(tokens.admin, await byMail("carl@example.com", "admin"))).toBe("approved");
  });

  it("and whoever approves a role is told by whose code its person came in, until the mail brought them", async () => {
    await exec("DELETE FROM outbox");
    const token = await puppet("cyd@example.com", "agent");
    const id = await idOf(token);
    const { data } = await call("PATCH", `/v1/people/${id}`, {
      ...{ token: tokens.admin, body: { role: "manager" } },
    });
    const said = async () =>
      ((await call("GET", "/v1/proposals", { token: second })).data as ProposalsAnswer).proposals.find(
        (one) => one.id === (data as PersonChanged).proposed!.id,
      )!.changes[0]!.text;
    expect(await said()).toMatch(/They came in by a code that Ada\b.* had/);
    const mails = await env.DB.prepare("SELECT vals FROM outbox WHERE template = 'proposal'").all<{
      vals: string;
    }>();
    expect(mails.results.map(({ vals }) => vals).join()).toMatch(/by a code that Ada\b/);
    await byMail("cyd@example.com");
    expect(await said()).not.toMatch(/code/);
  });

  it("nor by a role that two of one hand gave, or that counted by itself", async () => {
    const token = await puppet("given@example.com", "agent");
    const helper = await puppet("helper@example.com");
    await grant("given@example.com", "agent");
    const id = await idByEmail("given@example.com");
    const { data } = await call("PATCH", `/v1/people/${id}`, { token: helper, body: { role: "admin" } });
    expect(await approved((data as PersonChanged).proposed!.id, tokens.admin)).toBe("proposal-held");
    await grant("given@example.com", "admin");
    await byMail("given@example.com", "admin");
    const ties = await env.DB.prepare(
      "SELECT how, ended_at IS NULL AS open FROM people_held WHERE person = ?",
    )
      .bind(id)
      .all();
    expect(ties.results).toEqual([
      { how: "address", open: 1 },
      { how: "code", open: 0 },
    ]);
    expect((await call("GET", "/v1/me", { token })).status).toBe(401);
  });

  it("are second persons again with access given back, once a second one gave the role back as well", async () => {
    await setUp(0);
    const id = await idOf(await join(tokens.admin, "admin", "cleo@example.com"));
    await setUp(2 * DAY);
    await call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body: { active: false } });
    const { data } = await call("PATCH", `/v1/people/${id}`, {
      ...{ token: tokens.admin, body: { active: true } },
    });
    const { role, proposed } = data as PersonChanged;
    expect(role).toBe("agent");
    const token = await byMail("cleo@example.com");
    expect(await approved(proposed!.id, second)).toBe("approved");
    expect(await approves(tokens.admin, token)).toBe("approved");
  });

  it("whoever ends a browser of a colleague's code, from one of before it, is who they were", async () => {
    const { code, proposed } = await invite("second@example.com", "admin");
    expect(await approved(proposed!.id, second)).toBe("approved");
    const browser = await enter(code);
    const { tokens: devices } = (await call("GET", "/v1/tokens", { token: browser })).data as {
      tokens: Device[];
    };
    const { id } = devices.find(({ current }) => current)!;
    const before = await proposal(browser);
    expect((await call("DELETE", `/v1/tokens/${id}`, { token: second })).status).toBe(200);
    expect(await approved(before, tokens.admin)).toBe("proposal-held");
    expect(await approves(tokens.admin, second)).toBe("approved");
  });
});

describe("the review of a consent", () => {
  const entered = async (token: string, number: string) => {
    const body = {
      number,
      kind: "notification",
      giver: "subscriber",
      givenBy: "J. Doe",
      givenAt: "2026-11-01T00:00:00Z",
    };
    return ((await call("POST", "/v1/consents", { token, body })).data as Consent).id;
  };
  const review = async (id: string, token: string) => {
    const body = {
      verdict: "good",
      review: "heard the call",
      giver: "subscriber",
      how: "telephone",
      proof: "call 12",
    };
    const { status, data } = await call("POST", `/v1/consents/${id}/review`, { token, body });
    return status < 400 ? (data as Consent).state : (data as Problem).code;
  };

  it("is not by whoever was shown the code of the person who entered it, while somebody else could", async () => {
    await exec("UPDATE people SET active = 1");
    await setPolicy(({ consents }) => ({ consents: { ...consents, recordedBy: ["compliance", "admin"] } }));
    const jim = await puppet("jim@example.com", "agent");
    const kim = await puppet("kim@example.com", "compliance");
    const id = await entered(jim, "+441134960021");
    expect(await review(id, tokens.admin)).toBe("entry-held");
    expect(await review(id, kim)).toBe("entry-held");
    expect(await review(id, tokens.compliance)).toBe("good");
    const other = await entered(jim, "+441134960022");
    await exec(
      "UPDATE people SET active = 0 WHERE role IN ('admin', 'compliance') AND email NOT IN ('ada@example.com', 'kim@example.com')",
    );
    await exec("DELETE FROM people_left");
    expect(await review(other, tokens.admin)).toBe("entry-held");
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + DAY + 1000);
    expect(await review(other, tokens.admin)).toBe("good");
    vi.restoreAllMocks();
  });
});
