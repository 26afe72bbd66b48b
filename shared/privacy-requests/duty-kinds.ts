/** The kinds of what is owed for a request: what each is, and when, stands in duties.ts. */
export const dutyKinds = [
  "acknowledge",
  "progress",
  "outcome",
  "review",
  "proof",
  "clarification",
  "decide",
  "tell",
  "tell-authority",
  "erase",
  "receipts",
] as const;
export type DutyKind = (typeof dutyKinds)[number];
