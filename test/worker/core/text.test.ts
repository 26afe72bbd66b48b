/** Text that is not well-formed Unicode, or holds NUL, is refused by every route, wherever a request has it. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { scopeSchema } from "../../../shared/people/api.ts";
import { problemDetails as details } from "../../../shared/texts/core/problems.en.ts";
import type { Env } from "../../../worker/env.ts";
import { app } from "../../../worker/index.ts";
import { aTeam, call, dump, integration, under } from "../helpers.ts";

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

const isImport = (path: string) => /\/(bulk|import)$/.test(path);
const tokenFor = async (roles: Operation["x-roles"]) =>
  roles === "public"
    ? undefined
    : roles.length === 0
      ? integration(tokens.admin, scopeSchema.options, "All")
      : tokens[(roles.includes("admin") ? "admin" : roles[0]) as keyof typeof tokens];
const json = { "content-type": "application/json" };

it("in a body: at any depth, in keys too", async () => {
  const bad = ['"\\ud800"', '"a\\uDC00b"', '"\\u0000"'];
  const writes = operations.filter(({ method, path }) => method !== "GET" && !path.startsWith("/v1/hooks/"));
  expect(writes.length).toBeGreaterThan(60);
  const before = (await dump("audit")).length;
  for (const { method, path, roles } of writes) {
    const own = await tokenFor(roles);
    for (const [where, raw] of [
      ["reason", `{"reason":${bad[0]}}`],
      ["rows.0.a", `{"rows":[{"a":${bad[1]}}]}`],
      ["deep", `{"deep":{${bad[2]}:1}}`],
    ] as const) {
      // An import refuses the row, below.
      if (where === "rows.0.a" && isImport(path)) continue;
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
  expect(made.filter((code) => !/^(token|people|integration|audit\.bound)/.test(code))).toEqual([]);
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
  const { data } = await call("POST", "/privacy-request", {
    raw: "kind=objection&name=caf%e9&number=%2B442079460996",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: "https://cleardial.test" },
  });
  expect(data).toMatchObject(refused("body"));
  expect(JSON.stringify(await dump("requests"))).not.toContain("u0000");
});

it("in an import: the row alone, and the others are taken", async () => {
  const imports = operations.filter(({ path }) => isImport(path));
  expect(imports.length).toBeGreaterThan(4);
  for (const { method, path, roles } of imports) {
    const raw = '{"rows":[{"number":"+442079460958","reason":"\\udc00"},{"\\u0000":1}]}';
    const token = await tokenFor(roles);
    const { status, data } = await call(method, path, { raw, headers: json, ...(token && { token }) });
    expect(status, path).toBe(200);
    const { results } = data as { results: { status: string; why: string }[] };
    for (const { status, why } of results) {
      expect(status, path).toBe("refused");
      expect(why, path).toContain(details.noText);
    }
  }
  const rows = ["whole", "half \ud800", "also whole"].map((reason, n) => ({
    ...{ number: `+44207946088${n}`, kind: "house", reason },
  }));
  const { data } = await call("POST", "/v1/suppressions/bulk", { token: tokens.manager, body: { rows } });
  expect((data as { results: { status: string }[] }).results.map(({ status }) => status)).toEqual([
    ...["added", "refused", "added"],
  ]);
});

it("in bytes that are no UTF-8: nothing is replaced", async () => {
  const bytes = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
  const reason = (word: string) => bytes(`{"number":"+442079460994","kind":"house","reason":"${word}"}`);
  for (const word of ["caf\xe9", "\xed\xa0\x80", "\xc0\x80", "cut \xf0\x9f\x98"]) {
    const sent = { token: tokens.agent, raw: reason(word), headers: json };
    expect((await call("POST", "/v1/suppressions", sent)).data, word).toMatchObject(refused("body"));
  }
  expect(JSON.stringify(await dump("suppressions"))).not.toContain("442079460994");
  for (const part of ["a%ffb", "%ed%a0%80", "%00"])
    expect(
      (await call("GET", `/v1/recordings?agent=${part}`, { token: tokens.compliance })).data,
    ).toMatchObject(refused("url"));
  const whole = await call("GET", "/v1/recordings?agent=caf%C3%A9%2550", { token: tokens.compliance });
  expect(whole.status).toBe(200);
});

it("in a provider's report: it is registered, or its recording would never be erased, and nothing is taken for another", async () => {
  const own = { ...env, AIRCALL_HOOK_TOKEN: "token" } as Env;
  const report = (id: number, name: string, digits: string) =>
    under(own, "POST", "/v1/hooks/aircall", {
      headers: json,
      body: {
        token: "token",
        event: "call.ended",
        data: {
          ...{ id, direction: "inbound", started_at: Math.floor(Date.now() / 1000) - 60, duration: 5 },
          ...{ raw_digits: digits, recording: "x", user: { name }, comments: ["half \ud800"] },
        },
      },
    });
  expect((await report(1, "Ann\ud800", "+44 20 7946 0991")).status).toBe(201);
  expect((await report(2, "Ann\0", "+44 20 7946\0 0991")).status).toBe(201);
  // Cut between characters.
  expect((await report(3, `${"a".repeat(199)}\u{1f600}`, "+44 20 7946 0991")).status).toBe(201);
  const rows = (await dump("recordings")) as { agent: string; number: number | null }[];
  expect(rows.map(({ agent, number }) => [agent, number]).sort()).toEqual([
    ["Ann\\u0000", null],
    ["Ann\\ud800", 442079460991],
    ["a".repeat(199), 442079460991],
  ]);
});
