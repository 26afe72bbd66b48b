/** What of a status change the trail binds: the rows that are written at once have one event. */
import { rootOf } from "../../shared/trail/bound.ts";
import { bind, boundTable, type NewRow } from "../core/bound.ts";
import { newSalt } from "../core/change.ts";
import { inBatches, inChunks, sql, type Statement } from "../core/sql.ts";
import { turnedOver, unlikeSeen } from "./seen.ts";

const said = ["number", "from_verdict", "to_verdict", "reason", "list", "version", "as_of", "at"];
/** By its batch and its place there. */
export const turnedBound = boundTable({
  name: "turned",
  columns: ["batch", "place", ...said],
  unbound: {
    num: "the order in which others read on, which is known once the row is there",
    seq: "which row of the trail it was written with: compared with the place of its batch's event",
    seen_at: "moves once: compared with `turned_marked`, which is bound",
    seen_by: "as above",
  },
  at: "r.at",
  keyOf: inBatches,
  batch: "turned_batches",
  beside: "seq",
  follows: unlikeSeen,
  adoption: "more",
  // There may be millions of before.
  whole: false,
  erased: turnedOver,
});

/** A status change, by its columns. */
export type Turned = NewRow & { number: number; from_verdict: string; to_verdict: string; reason: string };

/** The statements that insert status changes, with one event that binds them. Each names the row of the trail that it is written with. */
export function insertTurned(changes: readonly Turned[], at: string): Statement[] {
  if (changes.length === 0) return [];
  const batch = newSalt();
  const bound = changes.map((change, place) => bind(turnedBound, { ...change, batch, place, at }));
  const names = turnedBound.columns;
  const whole = (place: number) => `CAST(value ->> ${place} AS INTEGER)`;
  const roots = bound.map(({ event }) => event.root);
  return [
    {
      ...sql("INSERT INTO turned_batches (id, roots, at) VALUES (?, ?, ?)", batch, JSON.stringify(roots), at),
      binds: [{ row: `turned/${batch}`, root: rootOf(roots) }],
    },
    ...inChunks(
      bound.map(({ row, kept }) => [...names.map((name) => row[name] ?? null), ...kept]),
      (rows) =>
        sql(
          `INSERT INTO turned (${names.join(", ")}, salt_high, salt_low, code, seq)
           SELECT ${names.map((_, place) => `value ->> ${place}`).join(", ")},
             ${[0, 1, 2].map((n) => whole(names.length + n)).join(", ")}, (SELECT MAX(seq) FROM audit) FROM json_each(?)`,
          rows,
        ),
    ),
  ];
}
