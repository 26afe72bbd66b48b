/** Letters by mail: what they meet is met once the mail was sent, not while it waits, and never by one that failed. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { daysLater } from "../../../../shared/core/calendar.ts";
import type { Env } from "../../../../worker/env.ts";
import { flush } from "../../../../worker/mail/outbox.ts";
import { meetMailed } from "../../../../worker/privacy-requests/letters/mailed.ts";
import { call, dump } from "../../helpers.ts";
import { kindsOwed, owedBy } from "../duties-kit.ts";
import { act, daysAgo, done, enter, officer, pause, read, today, withTeam } from "../kit.ts";

withTeam();
beforeEach(() => env.DB.exec("DELETE FROM outbox"));
const run = async (send: () => Promise<unknown>) => {
  const own = { ...env, MAIL_FROM: "a@example.com", EMAIL: { send } } as unknown as Env;
  await flush(own, Date.now);
  await meetMailed(env, Date.now());
};
const sent = () => run(() => Promise.resolve());
const lost = async () => {
  await env.DB.exec("UPDATE outbox SET tries = 11, due = at WHERE state = 'waiting'");
  await run(() => Promise.reject(new Error("550")));
};
const mailOf = async (id: string, kind: string) =>
  (await read(officer, id)).request.duties.find((duty) => duty.kind === kind && duty.metOn === null)?.mail;
const refuse = { decision: "deny", ground: "unfounded", reasons: "It is spam." };
const refusal = { kind: "decision", text: "It is spam. https://ico.org.uk, or go to court.", how: "mail" };

it("a complaint that staff enter is not acknowledged before its complainant has clicked", async () => {
  const body = {
    kind: "complaint",
    channel: "email",
    receivedOn: today(),
    name: "C",
    email: "c@example.com",
  };
  const { data } = await call("POST", "/v1/requests/entries", {
    token: officer,
    body: { ...body, text: "You rang at night.", emailProved: true },
  });
  const { id } = data as { id: string };
  expect((await read(officer, id)).request).toMatchObject({ state: "lodged", emailProved: false });
  await sent();
  expect(await kindsOwed(officer, id)).toEqual(["acknowledge", "outcome", "progress"]);
});

it("the answer is owed while its mail waits, and after it failed; met on the day on which it was sent", async () => {
  const id = await enter(officer, { receivedOn: daysAgo(20) });
  const { reference } = await done(officer, id, "decide", refuse);
  await done(officer, id, "letters", { kind: "authority", text: `${reference}: refused.`, how: "mail" });
  await done(officer, id, "letters", { ...refusal, sentOn: today() });
  await meetMailed(env, Date.now());
  expect([await kindsOwed(officer, id), await mailOf(id, "tell")]).toEqual([["tell"], "waiting"]);
  expect((await read(officer, id)).request.toldAt).toBeNull();
  expect(await act(officer, id, "close")).toMatchObject({ why: "told" });
  await lost();
  expect([await kindsOwed(officer, id), await mailOf(id, "tell")]).toEqual([["tell"], "failed"]);
  expect(await act(officer, id, "close")).toMatchObject({ why: "told" });
  // The outbox forgets it.
  await env.DB.exec("DELETE FROM outbox");
  expect(await mailOf(id, "tell")).toBe("failed");
  await done(officer, id, "letters", refusal);
  await sent();
  expect(await kindsOwed(officer, id)).toEqual([]);
  expect((await read(officer, id)).request.duties).toContainEqual(
    expect.objectContaining({ kind: "tell", state: "met", metOn: today(), mail: null }),
  );
  expect((await read(officer, id)).request.toldAt).not.toBeNull();
  expect(await dump("audit")).toContainEqual(expect.objectContaining({ code: "duty.mailed", subject: id }));
  await done(officer, id, "close");
});

it("a letter about an earlier decision does not meet what a later one owes", async () => {
  const id = await enter(officer);
  await done(officer, id, "decide", refuse);
  await done(officer, id, "letters", refusal);
  await done(officer, id, "decide", refuse);
  await sent();
  expect(await kindsOwed(officer, id)).toEqual(["tell", "tell-authority"]);
  // By post it is met at once.
  await done(officer, id, "letters", { ...refusal, how: "post" });
  expect(await kindsOwed(officer, id)).toEqual(["tell-authority"]);
});

it("the next report is owed from the day on which the last was sent; the outcome ends them", async () => {
  const id = await enter(officer, { kind: "complaint", receivedOn: daysAgo(40) });
  await done(officer, id, "letters", { kind: "progress", text: "Still looking.", how: "mail" });
  expect(await owedBy(officer, id)).toContain(`progress ${daysAgo(10)} overdue`);
  await sent();
  await meetMailed(env, Date.now());
  expect(await owedBy(officer, id)).toEqual([
    `outcome ${daysLater(daysAgo(40), 90)}`,
    `progress 2 ${daysLater(today(), 30)}`,
  ]);
  await done(officer, id, "letters", { kind: "outcome", text: "Upheld.", how: "mail" });
  expect(await act(officer, id, "close", { outcome: "upheld" })).toMatchObject({ why: "told" });
  await sent();
  await done(officer, id, "close", { outcome: "upheld" });
});

it("what was met before by a letter in the outbox stays met, and what is open is met by none of those", async () => {
  const [id, other] = [await enter(officer), await enter(officer)];
  for (const one of [id, other]) await done(officer, one, "decide", refuse);
  const letterOf = (request: string) =>
    env.DB.prepare(
      `INSERT INTO request_letters (id, request, kind, text, how, sent_on, by, at)
       VALUES (?1 || '.l', ?1, 'decision', 'x', 'mail', ?2, 'p', ?2)`,
    ).bind(request, today());
  await env.DB.batch([
    letterOf(id),
    letterOf(other),
    env.DB.prepare(
      "UPDATE duties SET met_on = ?2, met_at = ?2, by = 'p' WHERE request = ?1 AND kind = 'tell'",
    ).bind(id, today()),
  ]);
  await sent();
  expect([await kindsOwed(officer, id), await kindsOwed(officer, other)]).toEqual([
    ["tell-authority"],
    ["tell", "tell-authority"],
  ]);
});

const byMail = { text: "Dear Dora", how: "mail" };
const requestOf = async (id: string) => (await read(officer, id)).request;

it("an extension counts once its mail was sent; one that could not be sent extends nothing", async () => {
  const id = await enter(officer, { receivedOn: daysAgo(20) });
  const by = (await requestOf(id)).clocks!.decideBy;
  const extend = () => act(officer, id, "extend", { reason: "many", letter: byMail });
  expect((await extend()).status).toBe(200);
  expect(await requestOf(id)).toMatchObject({
    ...{ extendedOn: null, clocks: { decideBy: by } },
    unsent: [{ letter: "extension", mail: "waiting" }],
  });
  expect(await extend()).toMatchObject({ why: "once" });
  await lost();
  expect((await requestOf(id)).unsent).toEqual([{ letter: "extension", mail: "failed" }]);
  expect(await owedBy(officer, id)).toEqual([`decide ${by}`]);
  expect((await extend()).status).toBe(200);
  await sent();
  expect(await requestOf(id)).toMatchObject({ extendedOn: today(), unsent: [] });
  expect(await owedBy(officer, id)).toEqual([`decide ${(await requestOf(id)).clocks!.decideBy}`]);
  expect((await requestOf(id)).clocks!.decideBy > daysLater(by, 55)).toBe(true);
  expect(await extend()).toMatchObject({ why: "once" });
});

it("an extension's mail is not sent once the first month is over", async () => {
  const id = await enter(officer, { receivedOn: daysAgo(20) });
  await done(officer, id, "extend", { reason: "many", letter: byMail });
  const { firstMonthBy } = (await requestOf(id)).clocks!;
  await flush(env, () => Date.parse(daysLater(firstMonthBy, 2)));
  await sent();
  expect(await requestOf(id)).toMatchObject({
    extendedOn: null,
    unsent: [{ letter: "extension", mail: "failed" }],
  });
});

it("asking for proof pauses nothing before its mail was sent, and is asked again where that failed", async () => {
  const id = await enter(officer, { receivedOn: daysAgo(10) });
  await pause(id);
  const ask = () => act(officer, id, "identity", { step: "ask", letter: byMail });
  expect((await ask()).status).toBe(200);
  expect(await requestOf(id)).toMatchObject({
    ...{ state: "asked", clocks: { paused: false } },
    unsent: [{ letter: "identity", mail: "waiting" }],
  });
  expect(await kindsOwed(officer, id)).toEqual(["decide"]);
  expect(await ask()).toMatchObject({ why: "unasked" });
  await lost();
  expect(await requestOf(id)).toMatchObject({
    ...{ clocks: { paused: false } },
    unsent: [{ letter: "identity", mail: "failed" }],
  });
  expect((await ask()).status).toBe(200);
  await sent();
  expect(await requestOf(id)).toMatchObject({ clocks: { paused: true }, unsent: [] });
  expect(await owedBy(officer, id)).toEqual(["decide paused", `proof ${daysLater(today(), 30)}`]);
  expect(await ask()).toMatchObject({ why: "unasked" });
});

it("proof that comes before its mail was sent is proof, and that mail pauses nothing any more", async () => {
  const id = await enter(officer);
  await pause(id);
  await done(officer, id, "identity", { step: "ask", letter: byMail });
  await done(officer, id, "identity", { step: "received" });
  await sent();
  expect(await requestOf(id)).toMatchObject({ state: "received", clocks: { paused: false }, unsent: [] });
  expect(await kindsOwed(officer, id)).toEqual(["decide"]);
});

it("a question pauses once its mail was sent; answered before, it never does", async () => {
  const [id, early] = [await enter(officer), await enter(officer)];
  for (const one of [id, early]) {
    await pause(one);
    await done(officer, one, "clarify", { step: "ask", letter: byMail });
    expect(await requestOf(one)).toMatchObject({
      ...{ clocks: { paused: false } },
      unsent: [{ letter: "clarification", mail: "waiting" }],
    });
  }
  expect(await act(officer, id, "clarify", { step: "ask", letter: byMail })).toMatchObject({
    why: "answered",
  });
  await done(officer, early, "clarify", { step: "answered", said: "July" });
  await sent();
  expect(await requestOf(id)).toMatchObject({ clocks: { paused: true }, unsent: [] });
  expect(await requestOf(early)).toMatchObject({ clocks: { paused: false }, unsent: [] });
  expect(await kindsOwed(officer, id)).toEqual(["clarification", "decide"]);
  expect(await kindsOwed(officer, early)).toEqual(["decide"]);
});

it("a request of before that was asked, or extended, by mail stays as it is", async () => {
  const [asked, extended] = [await enter(officer), await enter(officer)];
  const letter = { text: "Dear Dora", how: "post" };
  await pause(asked);
  await done(officer, asked, "identity", { step: "ask", letter });
  await done(officer, extended, "extend", { reason: "many", letter });
  // Asked after its day, which paused nothing.
  await env.DB.batch([
    env.DB.prepare("UPDATE requests SET asked_on = NULL, rev = rev + 1 WHERE id = ?").bind(asked),
    env.DB.prepare("UPDATE request_letters SET how = 'mail'"),
  ]);
  const before = [await requestOf(asked), await requestOf(extended)];
  expect(before.map(({ unsent }) => unsent)).toEqual([[], []]);
  await sent();
  expect([await requestOf(asked), await requestOf(extended)]).toEqual(before);
});
