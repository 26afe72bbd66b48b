/** How the command line answers for an address that is not ClearDial's, and that it never shows its token. */
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { client, download } from "../../worker/cli/client.ts";

const asked: (string | undefined)[] = [];
const server = createServer((request, response) => {
  asked.push(request.headers.authorization);
  response.setHeader("content-type", "text/html").end("<h1>Somebody else</h1>");
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

it("another server's page is refused as such, and is no export of the trail", async () => {
  const refused = { code: "not-cleardial", message: `Something answers at ${url}, but it is not ClearDial.` };
  await expect(client(url, "cdt_x")("GET", "/v1/lists")).rejects.toMatchObject(refused);
  await expect(download(url, "cdt_x", "/v1/audit/export")).rejects.toMatchObject(refused);
  expect(asked).toEqual(["Bearer cdt_x", "Bearer cdt_x"]);
});

it("no token crosses a network in the clear, and what is no address is said at once", async () => {
  const fetched = vi.spyOn(globalThis, "fetch");
  for (const [address, code] of [
    ["http://cleardial.example.com", "not-https"],
    ["HTTP://10.0.0.7:8787/", "not-https"],
    ["cleardial.example.com", "bad-address"],
    ["localhost:8787", "bad-address"],
    ["", "bad-address"],
  ] as const) {
    expect(() => client(address, "cdt_x"), address).toThrow(expect.objectContaining({ code }));
    expect(() => client(address, undefined), address).toThrow(expect.objectContaining({ code }));
    await expect(download(address, "cdt_x", "/v1/audit/export")).rejects.toMatchObject({ code });
  }
  expect(fetched).not.toHaveBeenCalled();
  fetched.mockRestore();
  for (const here of ["http://localhost:8787", "http://[::1]:8787", "https://cleardial.example.com/"])
    expect(() => client(here, "cdt_x")).not.toThrow();
});

it("a try that is never answered ends, where that is asked for", async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
  const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  await expect(client(address, "cdt_x", 0, 50)("POST", "/v1/check", {})).rejects.toMatchObject({
    code: "no-answer",
  });
  silent.closeAllConnections();
  silent.close();
});

it("the token of the environment stands in no help, asked for or not", () => {
  for (const args of [["--help"], [], ["push", "--help"], ["lissts"]]) {
    const env = { ...process.env, CLEARDIAL_TOKEN: "cdt_of-the-environment" };
    const said = spawnSync(process.execPath, [at("worker/cli/main.ts"), ...args], { env, encoding: "utf8" });
    expect(said.stdout + said.stderr, args.join(" ")).toMatch(/Usage|lists/);
    expect(said.stdout + said.stderr, args.join(" ")).not.toContain("cdt_of-the-environment");
  }
});
