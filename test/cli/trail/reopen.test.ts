/** `cleardial audit reopen`: file after file, and what is lost is named, as a script rolls back only after it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { exits } from "../../../worker/cli/exits.ts";
import { program } from "../../../worker/cli/program.ts";

const lost = ["certificates/2025-03/1-x.ndjson.gz"];
let answers: object[] = [];
const asked: (string | undefined)[] = [];
const server = createServer(({ url: path }, response) => {
  asked.push(path);
  response.setHeader("content-type", "application/json").end(JSON.stringify(answers.shift()));
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function reopened(those: object[], ...options: string[]) {
  answers = those;
  const said = { stdout: "", stderr: "" };
  for (const to of ["stdout", "stderr"] as const)
    vi.spyOn(process[to], "write").mockImplementation((text) => {
      said[to] += String(text);
      return true;
    });
  await program().parseAsync(["--url", url, "--token", "cdt_x", "--json", "audit", "reopen", ...options], {
    from: "user",
  });
  return { ...said, code: process.exitCode };
}

it("puts all back", async () => {
  const { stdout, code } = await reopened([
    { files: 1, dials: 3, recordings: 0, certificates: 0 },
    { files: 1, dials: 0, recordings: 0, certificates: 2 },
    { files: 0, dials: 0, recordings: 0, certificates: 0, screened: 5 },
  ]);
  expect(JSON.parse(stdout)).toEqual({ files: 3, dials: 3, recordings: 0, certificates: 2, screened: 5 });
  expect(code).toBeUndefined();
});

it("names what is lost, and ends as not all is well", async () => {
  const { stdout, stderr, code } = await reopened([
    { files: 1, dials: 3, recordings: 0, certificates: 0 },
    { files: 0, dials: 0, recordings: 0, certificates: 2, lost },
  ]);
  expect(JSON.parse(stdout)).toEqual({
    files: 2,
    dials: 3,
    recordings: 0,
    certificates: 2,
    screened: 0,
    lost,
  });
  expect(stderr).toContain(`${lost[0]} is lost or was altered`);
  expect(code).toBe(exits.finding);
});

it("puts what is packed of the index back, and nothing else, where that is asked for", async () => {
  asked.length = 0;
  const none = { dials: 0, recordings: 0, certificates: 0 };
  const { stdout } = await reopened(
    [
      { files: 1, ...none },
      { files: 0, ...none },
    ],
    "--index",
  );
  expect(asked).toEqual(["/v1/dials/reopened?index=true", "/v1/dials/reopened?index=true"]);
  expect(JSON.parse(stdout)).toEqual({ files: 0, ...none, screened: 0 });
});
