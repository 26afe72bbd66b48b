/** Whether a candidate is a number to dial: what its digits say, weighed with what stands around it. */
import type { Candidate } from "./candidate.ts";
import { read, type Reading } from "./read.ts";
import type { Run } from "./scan.ts";
import type { Edges } from "./traps.ts";
import { amountBehind, labelBefore, labelBehind, type Label } from "./words.ts";

export interface Around {
  text: string;
  run: Run;
  /** The text before this offset has been read already. */
  from: number;
  region: string;
  edges: Edges;
  /** What the words before the run say; null until it is asked for. */
  label: Label | null;
}

function labelOf(around: Around): Label {
  const { text, run, from, edges } = around;
  around.label ??= edges.label
    ? "phone"
    : labelBefore(text, run.plus[0]! >= 0 ? run.plus[0]! : run.start[0]!, from);
  return around.label;
}

/** The reading of a candidate, or null. `afterNumber`: another number ends just before it. */
export function judge(candidate: Candidate, around: Around, afterNumber: boolean): Reading | null {
  const { written } = candidate;
  let sure: boolean | null = null;
  const isSure = () =>
    (sure ??=
      labelOf(around) === "phone" ||
      labelBehind(around.text, candidate.end) ||
      isAlone(around.text, candidate));
  const reading = read(written, around.region, isSure);
  if (!reading) return null;

  const { kind, fit } = reading;
  if (candidate.weak && (fit < 2 || kind === "bare" || kind === "foreign" || kind === "possible"))
    return null;
  if (kind === "international" && written.plus) return reading;
  if (isReference(candidate, around, kind === "bare" || kind === "code")) return null;
  const grouped = written.cuts.length > 0;
  const { length } = written.digits;
  switch (kind) {
    case "international":
    case "code":
      return reading;
    case "national":
      // Plans such as Germany's take nearly any digits behind a 0.
      return grouped || !reading.variable || length >= 9 || isSure() ? reading : null;
    case "possible":
    case "foreign":
      return (grouped && fit >= 2) || isSure() ? reading : null;
    case "bare":
      if (isSure()) return reading;
      if (candidate.slash || labelOf(around) === "party") return null;
      if (grouped) return fit >= 2 && (length >= 10 || reading.usual) ? reading : null;
      // In one piece and without a word: a time stamp and most identifiers begin with 1.
      return afterNumber || (length >= (reading.usual ? 9 : 10) && written.digits[0] !== "1")
        ? reading
        : null;
  }
}

/** The whole text is this number, in a form that more than a count or a date has. */
function isAlone(text: string, { start, end, written }: Candidate): boolean {
  const { length } = written.digits;
  if (
    length > 12 ||
    (written.cuts.length > 0 ? length < 9 : length < 10 || (length === 10 && written.digits[0] === "1"))
  )
    return false;
  return (
    start < 64 && text.length - end < 64 && !/[\p{L}\p{N}#]/u.test(text.slice(0, start) + text.slice(end))
  );
}

/** Labels and marks that make digits an identifier or an amount. Grouped numbers give way to the clearest only. */
function isReference(candidate: Candidate, around: Around, weak: boolean): boolean {
  const { text, run, edges } = around;
  const first = candidate.from === 0;
  const label = first || weak ? labelOf(around) : "none";
  if (label === "never") return true;
  if (candidate.written.cuts.length > 0 && !weak) return false;
  if (label === "reference") return true;
  if ((first && edges.tiedBefore) || (candidate.to === run.start.length && edges.tiedBehind)) return true;
  return amountBehind(text, candidate.end);
}
