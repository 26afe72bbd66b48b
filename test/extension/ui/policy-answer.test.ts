/** A policy of the first release, as our pages get it from its Worker. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api } from "../../../extension/ui/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { clauses, clauseValue } from "../../../shared/policy/clauses.ts";
import { ofAnyRelease } from "../../../shared/policy/older.ts";
import type { Policy } from "../../../shared/policy/policy.ts";

const file = new URL("../../shared/policy/first-release.json", import.meta.url);
const first = JSON.parse(readFileSync(file, "utf8")) as Policy;
let data: unknown;
beforeEach(() =>
  vi.stubGlobal("chrome", { runtime: { sendMessage: () => Promise.resolve({ ok: true, data }) } }),
);
afterEach(() => vi.unstubAllGlobals());

it("has every clause, whatever page asks, and says how it was saved", async () => {
  data = { version: 1, policy: first, why: null };
  const now = await api<PolicyAnswer>("GET", "/v1/policy");
  expect(now).toEqual({ version: 1, policy: ofAnyRelease(first), why: null });
  const then = await api<PolicyAnswer>("GET", "/v1/policy/versions/1");
  for (const { policy } of [now, then])
    for (const { path } of clauses) expect(clauseValue(policy, path), path).toBeDefined();
  // An earlier version is read as it was saved, below today's floor too.
  expect(then.policy.registers).toEqual(first.registers);
  expect(first.registers).not.toEqual(now.policy.registers);
});

it("leaves other answers alone", async () => {
  data = { policy: null };
  expect(await api("GET", "/v1/policy/versions?limit=20")).toEqual({ policy: null });
});
