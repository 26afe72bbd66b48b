/** What a copy tells of the audit trail: what was done with the data, by which role and when, also in closed months. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { call, DAY } from "../../helpers.ts";
import { act, called, confirmAll, done, enter, officer, read, tokens, verified, withTeam } from "../kit.ts";
import { copyOf } from "./zip.ts";

withTeam();

const OTHER = "+442079461299";
const made = async (method: string, path: string, token: string, body?: unknown): Promise<void> => {
  const { status, data } = await call(method, path, { token, ...(body === undefined ? {} : { body }) });
  expect(status, `${path}: ${JSON.stringify(data)}`).toBeLessThan(300);
};

describe("the trail in a copy", () => {
  it("says what was done with the data, by which role and when, also in closed months, and names nobody else", async () => {
    const { number, recording } = await called(tokens.admin);
    await made("POST", "/v1/suppressions", tokens.agent, {
      number,
      reason: "told The agent that she wants no calls",
      source: "call",
    });
    await made("POST", "/v1/suppressions/bulk", tokens.manager, {
      rows: [
        { number: OTHER, kind: "house", reason: "Max at agent@example.com" },
        { number, kind: "house", reason: "asked The manager twice" },
      ],
    });
    await made("POST", "/v1/consents", tokens.manager, {
      number,
      ...{
        kind: "notification",
        giver: "subscriber",
        givenBy: "Dora Data",
        givenAt: "2026-07-01T09:00:00.000Z",
      },
      ...{ words: "you may ring me", how: "post", proof: "letter of July" },
    });
    await made("GET", `/v1/recordings/${recording}`, tokens.manager);
    await made("GET", `/v1/dials?number=${encodeURIComponent(number)}`, tokens.manager);
    // Somebody else who has the line, too.
    const max = await enter(officer, {
      ...{ number, kind: "complaint", name: "Max Other", email: "max@example.com", text: "they rang me" },
    });
    await done(officer, max, "note", { text: "Max is her neighbour" });
    // As a month later.
    await archiveMonths(env, Date.now() + 40 * DAY);
    const id = await verified(officer, number);
    await confirmAll(officer, id);
    const { said, data, extent } = await copyOf(id);
    expect(data["trail"]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          what: "Do-not-call entry added",
          by: "an agent",
          at: expect.stringMatching(/^20\d\d-/) as string,
          detail: expect.objectContaining({
            number,
            reason: "told an agent that she wants no calls",
          }) as unknown,
        }),
        expect.objectContaining({ what: "Consent recorded", by: "a manager" }),
        expect.objectContaining({
          what: "Recording registered",
          detail: { provider: "dialler", store: "r2", region: "GB", flagged: false },
        }),
        expect.objectContaining({ what: "Looked at a recording", by: "a manager" }),
        expect.objectContaining({ what: "Looked at dials", by: "a manager" }),
        expect.objectContaining({ what: "Identity clear already", by: "a compliance officer" }),
      ]),
    );
    const imported = data["trail"]!.find(({ what }) => what === "Do-not-call entries added, many at once");
    expect(imported).toMatchObject({
      detail: { entries: [{ e164: number, reason: "asked a manager twice" }] },
    });
    const before = data["trail"]!.map(({ at }) => String(at));
    expect(before).toEqual(before.toSorted());
    for (const name of ["index.html", "data.json"]) {
      const text = said(name);
      for (const secret of [
        ...[OTHER, "Max", "max@example.com", "neighbour", "they rang me"],
        ...["The agent", "The manager", "The compliance", "Ada Admin", "agent@example.com", "cdr_"],
      ])
        expect(text, `${name}: ${secret}`).not.toContain(secret);
    }
    expect(extent).toContain("by their role");
    // Both say what is left out, and on which ground.
    expect(said("index.html")).toMatch(/What is not in it, and why[\s\S]*art 15\(1A\)/);
  });

  it("that its requester narrowed has no more of the trail than what was found", async () => {
    const { number } = await called(tokens.admin);
    await made("GET", `/v1/dials?number=${encodeURIComponent(number)}`, tokens.manager);
    const id = await enter(officer, { number });
    await env.DB.prepare(
      "UPDATE requests SET narrowed = 'form', call_date = '2026-07-06', rev = rev + 1 WHERE id = ?",
    )
      .bind(id)
      .run();
    await done(officer, id, "identity", { step: "clear", how: "wrote from the address on file" });
    await done(officer, id, "match");
    await confirmAll(officer, id);
    expect((await act(officer, id, "decide", { decision: "comply" })).status).toBe(200);
    const { data } = await copyOf(id);
    expect(data["trail"]!.map(({ what }) => what)).not.toContain("Looked at dials");
  });

  it("is made without an archive that is lost or altered, says so first, and tells the officer", async () => {
    const { number } = await called(tokens.admin);
    await archiveMonths(env, Date.now() + 40 * DAY);
    const { key, month } = (await env.DB.prepare(
      "SELECT key, month FROM audit_archives ORDER BY first_seq DESC",
    ).first<{ key: string; month: string }>())!;
    const id = await verified(officer, number);
    await confirmAll(officer, id);
    await done(officer, id, "decide", { decision: "comply" });
    const bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
    await env.ARCHIVE.delete(key);
    await done(officer, id, "export");
    await env.ARCHIVE.put(key, new Uint8Array([1, 2, 3]));
    const { data, said, unread } = await copyOf(id);
    expect(unread).toContain(month);
    const html = said("index.html");
    expect(html).toContain(unread);
    expect(html.indexOf(unread)).toBeLessThan(html.indexOf("<h2"));
    expect(said("data.json").indexOf(unread)).toBeLessThan(said("data.json").indexOf('"data"'));
    // What is not in an archive is there.
    expect(data["trail"]!.map(({ what }) => what)).toContain("Identity clear already");
    const { events } = await read(officer, id);
    expect(events.filter(({ action }) => action === "export").map(({ detail }) => detail)).toEqual([
      expect.objectContaining({ unread: [month] }),
      expect.objectContaining({ unread: [month] }),
    ]);
    // Once it is restored, the next copy has it.
    const again = await verified(officer, number);
    await confirmAll(officer, again);
    await done(officer, again, "decide", { decision: "comply" });
    await done(officer, again, "export");
    await env.ARCHIVE.put(key, bytes);
    expect((await copyOf(again)).unread).toBe("");
  });
});
