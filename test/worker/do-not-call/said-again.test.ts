/** An objection that is said while another stands is its own: it closes the number on where that one was a mistake. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Suppression, SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import { answerLetters } from "../../../worker/jobs/letters.ts";
import { aTeam, call, DAY } from "../helpers.ts";
import { deepOf } from "../trail/kit.ts";

const tokens = aTeam();
const LINE = "+442079460701";
const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();
afterEach(async () => {
  await env.DB.exec("DELETE FROM suppressions");
  await env.DB.exec("DELETE FROM requests WHERE number IS NOT NULL");
});

const ok = async <T>(sent: ReturnType<typeof call>): Promise<T> => {
  const { status, data } = await sent;
  expect(status, JSON.stringify(data)).toBeLessThan(300);
  return data as T;
};
const object = (more: object = {}) =>
  ok<Suppression>(
    call("POST", "/v1/suppressions", {
      token: tokens.manager,
      body: { number: LINE, reason: "no more", scope: "line", ...more },
    }),
  );
const form = () =>
  ok(call("POST", "/v1/requests", { body: { kind: "objection", name: "A. Rival", number: LINE } }));
const end = () =>
  ok<{ ended: number; back?: string }>(
    call("DELETE", `/v1/suppressions/${encodeURIComponent(LINE)}`, {
      token: tokens.compliance,
      body: { reason: "a mistake" },
    }),
  );
const takeBack = async () => {
  const { results } = await env.DB.prepare("SELECT id FROM requests WHERE state = 'held'").all<{
    id: string;
  }>();
  await ok(
    call("POST", "/v1/requests/objections", {
      token: tokens.compliance,
      body: { requests: results.map(({ id }) => id), action: "take-back", reason: "a prank" },
    }),
  );
};
const barred = async () => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [LINE] } });
  return (data as CheckAnswer).results[0]!.reasons.some(({ code }) => code === "objection");
};
const entries = async () =>
  (
    await ok<SuppressionsAnswer>(
      call("GET", `/v1/suppressions?number=${encodeURIComponent(LINE)}`, { token: tokens.manager }),
    )
  ).suppressions;

describe("what is said while a verified entry stands is that person's own word", () => {
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
  const live = async () => (await entries()).filter(({ endedAt }) => endedAt === null);

  it("a letter's objection closes the number on, where the entry before it was a mistake", async () => {
    const mistaken = await object({ scope: "company" });
    await byLetter();
    expect(await live()).toMatchObject([{ id: mistaken.id, scope: "company" }]);
    const { back } = await end();
    expect(await barred()).toBe(true);
    // It said of itself whom it closes: nothing.
    expect(await live()).toMatchObject([
      { id: back, source: "request", scope: "unsaid", unverified: false, asks: true },
    ]);
    expect((await deepOf(["suppressions"])).found).toEqual([]);
  });
  it("so does one of staff's that came after a stranger's", async () => {
    await form();
    await byLetter();
    const [own] = await live();
    expect(own).toMatchObject({ unverified: false, source: "request" });
    expect(own!.by).not.toBe("public");
    await takeBack();
    expect(await live()).toMatchObject([{ id: own!.id }]);
  });
  it("one of the public page comes back unverified, and an officer takes it back", async () => {
    await object();
    await form();
    await end();
    expect(await live()).toMatchObject([{ source: "request", unverified: true }]);
    await takeBack();
    expect(await barred()).toBe(false);
  });
  it("one that officers took back does not come back", async () => {
    await object();
    await form();
    await takeBack();
    expect(await barred()).toBe(true);
    await end();
    expect(await barred()).toBe(false);
  });
  it("a letter on the list, too, which is answered", async () => {
    const source = "in a letter or an e-mail";
    await answerLetters(env, Date.now());
    await object();
    const again = await object({ source });
    expect(again).toMatchObject({ source: "staff" });
    await answerLetters(env, Date.now() + 300_000);
    expect(
      await env.DB.prepare("SELECT channel, text FROM requests WHERE number = ?").bind(Number(LINE)).first(),
    ).toEqual({ channel: "post", text: "no more" });
    await end();
    expect(await live()).toMatchObject([{ source, unverified: false }]);
  });
});
