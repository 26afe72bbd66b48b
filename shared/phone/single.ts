/** One written number, known to be meant as one: a link's content, a form field, a cell. Uses stages 1, 3 and 4. */
import { parseDialAddress } from "../dials/address.ts";
import { extensionAt } from "./extension.ts";
import { candidateOf } from "./candidate.ts";
import { type ReadBy, readPlain, readUnclear } from "./read-digits.ts";
import { endsNumber, eachRun, type Run } from "./digit-runs.ts";

/** The shortest international number in use has seven digits, with its country code. */
const MIN_DIGITS = 7;

export interface SingleNumber {
  e164: string | null;
  ext?: string;
  readings?: string[];
  by: ReadBy;
  fit: number;
}

/** A spreadsheet's 4.4207946E+11 has lost its last digits for good. */
const ROUNDED = /^\d(?:[.,]\d+)?E\+?\d+$/i;

/** A telephone, and whoever takes the digits alone, drops the marks between a plus and its digits: `+-(187) …`. */
const APART = /^([\s(]*\+)[^\p{L}\p{N}(*#+]+(?=[\p{N}(])/u;

/** Null where the text as a whole is not a number, though one may be in it. Shapes as in `Phone`. */
export function readSingle(text: string, region: string): SingleNumber | null {
  const trimmed = text.trim();
  // What is percent-encoded comes from a link, though its scheme may have stayed there.
  const dialled =
    parseDialAddress(trimmed) ?? (trimmed.includes("%") ? parseDialAddress(`tel:${trimmed}`) : null);
  const written = inContext(dialled?.written ?? trimmed).replace(APART, "$1");
  // A dial code (*67, #31#) hides our number: never skip it.
  if (ROUNDED.test(written) || /^[*#]/.test(written)) return { e164: null, by: "region", fit: 0 };

  let result: SingleNumber | null = null;
  let runs = 0;
  eachRun(written, 1, (run) => {
    if (runs++ > 0) {
      result = null;
      return 0;
    }
    const groups = run.n;
    const end = run.end[groups - 1]!;
    const extension = extensionAt(written, end);
    const rest =
      written.slice(0, run.plus[0]! >= 0 ? run.plus[0] : run.start[0]) + written.slice(extension?.end ?? end);
    if (/[\p{L}\p{N}*#]/u.test(rest) || isSeveral(run)) return 0;
    const candidate = candidateOf(run, 0, groups);
    const reading =
      candidate && (readPlain(candidate.written, region) ?? readUnclear(candidate.written, region, true));
    if (!reading) return 0;
    // Some plans have numbers of four digits: no register lists them, and in text they are not numbers.
    const long = (e164: string) => e164.length > MIN_DIGITS;
    const readings = (reading.e164 === null ? reading.readings : [reading.e164]).filter(long);
    if (readings.length === 0) return 0;
    const how = { by: reading.by, fit: reading.fit };
    result = reading.e164 === null ? { e164: null, readings, ...how } : { e164: reading.e164, ...how };
    if (extension) result.ext = extension.ext;
    return extension?.end ?? 0;
  });
  return result;
}

/** RFC 3966: what a local number belongs to. Telephones do not know it, and dial the digits: shared/dials/line.ts. */
function inContext(written: string): string {
  const [all = "", context = ""] = /;phone-context=(\+[\d().-]+)$/i.exec(written) ?? [];
  return all === "" ? written : `${context} ${written.slice(0, -all.length)}`;
}

/** True where a comma or a second plus separates two numbers. */
function isSeveral(run: Run): boolean {
  for (let i = 1; i < run.n; i++) if (endsNumber(run, i)) return true;
  return false;
}
