/** Where nobody else holds the role that would approve it: a proposal counts after 24 hours, and everybody is told. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type {
  PolicyAnswer,
  PolicySaved,
  PolicyVersions,
  Proposal,
  ProposalsAnswer,
} from "../../../shared/policy/api.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { settleDue } from "../../../worker/policy/settle.ts";
import { call, DAY, dump, join, setPolicy, SETUP_CODE } from "../helpers.ts";

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
});

const now = async () => (await call("GET", "/v1/policy", { token: admin })).data as PolicyAnswer;
const propose = async (policy: object = abroad, token = admin): Promise<Proposal> => {
  const headers = { "if-match": `"${(await now()).version}"` };
  const { data } = await call("PUT", "/v1/policy", { token, headers, body: { policy, why: "moving" } });
  return (data as PolicySaved).proposed!;
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

it("counts after 24 hours and no sooner, recorded as such", async () => {
  const { id, at, countsAt } = await propose();
  expect(Date.parse(countsAt!) - Date.parse(at)).toBe(DAY);
  await settleDue(env, Date.parse(countsAt!) - 1);
  expect([(await stateOf(id)).state, await regions()]).toEqual(["open", ["GB"]]);
  await settleDue(env, Date.parse(countsAt!));
  expect(await stateOf(id)).toMatchObject({ state: "counted", settledBy: null });
  expect(await regions()).toEqual(["GB", "US"]);
  const { versions } = (await call("GET", "/v1/policy/versions?limit=1", { token: manager }))
    .data as PolicyVersions;
  expect(versions[0]).toMatchObject({ byName: "Ada Admin", second: { state: "counted", byName: null } });
  const codes = ((await dump("audit")) as { code: string; subject: string }[]).filter(
    (a) => a.subject === id,
  );
  expect(codes.map(({ code }) => code)).toEqual(["proposal.made", "proposal.counted"]);
});

it("everyone is mailed when it is made, and when it counts", async () => {
  await env.DB.exec("DELETE FROM outbox");
  const { countsAt } = await propose();
  const told = async (template: string) =>
    ((await dump("outbox")) as { template: string; recipient: string }[])
      .filter((mail) => mail.template === template)
      .map(({ recipient }) => recipient)
      .sort();
  const everyone = ["ada@example.com", "agent@example.com", "manager@example.com"];
  expect(await told("proposal-alone")).toEqual(everyone);
  expect(await told("proposal")).toEqual([]);
  await settleDue(env, Date.parse(countsAt!));
  expect(await told("proposal-settled")).toEqual(everyone);
});

it("whoever is in the office refuses it meanwhile", async () => {
  const { id, countsAt } = await propose();
  expect((await call("POST", `/v1/proposals/${id}/refuse`, { token: manager })).status).toBe(200);
  await settleDue(env, Date.parse(countsAt!) + DAY);
  expect([(await stateOf(id)).state, await regions()]).toEqual(["refused", ["GB"]]);
});

it("a manager's proposal waits for the administrator, who is somebody else", async () => {
  const { id, countsAt } = await propose(abroad, manager);
  expect(countsAt).toBeNull();
  await settleDue(env, Date.now() + 2 * DAY);
  expect((await stateOf(id)).state).toBe("open");
  expect((await call("POST", `/v1/proposals/${id}/approve`, { token: admin })).status).toBe(200);
});

describe("is not alone", () => {
  it("once somebody else has the role", async () => {
    const { id, countsAt } = await propose();
    await setUpAt(Date.now());
    const second = await join(admin, "admin", "second@example.com");
    expect((await stateOf(id)).countsAt).toBeNull();
    await settleDue(env, Date.parse(countsAt!) + 1);
    expect([(await stateOf(id)).state, await regions()]).toEqual(["open", ["GB"]]);
    expect((await call("POST", `/v1/proposals/${id}/approve`, { token: second })).status).toBe(200);
  });

  it.each(["agent", "manager", "compliance"])(
    "within a week of the second person's being made %s, also in two steps",
    async (role) => {
      await take("admin", "second@example.com");
      await take(role, "second@example.com");
      await take("agent", "second@example.com");
      expect((await propose()).countsAt).toBeNull();
      const old = new Date(Date.now() - 7 * DAY - 1000).toISOString();
      await env.DB.prepare("UPDATE people_left SET at = ?").bind(old).run();
      expect((await propose()).countsAt).not.toBeNull();
    },
  );

  it("within a week of the end of the second person's access, nor where it ends meanwhile", async () => {
    const { id, countsAt } = await propose();
    await take("admin", "second@example.com");
    await env.DB.prepare("UPDATE people SET active = 0 WHERE email = 'second@example.com'").run();
    expect((await propose()).countsAt).toBeNull();
    await settleDue(env, Date.parse(countsAt!) + 1);
    expect([(await stateOf(id)).state, await regions()]).toEqual(["open", ["GB"]]);
    await env.DB.prepare(
      "UPDATE people SET active = 1, role = 'agent' WHERE email = 'second@example.com'",
    ).run();
  });

  it("with an integration beside it: a system is no second person, and proposes nothing", async () => {
    const body = { name: "A system", role: "compliance", until: "2099-12-31" };
    await call("POST", "/v1/tokens", { token: admin, body });
    await env.DB.exec("DELETE FROM people_left");
    expect((await propose({ ...defaultPolicy, overrides: "none" })) ?? null).toBeNull();
    await setPolicy(() => ({ ...defaultPolicy, overrides: "none" }));
    const { roles, countsAt } = await propose(defaultPolicy);
    expect([roles, countsAt !== null]).toEqual([["compliance", "admin"], true]);
  });
});

it("what it changes has another value by then: it stays until it expires", async () => {
  const { id, countsAt, expiresAt } = await propose();
  await setPolicy((p) => ({ recording: { ...p.recording, regions: ["IE"] } }));
  await settleDue(env, Date.parse(countsAt!) + 1);
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
    await setUpAt(Date.now() - DAY);
    expect(await second(admin)).toEqual({ others: [], setUpDay: false });
    const further = { ...abroad.recording, regions: ["GB", "US", "IE"] };
    expect((await propose({ ...abroad, recording: further }))?.countsAt).toBeTruthy();
  });

  it("a manager waits for the administrator, and an administrator for another one", async () => {
    expect(await second(manager)).toEqual({ others: ["admin"], setUpDay: true });
    expect((await propose(abroad, manager)).roles).toEqual(["admin"]);
    await join(admin, "admin", "early@example.com");
    expect(await second(admin)).toEqual({ others: ["admin"], setUpDay: true });
    expect((await propose()).countsAt).toBeNull();
    await take("agent", "early@example.com");
    // Within a week of taking the role away, they are not alone either.
    expect((await propose()).countsAt).toBeNull();
    expect(await regions()).toEqual(["GB"]);
  });

  it("agents are not told who else there is", async () => {
    const agent = await join(admin, "agent", "late@example.com");
    expect(await second(agent)).toBeUndefined();
  });
});
