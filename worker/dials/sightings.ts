/** Which call a dial is of, as the database has it when the dial is written (shared/dials/sightings.ts). */
import { type Seen, type Sighting, sightingOf, TOGETHER } from "../../shared/dials/sightings.ts";
import { dialLayer, dialMedium } from "../../shared/dials/api.ts";
import { DAY } from "../../shared/core/time.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
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

/** Which call a new dial is of. */
export async function sightingsOf(
  db: D1Database,
  { number, layer, medium, who, at }: Looking,
): Promise<Looked> {
  if (number === null || who === null) return { sighting: null, same: [], layers: [], stillSo: [] };
  const params = [
    numberOf(number),
    dialFrom(new Date(at - CLOCKS).toISOString()),
    ...[at - 2 * TOGETHER, at + 2 * TOGETHER],
    ...[dialMedium.options.indexOf(medium), who],
  ];
  const { results } = await db
    .prepare(`SELECT d.num, COALESCE(d.layer, 0) AS layer, d.sighting, d.device_at AS at ${near}`)
    .bind(...params)
    .all<Omit<Seen, "layer"> & { layer: number }>();
  const rows = results.map((row) => ({ ...row, layer: dialLayer.options[row.layer]! }));
  const stillSo = sql(
    `INSERT INTO dials (num, by) SELECT NULL, NULL WHERE (SELECT COUNT(*) ${near}) <> ?`,
    ...[...params, rows.length],
  );
  return { ...sightingOf({ layer, at }, rows), stillSo: [stillSo] };
}

/** All dials that saw the call whose first dial is this one. */
export async function sightingsWith(db: D1Database, first: number): Promise<number[]> {
  const { results } = await db
    .prepare("SELECT num FROM dials WHERE num = ?1 OR sighting = ?1")
    .bind(first)
    .all<{ num: number }>();
  return results.map(({ num }) => num);
}
