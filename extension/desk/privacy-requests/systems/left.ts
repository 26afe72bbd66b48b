/** Which records of a connected system can be erased there from here. */
import type { HeldRecordRow, RequestSystem } from "../../../../shared/privacy-requests/api-systems.ts";

export const leftIn = ({ outcome, records }: RequestSystem): HeldRecordRow[] =>
  outcome === null
    ? records.filter(({ erasedOn, goneOn, why }) => (erasedOn ?? goneOn) === null && why !== "by-hand")
    : [];
