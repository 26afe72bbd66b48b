/** Stage 5, accept: whether a candidate is a number to dial, by its reading and what is around it. */
import type { Candidate } from "./candidate.ts";
import type { Cell } from "./columns.ts";
import { readPlain, readUnclear, type Reading } from "./read-digits.ts";
import { Gap, isJoined, type Run } from "./digit-runs.ts";
import type { Edges } from "./traps.ts";
import { amountBehind, labelBefore, labelBehind, labelOrQuestion, type Label } from "./labels.ts";

/** What is around a candidate: its run and text. */
export interface Around {
  text: string;
  run: Run;
  /** The text before this offset has been read already. */
  from: number;
  region: string;
  edges: Edges;
  /** The cells of the run's groups in a table. */
  cells: readonly (Cell | null)[];
  /** The label before the run; null until it is needed. */
  label: Label | null;
}

/** What the words around a candidate say: those of its cell in a table, or else of its run. Only a telephone has an extension. */
function labelOf(candidate: Candidate, around: Around): Label {
  const cell = around.cells[candidate.from];
  const label = cell ? labelIn(cell, candidate.start, around) : labelOfRun(around);
  return label !== "never" && hasExtension(candidate, around) ? "phone" : label;
}

/** The cell's own, or the one of the cell before it (`Phone;020 …`), or the heading. */
function labelIn({ start, line, label }: Cell, at: number, { text, from }: Around): Label {
  const own = labelBefore(text, at, Math.max(from, start));
  if (own !== "none") return own;
  return labelBefore(text, at, Math.max(from, line)) === "phone" ? "phone" : label;
}

function labelOfRun(around: Around): Label {
  const { text, run, from, edges } = around;
  const at = run.plus[0]! >= 0 ? run.plus[0]! : run.start[0]!;
  return (around.label ??= edges.label ? "phone" : edges.place ? "none" : labelOrQuestion(text, at, from));
}

const hasExtension = ({ end }: Candidate, { text }: Around): boolean =>
  /^[ ,;(]{0,2}ext\b/i.test(text.slice(end, end + 6));

/** The reading of a plain candidate, unless the words before it say that it is something else. */
export function acceptPlain(candidate: Candidate, around: Around): Reading | null {
  const { written, weak } = candidate;
  const reading = readPlain(written, around.region);
  const boxed = isBoxed(candidate, around.run);
  if (!reading || (weak && !boxed && (reading.fit < 3 || hasNeighbours(candidate, around.run)))) return null;
  const { kind } = reading;
  if (kind === "international" && written.plus) return reading;
  const grouped = written.cuts.length > 0;
  // 0049123456 may be any identifier.
  if (kind === "international" && reading.variable && !grouped && written.digits.length < 13)
    return labelOf(candidate, around) === "phone" ? reading : null;
  if (isReference(candidate, around, kind === "code", reading) || isKeyed(candidate, around)) return null;
  if (reading.fit < 3 && isInReference(candidate, around)) return null;
  const odd = isOdd(candidate, reading) || (reading.fit === 0 && hasNeighbours(candidate, around.run));
  if (odd) return boxed || isSure(candidate, around) ? reading : null;
  // Plans such as Germany's take nearly any digits behind a 0.
  if (kind !== "national" || !reading.variable || written.cuts.length > 0 || written.digits.length >= 9)
    return reading;
  return isSure(candidate, around) ? reading : null;
}

/** The reading of a candidate that needs evidence around it. `afterNumber`: another number ends just before it. */
export function acceptUnclear(candidate: Candidate, around: Around, afterNumber: boolean): Reading | null {
  const { written } = candidate;
  const wide = candidate.weak && !(written.american || isBoxed(candidate, around.run));
  if (wide || (candidate.weak && labelOf(candidate, around) !== "phone")) return null;
  // "Order 8316-0098213": where only a foreign country could read it, the label decides.
  if (candidate.from === 0 && !written.american && labelOf(candidate, around) === "reference") return null;
  const sure = isSure(candidate, around);
  const apart = candidate.singles > 0 || (written.cuts[0] === 1 && /^[2-79]/.test(written.digits));
  if (!sure && apart && !written.american) return null;
  const reading = readUnclear(written, around.region, sure, sure && isData(candidate, around));
  if (!reading || isReference(candidate, around, reading.kind === "bare", reading)) return null;
  if (isKeyed(candidate, around) || isInReference(candidate, around)) return null;
  if (sure) return reading;
  const { fit, kind, usual } = reading;
  const { length } = written.digits;
  if (written.cuts.length > 0) {
    const { run } = around;
    const neighbours = [candidate.from, candidate.to].some((i) => isJoined(run, i) && !isAreaCode(run, i));
    if (isOdd(candidate, reading) || fit < (neighbours ? 3 : 2)) return null;
    if (kind !== "bare") return fit >= (length < 10 ? 3 : 2) ? reading : null;
    if ((written.slash && !written.american) || labelOf(candidate, around) === "party") return null;
    // 612 345 678: a number of Spain, unless it counts something: "612 345 678 users".
    const counted = /^[ \u00a0]\p{Ll}/u.test(around.text.slice(candidate.end, candidate.end + 2));
    return length >= 10 || usual || (fit >= 3 && length > 8 && !counted && !neighbours) ? reading : null;
  }
  if (kind !== "bare" || labelOf(candidate, around) === "party" || isRound(written.digits)) return null;
  // In one piece and without a label: a time stamp and most identifiers begin with 1.
  return afterNumber || (length >= (usual ? 9 : 10) && written.digits[0] !== "1") ? reading : null;
}

/** True where it is separated as nobody separates a number: more likely a row of figures. */
function isOdd({ written, changes }: Candidate, { fit, kind }: Reading): boolean {
  // An international prefix is a group more.
  const groups = written.cuts.length + (kind === "international" ? 0 : 1);
  return groups > 1 && fit < 2 && (groups > 3 + fit || changes > 1);
}

/** True where other digits are directly before or after it, as in a row of figures. */
const hasNeighbours = ({ from, to }: Candidate, run: Run): boolean =>
  isJoined(run, from) || isJoined(run, to);

/** True for a group that begins a number: 0171, +49. */
const isAreaCode = (run: Run, i: number) =>
  run.plus[i]! >= 0 || (run.digits[run.at[i]!] === "0" && run.at[i + 1]! - run.at[i]! >= 3);

/** True for six equal digits in a row (2000000001), and for the largest 32-bit integers. */
const isRound = (digits: string) => /(\d)\1{5}/.test(digits) || /^(?:21474836|42949672)/.test(digits);

const isSure = (candidate: Candidate, around: Around): boolean =>
  labelOf(candidate, around) === "phone" ||
  labelBehind(around.text, candidate.end) ||
  isAlone(around.text, candidate);

/** True for a number of one digit a box: no other digits are beside it. */
const isBoxed = ({ from, to, written }: Candidate, { n, gap }: Run): boolean =>
  to - from === written.digits.length && [from, to].every((i) => i % n === 0 || (gap[i]! & Gap.list) !== 0);

/** Digits of North America's and India's numbers, which any list may have as they are. */
const AS_LONG = 10;

/** True for fewer digits in one piece, as a figure of data or in a column: `"mobiel":628107741`. */
const isData = ({ from, start, written: { digits, cuts } }: Candidate, { text, cells }: Around): boolean =>
  cuts.length === 0 &&
  digits.length < AS_LONG &&
  (!!cells[from] || /": ?$/.test(text.slice(start - 3, start)));

/** True for a code to key in, as of a conference: `639 980 1#`. */
const isKeyed = (candidate: Candidate, around: Around): boolean =>
  /^ ?#(?![\p{L}\d])/u.test(around.text.slice(candidate.end, candidate.end + 3)) &&
  (candidate.from > 0 || labelOf(candidate, around) !== "phone");

/** No reference has more groups than this. */
const LONGEST = 64;

/** True for digits within a longer stretch that is something else: `NIR 1 63 09 75 116 001 42`. */
function isInReference({ from }: Candidate, around: Around): boolean {
  if (labelOfRun(around) !== "never" || from > LONGEST) return false;
  for (let i = from; i > 0; i--) if (!isJoined(around.run, i)) return false;
  return true;
}

/** True where the whole text is this number, in a form that no count or date has. */
function isAlone(text: string, { start, end, written }: Candidate): boolean {
  const { length } = written.digits;
  const groups = written.cuts.length + 1;
  // Eight digits in pairs are a number of Denmark or Norway; in fours they may be two years.
  const least = groups > 3 ? 8 : groups > 1 ? 9 : written.digits[0] === "1" ? 11 : 10;
  if (length < least || length > 12) return false;
  return (
    start < 64 && text.length - end < 64 && !/[\p{L}\p{N}#]/u.test(text.slice(0, start) + text.slice(end))
  );
}

/** "Ticket 0664-5550": with as few digits, hyphens are a reference's. */
const SHORT = 9;

/** True where labels or marks make the digits an identifier or an amount. For grouped numbers only the clearest label does. */
function isReference(
  candidate: Candidate,
  around: Around,
  weak: boolean,
  { fit, variable, e164 }: Reading,
): boolean {
  const { text, run, edges } = around;
  const first = candidate.from === 0;
  const label = first || weak || around.cells[candidate.from] ? labelOf(candidate, around) : "none";
  if (label === "never") return true;
  if (candidate.written.cuts.length > 0 && !weak) {
    // A department is called by a number grouped as its plan does; where lengths vary, nearly so.
    if (label === "none" || label === "phone") return false;
    const strict = label === "reference";
    const { hyphens, digits } = candidate.written;
    return fit < 2 + +(strict || !e164) - +variable || (strict && hyphens && digits.length < SHORT);
  }
  if (label === "reference") return true;
  if ((first && edges.tiedBefore) || (candidate.to === run.n && edges.tiedBehind)) return true;
  return amountBehind(text, candidate.end);
}
