/** What of a request's file the trail binds: what it is, where, and the hash and version of its object; its name; and when it was opened. */
import { boundTable, ownColumns } from "../../core/bound.ts";
import { keyedBy } from "../../core/sql.ts";
import { dueUntil, goneWith } from "../../trail/erased.ts";
import { isThere } from "../rows.ts";

const moves = "moves with the request: each change has an event";
const name = {
  ...{ rev: "name_rev", changed: "name_changed_at", past: "name_past" },
  ...{ high: "name_high", low: "name_low", code: "name_code" },
};
const opened = { high: "opened_high", low: "opened_low", code: "opened_code" };
export const filesBound = boundTable({
  name: "request_files",
  columns: [
    ...["id", "request", "purpose", "store", "object", "type", "bytes", "sha256", "etag", "by", "at"],
    "came_at",
  ],
  unbound: {
    ...Object.fromEntries(
      ["name", ...Object.values(name), "opened_at", ...Object.values(opened)].map((column) => [
        column,
        "bound by itself",
      ]),
    ),
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

/** The sender's name for it, from its first moment on: erased with the file, it leaves its hash. */
export const namesBound = boundTable({
  name: "request_file_names",
  of: { table: "request_files", own: name },
  columns: ["request", "id", "name"],
  keyOf: { ...keyedBy("request", "id").keyOf },
  at: "COALESCE(r.name_changed_at, r.at)",
  states: { before: [], each: true, adoption: "names" },
  erased: goneWith("requests"),
});

/** When a copy, or a part of one, was opened first: from then on. */
export const openedBound = boundTable({
  name: "request_file_opened",
  of: { table: "request_files", own: { ...ownColumns, ...opened } },
  columns: ["request", "id", "opened_at"],
  keyOf: { ...keyedBy("request", "id").keyOf },
  when: "r.opened_at IS NOT NULL",
  at: "COALESCE(r.opened_at, '')",
  adoption: "ends",
  erased: goneWith("requests"),
});
