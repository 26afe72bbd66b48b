/** A number as it was dictated, with commas, or with one digit a box: `06, 1000, 00, 62`, `|0|1|9|9|0|0|7|8|9|0|`. */
import { candidateOf } from "./candidate.ts";
import type { Run } from "./digit-runs.ts";
import { labelBefore } from "./labels.ts";
import { readPlain, readUnclear, type Reading } from "./read-digits.ts";

const BOXES = /^\d(?:\|\d)+$/;
const DICTATED = /^\d{1,5}(?: \d{1,5})*(?:, \d{1,5}(?: \d{1,5})*)+$/;
const LONGEST = 40;

/**
 * The reading of a whole run as one number, if it is spelt so. Figures may be in a row as well: of what was dictated, one
 * part has three digits or more, and one begins with a 0.
 */
export function speltIn(text: string, run: Run, from: number, region: string): Reading | null {
  const [start, end] = [run.start[0]!, run.end[run.n - 1]!];
  if (end - start > LONGEST) return null;
  const written = text.slice(start, end);
  const parts = written.split(", ").map((part) => part.replaceAll(" ", ""));
  const dictated =
    DICTATED.test(written) && parts.some((part) => part.length > 2) && parts.some((part) => part[0] === "0");
  if (!dictated && !BOXES.test(written)) return null;
  const label = labelBefore(text, start, from);
  const candidate = label === "never" || label === "reference" ? null : candidateOf(run, 0, run.n);
  const reading =
    candidate && (readPlain(candidate.written, region) ?? readUnclear(candidate.written, region, true));
  return reading?.e164 ? reading : null;
}
