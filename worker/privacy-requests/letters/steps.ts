/** What sending a letter is among the steps of its request. */
import type { LetterKind } from "../../../shared/privacy-requests/api.ts";
import type { RequestAction } from "../../../shared/privacy-requests/steps.ts";
import { askClarification, askProof } from "../clocks.ts";
import type { Columns } from "../rows.ts";

/** The step that each letter takes. Those that ask or extend go with their steps (identity.ts). */
export const steps = {
  identity: "ask-identity",
  clarification: "ask-clarification",
  extension: "extend",
  acknowledgement: "acknowledge",
  decision: "tell",
  authority: "notice",
  progress: "tell-progress",
  outcome: "tell-outcome",
} as const satisfies Partial<Record<LetterKind, RequestAction>>;

interface Sent {
  at: string;
  /** The day that counts. */
  on: string;
}
/** What is noted on the request beside its duties, once the letter was sent. */
export const sets: Partial<Record<LetterKind, (sent: Sent, row: Columns) => Partial<Columns>>> = {
  identity: ({ on }, row) => askProof(row, on),
  clarification: ({ on }, row) => askClarification(row, on),
  extension: ({ on }) => ({ extended_on: on }),
  decision: ({ at }) => ({ told_at: at }),
  authority: ({ at }) => ({ noticed_at: at }),
  outcome: ({ at }) => ({ told_at: at }),
};
