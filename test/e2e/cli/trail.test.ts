import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ArchivesAnswer, Head, HeadsAnswer } from "../../../shared/trail/api.ts";
import type { MailAnswer } from "../../../shared/mail/api.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { hasOpenssl, type Manner, startTsa } from "./tsa.ts";

// A Worker of its own, with a key, mail and a timestamp service, as these tests move its clock.
const dir = mkdtempSync(join(tmpdir(), "cleardial-audit-"));
let worker: RunningWorker;
let token: string;
let thumbprint: string;
let auditKey: string;
let tsa: Awaited<ReturnType<typeof startTsa>> | undefined;

beforeAll(async () => {
  if (hasOpenssl) tsa = await startTsa(join(dir, "tsa"));
  const made = JSON.parse((await cli(["--json", "audit", "key"])).stdout) as {
    key: string;
    thumbprint: string;
  };
  ({ thumbprint, key: auditKey } = made);
  worker = await startWorker({
    port: await freePort(),
    stateDir: join(dir, "state"),
    setupCode: "the-code",
    vars: {
      AUDIT_KEY: auditKey,
      MAIL_FROM: "ClearDial <dial@example.com>",
      ...(tsa && { TSA_URL: tsa.url }),
    },
  });
  const setup = await cli(["setup", "--code", "the-code", "--name", "Ada", "--email", "ada@example.com"]);
  expect([setup.code, setup.stderr]).toEqual([0, ""]);
  token = setup.stdout.trim();
});
afterAll(async () => {
  tsa?.stop();
  await worker.stop();
  rmSync(dir, { recursive: true, force: true });
});

function cli(
  args: string[],
  own: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [at("worker/cli/main.ts"), ...args], {
    env: { ...process.env, CLEARDIAL_URL: worker?.url, CLEARDIAL_TOKEN: token, ...own },
  });
  const out = { code: null as number | null, stdout: "", stderr: "" };
  child.stdout.on("data", (d: Buffer) => (out.stdout += d.toString()));
  child.stderr.on("data", (d: Buffer) => (out.stderr += d.toString()));
  return new Promise((done) => child.on("close", (code) => done({ ...out, code })));
}
const get = <T>(path: string) => call<T>(worker.url, token, "GET", path);
const jobs = async (cron: string, time: number): Promise<boolean> =>
  (await fetch(`${worker.url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}&time=${time}`)).ok;
/** Runs the daily jobs of that day. True if no job failed. */
const daily = (day: string): Promise<boolean> => jobs("17 3 * * *", Date.parse(`${day}T03:17:00.000Z`));
const dayFromNow = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
const head = (day: string) => get<Head>(`/v1/audit/heads/${day}`);

describe("timestamps by a service outside", () => {
  beforeEach(({ skip }) => skip(!hasOpenssl, "openssl is not installed"));

  it("one that is wrong is not kept: the head leaves without, the run fails, and it is asked for again", async () => {
    const wrong: Manner[] = ["other-text", "other-nonce", "refusal", "nonsense", "away"];
    for (const [n, manner] of wrong.entries()) {
      tsa!.answer(manner);
      expect(await daily(dayFromNow(n)), manner).toBe(false);
      expect(await head(dayFromNow(n)), manner).toMatchObject({ timestamp: null, key: thumbprint });
    }
    tsa!.answer("honest");
    expect(await daily(dayFromNow(5))).toBe(true);
    const { heads } = await get<HeadsAnswer>("/v1/audit/heads");
    expect(heads.map((h) => h.timestamped)).toEqual([true, true, true, true, true, true]);
    for (const { day } of heads) {
      const { signed, timestamp } = await head(day);
      expect(tsa!.verify(signed, timestamp!), day).toMatchObject({ ok: true });
      expect(tsa!.verify(`${signed}.`, timestamp!).words).toMatch(/message imprint mismatch/i);
    }
  });
});

describe("a head that left", () => {
  /** The heads as people get them: by mail. */
  const posted = async () => {
    const answer = await fetch(`${worker.url}/cdn-cgi/local/explorer/api/local/email/sending`);
    return JSON.stringify(await answer.json());
  };
  const kept = async (day: string): Promise<Head & { publicKey: object }> => {
    const { publicKey } = await get<HeadsAnswer>("/v1/audit/heads");
    return { ...(await head(day)), publicKey: publicKey! };
  };
  const file = (name: string, content: unknown): string => {
    writeFileSync(join(dir, name), typeof content === "string" ? content : JSON.stringify(content));
    return join(dir, name);
  };
  const day = dayFromNow(6);
  beforeAll(async () => {
    await daily(day);
  });

  it("went by mail, and the mail is listed", async () => {
    // By the queue, which goes on behind the job. By that day's clock mails of today are late: the next run tells so.
    await jobs("*/5 * * * *", Date.now());
    const mail = () => get<MailAnswer>("/v1/mail?limit=200");
    await expect.poll(mail, { interval: 500 }).toMatchObject({ via: "binding", failed: 0, waiting: 0 });
    expect(await posted()).toContain(`Head of the audit trail, ${day}`);
    const mails = await mail();
    expect(mails.mails.find((m) => m.template === "head")).toMatchObject({
      to: "ada@example.com",
      state: "sent",
    });
  });

  it("is checked by `verify --head`: its signature, and that the trail passes through it", async () => {
    const good = await kept(day);
    const { code, stdout } = await cli(["verify", "--head", file("good.json", good)]);
    expect(stdout).toContain("The audit trail is intact");
    expect(stdout).toContain(`The trail passes through the head of`);
    expect(stdout).toContain(thumbprint);
    expect(code).toBe(0);
  });

  it("what was changed, or is of another trail, is found", async () => {
    const good = await kept(day);
    const other = { ...good, hash: "a".repeat(64), signed: good.signed.replace(good.hash, "a".repeat(64)) };
    const own = ["--json", "verify"];
    const both = await cli([
      ...own,
      ...["--head", file("good.json", good), "--head", file("other.json", other)],
      ...["--head", file("unsigned.json", { ...good, signature: null })],
    ]);
    expect(both.code).toBe(1);
    expect(JSON.parse(both.stdout)).toMatchObject({
      ok: true,
      heads: [
        { ok: true, inTrail: true, signature: "own", key: thumbprint },
        { ok: false, inTrail: false, signature: "wrong" },
        { ok: true, inTrail: true, signature: "none" },
      ],
    });
    for (const bad of ["{}", "nonsense", JSON.stringify({ ...good, seq: good.seq + 1 })]) {
      const { code, stderr } = await cli(["verify", "--head", file("bad.json", bad)]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("is not a head") as string]);
    }
    expect((await cli(["verify", "--head", join(dir, "absent.json")])).stderr).toContain("cannot be read");
  });
});

describe("a proof", () => {
  it("of the company and of a number is checked by `verify FILE`, offline, by the key that was given", async () => {
    const today = new Date().toISOString().slice(0, 10);
    await call(worker.url, token, "POST", "/v1/suppressions", {
      ...{ number: "+442079460958", kind: "objection", reason: "asked us to stop" },
    });
    const nowhere = { CLEARDIAL_URL: "http://127.0.0.1:9", CLEARDIAL_TOKEN: "" };
    const key = join(dir, "key");
    writeFileSync(key, `${thumbprint}\n`);
    for (const number of ["", "&number=%2B442079460958"]) {
      const answer = await fetch(
        `${worker.url}/v1/proof?from=${dayFromNow(-1)}&to=${dayFromNow(1)}${number}`,
        {
          headers: { authorization: `Bearer ${token}` },
        },
      );
      const path = join(dir, "proof.json");
      const text = await answer.text();
      writeFileSync(path, text);
      const held = await cli(["verify", path, "--key", key], nowhere);
      expect([held.code, held.stderr]).toEqual([0, ""]);
      expect(held.stdout).toContain(`It is signed with the key that you gave (${thumbprint}).`);
      writeFileSync(path, text.replace(today.slice(0, 4), "1999"));
      const broken = await cli(["--json", "verify", path], nowhere);
      expect(broken.code).toBe(1);
      expect(JSON.parse(broken.stdout)).toMatchObject({ ok: false, signature: "wrong" });
    }
  });
});

describe("the trail as a file, and across the seam", () => {
  const lines = (path: string) => readFileSync(path, "utf8").trimEnd().split("\n");
  const verified = async () => JSON.parse((await cli(["--json", "verify"])).stdout) as { length: number };

  it("export writes every row, for its owner's eyes; what cannot be written leaves no file", async () => {
    const path = join(dir, "trail.ndjson");
    const { code, stdout } = await cli(["audit", "export", "-o", path]);
    expect(code).toBe(0);
    expect(stdout).toBe(`${lines(path).length} rows written to ${path}.\n`);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(lines(path).join("\n")).toContain('"setup.done"');
    const nowhere = await cli(["audit", "export", "-o", join(dir, "no", "such", "folder")]);
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      expect.stringContaining("cannot be written") as string,
    ]);
    const none = await cli(["audit", "export", "-o", join(dir, "none"), "--to", "2020-01-01"]);
    expect(none.stdout).toContain("0 rows written");
    expect(readFileSync(join(dir, "none"), "utf8")).toBe("");
  });

  it("once the month is closed its rows are an object, and verify, export and heads go on", async () => {
    const before = (await verified()).length;
    expect(await daily(dayFromNow(45))).toBe(true);
    const { archives } = await get<ArchivesAnswer>("/v1/audit/archives");
    expect(archives.length).toBeGreaterThan(0);
    expect(archives[archives.length - 1]!.lastSeq).toBeGreaterThanOrEqual(before - 5);
    const { length } = await verified();
    expect(length).toBeGreaterThan(before);
    const path = join(dir, "all.ndjson");
    expect((await cli(["audit", "export", "-o", path])).code).toBe(0);
    expect(lines(path)).toHaveLength(length + 1); // with the export's own row
    const day = dayFromNow(6);
    const kept = join(dir, "kept.json");
    writeFileSync(kept, JSON.stringify(await head(day)));
    expect((await cli(["verify", "--head", kept])).stdout).toContain("The trail passes through the head");
  });

  it("a bucket that was lost is said, by export and by verify", async () => {
    const path = join(dir, "broken.ndjson");
    await worker.stop();
    rmSync(join(dir, "state", "v3", "r2"), { recursive: true, force: true });
    worker = await startWorker({
      port: await freePort(),
      stateDir: join(dir, "state"),
      setupCode: "the-code",
      vars: { AUDIT_KEY: auditKey },
    });
    const { code, stderr } = await cli(["audit", "export", "-o", path]);
    expect([code, stderr]).toEqual([5, expect.stringContaining("missing or was altered") as string]);
    expect([existsSync(path), existsSync(`${path}.part`)]).toEqual([false, false]);
    const { code: found, stdout } = await cli(["verify"]);
    expect([found, stdout]).toEqual([1, expect.stringContaining("row 1. The archive file") as string]);
  });
});
