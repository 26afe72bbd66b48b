/** Text that is not well-formed Unicode, or holds NUL, is refused by every route, wherever a request has it. */
import { expect, it } from "vitest";
import { app } from "../../../worker/index.ts";
import { aTeam, call, dump, integration } from "../helpers.ts";

const tokens = aTeam();
interface Operation {
  "x-roles": string[] | "public";
}
const { paths } = await (
  await app.request("/openapi.json")
).json<{ paths: Record<string, Record<string, Operation>> }>();
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { "x-roles": roles }]) => ({
    method: method.toUpperCase(),
    path,
    roles,
  })),
);
const refused = (path: string) => ({ status: 422, code: "invalid", errors: [{ path }] });

it("in a body: at any depth, in keys too", async () => {
  const bad = ['"\\ud800"', '"a\\uDC00b"', '"\\u0000"'];
  const writes = operations.filter(({ method }) => method !== "GET");
  expect(writes.length).toBeGreaterThan(60);
  const before = (await dump("audit")).length;
  for (const { method, path, roles } of writes) {
    const own =
      roles === "public"
        ? undefined
        : roles.length === 0
          ? await integration(tokens.admin, ["recordings:write", "calls:write", "check", "screen"], "All")
          : tokens[(roles.includes("admin") ? "admin" : roles[0]) as keyof typeof tokens];
    for (const [where, raw] of [
      ["reason", `{"reason":${bad[0]}}`],
      ["rows.0.a", `{"rows":[{"a":${bad[1]}}]}`],
      ["deep", `{"deep":{${bad[2]}:1}}`],
    ] as const) {
      const url = path.replace(/\{(\w+)\}/g, "1");
      const { data } = await call(method, url, {
        raw,
        ...(own && { token: own }),
        headers: { "content-type": "application/json" },
      });
      expect(data, `${method} ${path}`).toMatchObject(refused(where));
    }
  }
  const made = ((await dump("audit")) as { code: string }[]).slice(before).map(({ code }) => code);
  expect(made.filter((code) => !/^(token|people|integration)/.test(code))).toEqual([]);
});

it("in a path and in a query", async () => {
  const token = tokens.compliance;
  expect((await call("GET", "/v1/recordings?agent=a%00b", { token })).data).toMatchObject(refused("url"));
  expect((await call("GET", "/v1/people/a%00b", { token })).data).toMatchObject(refused("url"));
});

it("but what is whole is taken: pairs, signs of every plane, and the escape of an escape", async () => {
  for (const reason of ["\ud83d\ude00 café", "\\u0000", "\\ud800", "\u{10ffff}"]) {
    const body = { number: "+442079460995", kind: "house", reason };
    const { status } = await call("POST", "/v1/suppressions", { token: tokens.agent, body });
    expect(status, reason).toBeLessThan(300);
  }
});

it("in the public form", async () => {
  const form = new URLSearchParams({ kind: "objection", name: "A\0B", number: "+442079460996" });
  await call("POST", "/privacy-request", {
    raw: form.toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", origin: "https://cleardial.test" },
  });
  expect(JSON.stringify(await dump("requests"))).not.toContain("u0000");
});
