/** Where nobody else holds the role that would approve it: a proposal counts after 24 hours, and everybody is told. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type {
  AnnouncedAnswer,
  PolicyAnswer,
  PolicySaved,
  PolicyVersions,
  Proposal,
  ProposalsAnswer,
} from "../../../shared/policy/api.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { settleDue } from "../../../worker/policy/settle.ts";
import { call, DAY, dump, integration, join, scopes, setPolicy, SETUP_CODE } from "../helpers.ts";

const abroad = { ...defaultPolicy, recording: { ...defaultPolicy.recording, regions: ["GB", "US"] } };
let admin: string;
let manager: string;
beforeAll(async () => {
  const body = { code: SETUP_CODE, name: "Ada Admin", email: "ada@example.com" };
  admin = ((await call("POST", "/v1/setup", { body })).data as { token: string }).token;
  manager = await join(admin, "manager");
  await join(admin, "agent");
});
const setUpAt = (ms: number) =>
  env.DB.prepare("UPDATE marks SET value = ? WHERE name = 'setup'").bind(new Date(ms).toISOString()).run();
beforeEach(async () => {
  // The day of set-up is over.
  await setUpAt(Date.now() - DAY);
  await setPolicy(() => defaultPolicy);
  await env.DB.exec("DELETE FROM people_left");
  await env.DB.exec("DELETE FROM outbox");
  await env.DB.exec("UPDATE proposals SET state = 'expired', settled_at = '' WHERE state = 'open'");
});

const now = async () => (await call("GET", "/v1/policy", { token: admin })).data as PolicyAnswer;
const propose = async (policy: object = abroad, token = admin): Promise<Proposal> => {
  const headers = { "if-match": `"${(await now()).version}"` };
  const { data } = await call("PUT", "/v1/policy", { token, headers, body: { policy, why: "moving" } });
  return (data as PolicySaved).proposed!;
};
/** The extension's popup of somebody who opens it. */
const shown = async (token: string) =>
  ((await call("GET", "/v1/proposals/announced", { token })).data as AnnouncedAnswer).announced;
/** A proposal that the manager was shown a moment after it was made. */
const known = async (policy: object = abroad): Promise<Proposal & { countsAt: string }> => {
  const { id } = await propose(policy);
  const { countsAt, ...proposal } = await stateOf(id);
  return { ...proposal, countsAt: countsAt! };
};
const stateOf = async (id: string) => {
  const pages = await Promise.all(
    ["open", "settled"].map((show) => call("GET", `/v1/proposals?show=${show}`, { token: manager })),
  );
  return pages.flatMap(({ data }) => (data as ProposalsAnswer).proposals).find((p) => p.id === id)!;
};
const regions = async () => (await now()).policy.recording.regions;
const take = (role: string, email: string) =>
  env.DB.prepare("UPDATE people SET role = ? WHERE email = ?").bind(role, email).run();

it("counts 24 hours after somebody was told and no sooner, recorded as such", async () => {
  const { id, at, countsAt, told } = await known();
  expect(told).toMatchObject([{ name: "The manager", how: "seen" }]);
  expect(countsAt).toBe(new Date(Date.parse(told[0]!.at) + DAY).toISOString());
  expect(told[0]!.at >= at).toBe(true);
  await settleDue(env, Date.parse(countsAt) - 1);
  expect([(await stateOf(id)).state, await regions()]).toEqual(["open", ["GB"]]);
  await settleDue(env, Date.parse(countsAt));
  expect(await stateOf(id)).toMatchObject({ state: "counted", settledBy: null });
  expect(await regions()).toEqual(["GB", "US"]);
  const { versions } = (await call("GET", "/v1/policy/versions?limit=1", { token: manager }))
    .data as PolicyVersions;
  expect(versions[0]).toMatchObject({ byName: "Ada Admin", second: { state: "counted", byName: null } });
  const codes = ((await dump("audit")) as { code: string; subject: string }[]).filter(
    (a) => a.subject === id,
  );
  expect(codes.map(({ code }) => code)).toEqual(["proposal.made", "proposal.counted"]);
  const { payload } = (await env.DB.prepare(
    "SELECT payload FROM audit_payload JOIN audit USING (seq) WHERE code = 'proposal.counted' AND subject = ?",
  )
    .bind(id)
    .first<{ payload: string }>())!;
  const { person, how } = told[0]!;
  expect(JSON.parse(payload)).toMatchObject({ told: [{ person, how, at: told[0]!.at }] });
});

describe("nothing counts of which nobody was told", () => {
  it("without a mail service it waits until somebody else is shown it, in the popup from its first minute", async () => {
    const { id, alone, countsAt } = await propose();
    expect([alone, countsAt]).toEqual([true, null]);
    // Not by time, nor by being shown to the person who made it.
    expect(await shown(admin)).toHaveLength(1);
    await settleDue(env, Date.now() + 3 * DAY);
    expect(await regions()).toEqual(["GB"]);
    await setUpAt(Date.now());
    const agent = await join(admin, "agent", "late@example.com");
    await setUpAt(Date.now() - DAY);
    expect(await shown(agent)).toMatchObject([{ id, byName: "Ada Admin", why: "moving" }]);
    const { told } = await stateOf(id);
    expect(told.map(({ name, how }) => `${name} ${how}`)).toContain("The agent seen");
    await settleDue(env, Date.parse(told[0]!.at) + DAY - 1);
    expect(await regions()).toEqual(["GB"]);
    await settleDue(env, Date.parse(told[0]!.at) + DAY);
    expect(await regions()).toEqual(["GB", "US"]);
    expect(await shown(agent)).toEqual([]);
  });

  it("a mail that only waits, or fails, tells nobody; one that has left does", async () => {
    const { id } = await propose();
    const read = async () =>
      (await env.DB.prepare("SELECT how FROM proposals_told WHERE proposal = ?").bind(id).all()).results;
    await env.DB.exec("UPDATE outbox SET state = 'failed'");
    expect(await read()).toEqual([]);
    await env.DB.exec("UPDATE outbox SET state = 'waiting'");
    // Their own mail is no telling.
    await env.DB.exec(
      "UPDATE outbox SET state = 'sent', sent_at = '2026-01-01T00:00:00.000Z' WHERE recipient = 'ada@example.com'",
    );
    expect(await read()).toEqual([]);
    await env.DB.exec(
      "UPDATE outbox SET state = 'sent', sent_at = '2026-01-01T00:00:00.000Z' WHERE recipient LIKE 'agent%'",
    );
    expect(await read()).toEqual([{ how: "mail" }]);
  });

  it("a mail by a service that its maker set tells nobody; being shown it does", async () => {
    const service = (by: string) =>
      env.DB.prepare(
        "INSERT OR REPLACE INTO mail_service (id, sealed, by, at) SELECT 1, '', id, '' FROM people WHERE email = ?",
      )
        .bind(by)
        .run();
    const how = async (id: string) =>
      (
        await env.DB.prepare("SELECT how FROM proposals_told WHERE proposal = ? ORDER BY how").bind(id).all()
      ).results.map((told) => told["how"]);
    const leaves = () =>
      env.DB.exec("UPDATE outbox SET state = 'sent', sent_at = '2026-01-01T00:00:00.000Z'");
    const { id } = await propose();
    await service("ada@example.com");
    await leaves();
    expect(await how(id)).toEqual([]);
    await settleDue(env, Date.now() + 2 * DAY);
    expect([(await stateOf(id)).state, await regions()]).toEqual(["open", ["GB"]]);
    expect(await how(id)).toEqual(["seen"]);
    await env.DB.exec("UPDATE outbox SET state = 'waiting'");
    await service("agent@example.com");
    await leaves();
    expect(await how(id)).toContain("mail");
    await env.DB.exec("DELETE FROM mail_service");
  });

  it("the database itself lets nothing count that nobody heard of, and who heard stays", async () => {
    const { id, at } = await propose();
    const count = (ms: number) =>
      env.DB.prepare("UPDATE proposals SET state = 'counted', settled_at = ? WHERE id = ?")
        .bind(new Date(Date.parse(at) + ms).toISOString(), id)
        .run()
        .then(
          () => "done",
          (error: unknown) => /proposal_\w+/.exec(String(error))?.[0],
        );
    expect(await count(2 * DAY)).toBe("proposal_alone");
    await shown(manager);
    expect(await count(DAY - 1)).toBe("proposal_alone");
    await expect(env.DB.exec("DELETE FROM proposals_told")).rejects.toThrow("proposal_fixed");
    await expect(env.DB.exec("UPDATE proposals_told SET how = 'mail'")).rejects.toThrow("proposal_fixed");
    expect(await count(2 * DAY)).toBe("done");
  });
});

/** Who was mailed by a template. */
const told = async (template: string) =>
  ((await dump("outbox")) as { template: string; recipient: string }[])
    .filter((mail) => mail.template === template)
    .map(({ recipient }) => recipient)
    .sort();

it("everyone is mailed when it is made, and when it counts", async () => {
  const { countsAt } = await known();
  const everyone = ["ada@example.com", "agent@example.com", "late@example.com", "manager@example.com"];
  expect(await told("proposal-alone")).toEqual(everyone);
  expect(await told("proposal")).toEqual([]);
  await settleDue(env, Date.parse(countsAt));
  expect(await told("proposal-settled")).toEqual(everyone);
});

it("whoever is in the office refuses it meanwhile", async () => {
  const { id, countsAt } = await known();
  expect((await call("POST", `/v1/proposals/${id}/refuse`, { token: manager })).status).toBe(200);
  await settleDue(env, Date.parse(countsAt) + DAY);
  expect([(await stateOf(id)).state, await regions()]).toEqual(["refused", ["GB"]]);
});

it("a manager's proposal waits for the administrator, who is somebody else", async () => {
  const { id, alone } = await propose(abroad, manager);
  expect(alone).toBe(false);
  await settleDue(env, Date.now() + 2 * DAY);
  expect((await stateOf(id)).state).toBe("open");
  expect((await call("POST", `/v1/proposals/${id}/approve`, { token: admin })).status).toBe(200);
});

describe("is not alone", () => {
  it("once somebody else has the role", async () => {
    const { id, countsAt } = await known();
    await setUpAt(Date.now());
    const second = await join(admin, "admin", "second@example.com");
    expect(await stateOf(id)).toMatchObject({ alone: false, countsAt: null });
    await settleDue(env, Date.parse(countsAt) + 1);
    expect([(await stateOf(id)).state, await regions()]).toEqual(["open", ["GB"]]);
    expect((await call("POST", `/v1/proposals/${id}/approve`, { token: second })).status).toBe(200);
  });

  it.each(["agent", "manager", "compliance"])(
    "within a week of the second person's being made %s, also in two steps",
    async (role) => {
      await take("admin", "second@example.com");
      await take(role, "second@example.com");
      await take("agent", "second@example.com");
      expect((await propose()).alone).toBe(false);
      const old = new Date(Date.now() - 7 * DAY - 1000).toISOString();
      await env.DB.prepare("UPDATE people_left SET at = ?").bind(old).run();
      expect((await propose()).alone).toBe(true);
    },
  );

  it("within a week of the end of the access, or of the role, of everybody who could refuse", async () => {
    const { id, countsAt } = await known();
    const end = "UPDATE people SET active = 0 WHERE email = 'manager@example.com'";
    const back = "UPDATE people SET active = 1, role = 'manager' WHERE email = 'manager@example.com'";
    for (const leave of [end, end.replace("active = 0", "role = 'agent'")]) {
      await env.DB.exec(leave);
      expect((await propose()).alone).toBe(false);
      await settleDue(env, Date.parse(countsAt) + 1);
      expect(await regions()).toEqual(["GB"]);
      // While somebody else could refuse, the departure of one makes no difference.
      const other = await env.DB.prepare("SELECT id FROM people WHERE email = 'late@example.com'").first<{
        id: string;
      }>();
      await env.DB.prepare("UPDATE people SET role = 'compliance' WHERE id = ?").bind(other!.id).run();
      expect(
        (await propose({ ...abroad, recording: { ...abroad.recording, regions: ["GB", "CA"] } })).alone,
      ).toBe(true);
      await env.DB.prepare("UPDATE people SET role = 'agent' WHERE id = ?").bind(other!.id).run();
      await env.DB.exec(back);
      await env.DB.exec("DELETE FROM people_left");
    }
    expect((await stateOf(id)).state).toBe("open");
  });

  it("within a week of the end of the second person's access, nor where it ends meanwhile", async () => {
    const { id, countsAt } = await known();
    await take("admin", "second@example.com");
    await env.DB.prepare("UPDATE people SET active = 0 WHERE email = 'second@example.com'").run();
    expect((await propose()).alone).toBe(false);
    await settleDue(env, Date.parse(countsAt) + 1);
    expect([(await stateOf(id)).state, await regions()]).toEqual(["open", ["GB"]]);
    await env.DB.prepare(
      "UPDATE people SET active = 1, role = 'agent' WHERE email = 'second@example.com'",
    ).run();
  });

  it("within a week of the end of the last agent's access where nobody else hears, but of no agent's before", async () => {
    const end = (email: string) =>
      env.DB.prepare("UPDATE people SET active = 0 WHERE email = ?").bind(email).run();
    await env.DB.exec(
      "UPDATE people SET active = 0 WHERE email NOT IN ('ada@example.com', 'agent@example.com', 'late@example.com')",
    );
    await env.DB.exec("DELETE FROM people_left");
    const heard = () =>
      env.DB.prepare(
        "UPDATE outbox SET state = 'sent', sent_at = ? WHERE recipient = 'agent@example.com' AND state = 'waiting'",
      )
        .bind(new Date().toISOString())
        .run();
    await end("late@example.com");
    expect((await propose()).alone).toBe(true);
    await heard();
    await settleDue(env, Date.now() + DAY + 1000);
    expect(await regions()).toEqual(["GB", "US"]);
    await setPolicy(() => defaultPolicy);
    const { id } = await propose();
    await heard();
    await end("agent@example.com");
    await settleDue(env, Date.now() + DAY + 1000);
    expect(await regions()).toEqual(["GB"]);
    await expect(
      env.DB.prepare("UPDATE proposals SET state = 'counted', settled_at = ? WHERE id = ?")
        .bind(new Date(Date.now() + DAY + 1000).toISOString(), id)
        .run(),
    ).rejects.toThrow("proposal_alone");
    expect(
      (await propose({ ...abroad, recording: { ...abroad.recording, regions: ["GB", "CA"] } })).alone,
    ).toBe(false);
    await env.DB.exec("UPDATE people SET active = 1");
    await env.DB.exec("DELETE FROM people_left");
  });

  it("with an integration beside it: a system is no second person, and proposes nothing", async () => {
    await integration(admin, scopes);
    await env.DB.exec("DELETE FROM people_left");
    expect((await propose({ ...defaultPolicy, overrides: "none" })) ?? null).toBeNull();
    await setPolicy(() => ({ ...defaultPolicy, overrides: "none" }));
    const { roles, alone } = await propose(defaultPolicy);
    expect([roles, alone]).toEqual([["compliance", "admin"], true]);
  });
});

it("what it changes has another value by then: it stays until it expires", async () => {
  const { id, countsAt, expiresAt } = await known();
  await setPolicy((p) => ({ recording: { ...p.recording, regions: ["IE"] } }));
  await settleDue(env, Date.parse(countsAt) + 1);
  expect([(await stateOf(id)).state, await regions()]).toEqual(["open", ["IE"]]);
  await settleDue(env, Date.parse(expiresAt));
  expect((await stateOf(id)).state).toBe("expired");
});

describe("on the day of set-up, where there is nobody yet to wait for", () => {
  const second = async (token: string) =>
    ((await call("GET", "/v1/policy", { token })).data as PolicyAnswer).second;
  beforeEach(() => setUpAt(Date.now() - DAY + 60_000));

  it("the first administrator loosens the policy at once; nothing goes below the floor", async () => {
    expect(await second(admin)).toEqual({ others: [], setUpDay: true });
    expect(await propose()).toBeNull();
    expect(await regions()).toEqual(["GB", "US"]);
    const people = (await dump("people")) as { email: string; active: number; kind: string }[];
    const everyone = people.filter(({ active, kind }) => active === 1 && kind === "person");
    expect(everyone.length).toBeGreaterThan(2);
    expect(await told("set-up-day")).toEqual(everyone.map(({ email }) => email).sort());
    const [letter] = (await dump("outbox")) as { vals: string }[];
    expect(JSON.parse(letter!.vals)).toMatchObject({
      what: expect.stringContaining("GB, US") as string,
      why: "moving",
      by: "Ada Admin",
    });
    const kept = (await dump("audit_payload")) as { payload: string }[];
    expect(kept.map(({ payload }) => payload).join("\n")).toMatch(/"why":"moving".*"setUpDay":true/);
    await setUpAt(Date.now() - DAY);
    expect(await second(admin)).toEqual({ others: [], setUpDay: false });
    const further = { ...abroad.recording, regions: ["GB", "US", "IE"] };
    await env.DB.exec("DELETE FROM outbox");
    expect((await propose({ ...abroad, recording: further })).alone).toBe(true);
    expect(await told("set-up-day")).toEqual([]);
  });

  it("what tightens is told to nobody", async () => {
    expect(await propose({ ...defaultPolicy, overrides: "none" })).toBeNull();
    expect(await dump("outbox")).toEqual([]);
  });

  it("a manager waits for the administrator, and an administrator for another one", async () => {
    expect(await second(manager)).toEqual({ others: ["admin"], setUpDay: true });
    expect((await propose(abroad, manager)).roles).toEqual(["admin"]);
    await join(admin, "admin", "early@example.com");
    expect(await second(admin)).toEqual({ others: ["admin"], setUpDay: true });
    expect((await propose()).alone).toBe(false);
    await take("agent", "early@example.com");
    // Within a week of taking the role away, they are not alone either.
    expect((await propose()).alone).toBe(false);
    expect(await regions()).toEqual(["GB"]);
  });

  it("agents are not told who else there is", async () => {
    const agent = await join(admin, "agent", "later@example.com");
    expect(await second(agent)).toBeUndefined();
  });
});
