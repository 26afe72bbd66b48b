/** A dial's row number holds its time, so that a period is a range of rows. */
import { DAY } from "../../shared/core/time.ts";

/** Row numbers of one millisecond. */
const PLACES = 64;

/** The first row number of a moment (ISO 8601, or a date). */
export const dialFrom = (at: string): number => Date.parse(at) * PLACES;
/** The moment of a row number, in milliseconds. */
export const dialTime = (num: number): number => Math.floor(num / PLACES);
/** The first row number after a day (YYYY-MM-DD). */
export const dialAfter = (date: string): number => (Date.parse(date) + DAY) * PLACES;
/**
 * A row number for a dial at `now` (milliseconds). Two dials may get the same one: the database then refuses the
 * second.
 */
export const dialNow = (now: number): number => now * PLACES + Math.floor(Math.random() * PLACES);

/** Tries to find a free row number in a dial's millisecond: the first one succeeds, except for a few in 100,000. */
export const TRIES = 5;
