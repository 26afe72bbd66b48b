/** What of a request's file the trail binds: what it is, where, and the hash and version of its object. */
import { boundTable } from "../../core/bound.ts";
import { dueUntil } from "../../trail/erased.ts";
import { isThere } from "../rows.ts";

const moves = "moves with the request: each change has an event";
export const filesBound = boundTable({
  name: "request_files",
  columns: [
    ...["id", "request", "purpose", "store", "object", "type", "bytes", "sha256", "etag", "by", "at"],
    "came_at",
  ],
  unbound: {
    name: "the sender's name for it, which is erased with it",
    opened_at: "when a copy was opened first; each opening is on the trail",
    erase_after: moves,
    erased_at: moves,
  },
  at: "COALESCE(r.came_at, r.at)",
  adoption: "later",
  whole: false,
  // From its arrival on.
  when: `r.${isThere}`,
  // With their request, which ends after they came.
  erased: async ({ DB }, lost, now) => {
    const due = await dueUntil(DB, now, "requestMonths");
    return lost.filter(({ at }) => Date.parse(at) < due).map(({ key }) => key);
  },
});
