import { describe, expect, it } from "vitest";
import { client, download } from "../../worker/cli/client.ts";

describe("the Worker's address", () => {
  it.each([
    "http://cleardial.example.workers.dev",
    "http://10.0.0.7:8787",
    "http://localhost.example",
    "cleardial.example.workers.dev",
    "ftp://localhost",
    "",
  ])("%s: nothing is sent there, as it would cross a network in the clear", async (url) => {
    expect(() => client(url, "cdt_1")).toThrow(/https/);
    await expect(download(url, "cdt_1", "/v1/audit/export")).rejects.toMatchObject({ code: "not-https" });
  });
  it.each([
    "https://cleardial.example.workers.dev/",
    "http://localhost:8787",
    "http://127.0.0.1:1",
    "http://[::1]",
  ])("%s will do", (url) => expect(client(url, undefined)).toBeTypeOf("function"));
});
