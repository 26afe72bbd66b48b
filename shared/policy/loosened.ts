/** Which changes of the policy an administrator must make: those that let more calls pass, or touch evidence. */
import { changesBetween, clauseAt } from "./clauses.ts";
import type { Policy } from "./policy.ts";

const strength: Record<string, number> = { off: 0, warn: 1, hold: 2 };
/** A listing, or what is not known, does less. */
const weaker = (from: unknown, to: unknown) => strength[String(to)]! < strength[String(from)]!;
const more = (from: unknown, to: unknown) => Number(to) > Number(from);
const gained = (from: unknown, to: unknown) => (to as string[]).some((x) => !(from as string[]).includes(x));
const lost = (from: unknown, to: unknown) => gained(to, from);

/**
 * Clauses that managers may change in one direction alone: true where a change goes the other way. Those that they may
 * not change at all are `admin` in policy/clauses.ts.
 */
const looser: Record<string, (from: unknown, to: unknown) => boolean> = {
  registers: weaker,
  unknown: weaker,
  "screening.staleList": weaker,
  // An older copy of a register, or a newer listing, would count as clear.
  "screening.maxListAgeDays": more,
  "screening.graceDays": more,
  // Its numbers would not be found any more.
  "numbers.alsoRegions": lost,
  "recording.regions": gained,
};

/** The paths of `after` that need an administrator, compared with the policy in force; of a record key by key. */
export const loosened = (before: Policy, after: Policy): string[] =>
  changesBetween(before, after)
    .filter(({ path, from, to }) => {
      const clause = clauseAt(path);
      return clause && (clause.admin || looser[clause.path]?.(from, to));
    })
    .map(({ path }) => path);
