/** Which records of a connected system can be erased there from here. */
import type { HeldRecordRow, RequestSystem } from "../../../../shared/privacy-requests/api-systems.ts";

export const leftIn = ({ outcome, records }: RequestSystem): HeldRecordRow[] =>
  outcome === null ? records.filter(({ erasedOn, why }) => erasedOn === null && why !== "by-hand") : [];
