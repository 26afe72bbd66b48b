/** Duties as rows: what steps meet, what is listed, and what the database itself refuses. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { daysLater, monthsLater } from "../../../shared/core/calendar.ts";
import type { Env } from "../../../worker/env.ts";
import { answerLetters } from "../../../worker/jobs/letters.ts";
import { makeDuties } from "../../../worker/privacy-requests/duties.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { asOwner, call, dump } from "../helpers.ts";
import { deepOf } from "../trail/kit.ts";
import { owedBy } from "./duties-kit.ts";
import {
  act,
  ask,
  called,
  confirmAll,
  daysAgo,
  done,
  draft,
  enter,
  letter,
  linksTo,
  officer,
  open,
  pause,
  read,
  sendForm,
  today,
  tokens,
  upload,
  verified,
  withdraw,
  withTeam,
} from "./kit.ts";

withTeam();
const owed = (id: string) => owedBy(officer, id);
const refusal = "It is spam. https://ico.org.uk, or go to court.";

it("runs at once make each request's duties once, and it is no failure", async () => {
  const insert = env.DB.prepare(
    `INSERT INTO requests (id, ref, kind, channel, state, name, number, received_on, days, decide_by, by, at)
     VALUES (?1, ?1, 'objection', 'page', 'held', 'A', 442079460999, ?2, 30, ?2, 'public', 'x')`,
  );
  await env.DB.batch(["of-old", "of-old-2"].map((id) => insert.bind(id, today())));
  const failures = vi.spyOn(console, "error");
  await Promise.all([1, 2, 3].map(() => makeDuties(env, Date.now())));
  expect(failures.mock.calls).toEqual([]);
  failures.mockRestore();
  const made = ((await dump("duties")) as { request: string; kind: string; round: number }[]).filter(
    ({ request }) => request.startsWith("of-old"),
  );
  expect(made.length).toBeGreaterThan(0);
  expect(new Set(made.map(({ request }) => request)).size).toBe(2);
  expect(new Set(made.map((one) => [one.request, one.kind, one.round].join())).size).toBe(made.length);
  await env.DB.exec("DELETE FROM requests WHERE id LIKE 'of-old%'");
});

describe("an objection that staff enter", () => {
  const object = (own: object) => enter(tokens.agent, { kind: "objection", email: undefined, ...own });

  it.each(["post", "email", "telephone", "person"])(
    "by %s holds its number at once, and is answered within a month of its receipt",
    async (channel) => {
      const number = `+44207946088${channel.length}`;
      const id = await object({ channel, number, receivedOn: daysAgo(20) });
      const entries = await call("GET", `/v1/suppressions?number=${encodeURIComponent(number)}`, {
        token: tokens.manager,
      });
      expect(entries.data).toMatchObject({ suppressions: [{ unverified: false, endedAt: null }] });
      // The earlier of the policy's thirty days and the law's month.
      const due = [daysLater(daysAgo(20), 30), monthsLater(daysAgo(20), 1)].sort()[0]!;
      expect(await owed(id)).toEqual([`tell ${due}`]);
      expect((await act(officer, id, "close")).code).toBe("request-wants");
      const text = await draft(officer, id, "decision");
      expect(text).toContain("We have put your number on our do-not-call list");
      expect(text).toMatch(/you asked us for no more calls/);
      await done(officer, id, "letters", { kind: "decision", text, how: "post" });
      expect(await owed(id)).toEqual([]);
      await done(officer, id, "close");
      expect((await read(officer, id)).request).toMatchObject({ state: "closed", outcome: "confirmed" });
    },
  );

  it("and nobody answers is overdue; one that was entered by a slip is taken back, and its number stays held", async () => {
    const number = "+442079460892";
    const id = await object({ channel: "post", number, receivedOn: daysAgo(40) });
    expect(await owed(id)).toMatchObject([expect.stringMatching(/^tell \S+ overdue$/)]);
    const { data } = await call("GET", "/v1/duties?show=overdue", { token: officer });
    expect(data).toMatchObject({
      duties: expect.arrayContaining([expect.objectContaining({ request: id, kind: "tell" })]) as unknown,
    });
    const settle = (action: string) =>
      call("POST", "/v1/requests/objections", {
        token: officer,
        body: { requests: [id], action, reason: "x" },
      });
    expect((await settle("confirm-objection")).data).toEqual({ changed: 0 });
    expect((await settle("take-back")).data).toEqual({ changed: 1 });
    expect((await read(officer, id)).request).toMatchObject({ state: "closed", outcome: "taken-back" });
    const check = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
    expect(check.data).toMatchObject({ results: [{ verdict: "blocked" }] });
  });

  it("by mail counts as told once the mail was sent", async () => {
    const email = "objector@example.com";
    const id = await object({ channel: "email", number: "+442079460890", email });
    await sendForm((await linksTo(email)).at(-1)!.path, { action: "confirm-address" });
    await done(officer, id, "letters", {
      kind: "decision",
      text: await draft(officer, id, "decision"),
      how: "mail",
    });
    expect(await owed(id)).toHaveLength(1);
    await env.DB.exec("UPDATE outbox SET state = 'sent', sent_at = due WHERE key LIKE 'letter:%'");
    await done(officer, id, "close");
  });

  it("as it came in a letter, on the do-not-call list, is answered as well; what is said in a call owes no letter", async () => {
    await answerLetters(env, Date.now());
    const list = async (last: number, source: string) => {
      const body = { number: `+44207946087${last}`, reason: "not again", source };
      const { data } = await call("POST", "/v1/suppressions", { token: tokens.agent, body });
      return (data as { id: string }).id;
    };
    await list(1, "in a letter or an e-mail");
    await list(2, "in a letter or an e-mail, heard by Ann");
    await list(3, "said by the called person");
    const slip = await list(4, "in a letter or an e-mail");
    expect((await call("POST", `/v1/suppressions/${slip}/undo`, { token: tokens.agent })).status).toBe(200);
    await list(5, "in a letter or an e-mail");
    await object({ channel: "post", number: "+442079460875" });
    const made = async () =>
      (
        await env.DB.prepare(
          `SELECT r.id, r.number % 10 AS last FROM requests r WHERE number BETWEEN 442079460870 AND 442079460879
             AND name = 'The writer of the letter' ORDER BY number`,
        ).all<{ id: string; last: number }>()
      ).results;
    // Not while whoever made it may undo it.
    await answerLetters(env, Date.now());
    expect(await made()).toEqual([]);
    for (let n = 0; n < 2; n++) await answerLetters(env, Date.now() + 300_000);
    const requests = await made();
    // An officer's request of that day may be another writer's: each letter is answered.
    expect(requests.map(({ last }) => last)).toEqual([1, 2, 5]);
    for (const { id } of requests) {
      expect(await owed(id)).toEqual([`tell ${[daysLater(today(), 30), monthsLater(today(), 1)].sort()[0]}`]);
      expect((await read(officer, id)).request).toMatchObject({ text: "not again", channel: "post" });
    }
    // One entry a number, as it was made.
    const { results } = await env.DB.prepare(
      "SELECT source FROM suppressions WHERE number = 442079460871",
    ).all();
    expect(results).toEqual([{ source: "in a letter or an e-mail" }]);
  });
});

describe("letters of several writers about one number", () => {
  const number = "+442079460861";
  const source = "in a letter or an e-mail";
  const list = async (more: object) => {
    const body = { number, reason: "no more calls", source, ...more };
    expect((await call("POST", "/v1/suppressions", { token: tokens.agent, body })).status).toBeLessThan(300);
  };
  const answered = async () => {
    await answerLetters(env, Date.now() + 300_000);
    const { results } = await env.DB.prepare(
      `SELECT r.text, s.id IS NOT NULL AS tied, date(COALESCE(s.heard_at, s.at)) = r.received_on AS dated
       FROM requests r LEFT JOIN suppressions s ON s.id = r.suppression WHERE r.number = ? ORDER BY r.text`,
    )
      .bind(Number(number))
      .all();
    return results;
  };
  it("are answered each, also of one officer and in the same words where they came on other days", async () => {
    await answerLetters(env, Date.now());
    const heard = (days: number) => ({ heardAt: `${daysAgo(days)}T12:00:00.000Z` });
    await list(heard(5));
    expect(await answered()).toEqual([{ text: "no more calls", tied: 1, dated: 1 }]);
    await list(heard(5));
    expect(await answered()).toHaveLength(1);
    await list({ ...heard(3), reason: "from R. Roe" });
    expect((await answered()).map(({ text }) => text)).toEqual(["from R. Roe", "no more calls"]);
    for (let n = 0; n < 2; n++) await list(heard(2));
    expect((await answered()).map(({ text }) => text)).toEqual([
      "from R. Roe",
      "no more calls",
      "no more calls",
    ]);
    expect((await answered()).every(({ tied, dated }) => tied === 1 && dated === 1)).toBe(true);
  });
});

describe("a complaint", () => {
  beforeEach(() => env.DB.exec("DELETE FROM outbox"));
  it("of the public page is not acknowledged until somebody hears of it, and is overdue if nobody does", async () => {
    const email = "complaint@example.com";
    const { id, path } = await ask({ kind: "complaint", name: "C", email, text: "You called at night." });
    expect((await read(officer, id)).request.state).toBe("lodged");
    expect(await owed(id)).toEqual([
      `acknowledge ${daysLater(today(), 29)}`,
      `outcome ${daysLater(today(), 90)}`,
      `progress ${daysLater(today(), 30)}`,
    ]);
    // The form's own link opens the state alone.
    expect((await open(path)).html).toContain("Your complaint has arrived.");
    const [{ path: mailed } = { path: "" }] = await linksTo(email);
    await sendForm(mailed, { action: "confirm-address" });
    expect((await read(officer, id)).request.state).toBe("acknowledged");
    expect((await linksTo(email)).map(({ template }) => template)).toEqual([
      "request-received",
      "request-news",
    ]);
    expect(await owed(id)).toEqual([
      `outcome ${daysLater(today(), 90)}`,
      `progress ${daysLater(today(), 30)}`,
    ]);
  });
  it("is reported on, and closed once its outcome is told", async () => {
    const id = await enter(officer, { kind: "complaint", receivedOn: daysAgo(40) });
    expect(await owed(id)).toEqual([
      `outcome ${daysLater(daysAgo(40), 90)}`,
      `progress ${daysAgo(10)} overdue`,
    ]);
    expect(await draft(officer, id, "progress")).toMatch(/We will tell you the outcome by \d+ \w+ \d{4}\./);
    await done(officer, id, "letters", { kind: "progress", text: "Still looking.", how: "post" });
    expect(await owed(id)).toEqual([
      `outcome ${daysLater(daysAgo(40), 90)}`,
      `progress 2 ${daysLater(today(), 30)}`,
    ]);
    expect(await act(officer, id, "close", { outcome: "upheld" })).toMatchObject({ why: "told" });
    await done(officer, id, "letters", { kind: "outcome", text: "Upheld.", how: "post" });
    expect(await owed(id)).toEqual([]);
    expect(await act(officer, id, "letters", { kind: "progress", text: "?", how: "post" })).toMatchObject({
      code: "request-wants",
      why: "pending",
    });
    await done(officer, id, "close", { outcome: "upheld" });
  });
  it("the acknowledgement promises what is counted", async () => {
    const id = await enter(officer, {
      kind: "complaint",
      channel: "post",
      email: undefined,
      address: "1 Road",
      receivedOn: daysAgo(3),
    });
    expect(await draft(officer, id, "acknowledgement")).toContain(
      "within 30 days of receiving it, and the outcome within 90 days",
    );
    const sent = { kind: "acknowledgement", text: "We have it.", how: "post" };
    expect(await act(officer, id, "letters", { ...sent, sentOn: daysAgo(4) })).toMatchObject({ status: 422 });
    // A letter counts on its own day.
    await done(officer, id, "letters", { ...sent, sentOn: daysAgo(1) });
    expect((await read(officer, id)).request.duties[0]).toMatchObject({ state: "met", metOn: daysAgo(1) });
  });
});

describe("a refusal", () => {
  it("owes the letter and the authority's notice; neither is dated before the decision", async () => {
    const id = await enter(officer, { receivedOn: daysAgo(20) });
    const { decideBy } = (await read(officer, id)).request.clocks!;
    const reasons = "It is spam.";
    const { reference } = await done(officer, id, "decide", {
      decision: "deny",
      ground: "unfounded",
      reasons,
    });
    expect(await owed(id)).toEqual([`tell ${decideBy}`, `tell-authority ${daysLater(today(), 7)}`]);
    const told = { kind: "decision", text: refusal, how: "post" };
    // Nobody was told of the decision before it was made.
    expect(await act(officer, id, "letters", { ...told, sentOn: daysAgo(1) })).toMatchObject({
      why: "It cannot have been sent before there was anything to tell.",
    });
    await done(officer, id, "letters", { ...told, sentOn: today() });
    expect(await act(officer, id, "close")).toMatchObject({ why: "noticed" });
    await done(officer, id, "letters", { kind: "authority", text: `${reference}: refused.`, how: "form" });
    await done(officer, id, "close");
  });
  it("decided once more, the letter is owed once more", async () => {
    const id = await enter(officer);
    const deny = { decision: "deny", ground: "unfounded", reasons: "It is spam." };
    await done(officer, id, "decide", deny);
    await done(officer, id, "letters", { kind: "decision", text: refusal, how: "post" });
    await done(officer, id, "decide", deny);
    expect((await owed(id)).map((one) => one.split(" ").slice(0, 2).join(" "))).toEqual([
      "tell 2",
      "tell-authority 2",
    ]);
    const { duties } = (await read(officer, id)).request;
    expect(duties.filter(({ state }) => state === "void")).toMatchObject([
      { kind: "tell-authority", round: 1 },
    ]);
  });
});

describe("an erasure", () => {
  it("owes what a store has not erased until the run that does", async () => {
    const { number } = await called(tokens.admin);
    const id = await verified(officer, number, { kind: "erasure" });
    await confirmAll(officer, id);
    const fails = {
      ...env,
      RECORDINGS: { delete: () => Promise.reject(new Error("away")) },
    } as unknown as Env;
    await done(officer, id, "decide", { decision: "comply" }, fails);
    expect((await owed(id)).map((one) => one.split(" ")[0])).toEqual(["erase", "receipts", "tell"]);
    await done(officer, id, "letters", { kind: "decision", ...letter });
    expect(await act(officer, id, "close")).toMatchObject({ why: "erased" });
    await env.DB.exec("UPDATE recordings SET due = NULL WHERE state = 'kept'");
    await eraseDue(env, Date.now() + 86_400_000);
    expect((await owed(id)).map((one) => one.split(" ")[0])).toEqual(["receipts"]);
    expect((await dump("duties")) as object[]).toContainEqual(
      expect.objectContaining({ request: id, kind: "erase", by: "system" }),
    );
    await done(officer, id, "recipients", { name: "Mail House", toldOn: null });
    expect(await act(officer, id, "close")).toMatchObject({ why: "recipients" });
    await done(officer, id, "recipients", { name: "Mail House", toldOn: today(), how: "by post" });
    await done(officer, id, "close");
  });
});

describe("the recipients of an erasure", () => {
  const erased = async () => {
    const { number } = await called(tokens.admin);
    const id = await verified(officer, number, { kind: "erasure" });
    await confirmAll(officer, id);
    await done(officer, id, "decide", { decision: "comply" });
    return id;
  };
  const receipts = async (id: string) =>
    (await read(officer, id)).request.duties.filter(({ kind }) => kind === "receipts");
  /** As if it had been decided so many days ago. */
  const decidedAgo = (id: string, days: number) =>
    asOwner(["request_events"], () =>
      env.DB.prepare("UPDATE request_events SET at = ? WHERE request = ? AND action = 'comply'")
        .bind(new Date(Date.now() - days * 86_400_000).toISOString(), id)
        .run(),
    );

  it("are told on no day before the decision", async () => {
    const id = await erased();
    expect(await act(officer, id, "recipients", { name: "Mail House", toldOn: daysAgo(1) })).toMatchObject({
      status: 422,
      why: "It cannot have been sent before there was anything to tell.",
    });
    expect(await receipts(id)).toMatchObject([{ state: "open" }]);
    await done(officer, id, "recipients", { name: "Mail House", toldOn: today() });
  });
  it("are all told on the day on which the last of them was, in whatever order that is entered", async () => {
    const id = await erased();
    await decidedAgo(id, 9);
    await done(officer, id, "recipients", { name: "Mail House", toldOn: null });
    await done(officer, id, "recipients", { name: "Call Centre", toldOn: daysAgo(2) });
    await done(officer, id, "recipients", { name: "Mail House", toldOn: daysAgo(7) });
    expect(await receipts(id)).toMatchObject([{ state: "met", metOn: daysAgo(2) }]);
    // One who is found later is told within as long from then.
    await done(officer, id, "recipients", { name: "Printer", toldOn: null });
    expect((await receipts(id))[1]).toMatchObject({ state: "open", due: daysLater(today(), 30) });
  });
  it("are each said to be owed it, or not", async () => {
    const id = await erased();
    await done(officer, id, "recipients", { name: "Mail House", toldOn: null });
    await done(officer, id, "recipients", { name: "Call Centre", toldOn: today() });
    expect((await read(officer, id)).recipients).toMatchObject([
      { name: "Mail House", owed: true },
      { name: "Call Centre", owed: false },
    ]);
  });
  it("who was entered by mistake is owed nothing, and is no recipient; nobody had the data then, or another", async () => {
    const id = await erased();
    await done(officer, id, "recipients", { name: "Mial House", toldOn: null });
    const mistaken = { name: "Mial House", mistake: "its name is Mail House" };
    await done(officer, id, "recipients", mistaken);
    // No one has been told of anything yet.
    expect(await receipts(id)).toMatchObject([{ state: "open" }]);
    expect((await read(officer, id)).recipients).toMatchObject([
      { name: "Mial House", toldOn: null, owed: false, mistaken: true, how: "its name is Mail House" },
    ]);
    expect((await act(officer, id, "recipients", mistaken)).status).toBe(422);
    await done(officer, id, "recipients", { none: true });
    expect(await receipts(id)).toMatchObject([{ state: "met" }]);
    expect((await deepOf(["request_recipients"])).found).toEqual([]);
  });
  it("beside one who was told, one that was entered by mistake leaves nothing owed; who was told is no mistake", async () => {
    const id = await erased();
    await done(officer, id, "recipients", { name: "Mial House", toldOn: null });
    await done(officer, id, "recipients", { name: "Mail House", toldOn: today() });
    expect((await act(officer, id, "recipients", { name: "Mail House", mistake: "no" })).status).toBe(422);
    await done(officer, id, "recipients", { name: "Mial House", mistake: "a slip" });
    expect(await receipts(id)).toMatchObject([{ state: "met", metOn: today() }]);
  });
});

describe("an erasure that is widened", () => {
  it("owes that the recipients of what it erases by then are told, too", async () => {
    const { number } = await called(tokens.admin);
    const { recording } = await called(tokens.admin, { number });
    const id = await verified(officer, number, { kind: "erasure" });
    await confirmAll(officer, id);
    const deny = [{ id: `recording.${recording}`, ground: "protection", reasons: "A complaint is open." }];
    await done(officer, id, "decide", { decision: "partial", deny });
    const told = { name: "Mail House", toldOn: today(), how: "by post" };
    await done(officer, id, "recipients", told);
    const receipts = async () => (await owed(id)).filter((one) => one.startsWith("receipts"));
    expect(await receipts()).toEqual([]);
    // The same once more erases nothing.
    await done(officer, id, "decide", { decision: "partial", deny });
    expect(await receipts()).toEqual([]);
    await done(officer, id, "decide", { decision: "comply" });
    expect(await receipts()).toEqual([expect.stringMatching(/^receipts 2 /)]);
    await done(officer, id, "recipients", told);
    expect(await receipts()).toEqual([]);
  });
});

describe("an erasure that is widened after two recipients were told", () => {
  const widened = async () => {
    const { number } = await called(tokens.admin);
    const { recording } = await called(tokens.admin, { number });
    const id = await verified(officer, number, { kind: "erasure" });
    await confirmAll(officer, id);
    const deny = [{ id: `recording.${recording}`, ground: "protection", reasons: "A complaint is open." }];
    await done(officer, id, "decide", { decision: "partial", deny });
    await tell(id, "Mail House");
    await tell(id, "Call Centre");
    expect(await receipts(id)).toEqual([]);
    await done(officer, id, "decide", { decision: "comply" });
    return id;
  };
  const tell = (id: string, name: string) =>
    done(officer, id, "recipients", { name, toldOn: today(), how: "by post" });
  const receipts = async (id: string) => (await owed(id)).filter((one) => one.startsWith("receipts"));

  it("owes that each of them is told once more, and says to whom", async () => {
    const id = await widened();
    const owedTo = async () =>
      Object.fromEntries((await read(officer, id)).recipients.map(({ name, owed }) => [name, owed]));
    expect(await owedTo()).toEqual({ "Mail House": true, "Call Centre": true });
    await tell(id, "Mail House");
    expect(await owedTo()).toEqual({ "Mail House": false, "Call Centre": true });
    expect(await receipts(id)).toEqual([expect.stringMatching(/^receipts 2 /)]);
    // The same decision again erases no more: who was told of it was told.
    await done(officer, id, "decide", { decision: "comply" });
    expect(await receipts(id)).toEqual([expect.stringMatching(/^receipts 2 /)]);
    await tell(id, "Call Centre");
    expect(await receipts(id)).toEqual([]);
  });
  it("takes neither a day before it, nor that there was no recipient", async () => {
    const id = await widened();
    const early = { name: "Mail House", toldOn: daysAgo(1), how: "by post" };
    expect(await act(officer, id, "recipients", early)).toMatchObject({
      why: "It cannot have been sent before there was anything to tell.",
    });
    expect(await act(officer, id, "recipients", { none: true })).toMatchObject({
      why: "Recipients are on record: each is to be told.",
    });
    expect(await receipts(id)).toEqual([expect.stringMatching(/^receipts 2 /)]);
  });
  it("still owes a further recipient where the same is decided again", async () => {
    const id = await widened();
    await tell(id, "Mail House");
    await tell(id, "Call Centre");
    await done(officer, id, "recipients", { name: "Printer", toldOn: null });
    await done(officer, id, "decide", { decision: "comply" });
    expect(await receipts(id)).toHaveLength(1);
    await tell(id, "Printer");
    expect(await receipts(id)).toEqual([]);
  });
});

describe("an erasure that is refused once it was done", () => {
  it("is not closed before the recipients of what was erased were told", async () => {
    const { number } = await called(tokens.admin);
    const id = await verified(officer, number, { kind: "erasure" });
    await confirmAll(officer, id);
    await done(officer, id, "decide", { decision: "comply" });
    const reasons = "It is spam.";
    const { reference } = await done(officer, id, "decide", {
      decision: "deny",
      ground: "unfounded",
      reasons,
    });
    expect((await owed(id)).map((one) => one.split(" ")[0])).toEqual(["receipts", "tell", "tell-authority"]);
    await done(officer, id, "letters", { kind: "decision", text: refusal, how: "post" });
    await done(officer, id, "letters", { kind: "authority", text: `${reference}: refused.`, how: "form" });
    expect(await act(officer, id, "close")).toMatchObject({ why: "recipients" });
    await done(officer, id, "recipients", { name: "Mail House", toldOn: today(), how: "by post" });
    await done(officer, id, "close");
  });
});

describe("an access request", () => {
  it("waits for an answer, which is chased; where the policy pauses, its days do not count", async () => {
    const id = await enter(officer, { receivedOn: daysAgo(10) });
    await pause(id);
    const before = (await read(officer, id)).request.clocks!;
    await done(officer, id, "clarify", { step: "ask", letter });
    expect(await owed(id)).toEqual([`clarification ${daysLater(today(), 30)}`, "decide paused"]);
    expect((await read(officer, id)).request.clocks).toMatchObject({ paused: true });
    expect(await act(officer, id, "clarify", { step: "ask", letter })).toMatchObject({ why: "answered" });
    await env.DB.prepare("UPDATE requests SET clarify_on = ?, rev = rev + 1 WHERE id = ?")
      .bind(daysAgo(6), id)
      .run();
    const said = "the calls of July";
    const early = { step: "answered", receivedOn: daysAgo(7), said };
    expect(await act(officer, id, "clarify", early)).toMatchObject({ status: 422 });
    await done(officer, id, "clarify", { step: "answered", receivedOn: daysAgo(2), said });
    expect((await read(officer, id)).request.clocks).toMatchObject({
      paused: false,
      policyBy: daysLater(before.policyBy, 4),
      lawBy: daysLater(before.lawBy!, 4),
    });
    expect(await owed(id)).toEqual([`decide ${(await read(officer, id)).request.clocks!.decideBy}`]);
    expect(await act(officer, id, "clarify", { step: "answered", said })).toMatchObject({ why: "unclear" });
  });
  it("by default is decided within 30 days of receipt, whatever was asked", async () => {
    const id = await enter(officer);
    const { decideBy } = (await read(officer, id)).request.clocks!;
    await done(officer, id, "clarify", { step: "ask", letter });
    await done(officer, id, "identity", { step: "ask", letter });
    expect(await owed(id)).toEqual([
      `clarification ${daysLater(today(), 30)}`,
      `decide ${decideBy}`,
      `proof ${daysLater(today(), 30)}`,
    ]);
    expect(decideBy <= daysLater(today(), 30)).toBe(true);
  });
  it("both awaited, no day counts twice", async () => {
    const id = await enter(officer, { receivedOn: daysAgo(20) });
    await pause(id);
    const { policyBy } = (await read(officer, id)).request.clocks!;
    await done(officer, id, "clarify", { step: "ask", letter });
    await done(officer, id, "identity", { step: "ask", letter });
    const set = "UPDATE requests SET clarify_on = ?2, asked_on = ?3, rev = rev + 1 WHERE id = ?1";
    await env.DB.prepare(set).bind(id, daysAgo(8), daysAgo(10)).run();
    await done(officer, id, "identity", { step: "received", receivedOn: daysAgo(6) });
    await done(officer, id, "clarify", { step: "answered", receivedOn: daysAgo(1), said: "July" });
    // From the tenth day ago to yesterday.
    expect((await read(officer, id)).request.clocks).toMatchObject({
      policyBy: daysLater(policyBy, 9),
      paused: false,
    });
  });
  it("an erasure is not clarified", async () => {
    const id = await enter(officer, { kind: "erasure" });
    expect(await act(officer, id, "clarify", { step: "ask", letter })).toMatchObject({
      code: "request-not-now",
    });
  });
});

describe("a withdrawal", () => {
  it("is the requester's word: on file, or by their click; an officer's is not enough", async () => {
    const id = await enter(officer, { kind: "erasure" });
    const refused = await act(officer, id, "withdraw", { reason: "they rang" });
    expect(refused).toMatchObject({ status: 409, code: "withdrawal-unproved" });
    await upload(id, "scan");
    expect((await act(officer, id, "withdraw", { reason: "they rang" })).status).toBe(409);
    await withdraw(id);
    expect((await read(officer, id)).request).toMatchObject({
      state: "withdrawn",
      duties: [{ kind: "decide", state: "void" }],
    });
  });
  it("by their own page needs no file", async () => {
    const email = "own@example.com";
    const { id } = await ask({ kind: "access", name: "D", number: "+442079460958", email });
    const [{ path } = { path: "" }] = await linksTo(email);
    await sendForm(path, { action: "withdraw" });
    expect((await read(officer, id)).request.state).toBe("withdrawn");
  });
});

describe("proof that a call was lawful", () => {
  const NUMBER = "+442079460777";
  const at = () => `${daysAgo(30)}T10:00:00.000Z`;
  const start = async (kind = "erasure") => {
    await env.DB.exec("DELETE FROM calls");
    await env.DB.prepare(
      `INSERT INTO calls (id, via, provider, ref, number, direction, started_at, seconds, agent, verdict, by, at)
       VALUES ('c1', 'import', 'dialler', 'c1', ?1, 'outbound', ?2, 60, 'ann', 'clear', 'x', ?2)`,
    )
      .bind(Number(NUMBER.slice(1)), at())
      .run();
    const id = await verified(officer, NUMBER, { kind });
    await confirmAll(officer, id);
    return id;
  };
  const keep = (keepUntil: string, own: object = {}) => ({
    decision: "partial",
    deny: [{ id: "call.c1", ground: "protection", reasons: "We may have to prove it.", keepUntil, ...own }],
  });
  it("may be all that there is", async () => {
    const id = await start();
    expect(
      (await act(officer, id, "decide", keep(daysLater(today(), 9), { keepUntil: undefined }))).status,
    ).toBe(422);
    await done(officer, id, "decide", keep(daysLater(today(), 9)));
  });
  it("is kept to a day of its retention, named in the letter", async () => {
    const id = await start();
    // Something is left to erase.
    await env.DB.prepare(
      `INSERT INTO calls (id, via, provider, ref, number, direction, started_at, seconds, agent, verdict, by, at)
       VALUES ('c2', 'import', 'dialler', 'c2', ?1, 'outbound', ?2, 60, 'ann', 'clear', 'x', ?2)`,
    )
      .bind(Number(NUMBER.slice(1)), at())
      .run();
    await done(officer, id, "match");
    await confirmAll(officer, id);
    for (const until of [today(), daysLater(today(), 3000)])
      expect((await act(officer, id, "decide", keep(until))).status, until).toBe(422);
    expect(
      (await act(officer, id, "decide", keep(daysLater(today(), 100), { ground: "unfounded" }))).status,
    ).toBe(422);
    await done(officer, id, "decide", keep(daysLater(today(), 100)));
    expect((await read(officer, id)).items.find((item) => item.id === "call.c1")).toMatchObject({
      decision: "deny",
      keptUntil: daysLater(today(), 100),
    });
    expect(await draft(officer, id, "decision")).toMatch(
      /We keep 1 call in our telephone systems' logs until .*art 17\(3\)\(e\)/,
    );
    // Decided once more without it, nothing is kept for that.
    await done(officer, id, "decide", { decision: "deny", ground: "unfounded", reasons: "?" });
    expect((await read(officer, id)).items.find((item) => item.id === "call.c1")).toMatchObject({
      keptUntil: null,
    });
  });
  it("is of an erasure alone", async () => {
    const id = await start("access");
    expect((await act(officer, id, "decide", keep(daysLater(today(), 100)))).status).toBe(422);
  });
});

describe("the list of duties", () => {
  it("by their day, for officers alone; what is overdue by itself", async () => {
    await env.DB.exec("DELETE FROM requests");
    const late = await enter(officer, { receivedOn: daysAgo(60) });
    const soon = await enter(officer);
    const list = async (query: string, token = officer) =>
      (await call("GET", `/v1/duties${query}`, { token })).data as {
        overdue: number;
        duties: { request: string; kind: string; daysLeft: number }[];
        next: string | null;
      };
    const all = await list("");
    expect(all.duties.map(({ request }) => request)).toEqual([late, soon]);
    expect(all).toMatchObject({ overdue: 1, next: null });
    expect((await list("?show=overdue")).duties).toMatchObject([{ request: late, kind: "decide" }]);
    const first = await list("?limit=1");
    expect(first.next).not.toBeNull();
    const second = await list(`?limit=1&after=${encodeURIComponent(first.next!)}`);
    expect(second.duties).toMatchObject([{ request: soon }]);
    for (const role of ["agent", "manager"] as const)
      expect((await call("GET", "/v1/duties", { token: tokens[role] })).status).toBe(403);
    expect((await dump("audit")) as object[]).toContainEqual(
      expect.objectContaining({ code: "opened.duties" }),
    );
  });
  it("orders the queue by what is due next", async () => {
    await env.DB.exec("DELETE FROM requests");
    const complaint = await enter(officer, { kind: "complaint", receivedOn: daysAgo(20) });
    const access = await enter(officer, { receivedOn: daysAgo(15) });
    const erasure = await enter(officer, { kind: "erasure", receivedOn: daysAgo(26) });
    const queue = async () =>
      (
        (await call("GET", "/v1/requests", { token: officer })).data as { requests: { id: string }[] }
      ).requests.map(({ id }) => id);
    expect(await queue()).toEqual([erasure, complaint, access]);
  });
});

describe("the database itself", () => {
  const set = (what: string, id: string) =>
    env.DB.prepare(`UPDATE duties SET ${what} WHERE request = ?`).bind(id).run();
  it("closes no request with a duty that is open, or without one", async () => {
    const id = await enter(officer);
    const close = () =>
      env.DB.prepare("UPDATE requests SET state = 'withdrawn', closed_at = 'x', rev = rev + 1 WHERE id = ?")
        .bind(id)
        .run();
    await expect(close()).rejects.toThrow("request_unmet");
    await set("void_at = 'x'", id);
    await close();
    const bare = await enter(officer);
    await env.DB.exec("DROP TRIGGER duties_stay");
    await env.DB.prepare("DELETE FROM duties WHERE request = ?").bind(bare).run();
    await expect(
      env.DB.prepare("UPDATE requests SET state = 'withdrawn', closed_at = 'x', rev = rev + 1 WHERE id = ?")
        .bind(bare)
        .run(),
    ).rejects.toThrow("request_unmet");
  });
  it("meets or voids a duty once, moves only an open one, and opens none where all is over", async () => {
    const id = await enter(officer);
    await set("due = '2030-01-01'", id);
    await expect(set("kind = 'tell'", id)).rejects.toThrow("duty_fixed");
    await expect(set("met_at = 'x', met_on = 'x', by = 'x', void_at = 'x'", id)).rejects.toThrow();
    await set("met_at = 'x', met_on = 'x', by = 'x'", id);
    for (const what of ["due = '2031-01-01'", "met_at = NULL, met_on = NULL, by = NULL", "void_at = 'x'"])
      await expect(set(what, id), what).rejects.toThrow("duty_fixed");
    await withdraw(await enter(officer));
    const over = (await dump("requests")).find((row) => (row as { state: string }).state === "withdrawn") as {
      id: string;
    };
    await expect(
      env.DB.prepare(
        "INSERT INTO duties (id, request, kind, round, due, made_at) VALUES ('y', ?, 'tell', 1, '2030-01-01', 'x')",
      )
        .bind(over.id)
        .run(),
    ).rejects.toThrow("request_moved");
  });
});
