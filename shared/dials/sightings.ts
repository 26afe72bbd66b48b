/**
 * One call, seen by several layers: each has a row of its own, and all have the same `sighting`, the row number of the first
 * that came. The same number and agent in different layers within half a minute are one call, two in one layer never.
 */
import { SECOND } from "../core/time.ts";
import type { Dial } from "./api.ts";

export type DialLayer = Dial["layer"];

/** The longest time between two sightings of a call, by the clocks of those who saw it. */
export const TOGETHER = 30 * SECOND;

/** A dial of the same number, medium and agent. */
export interface Seen {
  num: number;
  layer: DialLayer;
  sighting: number | null;
  /** When it was seen, in milliseconds. */
  at: number;
}

export interface Sighting {
  /** Null: no other layer has seen this call yet. */
  sighting: number | null;
  /** The dials that saw the same call, and their layers. */
  same: number[];
  layers: DialLayer[];
}

/** Which call a new sighting is of. `rows` are all within twice `TOGETHER`, so that each call in question is whole. */
export function sightingOf({ layer, at }: Pick<Seen, "layer" | "at">, rows: readonly Seen[]): Sighting {
  const far = (seen: readonly Seen[]) => Math.max(...seen.map((one) => Math.abs(one.at - at)));
  const calls = [...Map.groupBy(rows, ({ num, sighting }) => sighting ?? num)]
    .filter(([, seen]) => far(seen) <= TOGETHER && seen.every((one) => one.layer !== layer))
    .sort(([a, one], [b, other]) => far(one) - far(other) || a - b);
  const [sighting, seen] = calls[0] ?? [null, []];
  return { sighting, same: seen.map(({ num }) => num), layers: seen.map((one) => one.layer) };
}
