/** Recordings over real HTTP in a real S3-compatible store. The Worker is killed while it erases. */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AuditAnswer, VerifyAnswer } from "../../../shared/trail/api.ts";
import type {
  Certificate,
  Recording,
  RecordingsAnswer,
  RecordingsState,
} from "../../../shared/recordings/api.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { addIntegration, addPerson, call, daysAgo, hoursAgo, setUp } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { type RunningS3, startS3 } from "../../s3-gate.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-recordings-"));
let s3: RunningS3;
let worker: RunningWorker;
let port: number;
let token: string;
let dialler: string;

const begin = async () => {
  worker = await startWorker({
    port,
    stateDir: dir,
    setupCode: "the-code",
    vars: {
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: s3.bucket,
      S3_REGION: s3.region,
      S3_KEY_ID: s3.keyId,
      S3_SECRET: s3.secret,
      S3_COUNTRY: "GB",
    },
  });
};
beforeAll(async () => {
  s3 = await startS3();
  port = await freePort();
  await begin();
  const admin = await setUp(worker.url, "the-code", { name: "Ada", email: "ada@example.com" });
  dialler = await addIntegration(worker.url, admin);
  token = await addPerson(worker.url, admin, { name: "Cy", email: "cy@example.com", role: "compliance" });
});
afterAll(async () => {
  await worker.stop();
  await s3.stop();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});

const get = <T>(path: string) => call<T>(worker.url, token, "GET", `/v1/${path}`);
const listen = (id: string, headers: Record<string, string> = {}) =>
  fetch(`${worker.url}/v1/recordings/${id}/audio?purpose=quality`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });

async function stored(n: number, audio: Buffer<ArrayBuffer>): Promise<string> {
  const { id } = await call<{ id: string }>(worker.url, dialler, "POST", "/v1/recordings", {
    ...{ provider: "dialler", providerId: `call-${n}`, number: "+442079460958", direction: "outbound" },
    ...{ startedAt: hoursAgo(5), seconds: 10, storage: { kind: "s3" }, announced: true },
    purpose: "quality",
  });
  const put = await fetch(`${worker.url}/v1/recordings/${id}/audio`, {
    method: "PUT",
    headers: { authorization: `Bearer ${dialler}`, "content-type": "audio/mpeg" },
    body: audio,
  });
  expect(put.status).toBe(200);
  return id;
}

it("twenty megabytes go in and come out as they were, and any part of them", async () => {
  const audio = Buffer.alloc(20_000_000);
  for (let i = 0; i < audio.length; i += 997) audio[i] = i % 251;
  const id = await stored(0, audio);
  const sha256 = createHash("sha256").update(audio).digest("hex");
  expect(await get<Recording>(`recordings/${id}`)).toMatchObject({ bytes: audio.length, sha256 });
  const whole = Buffer.from(await (await listen(id)).arrayBuffer());
  expect(whole.equals(audio)).toBe(true);
  const part = await listen(id, { range: "bytes=19000000-" });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 19000000-19999999/20000000"]);
  expect(Buffer.from(await part.arrayBuffer()).equals(audio.subarray(19_000_000))).toBe(true);
  expect((await fetch(`${worker.url}/v1/recordings/${id}/audio?purpose=quality`)).status).toBe(401);
});

it("the Worker killed while it erases: nothing is lost, and nothing done twice", async () => {
  const ids = await Promise.all(
    Array.from({ length: 40 }, (_, n) => stored(n + 1, Buffer.from(`audio of call ${n}`))),
  );
  const run = () =>
    fetch(
      `${worker.url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent("*/5 * * * *")}&time=${Date.now()}`,
    );
  // What comes from a queue goes by the true clock, so that the rows' own moments move.
  const move = (set: string) => {
    const folder = join(dir, "v3/d1/miniflare-D1DatabaseObject");
    const file = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))!;
    const db = new DatabaseSync(join(folder, file), { timeout: 5000 });
    db.exec(`UPDATE recordings SET ${set} WHERE state <> 'erased'`);
    db.close();
  };
  const earlier = (column: string) => `${column} = strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, '-61 minutes')`;
  // An officer asks for it, as a day that is only written into a row erases nothing; each waits until all were asked for.
  move("waits_until = '2099-01-01T00:00:00.000Z'");
  const { recordings } = await get<RecordingsAnswer>("recordings?limit=100");
  for (const { id } of recordings)
    await call(worker.url, token, "POST", `/v1/recordings/${id}/erase`, { why: "a mistake" });
  move(`waits_until = NULL, erase_after = '${daysAgo(1)}'`);
  for (const after of [3, 15]) {
    const from = s3.deletions();
    const running = run().catch(() => null);
    while (s3.deletions() < from + after) await pause(2);
    await worker.kill();
    await running;
    // An hour goes by in which nobody works: messages are lost, and what the killed one had claimed is free.
    move(`${earlier("due")}, ${earlier("queued_until")}`);
    await begin();
  }
  expect((await run()).ok).toBe(true);
  await expect.poll(() => get<RecordingsState>("recordings/state")).toMatchObject({ failing: 0, overdue: 0 });
  const { certificates } = await get<{ certificates: Certificate[] }>("recordings/certificates");
  const { rows } = await get<AuditAnswer>("audit?code=recording.erased&limit=500");
  expect(new Set(certificates.map((c) => c.recording))).toEqual(new Set(rows.map((r) => r.subject)));
  expect([certificates.length, rows.length]).toEqual([ids.length + 1, ids.length + 1]);
  for (const id of ids) expect((await listen(id)).status).toBe(410);
  expect(await get<VerifyAnswer>("audit/verify")).toMatchObject({ ok: true });
});
