import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import { itemSchema } from "../../../shared/privacy-requests/api.ts";
import { numberOf } from "../../../shared/registers/blocks.ts";
import { record } from "../../../worker/core/commit.ts";
import { insertTurned } from "../../../worker/watching/bound.ts";
import { suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { call, DAY, dump } from "../helpers.ts";
import { arrive, sample } from "../recordings/kit.ts";
import { dated, deepOf } from "../trail/kit.ts";
import {
  act,
  ask,
  called,
  confirmAll,
  done,
  draft,
  enter,
  fileOn,
  letter,
  linksTo,
  open,
  read,
  today,
  upload,
  verified,
  WHO,
  officer,
  tokens,
  withTeam,
} from "./kit.ts";

withTeam();

const reasons = "We defend a claim that is before the court.";

describe("erasure", () => {
  it("goes through the store to a certificate, keeps one do-not-call entry, and tells recipients", async () => {
    const { number, recording } = await called(tokens.admin);
    await call("POST", "/v1/consents", {
      token: tokens.agent,
      body: {
        number,
        basis: "consent",
        givenBy: "Dora",
        givenAt: "2026-11-01T10:00:00.000Z",
        evidence: "mail",
      },
    });
    // It is watched, and its status changed once.
    await record(env, {
      actor: "system",
      event: { code: "watch.turned", subject: "", payload: null },
      statements: insertTurned(
        [numberOf(number), 442079460001].map((one) => ({
          ...{
            number: one,
            from_verdict: "blocked",
            to_verdict: "clear",
            reason: "not-listed",
            list: "tps",
            version: 3,
          },
        })),
        new Date().toISOString(),
      ),
    });
    const id = await verified(officer, number, { kind: "erasure" });
    // The search was widened to another number, which belongs to someone else.
    const stranger = await called(tokens.admin);
    await env.DB.prepare("INSERT INTO watched VALUES (?1, '2026-11-01', 1), (?2, '2026-11-01', 1)")
      .bind(Number(number.slice(1)), Number(stranger.number.slice(1)))
      .run();
    // A lookup of it is waiting.
    await env.DB.prepare("INSERT INTO lookup_queue (source, number, due) VALUES ('data8', ?, '2027')")
      .bind(numberOf(number))
      .run();
    await done(officer, id, "match", { numbers: [stranger.number] });
    await confirmAll(officer, id);
    await done(officer, id, "items", {
      items: [{ id: `recording.${stranger.recording}`, verdict: "rejected" }],
      reason: "a stranger's",
    });
    const { reference } = await done(officer, id, "decide", { decision: "comply" });
    const items = [{ id: `recording.${recording}`, verdict: "rejected" }];
    expect(await act(officer, id, "items", { items, reason: "x" })).toMatchObject({
      code: "request-not-now",
    });
    expect((await call("GET", `/v1/recordings/${recording}`, { token: officer })).data).toMatchObject({
      state: "erased",
      number: null,
      rule: "hand",
      why: `Request ${reference}`,
    });
    expect(await dump("certificates")).toContainEqual(
      expect.objectContaining({ recording, why: `Request ${reference}` }),
    );
    expect(await dump("consents")).toEqual([]);
    // The recorded call is erased with its recording; the stranger's stays.
    expect(await dump("calls")).toMatchObject([{ number: Number(stranger.number.slice(1)) }]);
    expect(await dump("lookup_queue")).toEqual([]);
    expect(await dump("watched")).toMatchObject([{ number: Number(stranger.number.slice(1)) }]);
    const kept = await call("GET", `/v1/suppressions?number=${encodeURIComponent(number)}`, {
      token: officer,
    });
    expect(kept.data).toMatchObject({ suppressions: [{ kind: "house", until: null, endedAt: null }] });
    // Watching's data is gone; the new entry is reported like any other.
    expect(await dump("turned")).toMatchObject([
      { number: 442079460001 },
      { number: numberOf(number), to_verdict: "blocked", reason: "house", list: null },
    ]);
    expect((await deepOf(["turned"])).found).toEqual([]);
    const theirs = await call("GET", `/v1/suppressions?number=${encodeURIComponent(stranger.number)}`, {
      token: officer,
    });
    expect(theirs.data).toMatchObject({ suppressions: [] });
    const text = await draft(officer, id, "decision");
    expect(text).toContain("one entry on our do-not-call list");
    expect(text).toContain(
      "loses within a day what it quotes of the erased data, and keeps what it says of this request for at most 24 months",
    );
    // The letter names all that stays.
    expect(text).toMatch(/compared it with registers .* the proof of that, for at most 25 months\./);
    expect(text).toContain(
      "We keep the file of this request, and of any other that you made, for 24 months after it is closed.",
    );
    expect(text).not.toContain("nothing else");
    await done(officer, id, "letters", { kind: "decision", ...letter, text });
    expect(await act(officer, id, "close")).toMatchObject({ why: "recipients" });
    await done(officer, id, "recipients", { name: "Our dialler" });
    expect(await act(officer, id, "close")).toMatchObject({ why: "recipients" });
    await done(officer, id, "recipients", { name: "Our dialler", toldOn: today(), how: "their portal" });
    await done(officer, id, "close");
    expect((await read(officer, id)).recipients).toMatchObject([{ name: "Our dialler", toldOn: today() }]);
  });

  it("the entry that stays is nobody's to take back with an objection that nobody had checked", async () => {
    const { number } = await called(tokens.admin);
    const objection = await ask({ kind: "objection", name: "D", number });
    const id = await verified(officer, number, { kind: "erasure" });
    await confirmAll(officer, id);
    await done(officer, id, "decide", { decision: "comply" });
    await call("POST", "/v1/requests/objections", {
      token: officer,
      body: { requests: [objection.id], action: "take-back", reason: "a joke" },
    });
    const kept = await call("GET", `/v1/suppressions?number=${encodeURIComponent(number)}`, {
      token: officer,
    });
    expect(kept.data).toMatchObject({ suppressions: [{ unverified: false, endedAt: null }] });
  });

  it("an objection that was said again stays as of its last word, which says nothing else", async () => {
    const { number } = await called(tokens.admin);
    const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();
    const object = (source: string) =>
      call("POST", "/v1/suppressions", {
        token: tokens.agent,
        body: { number, reason: "said Dora", source, scope: "line" },
      });
    await object("staff");
    await dated(suppressionsBound, `number = ${number.slice(1)}`, { at: ago(4) });
    for (const source of ["staff", "at the door"]) await object(source);
    const id = await verified(officer, number, { kind: "erasure" });
    await confirmAll(officer, id);
    await done(officer, id, "decide", { decision: "comply" });
    const { results } = await env.DB.prepare(
      "SELECT reason, source, at > ? AS last FROM suppressions WHERE number = ? ORDER BY at",
    )
      .bind(ago(1), Number(number))
      .all();
    const kept = { reason: expect.not.stringContaining("Dora") as string, source: "" };
    expect(results).toEqual([
      { ...kept, last: 0 },
      { ...kept, last: 1 },
    ]);
    await call("POST", "/v1/consents", {
      token: tokens.manager,
      body: {
        ...{ number, kind: "notification", givenBy: "Dora", giver: "subscriber", givenAt: ago(2) },
        ...{ words: "Do ring me", how: "web", proof: "form 7" },
      },
    });
    const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
    expect((data as CheckAnswer).results[0]!.reasons.map(({ code }) => code)).toContain("objection");
    expect((await deepOf(["suppressions"])).found).toEqual([]);
  });

  it("never under a hold: that part is refused by item, with its reasons; released, it goes", async () => {
    const { number, recording } = await called(tokens.admin);
    const second = await arrive(env, tokens.admin, sample({ number }));
    const hold = { reason: "claim 17", reviewOn: "2099-01-01" };
    await call("POST", `/v1/recordings/${recording}/hold`, { token: officer, body: hold });
    const id = await verified(officer, number, { kind: "erasure" });
    await confirmAll(officer, id);
    expect(await act(officer, id, "decide", { decision: "comply" })).toMatchObject({ why: "free" });
    const partial = (item: string) => ({
      decision: "partial",
      deny: [{ id: `recording.${item}`, ground: "legal-obligation", reasons }],
    });
    expect(await act(officer, id, "decide", partial(second))).toMatchObject({ code: "recording-held" });
    expect(await act(officer, id, "decide", { decision: "partial", deny: [] })).toMatchObject({
      status: 422,
    });
    await done(officer, id, "decide", partial(recording));
    const state = async (which: string) =>
      ((await call("GET", `/v1/recordings/${which}`, { token: officer })).data as { state: string }).state;
    expect([await state(recording), await state(second)]).toEqual(["kept", "erased"]);
    const text = await draft(officer, id, "decision");
    expect(text).toContain(`1 recording, because the law obliges us to keep it. Our reasons:\n${reasons}`);
    // The letter names what stays, without claiming that it is all.
    expect(text).toContain("We have erased your data, except for what is named below.");
    expect(text).not.toContain("nothing else");
    expect(text).toMatch(/do-not-call list.*registers.*for at most 25 months.*this request.*for 24 months/);
    await done(officer, id, "letters", { kind: "decision", text, how: "post" });
    await done(officer, id, "recipients", { none: true });
    expect(await act(officer, id, "close")).toMatchObject({ why: "noticed" });
    // The claim is settled: decided again, with a letter of its own.
    await call("POST", `/v1/recordings/${recording}/release`, {
      token: officer,
      body: { reason: "settled" },
    });
    await done(officer, id, "decide", { decision: "comply" });
    expect(await state(recording)).toBe("erased");
    expect(await act(officer, id, "close")).toMatchObject({ why: "told" });
    await done(officer, id, "letters", { kind: "decision", ...letter });
    // More was erased than recipients were told of (UK GDPR art 19).
    expect(await act(officer, id, "close")).toMatchObject({ why: "recipients" });
    await done(officer, id, "recipients", { none: true });
    await done(officer, id, "close");
  });
});

it("each kind of finding that is refused has its words in the letter", async () => {
  const { number } = await called(tokens.admin);
  const consent = {
    basis: "consent",
    givenBy: "Dora",
    givenAt: "2026-11-01T10:00:00.000Z",
    evidence: "mail",
  };
  await call("POST", "/v1/consents", { token: tokens.agent, body: { number, ...consent } });
  await call("POST", "/v1/suppressions", { token: tokens.agent, body: { number, reason: "said so" } });
  const at = new Date().toISOString();
  const dial = { number, e164: number, action: "held", verdict: "blocked", seen: null, host: "x", at };
  await call("POST", "/v1/dials", { token: tokens.agent, body: dial });
  const log = { provider: "softphone", number, agent: "Ann", startedAt: at, seconds: 61 };
  await call("POST", "/v1/calls/import", { token: tokens.manager, body: { rows: [log], dryRun: false } });
  const id = await verified(officer, number, { kind: "erasure" });
  const items = await confirmAll(officer, id);
  const kinds = new Set(items.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([...itemSchema.shape.kind.options].sort());
  const deny = items
    .filter(({ kind }) => kind !== "recording")
    .map((item) => ({ id: item.id, ground: "legal-obligation", reasons }));
  await done(officer, id, "decide", { decision: "partial", deny });
  const text = await draft(officer, id, "decision");
  expect(text).toContain("1 call in our telephone systems' logs");
  await done(officer, id, "letters", { kind: "decision", text, how: "post" });
  await done(officer, id, "letters", {
    kind: "authority",
    text: await draft(officer, id, "authority"),
    how: "post",
  });
});

it("what could not be erased yet gets its own day back where the request is refused after all", async () => {
  const { number, recording } = await called(tokens.admin);
  const one = async () => (await call("GET", `/v1/recordings/${recording}`, { token: officer })).data;
  const before = (await one()) as { eraseAfter: string };
  const id = await verified(officer, number, { kind: "erasure" });
  await confirmAll(officer, id);
  const { RECORDINGS: _, ...away } = env;
  await done(officer, id, "decide", { decision: "comply" }, away);
  expect(await one()).toMatchObject({ state: "kept", rule: "hand", failures: 1 });
  await done(officer, id, "letters", { kind: "decision", ...letter });
  await done(officer, id, "recipients", { none: true });
  expect(await act(officer, id, "close")).toMatchObject({ why: "erased" });
  await done(officer, id, "decide", { decision: "deny", ground: "protection", reasons });
  expect(await one()).toMatchObject({
    state: "kept",
    rule: "retention",
    why: "",
    eraseAfter: before.eraseAfter,
  });
});

it("a recording whose store is locked for years is named in the letter, with until when", async () => {
  const { number, recording } = await called(tokens.admin, { startedAt: `${today()}T00:00:00.000Z` });
  const id = await verified(officer, number, { kind: "erasure" });
  await confirmAll(officer, id);
  const erasing = vi.spyOn(env.RECORDINGS!, "delete").mockRejectedValue(new Error("locked"));
  await done(officer, id, "decide", { decision: "comply" });
  erasing.mockRestore();
  expect(await draft(officer, id, "decision")).not.toContain("locked");
  await env.DB.prepare("UPDATE recordings SET not_before = '2099-05-05T00:00:00.000Z' WHERE id = ?")
    .bind(recording)
    .run();
  const text = await draft(officer, id, "decision");
  expect(text).toContain("cannot be erased yet");
  expect(text).toContain("(until 5 May 2099)");
  const send = (said: string) => act(officer, id, "letters", { kind: "decision", text: said, how: "post" });
  expect(await send(text.replace("5 May 2099", "soon"))).toMatchObject({ code: "letter-lacks" });
  await done(officer, id, "letters", { kind: "decision", text, how: "post" });
});

describe("a refusal", () => {
  it("wants ground and reasons, a letter that says where to go, and a notice that names nobody", async () => {
    const { number } = await called(tokens.admin);
    const id = await verified(officer, number, { name: "Dora van Data" });
    await confirmAll(officer, id);
    expect(await act(officer, id, "decide", { decision: "deny", ground: "protection" })).toMatchObject({
      status: 422,
    });
    expect(await act(officer, id, "decide", { decision: "deny", ground: "other", reasons })).toMatchObject({
      status: 422,
    });
    const said = `${reasons} Dora van Data (dora@example.com, ${number}) is a party to it.`;
    await done(officer, id, "decide", { decision: "deny", ground: "protection", reasons: said });
    expect(await act(officer, id, "letters", { kind: "decision", ...letter })).toMatchObject({
      code: "letter-lacks",
    });
    const decision = await draft(officer, id, "decision");
    for (const part of [said, "ico.org.uk/make-a-complaint", "go to court"]) expect(decision).toContain(part);
    await done(officer, id, "letters", { kind: "decision", text: decision, how: "post" });
    expect(await act(officer, id, "close")).toMatchObject({ why: "noticed" });
    const notice = await draft(officer, id, "authority");
    expect(notice).toContain(reasons);
    expect(notice).not.toMatch(/Dora|Data\b|example\.com|7946/);
    const named = { kind: "authority", text: "", how: "form" };
    const local = number.replace("+44", "0");
    for (const written of [local, `${local.slice(0, 3)}/${local.slice(3)}`, local.replace(/(\d{4})/g, "$1–")])
      expect(
        await act(officer, id, "letters", { ...named, text: `${notice}\nAbout ${written}` }),
        written,
      ).toMatchObject({ code: "letter-names" });
    expect(await act(officer, id, "letters", { ...named, text: `${notice} dora` })).toMatchObject({
      code: "letter-names",
    });
    await done(officer, id, "letters", { kind: "authority", text: notice, how: "form" });
    await done(officer, id, "close");
    // The requester sees their letter, and not the notice to the authority.
    const { html } = await open((await linksTo("dora@example.com")).at(-1)!.path);
    expect(html).toContain("is a party to it.");
    expect(html).not.toContain("To the Information Commissioner");
  });

  it("the database itself closes none without reasons, letter and notice", async () => {
    const id = await enter(officer);
    await done(officer, id, "decide", { decision: "deny", ground: "unfounded", reasons });
    // What is owed is done, or the duties' own trigger refuses first (duties.test.ts).
    await env.DB.prepare(
      "UPDATE duties SET met_at = 'x', met_on = 'x', by = 'x' WHERE request = ? AND met_at IS NULL",
    )
      .bind(id)
      .run();
    const close = (set: string) =>
      env.DB.prepare(
        `UPDATE requests SET state = 'closed', closed_at = 'x', rev = rev + 1, ${set} WHERE id = ?`,
      )
        .bind(id)
        .run();
    for (const set of ["told_at = 'x'", "noticed_at = 'x'", "told_at = 'x', noticed_at = 'x', reasons = ''"])
      await expect(close(set), set).rejects.toThrow("request_unreasoned");
    await close("told_at = 'x', noticed_at = 'x'");
    await expect(close("closed_at = NULL")).rejects.toThrow();
  });
});

it("a link can be handed to whoever has no e-mail, once they have shown who they are", async () => {
  const id = await enter(officer, { email: undefined, address: "1 High Street" });
  const hand = () => call("POST", `/v1/requests/${id}/link`, { token: officer });
  expect((await hand()).data).toMatchObject({ code: "request-not-now" });
  await done(officer, id, "identity", { step: "clear", how: "came in person" });
  const { link } = (await hand()).data as { link: string };
  expect((await open(new URL(link).pathname)).html).toContain("We know who you are");
  const minimal = { step: "ask", letter: { text: "?", how: "mail" } };
  expect((await act(officer, id, "identity", minimal)).status).toBe(409);
});

it("the search finds what is held of the number, not only of the call that is remembered, unless the requester wants less", async () => {
  const { number, recording } = await called(tokens.admin, { startedAt: "2026-07-06T13:20:00.000Z" });
  const other = await arrive(env, tokens.admin, sample({ number, startedAt: "2026-05-06T16:20:00.000Z" }));
  const about = { number, callDate: "2026-07-06", callTime: "14:00" };
  const written = async (id: string, body: object) => {
    await upload(id, "scan");
    return { ...body, narrowedIn: await fileOn(id, "scan") };
  };
  const found = async (kind: string, body: object) => {
    const id = await enter(officer, { kind, ...about });
    await done(officer, id, "identity", { step: "clear", how: "wrote from the address on file" });
    await done(officer, id, "match", "narrowed" in body ? await written(id, body) : body);
    return (await read(officer, id)).items.map((item) => item.id.replace("recording.", "")).sort();
  };
  expect(await found("erasure", {})).toEqual([recording, other].sort());
  expect(await found("access", {})).toEqual([recording, other].sort());
  // Only by the requester's own word.
  const said = "By e-mail: only the call of 6 July.";
  for (const kind of ["access", "erasure"])
    expect(await found(kind, { windowMinutes: 60, narrowed: said })).toEqual([recording]);
  const id = await enter(officer, { kind: "access", ...about });
  for (const body of [{ windowMinutes: 60 }, { date: "2026-07-06" }])
    expect(await act(officer, id, "match", body)).toMatchObject({ status: 422, code: "invalid" });
  await done(officer, id, "match", { date: "2026-07-06", everything: true });
  await done(officer, id, "match", await written(id, { date: "2026-07-06", narrowed: said }));
  expect((await read(officer, id)).request.narrowed).toBe(said);
  const narrowed = {
    kind: "erasure",
    channel: "email",
    receivedOn: "2026-11-01",
    ...WHO,
    callDate: "2026-07-06",
  };
  expect(
    (await call("POST", "/v1/requests/entries", { token: officer, body: { ...narrowed, narrowed: true } }))
      .status,
  ).toBe(422);
});
