import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Register } from "../../../shared/registers/api.ts";
import type { MailAnswer } from "../../../shared/mail/api.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { call, daysAgo, setUp } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { PASSPHRASE, type SftpServer, startSftp, startSftpWithPassword } from "./sftp.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-sync-"));
chmodSync(dir, 0o711); // the SFTP server runs as another user
let worker: RunningWorker;
let token: string;
let folder = "";
let runs = 0;
beforeAll(async () => {
  worker = await startWorker({ port: await freePort(), stateDir: join(dir, "state"), setupCode: "the-code" });
  token = await setUp(worker.url, "the-code", { name: "Ada", email: "ada@example.com" });
});
afterAll(async () => {
  await worker.stop();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(() => {
  folder = join(dir, `files-${++runs}`);
  mkdirSync(folder);
});

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}
/** One run. The configuration and the state beside it are kept between the runs of a test. */
function sync(config: object | string, env: Record<string, string> = {}, args: string[] = []): Promise<Ran> {
  const file = join(dir, `sync-${runs}.json`);
  writeFileSync(
    file,
    typeof config === "string" ? config : JSON.stringify({ state: `state-${runs}.json`, ...config }),
  );
  const child = spawn(process.execPath, [at("worker/cli/main.ts"), ...args, "sync", file], {
    env: { ...process.env, CLEARDIAL_URL: worker.url, CLEARDIAL_TOKEN: token, ...env },
  });
  const out: Ran = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (d: Buffer) => (out.stdout += d.toString()));
  child.stderr.on("data", (d: Buffer) => (out.stderr += d.toString()));
  return new Promise((done) => child.on("close", (code) => done({ ...out, code })));
}
const register = (from: number, n: number) =>
  Array.from({ length: n }, (_, i) => `01632 ${960_000 + from + i}\r\n`).join("");
const put = (name: string, content: string, day?: string) => {
  writeFileSync(join(folder, name), content);
  if (day) utimesSync(join(folder, name), new Date(`${day}T12:00:00Z`), new Date(`${day}T12:00:00Z`));
};
const list = (id: string) => call<Register>(worker.url, token, "GET", `/v1/lists/${id}`);
const declare = (id: string) =>
  call<Register>(worker.url, token, "PUT", `/v1/lists/${id}`, { name: id, regions: ["GB"], maxAgeDays: 28 });
const mails = async () => {
  const { mails } = await call<MailAnswer>(worker.url, token, "GET", "/v1/mail?limit=200");
  return mails.filter((m) => m.template === "sync").length;
};
const fromFolder = (id: string, more: object = {}) => ({
  list: id,
  from: { kind: "folder", path: folder },
  whole: "whole-{yyyy-mm-dd}.txt",
  changes: "changes-{yyyy-mm-dd}.txt",
  ...more,
});

describe("from a folder", () => {
  it("pushes the newest whole file, then the changes by their date, each once", async () => {
    put(`whole-${daysAgo(9)}.txt`, register(0, 10));
    put(`whole-${daysAgo(6)}.txt`, register(0, 20));
    put(`changes-${daysAgo(7)}.txt`, "01632960500,A\n");
    put(`changes-${daysAgo(4)}.txt`, "01632960000,D\n");
    put(`changes-${daysAgo(5)}.txt`, "01632960000,A\n01632960600,A\n");
    put("readme.txt", "nothing");
    const config = { lists: [fromFolder("tps")] };
    const first = await sync(config, {}, ["--json"]);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    const { lists } = JSON.parse(first.stdout) as { lists: { pushed: { file: string }[] }[] };
    expect(lists[0]!.pushed.map((p) => p.file)).toEqual([
      `whole-${daysAgo(6)}.txt`,
      `changes-${daysAgo(5)}.txt`,
      `changes-${daysAgo(4)}.txt`,
    ]);
    // 20 numbers, one added and the first one removed: the changes were applied in the order of their dates.
    expect(await list("tps")).toMatchObject({ version: 3, numbers: 20, asOf: daysAgo(4) });

    const again = await sync(config);
    expect([again.code, again.stdout]).toEqual([0, "tps: nothing new.\n"]);
    put(`changes-${daysAgo(3)}.txt`, "01632960700,A\n");
    expect((await sync(config)).stdout).toContain("1 number read, 1 added");
    // A lost state costs a comparison and changes nothing.
    rmSync(join(dir, `state-${runs}.json`));
    expect((await sync(config)).code).toBe(0);
    expect(await list("tps")).toMatchObject({ version: 4, numbers: 21, asOf: daysAgo(3) });
  });

  it("what fails ends the register's run, is mailed once a day, and leaves other registers alone", async () => {
    await declare("second");
    put(`whole-${daysAgo(5)}.txt`, register(0, 10));
    put(`changes-${daysAgo(4)}.txt`, "01632960500\n");
    put(`changes-${daysAgo(3)}.txt`, "01632960501,A\n");
    const config = { lists: [fromFolder("ctps"), fromFolder("second", { changes: undefined })] };
    const before = await mails();
    const ran = await sync(config);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`ctps: changes-${daysAgo(4)}.txt: A line does not say whether`);
    expect(await list("ctps")).toMatchObject({ version: 1, asOf: daysAgo(5) });
    expect(await list("second")).toMatchObject({ version: 1, numbers: 10 });
    expect(await mails()).toBe(before + 1);
    expect((await sync(config)).code).toBe(1);
    expect(await mails()).toBe(before + 1);
    // Once the file is corrected, the sync resumes at it.
    put(`changes-${daysAgo(4)}.txt`, "01632960500,A\n");
    expect((await sync(config)).code).toBe(0);
    expect(await list("ctps")).toMatchObject({ version: 3, numbers: 12, asOf: daysAgo(3) });
  });

  it("a list that shrinks, changes without a list, and a folder that is not there are failures", async () => {
    await declare("third");
    put(`changes-${daysAgo(4)}.txt`, "01632960500,A\n");
    const config = { lists: [fromFolder("third")] };
    expect((await sync(config)).stderr).toContain("No complete file of the register has been uploaded yet");
    put(`whole-${daysAgo(5)}.txt`, register(0, 50));
    expect((await sync(config)).code).toBe(0);
    put(`whole-${daysAgo(2)}.txt`, register(0, 10));
    expect((await sync(config)).stderr).toContain("would lose more numbers than the policy allows");
    expect(await list("third")).toMatchObject({ numbers: 51, asOf: daysAgo(4) });
    rmSync(folder, { recursive: true });
    expect(await sync(config)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("cannot be reached") as string,
    });
  });

  it("says by mail when nothing new has come for some days", async () => {
    const config = { lists: [fromFolder("second", { quietDays: 3 })] };
    const state = join(dir, `state-${runs}.json`);
    expect((await sync(config)).code).toBe(0);
    const before = await mails();
    const remembered = JSON.parse(readFileSync(state, "utf8")) as Record<string, { lastNew: string }>;
    remembered["second"]!.lastNew = new Date(Date.now() - 3.5 * 86_400_000).toISOString();
    writeFileSync(state, JSON.stringify(remembered));
    const ran = await sync(config);
    expect([ran.code, ran.stdout]).toEqual([
      0,
      "second: nothing new.\nNo new file has arrived for 3 days.\n",
    ]);
    expect(await mails()).toBe(before + 1);
  });
});

describe("by SFTP", () => {
  let server: SftpServer;
  let served: string;
  beforeAll(async () => {
    const keys = join(dir, "keys");
    served = join(dir, "served");
    mkdirSync(keys);
    mkdirSync(served);
    server = await startSftp(keys, served);
    console.log(`SFTP by ${server.kind}`);
    await declare("remote");
    return () => server.close();
  });
  const from = (more: object = {}) => ({
    kind: "sftp",
    ...{ host: "127.0.0.1", port: server.port, user: server.user, folder: served },
    ...{ hostKey: server.hostKey, keyFile: server.keyFile },
    ...more,
  });
  const config = (more: object = {}) => ({
    lists: [{ list: "remote", from: from(more), whole: "tps_ns.txt" }],
  });

  it("takes a file whose date is the day it was changed, larger than one packet", async () => {
    folder = served;
    put("tps_ns.txt", register(0, 20_000), daysAgo(2));
    const ran = await sync(config());
    expect([ran.code, ran.stderr], server.kind).toEqual([0, ""]);
    expect(await list("remote")).toMatchObject({
      numbers: 20_000,
      asOf: daysAgo(2),
      history: [{ source: "tps_ns.txt" }],
    });
    put("tps_ns.txt", register(0, 20_001), daysAgo(1));
    expect((await sync(config())).stdout).toContain("20,001 numbers read, 1 added");
  });

  it("tells nothing to a server with another key, and says so", async () => {
    const other = `SHA256:${"A".repeat(43)}`;
    const ran = await sync(config({ hostKey: other }));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`has a different host key than the configured one: ${server.hostKey}`);
  });

  it("takes a key with a passphrase, or a password, from the environment", async () => {
    folder = served;
    put("tps_ns.txt", register(0, 20_002), daysAgo(0));
    const locked = { lists: [{ ...config().lists[0]!, from: from({ keyFile: server.lockedKeyFile }) }] };
    const before = await sync(locked);
    expect([before.code, (await list("remote")).numbers]).toEqual([1, 20_001]);
    Object.assign(locked.lists[0]!.from, { passphraseEnv: "KEY_PASSPHRASE" });
    expect(await sync(locked, { KEY_PASSPHRASE: PASSPHRASE })).toMatchObject({ code: 0, stderr: "" });
    expect((await list("remote")).numbers).toBe(20_002);

    const other = await startSftpWithPassword(served, "s3cret");
    try {
      put("tps_ns.txt", register(0, 20_003), daysAgo(0));
      const { port, hostKey, user } = other;
      const source = { kind: "sftp", host: "127.0.0.1", port, hostKey, user, passwordEnv: "SFTP_PASSWORD" };
      const byPassword = { lists: [{ list: "remote", from: source, whole: "tps_ns.txt" }] };
      const refused = await sync(byPassword, { SFTP_PASSWORD: "wrong" });
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/^remote: .*authentication/)]);
      expect(refused.stderr).not.toContain("wrong");
      expect(await sync(byPassword, { SFTP_PASSWORD: "s3cret" })).toMatchObject({ code: 0, stderr: "" });
      expect((await list("remote")).numbers).toBe(20_003);
    } finally {
      await other.close();
    }
  });

  it("a folder that is not there, a wrong key or user and a dead server are failures in words", async () => {
    const cases: [object, RegExp][] = [
      [{ folder: "/nowhere" }, /nowhere/],
      [{ port: await freePort() }, /cannot be reached/],
      [{ keyFile: join(dir, "absent") }, /absent/],
      [{ keyFile: join(dir, "sync-1.json") }, /key/i],
      [{ user: "somebody-else" }, /authentication/],
    ];
    for (const [more, words] of cases) {
      const ran = await sync(config(more));
      expect([ran.code, ran.stderr]).toEqual([1, expect.stringMatching(words)]);
      expect(ran.stderr).toMatch(/^remote: .+\n$/);
      expect(ran.stderr).not.toContain("    at ");
    }
  });
});

describe("by HTTPS", () => {
  const serve = async (listener: RequestListener) => {
    const server = createServer(listener);
    const port = await freePort();
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
    return { url: `http://127.0.0.1:${port}/lists/`, close: () => new Promise((done) => server.close(done)) };
  };

  it("asks for each day's name, with the secret of the environment, and refuses what breaks off", async () => {
    await declare("web");
    const files: Record<string, string> = {
      [`whole-${daysAgo(4)}.txt`]: register(0, 30),
      [`changes-${daysAgo(3)}.txt`]: "01632960900,A\n",
    };
    let cut = false;
    const server = await serve((request, response) => {
      const content = files[(request.url ?? "").replace("/lists/", "")];
      if (request.headers.authorization !== "Bearer s3cret") return void response.writeHead(401).end();
      if (content === undefined) return void response.writeHead(404).end();
      response.writeHead(200, { "content-length": content.length });
      if (request.method === "HEAD") return void response.end();
      if (cut) return void response.write(content.slice(0, 200), () => response.destroy());
      return void response.end(content);
    });
    const from = { kind: "https", url: server.url, authorizationEnv: "LISTS_AUTH" };
    const config = { lists: [{ ...fromFolder("web"), from }] };
    try {
      const env = { LISTS_AUTH: "Bearer s3cret" };
      expect(await sync(config, env)).toMatchObject({ code: 0, stderr: "" });
      expect(await list("web")).toMatchObject({ version: 2, numbers: 31, asOf: daysAgo(3) });
      files[`whole-${daysAgo(1)}.txt`] = register(0, 29);
      cut = true;
      expect((await sync(config, env)).code).toBe(1);
      expect(await list("web")).toMatchObject({ version: 2, numbers: 31 });
      cut = false;
      expect((await sync(config, env)).code).toBe(0);
      const refused = await sync(config, { LISTS_AUTH: "Bearer wrong" });
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("status 401")]);
      expect((await sync(config)).stderr).toContain("The environment variable LISTS_AUTH is not set.");
    } finally {
      await server.close();
    }
  });
});

it("a configuration that cannot be used is refused before anything is done", async () => {
  const cases: [object | string, string][] = [
    ["{", "cannot be used"],
    [{}, "lists"],
    [{ lists: [{ ...fromFolder("tps"), whole: undefined, changes: undefined }] }, "whole or changes"],
    [{ lists: [{ ...fromFolder("tps"), from: { kind: "ftp" } }] }, "lists[0].from"],
    [
      { lists: [{ ...fromFolder("tps"), from: { kind: "https", url: "http://example.com/" } }] },
      "https only",
    ],
    [
      { lists: [{ list: "tps", from: { kind: "https", url: "https://example.com/" }, whole: "*.txt" }] },
      "cannot be listed",
    ],
    [{ lists: [{ ...fromFolder("tps"), password: "secret" }] }, "password"],
  ];
  for (const [config, words] of cases) {
    const ran = await sync(config);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(words)]);
  }
  writeFileSync(join(dir, `state-${runs}.json`), "[");
  expect((await sync({ lists: [fromFolder("tps")] })).stderr).toContain("Repair it, or delete it");
});
