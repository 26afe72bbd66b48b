/** A policy of the first release, as our pages get it from its Worker. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { wholeAnswer } from "../../../../extension/desk/parts/policy-answer.ts";
import { clauses, clauseValue } from "../../../../shared/policy/clauses.ts";
import { ofAnyRelease } from "../../../../shared/policy/older.ts";
import type { Policy } from "../../../../shared/policy/policy.ts";

const file = new URL("../../../shared/policy/first-release.json", import.meta.url);
const first = JSON.parse(readFileSync(file, "utf8")) as Policy;
const said = { version: 1, policy: first, why: null };

it("has every clause, whatever page asks, and says how it was saved", () => {
  const now = wholeAnswer("/v1/policy", said);
  expect(now).toEqual({ version: 1, policy: ofAnyRelease(first), why: null });
  const then = wholeAnswer("/v1/policy/versions/1", said);
  for (const { policy } of [now, then])
    for (const { path } of clauses) expect(clauseValue(policy, path), path).toBeDefined();
  // An earlier version is read as it was saved, below today's floor too.
  expect(then.policy.registers).toEqual(first.registers);
  expect(first.registers).not.toEqual(now.policy.registers);
});

it("leaves other answers alone", () => {
  const other = { policy: null };
  expect(wholeAnswer("/v1/policy/versions?limit=20", other)).toBe(other);
});
