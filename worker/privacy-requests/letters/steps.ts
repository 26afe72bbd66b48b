/** What sending a letter is among the steps of its request. */
import type { LetterKind } from "../../../shared/privacy-requests/api.ts";
import type { RequestAction } from "../../../shared/privacy-requests/steps.ts";
import type { Columns } from "../rows.ts";

/** The step that each letter takes. Letters before the decision go with their steps (identity.ts). */
export const steps = {
  acknowledgement: "acknowledge",
  decision: "tell",
  authority: "notice",
  progress: "tell-progress",
  outcome: "tell-outcome",
} as const satisfies Partial<Record<LetterKind, RequestAction>>;

/** What is noted on the request beside its duties. */
export const sets: Partial<Record<LetterKind, (at: string) => Partial<Columns>>> = {
  decision: (at) => ({ told_at: at }),
  authority: (at) => ({ noticed_at: at }),
  outcome: (at) => ({ told_at: at }),
};
