/** What of screenings the trail binds: whose and what each is, and each part: by what state its numbers were judged, and how many got which verdict. */
import { boundTable, type BoundTable } from "../core/bound.ts";
import { dueUntil } from "../trail/erased.ts";

const over: NonNullable<BoundTable["erased"]> = async ({ DB }, lost, now) => {
  const due = await dueUntil(DB, now, "screeningMonths");
  return lost.filter(({ at }) => Date.parse(at) < due).map(({ key }) => key);
};
const sums = "the sums of its parts, which are bound";
const counted = "what its sender counted, as its event has it";

export const screeningsBound = boundTable({
  name: "screenings",
  columns: ["id", "source", "name", "purpose", "by", "at"],
  unbound: {
    num: "a short name for its parts, which bind it",
    ...{ state: counted, finished_at: counted, rows: counted, invalid: counted, duplicates: counted },
    ...{ numbers: sums, clear: sums, caution: sums, blocked: sums, unknown: sums },
  },
  at: "r.at",
  adoption: "facts",
  // Those of before stay as they are: nothing is bound of what they judged.
  whole: false,
  erased: over,
});

export const partsBound = boundTable({
  name: "screening_parts",
  columns: [
    ...[
      "screening",
      "part",
      "at",
      "seq",
      "policy",
      "lists",
      "sha256",
      "numbers",
      "clear",
      "caution",
      "blocked",
    ],
    ...["unknown", "reasons"],
  ],
  keyOf: {
    columns: ["screening", "part"],
    sql: "(r.screening || '/' || r.part)",
    named: `(r.screening, r.part) IN (SELECT CAST(value AS INTEGER),
      CAST(substr(value, instr(value, '/') + 1) AS INTEGER) FROM json_each(?1))`,
  },
  unbound: { num: "a short name for its numbers" },
  at: "r.at",
  adoption: "facts",
  whole: false,
  erased: over,
});
