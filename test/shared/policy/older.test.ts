/** A policy of the first release, as its Worker sends it, in an extension of this one. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Facts } from "../../../shared/check/api.ts";
import { handling } from "../../../shared/check/override.ts";
import { decide } from "../../../shared/check/verdict.ts";
import { ofAnyRelease } from "../../../shared/policy/older.ts";
import { defaultPolicy, type Policy, policySchema } from "../../../shared/policy/policy.ts";

const file = new URL("first-release.json", import.meta.url);
const first = JSON.parse(readFileSync(file, "utf8")) as Policy;
const NOW = Date.parse("2026-11-25T10:00:00Z");

it("has every clause of this release, with what was done then", () => {
  const policy = ofAnyRelease(first);
  expect(Object.keys(policy).sort()).toEqual(Object.keys(defaultPolicy).sort());
  for (const [group, clauses] of Object.entries(defaultPolicy) as [keyof Policy, object][])
    for (const name of Object.keys(clauses)) expect(policy[group], `${group}.${name}`).toHaveProperty(name);
  expect(policy.consents.amber).toBe("dialog");
  expect(policy.screening.offlineMinutes).toBe(2);
  expect(policy.requests.pauses).toBe("law");
});

it("is below no floor", () => {
  expect(ofAnyRelease(first).registers).toEqual({ tps: "hold", ctps: "hold" });
});

it("says what it has in its own words", () => {
  const said = policySchema.parse({ consents: { amber: "pass" }, screening: { offlineMinutes: 240 } });
  expect(ofAnyRelease(said)).toEqual(said);
});

it("judges every number: listed, agreed to, of a register that is turned off", () => {
  const policy = ofAnyRelease(first);
  const lists = ["tps", "ctps"].map((id) => ({
    ...{ id, name: id.toUpperCase(), regions: ["GB"], maxAgeDays: 28 },
    ...{ version: 1, asOf: "2026-11-24", numbers: 10 },
  }));
  const none: Facts = { e164: "+442079460001", region: "GB", lists: [], suppressions: [], consents: [] };
  const on = (id: string) => ({ id, asOf: "2026-11-20" });
  const agreed = { basis: "consent" as const, givenAt: "2026-11-01T10:00:00Z", until: null };
  const all: [Facts, string][] = [
    [none, "pass"],
    [{ ...none, lists: [on("tps")] }, "hold"],
    [{ ...none, lists: [on("ctps")] }, "hold"],
    [{ ...none, lists: [on("tps")], consents: [agreed] }, "warn"],
  ];
  for (const [facts, expected] of all)
    expect(handling(decide(facts, { policy, lists, now: NOW }), policy)).toBe(expected);
});
