import { beforeAll, expect, it } from "vitest";
import type { Role } from "../../shared/api.ts";
import { defaultPolicy } from "../../shared/policy.ts";
import { call, newTeam } from "./helpers.ts";

let tokens: Record<Role, string>;
beforeAll(async () => {
  tokens = await newTeam();
});
const read = () => call("GET", "/v1/policy", { token: tokens.agent });
const save = (policy: unknown, match?: string) =>
  call("PUT", "/v1/policy", {
    token: tokens.manager,
    body: { policy, why: "a test" },
    headers: match === undefined ? {} : { "if-match": match },
  });

it("starts with the whole schema's defaults", async () => {
  const { data, headers } = await read();
  expect(data).toEqual({ version: 0, at: null, by: null, policy: defaultPolicy });
  expect(headers.get("etag")).toBe('"0"');
});

it("a save is a new version with who, when and why; pages are told", async () => {
  const next = { ...defaultPolicy, registers: { ctps: "warn" } };
  const saved = await save(next, '"0"');
  expect(saved.data).toMatchObject({ version: 1, policy: { registers: { ctps: "warn" } } });
  expect((await read()).data).toEqual(saved.data);
  const { data } = await call("GET", "/v1/policy/versions", { token: tokens.manager });
  expect(data).toMatchObject({ versions: [{ version: 1, why: "a test" }] });
  const changes = (await call("GET", "/v1/changes?since=0", { token: tokens.agent })).data as {
    policy: unknown;
    stamp: { policy: number };
  };
  expect(changes.policy).toEqual(next);
  expect(changes.stamp.policy).toBe(1);
});

it("of two managers saving at once the second is told, and nothing is lost", async () => {
  const both = await Promise.all([
    save(defaultPolicy, '"1"'),
    save({ ...defaultPolicy, maskBlocked: true }, '"1"'),
  ]);
  expect(both.map((b) => b.status).sort()).toEqual([200, 412]);
  expect(((await read()).data as { version: number }).version).toBe(2);
  expect((await save(defaultPolicy, '"1"')).data).toMatchObject({ status: 412, code: "policy-moved" });
  expect((await save(defaultPolicy)).data).toMatchObject({ status: 428, code: "version-needed" });
});

it("a locked clause, an unknown one and a bad value are refused", async () => {
  for (const bad of [
    { ...defaultPolicy, inHouse: "warn" },
    { ...defaultPolicy, withheldCallerId: "allow" },
    { ...defaultPolicy, typo: true },
    { ...defaultPolicy, screening: { ...defaultPolicy.screening, maxListAgeDays: 29 } },
  ])
    expect((await save(bad, '"2"')).data).toMatchObject({ status: 422, code: "invalid" });
  expect(((await read()).data as { version: number }).version).toBe(2);
});
