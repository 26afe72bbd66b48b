/** A firm that makes claims calls alone says “general”, or nothing: it gets no number without prior consent (PECR 2003 reg 21A). */
import { beforeAll, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Dial } from "../../../shared/dials/api.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import { aTeam, call, dump, integration, push, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const CLEAR = "+442079460001";
let system = "";
const makes = (...runs: Campaign[]) =>
  setPolicy(({ campaigns }) => ({ campaigns: { ...campaigns, runs } }), new Date().toISOString());

beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, ["+442079460000"]);
  system = await integration(tokens.admin, ["gate", "callable"], "The dialler");
  await makes("claims-management");
});

let ids = 0;
const gate = (more: object) =>
  call("POST", "/v1/gate", { token: system, body: { to: CLEAR, callId: `kind-${++ids}`, ...more } });
const refused = { status: 422, data: { code: "kind-not-made" } };
const check = (more: object) =>
  call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [CLEAR], ...more } });
const verdictOf = async (more: object) => {
  const { results } = (await check(more)).data as CheckAnswer;
  return [results[0]!.verdict, results[0]!.reasons[0]!.code];
};
const dialled = async (more: object) => {
  const body = {
    ...{ number: CLEAR, e164: CLEAR, action: "passed", verdict: "clear", reasons: [], seen: null },
    ...{ host: "crm.example", at: new Date().toISOString(), ...more },
  };
  const { status, data } = await call("POST", "/v1/dials", { token: tokens.agent, body });
  expect(status, JSON.stringify(data)).toBe(201);
  const { workerVerdict, purpose, agrees } = data as Dial;
  return { workerVerdict, purpose, agrees };
};

describe("a company that makes claims calls alone", () => {
  it("the gate refuses a kind that it does not make, writes no dial, and denies a call without a kind", async () => {
    const before = (await dump("dials")).length;
    expect(await gate({ campaign: "general" })).toMatchObject(refused);
    expect(await gate({ campaign: "pensions" })).toMatchObject(refused);
    expect((await dump("dials")).length).toBe(before);
    for (const asked of [{}, { campaign: "claims-management" }])
      expect((await gate(asked)).data).toMatchObject({
        ...{ answer: "deny", verdict: "blocked" },
        reasons: [{ code: "needs-consent" }],
      });
  });
  it("a repeated question that names no kind gets the same answer", async () => {
    const callId = "kind-again";
    const first = await gate({ callId, campaign: "claims-management" });
    expect(await gate({ callId })).toEqual(first);
    expect(await gate({ callId, campaign: "general" })).toMatchObject(refused);
  });
  it("so does the list of callable numbers", async () => {
    const list = (campaign: string) => call("GET", `/v1/callable?campaign=${campaign}`, { token: system });
    expect(await list("general")).toMatchObject(refused);
    expect((await list("claims-management")).status).toBe(200);
  });
  it("a check, an explanation and a screening judge it, and what is not said, by the strictest", async () => {
    for (const asked of [{ purpose: "general" }, {}])
      expect(await verdictOf(asked)).toEqual(["blocked", "needs-consent"]);
    for (const query of ["?as=general", ""]) {
      const path = `/v1/explain/${encodeURIComponent(CLEAR)}${query}`;
      expect((await call("GET", path, { token: tokens.agent })).data).toMatchObject({ verdict: "blocked" });
    }
    const table = await call("POST", "/v1/screenings?purpose=general", {
      ...{ token: tokens.manager, raw: new TextEncoder().encode(`phone\n${CLEAR}\n`) },
      headers: { "content-type": "text/csv" },
    });
    expect(table.status).toBe(200);
    expect(JSON.stringify(table.data)).toContain("blocked");
  });
  it("a dial stays evidence: with the kind that was said, judged as the strictest that is made", async () => {
    const blocked = { workerVerdict: "blocked", agrees: false };
    expect(await dialled({ purpose: "general" })).toEqual({ ...blocked, purpose: "general" });
    expect(await dialled({})).toEqual({ ...blocked, purpose: "claims-management" });
  });
});

it("one that makes general calls too is judged by what is said, and as general where nothing is", async () => {
  await makes("general", "claims-management");
  for (const asked of [{}, { purpose: "general" }])
    expect(await verdictOf(asked)).toEqual(["clear", "not-listed"]);
  expect(await verdictOf({ purpose: "claims-management" })).toEqual(["blocked", "needs-consent"]);
  expect((await gate({})).data).toMatchObject({ answer: "allow" });
  expect((await gate({ campaign: "claims-management" })).data).toMatchObject({ answer: "deny" });
  const callId = "another-kind";
  await gate({ callId, campaign: "general" });
  expect(await gate({ callId, campaign: "claims-management" })).toMatchObject({
    ...{ status: 409, data: { code: "call-answered" } },
  });
  // A repeat that names no kind is allowed no more than a first question without one would be.
  expect((await gate({ callId })).data).toMatchObject({ answer: "allow" });
  const denied = await gate({ callId: "denied-kind", campaign: "claims-management" });
  expect(await gate({ callId: "denied-kind" })).toEqual(denied);
  for (const asked of [{}, { purpose: "general" }])
    expect(await dialled(asked)).toMatchObject({ purpose: "general", workerVerdict: "clear" });
});

it("a repeat without a kind gets the answer again where each kind would get it", async () => {
  const to = "+442079460003";
  await setPolicy(
    ({ campaigns }) => ({
      campaigns: { ...campaigns, runs: ["general", "claims-management"] },
    }),
    new Date().toISOString(),
  );
  const consent = {
    ...{
      number: to,
      kind: "prior",
      calls: ["general", "claims-management"],
      givenBy: "Ada Abbot",
      giver: "subscriber",
    },
    ...{ givenAt: new Date().toISOString(), how: "telephone", words: "Ring me about both.", proof: "call 7" },
  };
  expect((await call("POST", "/v1/consents", { token: tokens.manager, body: consent })).status).toBe(201);
  for (const first of [{}, { campaign: "claims-management" }]) {
    const asked = { to, callId: `each-kind-${first.campaign}` };
    const answer = await gate({ ...asked, ...first });
    expect(answer.data).toMatchObject({ answer: "allow" });
    expect(await gate(asked)).toEqual(answer);
  }
});

it.each([
  ["general", "claims-management"],
  ["claims-management", "pensions"],
] as const)(
  "a repeat without a kind is refused where they agreed to claims calls alone, and %s and %s calls are made",
  async (...runs) => {
    const to = "+442079460000";
    await makes(...runs);
    const consent = {
      ...{
        number: to,
        kind: "prior",
        calls: ["claims-management"],
        givenBy: "Ada Abbot",
        giver: "subscriber",
      },
      ...{ givenAt: new Date().toISOString(), how: "telephone", words: "Ring me about it.", proof: "call 8" },
    };
    expect((await call("POST", "/v1/consents", { token: tokens.manager, body: consent })).status).toBe(201);
    const asked = { to, callId: `agreed-${runs.join("-")}` };
    expect((await gate({ ...asked, campaign: "claims-management" })).data).toMatchObject({ answer: "allow" });
    expect(await gate(asked)).toMatchObject({ status: 409, data: { code: "call-answered" } });
  },
);

it("by default all is as before: a call without a kind is a general one", async () => {
  await makes("general");
  expect(await verdictOf({})).toEqual(["clear", "not-listed"]);
  expect((await gate({})).data).toMatchObject({ answer: "allow" });
  expect(await dialled({})).toEqual({ workerVerdict: "clear", purpose: "general", agrees: true });
  expect(await verdictOf({ purpose: "automated" })).toEqual(["blocked", "needs-consent"]);
});
