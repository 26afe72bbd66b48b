/** Who shares a line gets nothing of the other by it (UK GDPR art 15(4)). */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { asOwner, call } from "../../helpers.ts";
import { act, done, enter, officer, read, tokens, verified, withTeam } from "../kit.ts";
import { copied } from "./zip.ts";

withTeam();

const made = async (method: string, path: string, token: string, body: unknown): Promise<void> => {
  const { status, data } = await call(method, path, { token, body });
  expect(status, `${path}: ${JSON.stringify(data)}`).toBeLessThan(300);
};
const judge = async (id: string, isTheirs: (ref: string) => boolean) => {
  const { items } = await read(officer, id);
  await done(officer, id, "items", {
    items: items.map(({ id: item, ref }) => ({
      id: item,
      verdict: isTheirs(ref) ? "confirmed" : "rejected",
    })),
    reason: "of the neighbour",
  });
};
const refOf = (table: string, words: string): Promise<string> =>
  env.DB.prepare(`SELECT id FROM ${table} WHERE ${table === "consents" ? "given_by" : "reason"} = ?`)
    .bind(words)
    .first<string>("id") as Promise<string>;

describe("a copy of somebody who shares a line", () => {
  it("has another's request by its day and kind alone, though they type the other's address", async () => {
    const number = "+442079463001";
    const hers = await enter(officer, {
      ...{ number, kind: "complaint", name: "Dora Data", email: "dora@line.example" },
      ...{ text: "they rang me", address: "1 High Street" },
    });
    await done(officer, hers, "note", { text: "sounded upset" });
    const namesake = await enter(officer, {
      ...{ number, kind: "complaint", name: "max other", email: "son@line.example", text: "the son's" },
    });
    const his = await enter(officer, {
      number,
      name: "Max Other",
      proved: false,
      email: "typed@line.example",
      text: "his",
    });
    const id = await verified(officer, number, {
      ...{ name: "Max Other", email: "dora@line.example", proved: false },
    });
    const { reference } = (await read(officer, his)).request;
    const { reference: another } = (await read(officer, namesake)).request;
    const say = (same: string[]) =>
      act(officer, id, "note", { text: "it has his address in the same hand", same });
    // Without the officer's word his own is listed, too: a father and a son may have one name.
    const before = await copied(id);
    expect(before.data["requests"]).toHaveLength(1);
    expect(before.data["shared"]).toHaveLength(3);
    const one = { receivedOn: expect.stringMatching(/^20/) as string };
    for (const wrong of [["AAAA-AAAA"], [another]]) expect((await say(wrong)).status).toBe(422);
    expect((await say([reference])).status).toBe(200);
    const { data, text } = await copied(id);
    expect(data["shared"]).toEqual([
      { ...one, kind: "complaint" },
      { ...one, kind: "complaint" },
    ]);
    expect(data["requests"]).toHaveLength(2);
    expect(text).toContain(reference);
    const { request } = await read(officer, hers);
    const { request: sons } = await read(officer, namesake);
    for (const secret of [
      ...["they rang me", "High Street", "sounded upset", "the son's", "son@line.example"],
      ...[request.reference, sons.reference],
    ])
      expect(text, secret).not.toContain(secret);
  });

  it("has nothing of a colleague who confirmed the same mailbox, until an officer says that they are one", async () => {
    const [email, number] = ["info@office.example", "+442079463011"];
    const text = "my ward is 7";
    const of = async (own: Record<string, unknown>) => {
      const id = await enter(officer, { kind: "complaint", text, email, ...own });
      return (await read(officer, id)).request.reference;
    };
    const hers = await of({ number: "+442079463012", name: "Anna Smith" });
    const atSwitchboard = await of({ number, name: "Anna Smith" });
    const again = await of({ number, name: " ben  JONES", text: "as before" });
    // By his own number he proved who he is; the name is what he typed.
    const posing = await verified(officer, "+442079463013", { name: "Anna Smith", email });
    const posed = await copied(posing);
    for (const secret of [text, hers, atSwitchboard]) expect(posed.text, secret).not.toContain(secret);
    const id = await verified(officer, number, { name: "Ben Jones", email });
    const before = await copied(id);
    // Nor what came by their own name: whose it is, a mailbox of several people does not prove.
    for (const secret of [text, hers, atSwitchboard, again, "Anna"])
      expect(before.text, secret).not.toContain(secret);
    // A colleague asks by her name about the switchboard, which both answer, and confirms the mailbox.
    const asHer = await copied(await verified(officer, number, { name: "Anna Smith", email }));
    for (const secret of [text, hers, atSwitchboard, again]) expect(asHer.text, secret).not.toContain(secret);
    const alone = { email: "ben@office.example", name: "Ben Jones", number: "+442079463015" };
    const first = await of(alone);
    expect((await copied(await verified(officer, alone.number, alone))).text).toContain(first);
    // Married since, or of two numbers: that is an officer's to say, of what came by the same confirmed address.
    const why = { text: "she showed both papers" };
    expect((await act(officer, id, "note", { ...why, same: [hers, atSwitchboard] })).status).toBe(200);
    // As the desk sends them on that lists those of this number alone.
    const note = (await read(officer, id)).events.findLast(({ action }) => action === "note");
    const { same } = note!.detail as { same: string[] };
    expect((await act(officer, id, "note", { ...why, same })).status).toBe(200);
    const { text: after } = await copied(id);
    for (const one of [hers, atSwitchboard, text]) expect(after).toContain(one);
    // One that has another address by now fits no more: the desk, which lists it no more, sends it on, and it is left out.
    await asOwner(["requests"], () =>
      env.DB.prepare("UPDATE requests SET email = 'anna@office.example' WHERE ref = ?").bind(hers).run(),
    );
    expect((await act(officer, id, "note", { ...why, same: [hers] })).status).toBe(422);
    expect((await act(officer, id, "note", { ...why, same: [...same, atSwitchboard] })).status).toBe(200);
    const newest = (await read(officer, id)).events.findLast(({ action }) => action === "note");
    expect((newest!.detail as { same: string[] }).same).toHaveLength(1);
    expect((await act(officer, id, "note", { ...why, same })).status).toBe(422);
  });

  it("has nothing of what was rejected as another's, though it was imported with theirs", async () => {
    const number = "+442079463002";
    const consent = {
      number,
      kind: "notification",
      giver: "subscriber",
      givenAt: "2026-07-01T09:00:00.000Z",
      how: "post",
    };
    await made("POST", "/v1/consents/bulk", tokens.manager, {
      rows: [
        { ...consent, givenBy: "Max Other", words: "ring me at night", proof: "letter of Max" },
        { ...consent, givenBy: "Dora Data", words: "you may ring me", proof: "letter of July" },
      ],
    });
    await made("POST", "/v1/suppressions/bulk", tokens.manager, {
      rows: [{ number, kind: "house", reason: "Max is ill" }],
    });
    const id = await verified(officer, number);
    const others = [await refOf("consents", "Max Other"), await refOf("suppressions", "Max is ill")];
    await judge(id, (ref) => !others.includes(ref));
    const { data, text } = await copied(id);
    expect(data["trail"]!.find(({ what }) => what === "Consents recorded from a file")).toMatchObject({
      detail: { entries: [{ givenBy: "Dora Data", words: "you may ring me" }] },
    });
    for (const secret of ["Max", "at night", ...others]) expect(text, secret).not.toContain(secret);
  });

  it("has no words of another's objection that closed their number, or of its end", async () => {
    const [his, hers] = ["+442079463003", "+442079463004"];
    const at = "2026-07-03T09:00:00.000Z";
    const columns =
      "id, number, kind, reason, source, until, by, at, scope, origin, ended_at, ended_by, ended_reason";
    const n = (number: string) => number.slice(1);
    await env.DB.batch(
      [
        `INSERT INTO suppressions (${columns}) VALUES ('o-his', ${n(his)}, 'objection', 'finance director, is ill', '', NULL, 'system', '${at}', 'company', NULL, '${at}', 'system', 'has died')`,
        `INSERT INTO suppressions (${columns}) VALUES ('o-hers', ${n(hers)}, 'objection', 'finance director, is ill', 'spread', NULL, 'system', '${at}', 'company', 'o-his', '${at}', 'system', 'has died')`,
        `INSERT INTO suppressions (${columns}) VALUES ('o-own', ${n(hers)}, 'house', 'asked twice', '', NULL, 'system', '${at}', 'line', NULL, '${at}', 'system', 'a mistake')`,
      ].map((text) => env.DB.prepare(text)),
    );
    const id = await verified(officer, hers);
    const { data, text } = await copied(id);
    expect(data["suppressions"]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ number: hers, source: "spread", scope: "company", reason: null }),
        expect.objectContaining({ reason: "asked twice", endedReason: "a mistake" }),
      ]),
    );
    expect(text).not.toContain("is ill");
    expect(text).not.toContain("has died");
  });

  it("asks the database no more often for hundreds of requests that strangers sent in their name", async () => {
    const number = "+442079463005";
    const id = await verified(officer, number);
    await done(officer, id, "decide", { decision: "comply" });
    let asked = 0;
    const DB = new Proxy(env.DB, {
      get(db, key) {
        if (key === "prepare") asked++;
        const value: unknown = Reflect.get(db, key);
        return typeof value === "function" ? (value.bind(db) as unknown) : value;
      },
    });
    const exported = async () => {
      asked = 0;
      await done(officer, id, "export", {}, { ...env, DB });
      return asked;
    };
    const before = await exported();
    const { results } = await env.DB.prepare("SELECT name FROM pragma_table_info('requests')").all<{
      name: string;
    }>();
    const columns = results
      .map(({ name }) => name)
      .filter((name) => !["id", "ref", "proved_at"].includes(name));
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
       INSERT INTO requests (id, ref, ${columns.join(", ")}) SELECT 'many-' || i, 'MANY-' || i, ${columns.join(", ")} FROM requests, n
       WHERE id = ?`,
    )
      .bind(id)
      .run();
    expect(await exported()).toBeLessThanOrEqual(before);
  });

  it("has no request of a namesake on the line, such as a father's, though neither confirmed an address", async () => {
    const number = "+442079463009";
    const father = {
      number,
      name: "Max Other",
      email: undefined,
      channel: "post",
      address: "1 Low Street",
      text: "of the father",
    };
    await enter(officer, { ...father, kind: "complaint" });
    const id = await verified(officer, number, { ...father, text: "of the son" });
    const { data, text } = await copied(id);
    expect(data["requests"]).toHaveLength(1);
    expect(data["shared"]).toMatchObject([{ kind: "complaint" }]);
    expect(text).not.toContain("of the father");
  });

  it("has nobody's name that an officer has taken out, nor staff, numbers or addresses in any words of ours", async () => {
    const number = "+442079463010";
    const said = "Maximilian's wife (max@else.example, +442079463011) told The agent";
    await made("POST", "/v1/suppressions", tokens.agent, { number, reason: said, source: "call" });
    const id = await verified(officer, number);
    const { items } = await read(officer, id);
    await made("POST", "/v1/suppressions", tokens.agent, {
      number: "+442079463012",
      reason: "x",
      source: "call",
    });
    await judge(id, () => true);
    // Names of others alone.
    for (const wrong of ["refused", "Dora", "Data Dora", "A"])
      expect((await act(officer, id, "note", { text: "x", others: [wrong] })).status, wrong).toBe(422);
    await done(officer, id, "note", { text: "he is a neighbour", others: ["Maximilian"] });
    await done(officer, id, "note", { text: `asked: ${said}` });
    await done(officer, id, "decide", { decision: "deny", ground: "other", other: said, reasons: said });
    await done(officer, id, "decide", { decision: "comply" });
    const earlier = await verified(officer, number, { kind: "erasure" });
    await judge(earlier, () => true);
    await done(officer, earlier, "decide", { decision: "deny", ground: "other", other: said, reasons: said });
    const { text, data } = await copied(id);
    expect(items.length).toBeGreaterThan(0);
    const left = "[another person]'s wife ([an e-mail address], [another number]) told an agent";
    expect(data["suppressions"]).toMatchObject([{ reason: left }]);
    expect(data["requests"]).toContainEqual(expect.objectContaining({ other: left, refusal: left }));
    expect(data["findings"]).toContainEqual(expect.objectContaining({ decision: "deny" }));
    for (const secret of ["aximilian", "max@else", "63011", "The agent"])
      expect(text, secret).not.toContain(secret);
  });
});
