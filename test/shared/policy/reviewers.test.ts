import { expect, it } from "vitest";
import { recordedByAgentsAlone, reviewersOf } from "../../../shared/policy/reviewers.ts";

it.each([
  [["agent"], ["manager", "compliance"]],
  [
    ["agent", "agent"],
    ["manager", "compliance"],
  ],
  [["agent", "compliance"], ["compliance"]],
  [["admin"], ["admin"]],
  [
    ["manager", "compliance"],
    ["manager", "compliance"],
  ],
] as const)(
  "of consents that %j record, %j review: never an agent, never nobody",
  (recordedBy, reviewers) => {
    expect(reviewersOf([...recordedBy])).toEqual(reviewers);
    expect(recordedByAgentsAlone([...recordedBy])).toBe(!recordedBy.some((role) => role !== "agent"));
  },
);
