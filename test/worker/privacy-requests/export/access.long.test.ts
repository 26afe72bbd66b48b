import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { openScreening, screenPart } from "../../../../worker/screening/record.ts";
import { call, dump } from "../../helpers.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import {
  act,
  allGiven,
  called,
  confirmAll,
  done,
  draft,
  enter,
  letter,
  linksTo,
  open,
  read,
  taken,
  verified,
  wav,
  officer,
  tokens,
  withTeam,
} from "../kit.ts";
import { unzip } from "./zip.ts";

withTeam();
beforeEach(() => env.DB.prepare("DELETE FROM connectors").run());

describe("access", () => {
  it("is found around its time, confirmed by an officer, muted, made into a copy and downloaded by its link", async () => {
    const startedAt = "2026-07-06T13:20:00.000Z"; // 14:20 in London
    const { number, recording } = await called(tokens.admin, { startedAt });
    const other = await arrive(env, tokens.admin, sample({ number, startedAt: "2026-07-06T16:20:00.000Z" }));
    await call("POST", "/v1/suppressions", {
      token: tokens.agent,
      body: { number, reason: "<b>said stop</b>", source: "call" },
    });
    const at = new Date().toISOString();
    const dial = { number, e164: number, action: "held", verdict: "blocked", seen: null, host: "x", at };
    expect((await call("POST", "/v1/dials", { token: tokens.agent, body: dial })).status).toBe(201);
    const screening = await openScreening(env, "system", { source: "connector", name: "the CRM" });
    await screenPart(env, "system", screening, 1, [number]);
    // As a lookup source, watching and a connector's run leave them.
    const n = Number(number.slice(1));
    await env.DB.batch(
      [
        `INSERT INTO lookups (number, list, at, listed, source) VALUES (${n}, 1, '2026-07-01T09:00:00.000Z', 0, 'data8')`,
        `INSERT INTO watched VALUES (${n}, '2026-07-01', 1)`,
        `INSERT INTO turned (number, from_verdict, to_verdict, reason, list, as_of, seq, at)
         VALUES (${n}, 'clear', 'blocked', 'tps', 'tps', '2026-07-02', 1, '2026-07-03T09:00:00.000Z')`,
        `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at) VALUES ('c', 'rest', 'Sales', '', '', '', '', '')`,
        `INSERT INTO connector_numbers SELECT num, 'contacts', '17', 'phone', 0, ${n}, 'blocked', '2026-07-04T09:00:00.000Z', 1, NULL
         FROM connectors`,
      ].map((text) => env.DB.prepare(text)),
    );
    // Earlier ones of hers on the number, and one of somebody who has it too.
    await enter(officer, { number, kind: "complaint", receivedOn: "2026-06-01", receivedWhy: "by post" });
    await enter(officer, { number, kind: "complaint", name: "Max", email: "max@example.com", proved: false });
    await call("POST", "/v1/lists/tps/changes", {
      token: tokens.admin,
      body: { add: [number], remove: [], asOf: "2026-07-01" },
    });
    const id = await enter(officer, { number, callDate: "2026-07-06", callTime: "14:00" });
    // As by the form.
    await env.DB.prepare("UPDATE requests SET narrowed = 'form', rev = rev + 1 WHERE id = ?").bind(id).run();
    expect(await act(officer, id, "decide", { decision: "comply" })).toMatchObject({
      code: "request-not-now",
    });
    await done(officer, id, "identity", { step: "clear", how: "wrote from the address on file" });
    expect(await act(officer, id, "decide", { decision: "comply" })).toMatchObject({ why: "searched" });
    await done(officer, id, "match");
    const { items } = await read(officer, id);
    expect(items.map((i) => i.kind).sort()).toEqual(["recording", "suppression"]);
    // A wider search finds the other call too, and the officer rejects it.
    await done(officer, id, "match", { windowMinutes: 240 });
    await done(officer, id, "match", { date: at.slice(0, 10), time: "12:00", windowMinutes: 1440 });
    expect(await act(officer, id, "decide", { decision: "comply" })).toMatchObject({ why: "judged" });
    await confirmAll(officer, id);
    await done(officer, id, "items", {
      items: [{ id: `recording.${other}`, verdict: "rejected" }],
      reason: "someone else's",
    });
    await done(officer, id, "items", {
      items: [{ id: `recording.${recording}`, verdict: "confirmed", mute: [[1, 2.5]] }],
      reason: "her mother speaks",
    });
    expect(await act(officer, id, "export")).toMatchObject({ code: "request-not-now" });
    await done(officer, id, "decide", { decision: "comply" });
    expect(await act(officer, id, "close")).toMatchObject({ why: "told" });
    // What the CRM holds goes with it, so copy and letter wait for that too.
    expect(await act(officer, id, "export")).toMatchObject({ why: "given" });
    const early = { kind: "decision", ...letter, text: await draft(officer, id, "decision") };
    expect(await act(officer, id, "letters", early)).toMatchObject({ why: "exported" });
    await allGiven(officer, id);
    await done(officer, id, "export");
    const drafted = await draft(officer, id, "decision");
    expect(drafted).toContain("Sales: we give it to you with this letter");
    await done(officer, id, "letters", { kind: "decision", ...letter, text: drafted });
    // The letter says that the copy is enclosed, and nobody has taken it.
    expect(await act(officer, id, "close")).toMatchObject({ why: "parts" });
    await taken(officer, id);
    await done(officer, id, "close");

    const { path } = (await linksTo("dora@example.com")).at(-1)!;
    const { html } = await open(path);
    expect(html).toContain(`href="${path}/copy"`);
    const copy = await open(`${path}/copy`);
    expect(copy.headers.get("content-disposition")).toBe('attachment; filename="export.zip"');
    const files = unzip(copy.bytes);
    expect([...files.keys()]).toEqual(["index.html", "data.json", "recordings/001.wav"]);
    const audio = files.get("recordings/001.wav")!;
    expect(audio).toHaveLength(44 + 64_000);
    expect(audio.subarray(0, 44)).toEqual(wav(4).subarray(0, 44));
    const sampleAt = (second: number) => audio[44 + second * 16_000];
    expect([0, 0.99, 1, 2, 2.49, 2.5, 3.9].map(sampleAt)).toEqual([1, 1, 0, 0, 0, 1, 1]);
    const text = (name: string) => new TextDecoder().decode(files.get(name));
    const data = JSON.parse(text("data.json")) as {
      data: Record<string, unknown[]>;
      about: Record<string, string>;
    };
    expect(data.data).toMatchObject({
      recordings: [{ number, startedAt, muted: [[1, 2.5]], file: "recordings/001.wav" }],
      dials: [
        {
          number,
          action: "held",
          verdict: "blocked",
          reasons: [{ code: "objection" }, {}, {}],
          purpose: "general",
          at: expect.any(String) as string,
        },
      ],
      suppressions: [{ number, reason: "<b>said stop</b>" }],
      screenings: [{ number, verdict: "blocked", lists: ["tps", "ctps"] }],
      lookups: [{ number, list: "TPS", listed: false, askedOf: "Data8", at: "2026-07-01T09:00:00.000Z" }],
      watched: [{ number, screenedOn: "2026-07-01" }],
      turned: [{ number, from: "clear", to: "blocked", reason: "tps", at: "2026-07-03T09:00:00.000Z" }],
      requests: [{ kind: "access" }, { kind: "complaint", receivedOn: "2026-06-01" }],
      registers: [{ number, list: "TPS", asOf: "2026-07-01", listed: true }],
      records: [{ number, crm: "Sales", record: "contacts 17", field: "phone", verdict: "blocked" }],
    });
    // It claims no more than it has.
    for (const name of ["index.html", "data.json"]) expect(text(name)).toContain("as you asked for less");
    expect(Object.keys(data.about)).toContain("Your rights");
    // Its sources are told by name (UK GDPR art 15(1)(g)), and what lies outside the database.
    for (const source of ["Sales", "Data8", "our staff"])
      expect(data.about["Where it comes from"]).toContain(source);
    for (const name of ["index.html", "data.json"])
      expect(text(name)).toContain("Backups: copies of the whole");
    // It does not claim where the database is.
    expect(data.about["Recipients"]).toContain("recordings on our behalf in GB.");
    expect(data.about).toMatchObject({ Recipients: expect.stringContaining("Data8") as string });
    expect(text("index.html")).toContain("&lt;b&gt;said stop&lt;/b&gt;");
    // How long everything in the copy is kept (UK GDPR art 15(1)(d)).
    expect(text("index.html")).toMatch(
      /recordings for 12 months; .*calls, and consents after they end, for 24 months, or a consent for as long as we must be able to prove it; screenings .*for at most 25 months; .*answers.*for 13 months; .*watch.*for 12 months.*24 months/,
    );
    // Other people's names are left out.
    for (const name of ["index.html", "data.json"])
      expect(text(name)).not.toMatch(/ann@example\.com|The agent/);
    const opened = (await dump("audit")) as { code: string; actor: string; subject: string }[];
    expect(opened).toContainEqual(
      expect.objectContaining({ code: "opened.request-file", actor: "requester", subject: id }),
    );
    await env.DB.exec("UPDATE request_files SET erase_after = '2026-01-01' WHERE purpose = 'export'");
    expect((await open(`${path}/copy`)).status).toBe(404);
  });

  it("what is neither WAV nor MP3 cannot be silenced in part, and what is silenced later ends the copy that was made", async () => {
    const { number, recording } = await called(tokens.admin, {
      audio: new Uint8Array([0xff, 0xfb, 1, 2, 3]),
      type: "audio/ogg",
    });
    const id = await verified(officer, number);
    await confirmAll(officer, id);
    await done(officer, id, "decide", { decision: "comply" });
    await done(officer, id, "export");
    const mute = (range: number[][]) =>
      act(officer, id, "items", {
        items: [{ id: `recording.${recording}`, verdict: "confirmed", mute: range }],
        reason: "her mother speaks",
      });
    expect((await mute([[2, 1]])).status).toBe(422);
    expect((await mute([[0, 1]])).status).toBe(200);
    expect(await act(officer, id, "export")).toMatchObject({ status: 409, code: "mute-format" });
    // The letter says that there is a copy.
    const tell = { kind: "decision", ...letter };
    expect(await act(officer, id, "letters", tell)).toMatchObject({ why: "exported" });
    // The store keeps no part of a copy.
    const objects = await env.COPIES!.list({ prefix: `requests/${id}/` });
    expect(objects.objects).toHaveLength(1);
    // As the refusal suggests: without that recording there is a copy, and no new decision.
    const judge = (verdict: string) =>
      done(officer, id, "items", {
        items: [{ id: `recording.${recording}`, verdict, mute: [] }],
        reason: "x",
      });
    await judge("rejected");
    await done(officer, id, "export");
    await done(officer, id, "letters", { ...tell, text: await draft(officer, id, "decision") });
    await judge("confirmed");
    expect(await act(officer, id, "close")).toMatchObject({ why: "exported" });
    await done(officer, id, "export");
    expect(await act(officer, id, "close")).toMatchObject({ why: "parts" });
    await taken(officer, id);
    await done(officer, id, "close");
  });

  it("a recording of no bytes, as of a call that broke off, is in the copy as it is", async () => {
    const { number, recording } = await called(tokens.admin);
    const row = env.DB.prepare("SELECT object FROM recordings WHERE id = ?").bind(recording);
    await env.RECORDINGS!.put((await row.first<string>("object"))!, new Uint8Array());
    await env.DB.prepare("UPDATE recordings SET etag = NULL WHERE id = ?").bind(recording).run();
    const id = await verified(officer, number);
    await confirmAll(officer, id);
    await done(officer, id, "decide", { decision: "comply" });
    await done(officer, id, "export");
    await done(officer, id, "letters", { kind: "decision", ...letter });
    // Its requester opens it on their page.
    const { path } = (await linksTo("dora@example.com")).at(-1)!;
    const files = unzip((await open(`${path}/copy`)).bytes);
    expect([...files].slice(2).map(([, { length }]) => length)).toEqual([0]);
    await done(officer, id, "close");
  });

  it("thousands of findings are judged at once", async () => {
    const { number } = await called(tokens.admin);
    const id = await verified(officer, number);
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4500)
       INSERT INTO request_items (request, kind, ref) SELECT ?, 'dial', 'old-' || i FROM n`,
    )
      .bind(id)
      .run();
    const confirmed = await confirmAll(officer, id);
    expect(confirmed).toHaveLength(4501);
    expect(new Set((await read(officer, id)).items.map(({ verdict }) => verdict))).toEqual(
      new Set(["confirmed"]),
    );
  });

  it("the database itself keeps no copy before identity is shown", async () => {
    const id = await enter(officer);
    const insert = `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at)
      VALUES ('f', ?, 'export', 'r2', 'x', '', 'application/zip', 1, 'p', '')`;
    await expect(env.DB.prepare(insert).bind(id).run()).rejects.toThrow("request_unverified");
  });
});
