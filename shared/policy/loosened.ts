/** Changes of the policy that only an administrator may make: those that allow more calls, or affect evidence. */
import { changesBetween, clauseAt } from "./clauses.ts";
import type { Policy, SchemeRule } from "./policy.ts";

const strength: Record<string, number> = { off: 0, warn: 1, hold: 2 };
/** The treatment becomes weaker: hold, warn, off. */
const weaker = (from: unknown, to: unknown) => strength[String(to)]! < strength[String(from)]!;
const more = (from: unknown, to: unknown) => Number(to) > Number(from);
const gained = (from: unknown, to: unknown) => (to as string[]).some((x) => !(from as string[]).includes(x));
const lost = (from: unknown, to: unknown) => gained(to, from);

/** A row of a call may be added; a message is judged by fewer rules, and another parameter may hold another number. */
const fewerDials = (from: unknown, to: unknown) => {
  const text = ({ scheme, parameter = "", kind }: SchemeRule) => `${scheme} ${parameter} ${kind}`;
  const [before, after] = [from as SchemeRule[], to as SchemeRule[]];
  const had = new Set(before.map(text));
  const added = after.filter((row) => !had.has(text(row)));
  return (
    before.some((row) => !after.some((now) => text(now) === text(row))) ||
    added.some(({ kind }) => kind === "message")
  );
};

/**
 * Clauses that managers may only tighten: true where a change loosens. Those that managers may not change at all are
 * `admin` in clauses.ts.
 */
const looser: Record<string, (from: unknown, to: unknown) => boolean> = {
  registers: weaker,
  unknown: weaker,
  "screening.staleList": weaker,
  // With more days, numbers of an older copy or of a new listing could count as clear.
  "screening.maxListAgeDays": more,
  "screening.graceDays": more,
  // Numbers of a region that is removed would no longer be found.
  "numbers.alsoRegions": lost,
  "dials.schemes": fewerDials,
  "recording.regions": gained,
};

/** The paths of the changes from `before` to `after` that need an administrator; in a record key by key. */
export const loosened = (before: Policy, after: Policy): string[] =>
  changesBetween(before, after)
    .filter(({ path, from, to }) => {
      const clause = clauseAt(path);
      return clause && (clause.admin || looser[clause.path]?.(from, to));
    })
    .map(({ path }) => path);
