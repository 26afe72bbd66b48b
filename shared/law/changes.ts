/** When the law itself changes what may be called: for what is judged once and kept. */
import { DAY } from "../core/time.ts";
import { regions } from "./regions.ts";
import type { Day } from "./rules.ts";

const rules = Object.values(regions).flatMap((region) => region.rules);
const dayAfter = (day: Day): Day => new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);

/** The days on which rules begin or end, and the days after them, as such a day begins later in some zones; in order. */
export const lawDays: readonly Day[] = [
  ...new Set(
    rules.flatMap(({ from, until }) => [from, until]).flatMap((day) => (day ? [day, dayAfter(day)] : [])),
  ),
].sort();

/** The lives, in months, that some law gives to a consent. */
export const consentLives: readonly number[] = [
  ...new Set(rules.flatMap(({ life }) => (life ? [life.months] : []))),
];
