/** An agent's entry holds for one call back: for one of its number, not for one each. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { CallBackAnswer, Consent } from "../../../shared/do-not-call/api-consents.ts";
import { usesBound } from "../../../worker/do-not-call/bound.ts";
import { aTeam, call, DAY, daysAgo, join, push } from "../helpers.ts";
import { dated } from "../trail/kit.ts";

const tokens = aTeam();
let other: string;
let next = 0;
const listed = Array.from({ length: 30 }, (_, i) => `+44113496${String(i).padStart(4, "0")}`);
const aListed = () => listed[next++]!;
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) expect((await push(tokens.admin, list, listed)).status).toBe(200);
  other = await join(tokens.admin, "agent", "other@example.com");
});

let second = 0;
/** They asked us to call, in other words each time. */
const ask = (number: string, token = tokens.agent, more: object = {}) =>
  call("POST", "/v1/consents", {
    token,
    body: {
      ...{
        number,
        kind: "solicited",
        giver: "subscriber",
        givenBy: "J. Doe",
        words: `do call me, ${String(++second)}`,
      },
      ...{ how: "telephone", givenAt: new Date(Date.now() - 60_000 + second).toISOString(), ...more },
    },
  });
const asked = async (...args: Parameters<typeof ask>) => {
  const { status, data } = await ask(...args);
  expect(status, JSON.stringify(data)).toBe(201);
  return data as Consent;
};
const refusal = ({ status, data }: { status: number; data: unknown }) => [
  status,
  (data as Problem).code,
  (data as Problem).detail?.split(":")[0],
];
const WAITS = [409, "consent-waits", expect.stringContaining("waits for its review") as string];
const USED = [409, "consent-waits", expect.stringContaining("in the last seven days") as string];
const REFUSED = [409, "consent-waits", expect.stringContaining("refused or withdrawn") as string];

const verdict = async (number: string) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!.verdict;
};
const dial = async (number: string, more: object = {}) => {
  const { status } = await call("POST", "/v1/dials", {
    token: tokens.agent,
    body: {
      ...{ number, e164: number, action: "passed", verdict: "caution", reasons: [], seen: null },
      ...{ host: "crm.example.com", at: new Date().toISOString(), ...more },
    },
  });
  return status;
};
const review = (id: string, verdict: "good" | "refused") =>
  call("POST", `/v1/consents/${id}/review`, {
    token: tokens.manager,
    body: {
      verdict,
      review: "looked",
      ...(verdict === "good" && { giver: "subscriber", how: "telephone", proof: "call 12" }),
    },
  });
const weekLater = (number: string) =>
  dated(usesBound, `consent IN (SELECT id FROM consents WHERE number = ${number.slice(1)})`, {
    at: new Date(Date.now() - 7 * DAY - 1000).toISOString(),
  });

describe("one call back", () => {
  it("no second entry while one waits: not by its agent, nor by another, nor after its call", async () => {
    const number = aListed();
    await asked(number);
    for (const token of [tokens.agent, other]) expect(refusal(await ask(number, token))).toEqual(WAITS);
    expect(await verdict(number)).toBe("caution");
    await dial(number);
    for (const token of [tokens.agent, other]) expect(refusal(await ask(number, token))).toEqual(WAITS);
    await weekLater(number);
    expect(refusal(await ask(number))).toEqual(WAITS);
    expect(await verdict(number)).toBe("blocked");
  });

  it("after its review none for seven days from its call", async () => {
    const number = aListed();
    const { id } = await asked(number);
    await dial(number);
    await review(id, "good");
    expect(refusal(await ask(number, other))).toEqual(USED);
    await weekLater(number);
    await asked(number, other);
  });

  it("none after a refusal, until somebody who may record consents records one", async () => {
    const number = aListed();
    const { id } = await asked(number);
    await review(id, "refused");
    expect(refusal(await ask(number))).toEqual(REFUSED);
    expect(refusal(await ask(number, other))).toEqual(REFUSED);
    await asked(number, tokens.manager, { kind: "service" });
    expect(refusal(await ask(number, other))).toEqual(REFUSED);
    await asked(number, tokens.manager);
    await asked(number, other);
  });

  it("nor after an officer withdrew it, as the subscriber said so", async () => {
    const number = aListed();
    const { id } = await asked(number);
    await call("POST", `/v1/consents/${id}/withdraw`, { token: tokens.manager });
    expect(refusal(await ask(number, other))).toEqual(REFUSED);
  });

  it("is the same for whoever may not record consents, and for a request by its basis alone", async () => {
    const number = aListed();
    await asked(number);
    expect(refusal(await ask(number, tokens.admin))).toEqual(WAITS);
    expect(refusal(await ask(number, tokens.manager, { giver: undefined }))).toEqual(WAITS);
    const unsaid = { kind: undefined, giver: undefined, words: undefined, how: undefined };
    const alone = { ...unsaid, basis: "solicited", evidence: "x" };
    expect(refusal(await ask(number, tokens.manager, alone))).toEqual(WAITS);
    await asked(number, tokens.manager);
  });

  it("two in the same moment are one", async () => {
    const number = aListed();
    const answers = await Promise.all([ask(number), ask(number, other), ask(number)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.filter(({ status }) => status === 409).map(refusal)).toEqual([WAITS, WAITS]);
  });

  it("in bulk, too, and each refused row says why", async () => {
    const [one, two] = [aListed(), aListed()];
    await asked(one);
    const row = (number: string, evidence: string) => ({
      ...{ number, basis: "consent", givenBy: "J. Doe", givenAt: daysAgo(1) + "T00:00:00Z", evidence },
    });
    const rows = [row(one, "a"), row(two, "a"), row(two, "b"), row(two, "a")];
    const { data } = await call("POST", "/v1/consents/bulk", { token: tokens.manager, body: { rows } });
    const { results } = data as { results: { status: string; code?: string; why?: string }[] };
    expect(results.map(({ status, code }) => code ?? status)).toEqual([
      ...["consent-waits", "added", "consent-waits", "there"],
    ]);
    expect(results[0]!.why).toContain("waits for its review");
  });

  it("what is for messages, or lifts nothing, is no call back", async () => {
    const number = aListed();
    const full = { proof: "form 7", product: "boilers" };
    await asked(number, tokens.agent, { kind: "service" });
    await asked(number, tokens.agent, { kind: "soft-opt-in", ...full });
    await asked(number, tokens.agent, { kind: "prior", medium: "message", calls: ["general"], ...full });
    await asked(number);
    expect(refusal(await ask(number))).toEqual(WAITS);
  });
});

describe("“not now, ring on …”", () => {
  const ring = (number: string, on: string, token = tokens.agent) =>
    call("POST", "/v1/call-backs", {
      token,
      body: { number, on, givenBy: "J. Doe", words: "not now, ring me then" },
    });

  it("a second one holds the number until the day before, and counts as asked for no more", async () => {
    const number = aListed();
    await ring(number, daysAgo(-2));
    const { status, data } = await ring(number, daysAgo(-5), other);
    expect(status).toBe(201);
    const { consent, entry, why } = data as CallBackAnswer;
    expect(consent).toBeNull();
    expect(why).toContain("waits for its review");
    expect(entry).toMatchObject({ kind: "house", until: daysAgo(-4) });
    const facts = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
    const found = (facts.data as CheckAnswer).results[0]!.facts!;
    expect(found.suppressions).toMatchObject([{ until: daysAgo(-4) }]);
    expect(found.consents).toMatchObject([{ day: daysAgo(-2) }]);
  });

  it("for today there is nothing to hold, so it is refused", async () => {
    const number = aListed();
    await asked(number);
    expect(refusal(await ring(number, daysAgo(0)))).toEqual(WAITS);
  });
});

describe("a call that is overridden as service", () => {
  it("uses no attempt, and its call in a log neither: it was not the one that was asked for", async () => {
    const number = aListed();
    await asked(number, tokens.manager);
    await call("POST", "/v1/suppressions", {
      token: tokens.agent,
      body: { number, kind: "house", reason: "in dispute" },
    });
    const why = { action: "overridden", verdict: "blocked", basis: "service", reason: "their engineer" };
    expect(await dial(number, why)).toBe(201);
    const row = {
      ...{ provider: "softphone", number, direction: "outbound", seconds: 60 },
      startedAt: new Date().toISOString(),
    };
    const body = { rows: [row], dryRun: false };
    expect((await call("POST", "/v1/calls/import", { token: tokens.manager, body })).status).toBe(200);
    const { data } = await call("GET", `/v1/consents?number=${encodeURIComponent(number)}`, {
      token: tokens.manager,
    });
    expect((data as { consents: Consent[] }).consents).toMatchObject([{ attempts: 0, talked: false }]);
  });
});
