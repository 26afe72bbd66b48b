/**
 * The floor of the law under a policy: what no save may go below, and what an older policy's clauses below it count as.
 * What depends on the called number (hours, a register's age, a campaign without its authorisation) `decide` applies
 * (check/verdict.ts). docs/floor.md has the whole table.
 */
import { floor, isLawRegister } from "../law/law.ts";
import { clauseValue, type PolicyChange } from "./clauses.ts";
import type { Policy } from "./policy.ts";
import { withChanges } from "./loosened.ts";

/** The changes that raise a policy to the floor. */
export function belowFloor(policy: Policy): PolicyChange[] {
  const registers = Object.entries(policy.registers)
    .filter(([id, treatment]) => isLawRegister(id) && treatment !== "hold")
    .map(([id, from]) => ({ path: `registers.${id}`, from, to: "hold" }));
  const path = "recording.retentionMonths";
  const from = clauseValue(policy, path);
  const short =
    policy.campaigns.runs.includes("claims-management") && Number(from) < floor.claimsRecordingMonths;
  return [...registers, ...(short ? [{ path, from, to: floor.claimsRecordingMonths }] : [])];
}

/** A policy as it counts: never below the floor. */
export const raised = (policy: Policy): Policy => withChanges(policy, belowFloor(policy));
