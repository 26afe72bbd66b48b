/**
 * The result of a screened row, as added columns of a table or one field of an object; and the counts over all rows.
 */
import type { FinishRequest } from "./api.ts";
import type { Reason, Verdict } from "../check/api.ts";
import type { RegisterHead } from "../registers/api.ts";
import { screenEn } from "../texts/screening/files.en.ts";
import { fill } from "../texts/language.ts";
import { sayReason, verdictTexts } from "../texts/check/verdicts.ts";
import type { Judged, RowNumbers } from "./row.ts";

const en = verdictTexts.en;

/** Headings of the added columns: numbered where the table has a column of that name. */
export function addedNames(names: readonly string[], lists: readonly RegisterHead[]): string[] {
  const taken = new Set(names.map((name) => name.toLowerCase()));
  const free = (name: string, n = 1): string => {
    const tried = n === 1 ? name : `${name} ${n}`;
    return taken.has(tried.toLowerCase()) ? free(name, n + 1) : tried;
  };
  const { verdict, reasons, e164, at, asOf } = screenEn.columns;
  return [verdict, reasons, e164, at, ...lists.map(({ name }) => fill(asOf, { list: name }))].map((name) =>
    free(name),
  );
}

/** The cells of the added columns. */
export function addedCells(judged: Judged, lists: readonly RegisterHead[]): string[] {
  const { verdict, reasons, e164, at, asOf } = judged;
  const words = verdict === null ? screenEn.noNumber : sayReasons(reasons, lists);
  return [verdict ?? "", words, e164.join(" "), at ?? "", ...lists.map(({ id }) => asOf[id] ?? "")];
}

/** Cached, as a million rows have the same few reasons. */
function sayReasons(reasons: readonly Reason[], lists: readonly RegisterHead[]): string {
  let words = said.get(reasons);
  if (words === undefined)
    said.set(reasons, (words = reasons.map((reason) => sayReason(en, reason, lists)).join(" ")));
  return words;
}
const said = new WeakMap<readonly Reason[], string>();

/** An object with the result as a field `screening`, numbered where it has such a field. */
export function withResult(row: Record<string, unknown>, { at, asOf, ...judged }: Judged) {
  const free = (n = 1): string => {
    const name = n === 1 ? "screening" : `screening ${n}`;
    return name in row ? free(n + 1) : name;
  };
  return { ...row, [free()]: { ...judged, screenedAt: at, lists: asOf } };
}

/** Counts rows while they are written. */
export class Tally {
  rows = 0;
  /** Rows whose cells for numbers are all empty. */
  blank = 0;
  invalid = 0;
  duplicates = 0;
  readonly verdicts: Record<Verdict, number> = { clear: 0, caution: 0, blocked: 0, unknown: 0 };

  count(row: RowNumbers, { verdict }: Judged, repeated: number): void {
    this.rows++;
    this.duplicates += repeated;
    if (verdict === null) this.blank++;
    else this.verdicts[verdict]++;
    if (row.numbers.length === 0 && !row.empty) this.invalid++;
  }

  get sent(): Pick<FinishRequest, "rows" | "invalid" | "duplicates"> {
    return { rows: this.rows, invalid: this.invalid, duplicates: this.duplicates };
  }
}
