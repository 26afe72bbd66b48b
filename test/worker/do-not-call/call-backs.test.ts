/** "Not now, ring on …" */
import { expect, it } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { CallBackAnswer } from "../../../shared/do-not-call/api-consents.ts";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { aTeam, call, daysAgo, dump, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const ring = (number: string, on: string, token = tokens.agent, more: object = {}) =>
  call("POST", "/v1/call-backs", {
    token,
    body: { number, on, givenBy: "J. Doe", giver: "subscriber", words: "not now, ring me then", ...more },
  });
const factsOf = async (number: string) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!.facts!;
};
const add = (number: string, more: object) =>
  call("POST", "/v1/suppressions", { token: tokens.agent, body: { number, reason: "x", ...more } });
const errorOf = ({ status, data }: { status: number; data: unknown }) => [
  status,
  (data as Problem).errors?.[0]?.path ?? (data as Problem).code,
];

it("holds the number until the day before, and counts as asked for on the day", async () => {
  const { status, data } = await ring("+441134960001", daysAgo(-21));
  expect(status).toBe(201);
  const { entry, consent } = data as CallBackAnswer;
  expect(entry).toMatchObject({ kind: "house", until: daysAgo(-20), source: "call-back" });
  expect(consent).toMatchObject({ kind: "solicited", day: daysAgo(-21), how: "telephone", state: "review" });
  const facts = await factsOf("+441134960001");
  const proved = await call("GET", `/v1/proof?number=%2B441134960001&from=${daysAgo(1)}&to=${daysAgo(-1)}`, {
    token: tokens.compliance,
  });
  const { events } = (proved.data as { proof: NumberProof }).proof;
  expect(events.map(({ what, rows }) => [what, rows.length]).sort()).toEqual([
    // Its own, and what binds each row.
    ["consent", 2],
    ["suppression", 2],
  ]);
  expect(facts.suppressions).toMatchObject([{ kind: "house", until: daysAgo(-20) }]);
  // An agent's entry holds for one call within a week; for a later day somebody reviews it before.
  const [asked] = facts.consents;
  expect(asked).toMatchObject({ kind: "solicited", day: daysAgo(-21), until: daysAgo(-7), left: 1 });
  const body = {
    verdict: "good",
    review: "heard the call",
    giver: "subscriber",
    how: "telephone",
    proof: "call 12",
  };
  await call("POST", `/v1/consents/${consent!.id}/review`, { token: tokens.manager, body });
  const [good] = (await factsOf("+441134960001")).consents;
  expect(good).toMatchObject({ kind: "solicited", day: daysAgo(-21), until: null, left: 5 });
});

it("for today nothing is held", async () => {
  const { data } = await ring("+441134960002", daysAgo(0), tokens.manager);
  expect((data as CallBackAnswer).entry).toBeNull();
  const facts = await factsOf("+441134960002");
  expect(facts.suppressions).toEqual([]);
  expect(facts.consents).toMatchObject([{ left: 5 }]);
});

it("asked for by another than the subscriber, the number is held and the call counts as asked for by nobody", async () => {
  const other = { giver: "other" };
  const { status, data } = await ring("+441134960007", daysAgo(-2), tokens.manager, other);
  const why = "Another gave it, not the subscriber.";
  expect([status, data]).toMatchObject([201, { consent: null, entry: { until: daysAgo(-1) }, why }]);
  expect((await factsOf("+441134960007")).consents).toEqual([]);
  // For today there is nothing to hold.
  expect(errorOf(await ring("+441134960008", daysAgo(0), tokens.manager, other))).toEqual([422, "giver"]);
  expect((await factsOf("+441134960008")).consents).toEqual([]);
  const own = await ring("+441134960008", daysAgo(0), tokens.manager, { giver: "subscriber" });
  expect((own.data as CallBackAnswer).consent).toMatchObject({ giver: "subscriber", state: "good" });
});

it("a later day replaces an earlier one", async () => {
  await ring("+441134960003", daysAgo(-2));
  await ring("+441134960003", daysAgo(-5));
  expect((await factsOf("+441134960003")).suppressions).toMatchObject([{ until: daysAgo(-4) }]);
});

it("writes nothing for a day that has passed, over an objection, or over an entry that lasts longer", async () => {
  const before = [(await dump("consents")).length, (await dump("suppressions")).length];
  expect(errorOf(await ring("+441134960004", daysAgo(2)))).toEqual([422, "on"]);
  expect([(await dump("consents")).length, (await dump("suppressions")).length]).toEqual(before);
  await add("+441134960005", {});
  expect(errorOf(await ring("+441134960005", daysAgo(-2)))).toEqual([403, "role-not-allowed"]);
  await add("+441134960006", { kind: "house" });
  expect(errorOf(await ring("+441134960006", daysAgo(-2)))).toEqual([422, "on"]);
  expect((await dump("consents")).length).toBe(before[0]);
});

it("is asked for a kind of call, and counts for that one alone", async () => {
  const number = "+441134960061";
  await setPolicy(() => ({
    campaigns: { runs: ["general", "claims-management"], pensionsAuthorised: false, onRequest: true },
  }));
  const { status, data } = await ring(number, daysAgo(0), tokens.manager, { calls: ["claims-management"] });
  expect(status, JSON.stringify(data)).toBe(201);
  expect((data as CallBackAnswer).consent).toMatchObject({ calls: ["claims-management"], state: "good" });
  expect((await factsOf(number)).consents).toMatchObject([{ calls: ["claims-management"] }]);
  const reasons = async (purpose: string) => {
    const checked = await call("POST", "/v1/check", {
      token: tokens.agent,
      body: { numbers: [number], purpose },
    });
    return (checked.data as CheckAnswer).results[0]!.reasons.map(({ code }) => code);
  };
  expect(await reasons("claims-management")).not.toContain("needs-consent");
  expect(await reasons("general")).not.toContain("consent");
  expect(errorOf(await ring(number, daysAgo(-2), tokens.manager, { calls: ["automated"] }))[0]).toBe(422);
});

it("unsaid is general where the company makes such calls, or else the one kind that it makes", async () => {
  const kinds = async (number: string) =>
    ((await ring(number, daysAgo(0), tokens.manager)).data as CallBackAnswer).consent?.calls;
  expect(await kinds("+441134960062")).toEqual(["general"]);
  await setPolicy(() => ({
    campaigns: { runs: ["automated", "pensions"], pensionsAuthorised: true, onRequest: true },
  }));
  expect(await kinds("+441134960063")).toEqual(["pensions"]);
});

it("an agent's entry for claims calls lets no general call go before its review", async () => {
  const number = "+441134960064";
  await setPolicy(() => ({
    campaigns: { runs: ["general", "claims-management"], pensionsAuthorised: false, onRequest: true },
  }));
  await ring(number, daysAgo(0), tokens.agent, { calls: ["claims-management"] });
  expect((await factsOf(number)).consents).toMatchObject([
    { provisional: true, calls: ["claims-management"] },
  ]);
  await ring("+441134960065", daysAgo(0), tokens.agent, { calls: ["general", "claims-management"] });
  expect((await factsOf("+441134960065")).consents).toMatchObject([
    { provisional: true, calls: ["general", "claims-management"] },
  ]);
});
