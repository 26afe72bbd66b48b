/** The stamp of an answer: the state of the database that it was read from. */
import type { Stamp } from "../../shared/check/api.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { query } from "../core/batch.ts";
import { latestPolicy, type PolicyRow, readPolicy } from "../policy/current.ts";
import { type HeadRow, selectHeads, toHead } from "../registers/heads.ts";

/** Queries for `runBatch`: the newest row of the trail, the policy in force and the heads of the registers. */
export const stampQueries = {
  seq: query<{ seq: number | null }>("SELECT MAX(seq) AS seq FROM audit"),
  policy: query<PolicyRow>(latestPolicy),
  heads: query<HeadRow>(selectHeads),
};

export function stampOf(rows: { seq: { seq: number | null }[]; policy: PolicyRow[]; heads: HeadRow[] }): {
  stamp: Stamp;
  policy: Policy;
} {
  const { version, policy } = readPolicy(rows.policy[0]);
  return {
    stamp: { seq: rows.seq[0]?.seq ?? 0, policy: version, lists: rows.heads.map(toHead) },
    policy,
  };
}
