import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../shared/api.ts";
import { call, dump, newTeam } from "./helpers.ts";
import { arrive, sample, under } from "./recordings-kit.ts";
import { act, confirmAll, done, draft, enter, linksTo, open, read } from "./requests-kit.ts";

let tokens: Record<Role, string>;
let officer: string;
beforeAll(async () => {
  tokens = await newTeam();
  officer = tokens.compliance;
});

let numbers = 0;
/** A fresh number that the company has called, with a recording of the call. */
async function called({
  audio,
  type = "audio/wav",
  startedAt,
}: { audio?: Uint8Array; type?: string; startedAt?: string } = {}) {
  const number = `+4420794602${String(++numbers).padStart(2, "0")}`;
  const recording = await arrive(env, tokens.agent, sample({ number, ...(startedAt ? { startedAt } : {}) }));
  const raw = audio ?? wav(4);
  const headers = { "content-type": type, "content-length": String(raw.byteLength) };
  const put = await under(env, "PUT", `/v1/recordings/${recording}/audio`, {
    token: tokens.agent,
    raw,
    headers,
  });
  expect(put.status).toBe(200);
  return { number, recording };
}

/** Seconds of a WAV in which every sample is 0x0101: 8,000 a second, 16 bits, one channel. */
function wav(seconds: number): Uint8Array<ArrayBuffer> {
  const size = seconds * 16_000;
  const bytes = new Uint8Array(44 + size).fill(1, 44);
  const view = new DataView(bytes.buffer);
  const word = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  word(0, "RIFF");
  view.setUint32(4, 36 + size, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 16_000, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, size, true);
  return bytes;
}

/** What a zip holds; its entries are stored as they are, with their lengths in the directory at its end. */
function unzip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.byteLength - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  const files = new Map<string, Uint8Array>();
  for (let at = view.getUint32(end + 16, true), n = view.getUint16(end + 10, true); n > 0; n--) {
    const [size, nameLength] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true)];
    const more = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const local = view.getUint32(at + 42, true);
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    files.set(name, bytes.subarray(from, from + size));
    at += 46 + nameLength + more;
  }
  return files;
}

async function verified(number: string, own: Record<string, unknown> = {}): Promise<string> {
  const id = await enter(officer, { number, ...own });
  await done(officer, id, "identity", { step: "clear", how: "wrote from the address on file" });
  await done(officer, id, "match");
  return id;
}
const letter = { text: "Dear Dora, we have decided.", how: "mail" };
const reasons = "We defend a claim that is before the court.";

describe("access", () => {
  it("is found around its time, confirmed by an officer, muted, made into a copy and downloaded by its link", async () => {
    const startedAt = "2026-07-06T13:20:00.000Z"; // 14:20 in London
    const { number, recording } = await called({ startedAt });
    const other = await arrive(env, tokens.agent, sample({ number, startedAt: "2026-07-06T16:20:00.000Z" }));
    await call("POST", "/v1/suppressions", {
      token: tokens.agent,
      body: { number, reason: "<b>said stop</b>", source: "call" },
    });
    const id = await enter(officer, { number, callDate: "2026-07-06", callTime: "14:00" });
    expect(await act(officer, id, "decide", { decision: "comply" })).toMatchObject({
      code: "request-not-now",
    });
    await done(officer, id, "identity", { step: "clear", how: "wrote from the address on file" });
    expect(await act(officer, id, "decide", { decision: "comply" })).toMatchObject({ why: "searched" });
    await done(officer, id, "match");
    const { items } = await read(officer, id);
    expect(items.map((i) => i.kind).sort()).toEqual(["recording", "suppression"]);
    // Wider, the other call is found too: the officer rejects it.
    await done(officer, id, "match", { windowMinutes: 240 });
    expect(await act(officer, id, "decide", { decision: "comply" })).toMatchObject({ why: "judged" });
    await confirmAll(officer, id);
    await done(officer, id, "items", { items: [{ id: `recording.${other}`, verdict: "rejected" }] });
    await done(officer, id, "items", {
      items: [{ id: `recording.${recording}`, verdict: "confirmed", mute: [[1, 2.5]] }],
    });
    expect(await act(officer, id, "export")).toMatchObject({ code: "request-not-now" });
    await done(officer, id, "decide", { decision: "comply" });
    expect(await act(officer, id, "close")).toMatchObject({ why: "told" });
    await done(officer, id, "export");
    await done(officer, id, "letters", { kind: "decision", ...letter });
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
    const data = JSON.parse(text("data.json")) as { data: Record<string, unknown[]>; about: object };
    expect(data.data).toMatchObject({
      recordings: [{ number, startedAt, muted: [[1, 2.5]], file: "recordings/001.wav" }],
      suppressions: [{ number, reason: "<b>said stop</b>" }],
    });
    expect(Object.keys(data.about)).toContain("Your rights");
    expect(text("index.html")).toContain("&lt;b&gt;said stop&lt;/b&gt;");
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

  it("no part of an MP3 can be silenced, and what is silenced later ends the copy that was made", async () => {
    const { number, recording } = await called({
      audio: new Uint8Array([0xff, 0xfb, 1, 2, 3]),
      type: "audio/mpeg",
    });
    const id = await verified(number);
    await confirmAll(officer, id);
    await done(officer, id, "decide", { decision: "comply" });
    await done(officer, id, "export");
    const mute = (range: number[][]) =>
      act(officer, id, "items", {
        items: [{ id: `recording.${recording}`, verdict: "confirmed", mute: range }],
      });
    expect((await mute([[2, 1]])).status).toBe(422);
    expect((await mute([[0, 1]])).status).toBe(200);
    expect(await act(officer, id, "export")).toMatchObject({ status: 409, code: "mute-needs-wav" });
    await done(officer, id, "letters", { kind: "decision", ...letter });
    expect(await act(officer, id, "close")).toMatchObject({ why: "exported" });
    // The store keeps no half of a copy.
    const objects = await env.RECORDINGS!.list({ prefix: `requests/${id}/` });
    expect(objects.objects).toHaveLength(1);
  });

  it("the database itself keeps no copy before identity is shown", async () => {
    const id = await enter(officer);
    const insert = `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at)
      VALUES ('f', ?, 'export', 'r2', 'x', '', 'application/zip', 1, 'p', '')`;
    await expect(env.DB.prepare(insert).bind(id).run()).rejects.toThrow("request_unverified");
  });
});

describe("erasure", () => {
  it("goes through the store to a certificate, keeps one do-not-call entry, and tells recipients", async () => {
    const { number, recording } = await called();
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
    const id = await verified(number, { kind: "erasure" });
    await confirmAll(officer, id);
    const { reference } = await done(officer, id, "decide", { decision: "comply" });
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
    const kept = await call("GET", `/v1/suppressions?number=${encodeURIComponent(number)}`, {
      token: officer,
    });
    expect(kept.data).toMatchObject({ suppressions: [{ kind: "house", until: null, endedAt: null }] });
    expect(await draft(officer, id, "decision")).toContain("one entry on our do-not-call list");
    await done(officer, id, "letters", { kind: "decision", ...letter });
    expect(await act(officer, id, "close")).toMatchObject({ why: "recipients" });
    await done(officer, id, "recipients", { name: "Our dialler" });
    expect(await act(officer, id, "close")).toMatchObject({ why: "recipients" });
    await done(officer, id, "recipients", { name: "Our dialler", toldOn: "2026-11-20", how: "their portal" });
    await done(officer, id, "close");
    expect((await read(officer, id)).recipients).toMatchObject([
      { name: "Our dialler", toldOn: "2026-11-20" },
    ]);
  });

  it("never under a hold: that part is refused by item, with its reasons; released, it goes", async () => {
    const { number, recording } = await called();
    const second = await arrive(env, tokens.agent, sample({ number }));
    const hold = { reason: "claim 17", reviewOn: "2099-01-01" };
    await call("POST", `/v1/recordings/${recording}/hold`, { token: officer, body: hold });
    const id = await verified(number, { kind: "erasure" });
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
    expect(text).toContain(`1 recording, for these reasons:\n${reasons}`);
    await done(officer, id, "letters", { kind: "decision", text, how: "mail" });
    await done(officer, id, "recipients", { none: true });
    expect(await act(officer, id, "close")).toMatchObject({ why: "noticed" });
    // The claim is settled: decided anew, with a letter of its own.
    await call("POST", `/v1/recordings/${recording}/release`, {
      token: officer,
      body: { reason: "settled" },
    });
    await done(officer, id, "decide", { decision: "comply" });
    expect(await state(recording)).toBe("erased");
    expect(await act(officer, id, "close")).toMatchObject({ why: "told" });
    await done(officer, id, "letters", { kind: "decision", ...letter });
    await done(officer, id, "close");
  });
});

describe("a refusal", () => {
  it("wants ground and reasons, a letter that says where to go, and a notice that names nobody", async () => {
    const { number } = await called();
    const id = await verified(number, { name: "Dora van Data" });
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
    await done(officer, id, "letters", { kind: "decision", text: decision, how: "mail" });
    expect(await act(officer, id, "close")).toMatchObject({ why: "noticed" });
    const notice = await draft(officer, id, "authority");
    expect(notice).toContain(reasons);
    expect(notice).not.toMatch(/Dora|Data\b|example\.com|7946/);
    const named = { kind: "authority", text: `${notice}\nAbout ${number.replace("+44", "0")}`, how: "form" };
    expect(await act(officer, id, "letters", named)).toMatchObject({ code: "letter-names" });
    expect(await act(officer, id, "letters", { ...named, text: `${notice} dora` })).toMatchObject({
      code: "letter-names",
    });
    await done(officer, id, "letters", { kind: "authority", text: notice, how: "form" });
    await done(officer, id, "close");
    // The requester sees their letter, and not what went to the authority.
    const { html } = await open((await linksTo("dora@example.com")).at(-1)!.path);
    expect(html).toContain("is a party to it.");
    expect(html).not.toContain("To the Information Commissioner");
  });

  it("the database itself closes none without reasons, letter and notice", async () => {
    const id = await enter(officer);
    await done(officer, id, "decide", { decision: "deny", ground: "unfounded", reasons });
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

it("letters are drafted from the company's own words, where it has any", async () => {
  const id = await enter(officer);
  const put = (text: string) =>
    call("PUT", "/v1/requests/templates/identity", { token: officer, body: { text } });
  await put("Hello {name}: who are you? {reference}");
  expect(await draft(officer, id, "identity")).toMatch(/^Hello Dora Data: who are you\? \w{4}-\w{4}$/);
  expect((await call("GET", "/v1/requests/templates", { token: officer })).data).toMatchObject({
    templates: expect.arrayContaining([expect.objectContaining({ kind: "identity", own: true })]) as unknown,
  });
  await put("");
  expect(await draft(officer, id, "identity")).toContain("a telephone bill");
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
