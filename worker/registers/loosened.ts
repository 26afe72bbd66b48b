/** Changes of a register that loosen it: each waits for a second person, as a proposal (policy/settle.ts carries it out). */
import type { PolicyChange } from "../../shared/policy/clauses.ts";
import { changed } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import type { Statement } from "../core/sql.ts";
import { changeBound, statesOf } from "../core/states.ts";
import { listsBound } from "./bound.ts";
import { type HeadRow, regionsOf, registerHead } from "./heads.ts";

/** What a proposal may change, and its column. */
const columns = {
  regions: "regions",
  maxAgeDays: "max_age_days",
  daysUntilEffective: "days_until_effective",
} as const;
type Field = keyof typeof columns;
const fields = Object.keys(columns) as Field[];
type Facts = Pick<HeadRow, "maxAgeDays" | "daysUntilEffective"> & { regions: string[] };

const pathOf = (id: string, field: Field): string => `list.${id}.${field}`;
/** Whether a proposal's change is one of a register. */
export const isOfRegister = ({ path }: PolicyChange): boolean => path.startsWith("list.");

const factsOf = (row: HeadRow): Facts => ({
  regions: regionsOf(row),
  maxAgeDays: row.maxAgeDays,
  daysUntilEffective: row.daysUntilEffective,
});

/**
 * What of a change counts at once, and what loosens: fewer countries, whose numbers are then not screened against it, an
 * older copy that is relied on, and more days before a listing counts.
 */
export function splitRegister<T extends Facts>(
  before: HeadRow,
  asked: T,
): { now: T; proposed: PolicyChange[] } {
  const was = factsOf(before);
  const regions = [...new Set([...was.regions, ...asked.regions])];
  const kept: Partial<Facts> = {
    ...(was.regions.some((region) => !asked.regions.includes(region)) && { regions }),
    ...(asked.maxAgeDays > was.maxAgeDays && { maxAgeDays: was.maxAgeDays }),
    ...(asked.daysUntilEffective > was.daysUntilEffective && { daysUntilEffective: was.daysUntilEffective }),
  };
  return {
    now: { ...asked, ...kept },
    proposed: fields
      .filter((field) => field in kept)
      .map((field) => ({ path: pathOf(before.id, field), from: kept[field], to: asked[field] })),
  };
}

/** Whether a change leaves a register as it is. */
export const isSameRegister = (
  { name, covers, source, ...before }: HeadRow,
  now: Facts & Pick<HeadRow, "name" | "covers" | "source">,
): boolean =>
  JSON.stringify([now.name, now.covers, now.source, ...fields.map((field) => now[field])]) ===
  JSON.stringify([name, covers, source, ...Object.values(factsOf({ name, covers, source, ...before }))]);

/** The statements that carry a proposal out. Throws proposal-moved where the register has another value by now. */
export async function carryOutRegister(
  db: D1Database,
  changes: readonly PolicyChange[],
  at: string,
): Promise<Statement[]> {
  // An id has no dot; all changes of a proposal are of one register.
  const id = changes[0]!.path.split(".")[1]!;
  const now = factsOf(await registerHead(db, id));
  const to: Record<string, string | number> = {};
  for (const change of changes) {
    const field = fields.find((one) => pathOf(id, one) === change.path);
    if (!field || JSON.stringify(now[field]) !== JSON.stringify(change.from))
      throw new Problem("proposal-moved");
    to[columns[field]] = field === "regions" ? JSON.stringify(change.to) : (change.to as number);
  }
  const [stored] = await statesOf(db, listsBound, "id = ?", id);
  return [changeBound(listsBound, stored!, to, at), changed("list", id)];
}
