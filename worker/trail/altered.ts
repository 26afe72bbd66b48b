/** Whether a row of a bound table is as its event says, and which columns are not. */
import { commitmentTo, openingOf } from "../../shared/trail/bound.ts";
import { commitmentOf, type KeptRow } from "../../shared/trail/chain.ts";
import type { AdoptionName } from "../../shared/trail/bound-tables.ts";
import { alteredByAny, alteredPlaces, codeOf, rowRoot } from "../../shared/trail/leaves.ts";
import { type BoundTable, columnsOf, leavesOf, type Leafy, stateIn } from "../core/bound.ts";
import { fewOf, rootsIn } from "../core/states.ts";
import type { Known } from "./start.ts";

type Told = Pick<KeptRow, "subject" | "commitment" | "salt" | "payload">;

/** A row as a table's `select` reads it. */
export interface Kept extends Leafy {
  key: string;
  place: string;
  subject: string;
  at: string;
  /** Null: nothing binds it field by field. */
  code: string | null;
  /** 1: not even the trail's row commits to anything that is in this row. */
  bare: number;
  /** 1: nothing binds it, as it has nothing to bind (BoundTable.when). */
  blank: number;
  /** 1: nothing is left of what was bound, as a row of another bound table shows. */
  over: number;
  /** JSON: the roots of its earlier states, the last one last; null where none is known. */
  past: string | null;
}

/**
 * Whether a row that nothing binds is from before its table's were bound, or of an older Worker, as an officer said. Once those of a
 * table that is bound as a whole were bound, none of that time is: it came later. Nor is one of a table that had none.
 */
export const isOfBefore = (
  { name, adoption, whole }: BoundTable,
  { at }: Pick<Kept, "at">,
  known: Pick<Known, AdoptionName | "rows" | "bare" | "returned">,
): boolean => {
  const adopted = known[adoption ?? "rows"];
  return (
    adopted === null ||
    (!whole && at < adopted.at && (known.bare?.tables?.includes(name) ?? true)) ||
    known.returned.some(({ from, to, bound }) => from <= at && at <= to && !(whole && bound?.until))
  );
};

/** The columns of a row that may have been altered since its event; null if it is as it was. None: it may be any. */
export function alteredIn(table: BoundTable, row: Kept, event: Told): string[] | null {
  const { name, before } = table;
  if (table.differs) return table.differs(row.fields, event);
  if (row.over === 1) return null;
  const binds = (root: string) => commitmentTo(openingOf(null, [root])) === event.commitment;
  if (table.states && row.code !== null) {
    const [then, now] = [stateIn(event.subject), stateIn(row.subject)];
    // One that the row has not reached: it was put back.
    if (then > now) return [];
    if (then < now) {
      const root = rootsIn(row.past)?.at(then - now);
      // Each state of an earlier release left none.
      const known = root === undefined ? table.states.each : binds(root);
      return known ? null : [];
    }
  }
  const columns = columnsOf(table, row);
  const leaves = leavesOf(table, row);
  const few = fewOf(table, row);
  const fits = (code: string) => binds(rowRoot(name, leaves, code));
  // As it is bound today, and as a release before bound it.
  const codes = [codeOf([...leaves, ...few.map(({ leaf }) => leaf)]), codeOf(leaves)];
  if (row.code !== null && fits(row.code)) return fewAltered(table, few, row.code, codes);
  if (codes.some(fits)) return ["code"];
  if (row.code === null) {
    // From before, or by an older Worker: what its payload says is all that is bound.
    const bound = row.bare === 0 && event.payload !== null;
    return bound && commitmentOf(event.salt ?? "", event.payload!) === event.commitment ? null : [...before];
  }
  const places = alteredByAny(row.code, codes, columns.length);
  return places.length === columns.length ? [] : places.map((place) => columns[place]!);
}

/** Of a row whose other columns are as they were, those of few values that may have been altered; null if none was. */
function fewAltered(
  table: BoundTable,
  few: ReturnType<typeof fewOf>,
  code: string,
  codes: readonly string[],
): string[] | null {
  const strange = few.filter(({ name, value }) => !table.few![name]!.includes(value));
  if (strange.length === 0 && (few.length === 0 || codes.includes(code))) return null;
  const before = table.columns.length;
  const places = alteredPlaces(code, codes[0]!, before + few.length).filter((place) => place >= before);
  const found = strange.length > 0 ? strange : places.map((place) => few[place - before]!);
  return (found.length > 0 ? found : few).map(({ name }) => name);
}
