/** `--json` of each command: whatever happens, stdout is one JSON object or nothing, and a failure is told there with its code. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { examplesEn } from "../../shared/texts/cli/examples.en.ts";
import { exits } from "../../worker/cli/exits.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-json-"));
const problem = { type: "about:blank", title: "Not for this role.", status: 403, code: "role-not-allowed" };
const server = createServer((_, response) => {
  response.statusCode = 403;
  response.setHeader("content-type", "application/problem+json").end(JSON.stringify(problem));
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

const run = (args: string[]) =>
  new Promise<{ code: number | null; stdout: string }>((done) => {
    const env = { PATH: process.env["PATH"] ?? "", CLEARDIAL_URL: url, CLEARDIAL_TOKEN: "cdt_x" };
    const child = spawn(process.execPath, [at("worker/cli/main.ts"), ...args], { env, cwd: dir });
    let stdout = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.on("close", (code) => done({ code, stdout }));
    child.stdin.end();
  });
/** As a shell splits it: spaces, and quotation marks. */
const words = (line: string) => (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));

// A server of a protocol, which the shell's user starts, and a script for the shell.
const others = new Set(["mcp", "completion"]);
const alone = ["lists rules", "audit key"];
const all = Object.entries(examplesEn).filter(([path]) => !others.has(path));

it.each(all)("%s", async (path, [example]) => {
  const { code, stdout } = await run(["--json", ...words(example!.replace("--json ", "").split(" >")[0]!)]);
  expect(code, stdout).not.toBe(exits.fault);
  expect(code, stdout).not.toBe(null);
  expect(stdout.trim().split("\n"), stdout).toHaveLength(1);
  const said = JSON.parse(stdout) as object;
  expect(said).toBeTypeOf("object");
  // Two need neither the server nor a file; each other is refused by one of them.
  if (code === 0) return expect(alone).toContain(path);
  expect(said).toEqual({
    error: expect.stringMatching(/^[a-z][a-z-]*$/) as string,
    message: expect.stringMatching(/\S/) as string,
  });
});
