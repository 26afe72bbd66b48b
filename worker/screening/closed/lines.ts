/** Rows of `screened` and of `screened_bound` as lines of files. */
import { typed } from "../../../shared/trail/leaves.ts";
import type { Line } from "../../storage/closed/kind.ts";
import type { Kept } from "../../trail/altered.ts";
import { partOfScreened, type Screened, screenedId, verdictOfScreened } from "../screened.ts";

export const FILES = { files: "closed_screened" } as const;

/** A row of `screened`: `num` is its block. */
export interface Row extends Line, Screened {
  part: number;
}
/** SQL: such a line of a row `d`. */
export const rowLine = `json_array(d.id >> 24, ${partOfScreened("d.id")}, ${verdictOfScreened("d.id")}, d.n, d.data)`;
export const readRow = (text: string): Row => {
  const [block, part, verdict, , data] = JSON.parse(text) as [number, number, number, number, string];
  return { num: block, text, block, part, verdict, data };
};
/** The block of a line, without reading the rest of it. */
export const blockIn = (text: string): number => Number(text.slice(1, text.indexOf(",")));
/** SQL: the id of such a line, `value`. */
export const idInLine = screenedId("value ->> 0", "value ->> 1", "value ->> 2");
/** SQL with the lines (`?1`): of how many the row is gone, or another. */
export const unlikeRows = `SELECT COUNT(*) AS n FROM json_each(?1) j LEFT JOIN screened d ON d.id = ${idInLine}
  WHERE d.id IS NULL OR d.n IS NOT value ->> 3 OR d.data IS NOT value ->> 4`;

/** A row of `screened_bound`: `num` is its part's, as `closed_parts` has it. */
export interface List extends Line {
  screening: number;
  part: number;
  at: string;
  n: number;
  rows: string;
  /** As decimal text: beyond 2^53. */
  high: string | null;
  low: string | null;
  code: string | null;
}
/** SQL: such a line of a row `r` with its part `c`. */
export const listLine = `json_array(c.num, r.screening, r.part, r.at, r.n, r.rows,
  CAST(r.salt_high AS TEXT), CAST(r.salt_low AS TEXT), CAST(r.code AS TEXT))`;
export const readList = (text: string): List => {
  const [num, screening, part, at, n, rows, high, low, code] = JSON.parse(text) as [
    ...[num: number, screening: number, part: number, at: string, n: number, rows: string],
    ...[high: string | null, low: string | null, code: string | null],
  ];
  return { num, text, screening, part, at, n, rows, high, low, code };
};
/** SQL: the columns of `screened_bound` in a line, `value`, behind its part's number. */
export const listColumns = [
  ...["screening", "part", "at", "n", "rows"].map((name, n) => ({ name, value: `value ->> ${n + 1}` })),
  ...["salt_high", "salt_low", "code"].map((name, n) => ({
    name,
    value: `CAST(value ->> ${n + 6} AS INTEGER)`,
  })),
];
/** SQL with the lines (`?1`): of how many the row is gone, or another. */
export const unlikeLists = `SELECT COUNT(*) AS n FROM json_each(?1) j
  LEFT JOIN screened_bound r ON r.screening = value ->> 1 AND r.part = value ->> 2
  WHERE r.part IS NULL OR ${listColumns.map(({ name, value }) => `r.${name} IS NOT ${value}`).join(" OR ")}`;

export const keyOfList = ({ screening, part }: Pick<List, "screening" | "part">): string =>
  `${screening}/${part}`;

const hex = (decimal: string | null): string =>
  BigInt.asUintN(64, BigInt(decimal ?? 0))
    .toString(16)
    .padStart(16, "0");

/** What no column of ours holds, as somebody altered it, is like nothing that was bound. */
const asStored = (value: number | string): string =>
  typeof value === "number" && !Number.isSafeInteger(value) ? `?${value}` : typed(value);

/** A list as the table's own statement reads it (`screenedBound.select`): through SQLite, those of a proof would be megabytes. */
export const keptOf = (list: List, place: string): Kept => {
  const key = keyOfList(list);
  const { screening, part, at, n, rows, high, low, code } = list;
  return {
    ...{ key, place, at, code, subject: code === null ? key : `screened_bound/${key}` },
    ...{
      seed: `${hex(high)}${hex(low)}`,
      bare: Number(high === null),
      blank: 0,
      erased: null,
      over: 0,
      old: 0,
      past: null,
    },
    fields: JSON.stringify([screening, part, at, n, rows].map(asStored)),
  };
};
