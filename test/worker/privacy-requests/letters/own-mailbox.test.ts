/** An answer from the company's own mailbox (UK GDPR art 12(3): by electronic means) is on record as what it was. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { call, dump, migrationsBefore, migrationsSince, newTeam } from "../../helpers.ts";
import { act, daysAgo, done, enter, letter, read, today } from "../kit.ts";

/** As a Worker of before writes a letter. */
const insert = (id: string, how: string) =>
  env.DB.prepare(
    "INSERT INTO request_letters (id, request, kind, text, how, sent_on, by, at) VALUES (?, 'old', 'decision', 'words', ?, ?, 'p', ?)",
  ).bind(id, how, today(), `2026-01-0${id.length}T10:00:00.000Z`);
const hows = ["mail", "post", "telephone", "form"];
let officer: string;
let before: object[];

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0039"));
  officer = (await newTeam()).compliance;
  await env.DB.prepare(
    `INSERT INTO requests (id, ref, kind, channel, state, name, number, days, received_on, decide_by, by, at)
     VALUES ('old', 'OLD', 'access', 'post', 'open', 'Dora', 442079460958, 30, '2026-01-01', '2026-01-31', 'p', '')`,
  ).run();
  await env.DB.batch(hows.map((how) => insert(how, how)));
  await expect(insert("early", "own-mailbox").run()).rejects.toThrow("CHECK");
  before = (await dump("request_letters")) as object[];
  await applyD1Migrations(env.DB, migrationsSince("0039"));
});

describe("from the state before", () => {
  it("every letter stays as it was", async () => {
    expect(before).toHaveLength(4);
    expect(await dump("request_letters")).toEqual(
      before.map((row) => expect.objectContaining({ ...row, sent_to: null }) as unknown),
    );
    const { letters } = await read(officer, "old");
    expect(letters.map(({ how }) => how).toSorted()).toEqual(hows.toSorted());
  });
  it("a Worker of before still records the ways it knows, and no others are let in", async () => {
    await insert("later", "post").run();
    await expect(insert("odd", "pigeon").run()).rejects.toThrow("CHECK");
    // Where it went is part of it, and of it alone.
    await expect(insert("lacking", "own-mailbox").run()).rejects.toThrow("CHECK");
    await env.DB.prepare("DELETE FROM request_letters WHERE id = 'later'").run();
  });
  it("a request takes its letters along, as before", async () => {
    const { results } = await env.DB.prepare("PRAGMA foreign_key_list(request_letters)").all();
    expect(results).toMatchObject([{ table: "requests", from: "request", on_delete: "CASCADE" }]);
    expect(await env.DB.prepare("PRAGMA foreign_key_check").all()).toMatchObject({ results: [] });
  });
});

describe("an officer", () => {
  const own = { text: "Dear Dora, we have received your complaint.", how: "own-mailbox" };
  it("records what was sent, when, by whom and to which address, unconfirmed too; its day counts", async () => {
    const id = await enter(officer, { kind: "complaint", receivedOn: daysAgo(9), proved: false });
    await done(officer, id, "letters", { kind: "acknowledgement", ...own, sentOn: daysAgo(2) });
    const { letters, request } = await read(officer, id);
    expect(letters).toMatchObject([{ ...own, sentOn: daysAgo(2), sentTo: "dora@example.com" }]);
    const { data } = await call("GET", "/v1/me", { token: officer });
    expect(letters[0]!.by).toBe((data as { person: { id: string } }).person.id);
    expect(request.duties).toContainEqual(
      expect.objectContaining({ kind: "acknowledge", state: "met", metOn: daysAgo(2), mail: null }),
    );
    expect(((await dump("outbox")) as { key: string }[]).map(({ key }) => key)).not.toContainEqual(
      expect.stringMatching(/^letter:/),
    );
  });
  it("says where it went if the request has no address; no other way has one", async () => {
    const id = await enter(officer, { email: undefined, address: "1 High Street", channel: "post" });
    const ask = (more: object) => act(officer, id, "identity", { step: "ask", letter: { ...own, ...more } });
    expect(await ask({})).toMatchObject({
      status: 422,
      code: "invalid",
      why: expect.stringContaining("which one it went") as string,
    });
    expect((await ask({ sentTo: "dora@work.example" })).status).toBe(200);
    const [first] = (await read(officer, id)).letters;
    expect(first).toMatchObject({ kind: "identity", sentTo: "dora@work.example" });
    const post = await enter(officer);
    await done(officer, post, "identity", {
      step: "ask",
      letter: { ...letter, sentTo: "dora@example.com" },
    });
    expect((await read(officer, post)).letters).toMatchObject([{ how: "post", sentTo: null }]);
  });
  it("cannot date it before there was anything to tell, nor in the future", async () => {
    const id = await enter(officer, { kind: "complaint", proved: false });
    for (const sentOn of [daysAgo(1), daysAgo(-1)])
      expect(await act(officer, id, "letters", { kind: "acknowledgement", ...own, sentOn })).toMatchObject({
        status: 422,
      });
  });
});
