/** `npm run deploy`, against an account that only records its requests; and the dry run, as CI runs it. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deploy, type DeployOptions, leaveAhead } from "../../scripts/lib/deploy.ts";
import { at } from "../../scripts/lib/paths.ts";
import { buildAssets } from "../../scripts/lib/worker.ts";
import { addressIn, sizeOf, wantedBy } from "../../scripts/lib/wrangler.ts";
import { FakeAccount } from "./fake-account.ts";

const folder = mkdtempSync(join(tmpdir(), "cleardial-deploy-"));
const config = join(folder, "wrangler.toml");
/** The part of the Worker that a deployment talks to. */
let worker: Server;
let asked: string[] = [];
let setup = true;
/** The request that fails. */
let fails = "";
let account: FakeAccount;

beforeAll(async () => {
  worker = createServer((request, response) => {
    const name = `${request.method} ${request.url}`;
    asked.push(name);
    const answers: Record<string, object> = {
      "GET /v1/health": { ok: true, version: "0.1.0", setup },
      "POST /v1/setup": { token: "cdt_admin" },
      "POST /v1/invites": { code: "cdi_browser" },
    };
    response
      .writeHead(name === fails ? 503 : 200, { "content-type": "application/json" })
      .end(JSON.stringify(answers[name]));
  }).listen(0, "127.0.0.1");
  await once(worker, "listening");
});
afterAll(() => {
  worker.closeAllConnections();
  worker.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  const queues = `
[[queues.producers]]
binding = "A"
queue = "one"
[[queues.consumers]]
queue = "one"
dead_letter_queue = "two"
`;
  const own = readFileSync(at("wrangler.toml"), "utf8").replace("worker/migrations", at("worker/migrations"));
  const eu = own.replace('"cleardial-recordings"', '"cleardial-recordings"\njurisdiction = "eu"');
  writeFileSync(config, eu.replaceAll(/\[\[queues[^[]*/g, "") + queues);
  account = new FakeAccount(`http://127.0.0.1:${(worker.address() as AddressInfo).port}`);
  asked = [];
  setup = true;
  fails = "";
});

/** What the script printed, or the error that stopped it. */
async function run(options: Partial<DeployOptions> = {}, lines: string[] = []): Promise<string> {
  await deploy({
    ...{ config, wrangler: account.wrangler, say: (line) => lines.push(line) },
    ...{ dryRun: false, newSetupCode: false, newAuditKey: false, admin: null },
    ...options,
  });
  return lines.join("\n");
}
const made = (calls: string[]) => calls.filter((call) => / create /.test(call));

it("makes what is missing, deploys with its secrets, and signs the first administrator in; then makes nothing twice", async () => {
  const said = await run({ admin: { name: "Ada Admin", email: "ada@example.com" } });
  expect(account.asked()).toEqual([
    "deploy --dry-run",
    "whoami --json",
    "d1 list --json",
    "d1 create cleardial",
    "d1 list --json",
    "r2 bucket info cleardial-archive",
    "r2 bucket create cleardial-archive",
    "r2 bucket info cleardial-recordings --jurisdiction eu",
    "r2 bucket create cleardial-recordings --jurisdiction eu",
    "r2 bucket info cleardial-files",
    "r2 bucket create cleardial-files",
    "r2 bucket info cleardial-copies",
    "r2 bucket create cleardial-copies",
    "queues info one",
    "queues create one",
    "queues info two",
    "queues create two",
    "secret list --format json",
    "d1 migrations apply DB --remote",
    "deploy --secrets-file FILE",
  ]);
  const secrets = { ...account.secrets };
  expect(Object.keys(secrets).sort()).toEqual(["AUDIT_KEY", "CONNECTOR_KEY", "SETUP_CODE"]);
  expect(Buffer.from(secrets["CONNECTOR_KEY"]!, "base64")).toHaveLength(32);
  for (const secret of Object.values(secrets)) expect(said).not.toContain(secret);
  expect(readFileSync(config, "utf8")).toContain(account.databases[0]!.uuid);
  expect(said).toContain(`${account.address}/join#code=cdi_browser`);
  expect(said).toContain("cdt_admin");
  expect(asked).toEqual(["GET /v1/health", "POST /v1/setup", "POST /v1/invites"]);

  setup = false;
  const again = await run();
  const calls = account.asked();
  expect([made(calls), calls.at(-1), account.secrets]).toEqual([[], "deploy", secrets]);
  expect(again).toContain("time-travel restore cleardial --bookmark=0000-bookmark");
  expect(again).toContain("It answers, version 0.1.0.");
});

it("goes on where it broke off, and gives a new set-up code where the first was never seen", async () => {
  account.breaks = "queues create two";
  await expect(run()).rejects.toThrow("Making two failed");
  account.asked();
  // The Worker and its secrets arrived, but the answer was lost.
  account.secrets = { SETUP_CODE: "lost", AUDIT_KEY: "kept", CONNECTOR_KEY: "kept" };
  expect(await run()).toContain("--new-setup-code");
  expect(made(account.asked())).toEqual(["queues create two"]);
  const said = await run({ newSetupCode: true });
  expect(account.secrets["AUDIT_KEY"]).toBe("kept");
  expect(account.secrets["SETUP_CODE"]).not.toBe("lost");
  expect(said).toContain(`setup --code ${account.secrets["SETUP_CODE"]}`);
});

it("adds a key that replaces the one before, which stays", async () => {
  account.secrets = { SETUP_CODE: "kept", AUDIT_KEY: "one", CONNECTOR_KEY: "kept" };
  const said = [await run({ newAuditKey: true }), await run({ newAuditKey: true }), await run()];
  expect(account.secrets).toMatchObject({ AUDIT_KEY: "one" });
  expect(Object.keys(account.secrets).sort().slice(0, 3)).toEqual([
    "AUDIT_KEY",
    "AUDIT_KEY_2",
    "AUDIT_KEY_3",
  ]);
  expect(said.map((words) => words.includes("thumbprint"))).toEqual([true, true, false]);
});

it("the first administrator's token is shown though the invite fails: nobody else could let them in", async () => {
  fails = "POST /v1/invites";
  const lines: string[] = [];
  const admin = { name: "Ada Admin", email: "ada@example.com" };
  await expect(run({ admin }, lines)).rejects.toThrow("POST /v1/invites: 503");
  expect(lines.join("\n")).toContain("cdt_admin");
});

it("takes nothing but wrangler's own word for there being no Worker: its secrets would be made anew", async () => {
  account.secrets = { SETUP_CODE: "kept", AUDIT_KEY: "kept", CONNECTOR_KEY: "kept" };
  account.breaks = "secret list";
  account.words = "A request to the Cloudflare API failed: 404 Not Found (proxy.example.com)";
  await expect(run()).rejects.toThrow("Listing the secrets failed");
  expect(account.secrets["CONNECTOR_KEY"]).toBe("kept");
  expect(account.asked().at(-1)).toBe("secret list --format json");
});

it("makes nothing where it is not clear which account or database is meant, or whether something is there", async () => {
  account.accounts.push({ id: "b2", name: "Other" });
  await expect(run()).rejects.toThrow("b2  Other");
  account.accounts = [];
  await expect(run()).rejects.toThrow("You are not signed in");
  account.accounts = [{ id: "a1", name: "Northfold" }];
  account.databases = [{ name: "cleardial", uuid: "33333333-0000-0000-0000-000000000000" }];
  account.breaks = "r2 bucket info";
  await expect(run()).rejects.toThrow("Asking for cleardial-archive failed");
  const text = readFileSync(config, "utf8");
  for (const [databases, why] of [
    [[], "Is it the right account?"],
    [[{ name: "cleardial", uuid: "44444444-0000-0000-0000-000000000000" }], "in this account it is 4444"],
  ] as const) {
    account.databases = [...databases];
    writeFileSync(config, text);
    await expect(run()).rejects.toThrow(why);
  }
  const calls = account.asked();
  expect(made(calls)).toEqual([]);
  expect(calls.filter((call) => /migrations|deploy(?! --dry-run)/.test(call))).toEqual([]);
});

describe("an upgrade to buckets for each purpose", () => {
  const calls = async () => {
    await run().catch(() => undefined);
    return account.asked();
  };
  beforeEach(async () => {
    await run();
    account.asked();
    account.buckets = account.buckets.filter((name) => !/files|copies/.test(name));
    setup = false;
  });

  it("makes them before it migrates; where one cannot be made, the old Worker and its tables stay", async () => {
    account.breaks = "r2 bucket create cleardial-copies";
    const stopped = await calls();
    expect(made(stopped)).toEqual(["r2 bucket create cleardial-files", "r2 bucket create cleardial-copies"]);
    expect(stopped.filter((call) => /^d1 migrations|^deploy(?! --dry-run)/.test(call))).toEqual([]);
    const again = await calls();
    expect(made(again)).toEqual(["r2 bucket create cleardial-copies"]);
    const [bucket, migrate, deployed] = ["create cleardial-copies", "migrations apply", /^deploy$/].map(
      (part) => again.findIndex((call) => call.match(part)),
    );
    expect(bucket).toBeGreaterThan(0);
    expect([bucket! < migrate!, migrate! < deployed!]).toEqual([true, true]);
  });

  it.each([
    ["S3 for recordings alone", 'S3_BUCKET = "calls"', "S3_FILES_BUCKET is missing"],
    [
      "one bucket of S3 for two purposes",
      'S3_BUCKET = "calls"\nS3_FILES_BUCKET = "files"\nS3_COPIES_BUCKET = "files"',
      "S3_FILES_BUCKET and S3_COPIES_BUCKET name the same bucket",
    ],
    ["the region of a machine", 'LOCAL_REGION = "GB"', "LOCAL_REGION is set"],
    ["a jurisdiction that a bucket has not", 'R2_JURISDICTION = "eu"', "FILES has no jurisdiction"],
  ])("changes nothing with %s", async (_, vars, why) => {
    writeFileSync(config, readFileSync(config, "utf8").replace("[vars]", `[vars]\n${vars}`));
    await expect(run()).rejects.toThrow(why);
    expect(account.asked()).toEqual([]);
  });

  it("changes nothing where two bindings have one bucket of R2", async () => {
    writeFileSync(config, readFileSync(config, "utf8").replace('"cleardial-files"', '"cleardial-archive"'));
    await expect(run()).rejects.toThrow("ARCHIVE and FILES name the same bucket");
    expect(account.asked()).toEqual([]);
  });
});

it("asks what the migrations would move before it applies them, and takes copies away where the upgrade is given up", async () => {
  await run();
  account.asked();
  setup = false;
  await run();
  const calls = account.asked();
  const [asks, migrates] = [/^d1 execute DB --remote --json/, /^d1 migrations apply/].map((part) =>
    calls.findIndex((call) => part.test(call)),
  );
  expect([asks! > 0, asks! < migrates!]).toEqual([true, true]);
  account.breaks = "d1 execute";
  await expect(run()).rejects.toThrow("Asking the database failed");
  expect(account.asked().filter((call) => /^d1 migrations|^deploy(?! --dry-run)/.test(call))).toEqual([]);
  const lines: string[] = [];
  await leaveAhead({ config, wrangler: account.wrangler, say: (line) => lines.push(line) });
  expect(lines.at(-1)).toBe("Nothing was copied ahead.");
  expect(account.asked().filter((call) => /^d1 migrations|^deploy/.test(call))).toEqual([]);
});

it("a dry run wants no account, and says what it would do", async () => {
  account.accounts = [];
  const said = await run({ dryRun: true });
  expect(account.asked()).toEqual(["deploy --dry-run"]);
  for (const part of [
    "cleardial-archive",
    "queue two",
    "SETUP_CODE, AUDIT_KEY, CONNECTOR_KEY",
    "3.11 MiB",
    "0.69 MiB",
  ])
    expect(said).toContain(part);
});

it("the real Worker's queues are made before it: each with a consumer, and the queue of the dead", () => {
  const kinds = ["slices", "copying", "erasure", "mail", "webhooks", "marks", "dead"];
  expect(wantedBy(at("wrangler.toml")).queues.toSorted()).toEqual(
    kinds.map((kind) => `cleardial-${kind}`).sort(),
  );
});

it("the real Worker can be bundled, without an account, and stays far below Cloudflare's limits", () => {
  buildAssets();
  const args = [at("scripts/deploy.ts"), "--dry-run", "--no-build"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const [, whole, packed] = /The Worker is ([\d.]+) MiB .*, ([\d.]+) MiB compressed/.exec(stdout) ?? [];
  expect(Number(whole)).toBeLessThan(10);
  expect(Number(packed)).toBeLessThan(3);
});

it("reads what wrangler prints", () => {
  const triggers = (target: string) => addressIn(`Deployed cleardial triggers (0.42 sec)\n  ${target}\n`);
  expect(triggers("dial.example.com (custom domain)")).toBe("https://dial.example.com");
  expect(triggers("dial.example.com/*")).toBe("https://dial.example.com");
  expect(triggers("schedule: 17 3 * * *")).toBeNull();
  expect(sizeOf("nothing")).toBe("Wrangler did not report the Worker's size.");
});
