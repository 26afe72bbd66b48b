/** What is owed in a data subject's request, each duty a row with its day. */
export const dutyKinds = [
  "acknowledge",
  "decide",
  "proof",
  "tell",
  "tell-authority",
  "erase",
  "receipts",
  "progress",
  "outcome",
  "review",
] as const;
export type DutyKind = (typeof dutyKinds)[number];

export interface Duty {
  id: string;
  request: string;
  kind: DutyKind;
  /** 1, and one more each time that the same is owed again: another report, or a decision that was made again. */
  round: number;
  /** The last day, YYYY-MM-DD. */
  due: string;
  madeAt: string;
  metAt: string | null;
  /** Who met it: a person's id. */
  by: string | null;
  /** Owed no longer, without having been met. */
  voidAt: string | null;
}
