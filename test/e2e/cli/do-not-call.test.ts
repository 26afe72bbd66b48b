import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";

// A Worker of its own, as these tests kill it.
const dir = mkdtempSync(join(tmpdir(), "cleardial-bulk-"));
const start = (port: number) => startWorker({ port, stateDir: join(dir, "state"), setupCode: "the-code" });
let worker: RunningWorker;
let token: string;
beforeAll(async () => {
  worker = await start(await freePort());
  const admin = { code: "the-code", name: "Ada", email: "ada@example.com" };
  ({ token } = await call<{ token: string }>(worker.url, null, "POST", "/v1/setup", admin));
});
afterAll(async () => {
  await worker.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Report {
  added: number;
  there: number;
  unsent: number;
  refused: { line: number; code: string }[];
}
const cli = (...args: string[]) => {
  const child = spawn(process.execPath, [at("worker/cli/main.ts"), "--json", ...args], {
    env: { ...process.env, CLEARDIAL_URL: worker.url, CLEARDIAL_TOKEN: token },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (d: Buffer) => (stdout += d.toString()));
  child.stderr.on("data", (d: Buffer) => (stderr += d.toString()));
  return new Promise<{ code: number | null; answer: unknown; stderr: string }>((done) =>
    child.on("close", (code) => done({ code, stderr, answer: stdout && (JSON.parse(stdout) as unknown) })),
  );
};
const file = (name: string, content: string): string => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};
const numbers = (from: number, n: number) =>
  Array.from({ length: n }, (_, i) => `+44${1_632_000_000 + from + i}`);

it("ten thousand numbers of a file are not called from then on; the same file again adds nothing", async () => {
  const path = file("dnc.csv", `phone\n${numbers(0, 10_000).join("\n")}\nnonsense\n`);
  const first = await cli("dnc", "add", path, "--source", "the old CRM");
  expect(first).toMatchObject({ code: 1, answer: { added: 10_000, there: 0, unsent: 0 } });
  expect((first.answer as Report).refused).toMatchObject([{ line: 10_002, code: "not-a-number" }]);
  const { results } = await call<CheckAnswer>(worker.url, token, "POST", "/v1/check", {
    numbers: [numbers(0, 1)[0], numbers(9999, 1)[0], numbers(10_000, 1)[0]],
  });
  expect(results.map((r) => r.verdict)).toEqual(["blocked", "blocked", "unknown"]);
  const again = await cli("dnc", "add", path);
  expect(again.answer).toMatchObject({ added: 0, there: 10_000 });
  const { answer } = await cli("dnc", "list");
  expect(new Set((answer as Suppression[]).map(({ number }) => number)).size).toBe(10_000);
  expect(await call(worker.url, token, "GET", "/v1/audit/verify")).toMatchObject({ ok: true });
}, 240_000);

it("one entry is looked up and taken back", async () => {
  const [number] = numbers(0, 1);
  expect((await cli("dnc", "list", "--number", number!)).answer).toMatchObject([
    { number, kind: "objection", source: "the old CRM", reason: "From the file dnc.csv" },
  ]);
  expect((await cli("dnc", "end", number!, "--reason", "the wrong file")).answer).toEqual({ ended: 1 });
  expect((await cli("dnc", "list", "--number", number!)).answer).toEqual([]);
  expect((await cli("dnc", "list", "--number", number!, "--all")).answer).toMatchObject([
    { endedReason: "the wrong file" },
  ]);
});

it("a Worker killed in the middle loses nothing that was answered, and the same file again adds what is missing", async () => {
  const port = Number(new URL(worker.url).port);
  const path = file("more.csv", numbers(50_000, 6000).join("\n"));
  const adding = cli("dnc", "add", path);
  await expect
    .poll(async () => {
      const { results } = await call<CheckAnswer>(worker.url, token, "POST", "/v1/check", {
        numbers: numbers(50_000, 1),
      });
      return results[0]?.verdict;
    })
    .toBe("blocked");
  await worker.kill();
  worker = await start(port);
  const broken = (await adding).answer as Report;
  const again = (await cli("dnc", "add", path)).answer as Report;
  // An interrupted request is sent again under its key: the new Worker may already have stored it.
  expect(again.there).toBeGreaterThanOrEqual(broken.added);
  expect(again).toMatchObject({ added: 6000 - again.there, unsent: 0, refused: [] });
  expect((await cli("dnc", "add", path)).answer).toMatchObject({ added: 0, there: 6000 });
  expect(await call(worker.url, token, "GET", "/v1/audit/verify")).toMatchObject({ ok: true });
}, 240_000);

it("a log of calls is tried first, taken with --apply, and judged by what was known at each moment", async () => {
  const [blocked, unknown] = [numbers(0, 2)[1], numbers(99_000, 1)[0]];
  const at = (ms: number) => new Date(Date.now() - ms).toISOString();
  const rows = [
    `c1,${blocked},${at(0)},0:01:05,Ada`,
    `c2,${unknown},${at(60_000)},12,ext 9`,
    `c2,${unknown},${at(60_000)},12,ext 9`,
    `c3,nonsense,${at(0)},1,Ada`,
  ];
  const path = file("calls.csv", `Call ID,Who,Start,Duration,User\n${rows.join("\n")}\n`);
  const add = (...more: string[]) => cli("calls", "import", path, "--provider", "pbx", ...more);
  expect(await add()).toMatchObject({ code: 2, answer: { error: "which-column" } });
  const columns = ["--column", "number=who"];
  const report = { added: 2, there: 1, findings: { blocked: 1, unscreened: 2 }, refused: [{ line: 5 }] };
  expect(await add(...columns)).toMatchObject({ code: 1, answer: { ...report, applied: false } });
  expect(await add(...columns, "--apply")).toMatchObject({ code: 1, answer: { ...report, applied: true } });
  expect(await add(...columns, "--apply")).toMatchObject({ answer: { added: 0, there: 3 } });
  expect(await call(worker.url, token, "GET", "/v1/calls?finding=blocked")).toMatchObject({
    calls: [
      { number: blocked, seconds: 65, agent: "Ada", personName: "Ada", reasons: [{ code: "objection" }] },
    ],
  });
});

it("consents of a file are recorded once, with their evidence", async () => {
  const rows = numbers(90_000, 700).map((n, i) => `${n},Person ${i},2026-05-01,"form ${i}, page 1"`);
  const path = file("consents.csv", `phone,given by,given at,evidence\n${rows.join("\n")}\n`);
  const add = () => cli("consents", "add", path, "--basis", "consent");
  expect(await add()).toMatchObject({ code: 0, answer: { added: 700, there: 0 } });
  expect(await add()).toMatchObject({ code: 0, answer: { added: 0, there: 700 } });
  const query = encodeURIComponent(numbers(90_699, 1)[0]!);
  expect(await call(worker.url, token, "GET", `/v1/consents?number=${query}`)).toMatchObject({
    consents: [{ givenBy: "Person 699", evidence: "form 699, page 1", givenAt: "2026-05-01T00:00:00Z" }],
  });
});
