/** Whether a row of a bound table is as its event says, and which columns are not. */
import { commitmentTo, openingOf } from "../../shared/trail/bound.ts";
import { commitmentOf, type KeptRow } from "../../shared/trail/chain.ts";
import { alteredPlaces, bindLeaves, leafOf, rowRoot, saltsOf } from "../../shared/trail/leaves.ts";
import type { BoundTable } from "../core/bound.ts";
import { leftOf } from "./erased.ts";

type Told = Pick<KeptRow, "subject" | "commitment" | "salt" | "payload">;

/** A row as a table's `select` reads it. */
export interface Kept {
  key: string;
  place: string;
  subject: string;
  at: string;
  /** Null: nothing binds it field by field. */
  code: string | null;
  seed: string;
  /** 1: not even the trail's row commits to anything that is in this row. */
  bare: number;
  /** JSON: by column, the hash that an erased field left. */
  erased: string | null;
  /** 1: nothing is left of what was bound, as a row of another bound table shows. */
  over: number;
  /** JSON: the bound columns, as `typed` writes them. */
  fields: string;
}

/** The hashes of a row's fields; of an erased one, what it left, if it now holds what erasure leaves in its place. */
function leavesOf(
  { columns, erasable }: BoundTable,
  row: Pick<Kept, "seed" | "erased" | "fields">,
): string[] {
  const left = leftOf(row.erased);
  const saltOf = left ? (name: string) => left.salts[name] ?? "" : saltsOf(row.seed);
  const values = JSON.parse(row.fields) as string[];
  return columns.map((column, place) => {
    const value = values[place]!;
    const leaf = left?.leaves[column];
    const empty = (erasable[column] ?? []).includes(value);
    return leaf !== undefined && empty ? leaf : leafOf(saltOf(column), column, value);
  });
}

/** The columns of a row that may have been altered since its event; null if it is as it was. None: it may be any. */
export function alteredIn(table: BoundTable, row: Kept, event: Told): string[] | null {
  const { name, columns, before } = table;
  if (row.over === 1) return null;
  if (table.states && row.code !== null) {
    const [then, now] = [event, row].map(({ subject }) => Number(subject.split("@")[1]));
    // An earlier state; or one that the row has not reached: it was put back.
    if (then! !== now!) return then! < now! ? null : [];
  }
  const leaves = leavesOf(table, row);
  const fits = (code: string) =>
    commitmentTo(openingOf(null, [rowRoot(name, leaves, code)])) === event.commitment;
  const now = bindLeaves(name, leaves);
  if (row.code !== null && fits(row.code)) return null;
  if (fits(now.code)) return ["code"];
  if (row.code === null) {
    // From before, or by an older Worker: what its payload says is all that is bound.
    const bound = row.bare === 0 && event.payload !== null;
    return bound && commitmentOf(event.salt ?? "", event.payload!) === event.commitment ? null : [...before];
  }
  const places = alteredPlaces(row.code, now.code, columns.length);
  return places.length === columns.length ? [] : places.map((place) => columns[place]!);
}
