/** What of registers by lookup the trail binds: each answer of a source, and since when which source is asked. */
import { boundTable } from "../core/bound.ts";
import { dueUntil } from "../trail/erased.ts";

/** By an id of its own: the trail names no number. */
export const lookupsBound = boundTable({
  name: "lookups",
  columns: ["id", "number", "list", "at", "listed", "source"],
  at: "r.at",
  keyOf: {
    columns: ["id"],
    sql: "COALESCE(r.id, 'list ' || r.list || ' at ' || r.at)",
    named: "r.id IN (SELECT value FROM json_each(?1))",
  },
  places: {
    place: "r.at || '|' || r.number || '|' || r.list",
    after: `(r.at, r.number, r.list) > (substr(?1, 1, 24), CAST(substr(?1, 26) AS INTEGER),
      CAST(substr(substr(?1, 26), instr(substr(?1, 26), '|') + 1) AS INTEGER))`,
    order: "r.at, r.number, r.list",
  },
  adoption: "facts",
  // There may be millions of before. None of them is a current answer for longer than policy says.
  whole: false,
  erased: async ({ DB }, lost, now) => {
    const due = await dueUntil(DB, now, "listHistoryMonths");
    return lost.filter(({ at }) => Date.parse(at) < due).map(({ key }) => key);
  },
});

export const turnsBound = boundTable({
  name: "lookup_turns",
  columns: ["list", "at", "source"],
  at: "r.at",
  keyOf: {
    columns: ["list", "at"],
    sql: "((SELECT l.id FROM lists l WHERE l.num = r.list) || '/' || r.at)",
    named: `(r.list, r.at) IN (SELECT l.num, substr(j.value, length(l.id) + 2)
      FROM json_each(?1) j JOIN lists l ON l.id = substr(j.value, 1, instr(j.value, '/') - 1))`,
  },
  places: {
    place: "r.list || '/' || r.at",
    after: "(r.list, r.at) > (CAST(?1 AS INTEGER), substr(?1, instr(?1, '/') + 1))",
    order: "r.list, r.at",
  },
  adoption: "facts",
});
