/** Proof that a past call was lawful, kept on erasure (UK GDPR art 17(3)(e)): as that alone, and until its day. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { CallsAnswer } from "../../../shared/call-logs/api.ts";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import { daysLater, monthsLater } from "../../../shared/core/calendar.ts";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import type { ConsentsAnswer } from "../../../shared/do-not-call/api-consents.ts";
import type { RequestAnswer } from "../../../shared/privacy-requests/api.ts";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { english, sayDate } from "../../../shared/texts/language.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { call, DAY, dump } from "../helpers.ts";
import { act, confirmAll, daysAgo, done, draft, officer, read, tokens, verified, withTeam } from "./kit.ts";

withTeam();

let next = 0;
/** A number with a consent, a dial that rested on it, and a call of a log. */
async function aCustomer(): Promise<string> {
  const number = `+44113496${String(++next).padStart(4, "0")}`;
  const send = async (path: string, body: unknown, token = tokens.manager) => {
    const { status, data } = await call("POST", path, { token, body });
    expect(status, JSON.stringify(data)).toBeLessThan(300);
  };
  const at = new Date(Date.now() - 3 * DAY).toISOString();
  await send("/v1/consents", {
    ...{ number, kind: "notification", giver: "subscriber", givenBy: "Dora", givenAt: at },
    ...{ words: "you may ring", how: "web", proof: "form 7" },
  });
  const row = {
    provider: "softphone",
    number,
    direction: "outbound",
    startedAt: at,
    seconds: 60,
    providerId: number,
  };
  await send("/v1/calls/import", { rows: [row], dryRun: false });
  await send("/v1/dials", {
    ...{ number, e164: number, action: "passed", verdict: "caution", reasons: [], seen: null },
    ...{ host: "crm.example.com", at: new Date().toISOString() },
  });
  return number;
}
const KEPT = ["dial", "call", "consent"];
const until = daysAgo(-90);
const why = { ground: "protection", reasons: "It proves that our call was lawful." };
/** Decides an erasure: some kinds are kept as proof, others refused. */
async function decide(id: string, items: RequestAnswer["items"], keepUntil: string | undefined) {
  await done(officer, id, "decide", {
    decision: "partial",
    deny: items
      .filter(({ kind }) => KEPT.includes(kind))
      .map((item) => ({ id: item.id, ...why, ...(keepUntil === undefined ? {} : { keepUntil }) })),
  });
}
async function erasureOf(number: string) {
  const id = await verified(officer, number, { kind: "erasure" });
  await done(officer, id, "match", { everything: true });
  const items = await confirmAll(officer, id);
  expect(items.map(({ kind }) => kind).sort()).toEqual([...KEPT].sort());
  return { id, items };
}
/** What lists and checks say of a number. */
const shown = async (number: string) => {
  const of = `?number=${encodeURIComponent(number)}`;
  const [dials, calls, consents, check] = await Promise.all([
    call("GET", `/v1/dials${of}`, { token: tokens.admin }),
    call("GET", `/v1/calls${of}`, { token: tokens.admin }),
    call("GET", `/v1/consents${of}`, { token: tokens.admin }),
    call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } }),
  ]);
  return {
    dials: (dials.data as DialsAnswer).dials.length,
    calls: (calls.data as CallsAnswer).calls.length,
    consents: (consents.data as ConsentsAnswer).consents.length,
    facts: (check.data as CheckAnswer).results[0]!.facts!.consents.length,
  };
};
const kindsIn = async (number: string) => {
  const path = `/v1/proof?number=${encodeURIComponent(number)}&from=${daysAgo(30)}&to=${daysAgo(0)}`;
  const { status, data } = await call("GET", path, { token: officer });
  expect(status, JSON.stringify(data)).toBe(200);
  return [...new Set((data as { proof: NumberProof }).proof.events.map(({ what }) => what))];
};
const left = async () =>
  Object.fromEntries(
    await Promise.all(
      ["dials", "calls", "consents", "restricted"].map(async (table) => [table, (await dump(table)).length]),
    ),
  ) as Record<string, number>;

it("no list, no verdict and no search of staff has it; a proof has, and the letter names it and its day", async () => {
  const number = await aCustomer();
  expect(await shown(number)).toEqual({ dials: 1, calls: 1, consents: 1, facts: 1 });
  const { id, items } = await erasureOf(number);
  await decide(id, items, until);
  expect(await shown(number)).toEqual({ dials: 0, calls: 0, consents: 0, facts: 0 });
  expect(await kindsIn(number)).toEqual(expect.arrayContaining(["dial", "call", "consent"]));
  const letter = await draft(officer, id, "decision");
  expect(letter).toMatch(/1 consent/);
  expect(letter).toContain(String(Number(until.slice(8))));
  const { items: decided } = await read(officer, id);
  expect(decided.map(({ keptUntil }) => keptUntil)).toEqual([until, until, until]);
});

it("the letter is refused unless it names what is kept, and until when", async () => {
  const number = await aCustomer();
  const { id, items } = await erasureOf(number);
  await decide(id, items, until);
  const text = await draft(officer, id, "decision");
  const lines = text.split("\n");
  const kept = lines.filter((line) => line.includes(sayDate(english, until)));
  expect(kept).toHaveLength(1);
  const letter = (text: string) => act(officer, id, "letters", { kind: "decision", text, how: "post" });
  const without = lines.filter((line) => !kept.includes(line)).join("\n");
  expect(await letter(without)).toMatchObject({
    code: "letter-lacks",
    why: expect.stringContaining(sayDate(english, until)) as string,
  });
  expect(await letter(text.replaceAll(sayDate(english, until), "some day"))).toMatchObject({
    code: "letter-lacks",
  });
  expect((await letter(text)).status).toBe(200);
});

it("a kept consent cannot be withdrawn, reviewed, done or found by a list that is loaded again", async () => {
  const number = await aCustomer();
  const { id, items } = await erasureOf(number);
  await decide(id, items, until);
  const row = await env.DB.prepare("SELECT id, given_at AS givenAt FROM consents WHERE number = ?")
    .bind(Number(number.slice(1)))
    .first<{ id: string; givenAt: string }>();
  const body = { verdict: "good", review: "looked", giver: "subscriber", how: "telephone", proof: "call 12" };
  for (const [step, sent] of [["withdraw"], ["done"], ["review", body]] as const) {
    const path = `/v1/consents/${row!.id}/${step}`;
    const { status } = await call("POST", path, { token: tokens.manager, ...(sent && { body: sent }) });
    expect(status, step).toBe(404);
  }
  const again = {
    ...{ number, kind: "notification", giver: "subscriber", givenBy: "Dora", givenAt: row!.givenAt },
    ...{ words: "you may ring", how: "web", proof: "form 7" },
  };
  const { data } = await call("POST", "/v1/consents/bulk", {
    token: tokens.manager,
    body: { rows: [again] },
  });
  expect((data as { results: unknown[] }).results).toMatchObject([{ status: "added" }]);
  expect(await shown(number)).toMatchObject({ consents: 1 });
});

it("a later decision that keeps nothing as proof makes it a record like others", async () => {
  const number = await aCustomer();
  const { id, items } = await erasureOf(number);
  await decide(id, items, until);
  await done(officer, id, "decide", { decision: "deny", ...why });
  expect(await shown(number)).toEqual({ dials: 1, calls: 1, consents: 1, facts: 1 });
});

it("what is not kept goes, with the consent's uses and whose line it was; the number stays closed", async () => {
  const number = await aCustomer();
  const n = Number(number.slice(1));
  const body = { number, party: "consumer", detail: "they said so" };
  expect((await call("POST", "/v1/parties", { token: officer, body })).status).toBe(201);
  const consent = await env.DB.prepare("SELECT id FROM consents WHERE number = ?")
    .bind(n)
    .first<{ id: string }>();
  const uses = async () =>
    ((await dump("consent_uses")) as { consent: string }[]).filter((use) => use.consent === consent!.id)
      .length;
  expect(await uses()).toBeGreaterThan(0);
  const { id } = await erasureOf(number);
  await done(officer, id, "decide", { decision: "comply" });
  expect(await shown(number)).toEqual({ dials: 0, calls: 0, consents: 0, facts: 0 });
  expect(await uses()).toBe(0);
  expect(((await dump("parties")) as { number: number }[]).filter((party) => party.number === n)).toEqual([]);
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  expect((data as CheckAnswer).results[0]!.verdict).toBe("blocked");
});

it("an open line that one person's objection keeps open is closed by its own subscriber's erasure", async () => {
  const number = await aCustomer();
  const entry = await call("POST", "/v1/suppressions", {
    token: tokens.agent,
    body: { number, reason: "x" },
  });
  await call("POST", "/v1/parties", {
    token: officer,
    body: { number, party: "company", detail: "their letterhead" },
  });
  await call("POST", `/v1/suppressions/${(entry.data as { id: string }).id}/scope`, {
    token: officer,
    body: { scope: "person", reason: "a colleague", keepsLine: true },
  });
  const id = await verified(officer, number, { kind: "erasure" });
  await done(officer, id, "match", { everything: true });
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  expect((data as CheckAnswer).results[0]!.verdict).toBe("blocked");
});

it("a call's log does not bring it back, and on its day it is erased with all that was kept", async () => {
  await env.DB.exec("DELETE FROM restricted");
  const number = await aCustomer();
  const before = await left();
  const { id, items } = await erasureOf(number);
  await decide(id, items, until);
  expect(await left()).toEqual({ ...before, restricted: 3 });
  await sweep(env, Date.parse(until));
  expect(await left()).toMatchObject({ restricted: 3 });
  await sweep(env, Date.parse(until) + 2 * DAY);
  await sweep(env, Date.parse(until) + 2 * DAY);
  expect(await left()).toEqual({
    ...{ dials: before["dials"]! - 1, calls: before["calls"]! - 1 },
    ...{ consents: before["consents"]! - 1, restricted: 0 },
  });
  expect(await dump("calls_erased")).not.toEqual([]);
});

/** A German's consent, whose proof law wants for five years, and a request of erasure that found it alone. */
async function germanErasure() {
  const number = `+493023125${String(++next).padStart(3, "0")}`;
  const { status } = await call("POST", "/v1/consents", {
    token: tokens.manager,
    body: {
      ...{
        number,
        kind: "prior",
        calls: ["general"],
        giver: "subscriber",
        givenBy: "Dora",
        givenAt: `${daysAgo(1)}T10:00:00Z`,
      },
      ...{ words: "you may ring", how: "web", proof: "form 7" },
    },
  });
  expect(status).toBe(201);
  const id = await verified(officer, number, { kind: "erasure" });
  const [item] = await confirmAll(officer, id);
  expect(item).toMatchObject({ kind: "consent", proofUntil: monthsLater(daysAgo(1), 60) });
  const partial = (ground: string, keepUntil: string) =>
    act(officer, id, "decide", {
      ...{ decision: "partial", deny: [{ id: item!.id, ground, reasons: "UWG § 7a", keepUntil }] },
    });
  return { number, id, item: item!, by: item!.proofUntil!, partial };
}
const consentsOf = async (number: string) =>
  ((await dump("consents")) as { number: number }[]).filter((row) => row.number === Number(number.slice(1)))
    .length;

describe("a consent whose proof law wants kept", () => {
  it("is not erased by one click: the refusal says what to keep, and until when", async () => {
    const { number, id, item, by } = await germanErasure();
    const { status, code, why: asked } = await act(officer, id, "decide", { decision: "comply" });
    expect([status, code]).toEqual([409, "proof-wanted"]);
    expect(asked).toContain(item.id);
    expect(asked).toContain(by);
    expect(await consentsOf(number)).toBe(1);
    expect((await read(officer, id)).request.decision).toBeNull();
  });

  it("is kept no shorter than law wants, and no longer than the later of that and the policy's months", async () => {
    const { by, partial } = await germanErasure();
    expect(await partial("protection", until)).toMatchObject({ status: 422, code: "invalid" });
    expect(await partial("protection", daysLater(by, 1))).toMatchObject({ status: 422 });
    expect(await partial("unfounded", by)).toMatchObject({ status: 422 });
    expect((await partial("protection", by)).status).toBe(200);
  });

  it("is kept on the law's ground, restricted, and the letter says so; it goes after its day, also where an erasure kept it for less", async () => {
    const { number, id, by, partial } = await germanErasure();
    expect((await shown(number)).facts).toBe(1);
    expect((await partial("legal-obligation", by)).status).toBe(200);
    expect(await shown(number)).toMatchObject({ consents: 0, facts: 0 });
    const letter = await draft(officer, id, "decision");
    expect(letter).toContain("1 consent");
    expect(letter).toContain("art 17(3)(b)");
    expect(letter).toContain(sayDate(english, by));
    const before = await germanErasure();
    await before.partial("legal-obligation", by);
    await env.DB.prepare("UPDATE restricted SET until = ? WHERE request = ?").bind(until, before.id).run();
    const both = async () => [await consentsOf(number), await consentsOf(before.number)];
    await sweep(env, Date.parse(by));
    expect(await both()).toEqual([1, 1]);
    await sweep(env, Date.parse(by) + 2 * DAY);
    expect(await both()).toEqual([0, 0]);
  });
});
