/** What a test of readings found of a region's numbers, as `npm run soak:readings` hears it. */
import { appendFileSync } from "node:fs";

/** Kept as one line. */
export interface FoundReadings {
  of: "text" | "line";
  region: string;
  numbers: number;
  readings: number;
  /** Each by name. */
  wrong: string[];
}

/** Nothing happens unless the soak has said where it reads. */
export function reportReadings(found: FoundReadings): void {
  const { READINGS_REPORT: file } = process.env;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(found)}\n`);
}
