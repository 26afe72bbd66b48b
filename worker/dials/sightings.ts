/** Which call a dial is of, as the database has it when the dial is written (shared/dials/sightings.ts). */
import { type Seen, type Sighting, sightingOf, TOGETHER } from "../../shared/dials/sightings.ts";
import { dialLayer, dialMedium } from "../../shared/dials/api.ts";
import { DAY } from "../../shared/core/time.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { type Asking, query } from "../core/batch.ts";
import { sql, type Statement } from "../core/sql.ts";
import { dialFrom } from "./row-number.ts";
import { type Dial, LAYER } from "./rows.ts";

/** A dial before it is written. `who`: the id of the person who calls; null where nobody knows. */
export interface Looking extends Pick<Dial, "number" | "layer" | "medium"> {
  who: string | null;
  /** When it was seen, in milliseconds. */
  at: number;
}
export interface Looked extends Sighting {
  /** Refuses the batch (`conflict`) if others came meanwhile: the call must then be looked for again. */
  stillSo: Statement[];
}

/** SQL: who dialled: the agent that a telephone system named, or whoever the row is by (people.num). */
export const whoOf = (d: string): string =>
  `IIF(${d}.layer = ${LAYER.server}, (SELECT g.person FROM gate_calls g WHERE g.dial = ${d}.num), ${d}.by)`;

/** Dials of a number, a medium and a person, seen between two moments. None is written earlier, but for a wrong clock. */
const near = `FROM dials d WHERE d.number = ? AND d.num >= ? AND d.device_at BETWEEN ? AND ? AND COALESCE(d.medium, 0) = ?
  AND ${whoOf("d")} = (SELECT num FROM people WHERE id = ?)`;
const CLOCKS = DAY;

type SeenRow = Omit<Seen, "layer"> & { layer: number };

/** Which call a new dial is of: the query that finds it, and what its rows say. */
export function sightingsOf({ number, layer, medium, who, at }: Looking): Asking<SeenRow, Looked> {
  const params = [
    number === null ? null : numberOf(number),
    dialFrom(new Date(at - CLOCKS).toISOString()),
    ...[at - 2 * TOGETHER, at + 2 * TOGETHER],
    ...[dialMedium.options.indexOf(medium), who],
  ];
  const stillSo = (count: number) =>
    sql(
      `INSERT INTO dials (num, by) SELECT NULL, NULL WHERE (SELECT COUNT(*) ${near}) <> ?`,
      ...params,
      count,
    );
  return {
    query: query(
      `SELECT d.num, COALESCE(d.layer, 0) AS layer, d.sighting, d.device_at AS at ${near}`,
      ...params,
    ),
    found: (rows) => ({
      ...sightingOf(
        { layer, at },
        rows.map((row) => ({ ...row, layer: dialLayer.options[row.layer]! })),
      ),
      // Nobody's, and no number's, have no call in common.
      stillSo: number === null || who === null ? [] : [stillSo(rows.length)],
    }),
  };
}

/** All dials that saw the call whose first dial is this one. */
export async function sightingsWith(db: D1Database, first: number): Promise<number[]> {
  const { results } = await db
    .prepare("SELECT num FROM dials WHERE num = ?1 OR sighting = ?1")
    .bind(first)
    .all<{ num: number }>();
  return results.map(({ num }) => num);
}
