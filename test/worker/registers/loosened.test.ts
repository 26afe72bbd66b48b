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

describe("what one administrator may do alone, officers hear of at once, and of whom", () => {
  const some = (n: number) => Array.from({ length: n }, (_, i) => `+4411349601${String(i).padStart(2, "0")}`);
  const day = (ago: number) => new Date(Date.now() - ago * DAY).toISOString().slice(0, 10);
  const made = async (answer: Promise<{ status: number; data: unknown }>) => {
    const { status, data } = await answer;
    expect(status, JSON.stringify(data)).toBeLessThan(300);
    return (data as { version: number }).version;
  };
  const change = (id: string, body: object) =>
    made(
      call("POST", `/v1/lists/${id}/changes`, {
        token: tokens.admin,
        body: { add: [], remove: [], asOf: day(0), ...body },
      }),
    );
  const send = (id: string, n: number, more: object = {}) => made(push(tokens.admin, id, some(n), more));
  /** What was mailed since it was last asked, to each officer once. */
  async function told(): Promise<unknown[]> {
    const { results } = await env.DB.prepare(
      "SELECT recipient, vals FROM outbox WHERE template = 'register-freed' ORDER BY rowid",
    ).all<{ recipient: string; vals: string }>();
    await env.DB.exec("DELETE FROM outbox");
    const officers = await env.DB.prepare(
      "SELECT email FROM people WHERE active = 1 AND kind = 'person' AND role IN ('admin', 'compliance')",
    ).all<{ email: string }>();
    const values = [...new Set(results.map(({ vals }) => vals))];
    for (const one of values)
      expect(
        results
          .filter(({ vals }) => vals === one)
          .map(({ recipient }) => recipient)
          .sort(),
      ).toEqual(officers.results.map(({ email }) => email).sort());
    return values.map((one) => {
      const { stage, n, version, by } = JSON.parse(one) as Record<string, unknown>;
      return [stage, n, version, by];
    });
  }

  it("a register that loses more than the policy's share, at once or within a day", async () => {
    await put("lost", ours);
    await send("lost", 20);
    await send("lost", 19);
    await send("lost", 16);
    expect(await told()).toEqual([]);
    const passed = await send("lost", 15);
    expect(await told()).toEqual([["lost", 5, passed, "Ada Admin"]]);
    // Told once as it passes the share, and each time that as many again went.
    await send("lost", 14);
    expect(await told()).toEqual([]);
    await send("lost", 12);
    expect(await told()).toEqual([]);
    const further = await send("lost", 11);
    expect(await told()).toEqual([["lost", 9, further, "Ada Admin"]]);
    expect((await push(tokens.admin, "lost", some(2))).data).toMatchObject({ code: "list-shrinks" });
    expect(await told()).toEqual([]);
    const emptied = await send("lost", 2, { allowShrink: true });
    expect(await told()).toEqual([["lost", 18, emptied, "Ada Admin"]]);
    const last = await change("lost", { remove: some(1), allowShrink: true });
    expect(await told()).toEqual([["lost", 19, last, "Ada Admin"]]);
  });

  it("an old copy that is given a later day; and an earlier one that is brought back", async () => {
    await put("old", ours);
    const sha256 = "a".repeat(64);
    const first = await send("old", 3, { asOf: day(5), sha256 });
    const again = await send("old", 3, { asOf: day(4), sha256, attestSameFile: true });
    expect(await told()).toEqual([["attested", 0, again, "Ada Admin"]]);
    const empty = await change("old", { asOf: day(3), attestSameFile: true });
    expect(await told()).toEqual([["attested", 0, empty, "Ada Admin"]]);
    const more = await send("old", 9, { asOf: day(2), attestSameFile: true });
    expect(await told()).toEqual([]);
    const back = (to: number, parent: number) =>
      made(
        call("POST", "/v1/lists/old/rollback", {
          token: tokens.admin,
          body: { to, parent, why: "a mistake" },
        }),
      );
    const rolled = await back(first, more);
    expect(await told()).toEqual([["back", 6, rolled, "Ada Admin"]]);
    await back(more, rolled);
    expect(await told()).toEqual([]);
  });

  it("a law's register, changed by hand: numbers taken out, or one added under a later day", async () => {
    await send("ctps", 20, { allowShrink: true, asOf: day(0) });
    await told();
    await change("ctps", { add: ["+441134960199"] });
    expect(await told()).toEqual([]);
    const taken = await change("ctps", { remove: some(1) });
    expect(await told()).toEqual([["by-hand", 1, taken, "Ada Admin"]]);
    await put("ndd", ours);
    await send("ndd", 20, { asOf: day(9) });
    const later = await change("ndd", { add: ["+441134960199"], asOf: day(1) });
    expect(await told()).toEqual([["by-hand", 0, later, "Ada Admin"]]);
    await put("mine", ours);
    await send("mine", 20, { asOf: day(1) });
    await change("mine", { remove: some(1) });
    expect(await told()).toEqual([]);
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
