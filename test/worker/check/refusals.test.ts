/**
 * Refusals where they end the consents of before (France): a refusal is what the subscriber said, from when they said it;
 * an objection that was nobody's word is none.
 */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import type { RequestsAnswer } from "../../../shared/privacy-requests/api.ts";
import { knownAt } from "../../../worker/check/facts-at.ts";
import { suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { spreadAll } from "../../../worker/do-not-call/spread.ts";
import { aTeam, call, DAY, MINUTE } from "../helpers.ts";
import { dated } from "../trail/kit.ts";

const tokens = aTeam();
const PARIS = "+33199000001";
const MOBILE = "+33639980001";
const HOUR = 60 * MINUTE;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

afterEach(async () => {
  for (const table of ["suppressions", "connector_numbers", "connectors"])
    await env.DB.exec(`DELETE FROM ${table}`);
  // What was agreed stays on record, on a number of its own for each test.
  await env.DB.exec("DELETE FROM consents");
});

const ok = async (sent: ReturnType<typeof call>) => {
  const { status, data } = await sent;
  expect(status, JSON.stringify(data)).toBeLessThan(300);
  return data;
};
const agree = (givenAt: string, number = PARIS) =>
  ok(
    call("POST", "/v1/consents", {
      token: tokens.manager,
      body: {
        ...{
          number,
          kind: "prior",
          giver: "subscriber",
          givenBy: "Jo",
          givenAt,
          words: "yes, do ring me",
          how: "web",
        },
        ...{ proof: "form 7", calls: ["general"] },
      },
    }),
  );
const object = async (more: object = {}) =>
  (await ok(
    call("POST", "/v1/suppressions", {
      token: tokens.manager,
      body: { number: PARIS, reason: "no more", scope: "line", ...more },
    }),
  )) as Suppression;
const end = (number = PARIS) =>
  ok(
    call("DELETE", `/v1/suppressions/${encodeURIComponent(number)}`, {
      token: tokens.admin,
      body: { reason: "the wrong number" },
    }),
  );
const form = () =>
  ok(call("POST", "/v1/requests", { body: { kind: "objection", name: "A. Rival", number: PARIS } }));
const settle = async (action: "confirm-objection" | "take-back") => {
  const { requests } = (await ok(
    call("GET", "/v1/requests", { token: tokens.compliance }),
  )) as RequestsAnswer;
  const held = requests.filter(({ state }) => state === "held").map(({ id }) => id);
  await ok(
    call("POST", "/v1/requests/objections", {
      token: tokens.compliance,
      body: { requests: held, action, reason: "a prank" },
    }),
  );
};
/** All entries as of an earlier day. */
const date = (at: string) => dated(suppressionsBound, `at > '${at}'`, { at });
const refusedAt = async (number = PARIS) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!.facts!.contacts!.refusedAt;
};
/** Whether no consent counts for a call to it. */
const wantsConsent = async (number = PARIS) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  const { reasons } = (data as CheckAnswer).results[0]!;
  return reasons.some(({ code }) => code === "needs-consent" || code === "objection");
};

describe("what was nobody's refusal ends no consent", () => {
  it("a prank by the public form that an officer took back", async () => {
    await agree(ago(5 * DAY));
    expect(await wantsConsent()).toBe(false);
    await form();
    expect(await wantsConsent()).toBe(true);
    await settle("take-back");
    expect([await wantsConsent(), await refusedAt()]).toEqual([false, null]);
  });

  it("nor one that was taken back after they had agreed once more", async () => {
    await agree(ago(5 * DAY));
    await form();
    await date(ago(2 * DAY));
    await agree(ago(DAY));
    await settle("take-back");
    expect(await refusedAt()).toBeNull();
  });

  it("an objection on the wrong number, ended as a mistake, also where it was widened before", async () => {
    await agree(ago(5 * DAY));
    await object({ scope: "unsaid" });
    expect(await wantsConsent()).toBe(true);
    await object({ scope: "person" });
    await end();
    // The first may have been meant.
    expect(await wantsConsent()).toBe(true);
    await end();
    expect([await wantsConsent(), await refusedAt()]).toEqual([false, null]);
  });

  it("it did while nobody knew better: a past call is judged by what was on record", async () => {
    await agree(ago(5 * DAY));
    await object();
    await date(ago(3 * DAY));
    await end();
    const then = async (ms: number) => (await knownAt(env.DB, PARIS, Date.now() - ms)).facts.contacts;
    expect([(await then(4 * DAY))!.refusedAt, (await then(DAY))!.refusedAt]).toEqual([
      null,
      expect.stringMatching(/^20/),
    ]);
  });

  it("what spread from it, or was ended on one number alone", async () => {
    const at = ago(5 * DAY);
    await agree(at, MOBILE);
    const { id } = await object({ scope: "person" });
    await ok(
      call("POST", `/v1/suppressions/${id}/scope`, {
        token: tokens.compliance,
        body: { scope: "person", numbers: [MOBILE], reason: "asked them" },
      }),
    );
    expect(await wantsConsent(MOBILE)).toBe(true);
    await end(MOBILE);
    expect(await wantsConsent(MOBILE)).toBe(false);
    expect(await refusedAt()).not.toBeNull();
  });
});

describe("a refusal counts from when it was said", () => {
  it("heard in an outage, before they agreed, and sent after it", async () => {
    const heardAt = ago(2 * HOUR);
    await agree(ago(HOUR));
    await object({ heardAt });
    expect([await wantsConsent(), await refusedAt()]).toEqual([false, heardAt]);
    // Before it arrived nobody knew of it.
    const { facts } = await knownAt(env.DB, PARIS, Date.now() - 90 * MINUTE);
    expect(facts.contacts!.refusedAt).toBeNull();
  });

  it("on another number of theirs, where a later run found that", async () => {
    await object({ scope: "person" });
    await date(ago(20 * DAY));
    await agree(ago(10 * DAY), MOBILE);
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at)
         VALUES (1, 'hub', 'rest', 'hub', '{}', 'header', '', 'x', '2026-11-01')`,
      ),
      ...[PARIS, MOBILE].map((number, place) =>
        env.DB.prepare(
          `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
           VALUES (1, 'contacts', 'a', 'phone', ?, ?, 'clear', '2026-11-01', 1)`,
        ).bind(place, Number(number.slice(1))),
      ),
    ]);
    await spreadAll(env, Date.now());
    expect([await wantsConsent(MOBILE), await refusedAt(MOBILE)]).toEqual([false, await refusedAt()]);
  });
});

describe("a genuine refusal ends the consents of before, whatever came after", () => {
  it("while it is live, unverified too", async () => {
    await agree(ago(5 * DAY));
    await form();
    expect(await refusedAt()).not.toBeNull();
    await settle("confirm-objection");
    expect([await wantsConsent(), (await refusedAt()) !== null]).toEqual([true, true]);
  });

  it("replaced by a later one that was a mistake or a prank, after they had agreed", async () => {
    await agree(ago(9 * DAY));
    await object();
    await date(ago(6 * DAY));
    const first = await refusedAt();
    await agree(ago(5 * DAY));
    await object();
    await end();
    expect([await refusedAt(), await wantsConsent()]).toEqual([first, false]);
  });

  it("replaced long after by a wider one that was a mistake", async () => {
    await agree(ago(9 * DAY));
    await object();
    await date(ago(6 * DAY));
    const first = await refusedAt();
    await object({ scope: "person" });
    await end();
    expect([await refusedAt(), await wantsConsent()]).toEqual([first, true]);
  });

  it("ended because they agreed again, here or on the line that it came from", async () => {
    await agree(ago(9 * DAY));
    await agree(ago(9 * DAY), MOBILE);
    const { id } = await object({ scope: "person" });
    await ok(
      call("POST", `/v1/suppressions/${id}/scope`, {
        token: tokens.compliance,
        body: { scope: "person", numbers: [MOBILE], reason: "asked them" },
      }),
    );
    await date(ago(6 * DAY));
    const first = await refusedAt();
    await agree(ago(5 * DAY));
    await end();
    expect([await refusedAt(), await refusedAt(MOBILE)]).toEqual([first, first]);
    expect([await wantsConsent(), await wantsConsent(MOBILE)]).toEqual([false, true]);
  });
});
