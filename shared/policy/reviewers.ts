/** Who reviews consents that wait: those who may record them by policy, but for agents. Pure. */
import type { Role } from "../people/api.ts";
import type { Policy } from "./policy.ts";

type Recorders = Policy["consents"]["recordedBy"];

/** Agents alone may record: a policy that is not saved any more, as nobody would be left to review. */
export const recordedByAgentsAlone = (recordedBy: Recorders): boolean =>
  recordedBy.every((role) => role === "agent");

/** Under a policy of before by which agents alone record, managers and compliance review. */
export const reviewersOf = (recordedBy: Recorders): readonly Role[] =>
  recordedByAgentsAlone(recordedBy)
    ? ["manager", "compliance"]
    : recordedBy.filter((role) => role !== "agent");
