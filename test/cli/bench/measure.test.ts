/** What a bench makes of answers that a Worker on this machine does not give: Cloudflare's header, lookups, another server. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { measure } from "../../../worker/cli/bench/measure.ts";

let asked: { path: string; numbers: number }[] = [];
let answers: Record<string, unknown> = {};
const server = createServer((request, response) => {
  const path = request.url!.split("?")[0]!;
  let body = "";
  request.on("data", (data: Buffer) => (body += data.toString()));
  request.on("end", () => {
    const { numbers = [] } = (body === "" ? {} : JSON.parse(body)) as { numbers?: string[] };
    asked.push({ path, numbers: numbers.length });
    response.setHeader("cf-ray", `230b030023ae2822-${asked.length % 2 === 0 ? "LHR" : "MAN"}`);
    response.end(path in answers ? JSON.stringify(answers[path]) : "<h1>Somebody else</h1>");
  });
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const tps = { id: "tps", name: "TPS", version: 3, numbers: 9 };
beforeEach(() => {
  asked = [];
  answers = {
    "/v1/health": { version: "0.1.0" },
    "/v1/me": { person: { role: "admin" }, company: "Example Ltd" },
    "/v1/lists": { lists: [tps, { ...tps, id: "ctps", numbers: 5 }] },
    "/v1/changes": { seq: 7 },
    "/v1/check": { results: [] },
    "/v1/lists/tps/digests": { version: 3, blocks: [[1, 2, 3]], next: null },
  };
});
const run = (most = 60) => measure(url, "cdt_x", most, () => undefined);

it("names the places where Cloudflare answered, and counts what it sent", async () => {
  const measured = await run();
  expect(measured).toMatchObject({
    version: "0.1.0",
    company: "Example Ltd",
    colos: ["LHR", "MAN"],
    requests: asked.length,
    numbers: asked.reduce((sum, { numbers }) => sum + numbers, 0),
    sync: { list: "tps", blocks: 1, requests: 1 },
  });
  expect(asked.length).toBeLessThanOrEqual(60);
  expect(new Set(asked.map(({ numbers }) => numbers))).toEqual(new Set([0, 1, 50, 1000]));
});

it("asks no lookup source about made-up numbers", async () => {
  answers["/v1/lists"] = {
    lists: [tps, { id: "ctps", name: "CTPS", version: 0, numbers: 0, lookup: "t2a" }],
  };
  await expect(run()).rejects.toMatchObject({ code: "lookups-on" });
  expect(asked.map(({ path }) => path)).not.toContain("/v1/check");
});

it("never sends more than it was allowed, however long a register is", async () => {
  answers["/v1/lists/tps/digests"] = { version: 3, blocks: [], next: 1 };
  await expect(run(50)).rejects.toMatchObject({ code: "too-many-requests" });
  expect(asked).toHaveLength(50);
});

it("knows another server by its answer", async () => {
  answers = {};
  await expect(run()).rejects.toMatchObject({ code: "not-cleardial" });
  expect(asked).toHaveLength(1);
});
