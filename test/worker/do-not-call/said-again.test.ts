/** An objection that is said while another stands is its own: it closes the number on where that one was a mistake. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Suppression, SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import { entriesEn } from "../../../shared/texts/do-not-call/entries.en.ts";
import { suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { answerLetters } from "../../../worker/jobs/letters.ts";
import { refusals } from "../../../worker/overview/reports/refusals.ts";
import { eventsOfNumber } from "../../../worker/proof/number.ts";
import { aTeam, call, DAY } from "../helpers.ts";
import { dated, deepOf } from "../trail/kit.ts";

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
const object = ({ token = tokens.manager, ...more }: { token?: string } & Record<string, unknown> = {}) =>
  ok<Suppression>(
    call("POST", "/v1/suppressions", {
      token,
      body: { number: LINE, reason: "no more", scope: "line", ...more },
    }),
  );
const form = () =>
  ok(call("POST", "/v1/requests", { body: { kind: "objection", name: "A. Rival", number: LINE } }));
const end = () =>
  ok<{ ended: number; back?: string }>(
    call("DELETE", `/v1/suppressions/${encodeURIComponent(LINE)}`, {
      token: tokens.admin,
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
  it("keeps the letter as long as the entry of years ago before it, and tells of it as of one in force", async () => {
    await object();
    await dated(suppressionsBound, "ended_at IS NULL", { at: ago(1000) });
    await byLetter();
    const [kept] = (await entries()).filter(({ source }) => source === "request");
    expect(kept!.endedAt).toBe(kept!.at);
    expect(kept!.endedReason).toContain("behind");
    const made = await refusals.make(env.DB, {
      ...{ from: ago(1).slice(0, 10), to: ago(-1).slice(0, 10), zone: "UTC" },
    } as Parameters<typeof refusals.make>[1]);
    expect(made.rows).toMatchObject([{ objections: 1, ended: 0 }]);
    const months = ago(-30);
    expect(JSON.stringify(await eventsOfNumber(env, LINE, months, ago(-60), []))).toContain(kept!.id);
    const night = async () => {
      const aged = { at: ago(900), ended_at: ago(900) };
      await sweep(env, Date.now());
      await dated(suppressionsBound, "ended_at IS NOT NULL", aged);
      await sweep(env, Date.now());
    };
    await night();
    await end();
    expect(await live()).toMatchObject([{ source: "request" }]);
    // What is behind none any more goes as others do.
    await end();
    await night();
    expect(await entries()).toEqual([]);
  });
  it("stays behind what takes the place of the entry before it, and behind what comes back instead", async () => {
    await object();
    await byLetter();
    // Said again at large, on the wrong number, twice; then the first turns out a mistake, too.
    await object({ scope: "company" });
    await end();
    expect(await live()).toMatchObject([{ source: "request", scope: "unsaid" }]);
    await object({ scope: "company" });
    await end();
    expect(await live()).toMatchObject([{ source: "request" }]);
    await end();
    expect(await live()).toMatchObject([{ source: "staff", scope: "line" }]);
    await end();
    expect(await live()).toEqual([]);
    expect(await barred()).toBe(false);
  });
  it("comes back by an entry that was itself a mistake, once", async () => {
    await object();
    await dated(suppressionsBound, "ended_at IS NULL", { at: ago(2), heard_at: ago(-0.01) });
    await byLetter();
    await object({ scope: "company" });
    await end();
    // Of the two that it had replaced the first is said later.
    expect(await live()).toMatchObject([{ source: "staff", scope: "line" }]);
    await end();
    expect(await live()).toMatchObject([{ source: "request", scope: "unsaid" }]);
    await end();
    expect(await live()).toEqual([]);
  });
  it("keeps one behind for a letter however often it is sent, with the day on which it was heard; one of another day is another", async () => {
    const source = "in a letter or an e-mail";
    await object();
    const days = () =>
      entries().then((all) =>
        all.flatMap((one) => (one.source === source ? one.heardAt!.slice(0, 10) : [])).sort(),
      );
    for (let n = 0; n < 2; n++) await object({ source, heardAt: ago(3) });
    expect(await days()).toEqual([ago(3).slice(0, 10)]);
    await object({ source, heardAt: ago(2) });
    expect(await days()).toEqual([ago(3), ago(2)].map((day) => day.slice(0, 10)));
  });
  it("keeps a second writer's letter that the same officer enters", async () => {
    const source = "in a letter or an e-mail";
    await object({ source, reason: "from J. Doe" });
    for (let i = 0; i < 2; i++) await object({ source, reason: "from R. Roe" });
    expect((await entries()).map(({ reason }) => reason).sort()).toEqual(["from J. Doe", "from R. Roe"]);
    await end();
    expect(await live()).toMatchObject([{ source, reason: "from R. Roe" }]);
  });
  it("keeps what the called person says to another than who entered the one before it", async () => {
    const source = "said by the called person";
    const say = (more: object) => object({ source, token: tokens.agent, ...more });
    await object();
    await dated(suppressionsBound, "ended_at IS NULL", { at: ago(1) });
    await say({ reason: "on the telephone" });
    await say({ reason: "on the telephone" });
    expect(await entries()).toHaveLength(2);
    await end();
    expect(await live()).toMatchObject([{ source, reason: "on the telephone", unverified: false }]);
  });

  const reported = async () => {
    const { rows } = await refusals.make(env.DB, {
      ...{ from: ago(1).slice(0, 10), to: ago(-1).slice(0, 10), zone: "UTC" },
    } as Parameters<typeof refusals.make>[1]);
    return rows.reduce((sum, { ended }) => sum + Number(ended), 0);
  };
  it("of one of the page that is taken back, what is behind counts as ended and does not come back", async () => {
    await form();
    const first = (await entries())[0]!;
    await object();
    await form();
    await takeBack();
    expect((await entries()).filter(({ endedReason }) => endedReason?.includes("behind"))).toEqual([]);
    expect(await reported()).toBeGreaterThan(0);
    await end();
    expect(await barred()).toBe(false);
    expect(first.unverified).toBe(true);
  });
  it("no officer alone voids the letter that they alone entered, behind another's entry", async () => {
    await object();
    await byLetter();
    const early = ago(0.5);
    await dated(suppressionsBound, "TRUE", { at: early });
    await dated(suppressionsBound, "ended_at IS NOT NULL", { ended_at: early });
    const { results } = await env.DB.prepare("SELECT id FROM requests WHERE state = 'decided'").all<{
      id: string;
    }>();
    const refused = await call("POST", "/v1/requests/objections", {
      token: tokens.compliance,
      body: { requests: results.map(({ id }) => id), action: "take-back", reason: "a slip" },
    });
    expect(refused).toMatchObject({ status: 403, data: { code: "own-entry" } });
    await end();
    expect(await live()).toMatchObject([{ source: "request", unverified: false }]);
    expect(await barred()).toBe(true);
  });
  it("of a letter on the list whose request is taken back, what is behind ends with it", async () => {
    await answerLetters(env, Date.now());
    await object();
    await object({
      token: tokens.compliance,
      source: `${entriesEn.from.letter} of today`,
      reason: "J. Doe wrote",
    });
    await answerLetters(env, Date.now() + 300_000);
    const { results } = await env.DB.prepare("SELECT id FROM requests WHERE suppression IS NOT NULL").all<{
      id: string;
    }>();
    expect(results).toHaveLength(1);
    await ok(
      call("POST", "/v1/requests/objections", {
        token: tokens.admin,
        body: { requests: results.map(({ id }) => id), action: "take-back", reason: "the wrong number" },
      }),
    );
    await end();
    expect(await barred()).toBe(false);
  });
  it("of a slip by staff that is taken back, what is behind ends with it", async () => {
    await object();
    await byLetter();
    const { results } = await env.DB.prepare("SELECT id FROM requests WHERE state = 'decided'").all<{
      id: string;
    }>();
    await ok(
      call("POST", "/v1/requests/objections", {
        token: tokens.admin,
        body: { requests: results.map(({ id }) => id), action: "take-back", reason: "the wrong number" },
      }),
    );
    expect(await reported()).toBe(1);
    expect(await barred()).toBe(true);
    await end();
    expect(await barred()).toBe(false);
    // Each test of this file deletes the rows of the one before it.
    const { found } = await deepOf(["suppressions"]);
    expect(found.filter((one) => !one.endsWith(": missing"))).toEqual([]);
  });
});
