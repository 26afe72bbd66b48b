import type { RequestSummary } from "../../../shared/privacy-requests/api.ts";

/** What is owed, by kind: "kind day", with the round after the first, and whether it is overdue. */
export const saidBy = (duties: RequestSummary["duties"]): string[] =>
  duties
    .filter(({ state }) => state === "open" || state === "overdue")
    .map(({ kind, round, due, state }) =>
      [kind, ...(round > 1 ? [round] : []), due ?? "paused", ...(state === "overdue" ? [state] : [])].join(
        " ",
      ),
    )
    .sort();
