/** `cleardial bench` against a real Worker: what it prints, that it keeps nothing, and where it stops. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { at } from "../../../scripts/lib/paths.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { addPerson, call, push } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { isFictionalInGB } from "../../../shared/phone/gb.ts";
import { madeUp } from "../../../worker/cli/bench/made-up.ts";
import { changePolicy } from "../kit/policy.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-bench-"));
const state = join(dir, "state");
let worker: RunningWorker;
let token: string;
beforeAll(async () => {
  worker = await startWorker({ port: await freePort(), stateDir: state, setupCode: "the-code" });
  const admin = { code: "the-code", name: "Ada", email: "ada@example.com" };
  ({ token } = await call<{ token: string }>(worker.url, null, "POST", "/v1/setup", admin));
  await push(worker.url, token, "tps", madeUp(0, 200), new Date().toISOString().slice(0, 10));
});
afterAll(async () => {
  await worker.stop();
  rmSync(dir, { recursive: true, force: true });
});

function cli(as: string, ...args: string[]) {
  const child = spawn(process.execPath, [at("worker/cli/main.ts"), ...args], {
    env: { ...process.env, CLEARDIAL_URL: worker.url, CLEARDIAL_TOKEN: as },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (d: Buffer) => (stdout += d.toString()));
  child.stderr.on("data", (d: Buffer) => (stderr += d.toString()));
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((done) =>
    child.on("close", (code) => done({ code, stdout, stderr })),
  );
}
/** The budgets' counts of what somebody asked about. */
const COUNTS = new Set(["asked", "asked_days", "changes_told"]);
function database(): DatabaseSync {
  const folder = join(state, "v3/d1/miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))!;
  return new DatabaseSync(join(folder, file), { readOnly: true });
}
/** What the trail has since it had so many rows. */
function codesSince(had: number): string[] {
  const db = database();
  const found = db.prepare("SELECT code FROM audit ORDER BY seq LIMIT -1 OFFSET ?").all(had) as {
    code: string;
  }[];
  db.close();
  return found.map(({ code }) => code);
}
/** How many rows each other table has. */
function rows(): Record<string, number> {
  const db = database();
  const tables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
    .all() as { name: string }[];
  const others = tables.filter(({ name }) => !COUNTS.has(name));
  const counted = others.map(({ name }) => {
    const { n } = db.prepare(`SELECT COUNT(*) AS n FROM "${name}"`).get() as { n: number };
    return [name, n] as const;
  });
  db.close();
  return Object.fromEntries(counted);
}

it("asks only about numbers that no one has", () => {
  const all = madeUp(0, 20_000);
  expect(all.filter((number) => !isFictionalInGB(number.slice("+44".length)))).toEqual([]);
  expect(new Set(all.slice(500, 1500)).size).toBe(1000);
});

it("prints what each kind of request took, within the requests that it was allowed, and leaves nothing but its count and that it read digests", async () => {
  const before = rows();
  const said = await cli(token, "bench", "--requests", "60");
  expect([said.code, said.stderr]).toEqual([0, expect.stringContaining("Measuring 100%")]);
  expect(said.stdout).toMatch(/version \d+\.\d+\.\d+.*, \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m);
  expect(said.stdout).toContain("the region is not known");
  expect(said.stdout).toMatch(/^ +requests +p50 +p95 +p99$/m);
  for (const kind of ["check of 1 number", "check of 50 numbers", "check of 1,000 numbers", "what changed"])
    expect(said.stdout).toMatch(new RegExp(`^${kind}.* \\d+(?: +[\\d.]+ ms){3}$`, "m"));
  expect(said.stdout).toMatch(/^Screening: [\d,]+ numbers a second/m);
  expect(said.stdout).toMatch(/^Sync: the \d+ blocks of tps/m);

  expect(said.stdout).toMatch(/^\d\d of at most 60 requests, with [\d,]+ made-up numbers/m);
  const after = rows();
  expect(Object.keys(after).filter((table) => after[table] !== before[table])).toEqual([
    "audit_payload",
    "audit_rows",
  ]);
  expect(new Set(codesSince(before["audit_rows"]!))).toEqual(new Set(["opened.digests"]));
});

it("goes past no number of requests that was not offered", async () => {
  for (const n of ["49", "1001"]) {
    const said = await cli(token, "bench", "--requests", n);
    expect([said.code, said.stderr]).toEqual([2, expect.stringContaining("from 50 to 1000")]);
  }
});

it("counts in an agent's hour, and does not begin what is more than an agent usually has", async () => {
  const agent = await addPerson(worker.url, token, { name: "Ann", email: "ann@example.com", role: "agent" });
  const begins = await cli(agent, "bench", "--requests", "1000");
  expect([begins.code, begins.stderr]).toEqual([2, expect.stringContaining("An agent has 20,000 an hour")]);

  await changePolicy(worker.url, { saves: token, approves: token }, (policy) => ({
    ...policy,
    access: { ...policy.access, numbersPerHour: 8000 },
  }));
  const once = await cli(agent, "bench", "--requests", "50");
  expect(once.code, once.stderr).toBe(0);
  expect(once.stdout).toContain("Sync: not measured");
  const again = await cli(agent, "--json", "bench", "--requests", "50");
  expect(again.code).toBe(5);
  expect(JSON.parse(again.stdout)).toMatchObject({ error: "too-many-numbers" });
});
