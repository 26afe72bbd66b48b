/** A mistaken objection that is ended leaves a genuine one that it had replaced in force (PECR reg 21(1)(a)). */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import type { Suppression, SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import { record } from "../../../worker/core/commit.ts";
import { suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { changeConsent } from "../../../worker/do-not-call/rows.ts";
import { spreadEntries, spreadStatements } from "../../../worker/do-not-call/spread.ts";
import { closeWithdrawn } from "../../../worker/jobs/withdrawn.ts";
import { aTeam, call, DAY } from "../helpers.ts";
import { dated, deepOf } from "../trail/kit.ts";

const tokens = aTeam();
const [LINE, PARIS] = ["+442079460701", "+33199000002"];
const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();
afterEach(async () => {
  await env.DB.exec("DELETE FROM suppressions");
  await env.DB.exec("DELETE FROM consents");
  await env.DB.exec("DELETE FROM requests WHERE number IS NOT NULL");
});

const ok = async <T>(sent: ReturnType<typeof call>): Promise<T> => {
  const { status, data } = await sent;
  expect(status, JSON.stringify(data)).toBeLessThan(300);
  return data as T;
};
const object = (number: string, more: object = {}) =>
  ok<Suppression>(
    call("POST", "/v1/suppressions", {
      token: tokens.manager,
      body: { number, reason: "no more", scope: "line", ...more },
    }),
  );
/** All entries, as of so many days ago. */
const date = (days: number) => dated(suppressionsBound, `at > '${ago(days)}'`, { at: ago(days) });
const agree = (number: string, days: number) =>
  ok<Consent>(
    call("POST", "/v1/consents", {
      token: tokens.manager,
      body: {
        ...{
          number,
          kind: "prior",
          giver: "subscriber",
          givenBy: "Jo",
          givenAt: ago(days),
          words: "yes, do ring me",
          how: "web",
        },
        ...{ proof: "form 7", calls: ["general"] },
      },
    }),
  );
const withdraw = ({ id }: Consent) =>
  ok(call("POST", `/v1/consents/${id}/withdraw?because=mistake`, { token: tokens.manager }));
/** As a Worker did that closed nothing then; and what the first runs after the upgrade make of it. */
const withdrawnBefore = async ({ id, number }: Consent, days: number) => {
  const statements = await changeConsent(env.DB, id, { withdrawn_at: ago(days) }, ago(days));
  const event = { code: "consent.withdrawn", subject: id, payload: { number } };
  await record(env, { actor: "system", event, statements });
};
const upgrade = async () => {
  await env.DB.exec("DELETE FROM marks WHERE name LIKE 'withdrawals-%'");
  await closeWithdrawn(env);
};
const form = (number: string) =>
  ok(call("POST", "/v1/requests", { body: { kind: "objection", name: "A. Rival", number } }));
const end = (number: string) =>
  ok<{ ended: number; back?: string }>(
    call("DELETE", `/v1/suppressions/${encodeURIComponent(number)}`, {
      token: tokens.admin,
      body: { reason: "a mistake" },
    }),
  );
const settle = async (action: string) => {
  const { results } = await env.DB.prepare("SELECT id FROM requests WHERE state = 'held'").all<{
    id: string;
  }>();
  await ok(
    call("POST", "/v1/requests/objections", {
      token: tokens.compliance,
      body: { requests: results.map(({ id }) => id), action, reason: "a prank" },
    }),
  );
};
const takeBack = () => settle("take-back");
const barred = async (number: string) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!.reasons.some(({ code }) => code === "objection");
};
const entries = async (number: string) =>
  (
    await ok<SuppressionsAnswer>(
      call("GET", `/v1/suppressions?number=${encodeURIComponent(number)}`, { token: tokens.manager }),
    )
  ).suppressions;

describe.each([
  ["taken back", takeBack],
  ["ended as a mistake", () => end(LINE)],
])("a stranger's by the public page, %s", (_, undo) => {
  it.each([6, 0.2])(
    "leaves the one that staff had verified %d days ago, which bars again without the consent between them",
    async (days) => {
      await object(LINE);
      await date(days);
      const consent = await agree(LINE, days / 2);
      expect(await barred(LINE)).toBe(false);
      await form(LINE);
      expect(await barred(LINE)).toBe(true);
      await undo();
      // As before the form: what they agreed to is later than what they had said.
      expect(await barred(LINE)).toBe(false);
      await withdraw(consent);
      expect(await barred(LINE)).toBe(true);
    },
  );
  it("was nobody's word where there was none before", async () => {
    await form(LINE);
    await undo();
    expect(await barred(LINE)).toBe(false);
  });
});

describe.each([
  ["taken back", takeBack],
  ["ended as a mistake", () => end(LINE)],
])("a stranger's by the public page over an older Worker's withdrawal, %s", (_, undo) => {
  const live = async () => (await entries(LINE)).filter(({ endedAt }) => endedAt === null);
  const saidOn = async () => (await live()).map(({ heardAt }) => heardAt!.slice(0, 10));

  it("cancels no withdrawal that a later consent overrules", async () => {
    await withdrawnBefore(await agree(LINE, 9), 4);
    const later = await agree(LINE, 2);
    await form(LINE);
    await upgrade();
    expect(await barred(LINE)).toBe(true);
    await undo();
    expect(await barred(LINE)).toBe(false);
    // That one was recorded by mistake: what they had withdrawn before stands.
    await withdraw(later);
    expect(await barred(LINE)).toBe(true);
    // Those of other tests here were taken away.
    const { found } = await deepOf(["suppressions"]);
    expect(found.filter((finding) => !finding.includes(": missing"))).toEqual([]);
  });

  it("lends it no day of its own, by which it would bar against later words", async () => {
    await withdrawnBefore(await agree(LINE, 9), 4);
    await form(LINE);
    await upgrade();
    // An objection that nobody has verified stays one.
    expect(await live()).toMatchObject([{ source: "request", unverified: true }]);
    await undo();
    expect(await live()).toMatchObject([{ source: "withdrawal of a consent", unverified: false }]);
    expect(await saidOn()).toEqual([ago(4).slice(0, 10)]);
    expect(await barred(LINE)).toBe(true);
    await agree(LINE, 2);
    expect(await barred(LINE)).toBe(false);
  });

  it("leaves the last of several withdrawals, and behind it what staff had verified", async () => {
    await object(LINE);
    await date(8);
    const consent = await agree(LINE, 7);
    const [first, second] = [await agree(LINE, 6.5), await agree(LINE, 6)];
    await form(LINE);
    await withdrawnBefore(first, 4);
    await upgrade();
    await withdrawnBefore(second, 3);
    await upgrade();
    await upgrade();
    await undo();
    expect(await saidOn()).toEqual([ago(3).slice(0, 10)]);
    expect(await barred(LINE)).toBe(true);
    // Both were recorded by mistake.
    for (const day of [4, 8]) {
      await end(LINE);
      expect(await saidOn()).toEqual([ago(day).slice(0, 10)]);
    }
    expect(await barred(LINE)).toBe(false);
    await withdraw(consent);
    expect(await barred(LINE)).toBe(true);
  });

  it("from before the withdrawal gives way to it", async () => {
    const [first, later] = [await agree(LINE, 9), await agree(LINE, 2)];
    await form(LINE);
    await date(5);
    await withdrawnBefore(first, 4);
    await upgrade();
    expect(await live()).toMatchObject([{ source: "withdrawal of a consent", unverified: false }]);
    await settle("take-back");
    expect(await saidOn()).toEqual([ago(4).slice(0, 10)]);
    expect(await barred(LINE)).toBe(false);
    await withdraw(later);
    expect(await barred(LINE)).toBe(true);
  });
});

describe("a stranger's that an officer had confirmed, ended as a mistake", () => {
  const live = async () => (await entries(LINE)).filter(({ endedAt }) => endedAt === null);

  it("leaves the withdrawal of before, though a later consent overrules that", async () => {
    await ok(call("POST", `/v1/consents/${(await agree(LINE, 9)).id}/withdraw`, { token: tokens.manager }));
    await date(4);
    const later = await agree(LINE, 2);
    await form(LINE);
    await settle("confirm-objection");
    await end(LINE);
    expect(await live()).toMatchObject([{ source: "withdrawal of a consent", unverified: false }]);
    expect(await barred(LINE)).toBe(false);
    await withdraw(later);
    expect(await barred(LINE)).toBe(true);
  });

  it.each(["company", "line"])(
    "leaves a withdrawal that came while it stood, of the scope %s",
    async (scope) => {
      const consent = await agree(LINE, 9);
      await form(LINE);
      await settle("confirm-objection");
      if (scope === "company") await object(LINE, { scope });
      await ok(call("POST", `/v1/consents/${consent.id}/withdraw`, { token: tokens.manager }));
      expect(await live()).toHaveLength(1);
      await end(LINE);
      expect(await live()).toMatchObject([{ source: "withdrawal of a consent", unverified: false }]);
      expect(await barred(LINE)).toBe(true);
      await end(LINE);
      // Behind an objection of staff there is what the officer had confirmed.
      expect(await barred(LINE)).toBe(scope === "company");
    },
  );
});

describe("a mistake by staff", () => {
  it("over a stranger's by the public page, undone, keeps the withdrawal behind that one", async () => {
    await withdrawnBefore(await agree(LINE, 9), 4);
    await form(LINE);
    await upgrade();
    for (let n = 0; n < 2; n++) {
      const { id } = await object(LINE);
      await ok(call("POST", `/v1/suppressions/${id}/undo`, { token: tokens.manager }));
    }
    const live = async () => (await entries(LINE)).filter(({ endedAt }) => endedAt === null);
    expect(await live()).toMatchObject([{ source: "request", unverified: true }]);
    await takeBack();
    expect(await live()).toMatchObject([{ source: "withdrawal of a consent", unverified: false }]);
    expect(await barred(LINE)).toBe(true);
  });
  it("that widened a genuine one of more than a day before leaves that one, with its scope, its day and what it closed", async () => {
    const MOBILE = "+447700900701";
    const OTHERS = "+447700900702";
    const first = await object(LINE, { scope: "unsaid" });
    const closes = (id: string, number: string) =>
      ok(
        call("POST", `/v1/suppressions/${id}/scope`, {
          token: tokens.compliance,
          body: { scope: "person", numbers: [number], reason: "asked them" },
        }),
      );
    await closes(first.id, MOBILE);
    await date(6);
    // Of somebody else's company, on the wrong number.
    const wrong = await object(LINE, { scope: "company" });
    await ok(
      call("POST", `/v1/suppressions/${wrong.id}/scope`, {
        token: tokens.compliance,
        body: { scope: "company", numbers: [OTHERS], reason: "their list" },
      }),
    );
    expect([await barred(LINE), await barred(MOBILE), await barred(OTHERS)]).toEqual([true, true, true]);
    const { ended, back } = await end(LINE);
    expect(ended).toBe(1);
    expect([await barred(LINE), await barred(MOBILE), await barred(OTHERS)]).toEqual([true, true, false]);
    const live = (await entries(LINE)).filter(({ endedAt }) => endedAt === null);
    expect(live).toMatchObject([{ id: back, scope: "person", reason: "no more", unverified: false }]);
    expect(live[0]!.heardAt!.slice(0, 10)).toBe(ago(6).slice(0, 10));
    // It ends as any other, and comes back no more.
    expect(await end(LINE)).toEqual({ ended: 1 });
    expect([await barred(LINE), await barred(MOBILE)]).toEqual([false, false]);
  });
  it("within a day of a genuine one leaves that one; who meant both ends both, and neither was a refusal", async () => {
    await object(PARIS, { scope: "unsaid" });
    await object(PARIS, { scope: "company", reason: "a wrong keystroke" });
    const { back } = await end(PARIS);
    const live = async () => (await entries(PARIS)).filter(({ endedAt }) => endedAt === null);
    expect(await live()).toMatchObject([{ id: back, scope: "unsaid", asks: true, reason: "no more" }]);
    expect(await barred(PARIS)).toBe(true);
    expect(await end(PARIS)).toEqual({ ended: 1 });
    expect(await live()).toEqual([]);
    expect(await barred(PARIS)).toBe(false);
    const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [PARIS] } });
    expect((data as CheckAnswer).results[0]!.facts!.contacts!.refusedAt).toBeNull();
  });
  it.each(["held", "confirmed"] as const)(
    "leaves one of the public page that is %s, and not one that was taken back",
    async (state) => {
      await form(LINE);
      await object(LINE, { scope: "company" });
      if (state === "confirmed") await settle("confirm-objection");
      const { back } = await end(LINE);
      expect((await entries(LINE)).filter(({ endedAt }) => endedAt === null)).toMatchObject([
        { id: back, unverified: state === "held" },
      ]);
      await (state === "held" ? takeBack() : end(LINE));
      expect(await barred(LINE)).toBe(false);
    },
  );
  it("is ended by another also on a further number that a connector's run found", async () => {
    const OTHER = "+447700900703";
    const entry = await object(LINE, { scope: "person" });
    const made = { by: "system", at: new Date().toISOString() };
    const spread = spreadEntries(entry, [Number(OTHER)], made);
    await record(env, {
      actor: "system",
      event: { code: "suppression.spread", subject: entry.id, payload: { number: LINE, closed: [OTHER] } },
      statements: spreadStatements(spread),
    });
    const free = (token: string) =>
      call("DELETE", `/v1/suppressions/${encodeURIComponent(OTHER)}`, {
        token,
        body: { reason: "not theirs" },
      });
    expect((await free(tokens.manager)).data).toMatchObject({ code: "own-entry" });
    expect((await free(tokens.admin)).status).toBe(200);
  });
  it("brings back no objection of the public page that was taken back", async () => {
    await form(LINE);
    await object(LINE, { scope: "company" });
    await takeBack();
    expect(await end(LINE)).toEqual({ ended: 1 });
    expect(await barred(LINE)).toBe(false);
  });
});

it("in France the genuine one goes on ending the consents of before it, also against a stranger's within the day", async () => {
  await agree(PARIS, 9);
  await object(PARIS);
  await date(0.5);
  await agree(PARIS, 0.2);
  const refused = async () => {
    const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [PARIS] } });
    return (data as CheckAnswer).results[0]!.facts!.contacts!.refusedAt;
  };
  const first = await refused();
  expect(first).not.toBeNull();
  await form(PARIS);
  await end(PARIS);
  expect(await refused()).toBe(first);
});
