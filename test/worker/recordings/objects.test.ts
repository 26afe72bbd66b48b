/** Objects that are not what a row says: a request's file, another version, two uploads at once. */
import { env } from "cloudflare:workers";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { RecordingArrived, RecordingsState } from "../../../shared/recordings/api.ts";
import { otherObject } from "../../../shared/recordings/limits.ts";
import type { Env } from "../../../worker/env.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { tellFilesNamed } from "../../../worker/recordings/erasing/files-named.ts";
import { aTeam, call, DAY, dump, integration, integrationOfBefore, setPolicy, under } from "../helpers.ts";
import { aged, laid, sample, standIn, withS3 } from "./kit.ts";

const tokens = aTeam();
let dialler: string;
beforeAll(async () => {
  await setPolicy((policy) => ({ recording: { ...policy.recording, regions: ["GB"] } }));
  dialler = await integration(tokens.admin, ["recordings:write"], "Dialler", "dialler/");
});
afterEach(() => vi.useRealTimers());

const codeOf = ({ data }: { data: unknown }) => (data as Problem).code;
const there = async (key: string) => (await env.RECORDINGS!.head(key)) !== null;
const registered = async (key: string) => {
  const body = await laid(env, sample({ storage: { kind: "r2", key } }));
  return ((await call("POST", "/v1/recordings", { token: dialler, body })).data as RecordingArrived).id;
};
/** As `registered`, of before: nothing binds it. */
const ofBefore = async (): Promise<string> => {
  const id = await registered(`dialler/${crypto.randomUUID()}.mp3`);
  const { results } = await env.DB.prepare(
    "SELECT name FROM pragma_table_info('recordings') WHERE name NOT IN ('rowid', 'source', 'agent_num')",
  ).all<{
    name: string;
  }>();
  const own: Record<string, string> = {
    ...{ id: "id || 'b'", ref: "ref || 'b'", provider_id: "provider_id || 'b'", object: "object || 'b'" },
    ...{ etag: "NULL", salt_high: "NULL", salt_low: "NULL", code: "NULL" },
    ...{ bytes: "NULL", sha256: "NULL", audio_high: "NULL", audio_low: "NULL", audio_code: "NULL" },
  };
  const names = results.map(({ name }) => name);
  await env.DB.prepare(
    `INSERT INTO recordings (${names.join(", ")}) SELECT ${names.map((name) => own[name] ?? name).join(", ")} FROM recordings WHERE id = ?`,
  )
    .bind(id)
    .run();
  return `${id}b`;
};
const open = (id: string, own: Env = env) =>
  under(own, "GET", `/v1/recordings/${id}/audio?purpose=quality`, { token: tokens.manager });
const rowOf = async (id: string) =>
  ((await dump("recordings")) as { id: string; sha256: string; etag: string; error: string }[]).find(
    (row) => row.id === id,
  )!;
const events = async (code: string) =>
  ((await dump("audit")) as { code: string; seq: number }[]).filter((row) => row.code === code);

describe("a row from before that names a request's file", () => {
  const scan = "requests/r/scan";
  const shared = "dialler/file.png";

  it("is neither opened nor erased, and the first daily job tells of it", async () => {
    const ids = [await ofBefore(), await ofBefore()];
    for (const key of [scan, shared]) await env.RECORDINGS!.put(key, "an identity card");
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO requests (id, ref, kind, channel, state, name, received_on, days, decide_by, by, at)
         VALUES ('r', 'R-1', 'complaint', 'post', 'open', 'Dora', '2026-11-01', 30, '2026-12-01', 'x', '2026-11-01')`,
      ),
      env.DB.prepare(
        `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at)
         VALUES ('f', 'r', 'scan', 'r2', ?, '', 'image/png', 1, 'x', '2026-11-01')`,
      ).bind(shared),
      ...[scan, shared].map((object, i) =>
        env.DB.prepare("UPDATE recordings SET object = ? WHERE id = ?").bind(object, ids[i]!),
      ),
      env.DB.prepare("INSERT INTO marks (name, value) VALUES ('recordings-of-files', 'to tell')"),
    ]);
    for (const id of ids) expect(codeOf(await open(id))).toBe("key-not-yours");
    await eraseDue(env, Date.now() + 400 * DAY);
    for (const key of [scan, shared]) expect(await there(key), key).toBe(true);
    expect((await rowOf(ids[0]!)).error).toBe("r2: a request's file");
    for (let day = 0; day < 2; day++) await tellFilesNamed(env, Date.now());
    const told = await events("recording.files-named");
    expect(told).toHaveLength(1);
    const payload = ((await dump("audit_payload")) as { seq: number }[]).find(
      ({ seq }) => seq === told[0]!.seq,
    );
    for (const id of ids) expect(JSON.stringify(payload)).toContain(id);
    // The file itself is gone by its own rule: nothing is left to protect.
    await env.RECORDINGS!.delete(scan);
    await eraseDue(env, Date.now() + 402 * DAY, { only: ids[0]! });
    const certified = (await dump("certificates")) as { recording: string }[];
    expect(certified.filter(({ recording }) => ids.includes(recording))).toHaveLength(1);
  });
});

describe("the hash that a sender names of an object", () => {
  const audio = new TextEncoder().encode("ID3 a call");
  const hash = bytesToHex(sha256(audio));
  const named = async (named: string, told?: string) => {
    const key = `dialler/${crypto.randomUUID()}.mp3`;
    await env.RECORDINGS!.put(key, audio, {
      httpMetadata: { contentType: "audio/mpeg" },
      ...(told !== undefined && { sha256: told }),
    });
    const body = sample({ storage: { kind: "r2", key }, sha256: named });
    return call("POST", "/v1/recordings", { token: dialler, body });
  };
  const kept = async ({ data }: { data: unknown }) => (await rowOf((data as RecordingArrived).id)).sha256;

  it("is compared with the one that the store has", async () => {
    expect(codeOf(await named("0".repeat(64), hash))).toBe("audio-differs");
    expect(await kept(await named(hash, hash))).toBe(hash);
  });

  it("is not kept as the audio's where the store has none: nobody compared it", async () => {
    expect(await kept(await named("0".repeat(64)))).toBeNull();
  });
});

describe("an upload", () => {
  const put = (id: string, raw: Uint8Array<ArrayBuffer>) =>
    under(env, "PUT", `/v1/recordings/${id}/audio`, {
      token: dialler,
      raw,
      headers: { "content-type": "audio/mpeg", "content-length": String(raw.length) },
    });
  const upload = async () => {
    const body = sample({ storage: { kind: "r2" } });
    return ((await call("POST", "/v1/recordings", { token: dialler, body })).data as RecordingArrived).id;
  };

  it("comes once: of two at once the row has the hash of the one that is stored", async () => {
    const id = await upload();
    const both = [new Uint8Array(70_000).fill(1), new Uint8Array(70_000).fill(2)];
    const answers = await Promise.all(both.map((raw) => put(id, raw)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const heard = await open(id);
    const row = await rowOf(id);
    expect(row.sha256).toBe(bytesToHex(sha256(heard.bytes)));
    expect(codeOf(await put(id, both[0]!))).toBe("audio-there");
    // The trail has the hash, and what replaces the audio later is another object.
    const [stored] = await events("recording.stored");
    const payload = ((await dump("audit_payload")) as { seq: number }[]).find(
      ({ seq }) => seq === stored!.seq,
    );
    expect(JSON.stringify(payload)).toContain(row.sha256);
    await env.RECORDINGS!.put(`recordings/${new Date().toISOString().slice(0, 7)}/${id}`, "another");
    expect(codeOf(await open(id))).toBe("object-changed");
  });

  it("that failed is sent again", async () => {
    const id = await upload();
    const broken = {
      ...env,
      RECORDINGS: { head: () => Promise.resolve(null), put: () => Promise.reject(new Error("no")) },
    };
    const raw = new Uint8Array(10);
    const failed = await under(broken as unknown as Env, "PUT", `/v1/recordings/${id}/audio`, {
      ...{ token: dialler, raw },
      headers: { "content-type": "audio/mpeg", "content-length": "10" },
    });
    expect(codeOf(failed)).toBe("store-failed");
    expect((await put(id, raw)).status).toBe(200);
  });
});

it("what is replaced between the look and the reading is not opened", async () => {
  const id = await registered("dialler/race.mp3");
  const bucket = env.RECORDINGS!;
  const swapping = {
    head: async (key: string) => {
      const head = await bucket.head(key);
      await bucket.put(key, "xyz");
      return head;
    },
    get: (key: string, options: R2GetOptions) => bucket.get(key, options),
  };
  expect(codeOf(await open(id, { ...env, RECORDINGS: swapping } as unknown as Env))).toBe("object-changed");
});

it("what is put between the look and the erasure is not erased where the store can compare", async () => {
  const own = withS3();
  const body = await laid(own, sample({ storage: { kind: "s3", key: "dialler/between.mp3" } }));
  const { status, data } = await under(own, "POST", "/v1/recordings", { token: dialler, body });
  expect(status, JSON.stringify(data)).toBe(201);
  const { id } = data as { id: string };
  const conditions: (string | null)[] = [];
  // As Amazon answers where another object is there by then.
  standIn(({ method, headers }) => {
    if (method !== "DELETE") return null;
    conditions.push(headers.get("if-match"));
    return new Response("<Error><Code>PreconditionFailed</Code></Error>", { status: 412 });
  });
  await eraseDue(own, Date.now() + 400 * DAY, { only: id });
  const row = await rowOf(id);
  expect(conditions).toEqual([row.etag]);
  expect(row).toMatchObject({ state: "kept", failures: 1, error: otherObject("s3") });
  vi.unstubAllGlobals();
});

describe("a replaced object", () => {
  const look = (id: string, token = tokens.compliance) =>
    call("POST", `/v1/recordings/${id}/look`, { token, body: { why: "The bucket was copied." } });
  const approve = (id: string, token = tokens.admin) =>
    call("POST", `/v1/recordings/${id}/look/approve`, { token });

  it("is the recording once an officer looked at it and a second person approved", async () => {
    const key = "dialler/copied.mp3";
    const id = await registered(key);
    expect(codeOf(await look(id))).toBe("object-same");
    const { etag } = await rowOf(id);
    await env.RECORDINGS!.put(key, "copied");
    expect(codeOf(await approve(id))).toBe("not-found");
    const { data, status } = await look(id);
    expect(status).toBe(201);
    expect(data).toMatchObject({ before: etag, bytes: 6 });
    expect(codeOf(await approve(id, tokens.compliance))).toBe("own-proposal");
    for (const token of [tokens.manager, tokens.agent, dialler])
      expect((await approve(id, token)).status).toBe(403);
    // Another one again: what was approved is not what was looked at.
    await env.RECORDINGS!.put(key, "swapped");
    expect(codeOf(await approve(id))).toBe("object-changed");
    expect(codeOf(await open(id))).toBe("object-changed");
    await env.RECORDINGS!.put(key, "copied");
    expect((await approve(id)).status).toBe(200);
    expect((await open(id)).text).toBe("copied");
    const [approved] = await events("recording.look-approved");
    const payload = ((await dump("audit_payload")) as { seq: number }[]).find(
      ({ seq }) => seq === approved!.seq,
    );
    for (const version of [etag, (data as { now: string }).now])
      expect(JSON.stringify(payload)).toContain(version);
    await eraseDue(env, Date.now() + 400 * DAY, { only: id });
    expect(await there(key)).toBe(false);
  });

  it("is approved by nobody where the database's owner made the look somebody else's, or of another object", async () => {
    const id = await registered("dialler/another.mp3");
    await env.RECORDINGS!.put("dialler/another.mp3", "copied");
    await look(id);
    const bent = (set: string) => env.DB.exec(`UPDATE recording_looks SET ${set} WHERE recording = '${id}'`);
    const { by } = (await env.DB.prepare("SELECT by FROM recording_looks WHERE recording = ?")
      .bind(id)
      .first<{
        by: string;
      }>())!;
    await bent("by = (SELECT id FROM people WHERE role = 'manager')");
    expect(codeOf(await approve(id, tokens.compliance))).toBe("not-found");
    await bent(`by = '${by}', now = 'x'`);
    expect(codeOf(await approve(id))).toBe("not-found");
    expect(codeOf(await call("GET", `/v1/recordings/${id}/look`, { token: tokens.admin }))).toBe("not-found");
    await look(id);
    expect((await approve(id)).status).toBe(200);
  });

  it("that was looked at a week ago is looked at again", async () => {
    const id = await registered("dialler/week.mp3");
    await env.RECORDINGS!.put("dialler/week.mp3", "copied");
    await look(id);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 8 * DAY });
    expect(codeOf(await approve(id))).toBe("not-found");
  });
});

describe("a prefix", () => {
  const make = (prefix: string) => {
    const until = new Date(Date.now() + 30 * DAY).toISOString().slice(0, 10);
    const body = { name: prefix, scopes: ["recordings:write"], until, prefix };
    return call("POST", "/v1/tokens", { token: tokens.admin, body });
  };

  it("takes no folder in which another's recordings are, nor the Worker's own; what officers imported stays", async () => {
    const legacy = await integrationOfBefore(tokens.admin, ["recordings:write"], "Legacy");
    const state = await call("GET", "/v1/recordings/state", { token: tokens.admin });
    expect((state.data as RecordingsState).prefixless).toBe(1);
    const body = await laid(env, sample({ storage: { kind: "r2", key: "2026/11/1.mp3" } }));
    expect((await call("POST", "/v1/recordings", { token: legacy, body })).status).toBe(201);
    expect([codeOf(await make("2026/")), codeOf(await make("2026/11/"))]).toEqual([
      ...["prefix-taken", "prefix-taken"],
    ]);
    expect(codeOf(await make("recordings/"))).toBe("invalid");
    const { id } = ((await call("GET", "/v1/me", { token: legacy })).data as { person: { id: string } })
      .person;
    const patch = { token: tokens.admin, body: { prefix: "2026/" } };
    expect((await call("PATCH", `/v1/people/${id}`, patch)).status).toBe(200);
    await env.DB.exec(
      "UPDATE recordings SET object = 'past/1.mp3', by = 'nobody' WHERE object = '2026/11/1.mp3'",
    );
    expect((await make("past/")).status).toBe(201);
  });

  it("is wanted from the last day on: without one nothing is registered by a key, by an integration or a webhook", async () => {
    const legacy = await integrationOfBefore(tokens.admin, ["recordings:write"], "Older");
    const send = async (key: string) => {
      const body = await laid(env, sample({ providerId: key, storage: { kind: "r2", key } }));
      return call("POST", "/v1/recordings", { token: legacy, body });
    };
    const state = async () =>
      (await call("GET", "/v1/recordings/state", { token: tokens.admin })).data as RecordingsState;
    const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
    expect((await state()).prefixlessEnd).toBe(inDays(90));
    expect((await send("older/1.mp3")).status).toBe(201);
    await env.DB.prepare("UPDATE marks SET value = ? WHERE name = 'free-keys-end'").bind(inDays(0)).run();
    const refused = await send("older/2.mp3");
    expect([codeOf(refused), JSON.stringify(refused.data)]).toEqual([
      "key-not-yours",
      expect.stringContaining("an administrator gives it one"),
    ]);
    // Who was refused is named, once, with how many tries.
    expect((await send("older/3.mp3")).status).toBe(422);
    expect((await state()).refused).toMatchObject([{ name: "Older", why: "no-prefix", n: 2 }]);
    // Nor where somebody takes the mark away.
    await env.DB.exec("DELETE FROM marks WHERE name = 'free-keys-end'");
    expect(codeOf(await send("older/2.mp3"))).toBe("key-not-yours");
    const { id } = ((await call("GET", "/v1/me", { token: legacy })).data as { person: { id: string } })
      .person;
    await call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body: { prefix: "older/" } });
    expect((await send("older/2.mp3")).status).toBe(201);
    await env.DB.prepare("INSERT INTO marks (name, value) VALUES ('free-keys-end', ?)")
      .bind(inDays(90))
      .run();
  });

  it("or a day that refuses is shown with its system, until an officer says that these are imported, which is on the trail", async () => {
    await env.DB.exec("DELETE FROM keys_refused");
    await env.DB.exec("DELETE FROM outbox");
    const { token } = (await make("weekend/")).data as { token: string };
    const { id } = ((await call("GET", "/v1/me", { token })).data as { person: { id: string } }).person;
    const send = async (key: string, days: number, as = token) => {
      const startedAt = new Date(Date.now() - days * DAY).toISOString();
      const body = await laid(env, sample({ providerId: key, startedAt, storage: { kind: "r2", key } }));
      return codeOf(await call("POST", "/v1/recordings", { token: as, body }));
    };
    // A dialler whose line was down from Saturday to Monday; and one whose prefix is another than it uses.
    expect(await send("weekend/1.mp3", 2)).toBe("recording-old");
    expect(await send("weekend/1.mp3", 2)).toBe("recording-old");
    expect(await send("other/2.mp3", 0.01)).toBe("key-not-yours");
    // One mail a system and reason, to administrators.
    const mailed = async () =>
      ((await dump("outbox")) as { recipient: string; vals: string; template: string }[])
        .filter(({ template }) => template === "recordings-refused")
        .map(({ recipient, vals }) => `${recipient} ${(JSON.parse(vals) as { stage: string }).stage}`)
        .toSorted();
    const [old, other] = ["old", "other-prefix"].map((stage) => `ada@example.com ${stage}`);
    expect(await mailed()).toEqual([old, other]);
    const shown = async () =>
      ((await call("GET", "/v1/recordings/state", { token: tokens.admin })).data as RecordingsState).refused!;
    const refused = await shown();
    expect(refused.map(({ id, name, why, n }) => [id, name, why, n]).toSorted()).toEqual([
      [id, "weekend/", "old", 2],
      [id, "weekend/", "other-prefix", 1],
    ]);
    // However long nobody answers.
    await sweep(env, Date.now() + 400 * DAY);
    expect(await shown()).toEqual(refused);
    const answer = (until: string) => {
      const body = { system: id, until, why: "imported from the dialler's list" };
      return call("POST", "/v1/recordings/refused", { token: tokens.compliance, body });
    };
    const before = new Date(Date.parse(refused.at(-1)!.first) - 1000).toISOString();
    expect(codeOf(await answer(before))).toBe("not-found");
    const last = refused
      .map((row) => row.last)
      .toSorted()
      .at(-1)!;
    // What is refused after the page was opened stays.
    await env.DB.prepare("UPDATE keys_refused SET last_at = ? WHERE why = 'old'")
      .bind(new Date(Date.parse(last) + 1000).toISOString())
      .run();
    expect((await answer(last)).status).toBe(200);
    expect((await shown()).map(({ why }) => why)).toEqual(["old"]);
    // No other mail while a refusal for that reason is left; one that was answered for is told of when it comes again.
    expect(await send("weekend/4.mp3", 3)).toBe("recording-old");
    expect(await mailed()).toEqual([old, other]);
    expect(await send("other/7.mp3", 0.01)).toBe("key-not-yours");
    expect(await mailed()).toEqual([old, other, other]);
    expect((await answer((await shown())[0]!.last)).status).toBe(200);
    await Promise.all([send("weekend/5.mp3", 3), send("weekend/6.mp3", 3)]);
    expect(await mailed()).toEqual([old, old, other, other]);
    const said = await env.DB.prepare("SELECT subject FROM audit WHERE code = 'recording.refused-done'").all<{
      subject: string;
    }>();
    expect(said.results).toEqual([{ subject: id }, { subject: id }]);
    await env.DB.exec("DELETE FROM keys_refused");
  });

  it("what an officer has imported raises no notice, however often its system tries it, also once it is erased", async () => {
    await env.DB.exec("DELETE FROM keys_refused");
    const { token } = (await make("later/")).data as { token: string };
    const startedAt = new Date(Date.now() - 2 * DAY).toISOString();
    const at = (providerId: string, key?: string, own: object = {}) =>
      laid(env, sample({ providerId, storage: { kind: "r2", ...(key && { key }) }, ...own }));
    // Outside its folder, of too long ago, and one that was to be uploaded.
    const tried = [
      await at("l1", "outside/l1.mp3"),
      await at("l2", "outside/l2.mp3", { startedAt }),
      await at("l3", undefined, { startedAt }),
    ];
    const send = async (body: object) => codeOf(await call("POST", "/v1/recordings", { token, body }));
    const sendAll = async () => [await send(tried[0]!), await send(tried[1]!), await send(tried[2]!)];
    const codes = ["key-not-yours", "recording-old", "recording-old"];
    const shown = async () => {
      const { data } = await call("GET", "/v1/recordings/state", { token: tokens.admin });
      return (data as RecordingsState).refused!.map(({ why, n }) => `${why} ${n}`).toSorted();
    };
    expect([await sendAll(), await shown()]).toEqual([codes, ["old 2", "other-prefix 1"]]);

    const rows = [...tried.slice(0, 2), await at("l3", "outside/l3.mp3", { startedAt })];
    for (const dryRun of [true, false]) {
      const { data } = await under(aged(env), "POST", "/v1/recordings/import", {
        ...{ token: tokens.compliance, body: { rows, dryRun } },
      });
      expect((data as { results: { status: string }[] }).results.map(({ status }) => status)).toEqual(
        rows.map(() => "added"),
      );
    }
    await env.DB.exec("DELETE FROM keys_refused");
    expect([await sendAll(), await sendAll(), await shown()]).toEqual([codes, codes, []]);
    const imported = (await env.DB.prepare(
      "SELECT id FROM recordings WHERE object = 'outside/l2.mp3'",
    ).first<string>("id"))!;
    await eraseDue(env, Date.parse("2100-01-01"), { only: imported });
    expect(await there("outside/l2.mp3")).toBe(false);
    expect([await sendAll(), await shown()]).toEqual([codes, []]);
    // Another object under its names, and another call, were not imported.
    await send(await at("l1", "outside/another.mp3"));
    await send(await at("l3", undefined, { startedAt: new Date(Date.now() - 3 * DAY).toISOString() }));
    expect(await shown()).toEqual(["old 1", "other-prefix 1"]);
    // Nor was what is named under another id: whoever names a key of others may have the system's token.
    await send(await at("l9", "outside/l1.mp3"));
    expect(await shown()).toEqual(["old 1", "other-prefix 2"]);
    // Nor what lies under a key again, or under another one, once the recording of that id is erased.
    await send(await laid(env, tried[1]!));
    await send(await at("l2", "outside/new.mp3"));
    expect(await shown()).toEqual(["old 2", "other-prefix 3"]);
    await env.RECORDINGS!.delete("outside/l2.mp3");
    await send(tried[1]!);
    expect(await shown()).toEqual(["old 2", "other-prefix 3"]);
    // A store that does not answer does not say that nothing lies there.
    const RECORDINGS = { head: () => Promise.reject(new Error("away")) } as unknown as R2Bucket;
    await under({ ...env, RECORDINGS }, "POST", "/v1/recordings", { token, body: tried[1]! });
    expect(await shown()).toEqual(["old 3", "other-prefix 3"]);
    await env.DB.exec("DELETE FROM keys_refused");
  });
});
