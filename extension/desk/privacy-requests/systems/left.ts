/** What a look at a connected system left: records that can be erased there from here, and why it may hold more. */
import { adviceFor } from "../../../../shared/connectors/advice.ts";
import type { HeldRecordRow, RequestSystem } from "../../../../shared/privacy-requests/api-systems.ts";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { fill } from "../../parts/texts.ts";

/** Those that can be erased there. */
export const leftIn = ({ outcome, records }: RequestSystem): HeldRecordRow[] =>
  outcome === null
    ? records.filter(({ erasedOn, goneOn, why }) => (erasedOn ?? goneOn) === null && why !== "by-hand")
    : [];

export const sayRegion = (region: string | null): string =>
  region === null ? text.whereUnknown : fill(text.where, { region });

/** Why a look could not tell all, and what to do about it. */
export const sayProblem = (problem: string): string =>
  [
    text.problems[problem] ?? fill(text.unread, { why: problem }),
    ...(adviceFor(problem) === "rights" ? [text.unseen] : []),
  ].join(" ");
