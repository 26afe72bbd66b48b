/** Things have owners: whose a key and an id are, what is looked at before a row exists, and what an old date does. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { PersonAnswer } from "../../../shared/people/api.ts";
import type {
  CertificatesAnswer,
  ImportAnswer,
  RecordingArrived,
  RecordingRequest,
} from "../../../shared/recordings/api.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { aTeam, call, DAY, dump, integration, integrationOfBefore, setPolicy, under } from "../helpers.ts";
import { aged, imported, laid, sample } from "./kit.ts";

const tokens = aTeam();
let one: string;
let two: string;
/** From before there were prefixes. */
let carried: string;
const make = (prefix: string) => {
  const until = new Date(Date.now() + 30 * DAY).toISOString().slice(0, 10);
  const body = { name: prefix, scopes: ["recordings:write"], until, prefix };
  return call("POST", "/v1/tokens", { token: tokens.admin, body });
};
const idOf = async (token: string) =>
  ((await call("GET", "/v1/me", { token })).data as { person: { id: string } }).person.id;
beforeAll(async () => {
  await setPolicy((policy) => ({
    recording: { ...policy.recording, regions: ["GB"], retentionMonths: 12 },
  }));
  const tokenOf = async (prefix: string) => ((await make(prefix)).data as { token: string }).token;
  [one, two] = [await tokenOf("one/"), await tokenOf("two/calls/")];
  carried = await integrationOfBefore(tokens.admin, ["recordings:write"]);
});

const codeOf = ({ data }: { data: unknown }) => (data as Problem).code;
const at = (key: string, own: Partial<RecordingRequest> = {}) =>
  sample({ storage: { kind: "r2", key }, ...own });
const post = (token: string, body: RecordingRequest) => call("POST", "/v1/recordings", { token, body });
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const there = async (key: string) => (await env.RECORDINGS!.head(key)) !== null;
const tryRows = (rows: unknown[], token = tokens.compliance) =>
  under(aged(env), "POST", "/v1/recordings/import", { token, body: { rows } });

describe("a key", () => {
  it("is its owner's below the prefix, and nobody else's", async () => {
    for (const key of ["one/a.mp3", "two/calls/a.mp3", "2026/a.mp3", "requests/r/f"])
      await laid(env, at(key));
    expect((await post(one, at("one/a.mp3"))).status).toBe(201);
    for (const key of ["two/calls/a.mp3", "2026/a.mp3", "requests/r/f", "onemore/a.mp3"])
      expect(codeOf(await post(one, at(key))), key).toBe("key-not-yours");
    expect((await post(carried, at("2026/a.mp3"))).status).toBe(201);
    for (const key of ["two/calls/a.mp3", "requests/r/f"])
      expect(codeOf(await post(carried, at(key))), key).toBe("key-not-yours");
    // An officer imports for anybody what is old, but no file of a request.
    const { results } = (await tryRows([at("two/calls/a.mp3"), at("requests/r/f")])).data as ImportAnswer;
    expect(results.map(({ status, code }) => code ?? status)).toEqual(["added", "key-not-yours"]);
  });

  it("has one owner: prefixes do not overlap, nor change", async () => {
    const codes = await Promise.all(
      ["one/", "one/more/", "two/", "requests/", "/x/", "a//", "../", "x"].map(async (prefix) =>
        codeOf(await make(prefix)),
      ),
    );
    expect(codes).toEqual([
      "prefix-taken",
      "prefix-taken",
      "prefix-taken",
      ...Array<string>(5).fill("invalid"),
    ]);
    const id = await idOf(carried);
    const patch = (prefix: string) =>
      call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body: { prefix } });
    expect(codeOf(await patch("one/b/"))).toBe("prefix-taken");
    const before = await dump("owners");
    await expect(env.DB.exec("UPDATE owners SET prefix = 'three/'")).rejects.toThrow("owner_prefix");
    expect(await dump("owners")).toEqual(before);
  });

  it("of an integration is shown, and given once where it has none", async () => {
    const prefixOf = async (id: string) =>
      ((await call("GET", `/v1/people/${id}`, { token: tokens.admin })).data as PersonAnswer).prefix;
    const young = await idOf(await integration(tokens.admin, ["recordings:write"]));
    expect(await prefixOf(young)).toBe(`${young}/`);
    const id = await idOf(await integrationOfBefore(tokens.admin, ["recordings:write"]));
    const prefixNow = () => prefixOf(id);
    expect(await prefixNow()).toBeNull();
    const patch = (prefix: string) =>
      call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body: { prefix } });
    expect((await patch("late/")).status).toBe(200);
    expect((await patch("later/")).status).toBe(409);
    expect(await prefixNow()).toBe("late/");
  });

  it("of a provider's store is named by the provider alone", async () => {
    for (const storage of [
      { kind: "aircall", key: "123456" },
      { kind: "twilio", key: `RE${"0".repeat(32)}` },
    ] as const)
      expect((await post(one, sample({ storage }))).data).toMatchObject({
        code: "invalid",
        errors: [{ path: "storage.kind" }],
      });
  });
});

describe("an object", () => {
  it("is there, of that size, and audio, before a row of it exists", async () => {
    const rows = (await dump("recordings")).length;
    expect(codeOf(await post(one, at("one/nothing.mp3")))).toBe("object-missing");
    await laid(env, at("one/short.mp3"));
    expect(codeOf(await post(one, at("one/short.mp3", { bytes: 1 })))).toBe("audio-differs");
    await env.RECORDINGS!.put("one/scan.pdf", "%PDF", { httpMetadata: { contentType: "application/pdf" } });
    expect(codeOf(await post(one, at("one/scan.pdf")))).toBe("not-audio");
    expect(await dump("recordings")).toHaveLength(rows);
    const { data } = await post(one, at("one/short.mp3"));
    const { id } = data as RecordingArrived;
    expect((await call("GET", `/v1/recordings/${id}`, { token: tokens.manager })).data).toMatchObject({
      bytes: 3,
    });
  });

  it("that is another one later is not opened, and not erased", async () => {
    await laid(env, at("one/swap.mp3"));
    const { id } = (await post(one, at("one/swap.mp3"))).data as RecordingArrived;
    const open = () => call("GET", `/v1/recordings/${id}/audio?purpose=quality`, { token: tokens.manager });
    expect((await open()).status).toBe(200);
    await env.RECORDINGS!.put("one/swap.mp3", "another");
    expect(codeOf(await open())).toBe("object-changed");
    await eraseDue(env, Date.now() + 400 * DAY, { only: id });
    expect(await there("one/swap.mp3")).toBe(true);
    expect((await call("GET", `/v1/recordings/${id}`, { token: tokens.manager })).data).toMatchObject({
      state: "kept",
      error: "r2: another object",
    });
    // A person who has looked at it takes it away in the store.
    await env.RECORDINGS!.delete("one/swap.mp3");
    await eraseDue(env, Date.now() + 402 * DAY, { only: id });
    expect(await dump("certificates")).toMatchObject([{ recording: id, was: null }]);
  });

  it("that is gone on its day was not erased by us: its certificate says so, and officers hear of it", async () => {
    const erase = async (key: string, before: () => Promise<unknown>) => {
      await laid(env, at(key));
      const { id } = (await post(one, at(key))).data as RecordingArrived;
      await before();
      await eraseDue(env, Date.now() + 400 * DAY, { only: id });
      const path = `/v1/recordings/certificates?recording=${id}`;
      const { certificates } = (await call("GET", path, { token: tokens.compliance }))
        .data as CertificatesAnswer;
      return certificates.map(({ was }) => was);
    };
    const told = async () =>
      ((await dump("outbox")) as { template: string }[]).filter((m) => m.template === "recording-missing")
        .length;
    expect(await erase("one/there.mp3", () => Promise.resolve())).toEqual(["there"]);
    expect(await told()).toBe(0);
    expect(await erase("one/gone.mp3", () => env.RECORDINGS!.delete("one/gone.mp3"))).toEqual(["missing"]);
    expect(await told()).toBe(2);
    // A run that died may have erased it itself.
    const died = () =>
      env.DB.exec(
        "UPDATE recordings SET state = 'erasing', due = '2026-01-01' WHERE object = 'one/again.mp3'",
      );
    const both = () => Promise.all([died(), env.RECORDINGS!.delete("one/again.mp3")]);
    expect(await erase("one/again.mp3", both)).toEqual([null]);
    expect(await told()).toBe(2);
  });

  it("is of one kind: no recording is a request's file, and no file a recording", async () => {
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO requests (id, ref, kind, channel, state, name, received_on, days, decide_by, by, at)
         VALUES ('r', 'R-1', 'complaint', 'post', 'open', 'Dora', '2026-11-01', 30, '2026-12-01', 'x', '2026-11-01')`,
      ),
    ]);
    const file = (object: string) =>
      env.DB.prepare(
        `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at)
         VALUES (?1, 'r', 'scan', 'r2', ?1, '', 'image/png', 1, 'x', '2026-11-01')`,
      )
        .bind(object)
        .run();
    await file("one/file.mp3");
    await laid(env, at("one/file.mp3"));
    expect(codeOf(await post(one, at("one/file.mp3")))).toBe("recording-object-taken");
    await expect(file("one/a.mp3")).rejects.toThrow("object_taken");
  });
});

describe("an id", () => {
  it("is its owner's: another learns nothing of it, and takes nothing away", async () => {
    const body = at("one/mine.mp3", { providerId: "shared" });
    await laid(env, body);
    const first = await post(one, body);
    expect(first.status).toBe(201);
    expect(await post(one, body)).toMatchObject({ status: 200, data: first.data });
    const theirs = at("two/calls/mine.mp3", { providerId: "shared" });
    await laid(env, theirs);
    const second = await post(two, theirs);
    expect(second.status).toBe(201);
    expect((second.data as RecordingArrived).id).not.toBe((first.data as RecordingArrived).id);
  });

  it("from before is the one's that brought it, and no one else's", async () => {
    const id = await idOf(carried);
    const body = at("old/1.mp3", { providerId: "before" });
    await laid(env, body);
    const { id: recording } = (await post(carried, body)).data as RecordingArrived;
    const { refOf } = await import("../../../worker/recordings/rows.ts");
    await env.DB.prepare("UPDATE recordings SET ref = ? WHERE id = ?")
      .bind(refOf("dialler", "before"), recording)
      .run();
    expect(await post(carried, body)).toMatchObject({ status: 200, data: { id: recording } });
    expect(id).not.toBe(await idOf(two));
    expect(codeOf(await post(two, at("two/calls/none.mp3", { providerId: "before" })))).toBe(
      "object-missing",
    );
  });
});

describe("a date of more than a day ago", () => {
  it("is refused from an integration, and erases nothing", async () => {
    const body = at("one/evidence.mp3", { startedAt: "2024-01-01T00:00:00Z" });
    await laid(env, body);
    expect(codeOf(await post(one, body))).toBe("recording-old");
    expect(codeOf(await post(one, { ...body, startedAt: ago(DAY + 60_000) }))).toBe("recording-old");
    await eraseDue(env, Date.now());
    expect(await there("one/evidence.mp3")).toBe(true);
    expect((await post(one, { ...body, startedAt: ago(DAY - 60_000) })).status).toBe(201);
  });

  it("is refused without a key, too: neither evidence nor a certificate is made up", async () => {
    const both = await integration(tokens.admin, ["recordings:write", "calls:write"]);
    const [rows, calls] = [await dump("recordings"), await dump("calls")];
    const certificates = await dump("certificates");
    // A year but a day, for a call of today; a day for what never was; an outage of some days; and just over the time.
    for (const before of [364 * DAY, 730 * DAY, 3 * DAY, DAY + 60_000])
      expect(codeOf(await post(both, sample({ startedAt: ago(before) })))).toBe("recording-old");
    await eraseDue(env, Date.now() + 2 * DAY);
    expect([await dump("recordings"), await dump("calls")]).toEqual([rows, calls]);
    expect(await dump("certificates")).toEqual(certificates);
    const late = sample({ startedAt: ago(DAY - 60_000) });
    const arrived = await post(both, late);
    expect(arrived.status).toBe(201);
    expect(await post(both, late)).toMatchObject({ status: 200, data: arrived.data });
  });

  it("comes by an import that this person tried with these very rows, and waits a day", async () => {
    const rows = ["archive/older.mp3", "archive/old.mp3"].map((key) =>
      at(key, { startedAt: "2024-01-01T00:00:00Z" }),
    );
    for (const row of rows) await laid(env, row);
    const due = { results: rows.map(() => ({ status: "added", due: true })) };
    const run = (some: unknown[], token = tokens.compliance) =>
      under(aged(env), "POST", "/v1/recordings/import", { token, body: { rows: some, dryRun: false } });
    expect(codeOf(await run(rows))).toBe("trial-needed");
    for (const token of [tokens.agent, tokens.manager, one])
      expect((await run(rows, token)).status).toBe(403);
    expect((await tryRows(rows)).data).toMatchObject(due);
    expect(codeOf(await run(rows, tokens.admin))).toBe("trial-needed");
    expect(codeOf(await run([{ ...rows[0]!, seconds: 1 }]))).toBe("trial-needed");
    await env.DB.exec("UPDATE trials SET at = '2026-01-01'");
    expect(codeOf(await run(rows))).toBe("trial-needed");
    expect((await imported(aged(env), tokens.compliance, rows)).data).toMatchObject(due);
    expect(
      (await dump("recordings")).filter((row) => (row as { object: string }).object === "archive/old.mp3"),
    ).toHaveLength(1);
    await eraseDue(env, Date.now() + DAY - 60_000);
    expect(await there("archive/older.mp3")).toBe(true);
    await eraseDue(env, Date.now() + DAY + 60_000);
    expect(await there("archive/older.mp3")).toBe(false);
    expect(JSON.stringify(await dump("audit"))).toContain("recording.import-tried");
  });

  it("an import looks at each object, and finds what an integration registered", async () => {
    const known = at("one/known.mp3", { providerId: "known" });
    await laid(env, known);
    await post(one, known);
    const { results } = (await tryRows([known, { ...known, providerId: "other" }, at("one/none.mp3")]))
      .data as ImportAnswer;
    expect(results.map(({ status, code }) => code ?? status)).toEqual([
      "there",
      "recording-object-taken",
      "object-missing",
    ]);
  });
});
