/** Whole numbers beside a mark that joins two of them: `347 812 0766 / 366 825 1320`. Of stage 6, numbers-in-run.ts. */
import { candidateOf } from "./candidate.ts";
import { endsNumber, Gap, type Run } from "./digit-runs.ts";
import { fitOf } from "./grouping.ts";
import { dialledNational } from "./plans.ts";
import { readPlain } from "./read-digits.ts";

/** What is known of the places before each group of a run, and after its last, as bits. Within: no number begins or ends here. */
const WITHIN = 1;
const BEHIND = 2;
const BEFORE = 4;
export const isWithin = (bits: number): boolean => (bits & WITHIN) !== 0;
/** Behind a whole number. */
export const isBehind = (bits: number): boolean => (bits & BEHIND) !== 0;
/** Between two: no number goes on here. */
export const isJoint = (bits: number): boolean => bits >= BEHIND + BEFORE;

/** Digits of the shortest whole numbers (Italy's 803 116, the Netherlands' 14 020), and of the longest, with a calling code. */
const SHORTEST = 5;
const LONGEST = 18;

/** How far apart a mark sets two groups; 0 for none. */
function rankAt({ n, gap }: Run, i: number): number {
  const bits = i % n ? gap[i]! : 0;
  return bits & (Gap.slash | Gap.hyphen) ? (bits & Gap.space ? SPACED : bits & Gap.slash ? 2 : 1) : 0;
}
const SPACED = 3;

/** True where a mark may be within a number that has another one beside it, which sets farther apart. */
function mayHold(run: Run, i: number, beside: number): boolean {
  const outer = rankAt(run, beside);
  return !outer || rankAt(run, i) < outer || (outer === SPACED && run.gap[i] !== run.gap[beside]);
}

/** Fills `joints` for a run. A whole number is grouped about as its plan does. */
export function findJoints(run: Run, masked: Uint8Array, region: string, joints: Uint8Array): void {
  const { n, at } = run;
  const wholes: [lo: number, hi: number][] = [];
  const isEdge = (i: number) => i % n === 0 || endsNumber(run, i) || (run.gap[i]! & Gap.weak) !== 0;
  joints.fill(0, 0, n + 1);
  for (let lo = 0; lo < n; lo++) {
    const first = rankAt(run, lo);
    if (!first && !isEdge(lo)) continue;
    for (let hi = lo + 1; hi <= n && !masked[hi - 1] && at[hi]! - at[lo]! <= LONGEST; hi++) {
      const last = rankAt(run, hi);
      const edge = isEdge(hi);
      if ((last || (first && edge)) && at[hi]! - at[lo]! >= SHORTEST && isWhole(run, lo, hi, region)) {
        wholes.push([lo, hi]);
        joints[lo]! |= BEFORE;
        joints[hi]! |= BEHIND;
      }
      if (edge || (last && !mayHold(run, hi, lo))) break;
    }
  }
  for (const ends of wholes)
    // A mark without a space may also be within a number: "8123-4567" of "9123-4567 8123-4567".
    if (ends.every((i) => rankAt(run, i) % SPACED === 0 || isJoint(joints[i]!)))
      for (let i = ends[0] + 1; i < ends[1]; i++) joints[i]! |= WITHIN;
}

function isWhole(run: Run, lo: number, hi: number, region: string): boolean {
  for (let i = lo + 1; i < hi; i++)
    if (rankAt(run, i) && !(mayHold(run, i, lo) && mayHold(run, i, hi))) return false;
  const written = candidateOf(run, lo, hi)?.written;
  const plain = written && readPlain(written, region);
  const bare = !written || plain || written.plus ? null : dialledNational(written.digits, region);
  const fit = plain?.e164 ? plain.fit : bare ? fitOf(bare, written!) : -1;
  return fit >= (hi === lo + 1 ? 0 : 2);
}
