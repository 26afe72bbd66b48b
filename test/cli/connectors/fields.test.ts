/** `connectors fields`: says what is missing, makes it with --make, and never has a password on the command line. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { exits } from "../../../worker/cli/exits.ts";
import { program } from "../../../worker/cli/program.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-fields-"));
const asked: unknown[] = [];
let answer: object = {};
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const text = Buffer.concat(chunks).toString();
    if (text !== "") asked.push([request.url, JSON.parse(text)]);
    const connectors = [{ id: "c1", name: "House CRM" }];
    response
      .setHeader("content-type", "application/json")
      .end(JSON.stringify(request.method === "GET" ? { connectors } : answer));
  });
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  asked.length = 0;
  process.exitCode = 0;
  vi.restoreAllMocks();
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

const row = (name: string, state: string, more = {}) => ({
  ...{ object: "Contact", field: "verdict", name, state, is: null, why: null },
  ...more,
});
async function said(...args: string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(String(text)) > 0);
  await program().parseAsync(["--url", url, "--token", "t", "connectors", ...args], { from: "user" });
  return lines.join("");
}

it("says what it would make, and makes nothing", async () => {
  answer = {
    ok: false,
    error: null,
    fields: [row("cVerdict", "missing"), row("cDate", "other", { is: "int" })],
  };
  const text = await said("fields", "House CRM");
  expect(asked).toEqual([["/v1/connectors/c1/fields", { make: false }]]);
  expect(text).toContain("Contact: cVerdict: it would be made.");
  expect(text).toContain("Contact: cDate: it is of another type (int), and stays as it is.");
  expect(process.exitCode).toBe(exits.finding);
});

it("makes them with an administrator's credentials from a file, and says the CRM's own reason", async () => {
  const file = join(dir, "once.json");
  writeFileSync(file, JSON.stringify({ user: "admin", password: "pw" }));
  answer = { ok: true, error: null, fields: [row("cVerdict", "made")] };
  expect(await said("fields", "c1", "--make", "--credentials", file)).toContain(
    "Contact: cVerdict: it is made.",
  );
  expect(asked).toEqual([
    ["/v1/connectors/c1/fields", { make: true, secret: { user: "admin", password: "pw" } }],
  ]);
  expect(process.exitCode).toBe(0);
  answer = { ok: false, error: null, fields: [row("cVerdict", "refused", { why: "403 MISSING_SCOPES" })] };
  expect(await said("fields", "c1", "--make")).toContain(
    "it was refused: 403 MISSING_SCOPES.\nWhat was refused can be made by hand in the CRM.",
  );
  answer = { ok: false, error: "hubspot: no answer", fields: [] };
  expect(await said("fields", "c1", "--make")).toContain("hubspot: no answer");
});

it("refuses an unknown connector, and credentials that are none", async () => {
  await expect(said("fields", "Another")).rejects.toMatchObject({ exit: exits.usage });
  const file = join(dir, "wrong.json");
  writeFileSync(file, '["x"]');
  await expect(said("fields", "c1", "--make", "--credentials", file)).rejects.toMatchObject({
    exit: exits.usage,
  });
  expect(asked).toEqual([]);
});
