/** A hostile officer: what somebody who wants to be rid of a request tries, by the API and in the database itself. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { record } from "../../../worker/core/commit.ts";
import { newLink } from "../../../worker/privacy-requests/links.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { makeDuties } from "../../../worker/privacy-requests/duties.ts";
import { call, MONTH, under } from "../helpers.ts";
import { kindsOwed } from "./duties-kit.ts";
import {
  act,
  ask,
  called,
  confirmAll,
  done,
  draft,
  enter,
  fileOn,
  linksTo,
  officer,
  open,
  read,
  sendForm,
  today,
  tokens,
  upload,
  verified,
  withTeam,
} from "./kit.ts";

withTeam();
beforeEach(() => env.DB.exec("DELETE FROM outbox"));
const stateOf = async (id: string) => (await read(officer, id)).request.state;
const openOf = (id: string) => kindsOwed(officer, id);
const without = { reason: "she rang and changed her mind" };

describe("an erasure", () => {
  it("is not withdrawn on an officer's word, on another's file, or on one that never came", async () => {
    const [id, other] = [
      await enter(officer, { kind: "erasure" }),
      await enter(officer, { kind: "erasure" }),
    ];
    const refused = async () =>
      expect(await act(officer, id, "withdraw", without)).toMatchObject({ code: "withdrawal-unproved" });
    await refused();
    await upload(id, "scan");
    await refused();
    await upload(other, "withdrawal");
    await refused();
    await env.DB.prepare(
      `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at)
       VALUES ('coming', ?, 'withdrawal', 'r2', 'nowhere', 'x', 'image/png', -1, 'x', 'x')`,
    )
      .bind(id)
      .run();
    await refused();
    await env.DB.exec("UPDATE request_files SET bytes = 3, erased_at = '2026-11-01' WHERE id = 'coming'");
    await refused();
    for (const token of [tokens.agent, tokens.manager])
      expect(await act(token, id, "withdraw", without)).toMatchObject({ status: 403 });
    const path = `/v1/requests/${id}/files?purpose=withdrawal&name=a.png`;
    const sent = { raw: new Uint8Array([1]), headers: { "content-type": "image/png" } };
    for (const token of [tokens.agent, tokens.manager])
      expect((await under(env, "PUT", path, { token, ...sent })).status).toBe(403);
    expect([await stateOf(id), await openOf(id)]).toEqual(["open", ["decide"]]);
  });

  it("is not withdrawn, nor confirmed in writing, by a link that an officer got to hand over", async () => {
    const id = await verified(officer, "+442079460802", { kind: "erasure" });
    const { status, data } = await call("POST", `/v1/requests/${id}/link`, { token: officer });
    expect(status).toBe(201);
    const path = new URL((data as { link: string }).link).pathname;
    expect((await open(path)).html).not.toContain('value="withdraw"');
    for (const action of ["withdraw", "confirm-writing", "confirm-address"])
      expect((await sendForm(path, { action })).status).toBe(409);
    expect(await stateOf(id)).toBe("verified");
    // Nor by who says in the database that it is the requester's.
    await env.DB.exec("UPDATE request_links SET handed = 0");
    expect((await open(path)).status).toBe(404);
    // The requester's own click is their word.
    const { link, statement } = newLink({ req: { url: "https://cleardial.test" } }, id, "whole", Date.now());
    await record(env, {
      actor: "system",
      event: { code: "x", subject: id, payload: null },
      statements: [statement],
    });
    const own = new URL(link).pathname;
    expect((await open(own)).html).toContain('value="withdraw"');
    await sendForm(own, { action: "withdraw" });
    expect(await stateOf(id)).toBe("withdrawn");
  });

  it("that an agent entered is not withdrawn from a mailbox of their own", async () => {
    const own = { email: "ann.private@example.com", channel: "post", proved: false };
    for (const kind of ["erasure", "access", "complaint"] as const) {
      await env.DB.exec("DELETE FROM outbox");
      const id = await enter(tokens.agent, { ...own, kind });
      const before = await openOf(id);
      const [mailed] = await linksTo(own.email);
      const { html } = await open(mailed!.path);
      expect(html).not.toContain('value="withdraw"');
      expect(html).toContain("we take it back by your own words");
      expect((await sendForm(mailed!.path, { action: "withdraw" })).status, kind).toBe(409);
      expect([(await read(officer, id)).request.emailProved, await openOf(id)]).toEqual([false, before]);
      // Nor once it has confirmed itself.
      await sendForm(mailed!.path, { action: "confirm-address" });
      expect((await sendForm(mailed!.path, { action: "withdraw" })).status, kind).toBe(409);
      expect(await stateOf(id)).toBe(kind === "complaint" ? "acknowledged" : "open");
      expect(await openOf(id)).toEqual(
        expect.arrayContaining(kind === "complaint" ? ["outcome"] : ["decide"]),
      );
    }
  });

  it("and once an officer knows who asks, officers hear of the click, and who entered it", async () => {
    const email = "dora.click@example.com";
    const id = await enter(tokens.agent, { email, kind: "erasure" });
    await done(officer, id, "identity", { step: "clear", how: "wrote from the address on file" });
    await env.DB.exec("DELETE FROM outbox");
    const link = newLink({ req: { url: "https://cleardial.test" } }, id, "whole", Date.now());
    await record(env, {
      actor: "system",
      event: { code: "x", subject: id, payload: null },
      statements: [link.statement],
    });
    await sendForm(new URL(link.link).pathname, { action: "withdraw" });
    expect(await stateOf(id)).toBe("withdrawn");
    const { results } = await env.DB.prepare(
      "SELECT recipient, vals FROM outbox WHERE template = 'request-withdrawn' ORDER BY recipient",
    ).all<{ recipient: string; vals: string }>();
    const people = await env.DB.prepare(
      "SELECT email FROM people WHERE active = 1 AND kind = 'person' AND role IN ('compliance', 'admin') ORDER BY email",
    ).all<{ email: string }>();
    expect(results.map(({ recipient }) => recipient)).toEqual(people.results.map(({ email }) => email));
    const agent = await env.DB.prepare(
      "SELECT name FROM people WHERE role = 'agent' AND kind = 'person'",
    ).first("name");
    const { reference } = (await read(officer, id)).request;
    for (const { vals } of results) expect(JSON.parse(vals)).toEqual({ reference, by: agent });
  });

  it("that an officer withdraws is told to its requester, who sees it on their page", async () => {
    const id = await enter(officer, { kind: "erasure" });
    await upload(id, "withdrawal");
    await env.DB.exec("DELETE FROM outbox");
    await done(officer, id, "withdraw", without);
    const [news] = await linksTo("dora@example.com");
    expect(news?.template).toBe("request-news");
    expect((await open(news!.path)).html).toContain("You withdrew your request.");
  });
});

describe("an access request", () => {
  it("is not narrowed on an officer's word, on another's letter, or on a file of another kind", async () => {
    const id = await verified(officer, "+442079460803");
    const other = await verified(officer, "+442079460804");
    const narrow = (narrowedIn?: string) =>
      act(officer, id, "match", {
        date: today(),
        narrowed: "that call only",
        ...(narrowedIn && { narrowedIn }),
      });
    const refused = async (file?: string) =>
      expect(await narrow(file)).toMatchObject({ status: 409, code: "narrowing-unproved" });
    await refused();
    await upload(other, "scan");
    await refused(await fileOn(other, "scan"));
    await upload(id, "proof");
    await upload(id, "withdrawal");
    for (const purpose of ["withdrawal", "proof"]) await refused(await fileOn(id, purpose));
    await upload(id, "scan");
    await refused();
    await env.DB.prepare("UPDATE request_files SET erased_at = 'x' WHERE request = ? AND purpose = 'scan'")
      .bind(id)
      .run();
    await refused(await fileOn(id, "scan"));
    expect((await read(officer, id)).request.narrowed).toBeNull();
    // Nor by staff who enter it, nor in the words of the form.
    const entry = { kind: "access", channel: "telephone", receivedOn: today(), name: "D", address: "1 Road" };
    const body = { ...entry, number: "+442079460803", callDate: today(), narrowed: true };
    const { status, data } = await call("POST", "/v1/requests/entries", { token: officer, body });
    expect(status).toBe(201);
    expect((await read(officer, (data as { id: string }).id)).request.narrowed).toBeNull();
    expect((await act(officer, id, "match", { date: today(), narrowed: "form" })).status).toBe(422);
  });

  it("that was narrowed on an officer's word before is searched as a whole", async () => {
    const id = await verified(officer, "+442079460805");
    const set = env.DB.prepare("UPDATE requests SET narrowed = 'she rang', rev = rev + 1 WHERE id = ?");
    await set.bind(id).run();
    expect(await act(officer, id, "match", { date: today() })).toMatchObject({ status: 422 });
    await upload(id, "scan");
    await done(officer, id, "match", { date: today() });
  });

  it("that was narrowed is answered by a letter with their words, for who has no e-mail address too", async () => {
    const { number } = await called(tokens.admin);
    const id = await verified(officer, number, { channel: "post", email: undefined, address: "1 Road" });
    await upload(id, "scan");
    const said = "Only that  call, please";
    await done(officer, id, "match", { date: today(), narrowed: said, narrowedIn: await fileOn(id, "scan") });
    await confirmAll(officer, id);
    await done(officer, id, "decide", { decision: "comply" });
    await done(officer, id, "export");
    const drafted = await draft(officer, id, "decision");
    expect(drafted).toContain(`as you asked for less, in these words: “${said}”`);
    const send = (text: string) => act(officer, id, "letters", { kind: "decision", text, how: "post" });
    expect(await send("Here is your copy.")).toMatchObject({ status: 422, code: "letter-lacks" });
    expect((await send(drafted)).status).toBe(200);
  });

  it("that an officer says was narrowed shows its requester what they are said to have said", async () => {
    const { number } = await called(tokens.admin);
    const id = await verified(officer, number);
    expect((await act(officer, id, "match", { date: today() })).status).toBe(422);
    const said = "She only wants <b>yesterday's</b> call";
    await upload(id, "scan");
    await done(officer, id, "match", { date: today(), narrowed: said, narrowedIn: await fileOn(id, "scan") });
    await env.DB.exec("DELETE FROM outbox");
    await done(officer, id, "extend", {
      reason: "many recordings",
      letter: { text: "Two months more.", how: "mail" },
    });
    const [news] = await linksTo("dora@example.com");
    const { html } = await open(news!.path);
    expect(html).toContain("Not all that we hold of your number.");
    expect(html).toContain("She only wants &lt;b&gt;yesterday");
    expect(html).not.toContain("with all that we hold");
  });
});

describe("a complaint", () => {
  it("by the public page is acknowledged by nobody but its requester, or a letter", async () => {
    const { id, path } = await ask({
      ...{ kind: "complaint", name: "C", email: "c@example.com", text: "You rang at night." },
    });
    // The link of the form is not their address.
    await sendForm(path, { action: "confirm-address" });
    for (const [step, body] of [
      ["investigate", {}],
      ["close", { outcome: "unfounded" }],
      ["withdraw", without],
      ["letters", { kind: "outcome", text: "No.", how: "post" }],
      ["letters", { kind: "acknowledgement", text: "We have it.", how: "mail" }],
    ] as const)
      expect((await act(officer, id, step, body)).status, step).toBeGreaterThanOrEqual(400);
    expect(await stateOf(id)).toBe("lodged");
    expect(await openOf(id)).toEqual(["acknowledge", "outcome", "progress"]);
    await done(officer, id, "letters", { kind: "acknowledgement", text: "We have it.", how: "post" });
    expect(await openOf(id)).toEqual(["outcome", "progress"]);
  });

  it("does not end with a report on its progress, however many", async () => {
    const id = await enter(officer, { kind: "complaint" });
    for (let n = 0; n < 2; n++)
      await done(officer, id, "letters", { kind: "progress", text: "Still looking.", how: "post" });
    expect(await act(officer, id, "close", { outcome: "upheld" })).toMatchObject({ why: "told" });
    expect(await openOf(id)).toEqual(["outcome", "progress"]);
  });
});

describe("an objection by the public page", () => {
  it("stays closed by its line where one of two officers confirms it as the other takes it back", async () => {
    const { id } = await ask({ kind: "objection", name: "O", number: "+442079460801" });
    const settle = (action: string, token: string) =>
      call("POST", "/v1/requests/objections", { token, body: { requests: [id], action, reason: "x" } });
    await Promise.all([settle("confirm-objection", officer), settle("take-back", tokens.admin)]);
    const row = await env.DB.prepare("SELECT outcome FROM requests WHERE id = ?")
      .bind(id)
      .first<{ outcome: string }>();
    const live = await env.DB.prepare(
      "SELECT COUNT(*) AS n FROM suppressions WHERE number = 442079460801 AND ended_at IS NULL AND unverified = 0",
    ).first<number>("n");
    expect(live).toBe(row!.outcome === "confirmed" ? 1 : 0);
    expect(await openOf(id)).toEqual([]);
  });
});

describe("in the database itself", () => {
  const refused = async (statement: string, why: string) =>
    expect(env.DB.prepare(statement).run(), statement).rejects.toThrow(why);

  it("no duty is deleted, changed, replaced or owed by another; no request closes before it is met", async () => {
    const [id, other] = [await enter(officer), await enter(officer)];
    const of = `request = '${id}'`;
    await refused(`DELETE FROM duties WHERE ${of}`, "duty_fixed");
    await refused(`UPDATE duties SET request = '${other}' WHERE ${of}`, "duty_fixed");
    await refused(`UPDATE duties SET kind = 'progress' WHERE ${of}`, "duty_fixed");
    const close = `UPDATE requests SET state = 'closed', closed_at = '2026-11-27', rev = rev + 1 WHERE id = '${id}'`;
    await refused(close, "request_unmet");
    const met = (round: number) =>
      `INSERT OR REPLACE INTO duties (id, request, kind, round, due, made_at, met_on, met_at, by)
       VALUES ('${id}.decide.${round}', '${id}', 'decide', ${round}, NULL, 'x', '${today()}', 'x', 'x')`;
    await refused(met(1), "request_moved");
    await refused(met(2), "request_moved");
    await refused(
      `INSERT OR REPLACE INTO duties (id, request, kind, round, due, made_at)
       VALUES ('mine', '${id}', 'decide', 2, '2099-01-01', 'x')`,
      "request_moved",
    );
    expect(await openOf(id)).toEqual(["decide"]);
    await refused(close, "request_unmet");
    await makeDuties(env, Date.now());
    expect(await openOf(id)).toEqual(["decide"]);
    await done(officer, id, "decide", { decision: "deny", ground: "unfounded", reasons: "It is spam." });
    await refused(`UPDATE duties SET met_on = '2020-01-01' WHERE ${of} AND kind = 'decide'`, "duty_fixed");
    await refused(`UPDATE duties SET due = '2099-01-01' WHERE ${of} AND kind = 'decide'`, "duty_fixed");
    await refused(close, "request_unmet");
  });
});

it("may refuse each of many findings with its ground, where refusing all would be another answer", async () => {
  const { number } = await called(tokens.admin);
  const id = await verified(officer, number);
  await confirmAll(officer, id);
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
     INSERT INTO request_items (request, kind, ref, at, verdict) SELECT ?, 'recording', 'lost-' || i, '', 'confirmed' FROM n`,
  )
    .bind(id)
    .run();
  const deny = Array.from({ length: 600 }, (_, n) => ({
    ...{ id: `recording.lost-${n + 1}`, ground: "other", other: "the store lost it", reasons: "It is lost." },
  }));
  await done(officer, id, "decide", { decision: "partial", deny });
  const { items } = await read(officer, id);
  expect(
    items.filter(({ decision, reasons }) => decision === "deny" && reasons === "It is lost."),
  ).toHaveLength(600);
});

it("an erasure keeps its duties and itself, whatever it erases, and for however long it is open", async () => {
  const { number } = await called(tokens.admin);
  const id = await verified(officer, number, { kind: "erasure" });
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  expect(await openOf(id)).toEqual(["receipts", "tell"]);
  expect(await act(officer, id, "close")).toMatchObject({ status: 409 });
  // Tokens do not last as long.
  await sweep(env, Date.now() + 240 * MONTH);
  const { results } = await env.DB.prepare(
    "SELECT kind FROM duties WHERE request = ? AND met_at IS NULL AND void_at IS NULL ORDER BY kind",
  )
    .bind(id)
    .all();
  expect(results).toEqual([{ kind: "receipts" }, { kind: "tell" }]);
});
