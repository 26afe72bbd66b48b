/** What loosens a register waits for a second administrator; what tightens it counts at once. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { PolicyAnswer, Proposal } from "../../../shared/policy/api.ts";
import type { Register, RegisterDeclared } from "../../../shared/registers/api.ts";
import { settleDue } from "../../../worker/policy/settle.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { call, DAY, dump, push } from "../helpers.ts";
import { codeOf, end, open, second, tokens, withSecond } from "../policy/kit.ts";
import { deep } from "./kit.ts";

withSecond();

const ours = { name: "Ours", regions: ["GB", "IE"], maxAgeDays: 10, daysUntilEffective: 2 };
const put = async (id: string, body: object, token = tokens.admin) => {
  const { status, data } = await call("PUT", `/v1/lists/${id}`, { token, body });
  expect(status, JSON.stringify(data)).toBeLessThan(300);
  return data as RegisterDeclared;
};
const now = async (id: string) =>
  (await call("GET", `/v1/lists/${id}`, { token: tokens.admin })).data as Register;
const proposed = async (id: string) => (await open()).find((one) => one.id === id)!;
const leeds = "+441134960001";
const reasons = async () => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [leeds] } });
  return (data as CheckAnswer).results[0]!.reasons.map(({ code, list }) => `${code} ${list}`);
};

describe("a register of our own", () => {
  it("keeps its countries, its age and its days until another administrator approves fewer, or more", async () => {
    for (const id of ["tps", "ctps"]) await push(tokens.admin, id, ["+441134960009"]);
    await put("ours", ours);
    expect(await reasons()).toContain("not-screened ours");
    // A call that waits for the register, and one that it says nothing of.
    for (const number of ["+441134960010", "+33199000001"])
      await call("POST", "/v1/dials", {
        token: tokens.agent,
        body: {
          ...{ number, e164: number, action: "held", verdict: "unknown", seen: null },
          ...{ reasons: [{ code: "offline" }], host: "crm.example.com", at: new Date().toISOString() },
        },
      });
    const { version } = (await call("GET", "/v1/policy", { token: tokens.admin })).data as PolicyAnswer;
    const asked = { ...ours, name: "Our list", regions: ["IE"], maxAgeDays: 30, daysUntilEffective: 5 };
    const answer = await put("ours", asked);
    // The name is no rule: it counts.
    expect(answer).toMatchObject({ ...ours, name: "Our list" });
    expect(await now("ours")).toMatchObject({ ...ours, name: "Our list" });
    expect(await reasons()).toContain("not-screened ours");
    const one = await proposed(answer.proposed!);
    expect(one).toMatchObject({ kind: "register", roles: ["admin"], countsAt: null });
    expect(one.effect.map(({ path, n }) => [path, n])).toEqual([
      ["list.ours.regions", 1],
      ["list.ours.maxAgeDays", 0],
      ["list.ours.daysUntilEffective", 0],
    ]);
    expect(one.changes.map(({ text }) => text)).toEqual([
      "Register OURS, countries: GB, IE → IE",
      "Register OURS, oldest copy, in days: 10 → 30",
      "Register OURS, days before a listing counts: 2 → 5",
    ]);
    expect(codeOf(await end(one.id, "approve", tokens.admin))).toBe("own-proposal");
    expect(codeOf(await end(one.id, "approve", tokens.compliance))).toBe("role-not-allowed");
    expect((await now("ours")).regions).toEqual(["GB", "IE"]);

    const { status, data } = await end(one.id, "approve", second);
    expect([status, (data as Proposal).state, (data as Proposal).version]).toEqual([200, "approved", null]);
    expect(await now("ours")).toMatchObject(asked);
    expect(await reasons()).not.toContain("not-screened ours");
    // No clause of the policy has changed by it.
    expect((await call("GET", "/v1/policy", { token: tokens.admin })).data).toMatchObject({ version });
    expect((await deep()).found).toEqual([]);
  });

  it("is tightened at once, with what loosens held back", async () => {
    await put("both", ours);
    const answer = await put("both", {
      ...ours,
      regions: ["FR", "GB"],
      maxAgeDays: 5,
      daysUntilEffective: 0,
    });
    expect(answer).toMatchObject({ regions: ["GB", "IE", "FR"], maxAgeDays: 5, daysUntilEffective: 0 });
    expect((await proposed(answer.proposed!)).changes).toMatchObject([
      { path: "list.both.regions", from: ["GB", "IE", "FR"], to: ["FR", "GB"] },
    ]);
    await end(answer.proposed!, "refuse", second);
    expect(
      (await put("both", { ...ours, maxAgeDays: 4, daysUntilEffective: 0, regions: ["GB", "IE", "FR"] }))
        .proposed,
    ).toBeUndefined();
  });

  it("gives no country up where another is named twice in its place", async () => {
    await put("twice", ours);
    const answer = await put("twice", { ...ours, regions: ["GB", "GB"] });
    expect([answer.regions, (await now("twice")).regions]).toEqual([ours.regions, ours.regions]);
    expect((await proposed(answer.proposed!)).changes).toMatchObject([{ from: ["GB", "IE"], to: ["GB"] }]);
    await end(answer.proposed!, "refuse", second);
  });

  it("changes by no proposal that was made of another state, and by each once", async () => {
    await put("moved", ours);
    const [first, late] = [
      (await put("moved", { ...ours, regions: ["GB"] })).proposed!,
      (await put("moved", { ...ours, regions: ["IE"] })).proposed!,
    ];
    expect((await end(first, "approve", second)).status).toBe(200);
    expect(codeOf(await end(first, "approve", second))).toBe("proposal-settled");
    expect(codeOf(await end(late, "approve", second))).toBe("proposal-moved");
    expect((await now("moved")).regions).toEqual(["GB"]);
    const codes = ((await dump("audit")) as { code: string; subject: string }[])
      .filter(({ subject }) => subject === first)
      .map(({ code }) => code);
    expect(codes).toEqual(["proposal.made", "proposal.approved"]);
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("declared again is the proposal that waits, and mails nobody again", async () => {
    await put("nightly", ours);
    const asked = { ...ours, regions: ["GB"] };
    const first = (await put("nightly", asked)).proposed!;
    const mails = async () => (await dump("outbox")).length;
    const sent = await mails();
    const again = await put("nightly", { ...asked, name: "Ours, each night" });
    expect(again).toMatchObject({ proposed: first, name: "Ours, each night", regions: ["GB", "IE"] });
    expect(await mails()).toBe(sent);
    // Another's, or one of more changes, is one of its own.
    const others = [
      (await put("nightly", asked, second)).proposed!,
      (await put("nightly", { ...asked, maxAgeDays: 30 })).proposed!,
    ];
    expect(new Set([first, ...others]).size).toBe(3);
    // What was refused was not approved: it may be asked for again.
    expect((await end(first, "refuse", second)).status).toBe(200);
    expect((await put("nightly", asked)).proposed).not.toBe(first);
    expect((await deep()).found).toEqual([]);
  });

  it("without a second administrator counts a day after somebody heard, and never on nobody's word", async () => {
    await put("alone", ours);
    const people = (await call("GET", "/v1/people", { token: tokens.admin })).data as {
      people: { id: string; email: string }[];
    };
    const { id } = people.people.find(({ email }) => email === "second@example.com")!;
    await call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body: { active: false } });
    await env.DB.exec("DELETE FROM people_left");
    await env.DB.exec("UPDATE marks SET value = '2026-01-01T00:00:00.000Z' WHERE name = 'setup'");
    const { proposed: made } = await put("alone", { ...ours, regions: ["GB"] });
    expect((await now("alone")).regions).toEqual(["GB", "IE"]);
    // The manager looks, and so has heard.
    expect(await proposed(made!)).toMatchObject({ alone: true });
    await settleDue(env, Date.now() + DAY - 60_000);
    expect((await now("alone")).regions).toEqual(["GB", "IE"]);
    await settleDue(env, Date.now() + DAY + 60_000);
    expect((await now("alone")).regions).toEqual(["GB"]);
  });
});

it("on the day of set-up an administrator who is alone has nobody to wait for", async () => {
  await env.DB.prepare("UPDATE marks SET value = ? WHERE name = 'setup'")
    .bind(new Date().toISOString())
    .run();
  await put("first", ours);
  await env.DB.exec("DELETE FROM outbox");
  expect(await put("first", ours)).not.toHaveProperty("setUpDay");
  expect((await dump("outbox")).length).toBe(0);
  const answer = await put("first", { ...ours, regions: ["GB"] });
  expect(answer.proposed).toBeUndefined();
  expect(answer.setUpDay).toBe(true);
  const people = (await dump("people")) as { email: string; active: number; kind: string }[];
  const mails = (await dump("outbox")) as { template: string; recipient: string; vals: string }[];
  expect(mails.map(({ recipient }) => recipient).sort()).toEqual(
    people.flatMap(({ email, active, kind }) => (active === 1 && kind === "person" ? [email] : [])).sort(),
  );
  expect(mails[0]).toMatchObject({ template: "set-up-day", vals: expect.stringContaining("IE") as string });
  expect((await now("first")).regions).toEqual(["GB"]);
  const [row] = (
    await env.DB.prepare(
      "SELECT payload FROM audit JOIN audit_payload USING (seq) WHERE code = 'list.declared' ORDER BY seq DESC LIMIT 1",
    ).all<{ payload: string }>()
  ).results;
  expect(JSON.parse(row!.payload)).toMatchObject({ setUpDay: true, before: { regions: ["GB", "IE"] } });
});
