/** Each use of a consent: attempts at a call that was asked for, the conversation, and how long the proof is kept. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { CallReport } from "../../../shared/call-logs/api.ts";
import type { CheckAnswer, Facts } from "../../../shared/check/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import { factsOf as readFacts } from "../../../worker/check/facts.ts";
import { record } from "../../../worker/core/commit.ts";
import { type BriefConsent, consentFact, restedOn, type Use } from "../../../worker/do-not-call/brief.ts";
import { usedBy } from "../../../worker/do-not-call/uses.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { aTeam, call, DAY, dump, MONTH } from "../helpers.ts";

const tokens = aTeam();
let next = 0;
const aNumber = () => `+44113496${String(++next).padStart(4, "0")}`;
let minute = 0;
/** Calls of a log lie a minute apart, or they would be one call. */
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

const said = { words: "do ring me", how: "telephone", proof: "recording 7" };
const ask = async (number: string, more: object = {}, token = tokens.manager) => {
  const body = {
    number,
    kind: "solicited",
    giver: "subscriber",
    givenBy: "J. Doe",
    givenAt: ago(DAY),
    ...said,
    ...more,
  };
  const { status, data } = await call("POST", "/v1/consents", { token, body });
  expect(status, JSON.stringify(data)).toBe(201);
  return data as Consent;
};
const factsOf = async (number: string): Promise<Facts["consents"]> => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!.facts!.consents;
};
const log = async (number: string, more: Partial<CallReport> = {}) => {
  const row = {
    ...{ provider: "softphone", number, direction: "outbound", seconds: 0 },
    ...{ startedAt: ago((300 - ++minute) * 120_000), ...more },
  };
  const { status } = await call("POST", "/v1/calls/import", {
    token: tokens.manager,
    body: { rows: [row], dryRun: false },
  });
  expect(status).toBe(200);
};
const dial = async (number: string, ref: string) => {
  const { consents } = (await readFacts(env, [number])).facts(number);
  const at = new Date().toISOString();
  await record(env, {
    actor: "system",
    event: { code: "dial.passed", subject: ref, payload: {} },
    statements: usedBy(number, consents.map(restedOn), { ref, at, notedAt: at }),
  });
};

it("five unanswered attempts end it, however they are seen, and open pages hear of each", async () => {
  const number = aNumber();
  await ask(number);
  await dial(number, "d1");
  expect(await factsOf(number)).toMatchObject([{ left: 4 }]);
  await dial(number, "d2");
  for (const left of [2, 1]) {
    await log(number);
    expect(await factsOf(number)).toMatchObject([{ left }]);
  }
  const { data } = await call("GET", "/v1/changes?since=0", { token: tokens.agent });
  await log(number);
  expect(await factsOf(number)).toEqual([]);
  const since = (data as { seq: number }).seq;
  const after = await call("GET", `/v1/changes?since=${since}`, { token: tokens.agent });
  expect((after.data as { numbers: string[] }).numbers).toContain(number);
});

it("an answered call is the conversation: it ends what was asked for, and nothing else", async () => {
  const number = aNumber();
  await ask(number);
  await ask(number, { kind: "notification" });
  await log(number, { seconds: 61 });
  expect(await factsOf(number)).toMatchObject([{ kind: "notification" }]);
});

const usesOf = async ({ id }: Consent) =>
  ((await dump("consent_uses")) as { consent: string }[]).filter(({ consent }) => consent === id).length;

it("a call uses the consents that it rests on, and no other of the same form", async () => {
  const number = aNumber();
  const givenAt = ago(DAY);
  const form = { givenAt, kind: "prior", calls: ["general"] };
  const [calls, messages, ended, automated] = [
    await ask(number, form),
    await ask(number, { ...form, medium: "message" }),
    await ask(number, { ...form, kind: "notification", until: ago(DAY).slice(0, 10), givenAt: ago(9 * DAY) }),
    await ask(number, { ...form, calls: ["automated"] }),
  ];
  await log(number, { startedAt: ago(0) });
  expect(await Promise.all([calls, messages, ended, automated].map(usesOf))).toEqual([1, 0, 0, 0]);
  const { status } = await call("POST", "/v1/dials", {
    token: tokens.agent,
    body: {
      ...{ number, e164: number, action: "passed", verdict: "caution", reasons: [], seen: null },
      ...{ host: "crm.example.com", at: ago(0) },
    },
  });
  expect(status).toBe(201);
  expect(await Promise.all([calls, messages, ended, automated].map(usesOf))).toEqual([2, 0, 0, 0]);
});

it("a request that was refused, or is over, is used by no later call", async () => {
  const number = aNumber();
  const refused = await ask(number, {}, tokens.agent);
  const body = { verdict: "refused", review: "no" };
  const path = `/v1/consents/${refused.id}/review`;
  expect((await call("POST", path, { token: tokens.manager, body })).status).toBe(200);
  const over = await ask(number, { givenAt: ago(20 * DAY) });
  await log(number, { startedAt: ago(0) });
  expect(await Promise.all([refused, over].map(usesOf))).toEqual([0, 0]);
  const passed = { number, e164: number, action: "passed", verdict: "unknown", reasons: [], seen: null };
  const dialled = { ...passed, host: "crm.example.com", at: ago(0) };
  expect((await call("POST", "/v1/dials", { token: tokens.agent, body: dialled })).status).toBe(201);
  expect(await Promise.all([refused, over].map(usesOf))).toEqual([0, 0]);
});

it("inbound calls, calls from before it, and the same log again count nothing", async () => {
  const number = aNumber();
  await ask(number);
  await log(number, { direction: "inbound", seconds: 60 });
  await log(number, { seconds: 60, startedAt: ago(2 * DAY) });
  const same = { startedAt: ago(30_000), providerId: "x1" };
  await log(number, same);
  await log(number, same);
  expect(await factsOf(number)).toMatchObject([{ left: 4 }]);
});

it("a dial and its call in a log are one attempt, that turns out to have been answered", async () => {
  const number = aNumber();
  await ask(number);
  const sent = await call("POST", "/v1/dials", {
    token: tokens.agent,
    body: {
      ...{ number, e164: number, action: "passed", verdict: "unknown", reasons: [], seen: null },
      ...{ host: "crm.example.com", at: new Date().toISOString() },
    },
  });
  const { id } = sent.data as { id: string };
  await dial(number, id);
  await log(number, { startedAt: ago(0), seconds: 30 });
  const uses = (await dump("consent_uses")) as { ref: string; what: string }[];
  expect(uses.filter(({ ref }) => ref === id)).toMatchObject([{ what: "talked" }]);
  expect(await factsOf(number)).toEqual([]);
});

it("an agent's entry is over after one call, answered or not", async () => {
  const number = aNumber();
  await ask(number, { kind: "notification" }, tokens.agent);
  expect(await factsOf(number)).toMatchObject([{ provisional: true, left: 1 }]);
  await log(number);
  expect(await factsOf(number)).toEqual([]);
});

it("the call itself is not held against what it used: the past is judged as it was", () => {
  const at = (minutes: number) => new Date(Date.UTC(2026, 10, 20, 10, minutes)).toISOString();
  const row: BriefConsent = {
    ...{ id: "a", number: 441134960001, basis: "consent", kind: "notification", givenAt: at(0), until: null },
    ...{
      calls: '["general"]',
      medium: null,
      day: null,
      product: "",
      lasting: 0,
      evidenced: 0,
      proven: 0,
      caller: "",
      state: "good",
    },
    ...{ reviewedAt: at(50), doneAt: null, claimed: 0, at: at(0), withdrawnAt: null },
    uses: JSON.stringify([
      {
        ...{ consent: "a", ref: "d", at: at(20), what: "attempt" },
        givenAt: at(0),
      } satisfies Use,
    ]),
  };
  const left = (minutes: number, used = minutes) =>
    consentFact(row, Date.parse(at(minutes)), Date.parse(at(used))).map((fact) => fact.left ?? "whole");
  expect(left(10)).toEqual([1]);
  // By its dial of 10:20 the call of 10:21 is lawful; a second one is not.
  expect(left(21, 6)).toEqual([1]);
  expect(left(40, 25)).toEqual([]);
  // The review found it good.
  expect(left(51)).toEqual(["whole"]);
  const refused: BriefConsent = { ...row, state: "refused" };
  expect(consentFact(refused, Date.parse(at(10)))).toHaveLength(1);
  expect(consentFact(refused, Date.parse(at(50)))).toEqual([]);
});

it("housekeeping erases what ended, in whatever way, and waits as long as law wants the proof", async () => {
  const today = ago(0).slice(0, 10);
  const proof = await ask(aNumber(), { kind: "notification", until: today });
  const asked = await ask(aNumber(), { day: today });
  const refused = await ask(aNumber(), { kind: "notification" }, tokens.agent);
  const live = await ask(aNumber(), { kind: "notification" });
  const body = { verdict: "refused", review: "no" };
  await call("POST", `/v1/consents/${refused.id}/review`, { token: tokens.manager, body });
  const until = (value: string | null) =>
    env.DB.prepare("UPDATE consents SET keep_until = ? WHERE id = ?").bind(value, proof.id).run();
  await until(new Date(Date.now() + 60 * MONTH).toISOString().slice(0, 10));
  await expect(until(null)).rejects.toThrow("consent_fixed");
  const kept = async () => {
    const left = ((await dump("consents")) as { id: string }[]).map(({ id }) => id);
    return [proof, asked, refused, live].map(({ id }) => left.includes(id));
  };
  await sweep(env, Date.now() + 23 * MONTH);
  expect(await kept()).toEqual([true, true, true, true]);
  await sweep(env, Date.now() + 59 * MONTH);
  expect(await kept()).toEqual([true, false, false, true]);
  await sweep(env, Date.now() + 61 * MONTH);
  expect(await kept()).toEqual([false, false, false, true]);
});
