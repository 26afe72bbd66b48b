/** Consents by kind: what is kept of each, what it is as a fact, whose entries count, and their reviews. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Consent, ConsentsAnswer } from "../../../shared/do-not-call/api-consents.ts";
import type { Problem } from "../../../shared/api.ts";
import type { AuditAnswer } from "../../../shared/trail/api.ts";
import { deepOf } from "../trail/kit.ts";
import { asOwner, aTeam, call, daysAgo, dump, join, setPolicy } from "../helpers.ts";

const tokens = aTeam();
let next = 0;
const aNumber = () => `+44113496${String(++next).padStart(4, "0")}`;
const given = new Date(Date.now() - 60_000).toISOString();
const said = {
  ...{ kind: "notification", givenBy: "J. Doe", givenAt: given },
  ...{ words: "Do ring me, I do not mind", how: "web", proof: "form 7 of the website" },
};
const record = (number: string, more: object = {}, token = tokens.manager) =>
  call("POST", "/v1/consents", {
    token,
    body: { number, ...said, ...("basis" in more ? {} : { giver: "subscriber" }), ...more },
  });
const recorded = async (number: string, more: object = {}, token = tokens.manager) => {
  const { status, data } = await record(number, more, token);
  expect(status, JSON.stringify(data)).toBe(201);
  return data as Consent;
};
const review = (
  id: string,
  token: string,
  body: object = {
    verdict: "good",
    review: "read the form",
    giver: "subscriber",
    how: "telephone",
    proof: "call 12",
  },
) => call("POST", `/v1/consents/${id}/review`, { token, body });
const factsOf = async (number: string) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!.facts!.consents;
};
const code = ({ data }: { data: unknown }) => (data as Problem).code;

describe("a consent", () => {
  it("is kept with all that was said, is told so, and the trail has every word", async () => {
    await setPolicy(({ identity }) => ({ identity: { ...identity, company: "Example Ltd" } }));
    const number = aNumber();
    const more = {
      ...{ kind: "prior", calls: ["automated", "general"], product: "boilers", lasting: true },
      ...{ caller: "Example Ltd", until: daysAgo(-30) },
    };
    const consent = await recorded(number, more);
    expect(consent).toMatchObject({
      ...{ ...said, ...more, number, basis: "consent", state: "good", day: null },
      ...{ giver: "subscriber", medium: null, withdrawnAt: null, doneAt: null, attempts: 0, talked: false },
    });
    const { data } = await call("GET", `/v1/consents?number=${encodeURIComponent(number)}`, {
      token: tokens.compliance,
    });
    expect((data as ConsentsAnswer).consents).toEqual([consent]);
    const trail = await call("GET", `/v1/audit?subject=${consent.id}`, { token: tokens.admin });
    const { id: _, by: _by, at: _at, ...all } = consent;
    expect((trail.data as AuditAnswer).rows[0]).toMatchObject({ code: "consent.recorded", payload: all });
  });

  it("is found good only by who says whose words it was, how they came and where the proof lies", async () => {
    const number = aNumber();
    const bare = {
      ...{ kind: undefined, how: undefined, proof: undefined, words: undefined, giver: undefined },
    };
    const { id } = await recorded(number, { ...bare, basis: "consent", evidence: "x" });
    const good = { verdict: "good", review: "looked" };
    const missing = async (body: object) => {
      const { status, data } = await review(id, tokens.compliance, body);
      return [status, ...((data as Problem).errors ?? []).map(({ path }) => path)];
    };
    expect(await missing(good)).toEqual([422, "giver", "how", "proof"]);
    expect(await missing({ ...good, giver: "subscriber", how: "web" })).toEqual([422, "proof"]);
    expect(await missing({ ...good, giver: "other", how: "web", proof: "form 7" })).toEqual([422, "giver"]);
    expect(await missing({ verdict: "refused", review: "no", proof: "form 7" })).toEqual([422, "proof"]);
    const says = { giver: "subscriber", how: "web", proof: "form 7" };
    const { data } = await review(id, tokens.compliance, { ...good, ...says });
    expect(data).toMatchObject({ ...says, state: "good", evidenced: true, evidence: "x" });
    const trail = await call("GET", `/v1/audit?subject=${id}`, { token: tokens.admin });
    expect((trail.data as AuditAnswer).rows.find((row) => row.code === "consent.reviewed")).toMatchObject({
      payload: says,
    });
    // What an entry says of itself stays.
    const said = await recorded(aNumber(), { how: "email" }, tokens.agent);
    const { data: kept } = await review(said.id, tokens.compliance, { ...good, ...says });
    expect(kept).toMatchObject({ state: "good", how: "email", proof: said.proof });
    expect((await deepOf(["consents"])).found).toEqual([]);
    // Nobody says it later, or of one that is refused.
    for (const set of ["how = 'post'", "proof = 'another'", "giver = NULL", "giver = 'other'"])
      await expect(env.DB.prepare(`UPDATE consents SET ${set} WHERE id = ?`).bind(id).run()).rejects.toThrow(
        "consent_fixed",
      );
    const waits = await recorded(aNumber(), { ...bare, basis: "consent", evidence: "x" });
    for (const set of ["how = 'post'", "proof = 'another'", "giver = 'subscriber'"])
      await expect(
        env.DB.prepare(`UPDATE consents SET ${set} WHERE id = ?`).bind(waits.id).run(),
      ).rejects.toThrow("consent_fixed");
  });

  it("is a fact of its kind, its calls and its end", async () => {
    const number = aNumber();
    await recorded(number, { kind: "prior", calls: ["pensions"], until: daysAgo(-9) });
    await recorded(number, { kind: "solicited", day: daysAgo(-2), proof: undefined });
    expect(await factsOf(number)).toEqual([
      {
        ...{ basis: "service", kind: "prior", calls: ["pensions"], givenAt: given, until: daysAgo(-9) },
        ...{ ends: daysAgo(-9), evidenced: true, caller: "Example Ltd" },
      },
      {
        ...{ basis: "service", kind: "solicited", calls: ["general"], givenAt: given, until: null },
        ...{ day: daysAgo(-2), left: 5, evidenced: true, unproven: true, caller: "Example Ltd" },
      },
    ]);
  });

  it("what it lacks is said, and nothing is kept", async () => {
    const before = (await dump("consents")).length;
    const answer = await record(aNumber(), { kind: "prior" });
    expect(answer.status).toBe(422);
    expect((answer.data as Problem).errors).toEqual([
      { path: "calls", message: expect.any(String) as string },
    ]);
    const whose = await record(aNumber(), {
      kind: undefined,
      basis: "consent",
      evidence: "x",
      giver: "other",
    });
    expect((whose.data as Problem).errors?.map(({ path }) => path)).toContain("giver");
    expect((await record(aNumber(), { giver: "the receptionist" })).status).toBe(422);
    expect((await record(aNumber(), { givenAt: "2999-01-01T00:00:00Z" })).status).toBe(422);
    // Prior consent alone is for automated calls; what the law bars unsolicited alone may be asked for.
    for (const [kind, calls] of [
      ["solicited", ["automated"]],
      ["solicited", ["claims-management", "automated"]],
      ["notification", ["claims-management"]],
    ]) {
      const { status, data } = await record(aNumber(), { kind, calls });
      expect([status, (data as Problem).errors?.map(({ path }) => path)]).toEqual([422, ["calls"]]);
    }
    expect(await dump("consents")).toHaveLength(before);
  });

  it("of a claims call that was asked for lets it go where policy has requests do, and no sooner", async () => {
    const number = aNumber();
    await recorded(number, { kind: "solicited", calls: ["claims-management"] });
    const verdict = async (onRequest: boolean) => {
      await setPolicy(() => ({
        campaigns: { runs: ["claims-management"], pensionsAuthorised: false, onRequest },
      }));
      const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
      return (data as CheckAnswer).results[0]!.verdict;
    };
    expect([await verdict(false), await verdict(true)]).toEqual(["blocked", "caution"]);
    await setPolicy(() => ({
      campaigns: { runs: ["general"], pensionsAuthorised: false, onRequest: false },
    }));
  });

  it("in bulk each row is as one alone, and the same rows again add nothing", async () => {
    const rows = [
      { number: aNumber(), ...said, giver: "subscriber", kind: "prior", calls: ["automated"] },
      { number: aNumber(), ...said, giver: "subscriber", kind: "prior" },
      { number: aNumber(), basis: "consent", givenBy: "J. Doe", givenAt: given, evidence: "form" },
    ];
    const send = async () =>
      (
        (await call("POST", "/v1/consents/bulk", { token: tokens.manager, body: { rows } })).data as {
          results: { status: string }[];
        }
      ).results.map(({ status }) => status);
    expect(await send()).toEqual(["added", "refused", "added"]);
    expect(await send()).toEqual(["there", "refused", "there"]);
    expect(await factsOf(rows[0]!.number)).toMatchObject([{ kind: "prior", calls: ["automated"] }]);
    // A basis alone waits for its review, and holds for one call.
    expect(await factsOf(rows[2]!.number)).toMatchObject([
      { kind: "notification", until: daysAgo(-7), left: 1, evidenced: false, provisional: true },
    ]);
  });
});

describe("an agent's entry", () => {
  it("holds for one call back of the kind that it names within seven days, and waits for its review", async () => {
    const number = aNumber();
    const consent = await recorded(number, { kind: "prior", calls: ["general", "pensions"] }, tokens.agent);
    expect(consent.state).toBe("review");
    expect(await factsOf(number)).toEqual([
      {
        ...{ basis: "service", kind: "notification", calls: ["general", "pensions"], givenAt: given },
        ...{ until: daysAgo(-7), left: 1, evidenced: true, provisional: true },
        caller: "Example Ltd",
      },
    ]);
    const { data } = await call("GET", "/v1/consents?state=review", { token: tokens.compliance });
    expect((data as ConsentsAnswer).consents.map(({ id }) => id)).toContain(consent.id);
    // One that is for no general call lets none go (shared/check/consent.ts).
    const other = aNumber();
    await recorded(other, { kind: "prior", calls: ["pensions"] }, tokens.agent);
    expect(await factsOf(other)).toMatchObject([{ calls: ["pensions"], provisional: true }]);
  });

  it("counts in full once somebody who may record consents found it good, and not at all once they refused it", async () => {
    const [good, bad] = [aNumber(), aNumber()];
    const [one, other] = [
      await recorded(good, { kind: "prior", calls: ["pensions"] }, tokens.agent),
      await recorded(bad, {}, tokens.agent),
    ];
    expect((await review(one.id, tokens.agent)).status).toBe(403);
    // An administrator is not among those who record consents by the default policy.
    expect(code(await review(one.id, tokens.admin))).toBe("role-not-allowed");
    expect((await review(one.id, tokens.compliance)).data).toMatchObject({
      state: "good",
      review: "read the form",
    });
    expect(await factsOf(good)).toMatchObject([{ kind: "prior", calls: ["pensions"] }]);
    expect((await factsOf(good))[0]).not.toHaveProperty("provisional");
    expect(code(await review(one.id, tokens.compliance))).toBe("consent-reviewed");
    await review(other.id, tokens.manager, { verdict: "refused", review: "no such form" });
    expect(await factsOf(bad)).toEqual([]);
  });

  it("is reviewed by somebody else, also if the role changed meanwhile, and by no statement past the routes", async () => {
    const late = await join(tokens.admin, "agent", "late@example.com");
    const consent = await recorded(aNumber(), {}, late);
    const { data } = await call("GET", "/v1/me", { token: late });
    const { id } = (data as { person: { id: string } }).person;
    await env.DB.prepare("UPDATE people SET role = 'compliance' WHERE id = ?").bind(id).run();
    expect(code(await review(consent.id, late))).toBe("own-entry");
    await expect(
      env.DB.prepare(
        "UPDATE consents SET state = 'good', reviewed_by = by, reviewed_at = at, review = 'x' WHERE id = ?",
      )
        .bind(consent.id)
        .run(),
    ).rejects.toThrow("own_entry");
    await expect(
      env.DB.prepare("UPDATE consents SET state = 'good' WHERE id = ?").bind(consent.id).run(),
    ).rejects.toThrow("consent_reviewed");
  });

  it("is none over an objection, whoever may record consents by policy", async () => {
    const number = aNumber();
    await call("POST", "/v1/suppressions", { token: tokens.agent, body: { number, reason: "stop" } });
    for (const token of [tokens.agent, tokens.admin])
      expect(code(await record(number, {}, token))).toBe("role-not-allowed");
    const { version, policy } = (await call("GET", "/v1/policy", { token: tokens.admin })).data as {
      version: number;
      policy: { consents: object };
    };
    const wider = { ...policy, consents: { ...policy.consents, recordedBy: ["agent", "compliance"] } };
    await env.DB.prepare(
      "INSERT INTO policies (version, doc, by, at, why) SELECT ?, ?, id, ?, '' FROM people LIMIT 1",
    )
      .bind(version + 1, JSON.stringify(wider), new Date().toISOString())
      .run();
    expect((await recorded(aNumber(), {}, tokens.agent)).state).toBe("good");
    expect(code(await record(number, {}, tokens.agent))).toBe("role-not-allowed");
    expect((await record(number, {}, tokens.compliance)).status).toBe(201);
    await asOwner(["policies"], () =>
      env.DB.prepare("DELETE FROM policies WHERE version = ?")
        .bind(version + 1)
        .run(),
    );
  });
});

describe("a call that was asked for", () => {
  it("is over when somebody says that they talked", async () => {
    const number = aNumber();
    const consent = await recorded(number, { kind: "solicited" });
    const done = () => call("POST", `/v1/consents/${consent.id}/done`, { token: tokens.agent });
    expect((await done()).data).toMatchObject({ doneAt: expect.any(String) as string });
    expect(await factsOf(number)).toEqual([]);
    expect(code(await done())).toBe("consent-over");
  });

  it("other consents are not used up so", async () => {
    const consent = await recorded(aNumber());
    const answer = await call("POST", `/v1/consents/${consent.id}/done`, { token: tokens.agent });
    expect(code(answer)).toBe("consent-over");
  });
});
