/** Limits: requests a token, body sizes a route, and how long a store may take. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Role } from "../../../shared/people/api.ts";
import { app } from "../../../worker/index.ts";
import { ask } from "../../../worker/storage/http.ts";
import { StoreError } from "../../../worker/storage/store.ts";
import { aTeam, under } from "../helpers.ts";
import { diallerOf } from "../recordings/kit.ts";

const tokens = aTeam();
afterEach(() => vi.useRealTimers());

describe("a token", () => {
  it("has so many requests a minute, and is counted by itself, wherever it is used", async () => {
    // The deployed limit is in wrangler.toml. Here it is low enough to reach.
    expect(env.PACE).toBeDefined();
    const left = new Map<string, number>();
    const limit = ({ key }: { key: string }) => {
      left.set(key, (left.get(key) ?? 3) - 1);
      return Promise.resolve({ success: left.get(key)! >= 0 });
    };
    const own = { ...env, PACE: { limit } };
    const statuses = async (token: string, n: number) => {
      const all = [];
      for (let i = 0; i < n; i++) all.push((await under(own, "GET", "/v1/me", { token })).status);
      return all;
    };
    expect(await statuses(tokens.agent, 4)).toEqual([200, 200, 200, 429]);
    expect(await statuses(tokens.manager, 1)).toEqual([200]);
    const refused = await under(own, "POST", "/v1/check", { token: tokens.agent, body: { numbers: ["1"] } });
    expect(refused.data).toMatchObject({ code: "too-many-requests" });
    expect(refused.headers.get("retry-after")).toBe("60");
    // By the token's id: the token itself must stay secret.
    expect([...left.keys()].some((key) => key.startsWith("cdt_"))).toBe(false);
  });
});

describe("a body", () => {
  interface Operation {
    "x-roles": Role[] | "public";
  }
  it("is refused where it is larger than its route takes, before it is read, by length or as it streams", async () => {
    const { paths } = await (
      await app.request("/openapi.json")
    ).json<{
      paths: Record<string, Record<string, Operation>>;
    }>();
    const larger = (path: string) =>
      path.endsWith("/audio") ? 95_000_001 : path.endsWith("/files") ? 30_000_001 : 2_000_000;
    const writing = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { "x-roles": roles }]) =>
        ["get", "delete"].includes(method) ? [] : [{ path, method: method.toUpperCase(), roles }],
      ),
    );
    expect(writing.length).toBeGreaterThan(40);
    for (const { path, method, roles } of writing) {
      // Audio needs a recording first: test/worker/recordings/audio.test.ts.
      if (path.endsWith("/audio")) continue;
      const last = roles === "public" ? "public" : roles.at(-1);
      const token = last === "public" ? undefined : last ? tokens[last] : await diallerOf(tokens.admin);
      const headers = { "content-type": "application/json", "content-length": String(larger(path)) };
      const url = path.replace(/\{\w+\}/g, "1");
      const said = await under(env, method, url, { ...(token && { token }), raw: "{}", headers });
      expect([said.status, (said.data as { code: string }).code], `${method} ${path}`).toEqual([
        413,
        "body-too-large",
      ]);
    }
    // Without a Content-Length.
    const chunk = new Uint8Array(100_000).fill(32);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += chunk.byteLength;
        controller.enqueue(chunk);
      },
    });
    const streamed = await under(env, "POST", "/v1/check", {
      token: tokens.agent,
      raw: endless,
      headers: { "content-type": "application/json" },
    });
    expect(streamed.status).toBe(413);
    expect(sent).toBeLessThan(3_000_000);
  });
});

it("a store that takes a request and never answers is given up", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const never = new Promise<Response>(() => undefined);
  const asked = expect(ask("s3", never)).rejects.toThrow(new StoreError("s3: no answer"));
  await vi.advanceTimersByTimeAsync(20_000);
  await asked;
  expect(vi.getTimerCount()).toBe(0);
  await expect(ask("s3", Promise.resolve(new Response("here")))).resolves.toMatchObject({ status: 200 });
  expect(vi.getTimerCount()).toBe(0);
});
