/** An objection that is said again is dated: what the subscriber agreed to between the two words is the earlier word. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Suppression, SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import type { AuditAnswer } from "../../../shared/trail/api.ts";
import { knownAt } from "../../../worker/check/facts-at.ts";
import { suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { call, DAY } from "../helpers.ts";
import { dated, deepOf } from "../trail/kit.ts";
import { hold, LINE, MOBILE, objected, tokens, withCrms } from "./scope-kit.ts";

withCrms();
afterEach(async () => {
  await env.DB.exec("DELETE FROM requests WHERE number IS NOT NULL");
});

const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();
const monday = () => dated(suppressionsBound, "ended_at IS NULL", { at: ago(4) });
/** Each test deletes the rows of the one before it. */
const altered = async () =>
  (await deepOf(["suppressions"])).found.filter((one) => !one.endsWith(": missing"));
const ok = async (sent: ReturnType<typeof call>, most = 299) => {
  const { status, data } = await sent;
  expect(status, JSON.stringify(data)).toBeLessThanOrEqual(most);
  return data;
};
const consentOf = (number: string, days: number) => ({
  ...{ number, kind: "notification", givenBy: "J. Doe", giver: "subscriber", givenAt: ago(days) },
  ...{ words: "Do ring me, I do not mind", how: "web", proof: "form 7 of the website" },
});
/** A consent of some days ago, that compliance loads now. */
const agreed = async (number = LINE, days = 2) => {
  const rows = [consentOf(number, days)];
  const data = await ok(call("POST", "/v1/consents/bulk", { token: tokens.compliance, body: { rows } }));
  expect(data).toMatchObject({ results: [{ status: "added" }] });
};
const barred = async (number = LINE) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!.reasons.some(({ code }) => code === "objection");
};
const entries = async () =>
  (
    (await ok(
      call("GET", `/v1/suppressions?number=${encodeURIComponent(LINE)}`, { token: tokens.manager }),
    )) as SuppressionsAnswer
  ).suppressions;
const again = (more: object = {}, token = tokens.agent) =>
  ok(call("POST", "/v1/suppressions", { token, body: { number: LINE, reason: "do not call me", ...more } }));
const bulk = (more: object = {}) =>
  ok(
    call("POST", "/v1/suppressions/bulk", {
      token: tokens.manager,
      body: { rows: [{ number: LINE, reason: "asked by mail", ...more }] },
    }),
  );
const form = () =>
  ok(call("POST", "/v1/requests", { body: { kind: "objection", name: "J. Doe", number: LINE } }));
const byLetter = () =>
  ok(
    call("POST", "/v1/requests/entries", {
      token: tokens.compliance,
      body: {
        ...{ kind: "objection", channel: "post", receivedOn: ago(0).slice(0, 10) },
        ...{ name: "J. Doe", number: LINE },
      },
    }),
  );

describe("what was agreed between two objections, and is recorded after the second, opens nothing", () => {
  it.each([
    ["by the same person", () => again()],
    ["by the same person, from the same source", () => again({ source: "said by the called person" })],
    ["by another", () => again({}, tokens.manager)],
    ["said to another", () => again({ source: "said by the called person" }, tokens.manager)],
    ["in a letter", () => again({ source: "in a letter or an e-mail" })],
    ["from a list", () => bulk()],
    ["as a request by letter", byLetter],
    ["on the public page", form],
  ])("said again %s", async (_, repeat) => {
    const source = { source: _.includes("same source") ? "said by the called person" : "staff" };
    await objected(LINE, { scope: "line", ...source });
    await monday();
    await repeat();
    await agreed();
    expect(await barred()).toBe(true);
    expect((await entries()).filter(({ endedAt }) => endedAt === null)).toHaveLength(1);
    expect(await altered()).toEqual([]);
    // What they say after that is the later word.
    await ok(call("POST", "/v1/consents", { token: tokens.manager, body: consentOf(LINE, 0) }));
    expect(await barred()).toBe(false);
  });
  it("once on the list alone, it does", async () => {
    await objected(LINE, { scope: "line" });
    await monday();
    await agreed();
    expect(await barred()).toBe(false);
  });
  it("twice on the public page, until both are taken back", async () => {
    await form();
    await monday();
    await form();
    await agreed();
    expect(await barred()).toBe(true);
    const { results } = await env.DB.prepare("SELECT id FROM requests WHERE state = 'held' ORDER BY at").all<{
      id: string;
    }>();
    const take = (id: string) =>
      ok(
        call("POST", "/v1/requests/objections", {
          token: tokens.compliance,
          body: { requests: [id], action: "take-back", reason: "a prank" },
        }),
      );
    // The later one was a prank: the earlier one is before what they agreed to.
    await take(results[1]!.id);
    expect(await barred()).toBe(false);
    await take(results[0]!.id);
    expect((await entries()).filter(({ endedAt }) => endedAt === null)).toEqual([]);
    expect(await altered()).toEqual([]);
  });
  it("when it was heard counts, and one that was heard before the last word changes nothing", async () => {
    await objected(LINE, { scope: "line" });
    await monday();
    for (let i = 0; i < 2; i++) await again({ heardAt: ago(3) });
    await again({ heardAt: ago(3.5) }, tokens.manager);
    expect(await entries()).toHaveLength(2);
    await agreed();
    expect(await barred()).toBe(false);
  });
});

describe("a repeat", () => {
  it("is an event on the trail with its own row, and shows as such", async () => {
    await objected(LINE, { scope: "line" });
    await monday();
    await again();
    const [row] = (await entries()).filter(({ endedAt }) => endedAt !== null);
    expect(row).toMatchObject({
      reason: "do not call me",
      endedReason: expect.stringContaining("again") as string,
    });
    const { rows } = (await ok(
      call("GET", `/v1/audit?subject=${row!.id}`, { token: tokens.admin }),
    )) as AuditAnswer;
    expect(rows).toMatchObject([{ code: "suppression.repeated", payload: { number: LINE } }]);
  });
  it("is one where somebody presses twice, and a list that is sent again says nothing new", async () => {
    await objected(LINE, { scope: "line" });
    await again();
    expect(await entries()).toHaveLength(1);
    await monday();
    for (let i = 0; i < 2; i++) await again();
    for (let i = 0; i < 2; i++) await bulk();
    expect(await entries()).toHaveLength(3);
  });
  it("ends with the entry that was a mistake, and does not come back", async () => {
    await objected(LINE, { scope: "line" });
    await monday();
    await again();
    const { back } = (await ok(
      call("DELETE", `/v1/suppressions/${LINE}`, { token: tokens.admin, body: { reason: "a mistake" } }),
    )) as { back?: string };
    expect(back).toBeUndefined();
    expect(await barred()).toBe(false);
    await dated(suppressionsBound, "ended_at IS NULL", {});
    // Another of before, heard late: what was a mistake dates it no more.
    await again({ heardAt: ago(3) });
    await agreed();
    expect(await barred()).toBe(false);
    expect(await altered()).toEqual([]);
  });
  it("dates what comes back where a later one was a mistake", async () => {
    await objected(LINE, { scope: "line" });
    await monday();
    await again();
    await again({ scope: "company" }, tokens.manager);
    await ok(
      call("DELETE", `/v1/suppressions/${LINE}`, { token: tokens.admin, body: { reason: "a mistake" } }),
    );
    await agreed();
    expect(await barred()).toBe(true);
  });
  it("counts at a past moment only once it was said", async () => {
    await objected(LINE, { scope: "line" });
    await monday();
    await again();
    await agreed();
    const said = async (days: number) =>
      (await knownAt(env.DB, LINE, Date.now() - days * DAY)).facts.suppressions.map(({ at }) =>
        at.slice(0, 10),
      );
    expect([await said(1), await said(-1)]).toEqual([[ago(4).slice(0, 10)], [ago(0).slice(0, 10)]]);
  });
});

describe("a person's repeat reaches a further number on which they agreed meanwhile", () => {
  const person = async () => {
    await hold([1, "contacts", "1", LINE, MOBILE]);
    await objected(LINE, { scope: "person" });
    await monday();
    expect(await barred(MOBILE)).toBe(true);
    await ok(call("POST", "/v1/consents", { token: tokens.manager, body: consentOf(MOBILE, 2) }));
    expect(await barred(MOBILE)).toBe(false);
  };
  it.each([
    ["said again by the same person", () => again({ scope: "person" })],
    ["said again without a word on whom", () => again()],
    ["from a list", () => bulk()],
    ["by letter", byLetter],
    ["on the public page", form],
  ])("%s", async (_, repeat) => {
    await person();
    await repeat();
    expect(await barred(MOBILE)).toBe(true);
    const live = (
      await env.DB.prepare(
        "SELECT at FROM suppressions WHERE ended_at IS NULL AND origin IS NULL",
      ).all<Suppression>()
    ).results;
    expect(live).toHaveLength(1);
    expect(live[0]!.at > ago(1)).toBe(true);
    expect(await altered()).toEqual([]);
  });
  it("also where what they agreed to on it is recorded after the repeat", async () => {
    await hold([1, "contacts", "1", LINE, MOBILE]);
    await objected(LINE, { scope: "person" });
    await monday();
    await again();
    await agreed(MOBILE);
    expect(await barred(MOBILE)).toBe(true);
  });
});
