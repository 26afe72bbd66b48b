/**
 * Each purpose has buckets of its own: whoever names an object of another kind, by a key, a row or a prefix, neither reads nor
 * erases it. Files from before stay in the recordings' bucket, and are found there.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import { daysLater } from "../../../shared/core/calendar.ts";
import type { ImportAnswer, RecordingsState } from "../../../shared/recordings/api.ts";
import type { Env } from "../../../worker/env.ts";
import { eraseFiles } from "../../../worker/privacy-requests/files/erasure.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { archiveClosed } from "../../../worker/jobs/archive.ts";
import { headKey } from "../../../worker/trail/head-files.ts";
import {
  call,
  DAY,
  dump,
  integration,
  migrationsBefore,
  migrationsSince,
  newTeam,
  setPolicy,
  under,
} from "../helpers.ts";
import {
  confirmAll,
  done,
  enter,
  fileOn,
  officer,
  today,
  tokens,
  verified,
  withTeam,
} from "../privacy-requests/kit.ts";
import { aged, arrive, sample, withS3 } from "./kit.ts";

type Purpose = "RECORDINGS" | "FILES" | "COPIES" | "ARCHIVE";
const has = async (bucket: Purpose, key: string, own: Env = env) => (await own[bucket]!.head(key)) !== null;
const rowOf = async (id: string) =>
  (await env.DB.prepare("SELECT store, object FROM request_files WHERE id = ?")
    .bind(id)
    .first<{ store: string; object: string }>())!;
const codeOf = ({ data }: { data: unknown }) => (data as Problem).code;
const download = (request: string, file: string, own: Env = env) =>
  under(own, "GET", `/v1/requests/${request}/files/${file}`, { token: officer });
let requests = 0;
/** A request with a scan, a proof and a copy. */
async function filled(own: Env = env) {
  const id = await verified(officer, `+4420794609${String(++requests).padStart(2, "0")}`);
  const put = async (purpose: string) => {
    const { status } = await under(own, "PUT", `/v1/requests/${id}/files?purpose=${purpose}&name=a.png`, {
      token: officer,
      raw: new Uint8Array([1, 2, 3]),
      headers: { "content-type": "image/png" },
    });
    expect(status).toBe(200);
  };
  await put("scan");
  await put("proof");
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  await done(officer, id, "export", {}, own);
  const [scan, proof, copy] = await Promise.all(
    ["scan", "proof", "export"].map((purpose) => fileOn(id, purpose)),
  );
  return { id, scan: scan!, proof: proof!, copy: copy! };
}
const later = () => Date.parse(daysLater(today(), 40));

describe("in buckets of their own", () => {
  withTeam();
  let dialler: string;
  beforeAll(async () => {
    await setPolicy((policy) => ({ recording: { ...policy.recording, regions: ["GB"] } }));
    dialler = await integration(tokens.admin, ["recordings:write"], "Dialler", "dialler/");
  });
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ["R2", (): Env => env],
    ["S3", withS3],
  ])("scans, proofs and copies lie apart from recordings, and from each other: %s", async (name, own) => {
    const kind = name.toLowerCase();
    const { id, scan, proof, copy } = await filled(own());
    expect((await rowOf(scan)).store).toBe(`${kind}-files`);
    expect((await rowOf(proof)).store).toBe(`${kind}-files`);
    expect((await rowOf(copy)).store).toBe(`${kind}-copies`);
    for (const file of [scan, proof, copy]) {
      const { object } = await rowOf(file);
      expect(await has("RECORDINGS", object)).toBe(false);
      if (name === "R2")
        expect([await has("FILES", object), await has("COPIES", object)]).toEqual([
          file !== copy,
          file === copy,
        ]);
      expect((await download(id, file, own())).status).toBe(200);
    }
  });

  it("a bucket of S3 that is another purpose's is none: its files are refused, recordings go on", async () => {
    const { FILES: _, COPIES: __, ...s3 } = withS3();
    const id = await enter(officer);
    const put = (own: Env) =>
      under(own, "PUT", `/v1/requests/${id}/files?purpose=scan&name=a.png`, {
        token: officer,
        raw: new Uint8Array([1]),
        headers: { "content-type": "image/png" },
      });
    for (const S3_FILES_BUCKET of [s3.S3_BUCKET!, s3.S3_COPIES_BUCKET!, ""]) {
      const own = { ...s3, S3_FILES_BUCKET };
      const answer = await put(own);
      expect([answer.status, codeOf(answer)]).toEqual([422, "storage-region"]);
      expect(answer.text).toContain("S3_FILES_BUCKET");
      const state = (await under(own, "GET", "/v1/recordings/state", { token: officer }))
        .data as RecordingsState;
      expect(state.places![0]).toMatchObject({ purpose: "files", kind: null, allowed: false });
      expect(state.stores.find((s) => s.kind === "s3")).toMatchObject({ configured: true, allowed: true });
    }
    expect((await put(s3)).status).toBe(200);
  });

  it("no closed month leaves the database for a region that the policy does not allow, or that nobody knows", async () => {
    const { LOCAL_REGION: _, ...production } = env;
    const bucket = { get: () => Promise.resolve(null), put: () => Promise.reject(new Error("it left")) };
    const archiving = (own: object) =>
      archiveClosed({ ...production, ARCHIVE: bucket, ...own } as unknown as Env, Date.now() + 62 * DAY);
    const before = (await dump("audit")).length;
    for (const own of [{}, { ARCHIVE_JURISDICTION: "eu" }, { LOCAL_REGION: "US" }]) await archiving(own);
    expect(await dump("audit")).toHaveLength(before);
    await expect(archiving({ LOCAL_REGION: "GB" })).rejects.toThrow("it left");
  });

  it("each place is checked against the policy's regions, the archive's too", async () => {
    const placesIn = async (own: Partial<Env>) =>
      (
        (await under({ ...env, ...own }, "GET", "/v1/recordings/state", { token: officer }))
          .data as RecordingsState
      ).places!;
    expect((await placesIn({})).map(({ purpose, kind, allowed }) => [purpose, kind, allowed])).toEqual([
      ["files", "r2", true],
      ["copies", "r2", true],
      ["archive", "r2", true],
    ]);
    const { LOCAL_REGION: _, ...production } = env;
    const none = (await under(production, "GET", "/v1/recordings/state", { token: officer }))
      .data as RecordingsState;
    expect(none.places!.map(({ allowed }) => allowed)).toEqual([false, false, false]);
    expect(none.places![2]!.text).toContain("stay in the database");
    const abroad = await placesIn({ LOCAL_REGION: "US" });
    expect(abroad.map(({ region, allowed }) => [region, allowed])).toEqual([
      ["US", false],
      ["US", false],
      ["US", false],
    ]);
  });

  describe("somebody who names another kind's object", () => {
    let files: Awaited<ReturnType<typeof filled>>;
    /** The key of an object of each kind, as it lies in its own bucket. */
    let keys: Record<"scan" | "copy" | "head" | "month" | "statement", string>;
    beforeAll(async () => {
      files = await filled();
      keys = {
        scan: (await rowOf(files.scan)).object,
        copy: (await rowOf(files.copy)).object,
        head: headKey("2026-01-01"),
        month: "audit/2026-01/0000000001.ndjson.gz",
        statement: "statements/2026-01-01.json",
      };
      for (const key of [keys.head, keys.month, keys.statement]) await env.ARCHIVE.put(key, "the archive's");
    });
    const untouched = async () => [
      await has("FILES", keys.scan),
      await has("COPIES", keys.copy),
      ...(await Promise.all([keys.head, keys.month, keys.statement].map((key) => has("ARCHIVE", key)))),
    ];

    it("as a recording, registered, imported or reported, finds nothing, and nothing is erased", async () => {
      for (const [kind, key] of Object.entries(keys)) {
        const body = sample({ storage: { kind: "r2", key } });
        for (const token of [dialler, await integration(tokens.admin, ["recordings:write"])]) {
          const answer = await call("POST", "/v1/recordings", { token, body });
          expect(["key-not-yours", "object-missing"], kind).toContain(codeOf(answer));
        }
        const old = { ...body, startedAt: new Date(Date.now() - 500 * DAY).toISOString() };
        const { results } = (
          await under(aged(env), "POST", "/v1/recordings/import", { token: officer, body: { rows: [old] } })
        ).data as ImportAnswer;
        expect(results[0]!.status, kind).not.toBe("added");
      }
      await eraseDue(env, Date.now() + 800 * DAY);
      expect(await untouched()).toEqual([true, true, true, true, true]);
    });

    it("though the same key lies in the recordings' bucket: each reads and erases its own", async () => {
      const key = "dialler/audit/2026-01.mp3";
      await env.ARCHIVE.put(key, "the archive's");
      await env.FILES!.put(key, "a scan");
      await env.RECORDINGS!.put(key, "abc", { httpMetadata: { contentType: "audio/mpeg" } });
      const body = sample({ storage: { kind: "r2", key } });
      const { data } = await call("POST", "/v1/recordings", { token: dialler, body });
      const { id } = data as { id: string };
      const heard = await under(env, "GET", `/v1/recordings/${id}/audio?purpose=quality`, {
        token: tokens.manager,
      });
      expect(heard.text).toBe("abc");
      await eraseDue(env, Date.now() + 800 * DAY);
      expect(await has("RECORDINGS", key)).toBe(false);
      expect([await has("ARCHIVE", key), await has("FILES", key)]).toEqual([true, true]);
    });

    it("by another word for the store is refused", async () => {
      for (const kind of ["r2-files", "s3-copies", "archive", "FILES"]) {
        const storage = { kind: kind as "r2", key: keys.scan };
        const rows = [sample({ storage })];
        expect((await call("POST", "/v1/recordings", { token: dialler, body: rows[0] })).status).toBe(422);
        const answer = await call("POST", "/v1/recordings/import", { token: officer, body: { rows } });
        const { results } = answer.data as Partial<ImportAnswer>;
        expect(answer.status === 422 || results?.[0]?.status !== "added", kind).toBe(true);
      }
    });

    it.each(["requests/", "requests/r/", "recordings/", "recordings/2026-11/"])(
      "by a prefix, %s, gets none",
      async (prefix) => {
        const until = new Date(Date.now() + 30 * DAY).toISOString().slice(0, 10);
        const body = { name: prefix, scopes: ["recordings:write"], until, prefix };
        expect((await call("POST", "/v1/tokens", { token: tokens.admin, body })).status).toBeGreaterThan(399);
      },
    );

    /** Straight into the database, as a bug would. */
    const file = (purpose: string, store: string, object: string) =>
      env.DB.prepare(
        `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, erase_after, by, at)
         VALUES (?4, ?5, ?1, ?2, ?3, '', 'image/png', 3, '2026-01-01', 'x', '2026-01-01')`,
      )
        .bind(purpose, store, object, crypto.randomUUID(), files.id)
        .run();
    it.each([
      ["export", "r2-files"],
      ["export", "s3-files"],
      ["scan", "r2-copies"],
      ["proof", "s3-copies"],
      ["withdrawal", "r2-copies"],
      ["scan", "archive"],
      ["export", "twilio"],
    ])("as a file's row, the database has no %s in %s", async (purpose, store) => {
      await expect(file(purpose, store, `requests/x/${store}`)).rejects.toThrow("object_taken");
    });

    it("as a file's row, a recording in the shared bucket is neither opened nor erased", async () => {
      vi.spyOn(console, "error").mockImplementation(() => undefined);
      await env.RECORDINGS!.put("dialler/later.mp3", "not registered yet");
      await file("proof", "r2", "dialler/later.mp3");
      const row = await env.DB.prepare(
        "SELECT id FROM request_files WHERE object = 'dialler/later.mp3'",
      ).first<string>("id");
      expect(codeOf(await download(files.id, row!))).toBe("store-unknown");
      await eraseFiles(env, later());
      expect(await has("RECORDINGS", "dialler/later.mp3")).toBe(true);
      await env.DB.exec("DELETE FROM request_files WHERE object = 'dialler/later.mp3'");
    });

    it("a file stays where it is, and a recording's row is none below the requests' keys", async () => {
      for (const set of ["store = 'r2'", "object = 'requests/x'", "purpose = 'proof'", "request = 'x'"])
        await expect(
          env.DB.prepare(`UPDATE request_files SET ${set} WHERE id = ?`).bind(files.copy).run(),
          set,
        ).rejects.toThrow("object_taken");
      const id = await arrive(env, tokens.admin, sample());
      const [row] = (await dump("recordings")) as Record<string, unknown>[];
      const other = { ...row, id: "other", ref: "other", object: "requests/gone/file" };
      const names = Object.keys(other);
      expect(id).toBeTruthy();
      await expect(
        env.DB.prepare(
          `INSERT INTO recordings (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
        )
          .bind(...Object.values(other))
          .run(),
      ).rejects.toThrow("object_taken");
    });
  });

  it("erases each file in its own bucket, and there alone", async () => {
    const { id, proof, copy } = await filled();
    for (const file of [proof, copy]) {
      const { object } = await rowOf(file);
      for (const bucket of ["RECORDINGS", "FILES", "COPIES"] as const) await env[bucket]!.put(object, "x");
    }
    await eraseFiles(env, later());
    for (const [file, own] of [
      [proof, "FILES"],
      [copy, "COPIES"],
    ] as const) {
      const { object } = await rowOf(file);
      for (const bucket of ["RECORDINGS", "FILES", "COPIES"] as const)
        expect(await has(bucket, object), `${bucket} ${own}`).toBe(bucket !== own);
    }
    expect(codeOf(await download(id, copy))).toBe("not-found");
  });
});

describe("from before there were such buckets", () => {
  let before: { id: string; scan: string; proof: string };
  let own: string;
  beforeEach(async () => {
    await reset();
    await applyD1Migrations(env.DB, migrationsBefore("0040"));
    own = (await newTeam()).compliance;
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO requests (id, ref, kind, channel, state, name, received_on, days, decide_by, by, at)
         VALUES ('r', 'R-1', 'complaint', 'post', 'open', 'Dora', '2026-11-01', 30, '2026-12-01', 'x', '2026-11-01')`,
      ),
      ...["scan", "proof"].map((purpose) =>
        env.DB.prepare(
          `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, erase_after, by, at)
           VALUES (?1, 'r', ?1, 'r2', 'requests/r/' || ?1, 'a.png', 'image/png', 3, ?2, 'x', '2026-11-01')`,
        ).bind(purpose, purpose === "proof" ? "2026-11-02" : null),
      ),
    ]);
    for (const purpose of ["scan", "proof"])
      await env.RECORDINGS!.put(`requests/r/${purpose}`, "old", {
        httpMetadata: { contentType: "image/png" },
      });
    before = { id: "r", scan: "scan", proof: "proof" };
    await applyD1Migrations(env.DB, migrationsSince("0040"));
  });
  const old = (file: string) => under(env, "GET", `/v1/requests/${before.id}/files/${file}`, { token: own });

  it("files stay in the recordings' bucket, are opened there, and are erased there", async () => {
    // What lies under the same key in the new bucket is another's.
    await env.FILES!.put("requests/r/proof", "new");
    expect((await old(before.proof)).text).toBe("old");
    await eraseFiles(env, Date.parse("2026-11-28"));
    expect(await has("RECORDINGS", "requests/r/proof")).toBe(false);
    expect(await has("RECORDINGS", "requests/r/scan")).toBe(true);
    expect(await has("FILES", "requests/r/proof")).toBe(true);
    expect((await old(before.scan)).text).toBe("old");
  });

  it("what an older Worker adds after going back is found after the next upgrade", async () => {
    // As the release before writes one.
    await env.DB.prepare(
      `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at)
       VALUES ('back', 'r', 'scan', 'r2', 'requests/r/back', 'a.png', 'image/png', 3, 'x', '2026-11-20')`,
    ).run();
    await env.RECORDINGS!.put("requests/r/back", "bak");
    expect((await old("back")).text).toBe("bak");
  });
});
