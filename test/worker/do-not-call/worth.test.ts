/** What a consent on record is worth, end to end: by kind, by who recorded it, and for which calls. */
import { beforeAll, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import type { Problem } from "../../../shared/api.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import { aTeam, call, daysAgo, push, setPolicy } from "../helpers.ts";

const tokens = aTeam();
let next = 0;
const listed = Array.from({ length: 40 }, (_, i) => `+44113496${String(i).padStart(4, "0")}`);
/** A number on the TPS. */
const aListed = () => listed[next++]!;
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) expect((await push(tokens.admin, list, listed)).status).toBe(200);
  await setPolicy(({ campaigns }) => ({ campaigns: { ...campaigns, runs: ["general", ...others] } }));
});

const verdict = async (number: string, purpose: Campaign = "general") => {
  const body = { numbers: [number], purpose };
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body });
  const { verdict, reasons } = (data as CheckAnswer).results[0]!;
  return `${verdict} ${reasons[0]!.code}`;
};
const yesterday = new Date(Date.now() - 86_400_000).toISOString();
const send = (number: string, more: object, token = tokens.manager) =>
  call("POST", "/v1/consents", {
    token,
    body: {
      number,
      givenBy: "J. Doe",
      givenAt: yesterday,
      ...("kind" in more && { giver: "subscriber" }),
      ...more,
    },
  });
const record = async (number: string, more: object, token = tokens.manager) => {
  const { status, data } = await send(number, more, token);
  expect(status, JSON.stringify(data)).toBe(201);
  return data as Consent;
};
const said = { words: "yes", how: "web", proof: "form 7" };
const others: Campaign[] = ["automated", "claims-management", "pensions"];

describe("over a register of the United Kingdom", () => {
  it("“solicited”, evidence “x”, by an agent: one general call back, and no other call", async () => {
    const number = aListed();
    expect(await verdict(number)).toBe("blocked tps");
    await record(number, { basis: "solicited", evidence: "x" }, tokens.agent);
    expect(await verdict(number)).toBe("caution call-back");
    for (const purpose of others) expect(await verdict(number, purpose), purpose).toMatch(/^blocked /);
  });

  it("a notification lifts it for general live calls, and for nothing else", async () => {
    const number = aListed();
    await record(number, { kind: "notification", ...said });
    expect(await verdict(number)).toMatch(/^caution /);
    for (const purpose of others) expect(await verdict(number, purpose), purpose).toMatch(/^blocked /);
  });

  it("another's word is recorded, lifts nothing, and is no more than that to whoever reviews", async () => {
    for (const [kind, more] of [
      ["notification", {}],
      ["prior", { calls: ["general", "automated"] }],
      ["solicited", {}],
    ] as const)
      for (const token of [tokens.manager, tokens.agent]) {
        const number = aListed();
        const { id, state, giver } = await record(number, { kind, ...said, ...more, giver: "other" }, token);
        expect([state, giver]).toEqual(["refused", "other"]);
        expect(await verdict(number)).toBe("blocked tps");
        expect(await verdict(number, "automated")).toBe("blocked needs-consent");
        const body = {
          verdict: "good",
          review: "the receptionist is sure",
          giver: "subscriber",
          how: "telephone",
          proof: "call 12",
        };
        const reviewed = await call("POST", `/v1/consents/${id}/review`, { token: tokens.compliance, body });
        expect((reviewed.data as Problem).code).toBe("consent-reviewed");
        // It keeps nobody from recording what the subscriber says.
        await record(number, { kind: "notification", ...said, giver: "subscriber" }, token);
        expect(await verdict(number)).toMatch(/^caution /);
      }
  });

  it("another's later word does not stand against the subscriber's objection", async () => {
    const number = aListed();
    const token = tokens.compliance;
    const objection = { number, kind: "objection", reason: "stop", scope: "line" };
    expect((await call("POST", "/v1/suppressions", { token, body: objection })).status).toBeLessThan(300);
    const later = { givenAt: new Date().toISOString(), kind: "notification", ...said };
    await record(number, { ...later, giver: "other" }, token);
    expect(await verdict(number)).toBe("blocked objection");
    await record(number, { ...later, givenAt: new Date().toISOString(), giver: "subscriber" }, token);
    expect(await verdict(number)).toMatch(/^caution /);
  });

  it("where nobody says whether the subscriber gave it, it waits for a review, and holds for one call back until then", async () => {
    const unsaid = { giver: undefined, ...said };
    const body = (number: string) => ({
      verdict: "good",
      review: `${number} is theirs: the contract`,
      giver: "subscriber",
      how: "telephone",
      proof: "call 12",
    });
    for (const [kind, more] of [
      ["notification", {}],
      ["prior", { calls: ["general", "automated"] }],
    ] as const) {
      const number = aListed();
      const { id, state, giver } = await record(number, { kind, ...unsaid, ...more });
      expect([state, giver]).toEqual(["review", null]);
      expect(await verdict(number)).toBe("caution call-back");
      expect(await verdict(number, "automated")).toBe("blocked needs-consent");
      // The recorder vouches for nothing by it: somebody else does.
      const token = tokens.compliance;
      const path = `/v1/consents/${id}/review`;
      expect((await call("POST", path, { token: tokens.manager, body: body(number) })).status).toBe(403);
      expect((await call("POST", path, { token, body: body(number) })).status).toBe(200);
      expect(await verdict(number)).toBe("caution agreed");
    }
    // Against their objection it says nothing until then; in a file each such row waits, and one of a service lifts nothing anyway.
    const [objected, filed, served] = [aListed(), aListed(), aListed()];
    const objection = { number: objected, kind: "objection", reason: "stop", scope: "line" };
    await call("POST", "/v1/suppressions", { token: tokens.compliance, body: objection });
    const later = { givenAt: new Date().toISOString(), kind: "notification", ...unsaid };
    expect((await record(objected, later, tokens.compliance)).state).toBe("review");
    expect(await verdict(objected)).toBe("blocked objection");
    const rows = [filed, served].map((number, n) => ({
      ...{ number, givenBy: "J. Doe", givenAt: yesterday, kind: n ? "service" : "notification", ...said },
    }));
    await call("POST", "/v1/consents/bulk", { token: tokens.manager, body: { rows } });
    expect(await verdict(filed)).toBe("caution call-back");
    expect((await record(served, { kind: "service", ...unsaid })).state).toBe("good");
    expect(await verdict(served)).toBe("blocked tps");
  });

  it("a file with both words of a number has both on record, and once", async () => {
    const number = aListed();
    const row = { number, givenBy: "J. Doe", givenAt: yesterday, kind: "notification", ...said };
    const rows = [{ ...row, giver: "other" }, { ...row, giver: "subscriber" }, row];
    const send = () => call("POST", "/v1/consents/bulk", { token: tokens.manager, body: { rows } });
    const status = (answer: { data: unknown }) =>
      (answer.data as { results: { status: string }[] }).results.map((one) => one.status);
    expect(status(await send())).toEqual(["added", "added", "there"]);
    expect(status(await send())).toEqual(["there", "there", "there"]);
    expect(await verdict(number)).toMatch(/^caution /);
  });

  it("a notification whose proof nobody knows lifts nothing", async () => {
    const number = aListed();
    await record(number, { kind: "notification" });
    expect(await verdict(number)).toBe("blocked tps");
  });

  it("a call that was asked for lifts it by the words, and how they came; a bare row lifts nothing", async () => {
    const [bare, half, told] = [aListed(), aListed(), aListed()];
    await record(bare, { kind: "solicited" });
    await record(half, { kind: "solicited", words: "ring me", proof: "x" });
    await record(told, { kind: "solicited", words: "ring me", how: "telephone" });
    expect([await verdict(bare), await verdict(half)]).toEqual(["blocked tps", "blocked tps"]);
    // Without the proof somebody reads it before the call.
    expect(await verdict(told)).toBe("caution consent");
    await record(told, { kind: "solicited", ...said });
    expect(await verdict(told)).toBe("caution agreed");
  });

  it("“consent”, evidence “x”, by a manager: one call back, and its review", async () => {
    for (const basis of ["consent", "solicited"]) {
      const number = aListed();
      const { id, state, evidenced } = await record(number, { basis, evidence: "x" });
      expect([state, evidenced]).toEqual(["review", false]);
      expect(await verdict(number)).toBe("caution call-back");
      for (const purpose of others) expect(await verdict(number, purpose), purpose).toMatch(/^blocked /);
      await call("POST", "/v1/dials", {
        token: tokens.agent,
        body: {
          ...{ number, e164: number, action: "passed", verdict: "caution", reasons: [], seen: null },
          ...{ host: "crm.example.com", at: new Date().toISOString() },
        },
      });
      expect(await verdict(number)).toBe("blocked tps");
      const body = {
        verdict: "good",
        review: "found the form",
        giver: "subscriber",
        how: "telephone",
        proof: "call 12",
      };
      const own = await call("POST", `/v1/consents/${id}/review`, { token: tokens.manager, body });
      expect(own.status).toBe(403);
      await call("POST", `/v1/consents/${id}/review`, { token: tokens.compliance, body });
      expect(await verdict(number)).toBe("caution agreed");
    }
  });

  it("no end makes “x” more than days", async () => {
    const number = aListed();
    await record(number, { basis: "consent", evidence: "x", until: daysAgo(-400) });
    const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
    expect((data as CheckAnswer).results[0]!.facts!.consents).toMatchObject([
      { until: daysAgo(-6), left: 1 },
    ]);
  });

  it("prior consent counts for the calls that it names, and for no others", async () => {
    const number = aListed();
    await record(number, { kind: "prior", calls: ["automated"], ...said });
    expect(await verdict(number, "automated")).not.toMatch(/^(blocked|clear) /);
    expect(await verdict(number)).toBe("blocked tps");
    for (const purpose of ["claims-management", "pensions"] as const)
      expect(await verdict(number, purpose), purpose).toMatch(/^blocked /);
  });

  it("service lifts nothing that sells", async () => {
    const number = aListed();
    await record(number, { kind: "service", ...said });
    expect(await verdict(number)).toBe("blocked tps");
  });

  it("a call that was asked for is over after its day", async () => {
    const [today, past] = [aListed(), aListed()];
    await record(today, { kind: "solicited", day: daysAgo(0), ...said });
    await record(past, { kind: "solicited", day: daysAgo(1), ...said });
    expect(await verdict(today)).toMatch(/^caution /);
    expect(await verdict(past)).toBe("blocked tps");
  });
});

describe("where the law wants consent", () => {
  /** Of the German range for films and tests. */
  const berlin = (n: number) => `+493023125${String(n).padStart(3, "0")}`;

  it("a number is blocked without it, callable with prior consent, and no other kind will do", async () => {
    expect(await verdict(berlin(1))).toMatch(/^blocked /);
    await record(berlin(1), { kind: "prior", calls: ["general"], ...said });
    expect(await verdict(berlin(1))).toMatch(/^caution /);
    await record(berlin(2), { kind: "notification", ...said });
    expect(await verdict(berlin(2))).toMatch(/^blocked /);
    await record(berlin(3), { kind: "prior", calls: ["general"], ...said }, tokens.agent);
    expect(await verdict(berlin(3))).toMatch(/^blocked /);
  });

  it("its proof is kept from the grant, as that law wants it", async () => {
    await record(berlin(4), { kind: "prior", calls: ["general"], ...said });
    const { data } = await call("GET", `/v1/consents?number=${encodeURIComponent(berlin(4))}`, {
      token: tokens.manager,
    });
    const [consent] = (data as { consents: { keepUntil: string | null }[] }).consents;
    // UWG section 7a: five years.
    expect(Number(consent!.keepUntil?.slice(0, 4))).toBe(Number(yesterday.slice(0, 4)) + 5);
  });
});

describe("to whom, by name", () => {
  const named = (company: string, tradingNames: string[] = []) =>
    setPolicy(({ identity }) => ({ identity: { ...identity, company, tradingNames } }));
  const refusalOf = ({ status, data }: { status: number; data: unknown }) => [
    status,
    (data as { errors?: { path: string; message: string }[] }).errors?.map(({ path }) => path),
  ];
  const notification = { kind: "notification", ...said };

  it("given to another company it is refused, alone and in bulk, and lifts nothing", async () => {
    await named("Example Ltd", ["Example Boilers"]);
    const number = aListed();
    const bought = { ...notification, caller: "Acme Leads Ltd" };
    const answer = await send(number, bought);
    expect(refusalOf(answer)).toEqual([422, ["caller"]]);
    expect(JSON.stringify(answer.data)).toContain("Example Ltd");
    expect(refusalOf(await send(number, bought, tokens.agent))).toEqual([422, ["caller"]]);
    const prior = { ...bought, kind: "prior", calls: ["automated"] };
    const row = { number, giver: "subscriber", givenBy: "J. Doe", givenAt: yesterday };
    const rows = [
      { ...row, ...prior },
      { ...row, ...notification, caller: "example ltd." },
    ];
    const { data } = await call("POST", "/v1/consents/bulk", { token: tokens.manager, body: { rows } });
    const { results } = data as { results: { status: string; code?: string; why?: string }[] };
    expect(results.map(({ status }) => status)).toEqual(["refused", "added"]);
    expect(results[0]).toMatchObject({ code: "invalid", why: expect.stringContaining("caller") as string });
    expect(await verdict(number, "automated")).toMatch(/^blocked /);
  });

  it("our name and the trading names of the policy count, and our name is the default", async () => {
    for (const caller of ["Example Ltd", "EXAMPLE  BOILERS", undefined]) {
      const number = aListed();
      const consent = await record(number, { ...notification, caller });
      expect(consent.caller).toBe(caller ?? "Example Ltd");
      expect(await verdict(number), caller).toBe("caution agreed");
    }
  });

  it("a stored one counts only while its name is ours", async () => {
    const [ours, trading] = [aListed(), aListed()];
    await record(ours, notification);
    await record(trading, { ...notification, caller: "Example Boilers" });
    const now = async () => [await verdict(ours), await verdict(trading)];
    await named("Example Ltd");
    expect(await now()).toEqual(["caution agreed", "blocked tps"]);
    await named("Example Group plc", ["Example Boilers"]);
    expect(await now()).toEqual(["blocked tps", "caution agreed"]);
    await named("Example Group plc", ["Example Boilers", "Example Ltd"]);
    expect(await now()).toEqual(["caution agreed", "caution agreed"]);
  });

  it("while the policy names no company, a consent names none; that one goes on to count", async () => {
    await named("");
    const number = aListed();
    const answer = await send(number, { ...notification, caller: "Acme Leads Ltd" });
    expect(refusalOf(answer)).toEqual([422, ["caller"]]);
    await record(number, notification);
    expect(await verdict(number)).toBe("caution agreed");
    await named("Example Ltd");
    expect(await verdict(number)).toBe("caution agreed");
  });
});
